package when

import (
	"koyomi/internal/when/judge"
)

// A Verdict is what was weighed for one date of a text.
type Verdict struct {
	// Reading is what the date is read as, whether it is an event's or not.
	Reading Reading
	// Part is where the date stands.
	Part Part
	// Owner is whose it is, LogOdds those of its being an event's.
	Owner   Owner
	LogOdds float64
	// Steps add up to LogOdds, the heaviest first.
	Steps []judge.Step
	// Features are what was said of the date, for package fit.
	Features []judge.Feature
	// Settled reports whether the calendar has the day and nothing ends on it.
	Settled bool
}

// Explain returns the verdict on each date of text, in order of text.
func Explain(text string, c Context) []Verdict { return fitted().Explain(text, c) }

// Explain returns the verdict on each date of text, in order of text.
func (r *Reader) Explain(text string, c Context) []Verdict {
	w := r.begin(text, c)
	defer r.end(w)
	q := w.cases()
	out := make([]Verdict, 0, len(w.dates))
	for k := range w.dates {
		features := q.Features(nil, k)
		v := Verdict{
			Owner:    OwnerEvent,
			LogOdds:  w.odds[k],
			Features: features,
			Steps:    r.model.Waterfall(features),
		}
		if b := w.decision(r.model); b != 0 {
			v.Steps = append(v.Steps, judge.Step{
				Feature: "decision",
				Weight:  b,
			})
		}
		if w.odds[k] <= 0 {
			v.Owner = r.model.Whose(features)
		}
		if w.dates[k].start.ok {
			v.Reading = w.build(k)
			v.Part = v.Reading.Parts[0]
			v.Settled = !w.dates[k].taken && !w.struck(k)
		}
		out = append(out, v)
	}
	return out
}
