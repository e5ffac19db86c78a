package choose

import (
	"fmt"
	"slices"
	"strings"
)

// Doubt says in plain words why a page looks like one without events; all are its
// readings, "no events" the first.
func Doubt(all []*Reading) string {
	w := all[0].words
	if w.dates == 0 {
		return "no date of an event is named in it"
	}
	facts := []string{counted(w.dates, "date")}
	if w.hours == 0 {
		facts = append(facts, "no hour")
	}
	if w.past == w.dates {
		facts = append(facts, "all long past")
	}
	what := "a page without events"
	if k := slices.IndexFunc(all, func(r *Reading) bool { return !r.None }); k >= 0 {
		best := all[k]
		if best.facts.placed == 0 {
			facts = append(facts, "no place")
		}
		what = best.likeness(w)
	}
	return "looks like " + what + ": " + strings.Join(facts, ", ")
}

// likeness names what a page looks like whose events are doubted.
func (r *Reading) likeness(w pageWords) string {
	of := func(f func(*Item) bool) bool {
		return r.mean(func(i *Item) float64 { return flag(f(i)) }) > 0.5
	}
	switch {
	case of(func(i *Item) bool { return holiday.MatchString(i.Title) }):
		return "a list of holidays"
	case of(func(i *Item) bool { return i.words.post }), w.titleNews:
		return "news"
	case of(func(i *Item) bool { return i.words.report }):
		return "reports of what was held"
	case of(func(i *Item) bool { return i.words.due }):
		return "deadlines"
	case w.past == w.dates:
		return "history"
	}
	return "a page without events"
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
