package when

import (
	"sync"
	"time"

	"koyomi/internal/event"
)

// A day is a date as far as it is printed.
type day struct {
	y        int16 // 0: not printed
	m, d     int8  // m 0: day of the month only
	wd       int8  // 0 Sunday … 6, -1 none printed
	fl       uint16
	from, to int32
}

const (
	dRel     = 1 << iota // counted from Ref (明日)
	dCompact             // 20090528, 090521
	dEnglish
	dShort     // two-digit year
	dNextYear  // 翌年
	dNextMonth // 翌月
	dTail      // the day follows from the one before it (〜12日)
	dDot       // 5.28
	dWeak      // a bare weekday, a bare day
	dHoliday   // (祝)
	dYearWord  // 今年, 昨年
	dNth       // 6月第3土曜
	dMonthOnly
	dArrow // 3/7→4/11
)

// A seg is one day or one range of days.
type seg struct {
	a, b day // b.d 0: a single day
}

// A clock is a time of day.
type clock struct {
	min  int16 // minutes from 00:00, up to 30:59; -1 none
	sec  int8
	mark int8 // 0 none, 1 am, 2 pm (午前, 午後), 3 noon
	next bool // 翌
	bare bool // an hour without a unit
}

// A tspan is a time or a range of times.
type tspan struct {
	a, b     clock
	dur      int16 // minutes, 0 none
	zone     int16 // minutes east of UTC where hasZone
	hasZone  bool
	open     bool // 19:00〜
	endOnly  bool // 17:00まで
	warn     uint8
	rangeEnd int32 // where a dangling 〜 ends
}

const (
	tAM24  = 1 << iota // AM19:00
	tTypo              // 10:00-10-15
	tGuess             // 2-5: read as in the afternoon
	tBad               // 17:74
)

type kind uint8

const (
	kDate kind = iota
	kTime
	kRule
	kWeekday
	kRole
	kMonth // a month without a day
)

// An item is one thing the scanner found, in order of text.
type item struct {
	k        kind
	c        class
	fl       uint8
	from, to int32
	x        int32 // date: first seg; time: index of tspan; rule: index; weekday, year: value
	n        int16 // date: number of segs
	line     int16
	sent     int32 // clause number: ends at 。 and line ends
	cell     int32
	brk      int16 // the bracket it stands in, 0 none
	quote    bool
	note     bool // after ※
	struck   bool
	n2       int16 // the year that the text named last before it
	owner    class // time: the word that says what it is
	used     bool  // word: a time has claimed it
}

// A scan is one reading of one text; its slices are used again.
type scan struct {
	c   Context
	ref day // of Ref, in Zone
	loc *time.Location

	rs     []cell
	struck bool
	its    []item
	segs   []seg
	times  []tspan
	rules  []Rule
	cands  []cand
	hrs    []int // items: the times of the candidates, one after the other
	parts  []part
	warn   uint8
	bad    bool // a day that the calendar does not have was met

	line     int16
	sent     int32
	cells    int32
	brk      int16
	brkSeq   int16
	stack    [8]int16
	depth    int
	quote    int
	note     bool
	yearRel  int16 // 今年, 来年 …: the year, for the next date
	yearText int16 // the last year that stands alone
	japanese bool
	known    int // where the last known ASCII word ended
}

var scans = sync.Pool{New: func() any { return new(scan) }}

// newScan folds and scans text.
func newScan(text string, c Context) *scan {
	s := scans.Get().(*scan)
	s.reset(c)
	if len(text) > MaxText {
		text = text[:MaxText]
	}
	s.fold(text)
	s.lex()
	return s
}

func (s *scan) free() {
	if cap(s.rs) > 1<<14 {
		return // let the rare long text go
	}
	scans.Put(s)
}

func (s *scan) reset(c Context) {
	*s = scan{c: c, rs: s.rs[:0], its: s.its[:0], segs: s.segs[:0], times: s.times[:0], cands: s.cands[:0], hrs: s.hrs[:0], parts: s.parts[:0]}
	s.loc = c.Zone
	if s.loc == nil {
		s.loc = event.Tokyo
	}
	ref := c.Ref
	if ref.IsZero() {
		ref = time.Unix(0, 0)
	}
	y, m, d := ref.In(s.loc).Date()
	s.ref = day{y: int16(y), m: int8(m), d: int8(d), wd: int8(ref.In(s.loc).Weekday())}
}
