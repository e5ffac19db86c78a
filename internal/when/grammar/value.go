package grammar

// A Slot is one thing that a pattern can say.
type Slot uint8

// The slots of a value. Those of a date: Year (printed in full), Short (two digits),
// Era with EraYear, Month, Day, Weekday, Nth (第3), Rel (days from publication), Week
// (weeks from publication), RelMonth, RelYear. Those of a time: Hour, Minute, Second,
// Half (see the data file), Zone with ZoneSign, ZoneHour and ZoneMinute. Hours,
// Minutes and Days are lengths; Every is the interval of a rule, Join how a range is
// written; Is holds flags.
const (
	Year Slot = iota
	Short
	Era
	EraYear
	Month
	Day
	Weekday
	Nth
	Rel
	Week
	RelMonth
	RelYear
	Hour
	Minute
	Second
	Half
	Zone
	ZoneSign
	ZoneHour
	ZoneMinute
	Hours
	Minutes
	Days
	Every
	Join
	Is
	nSlots
)

var slotNames = map[string]Slot{
	"year": Year, "short": Short, "era": Era, "erayear": EraYear, "month": Month, "day": Day, "weekday": Weekday,
	"nth": Nth, "rel": Rel, "week": Week, "relmonth": RelMonth, "relyear": RelYear, "hour": Hour, "minute": Minute,
	"second": Second, "half": Half, "zone": Zone, "zonesign": ZoneSign, "zonehour": ZoneHour, "zoneminute": ZoneMinute,
	"hours": Hours, "minutes": Minutes, "days": Days, "every": Every, "join": Join,
}

// Flags of the slot Is.
const (
	Compact    = 1 << iota // 20090528
	English                // May 28
	MonthFirst             // 5/28/2009
	Dot                    // 5.28
	Weak                   // a bare day, a bare weekday
	NextYear               // 翌年
	NextMonth              // 翌月
	NextDay                // 翌
	Whole                  // a month without a day
	Holiday                // (祝)
	Open                   // a bracket is left open
	Bare                   // an hour without a unit
	Fiscal                 // 年度
	Plural                 // Thursdays
	Arrow                  // →
	DayOnly                // no month of its own
	Iso                    // 2024-06-15
	Invalid                // a day that the calendar does not have
	Slip                   // a slip of the pen: 10:00-10-15
	AnyEra                 // 18年: of any calendar
	BareDay                // a day without 日
	Spaced                 // a bare day behind a space
)

var flagNames = map[string]int32{
	"compact": Compact, "english": English, "monthfirst": MonthFirst, "dot": Dot, "weak": Weak, "nextyear": NextYear,
	"nextmonth": NextMonth, "nextday": NextDay, "whole": Whole, "holiday": Holiday, "open": Open, "bare": Bare,
	"fiscal": Fiscal, "plural": Plural, "arrow": Arrow, "dayonly": DayOnly, "iso": Iso,
	"invalid": Invalid, "slip": Slip, "anyera": AnyEra, "bareday": BareDay, "spaced": Spaced,
}

// A Value is what a pattern has read.
type Value struct {
	set   uint32
	flags int32
	v     [nSlots]int16
}

// Has reports whether the pattern said s.
func (v *Value) Has(s Slot) bool { return v.set&(1<<s) != 0 }

// Get returns what was said of s, or 0.
func (v *Value) Get(s Slot) int {
	if !v.Has(s) {
		return 0
	}
	return int(v.v[s])
}

// Flags returns all flags that were said.
func (v *Value) Flags() int32 { return v.flags }

// Flag reports whether one of the flags f was said.
func (v *Value) Flag(f int32) bool { return v.flags&f != 0 }

// Set says s.
func (v *Value) Set(s Slot, n int) {
	v.v[s] = int16(n)
	v.set |= 1 << s
}

// Mark adds flags.
func (v *Value) Mark(f int32) { v.flags |= f }
