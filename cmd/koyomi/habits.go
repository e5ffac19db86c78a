package main

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"koyomi/internal/strict"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

// settle returns all commands the same habits: wrong use is exit 2 with a hint, and
// arguments are completed.
func (a *app) settle(root *cobra.Command) {
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(wrongFlag)
	a.foldHelp(root)
	completions := a.completions()
	each(root, func(cmd *cobra.Command) {
		cmd.DisableFlagsInUseLine = true
		if args := cmd.Args; args != nil {
			cmd.Args = func(cmd *cobra.Command, given []string) error { return wrongUse(cmd, given, args(cmd, given)) }
		}
		if c, ok := completions[strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")]; ok {
			cmd.ValidArgsFunction = a.completion(c)
		}
		a.completeFlags(cmd)
	})
}

// foldHelp has help keep to the width of a terminal.
func (a *app) foldHelp(root *cobra.Command) {
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if !a.ui.OutTTY {
			help(cmd, args)
			return
		}
		var b bytes.Buffer
		cmd.SetOut(&b)
		cmd.Long = flowing(cmd.Long)
		help(cmd, args)
		_, _ = io.WriteString(a.ui.Out, terminal.Folded(b.String(), a.ui.Columns-1, 0))
	})
}

// flowing makes one line of each paragraph; lines that are set in stay their own.
func flowing(s string) string {
	lines := strings.Split(s, "\n")
	flow := lines[0]
	for i, line := range lines[1:] {
		if isFlush(line) && isFlush(lines[i]) {
			flow += " " + line
		} else {
			flow += "\n" + line
		}
	}
	return flow
}

// isFlush reports whether a line has text from its first column on.
func isFlush(line string) bool { return line != "" && line[0] != ' ' }

// asking are the commands whose arguments are a question, in which a leading "-"
// excludes.
var asking = []string{"events", "clash"}

// excluding stands before an argument that begins with "-" and is no flag.
const excluding = "\x00"

// spare keeps what a question excludes from being taken for flags: they have no short
// form here but -h.
func spare(root *cobra.Command, args []string) []string {
	args = spareCompletion(root, args)
	cmd, _, err := root.Find(args)
	if err != nil || cmd.Parent() != root || !slices.Contains(asking, cmd.Name()) {
		return args
	}
	ask := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		args = slices.Clone(args)
		for i := range args {
			args[i] = strings.TrimPrefix(args[i], excluding)
		}
		return ask(cmd, args)
	}
	spared := slices.Clone(args)
	for i, arg := range args {
		if arg == "--" {
			break
		}
		isValue := i > 0 && takesValue(cmd, args[i-1])
		if isShort(arg) && arg != "-h" && !isValue {
			spared[i] = excluding + arg
		}
	}
	return spared
}

// takesValue reports whether an argument is a flag whose value is the next one.
func takesValue(cmd *cobra.Command, arg string) bool {
	name, ok := strings.CutPrefix(arg, "--")
	if !ok || strings.Contains(name, "=") {
		return false
	}
	f := cmd.Flags().Lookup(name)
	if f == nil {
		f = cmd.InheritedFlags().Lookup(name)
	}
	return f != nil && f.NoOptDefVal == ""
}

// each visits a command and all beneath it.
func each(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		each(c, visit)
	}
}

// wrongUse makes an error about arguments one of the command line.
func wrongUse(cmd *cobra.Command, given []string, err error) error {
	var wrong usage.Error
	switch {
	case err == nil || errors.As(err, &wrong):
		return err
	case len(given) > 0 && cobra.NoArgs(cmd, given) != nil && cmd.Args(cmd, nil) == nil:
		return usage.Errorf("%s takes no arguments, found %s\nsee: %s --help", cmd.CommandPath(), usage.Quote(given[0]), cmd.CommandPath())
	}
	return usage.Errorf("%s: %w\nsee: %s --help", cmd.CommandPath(), err, cmd.CommandPath())
}

// wrongFlag says what is wrong with a flag, and what was most likely meant. Before a
// command that is none, the command is what is wrong.
func wrongFlag(cmd *cobra.Command, err error) error {
	if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 {
		return noArgs(cmd, cmd.Flags().Args())
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if meant := strict.Nearest(unknown.GetSpecifiedName(), flagNames(cmd)); meant != "" {
			return usage.Errorf("unknown flag %s; did you mean --%s?\nsee: %s --help", usage.Quote("--"+unknown.GetSpecifiedName()), meant, cmd.CommandPath())
		}
	}
	return usage.Errorf("%w\nsee: %s --help", err, cmd.CommandPath())
}

// flagNames returns the names of all flags that a command takes.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) { names = append(names, f.Name) }
	cmd.LocalFlags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	return names
}
