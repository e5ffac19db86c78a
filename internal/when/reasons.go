package when

import (
	"math"

	"koyomi/internal/when/bind"
	"koyomi/internal/when/judge"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
	"koyomi/internal/when/resolve"
	"koyomi/internal/when/rule"
)

// The reasons of a reading, as people read them.
const (
	reasonEvent   = "event: named by its label or verb"
	reasonBare    = "event: the only date that nothing takes away"
	reasonField   = "event: the text is a date field"
	reasonWeekday = "weekday: proves"
	reasonStart   = "start: the programme's, doors kept apart"
	reasonMoved   = "date: the one it was moved to"
)

// sourceReasons say where a year or month comes from.
var sourceReasons = map[resolve.Source]string{
	resolve.Printed:   "year: printed",
	resolve.FromRef:   "year: from publication",
	resolve.FromHint:  "year: from the heading or title",
	resolve.FromText:  "year: from the text beside it",
	resolve.FromWord:  "year: from 今年, 来年 or 昨年",
	resolve.Counted:   "date: counted from publication",
	resolve.FromRule:  "date: next occurrence of a rule",
	resolve.MonthRef:  "month: from publication",
	resolve.MonthText: "month: from the text or heading",
}

// warningTexts are the warnings of a reading, in their order.
var warningTexts = [...]struct {
	bit  warning
	text string
}{
	{warnAM24, "time: 午前/AM with an hour past noon, read as of 24 hours"},
	{warnTypo, "time: 10:00-10-15 read as a range"},
	{warnGuess, "time: hours without am or pm read as in the afternoon"},
	{warnBad, "time: minutes past 59, left out"},
	{warnEnd, "end: before the start, left out"},
	{warnDoors, "start: only doors or reception are named"},
}

// Why no date was read.
const (
	noneEmpty   = "no date in text"
	noneUndated = "the date is undecided"
	noneMonth   = "a month without a day"
	noneTime    = "a time without a date"
	noneStruck  = "the date is struck out"
	noneEnd     = "only an end, no start"
	noneInvalid = "a day that the calendar does not have"
	noneWeak    = "a date that nothing names as the event's"
)

// ownerReasons say why no date was read where one belongs to something else.
var ownerReasons = map[Owner]string{
	judge.OwnerDeadline:     "only a deadline or a registration period",
	judge.OwnerRegistration: "only a deadline or a registration period",
	judge.OwnerStamp:        "only a date of publication or update",
	judge.OwnerHours:        "opening hours, no event",
	judge.OwnerHistory:      "a date of history, no event",
	judge.OwnerReserve:      "only a day kept in reserve",
	judge.OwnerVersion:      "a version, no date",
	judge.OwnerData:         "a date in a row of data, no event",
	judge.OwnerValidity:     "how long something holds good, no event",
	judge.OwnerIdiom:        "a figure of speech, no date",
	judge.OwnerExample:      "a date quoted as an example",
	judge.OwnerNobody:       noneWeak,
}

// explain fills reasons and warnings.
func (w *work) explain(r *Reading, k int) {
	d, days := &w.dates[k], &w.resolver.Days[k]
	r.Reasons = append(r.Reasons, w.ownReason(k))
	if why, ok := sourceReasons[days.Source]; ok {
		r.Reasons = append(r.Reasons, why)
	}
	if days.Proved && !days.Contradicted {
		r.Reasons = append(r.Reasons, reasonWeekday)
	}
	if d.doors.ok {
		r.Reasons = append(r.Reasons, reasonStart)
	}
	if days.Contradicted {
		r.Warnings = append(
			r.Warnings,
			"weekday: contradicts (printed "+rule.KanjiDays[days.Weekday]+", is "+rule.KanjiDays[days.Is]+")",
		)
	}
	for _, t := range warningTexts {
		if d.warn&t.bit != 0 {
			r.Warnings = append(r.Warnings, t.text)
		}
	}
}

// ownReason says why the date is the event's.
func (w *work) ownReason(k int) string {
	c := &w.set.Candidates[k]
	switch {
	case c.Moved:
		return reasonMoved
	case ownHold(&c.Before), ownHold(&c.Behind), ownHold(&c.Above):
		return reasonEvent
	case w.c.Label == LabelDate:
		return reasonField
	}
	return reasonBare
}

func ownHold(h *bind.Hold) bool { return lexicon.Own.Has(h.Class) }

// confidence is in percent: what is named, printed and proved counts.
func (w *work) confidence(k int) int {
	days := &w.resolver.Days[k]
	n := 52 + int(math.Round(26/(1+math.Exp(-w.odds[k]/2))))
	n += sourceConfidence[days.Source]
	if days.Proved {
		n += 8
	}
	if days.Contradicted {
		n -= 25
	}
	if w.dates[k].warn != 0 {
		n -= 10
	}
	return max(5, min(n, 99))
}

var sourceConfidence = map[resolve.Source]int{
	resolve.Printed:  14,
	resolve.FromHint: 10,
	resolve.FromText: 10,
	resolve.FromWord: 10,
	resolve.Counted:  -10,
	resolve.MonthRef: -10,
}

// none says why nothing was read.
func (w *work) none(m *judge.Model) Reading {
	r := Reading{}
	r.None, r.Owner, r.LogOdds = w.why(m)
	for k := range w.dates {
		if !w.dates[k].start.ok || len(r.Parts) > maxNoneParts {
			continue
		}
		r.Parts = append(
			r.Parts,
			w.part(w.otherRole(k), w.set.Candidates[k].Item, w.days(k)),
		)
	}
	return r
}

// why says whose the likeliest date is, and why it is no event's.
func (w *work) why(m *judge.Model) (reason string, owner Owner, odds float64) {
	likely := -1
	for k := range w.dates {
		if w.struck(k) {
			return noneStruck, judge.OwnerNobody, 0
		}
		if w.dates[k].start.ok && (likely < 0 || w.odds[k] > w.odds[likely]) {
			likely = k
		}
	}
	if likely >= 0 {
		owner = m.Whose(w.featuresOf(likely))
		return ownerReasons[owner], owner, w.odds[likely]
	}
	return w.nothing(), "", 0
}

// nothing says what stands in a text without any date.
func (w *work) nothing() string {
	found := map[parse.Kind]bool{}
	for i := range w.doc.Items {
		it := &w.doc.Items[i]
		if it.Kind == parse.Word && it.Class == lexicon.Undated {
			return noneUndated
		}
		found[it.Kind] = true
	}
	switch {
	case w.doc.Invalid || len(w.dates) > 0:
		return noneInvalid
	case found[parse.Month]:
		return noneMonth
	case found[parse.Time]:
		return noneTime
	}
	return noneEmpty
}
