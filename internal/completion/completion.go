// Package completion completes what a person types in a shell: commands' arguments and the
// values of flags, from the catalogue and the database.
package completion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"koyomi/internal/commandline"
	"koyomi/internal/event"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/ledger"
	"koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/text"
	"koyomi/internal/view"
)

// A Reader is a database that completions are read from.
type Reader interface {
	store.Reader
	Close() error
}

// A Completer completes arguments and flags.
type Completer struct {
	// Prepare reads what the others need; where it fails nothing is completed.
	Prepare   func() error
	Catalogue func() *source.Catalogue
	// Open opens the database; the Completer closes it.
	Open    func(ctx context.Context) (Reader, error)
	Now     func() time.Time
	Assumed func() time.Duration
}

// Complete has the arguments and flags of a command completed; path is its name without
// that of the program, "source show".
func (c *Completer) Complete(cmd *cobra.Command, path string) {
	if of, ok := c.completions()[path]; ok {
		cmd.ValidArgsFunction = c.completion(of)
	}
	c.flags(cmd)
}

// completer returns what may stand where the cursor is.
type completer func(ctx context.Context, typed string, before []string) []string

// completion has cobra complete what a completer returns.
func (c *Completer) completion(of completer) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if c.Prepare() != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(context.Background(), completionTime)
		defer cancel()
		found := slices.DeleteFunc(
			of(ctx, typed, args),
			func(s string) bool { return !strings.HasPrefix(s, typed) },
		)
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
func (c *Completer) sourceIDs(_ context.Context, _ string, before []string) []string {
	var all []string
	for _, y := range c.Catalogue().Communities {
		all = append(all, described(y.ID, y.Name))
		for _, s := range y.Sources {
			if s.ID != y.ID {
				all = append(all, described(s.ID, y.Name))
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
func (c *Completer) firstSource(
	ctx context.Context,
	typed string,
	before []string,
) []string {
	if len(before) > 0 {
		return nil
	}
	return c.sourceIDs(ctx, typed, before)
}

// questionTerm completes a term of a question; within quotes it is the last of several.
func (c *Completer) questionTerm(ctx context.Context, typed string, _ []string) []string {
	begin := strings.LastIndexAny(typed, " (") + 1
	all := c.term(ctx, typed[begin:])
	for i := range all {
		all[i] = typed[:begin] + all[i]
	}
	return all
}

// term completes one term.
func (c *Completer) term(ctx context.Context, typed string) []string {
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
		for _, y := range c.Catalogue().Communities {
			values = append(values, described(y.ID, y.Name))
		}
	case "source:":
		values = c.sourceIDs(ctx, typed, nil)
	case "tag:":
		values = c.tags(ctx)
	default:
		values = slices.Clone(query.FixedValues[field])
	}
	for i, v := range values {
		values[i] = sign + field + v
	}
	return values
}

// upcoming returns the events that are not over, none where there is no database.
func (c *Completer) upcoming(
	ctx context.Context,
) []event.Event {
	return c.since(ctx, c.Now())
}

// since returns the events that were not over at a moment.
func (c *Completer) since(ctx context.Context, from time.Time) []event.Event {
	db, err := c.Open(ctx)
	if err != nil {
		return nil
	}
	defer db.Close()
	events, err := db.Events(ctx, store.Window{
		From:          from,
		AssumedLength: c.Assumed(),
	})
	if err != nil {
		return nil
	}
	return events
}

// tags returns the tags of what is upcoming and of the year before, those that stand in a
// word of their own.
func (c *Completer) tags(ctx context.Context) []string {
	var all []string
	for _, e := range c.since(ctx, c.Now().AddDate(-1, 0, 0)) {
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
func (c *Completer) eventIDs(ctx context.Context, typed string, before []string) []string {
	var all []string
	for _, e := range c.upcoming(ctx) {
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
func (c *Completer) editArguments(
	ctx context.Context,
	typed string,
	before []string,
) []string {
	if len(before) == 0 {
		return c.eventIDs(ctx, typed, before)
	}
	all := make([]string, len(ledger.Fields))
	for i, f := range ledger.Fields {
		all[i] = fmt.Sprint(f, "=")
	}
	return all
}

// heldSources completes sources of which a poll waits for a person.
func (c *Completer) heldSources(ctx context.Context, _ string, before []string) []string {
	db, err := c.Open(ctx)
	if err != nil || len(before) > 0 {
		return nil
	}
	defer db.Close()
	held, err := db.Candidates(ctx, "", false)
	if err != nil {
		return nil
	}
	var all []string
	for _, h := range held {
		all = append(all, described(h.Source, string(h.Cause)))
	}
	return all
}

// nothing completes nothing, not even files.
func nothing(context.Context, string, []string) []string { return nil }

// completions says what completes the arguments of which command, by path.
func (c *Completer) completions() map[string]completer {
	return map[string]completer{
		"events":         c.questionTerm,
		"clash":          c.questionTerm,
		"show":           c.eventIDs,
		"open":           c.eventIDs,
		"event join":     c.joinArguments,
		"event split":    c.eventIDs,
		"event hide":     c.eventIDs,
		"event edit":     c.editArguments,
		"event undo":     c.eventIDs,
		"sync":           c.sourceIDs,
		"source show":    c.firstSource,
		"source check":   c.sourceIDs,
		"source record":  c.firstSource,
		"archive list":   c.sourceIDs,
		"archive reread": c.sourceIDs,
		"held show":      c.heldSources,
		"held approve":   c.heldSources,
		"held discard":   c.heldSources,
		"held list":      nothing,
		"event list":     nothing,
		"doctor":         nothing,
		"init":           nothing,
		"version":        nothing,
	}
}

// joinArguments completes two events.
func (c *Completer) joinArguments(
	ctx context.Context,
	typed string,
	before []string,
) []string {
	if len(before) > 1 {
		return nil
	}
	return c.eventIDs(ctx, typed, nil)
}

// days complete what takes a day.
func days(context.Context, string, []string) []string {
	return []string{
		"today\t今日",
		"tomorrow\t明日",
		"+7d\tin a week",
		"+14d\tin two weeks",
		"今週末\tthis weekend",
		"来週\tnext week",
	}
}

// KindNames complete what takes a kind of source.
func KindNames(context.Context, string, []string) []string {
	var all []string
	for _, k := range kinds.Definitions.Kinds() {
		all = append(all, string(k))
	}
	return all
}

// takesFile names the values that are files, which the shell completes.
var takesFile = map[string]bool{"FILE": true, "DIR": true}

// flags completes the values of the flags of a command: those that its help
// names, days, sources; files where it takes one; else nothing.
func (c *Completer) flags(cmd *cobra.Command) {
	platforms := func(context.Context, string, []string) []string { return c.Catalogue().Platforms() }
	of := map[string]completer{
		"from":     days,
		"to":       days,
		"kind":     KindNames,
		"source":   c.sourceIDs,
		"platform": platforms,
	}
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
		_ = cmd.RegisterFlagCompletionFunc(
			f.Name,
			c.completion(give),
		) // it fails only where there is no such flag
	})
}
