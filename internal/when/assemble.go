package when

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// A mom is a day with or without a time, still in numbers.
type mom struct {
	day   int // days since 1970-01-01
	min   int // minutes of the day, may pass 24:00; -1 for none
	sec   int8
	zone  int16
	zoned bool
	named bool // the zone by its name
	ok    bool
}

// A part is one session, still in numbers.
type part struct{ start, end mom }

// A dated candidate has its times.
type dated struct {
	start, end, doors mom
	hours             []int // items
	parts             []part
	last              int // day number of the last day
	other             int // 0 none, else index + 1 of the candidate that ends it
	taken             bool
	warn              warning
}

// A warning is a set of doubts about a reading.
type warning uint8

const (
	warnAM24 warning = 1 << iota
	warnTypo
	warnGuess
	warnBad
	warnEnd
	warnDoors
)

// assemble finds the times and the end of each candidate.
func (w *work) assemble() {
	w.dates = w.dates[:0]
	w.hours, w.parts = w.hours[:0], w.parts[:0]
	refused := func(k int) bool { return w.odds[k] <= 0 || !w.resolver.Days[k].OK }
	for k := range w.set.Candidates {
		at := len(w.hours)
		w.hours = w.set.Hours(w.hours, k, w.c.Label == LabelDate, refused)
		w.dates = append(w.dates, dated{hours: w.hours[at:len(w.hours):len(w.hours)]})
	}
	w.joinEnds()
	for k := range w.dates {
		if w.resolver.Days[k].OK {
			a := assembler{
				w:    w,
				k:    k,
				d:    &w.dates[k],
				days: &w.resolver.Days[k],
			}
			a.settle()
		}
	}
	for k := range w.dates {
		if o := w.dates[k].other; o > 0 {
			w.dates[k].endWith(&w.dates[o-1])
		}
	}
}

// joinEnds finds the dates that are the end of the one before them: behind a time and a
// range sign, or labelled as an end.
func (w *work) joinEnds() {
	for k := 0; k+1 < len(w.dates); k++ {
		if w.dates[k].taken {
			continue
		}
		if w.leadsTo(k) || w.endsBefore(k) {
			w.dates[k].other = k + 2
			w.dates[k+1].taken = true
		}
	}
}

// endsBefore reports whether the candidate behind k is labelled as its end.
func (w *work) endsBefore(k int) bool {
	if !w.bothDates(k) || w.odds[k] <= 0 {
		return false
	}
	return w.set.Candidates[k+1].Ends && !w.set.Candidates[k].Ends
}

// bothDates reports whether the candidates k and k+1 are dates.
func (w *work) bothDates(k int) bool {
	return w.item(k).Kind == parse.Date && w.item(k+1).Kind == parse.Date
}

// leadsTo reports whether a range leads from the candidate k, with its time, to the next.
func (w *work) leadsTo(k int) bool {
	n := w.set.Candidates[k+1].Item - 1
	if !w.bothDates(k) || w.set.Items[n].Kind != parse.Time {
		return false
	}
	t := w.doc.TimesOf(&w.set.Items[n])
	return t.Open && w.doc.Light(t.Sign, w.item(k+1).From) && !w.goesOn(k+1)
}

// goesOn reports whether the time directly behind the candidate k is open or a range: then
// it begins a session of its own and ends none (6/15(土) 10:00〜, 6/15(土) 14:00〜).
func (w *work) goesOn(k int) bool {
	n := w.set.Candidates[k].Item + 1
	if n >= len(w.set.Items) || w.set.Items[n].Kind != parse.Time {
		return false
	}
	t := w.doc.TimesOf(&w.set.Items[n])
	sameDay := w.resolver.Days[k].First == w.resolver.Days[k-1].First
	return sameDay && t.Goes()
}

// endWith ends d where e begins: a range over several days.
func (d *dated) endWith(e *dated) {
	end := e.start
	if d.start.min < 0 {
		end.min = -1
	}
	switch {
	case !d.start.ok, !end.ok:
	case !end.after(d.start):
		d.warn |= warnEnd
	case end.day > d.start.day, end.min >= 0:
		d.end, d.last = end, end.day
		d.parts = nil
	}
}

