package feed

import (
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// defaultDates are the places in which the date of an event is looked for, the
// surest first.
var defaultDates = []string{"fields", "marked", "body", "title", "announced"}

// An item is one item of a feed being read.
type item struct {
	r   *reader
	raw *extract.Raw
	// body is its text, markup the HTML that it was.
	body, markup string
	// fields is what its namespaced elements say, labelled what stands behind labels.
	fields   extract.Raw
	labelled extract.Labelled
}

// places are where the date of an event may stand; each reports whether it does.
var places = map[string]func(*item) bool{
	"fields":    (*item).inFields,
	"marked":    (*item).inMarkup,
	"body":      (*item).inBody,
	"title":     (*item).inTitle,
	"announced": func(it *item) bool { return it.inSentences(false) },
	"prose":     func(it *item) bool { return it.inSentences(true) },
	"posted":    (*item).inPost,
}

// date finds where the item states when the event is.
func (it *item) date() {
	order := it.r.set.Dates
	if len(order) == 0 {
		order = defaultDates
	}
	it.labelled = extract.Prose(it.body, it.r.set.Labels...)
	it.raw.Fill(
		extract.Labelled{
			"location": it.labelled["location"],
			"address":  it.labelled["address"],
			"status":   it.labelled["status"],
		},
	)
	splitPlace(it.raw)
	it.fields = *it.raw
	for _, where := range order {
		*it.raw = undated(*it.raw)
		if find := places[where]; find != nil && find(it) {
			return
		}
	}
	*it.raw = undated(*it.raw)
}

func undated(raw extract.Raw) extract.Raw {
	raw.When, raw.Start, raw.End, raw.Time, raw.Label = "", "", "", "", when.LabelNone
	return raw
}

// inFields takes the date of namespaced elements.
func (it *item) inFields() bool {
	*it.raw = it.fields
	return it.raw.Start != ""
}

// inBody takes the date behind a label, or the period that a body begins with, alone
// in its line.
func (it *item) inBody() bool {
	raw := it.raw
	raw.Fill(it.labelled)
	if raw.Start != "" || it.names(raw.When) {
		return true
	}
	first, _, _ := strings.Cut(strings.TrimSpace(it.body), "\n")
	isPeriod := raw.When == "" && extract.Alone(first, it.context())
	if isPeriod {
		raw.When = first
	}
	return isPeriod
}

// names reports whether words name a date.
func (it *item) names(words string) bool {
	return words != "" && !it.read(words).Start.IsZero()
}

// inTitle takes a date that the title names: with figures, for "今日の…" is a diary,
// and not just the day of the post.
func (it *item) inTitle() bool {
	raw := it.raw
	raw.When = raw.Title
	if !strings.ContainsAny(text.Fold(raw.Title), "0123456789") {
		return false
	}
	got := it.read(raw.Title)
	if got.Start.IsZero() {
		return false
	}
	// A day that was over when it was posted, or the day of the post, is a diary's.
	isDiary := got.AllDay() && it.isPast(got.Start)
	return !isDiary || extract.Held(raw.Title)
}

// isPast reports whether a day was over, or had come, when the item was posted.
func (it *item) isPast(m event.Moment) bool {
	if it.raw.Ref.IsZero() {
		return false
	}
	posted := event.DateOf(it.raw.Ref.In(it.r.visit.Source.TimeZone()))
	return m.Date.Compare(posted) <= 0
}

// inSentences takes the date of an announcement in sentences, which may speak of
// other days as well.
func (it *item) inSentences(every bool) bool {
	l, ok := extract.Announced(it.body, every)
	if !ok {
		return false
	}
	raw := it.raw
	raw.Fill(l)
	raw.Label = when.LabelNone
	for _, words := range append([]string{raw.When}, strings.Split(raw.When, "\n")...) {
		if it.names(words) {
			raw.When = words
			return true
		}
	}
	return false
}

// inPost takes the day of the post for that of the event.
func (it *item) inPost() bool {
	if it.raw.Ref.IsZero() {
		return false
	}
	it.raw.Start = it.raw.Ref.Format(time.RFC3339)
	return true
}

func (it *item) read(s string) when.Reading { return when.Read(s, it.context()) }

func (it *item) context() when.Context {
	ref := it.raw.Ref
	if ref.IsZero() {
		ref = it.r.visit.At
	}
	return when.Context{
		Ref:   ref,
		Zone:  it.r.visit.Source.TimeZone(),
		Year:  it.raw.Year,
		Label: it.raw.Label,
	}
}
