package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"koyomi/internal/commandline"
	"koyomi/internal/extract/kinds"
)

// days complete what takes a day.
func days(context.Context, string, []string) []string {
	return []string{"today\t今日", "tomorrow\t明日", "+7d\tin a week", "+14d\tin two weeks", "今週末\tthis weekend", "来週\tnext week"}
}

// kindNames complete what takes a kind of source.
func kindNames(context.Context, string, []string) []string {
	var all []string
	for _, k := range kinds.Definitions.Kinds() {
		all = append(all, string(k))
	}
	return all
}

// takesFile names the values that are files, which the shell completes.
var takesFile = map[string]bool{"FILE": true, "DIR": true}

// completeFlags completes the values of the flags of a command: those that its help
// names, days, sources; files where it takes one; else nothing.
func (a *app) completeFlags(cmd *cobra.Command) {
	platforms := func(context.Context, string, []string) []string { return a.catalogue().Platforms() }
	of := map[string]completer{"from": days, "to": days, "kind": kindNames, "source": a.sourceIDs, "platform": platforms}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		name, _ := pflag.UnquoteUsage(f)
		give := of[f.Name]
		if values := commandline.ChoicesOf(f); values != nil {
			give = func(context.Context, string, []string) []string { return slices.Clone(values) }
		}
		switch {
		case f.NoOptDefVal != "", give == nil && (takesFile[name] || f.Name == "database"):
			return
		case give == nil:
			give = nothing
		}
		_ = cmd.RegisterFlagCompletionFunc(f.Name, a.completion(give)) // it fails only where there is no such flag
	})
}

// settle has all commands share the same habits, and completes their arguments.
func (a *app) settle(root *cobra.Command) {
	completions := a.completions()
	commandline.Settle(root, a.ui, func(cmd *cobra.Command) {
		if c, ok := completions[strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")]; ok {
			cmd.ValidArgsFunction = a.completion(c)
		}
		a.completeFlags(cmd)
	})
}
