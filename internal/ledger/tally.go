package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// A Tally is what a visit means for what was known of its source.
type Tally struct {
	// Expected counts the source's listings of before on events that are not over,
	// as far as the visit reaches and as they were not missing already (in an empty one,
	// which shows nothing, what no page speaks for counts again); Found those that it
	// lists, be it under another id. Unexplained are the missing ones of which
	// no page of their own and no mended reader says why.
	Expected, Found, Unexplained int
	// Recalled counts the listings of the last poll that are at hand; what is over
	// for long is not. Kept counts those of them on events that are over and that are
	// not listed any more, though the source keeps what is over for longer.
	Recalled, Kept int
	// Moved counts known events that get another time, Far those moved by more than
	// half a year or by exactly the hours of a lost zone; what a mended reader finds
	// in the pages of before is in neither. Distant counts those, known or new, that
	// the visit puts more than 400 days ahead. Cancelled (but for those whose own page
	// says so) and Withdrawn are known events too. Lost counts those that lose their
	// hour or place.
	Moved, Far, Distant, Cancelled, Withdrawn, Lost int
}

// farDays is how far a move goes that a misread year is likelier to explain.
const farDays = 180

// farAhead is how many days ahead nothing is announced, but by a misread year.
const farAhead = 400

// zoneLost is from how many hours on an offset is told from a common move where
// only one event is moved: by its zone's offset a time is wrong that was read as UTC.
const zoneLost = 4 * time.Hour

func (b *book) tally(events []event.Event) (t Tally) {
	for _, c := range b.mineBefore {
		b.tallyMissing(&t, c)
		t.Recalled += one(c.Absence.Last.IsZero())
		t.Far += one(b.listed[c.Key] && b.far(c.Listing.Span, b.mine[c.Key].Listing.Span))
	}
	t.Kept = b.tallyKept()
	var moves []move
	for _, e := range events {
		before, known := b.before[e.UID]
		t.Distant += one(b.wayAhead(e.Start) && !(known && b.wayAhead(before.Start)))
		if !known || e.MergedInto != "" || before.MergedInto != "" {
			continue
		}
		t.Withdrawn += one(e.Withdrawn && !before.Withdrawn)
		t.Cancelled += one(e.Status == event.Cancelled && before.Status != event.Cancelled && !b.saidByPage(e.UID))
		t.Lost += one(e.AllDay() && !before.AllDay() || e.Location == "" && before.Location != "" && e.Mode == before.Mode)
		moved := !e.Start.Equal(before.Start) && spanKind(before.Span, e.Span) == event.ChangeMoved
		if moved && before.Status != event.Postponed && !b.mended(before, e) {
			moves = append(moves, move{before.Span, e.Span, b.listedAsBefore(e.UID)})
		}
	}
	b.tallyMoves(&t, moves)
	return t
}

func (b *book) tallyMissing(t *Tally, c event.Claim) {
	e, ok := b.before[c.UID]
	if !ok || e.MergedInto != "" || !b.ahead(e) || c.Absence.Polls > 0 && (len(b.visit.Listings) > 0 || b.ownPageOf(c)) {
		return
	}
	now := b.mine[c.Key]
	switch state := b.visit.Pages[c.Key].State; {
	case b.listed[c.Key], !current(now) && now.Absence.Ended == "":
		t.Expected, t.Found = t.Expected+1, t.Found+1
	case b.visit.Misread[c.Key], state == PageGone, state == PageCancelled && e.Status != event.Cancelled, state == PagePostponed && e.Status != event.Postponed:
		t.Expected++
	case b.covered(c):
		t.Expected, t.Unexplained = t.Expected+1, t.Unexplained+1
	}
}

// visitApart is how far visits lie apart, about: a source may keep what is over for
// so much less than was seen.
const visitApart = 24 * time.Hour

// tallyKept counts what is over and was listed until now, as far as the source is
// known to keep what is over for longer. Where that is not known yet, one that goes
// alone has had its time.
func (b *book) tallyKept() (n int) {
	longest, known := time.Duration(0), false
	for _, c := range b.mineBefore {
		over := b.before[c.UID].Over(assumed)
		if c.Absence.Last.After(over) && b.visit.At.After(over) {
			longest, known = max(longest, c.Seen.Sub(over)), true
		}
	}
	left := 0
	for _, c := range b.mineBefore {
		left += one(!b.listed[c.Key] && c.Absence.Last.IsZero())
		age := b.visit.At.Sub(b.before[c.UID].Over(assumed))
		if age >= 0 && !b.listed[c.Key] && c.Absence.Last.IsZero() && (!known || age < longest-visitApart) {
			n++
		}
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

// tallyMoves counts moves, but for those that mend a lost zone: all by its hours
// back.
func (b *book) tallyMoves(t *Tally, moves []move) {
	lost, back := 0, 0
	for _, m := range moves {
		by, offset := m.hours()
		lost += one(offset != 0 && by == offset)
		back += one(offset != 0 && by == -offset)
	}
	for _, m := range moves {
		by, offset := m.hours()
		surely := offset.Abs() >= zoneLost
		if by != 0 && by == -offset && (surely || back >= 2) {
			continue
		}
		t.Moved++
		zone := by != 0 && by == offset && (surely && !m.asBefore || !surely && lost >= 2)
		t.Far += one(zone || !m.asBefore && b.far(m.before, m.after))
	}
}

// hours gives by how much a timed move goes, and the offset of its zone; zero for
// days.
func (m move) hours() (by, offset time.Duration) {
	if m.before.AllDay() || m.after.AllDay() {
		return 0, 0
	}
	_, seconds := m.before.Start.Time.In(m.before.Location()).Zone()
	return m.after.Start.Time.Sub(m.before.Start.Time), time.Duration(seconds) * time.Second
}

// far reports whether a move is likelier to be a misread year or a lost zone. One
// that brings a date back from far ahead mends such a thing.
func (b *book) far(before, after event.Span) bool {
	if b.wayAhead(before.Start) && !b.wayAhead(after.Start) {
		return false
	}
	by, offset := move{before: before, after: after}.hours()
	return days(before.Start, after.Start) > farDays || offset.Abs() >= zoneLost && by == offset
}

// saidByPage reports whether an event's own page says that it is cancelled: no list
// misread says so.
func (b *book) saidByPage(uid string) bool {
	return slices.ContainsFunc(b.mineBefore, func(c event.Claim) bool {
		return c.UID == uid && b.visit.Pages[c.Key].State == PageCancelled
	})
}

// listedAsBefore reports whether the visit lists an event under the key of before:
// then its own words of then and now have been compared.
func (b *book) listedAsBefore(uid string) bool {
	return slices.ContainsFunc(b.mineBefore, func(c event.Claim) bool { return c.UID == uid && b.listed[c.Key] })
}

func (b *book) wayAhead(m event.Moment) bool {
	return m.Date.Sub(event.DateOf(b.visit.At.In(event.Tokyo))) > farAhead
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
