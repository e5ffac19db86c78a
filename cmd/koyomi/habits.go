package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"koyomi/internal/strict"
)

// settle gives all commands the same habits: wrong use is exit 2 with a hint, and
// arguments are completed.
func (a *app) settle(root *cobra.Command) {
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(wrongFlag)
	completions := a.completions()
	each(root, func(cmd *cobra.Command) {
		cmd.DisableFlagsInUseLine = true
		if args := cmd.Args; args != nil {
			cmd.Args = func(cmd *cobra.Command, given []string) error { return wrongUse(cmd, given, args(cmd, given)) }
		}
		if c, ok := completions[strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")]; ok {
			a.complete(cmd, c)
		}
	})
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
	var usage usageError
	switch {
	case err == nil || errors.As(err, &usage):
		return err
	case len(given) > 0 && cobra.NoArgs(cmd, given) != nil && cmd.Args(cmd, nil) == nil:
		return usagef("%s takes no arguments, found %s\nsee: %s --help", cmd.CommandPath(), quoted(given[0]), cmd.CommandPath())
	}
	return usagef("%s: %w\nsee: %s --help", cmd.CommandPath(), err, cmd.CommandPath())
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
			return usagef("unknown flag %s; did you mean --%s?\nsee: %s --help", quoted("--"+unknown.GetSpecifiedName()), meant, cmd.CommandPath())
		}
	}
	return usagef("%w\nsee: %s --help", err, cmd.CommandPath())
}

// flagNames gives the names of all flags that a command takes.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) { names = append(names, f.Name) }
	cmd.LocalFlags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	return names
}
