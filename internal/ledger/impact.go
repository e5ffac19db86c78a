package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
)

// farDays is how far a move goes that a misread year is likelier to explain.
const farDays = 180

// farAhead is how many days ahead nothing is announced, except by a misread year.
const farAhead = 400

// zoneLost is from how many hours on an offset is told from a common move where
// only one event is moved: by its zone's offset a time is wrong that was read as UTC.
const zoneLost = 4 * time.Hour

// impact counts what the visit means for what was known of its source.
func (b *state) impact(events []event.Event) (f health.Impact) {
	for _, c := range b.mineBefore {
		b.countMissing(&f, c)
		f.Recalled += one(c.Absence.Last.IsZero())
		f.Far += one(b.listed[c.Key] && b.far(c.Listing.Span, b.mine[c.Key].Listing.Span))
	}
	f.Kept = b.countKept()
	var moves []move
	for _, e := range events {
		before, known := b.before[e.UID]
		f.Distant += one(b.wayAhead(e.Start) && !(known && b.wayAhead(before.Start)))
		if !known || e.MergedInto+before.MergedInto != "" {
			continue
		}
		f.Withdrawn += one(e.Withdrawn && !before.Withdrawn)
		f.Cancelled += one(newlyCancelled(before, e) && !b.saidByPage(e.UID))
		f.Lost += one(loses(before, e))
		if b.isMove(before, e) {
			moves = append(moves, move{before.Span, e.Span, b.listedAsBefore(e.UID)})
		}
	}
	b.countMoves(&f, moves)
	return f
}

func newlyCancelled(before, after event.Event) bool {
	return after.Status == event.Cancelled && before.Status != event.Cancelled
}

// loses reports whether an event loses its hour or its place.
func loses(before, after event.Event) bool {
	hour := after.AllDay() && !before.AllDay()
	place := after.Location == "" && before.Location != ""
	return hour || place && after.Mode == before.Mode
}

// isMove reports whether the visit moves an event, which no corrected reader explains.
func (b *state) isMove(before, after event.Event) bool {
	if before.Status == event.Postponed || after.Start.Equal(before.Start) {
		return false
	}
	return spanKind(before.Span, after.Span) == event.ChangeMoved &&
		!b.wasFixed(before, after)
}

// countMissing counts whether one listing of before is there.
func (b *state) countMissing(f *health.Impact, c event.Claim) {
	e, ok := b.before[c.UID]
	if !ok || e.MergedInto != "" || !b.ahead(e) || b.missingAlready(c) {
		return
	}
	switch {
	case b.stillThere(c):
		f.Expected, f.Found = f.Expected+1, f.Found+1
	case b.explained(c, e):
		f.Expected++
	case b.covered(c), b.showsNothingKnown():
		f.Expected, f.Unexplained = f.Expected+1, f.Unexplained+1
	}
}

// showsNothingKnown reports whether a list that is no list of the newest shows nothing that
// it showed before: then how far it reaches says nothing of what is missing.
func (b *state) showsNothingKnown() bool {
	return !b.visit.Partial && len(b.visit.Listings) > 0 && b.firstSeen.IsZero()
}

// missingAlready reports whether a listing was missing before. An empty list shows
// nothing, so that what has no page of its own counts again.
func (b *state) missingAlready(c event.Claim) bool {
	return c.Absence.Polls > 0 && (len(b.visit.Listings) > 0 || b.ownPageOf(c))
}

// stillThere reports whether the visit lists what a claim names, be it under another id.
func (b *state) stillThere(c event.Claim) bool {
	now := b.mine[c.Key]
	return b.listed[c.Key] || !current(now) && now.Absence.Ended == ""
}

// explained reports whether a corrected reader or the listing's own page says why it
// is missing.
func (b *state) explained(c event.Claim, e event.Event) bool {
	if b.visit.Misread[c.Key] {
		return true
	}
	switch b.visit.Pages[c.Key].State {
	case PageGone:
		return !b.visit.Blank || len(b.visit.Listings) > 0
	case PageCancelled:
		return e.Status != event.Cancelled
	case PagePostponed:
		return e.Status != event.Postponed
	}
	return false
}

