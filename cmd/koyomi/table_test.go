package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/view"
)

// moment reads a moment as tests write it.
func moment(t interface{ Fatal(...any) }, s string) event.Moment {
	m, err := event.ParseMoment(s, event.Tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tableOf lays out one event of so many spans, as seen at noon on 10 June.
func tableOf(t *testing.T, columns int, spans ...event.Span) string {
	t.Helper()
	var events []event.Event
	for i, s := range spans {
		e := event.Event{UID: fmt.Sprintf("%08x-0000", i)}
		e.Title, e.Span = "勉強会", s
		events = append(events, e)
	}
	u := &terminal.UI{Columns: columns}
	return string(view.LayOut(u, events, time.Date(2026, 6, 10, 12, 0, 0, 0, event.Tokyo)))
}

func TestWhatRunsStandsUnderTodayAndTheNextPartUnderItsDay(t *testing.T) {
	t.Parallel()
	span := func(start, end string, parts ...event.Session) event.Span {
		return event.Span{Start: moment(t, start), End: moment(t, end), Sessions: parts}
	}
	part := func(start, end string) event.Session {
		return event.Session{Start: moment(t, start), End: moment(t, end)}
	}
	for _, c := range []struct {
		name string
		span event.Span
		want string
	}{
		{"a conference of three days", span("2026-06-09", "2026-06-11"), "2026-06-10 (水) 今日\n  〜06-11 "},
		{"its last day", span("2026-06-09", "2026-06-10"), "2026-06-10 (水) 今日\n  終日 (最終)"},
		{"a night that ends today", span("2026-06-09T21:00:00+09:00", "2026-06-10T18:00:00+09:00"), "2026-06-10 (水) 今日\n  –18:00"},
		{"a hackathon with hours", span("2026-06-09T10:00:00+09:00", "2026-06-12T18:00:00+09:00"), "2026-06-10 (水) 今日\n  〜06-12"},
		{"one that begins tomorrow", span("2026-06-11T10:00:00+09:00", ""), "2026-06-11 (木) 明日\n  10:00–  "},
		{
			"two evenings, the first of which is over", span("2026-06-03T19:00:00+09:00", "2026-06-17T21:00:00+09:00",
				part("2026-06-03T19:00:00+09:00", "2026-06-03T21:00:00+09:00"), part("2026-06-17T19:00:00+09:00", "2026-06-17T21:00:00+09:00")),
			"2026-06-17 (水)\n  19:00–21:00",
		},
		{"one told in another zone", span("2026-06-10T22:00:00Z", "2026-06-10T23:00:00Z"), "2026-06-11 (木) 明日\n  07:00–08:00"},
		{"one that is over", span("2026-06-01", ""), "2026-06-01 (月)\n  時刻未発表 "},
	} {
		if got := tableOf(t, 80, c.span); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	got := tableOf(t, 80, span("2026-06-01", "2026-06-20"), span("2026-06-04T19:00:00+09:00", "2026-06-12T19:00:00+09:00"), span("2026-06-10T19:00:00+09:00", ""))
	if strings.Count(got, "今日") != 1 {
		t.Errorf("today stands more than once:\n%s", got)
	}
}

// No line of any event is wider than any terminal, and no grapheme is split.
func TestNoLineOverflowsAnyTerminal(t *testing.T) {
	t.Parallel()
	foreign := rapid.StringOf(rapid.OneOf(
		rapid.RuneFrom([]rune("abc 勉強会仮想化ー（）【】👩\u200d💻🇯🇵が\u3099e\u0301①ｶﾞ…")), rapid.Rune(),
	))
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(terminal.LeastColumns, 220).Draw(t, "columns")
		events := make([]event.Event, rapid.IntRange(1, 5).Draw(t, "events"))
		for i := range events {
			e := &events[i]
			e.UID, e.Community = fmt.Sprintf("%016x", i), text.Line(foreign.Draw(t, "community"), 100)
			e.Title, e.Location = text.Line(foreign.Draw(t, "title"), 200), text.Line(foreign.Draw(t, "place"), 400)
			e.Status = rapid.SampledFrom([]event.Status{event.Confirmed, event.Tentative, event.Postponed, event.Cancelled}).Draw(t, "status")
			e.Start = event.On(event.Date{Year: 2026, Month: 6, Day: rapid.IntRange(1, 30).Draw(t, "day")})
			e.URL = "https://example.org/"
		}
		u := &terminal.UI{Columns: columns, Color: rapid.Bool().Draw(t, "color"), Links: rapid.Bool().Draw(t, "links")}
		out := (&view.Table{UI: u, Now: largeNow, Moved: map[string]bool{events[0].UID: true}}).Bytes(events)
		for line := range strings.Lines(string(out)) {
			line = sequences.ReplaceAllString(strings.TrimSuffix(line, "\n"), "")
			if w := text.Width(line); w > columns {
				t.Fatalf("%d columns in a terminal of %d: %q", w, columns, line)
			}
			if strings.ContainsFunc(line, unicode.IsControl) {
				t.Fatalf("control characters: %q", line)
			}
		}
	})
}

func TestWrappedTextKeepsAllOfItselfWithinItsColumns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := text.Block(rapid.StringOf(rapid.RuneFrom([]rune("ab 、。（仮想化）勉強会\n👩\u200d💻e\u0301-"))).Draw(t, "s"), 0)
		columns := rapid.IntRange(8, 60).Draw(t, "columns")
		lines := terminal.Wrapped(s, columns)
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if got := bare(strings.Join(lines, "")); got != bare(s) {
			t.Fatalf("%q became %q", s, lines)
		}
		for _, line := range lines {
			if text.Width(line) > columns {
				t.Fatalf("%q is wider than %d", line, columns)
			}
		}
	})
}

func TestAReaderThatHasGoneIsNoFailure(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	u := &terminal.UI{Out: w, ErrOut: io.Discard}
	err = u.Page(func(w io.Writer) error { _, err := w.Write(make([]byte, 1<<20)); return err })
	if got := exit(u, err); err == nil || got != exitDone {
		t.Errorf("a pipe whose reader has gone: %v, exit %d", err, got)
	}
}
