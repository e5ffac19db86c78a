package choose

import (
	"fmt"
	"slices"
	"strings"

	"koyomi/internal/when"
)

// The stages at which an event that is asked for can be lost, the first that holds.
const (
	lostDate    = "no date of its day is read"
	lostOwner   = "its date is read as something else's"
	lostRecord  = "no way to cut the document has its date"
	lostTitle   = "its date is given, with another title"
	lostNone    = "no events was chosen"
	lostChoice  = "another way to cut was chosen"
	eventsFound = "found"
)

var stages = []string{eventsFound, lostDate, lostOwner, lostRecord, lostTitle, lostNone, lostChoice}

// A waterfall counts the events asked for by where they were lost.
type waterfall struct {
	lost map[string]int
	docs map[string][]string
	// notes say of the first event lost in a document what was read instead.
	notes []string
}

// add looks where the events of a document were lost.
func (w *waterfall) add(d *labelled, all []*Reading) {
	got := d.foundBy(all[0])
	for k, f := range d.Events {
		if f.Opt {
			continue
		}
		stage := d.lostAt(k, got, all)
		w.lost[stage]++
		if stage != eventsFound && !slices.Contains(w.docs[stage], d.File) {
			w.docs[stage] = append(w.docs[stage], d.File)
			w.notes = append(w.notes, d.note(stage, &d.Events[k], all))
		}
	}
}

// foundBy returns the facts that a reading finds.
func (d *labelled) foundBy(r *Reading) map[int]bool {
	used := map[int]bool{}
	items := r.Events()
	for i := range items {
		if k := d.match(&items[i], used); k >= 0 {
			used[k] = true
		}
	}
	return used
}

func (d *labelled) lostAt(k int, got map[int]bool, all []*Reading) string {
	if got[k] {
		return eventsFound
	}
	isDay, isTitled := false, false
	for _, r := range all {
		isTitled = isTitled || d.foundBy(r)[k]
		for i := range r.Items {
			isDay = isDay || r.Items[i].Raw.Span.Start.Date.String() == day(d.Events[k].Start)
		}
	}
	switch {
	case isTitled && all[0].None:
		return lostNone
	case isTitled:
		return lostChoice
	case isDay:
		return lostTitle
	}
	for _, v := range d.page.Dates {
		if v.Reading.Start.Date.String() == day(d.Events[k].Start) {
			return lostRecord
		}
	}
	if d.mentions(day(d.Events[k].Start)) {
		return lostOwner
	}
	return lostDate
}

// String prints a waterfall as a table.
func (w *waterfall) String() string {
	total := 0
	for _, n := range w.lost {
		total += n
	}
	var b strings.Builder
	for _, s := range stages {
		fmt.Fprintf(&b, "\n%5d  %5.1f %%  %s", w.lost[s], 100*float64(w.lost[s])/float64(max(total, 1)), s)
		if docs := w.docs[s]; *tell && len(docs) > 0 {
			fmt.Fprintf(&b, "\n               %s", strings.Join(docs, " "))
		}
	}
	return b.String()
}

// note says what was asked for, and what the readings give on its day.
func (d *labelled) note(stage string, f *fact, all []*Reading) string {
	var given []string
	for _, r := range all {
		for i := range r.Items {
			it := &r.Items[i]
			if it.Raw.Span.Start.Date.String() == day(f.Start) && !slices.Contains(given, it.Title) && len(given) < 4 {
				given = append(given, it.Title)
			}
		}
	}
	return fmt.Sprintf("%s: %s: %s %q, given %q", stage, d.File, f.Start, f.Title, given)
}

// mentions reports whether a line names a day, whosever it is.
func (d *labelled) mentions(day string) bool {
	for i := range d.page.Doc.Lines {
		words := d.page.Doc.Lines[i].Text
		ctx := when.Context{Ref: d.page.Ref(), Zone: d.page.Zone(), Year: d.page.Year(i), Month: d.page.Month(i), Label: when.LabelDate}
		for _, v := range when.Explain(words[:min(len(words), 3000)], ctx) {
			if v.Reading.Start.Date.String() == day {
				return true
			}
		}
	}
	return false
}