// visitApart is how far visits lie apart, about: a source may keep what is over for
// so much less than was seen.
const visitApart = 24 * time.Hour

// countKept counts what is over and was listed until now, as far as the source is
// known to keep what is over for longer. Where that is not known yet, one that goes
// alone has had its time.
func (b *state) countKept() (n int) {
	left, known := 0, b.visit.Profile.Departed > 0
	for _, c := range b.mineBefore {
		if b.listed[c.Key] || !c.Absence.Last.IsZero() {
			continue
		}
		left++
		age := b.visit.At.Sub(b.overAt(b.before[c.UID]))
		early := !known || age < b.visit.Profile.Keeps-visitApart
		n += one(age >= 0 && early)
	}
	if !known && left == 1 {
		return 0
	}
	return n
}

// A move is what a visit makes of the span of a known event. asBefore marks one
// listed under the key of before: its own words of then and now have been compared.
type move struct {
	before, after event.Span
	asBefore      bool
}

// countMoves counts moves, except those that correct a lost zone: all by its hours
// back.
func (b *state) countMoves(f *health.Impact, moves []move) {
	lost, back := 0, 0
	for _, m := range moves {
		by, offset := m.hours()
		lost += one(offset != 0 && by == offset)
		back += one(offset != 0 && by == -offset)
	}
	for _, m := range moves {
		if m.isBack(back) {
			continue
		}
		f.Moved++
		far := !m.asBefore && b.far(m.before, m.after)
		f.Far += one(far || m.isLost(lost))
	}
}

// isBack reports whether a move takes back a lost zone. One event may be moved by the
// few hours of an offset; several are not.
func (m move) isBack(together int) bool {
	by, offset := m.hours()
	return by != 0 && by == -offset && (offset.Abs() >= zoneLost || together >= 2)
}

// isLost reports whether a move is by the hours of a lost zone.
func (m move) isLost(together int) bool {
	by, offset := m.hours()
	if by == 0 || by != offset {
		return false
	}
	if offset.Abs() >= zoneLost {
		return !m.asBefore
	}
	return together >= 2
}

// hours returns by how much a timed move goes, and the offset of its zone; zero for
// days.
func (m move) hours() (by, offset time.Duration) {
	if m.before.AllDay() || m.after.AllDay() {
		return 0, 0
	}
	_, seconds := m.before.Start.Time.In(m.before.Location()).Zone()
	return m.after.Start.Time.Sub(m.before.Start.Time), time.Duration(seconds) * time.Second
}

// far reports whether a move is likelier to be a misread year or a lost zone. One
// that brings a date back from far ahead corrects such a thing.
func (b *state) far(before, after event.Span) bool {
	if b.wayAhead(before.Start) && !b.wayAhead(after.Start) {
		return false
	}
	by, offset := move{before: before, after: after}.hours()
	zone := offset.Abs() >= zoneLost && by == offset
	return zone || days(before.Start, after.Start) > farDays
}

// saidByPage reports whether an event's own page says that it is cancelled: no list
// misread says so.
func (b *state) saidByPage(uid string) bool {
	return slices.ContainsFunc(b.mineBefore, func(c event.Claim) bool {
		return c.UID == uid && b.visit.Pages[c.Key].State == PageCancelled
	})
}

// listedAsBefore reports whether the visit lists an event under the key of before:
// then its own words of then and now have been compared.
func (b *state) listedAsBefore(uid string) bool {
	return slices.ContainsFunc(
		b.mineBefore,
		func(c event.Claim) bool { return c.UID == uid && b.listed[c.Key] },
	)
}

func (b *state) wayAhead(m event.Moment) bool {
	return m.Date.Sub(event.DateOf(b.visit.At.In(event.Tokyo))) > farAhead
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
