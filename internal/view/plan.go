package view

import (
	"fmt"
	"strings"
	"time"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/query"
	"koyomi/internal/terminal"
	"koyomi/internal/wording"
)

// WritePlan writes a plan: the question as it was understood, its parts, how they are found.
func WritePlan(
	s *terminal.Text,
	p ask.Plan,
	q ask.Question,
	now time.Time,
	parts []query.Explained,
) {
	if form := p.Query.String(); form != "" {
		s.Row("query", terminal.Bold, form)
	}
	s.Row("today", "", dayOf(now))
	s.Head("an event answers if")
	for _, e := range parts {
		explained(s, 1, e)
	}
	if q.Past {
		s.Point(1, terminal.Dim, "·", "it is over (--past)")
	}
	s.Head("how it is found")
	s.Row("read", "", spanned(p, now)+order(q))
	s.Row("index", "", indexed(p, parts))
	if q.Limit > 0 {
		s.Row(
			"limit",
			"",
			Counted(q.Limit, "event")+"; read in pieces until there are as many",
		)
	}
}

// explained writes a part and what it is made of.
func explained(s *terminal.Text, in int, e query.Explained) {
	s.Point(in, terminal.Dim, "·", e.Says)
	for _, part := range e.Parts {
		explained(s, in+2, part)
	}
}

// spanned writes the window that is read.
func spanned(p ask.Plan, now time.Time) string {
	var parts []string
	switch from := p.Window.From; {
	case from.IsZero():
		parts = append(parts, "all that is stored")
	case from.Equal(now):
		parts = append(parts, "what is not over at "+momentOf(from))
	default:
		// A second before midnight stands for what ends at midnight itself.
		parts = append(parts, "what is not over before "+momentOf(from.Add(time.Second)))
	}
	if !p.Window.Until.IsZero() {
		parts = append(parts, "starts before "+momentOf(p.Window.Until))
	}
	return strings.Join(parts, " and ")
}

func order(q ask.Question) string {
	if q.Past {
		return ", the latest first"
	}
	return ", the soonest first"
}

// indexed writes what the full-text index is asked for.
func indexed(p ask.Plan, parts []query.Explained) string {
	var by []string
	for _, e := range parts {
		if e.Indexed {
			by = append(by, e.Text)
		}
	}
	switch {
	case len(by) == 0:
		return "not asked: nothing in the query that it could find by"
	case len(p.Window.IndexTerms) == 0:
		return "not asked: so few days are read sooner than looked up"
	}
	return "asked for " + strings.Join(by, ", ")
}

func momentOf(t time.Time) string { return t.In(event.Tokyo).Format("2006-01-02 15:04") }

func dayOf(t time.Time) string {
	d := event.DateOf(t.In(event.Tokyo))
	return fmt.Sprintf("%s (%s)", d, wording.Weekday(wording.Japanese, d.Weekday()))
}
