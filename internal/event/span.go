package event

import (
	"slices"
	"time"
)

// A Session is one part of an event that is held in several: a day of a
// conference, one of two evenings. End is zero where it is not stated.
type Session struct {
	Start Moment `json:"start"`
	End   Moment `json:"end"`
}

func (s Session) equal(
	o Session,
) bool {
	return s.Start.Equal(o.Start) && s.End.Equal(o.End)
}

// A Span is when something takes place, as announced. Nothing in it is assumed.
type Span struct {
	// Start is zero only where no date is known.
	Start Moment
	// End is zero where none was stated; for an all-day span it is the last
	// day, inclusive. It is of the same sort as Start (instant or day).
	End Moment
	// WholeDay is set where the source itself calls a day without times a whole day
	// (終日, VALUE=DATE). Otherwise a single day without times is one whose time is
	// not announced.
	WholeDay bool
	// Zone is the IANA name of the zone the times are written in ("Asia/Tokyo").
	Zone string
	// Sessions are the parts, in order, where there are several; Start and End
	// then enclose them.
	Sessions []Session
}

// AllDay reports whether the span is of days, without times.
func (s Span) AllDay() bool { return s.Start.AllDay() }

// TimeAnnounced reports whether the span says when on its day something takes place:
// it has an hour, is called a whole day, or lasts several days. Otherwise nobody
// knows, and nothing may be shown as lasting all day.
func (s Span) TimeAnnounced() bool {
	several := s.End.Date.Compare(s.Start.Date) > 0
	return !s.AllDay() || s.WholeDay || several
}

// Location returns the zone of s; Asia/Tokyo where it names none or an unknown one.
func (s Span) Location() *time.Location {
	return Zone(s.Zone)
}

// Over returns the instant at which the span is over. Where no end was stated, a
// timed span counts as over `assumed` after its start, an all-day one at the
// end of its day.
func (s Span) Over(assumed time.Duration) time.Time {
	loc := s.Location()
	if !s.End.IsZero() {
		return s.End.Over(loc)
	}
	if s.AllDay() {
		return s.Start.Over(loc)
	}
	return s.Start.Time.Add(assumed)
}

// Equal reports whether both spans have the same times, in whatever zones.
func (s Span) Equal(o Span) bool {
	return s.Start.Equal(o.Start) && s.End.Equal(o.End) &&
		slices.EqualFunc(s.Sessions, o.Sessions, Session.equal)
}

// Tokyo is Asia/Tokyo, the zone of everything that names none. Japan has had no
// daylight saving time since 1951; the fixed offset is used only where the zone
// database is missing, which an embedded one rules out in the program.
var Tokyo = loadTokyo()

func loadTokyo() *time.Location {
	if loc, err := time.LoadLocation("Asia/Tokyo"); err == nil {
		return loc
	}
	return time.FixedZone("Asia/Tokyo", 9*60*60)
}

// Zone returns the location of an IANA name; Tokyo for "" and for names that the
// zone database does not have.
func Zone(name string) *time.Location {
	if name == "" || name == "Asia/Tokyo" {
		return Tokyo
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return Tokyo
	}
	return loc
}
