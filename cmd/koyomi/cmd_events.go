package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/query"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

// eventsFlags are what `events` was asked for.
type eventsFlags struct {
	from, to string
	past     bool
	limit    int
	format   string
	explain  bool
	seats    bool
	grid     string
	web      bool
}

func newEventsCmd(a *app) *cobra.Command {
	var f eventsFlags
	cmd := &cobra.Command{
		Use:   "events [QUERY…]",
		Short: "list upcoming events, soonest first",
		Long: "List upcoming events, soonest first. QUERY is words and fields:\n" +
			"  koyomi events KVM                        title, community, venue and text\n" +
			"  koyomi events 'area:東京 weekday:sat'    on Saturdays in Tokyo\n" +
			"  koyomi events is:online -status:cancelled\n" +
			"The first word may be a span of days: today, tomorrow, week or weekend.",
		Example: "  koyomi events weekend area:東京\n  koyomi events --to +14d\n  koyomi events --grid month\n  koyomi events community:bpstudy --past --format jsonl\n" +
			"  koyomi events --explain '(KVM OR Xen) on:今週末'",
		RunE: func(cmd *cobra.Command, args []string) error {
			words := strings.Join(query.DayTerms(args), " ")
			if words == "" && a.user.Query != "" && !f.explain {
				words = a.user.Query
				a.sayUserQuery()
			}
			switch {
			case f.explain:
				return a.explain(words, f)
			case f.web:
				return a.eventsOnWeb(cmd.Context(), words)
			case f.grid != "":
				return a.eventsGrid(cmd.Context(), words, f)
			}
			return a.events(cmd.Context(), words, f)
		},
	}
	cmd.Flags().StringVar(&f.from, "from", "", "events that end on or after `DAY` (2026-06-10, today, +7d, 土曜)")
	cmd.Flags().StringVar(&f.to, "to", "", "events that start on `DAY` or earlier")
	cmd.Flags().BoolVar(&f.past, "past", false, "past events, latest first")
	cmd.Flags().IntVar(&f.limit, "limit", 0, "show at most `N` events (0: all)")
	cmd.Flags().StringVar(&f.format, "format", "", "table, json, jsonl, csv, ics or md (table on a terminal, else jsonl)")
	cmd.Flags().BoolVar(&f.seats, "seats", false, "add a column with the number of free seats")
	cmd.Flags().StringVar(&f.grid, "grid", "", "week or month (a calendar instead of a list)")
	cmd.Flags().BoolVar(&f.web, "web", false, "open the list as a web page in a browser")
	cmd.Flags().BoolVar(&f.explain, "explain", false, "explain how QUERY is parsed and evaluated instead of listing events")
	return cmd
}

// events answers one question and prints the answer.
func (a *app) events(ctx context.Context, words string, f eventsFlags) error {
	terminal.Hurry()
	write, err := a.printer().EventWriter(f.format, a.config.Calendar(), nil)
	if err != nil {
		return err
	}
	return a.answer(ctx, words, f, func(c ask.Calendar, events []event.Event) error {
		if a.ui.Format(f.format) == "table" {
			moved, err := c.Moved(ctx, events)
			if err != nil {
				return err
			}
			doubtful, err := c.Doubtful(ctx, events)
			if err != nil {
				return err
			}
			write = a.printer().TableWriter(moved, doubtful, f.seats)
		}
		return a.ui.Page(func(w io.Writer) error { return write(w, events) })
	})
}

// answer checks what was typed, asks, and has the answer printed.
func (a *app) answer(ctx context.Context, words string, f eventsFlags, print func(ask.Calendar, []event.Event) error) error {
	q, err := a.question(words, f)
	if err != nil {
		return err
	}
	c, closeIt, err := a.openCalendar(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	events, err := c.Ask(ctx, q)
	if err != nil {
		return err
	}
	a.sayFound(words, len(events))
	return print(c, events)
}

// question checks what was typed before anything is asked.
func (a *app) question(words string, f eventsFlags) (ask.Question, error) {
	q := ask.Question{
		Words: words,
		From:  f.from,
		To:    f.to,
		Past:  f.past,
		Limit: f.limit,
	}
	if f.limit < 0 {
		return q, usage.Errorf("--limit %d: expected a number of events, as --limit 20 (0 for all)", f.limit)
	}
	if _, problem := query.Parse(words, query.Env{Now: a.now(), Zone: event.Tokyo}); problem != nil {
		return q, usage.Of(problem)
	}
	_, _, err := q.Days(a.now())
	return q, err
}
