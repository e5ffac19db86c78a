package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/query"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

// explain says what a question asks for, what of it chooses in the database and what is
// asked of each event that was read. It needs no database.
func (a *app) explain(words string, f eventsFlags) error {
	switch {
	case f.format != "":
		return usage.Errorf("--explain with --format: it explains in words; would be right: one of the two")
	case a.flags.server != "":
		return usage.Errorf("--explain with --server: it explains how koyomi reads a database of its own; would be right: --explain alone")
	}
	q, err := a.question(words, f)
	if err != nil {
		return err
	}
	p, err := a.local(nil).plan(q)
	if err != nil {
		return err
	}
	return a.ui.Page(func(w io.Writer) error {
		s := &terminal.Sheet{UI: a.ui}
		writePlan(s, p, q, a.now(), p.query.Explain(a.catalogue().Communities))
		_, err := w.Write(s.Bytes())
		return err
	})
}

// writePlan writes a plan: the question as it was understood, its parts, how they are found.
func writePlan(s *terminal.Sheet, p plan, q question, now time.Time, parts []query.Explained) {
	if form := p.query.String(); form != "" {
		s.Row("query", terminal.Bold, form)
	}
	s.Row("today", "", dayOf(now))
	s.Head("an event answers if")
	for _, e := range parts {
		explained(s, 1, e)
	}
	if q.past {
		s.Point(1, terminal.Dim, "·", "it is over (--past)")
	}
	s.Head("how it is found")
	s.Row("read", "", spanned(p, now)+order(q))
	s.Row("index", "", indexed(p, parts))
	if q.limit > 0 {
		s.Row("limit", "", counted(q.limit, "event")+"; read in pieces until there are as many")
	}
}

// explained writes a part and what it is made of.
func explained(s *terminal.Sheet, in int, e query.Explained) {
	s.Point(in, terminal.Dim, "·", e.Says)
	for _, part := range e.Parts {
		explained(s, in+2, part)
	}
}

// spanned tells the window that is read.
func spanned(p plan, now time.Time) string {
	var parts []string
	switch from := p.window.From; {
	case from.IsZero():
		parts = append(parts, "all that is stored")
	case from.Equal(now):
		parts = append(parts, "what is not over at "+momentOf(from))
	default:
		// A second before midnight stands for what ends at midnight itself.
		parts = append(parts, "what is not over before "+momentOf(from.Add(time.Second)))
	}
	if !p.window.Until.IsZero() {
		parts = append(parts, "starts before "+momentOf(p.window.Until))
	}
	return strings.Join(parts, " and ")
}

func order(q question) string {
	if q.past {
		return ", the latest first"
	}
	return ", the soonest first"
}

// indexed tells what the full-text index is asked for.
func indexed(p plan, parts []query.Explained) string {
	var by []string
	for _, e := range parts {
		if e.Indexed {
			by = append(by, e.Text)
		}
	}
	switch {
	case len(by) == 0:
		return "not asked: nothing in the query that it could find by"
	case len(p.window.Signs) == 0:
		return "not asked: so few days are read sooner than looked up"
	}
	return "asked for " + strings.Join(by, ", ")
}

func momentOf(t time.Time) string { return t.In(event.Tokyo).Format("2006-01-02 15:04") }

func dayOf(t time.Time) string {
	d := event.DateOf(t.In(event.Tokyo))
	return fmt.Sprintf("%s (%s)", d, weekdays[d.Weekday()])
}
