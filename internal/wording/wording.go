// Package wording writes days, times and the values of fields for people, in a
// language and a zone. It is the one place where that is done: what is for programs
// is written by package event.
package wording

import (
	"cmp"
	"fmt"
	"time"

	"koyomi/internal/event"
)

// The languages.
const (
	Japanese = "ja"
	English  = "en"
)

var weekdaysJa = [...]string{
	time.Sunday:    "日",
	time.Monday:    "月",
	time.Tuesday:   "火",
	time.Wednesday: "水",
	time.Thursday:  "木",
	time.Friday:    "金",
	time.Saturday:  "土",
}

// Weekday returns the short name of a day of the week: "木", "Thu".
func Weekday(lang string, d time.Weekday) string {
	if lang == English {
		return d.String()[:3]
	}
	return weekdaysJa[d]
}

// A Style is a way to write times.
type Style struct {
	// lang is the language of what is no time; "" for Japanese.
	lang string
	// zone is where the reader's clock is; nil for the times' own zone.
	zone *time.Location
	// named is set where the zone is written out unless it is Asia/Tokyo.
	named bool
	// unannounced follows a day whose time is not announced; "" for nothing.
	unannounced string
	day         func(event.Date) string
	// gap stands between a day and an hour, between joins two days.
	gap, between string
}

// Calendar is the style of calendars, feeds and the terminal:
// "2009-06-10 (水) 10:00–18:00", in Asia/Tokyo.
var Calendar = Style{
	zone:    event.Tokyo,
	gap:     " ",
	between: " 〜 ",
	day:     func(d event.Date) string { return d.String() + " (" + weekdaysJa[d.Weekday()] + ")" },
}

// Terminal is Calendar for the terminal, which says so where the time of a day is not
// announced.
var Terminal = func() Style {
	s := Calendar
	s.unannounced = " " + Unannounced(English)
	return s
}()

// Unannounced says that the time of a day is not announced.
func Unannounced(lang string) string {
	if lang == English {
		return "time not announced"
	}
	return "時刻未発表"
}

// Page returns the style of pages: "2009年6月10日（水） 10:00–18:00", in the zone of
// the event, which is named where it is not Asia/Tokyo.
func Page(lang string) Style {
	return Style{
		lang:        lang,
		named:       true,
		unannounced: " " + Unannounced(lang),
		gap:         " ",
		between:     " – ",
		day:         func(d event.Date) string { return FullDay(lang, d) },
	}
}

// Near returns the style of lists: as Page, with the year only where it is not that of
// near.
func Near(lang string, near event.Date) Style {
	s := Page(lang)
	s.day = func(d event.Date) string { return NearDay(lang, d, near) }
	return s
}

// Mail returns the style of mails: "6/10（水）10:00–18:00", in the zone of the event;
// the year stands where it is not that of near.
func Mail(lang string, near event.Date) Style {
	s := Style{
		lang:        lang,
		unannounced: " " + Unannounced(lang),
		between:     "〜",
		day:         func(d event.Date) string { return NearDay(lang, d, near) },
	}
	if lang == English {
		s.gap, s.between = " ", " – "
	}
	return s
}

// FullDay writes a day in full: "2009年6月10日（水）", "Wed 10 June 2009".
func FullDay(lang string, d event.Date) string {
	if lang == English {
		return format(d, "Mon 2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日（%s）", d.Year, d.Month, d.Day, weekdaysJa[d.Weekday()])
}

// ShortDay writes a day whose year is clear: "6/10（水）", "10 Jun".
func ShortDay(lang string, d event.Date) string {
	if lang == English {
		return format(d, "2 Jan")
	}
	return fmt.Sprintf("%d/%d（%s）", d.Month, d.Day, weekdaysJa[d.Weekday()])
}

// WeekDay is ShortDay with the day of the week in every language.
func WeekDay(lang string, d event.Date) string {
	if lang == English {
		return format(d, "Mon 2 Jan")
	}
	return ShortDay(lang, d)
}

// NearDay writes a day, its year only where it is not that of near: "6/10（水）",
// "2010/6/10（木）", "Wed 10 Jun".
func NearDay(lang string, d, near event.Date) string {
	switch {
	case d.Year == near.Year:
		return WeekDay(lang, d)
	case lang == English:
		return format(d, "Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d/%d/%d（%s）", d.Year, d.Month, d.Day, weekdaysJa[d.Weekday()])
}

// Until writes the last day of what takes several.
func Until(lang string, d event.Date) string {
	if lang == English {
		return "to " + ShortDay(lang, d)
	}
	return ShortDay(lang, d) + "まで"
}

// Clock writes an hour: "19:00".
func Clock(t time.Time) string { return t.Format("15:04") }

// Minute writes a moment of koyomi's own in Asia/Tokyo: "2009-05-28 19:00".
func Minute(t time.Time) string { return t.In(event.Tokyo).Format("2006-01-02 15:04") }

func format(d event.Date, layout string) string { return d.Begin(time.UTC).Format(layout) }

// Moment writes a moment; "" for none.
func (s Style) Moment(m event.Moment) string {
	if s.zone != nil {
		m = m.In(s.zone)
	}
	switch {
	case m.IsZero():
		return ""
	case m.AllDay():
		return s.day(m.Date)
	}
	return s.day(m.Date) + s.gap + Clock(m.Time)
}

// Span writes when something takes place: its end without the day where that is the
// day of the start.
func (s Style) Span(span event.Span) string {
	zone := cmp.Or(s.zone, span.Location())
	return s.ends(span.Start.In(zone), span.End.In(zone)) + s.remark(span, zone)
}

// remark writes what a reader must know of a span besides its times.
func (s Style) remark(span event.Span, zone *time.Location) string {
	switch {
	case !span.TimeAnnounced():
		return s.unannounced
	case span.AllDay(), zone == event.Tokyo, !s.named:
		return ""
	}
	return " (" + zone.String() + ")"
}

func (s Style) ends(start, end event.Moment) string {
	sameDay := end.Date == start.Date
	switch {
	case end.IsZero(), start.AllDay() && sameDay:
		return s.Moment(start)
	case sameDay:
		return s.Moment(start) + "–" + Clock(end.Time)
	}
	return s.Moment(start) + s.between + s.Moment(end)
}

// Short writes a span in the fewest words and in no language: "2009-05-28 19:00–20:40",
// "2009-06-10–06-12".
func Short(s event.Span) string {
	start, end := s.Start.Words(), s.End.Words()
	sameDay, sameYear := s.End.Date == s.Start.Date, s.End.Date.Year == s.Start.Date.Year
	switch {
	case s.End.IsZero(), s.AllDay() && sameDay:
		return start
	case sameDay:
		return start + "–" + Clock(s.End.Time)
	case s.AllDay() && sameYear:
		return start + "–" + end[len("2006-"):]
	}
	return start + "–" + end
}

// Value writes the value of a field; "" for nothing. What is no time is written as
// it is.
func (s Style) Value(v event.Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case event.Times:
		return s.Span(v.Span())
	case event.Fee:
		return Fee(cmp.Or(s.lang, Japanese), v)
	case event.Moment:
		return s.Moment(v.In(cmp.Or(s.zone, event.Tokyo)))
	}
	return v.String()
}
