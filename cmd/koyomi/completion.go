package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/commandline"
	"koyomi/internal/query"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newCompletionCmd(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "print what completes koyomi's commands in a shell",
		Long: "Print the script by which bash, zsh or fish completes commands, flags, communities,\n" +
			"sources, tags and ids of events.",
		Example: "  koyomi completion bash > /etc/bash_completion.d/koyomi\n" +
			"  koyomi completion zsh > \"${fpath[1]}/_koyomi\"\n" +
			"  koyomi completion fish > ~/.config/fish/completions/koyomi.fish",
		Args:      commandline.Exactly(1, "completion takes one SHELL: bash, zsh or fish (use koyomi completion bash)"),
		ValidArgs: shells,
		// It reads no config, so that a shell starts with a broken one, too.
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.ui.SetColor(a.flags.color) },
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.ui.Out, true)
			case "zsh":
				return root.GenZshCompletion(a.ui.Out)
			case "fish":
				return root.GenFishCompletion(a.ui.Out, true)
			}
			return usage.Errorf("no shell %s: expected %s", usage.Quote(args[0]), strings.Join(shells, ", "))
		},
	}
}

// completer returns what may stand where the cursor is.
type completer func(ctx context.Context, typed string, before []string) []string

// completion has cobra complete what a completer returns.
func (a *app) completion(of completer) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if a.prepare() != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(context.Background(), completionTime)
		defer cancel()
		found := slices.DeleteFunc(of(ctx, typed, args), func(s string) bool { return !strings.HasPrefix(s, typed) })
		directive := cobra.ShellCompDirectiveNoFileComp
		if len(found) > 0 && strings.HasSuffix(found[0], ":") {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return found, directive
	}
}

// completionTime is how long a person at the tab key is kept waiting.
const completionTime = 2 * time.Second

// sourceIDs completes sources and communities.
func (a *app) sourceIDs(_ context.Context, _ string, before []string) []string {
	var all []string
	for _, c := range a.catalogue().Communities {
		all = append(all, described(c.ID, c.Name))
		for _, s := range c.Sources {
			if s.ID != c.ID {
				all = append(all, described(s.ID, c.Name))
			}
		}
	}
	return slices.DeleteFunc(all, func(s string) bool {
		id, _, _ := strings.Cut(s, "\t")
		return slices.Contains(before, id)
	})
}

// described returns a completion with words that say what it is.
func described(value, words string) string { return value + "\t" + text.Line(words, 60) }

// firstSource completes the only argument of a command.
func (a *app) firstSource(ctx context.Context, typed string, before []string) []string {
	if len(before) > 0 {
		return nil
	}
	return a.sourceIDs(ctx, typed, before)
}

// questionTerm completes a term of a question; within quotes it is the last of several.
func (a *app) questionTerm(ctx context.Context, typed string, _ []string) []string {
	begin := strings.LastIndexAny(typed, " (") + 1
	all := a.term(ctx, typed[begin:])
	for i := range all {
		all[i] = typed[:begin] + all[i]
	}
	return all
}

// term completes one term.
func (a *app) term(ctx context.Context, typed string) []string {
	sign := ""
	if strings.HasPrefix(typed, "-") {
		sign = "-"
	}
	field, _, ok := strings.Cut(strings.TrimPrefix(typed, "-"), ":")
	if !ok {
		all := make([]string, len(query.FieldTerms))
		for i, f := range query.FieldTerms {
			all[i] = sign + f
		}
		return all
	}
	field += ":"
	var values []string
	switch field {
	case "community:":
		for _, c := range a.catalogue().Communities {
			values = append(values, described(c.ID, c.Name))
		}
	case "source:":
		values = a.sourceIDs(ctx, typed, nil)
	case "tag:":
		values = a.tags(ctx)
	default:
		values = slices.Clone(query.FixedValues[field])
	}
	for i, v := range values {
		values[i] = sign + field + v
	}
	return values
}

// upcoming returns the events that are not over, none where there is no database.
func (a *app) upcoming(ctx context.Context) []event.Event { return a.since(ctx, a.now()) }

// since returns the events that were not over at a moment.
func (a *app) since(ctx context.Context, from time.Time) []event.Event {
	db, err := a.openReader(ctx)
	if err != nil {
		return nil
	}
	defer db.Close()
	events, err := db.Events(ctx, store.Window{
		From:          from,
		AssumedLength: a.assumed(),
	})
	if err != nil {
		return nil
	}
	return events
}

// tags returns the tags of what is upcoming and of the year before, those that stand in a
// word of their own.
func (a *app) tags(ctx context.Context) []string {
	var all []string
	for _, e := range a.since(ctx, a.now().AddDate(-1, 0, 0)) {
		for _, t := range e.Tags {
			if !strings.ContainsAny(t, " \t\"'") && !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	slices.Sort(all)
	return all
}

// eventIDs completes ids of upcoming events.
func (a *app) eventIDs(ctx context.Context, typed string, before []string) []string {
	var all []string
	for _, e := range a.upcoming(ctx) {
		id := view.ShortID(e)
		if len(typed) > len(id) {
			id = e.ID()
		}
		all = append(all, described(id, e.Start.Date.String()+" "+e.Title))
	}
	if len(before) > 0 {
		return nil
	}
	return all
}

// editArguments completes an event and its fields.
func (a *app) editArguments(ctx context.Context, typed string, before []string) []string {
	if len(before) == 0 {
		return a.eventIDs(ctx, typed, before)
	}
	all := make([]string, len(ledger.Fields))
	for i, f := range ledger.Fields {
		all[i] = fmt.Sprint(f, "=")
	}
	return all
}

// heldSources completes sources of which a poll waits for a person.
func (a *app) heldSources(ctx context.Context, _ string, before []string) []string {
	db, err := a.openReader(ctx)
	if err != nil || len(before) > 0 {
		return nil
	}
	defer db.Close()
	held, err := db.Candidates(ctx, "", false)
	if err != nil {
		return nil
	}
	var all []string
	for _, c := range held {
		all = append(all, described(c.Source, string(c.Cause)))
	}
	return all
}

// nothing completes nothing, not even files.
func nothing(context.Context, string, []string) []string { return nil }

// completions says what completes the arguments of which command, by path.
func (a *app) completions() map[string]completer {
	return map[string]completer{
		"events": a.questionTerm, "clash": a.questionTerm,
		"show": a.eventIDs, "open": a.eventIDs, "event join": a.joinArguments, "event split": a.eventIDs, "event hide": a.eventIDs,
		"event edit": a.editArguments, "event undo": a.eventIDs,
		"sync": a.sourceIDs, "source show": a.firstSource, "source check": a.sourceIDs, "source record": a.firstSource,
		"archive list": a.sourceIDs, "archive reread": a.sourceIDs,
		"held show": a.heldSources, "held approve": a.heldSources, "held discard": a.heldSources,
		"held list": nothing, "event list": nothing, "doctor": nothing, "init": nothing, "version": nothing,
	}
}

// joinArguments completes two events.
func (a *app) joinArguments(ctx context.Context, typed string, before []string) []string {
	if len(before) > 1 {
		return nil
	}
	return a.eventIDs(ctx, typed, nil)
}
