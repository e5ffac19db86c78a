package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

func newClashCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "clash DATE [QUERY…]",
		Short: "what is on then and near it, and the free days around it",
		Long: "Say what stands in the way of a day for an event of one's own. QUERY is what that\n" +
			"event would be found by, as its area and topics: what shares most of it comes first,\n" +
			"and a day is free where nothing is on that answers all of it.",
		Example: "  koyomi clash 2026-06-20 area:東京 tag:go\n  koyomi clash 来週土曜 --format json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage.Errorf("clash takes a DATE; would be right: koyomi clash 2026-06-20 area:東京")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.clash(cmd.Context(), args[0], strings.Join(args[1:], " "), format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// clash looks at the days around one and prints what is on.
func (a *app) clash(ctx context.Context, day, words, format string) error {
	write, err := a.clashWriter(format)
	if err != nil {
		return err
	}
	if err := a.checkClash(day, words); err != nil {
		return err
	}
	c, closeIt, err := a.openCalendar(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	found, err := c.Clash(ctx, day, words)
	if err != nil {
		return err
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, found) })
}

// clashWriter gives the printer of a format.
func (a *app) clashWriter(asked string) (func(io.Writer, publish.ClashJSON) error, error) {
	switch a.ui.Format(asked) {
	case "table":
		return a.writeClash, nil
	case "json":
		return func(w io.Writer, c publish.ClashJSON) error {
			enc := terminal.Encoder(w)
			enc.SetIndent("", "  ")
			return enc.Encode(c)
		}, nil
	case "jsonl":
		return func(w io.Writer, c publish.ClashJSON) error { return terminal.Encoder(w).Encode(c) }, nil
	}
	return nil, usage.Errorf("--format %s: would be right: table, json, jsonl", usage.Quote(asked))
}

// writeClash tells people of a day.
func (a *app) writeClash(w io.Writer, c publish.ClashJSON) error {
	u := a.ui
	var b strings.Builder
	for _, part := range []struct {
		heading, none string
		rivals        []publish.RivalJSON
	}{
		{"on " + c.Date, "nothing is on", c.On},
		{"within a week of it", "nothing is on near it that shares all of this", c.Near},
	} {
		b.WriteString(u.Style(terminal.Bold, part.heading) + "\n")
		events, err := rivalEvents(part.rivals)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			b.WriteString(strings.Join(terminal.Wrapped(part.none, u.Columns-1), "\n") + "\n")
		}
		b.Write(layOut(u, events, a.now()))
		b.WriteByte('\n')
	}
	if c.Left > 0 {
		fmt.Fprintf(&b, "%d more are not named\n\n", c.Left)
	}
	b.WriteString(u.Style(terminal.Bold, "free days around it") + "\n")
	for _, line := range terminal.Wrapped(freeDays(c.Free), u.Columns-1) {
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func rivalEvents(all []publish.RivalJSON) ([]event.Event, error) {
	events := make([]event.Event, len(all))
	for i, r := range all {
		var err error
		if events[i], err = r.Event(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// freeDays writes days as people name them.
func freeDays(all []string) string {
	var days []string
	for _, s := range all {
		m, err := event.ParseMoment(s, event.Tokyo)
		if err != nil {
			continue
		}
		days = append(days, s[len("2006-"):]+"("+weekdays[m.Date.Weekday()]+")")
	}
	if len(days) == 0 {
		return "none"
	}
	return strings.Join(days, ", ")
}
