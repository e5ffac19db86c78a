package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/text"
)

func newSourceCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "source",
		Short:   "what is watched, and how each source is doing",
		Example: "  koyomi source list\n  koyomi source show bpstudy\n  koyomi source check bpstudy",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSourceListCmd(a), newSourceShowCmd(a), newSourceTryCmd(a), newSourceAddCmd(a), newSourceRecordCmd(a), newSourceCheckCmd(a), newSourceResumeCmd(a))
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

// A sourceLine is one source and how it is doing, as `source list` gives it.
type sourceLine struct {
	ID        string      `json:"id"`
	Community string      `json:"community"`
	Name      string      `json:"name"`
	Kind      source.Kind `json:"kind"`
	Platform  string      `json:"platform,omitempty"`
	URL       string      `json:"url,omitempty"`
	Role      source.Role `json:"role"`
	Basis     string      `json:"basis,omitempty"`
	// Polled says whether it is polled; Why why not.
	Polled bool   `json:"polled"`
	Why    string `json:"why,omitempty"`
	// Recording is the origin of its newest recording, "" where it has none.
	Recording string `json:"recording,omitempty"`
	// State, Cause and Message are those of the last poll, "" before the first.
	State    health.State `json:"state,omitempty"`
	Cause    health.Cause `json:"cause,omitempty"`
	Message  string       `json:"message,omitempty"`
	Events   int          `json:"events"`
	Failures int          `json:"failures,omitempty"`
	LastPoll time.Time    `json:"last_poll,omitzero"`
	// LastSeen is when it was last read live; zero for never.
	LastSeen time.Time `json:"last_seen,omitzero"`
	NextAt   time.Time `json:"next_at,omitzero"`
	// untold is set where Events is not known.
	untold bool
}

func (a *app) sourceList(ctx context.Context, words []string, everything bool, format string) error {
	write, err := a.sourceWriter(format)
	if err != nil {
		return err
	}
	ask := a.sourceLines
	if a.flags.server != "" {
		ask = a.sourceLinesRemote
	}
	lines, err := ask(ctx)
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(l sourceLine) bool {
		return !everything && !l.Polled && len(words) == 0 || !l.names(words)
	})
	if len(lines) == 0 && a.ui.outTTY {
		a.ui.sayf("nothing found; --all lists archived sources and those that are off")
	}
	if err := a.ui.page(func(w io.Writer) error { return write(w, lines) }); err != nil {
		return err
	}
	if a.sayProblems() {
		return errAttention
	}
	return nil
}

// names reports whether all words occur in what a source is called.
func (l sourceLine) names(words []string) bool {
	all := text.Fold(strings.Join([]string{l.ID, l.Community, l.Name, l.Platform, string(l.Kind)}, " "))
	for _, w := range words {
		if !strings.Contains(all, text.Fold(w)) {
			return false
		}
	}
	return true
}

// sourceLines gives all sources, with what the database remembers of them where
// there is one.
func (a *app) sourceLines(ctx context.Context) ([]sourceLine, error) {
	states, polls, err := a.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	origins, err := a.origins()
	if err != nil {
		return nil, err
	}
	var lines []sourceLine
	for _, c := range a.catalogue().Communities {
		for _, s := range c.Sources {
			l := sourceLine{
				ID: s.ID, Community: c.ID, Name: c.Name, Kind: s.Kind, Platform: s.Platform, URL: s.URL,
				Role: s.Role, Basis: s.Basis, Polled: a.config.Polls(s), Recording: origins[s.ID],
			}
			l.Why = whyNot(s, l.Polled)
			st := states[s.ID]
			l.Failures, l.LastPoll, l.LastSeen, l.NextAt = st.Failures, st.LastPoll, st.LastGood, st.NextAt
			if p, ok := polls[s.ID]; ok {
				l.State, l.Cause, l.Message, l.Events = p.State, p.Cause, p.Message, p.Read
			}
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// whyNot says why a source is not polled.
func whyNot(s *source.Source, polled bool) string {
	switch {
	case polled:
		return ""
	case s.Archived != "":
		return "archived: " + s.Archived
	case s.Off != "":
		return "off: " + s.Off
	}
	return "off: the config turns it off"
}

// sourceStates gives what the database remembers of each source; nothing where
// there is no database yet.
func (a *app) sourceStates(ctx context.Context) (map[string]store.SourceState, map[string]store.Poll, error) {
	states, polls := map[string]store.SourceState{}, map[string]store.Poll{}
	if name, err := a.databaseName(); err != nil || !exists(name) {
		return states, polls, err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	all, err := db.Sources(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range all {
		states[s.ID] = s
		last, err := db.Polls(ctx, s.ID, 1)
		if err != nil {
			return nil, nil, err
		}
		if len(last) > 0 {
			polls[s.ID] = last[0]
		}
	}
	return states, polls, nil
}

// origins gives the origin of each source's newest recording.
func (a *app) origins() (map[string]string, error) {
	visits, err := a.recordings("")
	if err != nil {
		return nil, err
	}
	newest := map[string]time.Time{}
	origins := map[string]string{}
	for _, v := range visits {
		if !v.At.Before(newest[v.Source]) {
			newest[v.Source], origins[v.Source] = v.At, string(v.Origin)
		}
	}
	return origins, nil
}

// sourceWriter gives the printer of a format.
func (a *app) sourceWriter(format string) (func(io.Writer, []sourceLine) error, error) {
	switch a.ui.format(format) {
	case "table":
		return a.sourceTable, nil
	case "jsonl":
		return func(w io.Writer, lines []sourceLine) error {
			enc := encoder(w)
			for _, l := range lines {
				if err := enc.Encode(l); err != nil {
					return err
				}
			}
			return nil
		}, nil
	case "json":
		return func(w io.Writer, lines []sourceLine) error {
			enc := encoder(w)
			enc.SetIndent("", "  ")
			return enc.Encode(lines)
		}, nil
	}
	return nil, usagef("--format %s: would be right: table, jsonl, json", quoted(format))
}

// The widths from which `source list` has room for all that it tells, and for one line
// a source.
const (
	roomForAll  = 100
	roomForRows = 60
)

// sourceTable prints a line a source: id, kind, recording, last seen, next and how it is
// doing. On a narrow terminal the kind is left to `source show`, and on a very narrow
// one what is said stands below the id.
func (a *app) sourceTable(w io.Writer, lines []sourceLine) error {
	u := a.ui
	if u.columns < roomForRows {
		return a.sourcePairs(w, lines)
	}
	rows := [][]string{{"source", "by", "recording", "seen", "next", "how it is doing"}}
	for _, l := range lines {
		rows = append(rows, l.cells(a.now()))
	}
	if u.columns < roomForAll {
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
			left += pad(r[i], width) + "  "
		}
		doing := text.Cut(r[len(widths)], max(u.columns-1-text.Width(left), 0))
		line := u.style(styleDim, left+doing)
		if n > 0 {
			line = left + u.style(lines[n-1].look(), doing)
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
	s := &sheet{ui: a.ui}
	for _, l := range lines {
		c := l.cells(a.now())
		s.WriteString(text.Cut(l.ID, a.ui.columns-1) + "\n")
		s.lines(2, l.look(), l.doing())
		s.lines(2, styleDim, "seen "+c[3]+", next "+c[4])
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
		return styleRed
	case l.State == health.Held:
		return styleAmber
	case l.State == "":
		return styleDim
	}
	return styleGreen
}

// exactly refuses any other number of arguments, in words.
func exactly(n int, words string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s", words)
		}
		return nil
	}
}
