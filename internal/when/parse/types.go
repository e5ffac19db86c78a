// Package parse finds what a text could be announcing: every date, time, range and
// rule, joined as far as the writing joins them, and the words around them. It takes
// the forms from package grammar and the words from package lexicon, and does not
// judge what belongs to an event.
package parse

import (
	"koyomi/internal/event"
	"koyomi/internal/when/fold"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/rule"
)

// A Day is a date as far as it is printed.
type Day struct {
	Y        int16 // 0: not printed
	M, D     int8  // M 0: day of the month only; D 0: a month
	Wd       int8  // 0 Sunday … 6, -1 none printed
	Nth      int8  // 第3土曜: 1 to 5, 9 the last; D is 0 then
	AltY     int16 // another way to read a slipped year
	Fl       int32 // flags of package grammar, and those below
	From, To int32
}

// Flags of a Day besides those of package grammar.
const (
	Relative = 1 << (24 + iota) // counted from the day of publication
	YearWord                    // its year from 今年, 来年 …
	Tail                        // it follows from the day before it (〜12日)
	Joined                      // a range sign that may be a move: 3/7→4/11
	Ancient                     // before the years that are believed
)

// Has reports whether one of the flags f is set.
func (d *Day) Has(f int32) bool { return d.Fl&f != 0 }

// A Span is one day or one range of days.
type Span struct {
	A, B Day // B.D 0: a single day
}

// Ranged reports whether s has a last day.
func (s *Span) Ranged() bool { return s.B.D != 0 }

// A Clock is a time of day.
type Clock struct {
	Min  int16 // minutes from 00:00, up to 30:59; -1 none
	Sec  int8
	Half int8 // 0 none, 1 am, 2 pm, 3 noon, midnight or night
	Next bool // 翌
	Bare bool // an hour without a unit
	Secs bool // seconds are printed
	Iso  bool // behind a T
}

// NoClock is no time.
var NoClock = Clock{Min: -1}

// Times are a time of day or a range of them.
type Times struct {
	A, B    Clock
	Length  int16 // minutes, 0 none
	Zone    int16 // minutes east of UTC where HasZone
	HasZone bool
	Named   bool // the zone by its name, not as an offset
	Open    bool // 19:00〜
	Until   bool // 17:00まで
	Warn    Warning
	Sign    int32 // where an open range sign ends
}

// Ranged reports whether t says how long something lasts.
func (t *Times) Ranged() bool { return t.B.Min >= 0 || t.Length > 0 }

// Goes reports whether a range sign or an end follows the first time.
func (t *Times) Goes() bool { return t.B.Min >= 0 || t.Open }

// A Warning is what was doubtful in a time.
type Warning uint8

// The warnings.
const (
	AM24   Warning = 1 << iota // AM19:00
	Typo                       // 10:00-10-15
	Guess                      // 2-5: read as in the afternoon
	BadMin                     // 17:74
)

// Kind tells items apart.
type Kind uint8

// The kinds of items.
const (
	Date Kind = iota
	Time
	Rule
	Weekday
	Word
	Month // a month without a day
	Year  // a year alone
)

// An Item is one thing that was found, in order of text.
type Item struct {
	Kind   Kind
	Class  lexicon.Class // of a Word
	Set    lexicon.Set   // all classes of the words it is made of
	X      int32         // Date: its first span; Time, Rule: its index; Weekday, Month: which
	N      int16         // Date: how many spans; Month, Year: the year
	Fiscal bool          // Year: 年度
	From   int32         // runes
	To     int32
	Place
	YearBefore int16 // the year that the text named last before it
}

// A Place is where in the text an item stands.
type Place struct {
	Line    int16
	Clause  int32 // ends at a full stop, a bar, a line end
	Cell    int32
	Bracket int16 // 0 outside
	Quote   bool  // inside 「」
	Note    bool  // behind ※
	Struck  bool
	Tagged  bool // inside <time>
}

// A Doc is what was found in one text.
type Doc struct {
	Text     fold.Text
	Items    []Item
	Spans    []Span
	Times    []Times
	Rules    []rule.Rule
	Japanese bool
	Invalid  bool // a day that the calendar does not have was met
}

// SpansOf returns the spans of a Date.
func (d *Doc) SpansOf(it *Item) []Span { return d.Spans[it.X : int(it.X)+int(it.N)] }

// LastSpan returns the last span of an item, an empty one for what is no Date.
func (d *Doc) LastSpan(it *Item) *Span {
	if it.Kind != Date {
		return &Span{}
	}
	return &d.Spans[int(it.X)+int(it.N)-1]
}

// FirstDay returns the first day of a Date.
func (d *Doc) FirstDay(it *Item) *Day { return &d.Spans[it.X].A }

// TimesOf returns the times of a Time.
func (d *Doc) TimesOf(it *Item) *Times { return &d.Times[it.X] }

// A Context is what the forms need to know beside the text.
type Context struct {
	// Ref is the day of publication.
	Ref event.Date
	// Field reports whether the text is the value of a date field: spare
	// spellings are read there.
	Field bool
	// DayFirst reports whether 5/6/2009 is the fifth of June.
	DayFirst bool
}
