// Package commandline is what all commands have in common: wrong use is answered with a
// hint, help keeps to the width of a terminal, and what a question excludes is no flag.
package commandline

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"koyomi/internal/strict"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

// Settle has all commands beneath root share the same habits: wrong use is a usage.Error with
// a hint, and help is folded for a person at a terminal. more does what else each needs.
func Settle(root *cobra.Command, ui *terminal.UI, more func(*cobra.Command)) {
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(wrongFlag)
	foldHelp(root, ui)
	Each(root, func(cmd *cobra.Command) {
		cmd.DisableFlagsInUseLine = true
		if args := cmd.Args; args != nil {
			cmd.Args = func(cmd *cobra.Command, given []string) error {
				return wrongUse(cmd, given, args(cmd, given))
			}
		}
		more(cmd)
	})
}

// foldHelp has help keep to the width of a terminal.
func foldHelp(root *cobra.Command, ui *terminal.UI) {
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if !ui.OutTTY {
			help(cmd, args)
			return
		}
		var b bytes.Buffer
		cmd.SetOut(&b)
		cmd.Long = flowing(cmd.Long)
		help(cmd, args)
		_, _ = io.WriteString(ui.Out, terminal.Folded(b.String(), ui.Columns-1, 0))
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

// Spare keeps what a question excludes from being taken for flags: they have no short
// form here but -h.
func Spare(root *cobra.Command, args []string) []string {
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

// Each visits a command and all beneath it.
func Each(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		Each(c, visit)
	}
}

// wrongUse makes an error about arguments one of the command line.
func wrongUse(cmd *cobra.Command, given []string, err error) error {
	var wrong usage.Error
	switch {
	case err == nil || errors.As(err, &wrong):
		return err
	case len(given) > 0 && cobra.NoArgs(cmd, given) != nil && cmd.Args(cmd, nil) == nil:
		return usage.Errorf(
			"%s takes no arguments, found %s\nsee: %s --help",
			cmd.CommandPath(),
			usage.Quote(given[0]),
			cmd.CommandPath(),
		)
	}
	return usage.Errorf("%s: %w\nsee: %s --help", cmd.CommandPath(), err, cmd.CommandPath())
}

// wrongFlag says what is wrong with a flag, and what was most likely meant. Before a
// command that is none, the command is what is wrong.
func wrongFlag(cmd *cobra.Command, err error) error {
	if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 {
		return NoArgs(cmd, cmd.Flags().Args())
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if meant := strict.Nearest(
			unknown.GetSpecifiedName(),
			flagNames(cmd),
		); meant != "" {
			return usage.Errorf(
				"unknown flag %s; did you mean --%s?\nsee: %s --help",
				usage.Quote("--"+unknown.GetSpecifiedName()),
				meant,
				cmd.CommandPath(),
			)
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

// NoArgs refuses arguments, which for a command with subcommands are mistyped ones.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasSubCommands() {
		return usage.Errorf(
			"%s takes no arguments, found %s\nsee: %s --help",
			cmd.CommandPath(),
			usage.Quote(args[0]),
			cmd.CommandPath(),
		)
	}
	hint := ""
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if meant := strict.DidYouMean(args[0], names); meant != "" {
		hint = "; " + meant
	}
	return usage.Errorf(
		"%s knows no command %s%s\nsee: %s --help",
		cmd.CommandPath(),
		usage.Quote(args[0]),
		hint,
		cmd.CommandPath(),
	)
}

// Exactly refuses any other number of arguments, in words.
func Exactly(n int, words string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usage.Errorf("%s", words)
		}
		return nil
	}
}

// choices are the first words of the help of a flag that takes one of a few: "auto,
// always or never".
var choices = regexp.MustCompile(
	`^([a-z]+)(?: \([^)]*\))?((?:, [a-z]+(?: \([^)]*\))?)*) or ([a-z]+)(?: \(|$)`,
)

// ChoicesOf returns the values that the help of a flag names; none where it takes others.
func ChoicesOf(f *pflag.Flag) []string {
	m := choices.FindStringSubmatch(f.Usage)
	if m == nil {
		return nil
	}
	all := []string{m[1]}
	for _, one := range strings.Split(m[2], ", ")[1:] {
		word, _, _ := strings.Cut(one, " ")
		all = append(all, word)
	}
	return append(all, m[3])
}

// spareCompletion has what a question excludes completed as a term, not as a flag.
func spareCompletion(root *cobra.Command, args []string) []string {
	last := len(args) - 1
	requests := []string{cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}
	if last < 2 || !slices.Contains(requests, args[0]) || slices.Contains(args, "--") {
		return args
	}
	cmd, _, err := root.Find(args[1:last])
	typed := args[last]
	isQuestion := err == nil && slices.Contains(asking, cmd.Name())
	if !isQuestion || !isShort(typed) || takesValue(cmd, args[last-1]) {
		return args
	}
	return slices.Concat(args[:last], []string{"--", typed})
}

// isShort reports whether an argument is written like a short flag: "-x".
func isShort(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && arg[1] != '-'
}
