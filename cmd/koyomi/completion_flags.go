package main

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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

// choices are the first words of the help of a flag that takes one of a few: "auto,
// always or never".
var choices = regexp.MustCompile(`^([a-z]+)(?: \([^)]*\))?((?:, [a-z]+(?: \([^)]*\))?)*) or ([a-z]+)(?: \(|$)`)

// choicesOf returns the values that the help of a flag names; none where it takes others.
func choicesOf(f *pflag.Flag) []string {
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
		if values := choicesOf(f); values != nil {
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
