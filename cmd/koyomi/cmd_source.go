package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/health"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

func newSourceCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "source",
		Short:   "what is watched, and how each source is doing",
		Example: "  koyomi source list\n  koyomi source show bpstudy\n  koyomi source check bpstudy",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSourceListCmd(a), newSourceShowCmd(a), newSourceTryCmd(a), newSourceAddCmd(a), newSourceRecordCmd(a), newSourceCheckCmd(a))
	return cmd
}

func newSourceListCmd(a *app) *cobra.Command {
	var format string
	var everything bool
	cmd := &cobra.Command{
		Use:   "list [WORD…]",
		Short: "list the sources and how they are doing",
		Long: "List the sources: what each is, how its last poll went, when it is due.\n" +
			"Recording says whether its recorded pages were fetched from the site or written by\n" +
			"hand; seen is when it was last read live (never is an answer).",
		Example: "  koyomi source list\n  koyomi source list ruby --all\n  koyomi source list --format jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.sourceList(cmd.Context(), args, everything, format)
		},
	}
	cmd.Flags().BoolVar(&everything, "all", false, "archived sources too, and those that are off")
	cmd.Flags().StringVar(&format, "format", "", "table, jsonl or json (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) sourceList(ctx context.Context, words []string, everything bool, format string) error {
	write, err := a.sourceWriter(format)
	if err != nil {
		return err
	}
	c, closeIt, err := a.openSources(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	lines, err := c.Sources(ctx)
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(l sourceLine) bool {
		return !everything && !l.Polled && len(words) == 0 || !l.names(words)
	})
	if len(lines) == 0 && a.ui.OutTTY {
		a.ui.Sayf("nothing found; --all lists archived sources and those that are off")
	}
	if err := a.ui.Page(func(w io.Writer) error { return write(w, lines) }); err != nil {
		return err
	}
	if a.sayProblems() {
		return errAttention
	}
	return nil
}

const (
	roomForAll  = 100
	roomForRows = 60
)

// sourceTable prints a line a source: id, kind, recording, last seen, next and how it is
// doing. On a narrow terminal the kind is left to `source show`, and on a very narrow
// one what is said stands below the id.
func (a *app) sourceTable(w io.Writer, lines []sourceLine) error {
	u := a.ui
	if u.Columns < roomForRows {
		return a.sourcePairs(w, lines)
	}
	rows := [][]string{{"source", "by", "recording", "seen", "next", "how it is doing"}}
	for _, l := range lines {
		rows = append(rows, l.cells(a.now()))
	}
	if u.Columns < roomForAll {
		for i, r := range rows {
			rows[i] = slices.Concat(r[:1], r[2:])
		}
	}
	widths := make([]int, len(rows[0])-1)
	for _, r := range rows {
		for i := range widths {
			widths[i] = max(widths[i], text.Width(r[i]))
		}
	}
	for n, r := range rows {
		left := ""
		for i, width := range widths {
			left += terminal.Pad(r[i], width) + "  "
		}
		doing := text.Cut(r[len(widths)], max(u.Columns-1-text.Width(left), 0))
		line := u.Style(terminal.Dim, left+doing)
		if n > 0 {
			line = left + u.Style(lines[n-1].look(), doing)
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// cells are what `source list` tells of a source.
func (l sourceLine) cells(now time.Time) []string {
	by := string(l.Kind)
	if l.Platform != "" {
		by = l.Platform
	}
	recorded := l.Recording
	if recorded == "" {
		recorded = "–"
	}
	return []string{text.Cut(l.ID, 28), text.Cut(by, 12), recorded, seenWords(l.LastSeen, now), nextWords(l, now), l.doing()}
}

// sourcePairs prints two lines a source.
func (a *app) sourcePairs(w io.Writer, lines []sourceLine) error {
	s := &terminal.Sheet{UI: a.ui}
	for _, l := range lines {
		c := l.cells(a.now())
		s.WriteString(text.Cut(l.ID, a.ui.Columns-1) + "\n")
		s.Lines(2, l.look(), l.doing())
		s.Lines(2, terminal.Dim, "seen "+c[3]+", next "+c[4])
	}
	_, err := w.Write(s.Bytes())
	return err
}

func seenWords(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return ago(now.Sub(t))
}

func nextWords(l sourceLine, now time.Time) string {
	switch {
	case !l.Polled:
		return "–"
	case l.NextAt.IsZero() || !l.NextAt.After(now):
		return "due"
	}
	return ago(l.NextAt.Sub(now))
}

// doing says in words how a source is doing.
func (l sourceLine) doing() string {
	switch l.State {
	case "":
		if l.Why != "" {
			return text.Line(l.Why, 200)
		}
		return "not polled yet"
	case health.Failed, health.Held:
		return fmt.Sprintf("%s (%s, %d in a row): %s", l.State, l.Cause, l.Failures, text.Line(l.Message, 200))
	}
	if l.untold {
		return string(l.State)
	}
	return fmt.Sprintf("%s, %s", l.State, counted(l.Events, "event"))
}

func (l sourceLine) look() string {
	switch {
	case l.State == health.Failed:
		return terminal.Red
	case l.State == health.Held:
		return terminal.Amber
	case l.State == "":
		return terminal.Dim
	}
	return terminal.Green
}

// exactly refuses any other number of arguments, in words.
func exactly(n int, words string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usage.Errorf("%s", words)
		}
		return nil
	}
}
