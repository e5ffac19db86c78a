package view

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"koyomi/internal/activity"
	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// leastCause is how many columns a cause needs beside the others.
const leastCause = 20

const (
	columnsForAll  = 100
	columnsForRows = 60
)

// SourceTable prints a line a source: id, kind, recording, last seen, next and how it is
// doing. On a narrow terminal the kind is left to `source show`, and on a very narrow
// one what is said stands below the id.
func (p *Printer) SourceTable(w io.Writer, lines []ask.Source) error {
	u := p.UI
	if u.Columns < columnsForRows {
		return p.sourcePairs(w, lines)
	}
	rows := [][]string{{"source", "by", "recording", "seen", "next", "how it is doing"}}
	for _, l := range lines {
		rows = append(rows, cells(l, p.Now()))
	}
	if u.Columns < columnsForAll {
		for i, r := range rows {
			rows[i] = slices.Concat(r[:1], r[2:])
		}
	}
	widths := widthsOf(rows)
	for n, r := range rows {
		left := ""
		for i, width := range widths {
			left += terminal.Pad(r[i], width) + "  "
		}
		words, in := terminal.Wrapped(
			r[len(widths)],
			max(u.Columns-1-text.Width(left), leastCause),
		), text.Width(
			left,
		)
		if in+leastCause >= u.Columns {
			words, in = terminal.Wrapped(r[len(widths)], u.Columns-3), 2
			words = append([]string{""}, words...)
		}
		style := terminal.Dim
		if n > 0 {
			style = styleOf(lines[n-1])
		}
		for i, line := range words {
			if i > 0 {
				left = strings.Repeat(" ", in)
			}
			line = strings.TrimRight(left+u.Style(style, line), " ")
			if _, err := fmt.Fprintln(w, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// widthsOf returns the widths of all columns except the last.
func widthsOf(rows [][]string) []int {
	widths := make([]int, len(rows[0])-1)
	for _, r := range rows {
		for i := range widths {
			widths[i] = max(widths[i], text.Width(r[i]))
		}
	}
	return widths
}

// cells are what `source list` shows of a source.
func cells(l ask.Source, now time.Time) []string {
	by := string(l.Kind)
	if l.Platform != "" {
		by = l.Platform
	}
	recorded := l.Recording
	if recorded == "" {
		recorded = "–"
	}
	return []string{
		text.Cut(l.ID, 28),
		text.Cut(by, 12),
		recorded,
		seenWords(l.LastSeen, now),
		nextWords(l, now),
		doing(l),
	}
}

// sourcePairs prints two lines a source.
func (p *Printer) sourcePairs(w io.Writer, lines []ask.Source) error {
	s := &terminal.Text{UI: p.UI}
	for _, l := range lines {
		c := cells(l, p.Now())
		s.WriteString(text.Cut(l.ID, p.UI.Columns-1) + "\n")
		s.Lines(2, styleOf(l), doing(l))
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

func nextWords(l ask.Source, now time.Time) string {
	switch {
	case !l.Polled:
		return "–"
	case l.NextAt.IsZero() || !l.NextAt.After(now):
		return "due"
	}
	return ago(l.NextAt.Sub(now))
}

// doing says in words how a source is doing.
func doing(l ask.Source) string {
	switch l.State {
	case "":
		if l.Why != "" {
			return text.Line(l.Why, 1000)
		}
		return "not polled yet"
	case health.Failed, health.Held:
		return fmt.Sprintf(
			"%s (%s, %d in a row): %s",
			l.State,
			l.Cause,
			l.Failures,
			text.Line(l.Message, 1000),
		)
	}
	if l.EventsUnknown {
		return string(l.State)
	}
	words := fmt.Sprintf("%s, %s", l.State, Counted(l.Events, "event"))
	if a := l.Activity; a != nil && a.State != activity.Active && a.State != "" {
		words += fmt.Sprintf(
			"; %s, last event %s",
			a.State,
			event.DateOf(a.Last.In(event.Tokyo)),
		)
	}
	return words
}

// alive says in words how alive a community is, "" where nothing is known.
func alive(a *activity.Activity) string {
	if a == nil || a.Events == 0 {
		return ""
	}
	words := fmt.Sprintf("%s: last event %s", a.State, event.DateOf(a.Last.In(event.Tokyo)))
	if days := a.Days(); days > 0 {
		words += fmt.Sprintf(", usually every %s", Counted(days, "day"))
	}
	return words + fmt.Sprintf(", %s known", Counted(a.Events, "event"))
}

func styleOf(l ask.Source) string {
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

// WriteSource prints what a source is and how it is doing.
func (p *Printer) WriteSource(
	w io.Writer,
	l ask.Source,
	s *source.Source,
	usual health.Profile,
) {
	now := p.Now()
	for _, row := range [][2]string{
		{"source", l.ID},
		{"community", l.Name + " (" + l.Community + ")"},
		{"kind", string(l.Kind)},
		{"platform", l.Platform},
		{"address", l.URL},
		{"basis", l.Basis},
		{"role", string(l.Role)},
		{"recording", l.Recording},
		{"schedule", s.Schedule},
		{"not polled", l.Why},
		{"last seen", seenWords(l.LastSeen, now)},
		{"next", nextWords(l, now)},
		{"usual", usually(usual, now)},
		{"fields", usual.Fields()},
		{"reaches", usual.Window()},
		{"habits", usual.Habits()},
		{"doing", doing(l)},
		{"alive", alive(l.Activity)},
	} {
		if row[1] != "" {
			fmt.Fprintf(
				w,
				"%s  %s\n",
				p.UI.Style(terminal.Dim, terminal.Pad(row[0], 10)),
				text.Line(row[1], 400),
			)
		}
	}
}

// usually says what the good polls of a source bring, "" before the first.
func usually(p health.Profile, now time.Time) string {
	words := p.Size()
	if rhythm := p.Rhythm(now).Usually(now); rhythm != "" {
		words += "; " + rhythm
	}
	return words
}

// Stopped says since when and why an address is asked no more, "" where it is asked.
func Stopped(a store.AddressState) string {
	if a.Stopped.IsZero() {
		return ""
	}
	return "since " + a.Stopped.UTC().Format(time.DateOnly) + ": " + a.Message
}

// MovedTo says where an address has moved to for good, "" where it has not.
func MovedTo(a store.AddressState) string {
	if !a.Steady() {
		return ""
	}
	return a.MovedTo + " since " + a.Moved.UTC().Format(time.DateOnly)
}

// WriteAddresses prints which addresses of a source are asked no more or have moved.
func (p *Printer) WriteAddresses(w io.Writer, all []store.AddressState) {
	for _, a := range all {
		for _, row := range [][2]string{{"given up", Stopped(a)}, {"moved to", MovedTo(a)}} {
			if row[1] != "" {
				fmt.Fprintf(
					w,
					"%s  %s\n",
					p.UI.Style(terminal.Dim, terminal.Pad(row[0], 10)),
					text.Line(row[1], 400),
				)
			}
		}
	}
}

// WritePoll prints one poll and what it left out.
func (p *Printer) WritePoll(w io.Writer, one store.Poll) {
	at := one.At.In(event.Tokyo).Format("2006-01-02 15:04")
	words := string(one.State)
	switch one.State {
	case health.Failed, health.Held:
		words += " (" + string(one.Cause) + "): " + text.Line(one.Message, 300)
	case health.Applied, health.Unchanged:
		words += fmt.Sprintf(": read %s", Counted(one.Read, "event"))
		for _, k := range changeOrder {
			if n := one.Changes[k.kind]; n > 0 {
				words += fmt.Sprintf(", %d %s", n, k.words)
			}
		}
	}
	fmt.Fprintf(w, "%s  %s\n", p.UI.Style(terminal.Dim, at), words)
	for _, r := range one.Rejections {
		fmt.Fprintf(
			w,
			"    %s %s: %s\n",
			p.UI.Style(terminal.Amber, "left out"),
			Shown(r.Text, r.Item),
			text.Line(r.Reason, 200),
		)
	}
	for _, n := range one.Notes {
		fmt.Fprintf(w, "    note: %s\n", text.Line(n, 200))
	}
}