// after reports whether m is not before o: a later day, or a later time or none of the
// same day.
func (m mom) after(o mom) bool {
	if m.day != o.day {
		return m.day > o.day
	}
	return m.min < 0 || m.min > o.min
}

// follows reports whether the candidate k is a further part of the event that the
// candidate j begins: 11/7(金) 13:00〜18:00 11/8(土) 10:00〜18:00.
func (w *work) follows(j, k int) bool {
	if !w.alike(j, k) || w.divided(j, k) {
		return false
	}
	if w.odds[k]-w.odds[j] > maxOdds { // rather a stamp, and then the event
		return false
	}
	a, b := &w.dates[j].start, &w.dates[k].start
	sameSort := (a.min < 0) == (b.min < 0)
	ahead := b.day - a.day
	return sameSort && 0 < ahead && ahead <= maxAhead &&
		w.item(k).From-w.endOf(j) <= maxApart
}

// How far a further part of an event may lie from the one before: in days, in runes.
const (
	maxAhead = 200
	maxApart = 40
)

// maxOdds is how much likelier a further part of an event may be than its first, in
// log-odds.
const maxOdds = 3

// endOf returns where the candidate j ends with its times.
func (w *work) endOf(j int) int32 {
	end := w.item(j).To
	for _, n := range w.dates[j].hours {
		end = max(end, w.set.Items[n].To)
	}
	return end
}

// alike reports whether two candidates are dates that are believed and told alike.
func (w *work) alike(j, k int) bool {
	if !w.plainDate(j) || !w.plainDate(k) {
		return false
	}
	outside := w.item(j).Bracket == 0
	x, y := &w.set.Candidates[j], &w.set.Candidates[k]
	return x.Tense == y.Tense && !y.Moved && outside == (w.item(k).Bracket == 0) &&
		w.isRelative(j) == w.isRelative(k)
}

// isRelative reports whether the date of the candidate k is counted from publication.
func (w *work) isRelative(
	k int,
) bool {
	return w.doc.FirstDay(w.item(k)).Has(parse.Relative)
}

// plainDate reports whether the candidate k is a date that is believed.
func (w *work) plainDate(k int) bool {
	return w.believed(k) && !w.struck(k) && w.item(k).Kind == parse.Date
}

// joining are the words that may stand between the parts of one event.
var joining = lexicon.Of(
	lexicon.Time,
	lexicon.Past,
	lexicon.Party,
	lexicon.Undated,
	lexicon.Doors,
	lexicon.Start,
	lexicon.End,
)

// divided reports whether a word that begins another topic stands between two dates.
func (w *work) divided(j, k int) bool {
	for n := w.set.Candidates[j].Item + 1; n < w.set.Candidates[k].Item; n++ {
		if p := &w.set.Items[n]; p.Kind == parse.Word && !joining.Has(p.Class) {
			return true
		}
	}
	return false
}

// moment builds what m says in the zone of the text. The summer time of the zone is
// often named by its winter name (6:30pm CST in May): the hour on the wall counts.
func (w *work) moment(m mom) event.Moment {
	if !m.ok {
		return event.Moment{}
	}
	d := civil.Date(m.day)
	if m.min < 0 {
		return event.On(d)
	}
	local := time.Date(d.Year, d.Month, d.Day, 0, m.min, int(m.sec), 0, w.zone)
	if !m.zoned || m.named && isSummer(local, int(m.zone)) {
		return event.At(local)
	}
	t := time.Date(d.Year, d.Month, d.Day, 0, m.min-int(m.zone), int(m.sec), 0, time.UTC)
	return event.At(t.In(w.zone))
}

// isSummer reports whether t has summer time, an hour ahead of zone.
func isSummer(t time.Time, zone int) bool {
	_, offset := t.Zone()
	return t.IsDST() && offset == (zone+60)*60 && zone != 0
}

// role is the word that names the time of item n.
func (w *work) role(n int) lexicon.Class { return w.set.Owner[n] }

// ownerOf is the word that names the time it.
func (w *work) ownerOf(it *parse.Item) lexicon.Class {
	for n := range w.set.Items {
		if &w.set.Items[n] == it {
			return w.role(n)
		}
	}
	return lexicon.None
}
