package when

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/judge"
	"koyomi/internal/when/rule"
)

// MaxText is the number of bytes of a text that are read; what follows is left
// alone. An announcement that names its date later than that is none.
const MaxText = 64 << 10

// MinYear and MaxYear bound the years that are believed.
const (
	MinYear = civil.MinYear
	MaxYear = civil.MaxYear
)

// A Label says what a caller knows of the place a text was found in.
type Label uint8

const (
	// LabelNone is free prose: a date in it may be anything.
	LabelNone Label = iota
	// LabelDate is the value of a date field (the cell beside 日時): a date in it
	// is the event's unless the text itself says otherwise, and spare spellings
	// (5.28, 28日, 19:00- after a hint) are read.
	LabelDate
)

// Context is what is known beside the text.
type Context struct {
	// Ref is when the text was published; never the clock. Years, months and
	// relative words that the text leaves out are counted from it.
	Ref time.Time
	// Zone is the zone of times that name none; nil means Asia/Tokyo.
	Zone *time.Location
	// Year is a year known from a heading, title or URL, 0 if none: a hint for
	// dates without one, which a printed weekday may overrule.
	Year int
	// Month is a month known from a heading (6月の予定), 0 if none: for days
	// without one.
	Month time.Month
	// Label is what the caller knows of the text.
	Label Label
}

// A Session is one part of an event that is held in several.
type Session = event.Session

// A Rule is a repetition that an announcement names.
type Rule = rule.Rule

// An Owner is whose a date is: the event's, a deadline's, a post's …
type Owner = judge.Owner

// OwnerEvent is the owner of a date that an event is held on.
const OwnerEvent = judge.OwnerEvent

// A Role is what a part of the text was read as.
type Role string

// The roles of parts.
const (
	RoleStart    Role = "start"
	RoleEnd      Role = "end"
	RoleDoors    Role = "doors"
	RoleTime     Role = "time"
	RoleRule     Role = "rule"
	RoleSession  Role = "session"
	RoleDeadline Role = "deadline"
	RoleMeta     Role = "update"
	RoleOther    Role = "other"
	RoleStruck   Role = "struck out"
)

// A Part is one stretch of the text and what it was read as.
type Part struct {
	Role Role
	// From and To are byte offsets into the text as given.
	From, To int
	// Read is the value: a moment, a time, a rule.
	Read string
}

// A Reading is what a text says of when its event is held. Nothing in it is
// assumed: a part that the text leaves out is zero.
type Reading struct {
	// Start is the start of the programme, zero where None says why.
	Start event.Moment
	// End is zero where it is not stated; for an all-day event it is the last
	// day, inclusive. A timed event of several days whose last hour is not
	// stated ends on a day.
	End event.Moment
	// Sessions are the parts, in order of text, where there are several: the
	// daily hours of a conference, two evenings, the days of a course. Start and
	// End are those of the whole where the parts follow on each other day by
	// day, else those of the first; Span encloses all of them.
	Sessions []Session
	// Doors is when the doors or the reception open (開場, 受付), zero if not stated.
	Doors event.Moment
	// Rule is set where the text names a rule (毎月第3木曜); Start is then its
	// next occurrence.
	Rule *Rule
	// Owner is OwnerEvent where Start is set; else whose the likeliest date is,
	// "" where the text names none.
	Owner Owner
	// LogOdds are those of the date being an event's; 0 where there is none.
	LogOdds float64
	// None says why no date was read; "" when Start is set.
	None string
	// Struck marks a date that was struck out; Read never returns one.
	Struck bool
	// Confidence is in percent; 0 when nothing was read.
	Confidence int
	// Parts are the stretches of text the reading rests on.
	Parts []Part
	// Reasons and Warnings are words for people, such as
	// "year: from publication" and "weekday: contradicts (Tuesday)".
	Reasons, Warnings []string
}

// AllDay reports whether the event is told in days, without times.
func (r Reading) AllDay() bool { return r.Start.AllDay() }

// Span returns what encloses the whole event, with its sessions; zone is the
// IANA name it is told in.
func (r Reading) Span(zone string) event.Span {
	s := event.Span{
		Start:    r.Start,
		End:      r.End,
		Zone:     zone,
		Sessions: r.Sessions,
	}
	for _, p := range r.Sessions {
		last := p.End
		if last.IsZero() {
			last = p.Start
		}
		until := s.End
		if until.IsZero() {
			until = s.Start
		}
		if later(last, until) {
			s.End = last
		}
	}
	return s
}

func later(a, b event.Moment) bool {
	if a.Time.IsZero() || b.Time.IsZero() {
		return a.Date.Compare(b.Date) > 0
	}
	return a.Time.After(b.Time)
}
