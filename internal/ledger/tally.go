package ledger

import (
	"time"

	"koyomi/internal/event"
)

// A Tally is what a visit means for what was known of its source.
type Tally struct {
	// Expected counts the source's listings of before on events that are not over,
	// as far as the visit reaches and as they were not missing already; Found those
	// that it lists, be it under another id. Unexplained are the missing ones of which
	// no page of their own and no mended reader says why.
	Expected, Found, Unexplained int
	// Moved counts known events that get another time, Far those moved by more than
	// half a year or by exactly the nine hours of a lost zone. Cancelled and
	// Withdrawn are known events too. Lost counts those that lose their hour or place.
	Moved, Far, Cancelled, Withdrawn, Lost int
}

// farDays is how far a move goes that a misread year is likelier to explain.
const farDays = 180

// zoneLost is by how much a time in Japan is wrong that was read as UTC.
const zoneLost = 9 * time.Hour

func (b *book) tally(events []event.Event) (t Tally) {
	for _, c := range b.mineBefore {
		b.tallyMissing(&t, c)
	}
	for _, e := range events {
		before, known := b.before[e.UID]
		if !known || e.MergedInto != "" || before.MergedInto != "" {
			continue
		}
		t.Withdrawn += one(e.Withdrawn && !before.Withdrawn)
		t.Cancelled += one(e.Status == event.Cancelled && before.Status != event.Cancelled)
		t.Lost += one(e.AllDay() && !before.AllDay() || e.Location == "" && before.Location != "" && e.Mode == before.Mode)
		if !e.Start.Equal(before.Start) && spanKind(before.Span, e.Span) == event.ChangeMoved && before.Status != event.Postponed {
			t.Moved++
			t.Far += one(far(before.Start, e.Start))
		}
	}
	return t
}

func (b *book) tallyMissing(t *Tally, c event.Claim) {
	e, ok := b.before[c.UID]
	if !ok || c.Absence.Polls > 0 || e.MergedInto != "" || !b.ahead(e) {
		return
	}
	now := b.mine[c.Key]
	switch state := b.visit.Pages[c.Key].State; {
	case b.listed[c.Key], !current(now) && now.Absence.Ended == "":
		t.Expected, t.Found = t.Expected+1, t.Found+1
	case b.visit.Misread[c.Key], state == PageGone, state == PageCancelled, state == PagePostponed:
		t.Expected++
	case b.covered(c):
		t.Expected, t.Unexplained = t.Expected+1, t.Unexplained+1
	}
}

func far(a, b event.Moment) bool {
	if days(a, b) > farDays {
		return true
	}
	return !a.AllDay() && !b.AllDay() && a.Time.Sub(b.Time).Abs() == zoneLost
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
