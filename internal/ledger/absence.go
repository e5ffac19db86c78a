package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// PageState is what the own page of a listing that a source shows no more says.
type PageState string

// The states of a page. The zero state is one that was not asked for, or whose
// answer says nothing: a login wall, a broken host, a redirect to somewhere else.
const (
	PageAlive     PageState = "alive"
	PageGone      PageState = "gone" // 404 or 410
	PageCancelled PageState = "cancelled"
	PagePostponed PageState = "postponed"
)

// An Answer is what the own page of one missing listing said at this visit.
type Answer struct {
	State PageState
	// Text is what the state was read from: "status 404", the title with 中止. It is
	// empty only where the page did not answer at all.
	Text string
}

// What it takes to believe that a listing is gone.
const (
	// goneTwice is how often its own page must be found missing, so far apart.
	goneTwice = 2
	goneApart = 3 * time.Hour
	// missedPolls is how many believed polls in a row, over such a time, must miss
	// a listing that has no page of its own.
	missedPolls = 3
	missedOver  = 24 * time.Hour
	// A page that lives is asked again after a while, sooner before the event.
	aliveAgain = 72 * time.Hour
	aliveSoon  = 12 * time.Hour
	// fewestShown is how many items a list shows at least that ends after so many:
	// the shortest ones met end after five.
	fewestShown = 5
)

// A Question is the own page of a listing that a source shows no more.
type Question struct{ Key, URL, Title string }

// Missing returns the pages worth asking in this visit, the event that comes first
// first.
func Missing(v Visit, k Known) []Question {
	if !misses(v, k) {
		return nil
	}
	b := open(v, k)
	var gone []event.Claim
	for _, c := range b.gone() {
		if current(c) && b.ownPageOf(c) && b.askDue(c) {
			gone = append(gone, c)
		}
	}
	slices.SortStableFunc(gone, func(x, y event.Claim) int {
		return x.Listing.Start.Date.Compare(y.Listing.Start.Date)
	})
	questions := make([]Question, len(gone))
	for i, c := range gone {
		questions[i] = Question{
			Key:   c.Key,
			URL:   c.Listing.URL,
			Title: c.Listing.Title,
		}
	}
	return questions
}

// misses reports whether a visit may miss anything: most do not, and need no closer look.
func misses(v Visit, k Known) bool {
	listed := make(map[string]bool, len(v.Listings))
	for _, l := range v.Listings {
		listed[l.Key] = true
	}
	missed := map[string]bool{}
	for _, c := range k.Claims {
		if c.Source == v.Source && current(c) && !listed[c.Key] {
			missed[c.UID] = true
		}
	}
	return slices.ContainsFunc(k.Events, func(e event.Event) bool {
		return missed[e.UID] &&
			(e.Status == event.Postponed || e.Over(v.assumed()).After(v.At))
	})
}

// settleMissing weighs what the visit does not list: cancelled where its own page
// says so, withdrawn where its page is gone or nothing has shown it for long
// enough, kept where its page lives or the list does not reach so far.
func (b *state) settleMissing() {
	for _, c := range b.gone() {
		if old := b.mine[c.Key]; !current(old) || old.UID != c.UID {
			continue // re-posted in this visit
		}
		if b.visit.Misread[c.Key] {
			if !b.isCorrectedInDoubt(c) {
				b.end(c, "misread", misread)
			}
			continue
		}
		if !b.mayEnd(c) {
			b.miss(c)
			continue
		}
		c = b.miss(c)
		if reason := b.whyGone(c); reason != "" {
			b.end(c, "gone", reason)
		}
	}
	b.noteDeparted()
}

// whyGone says why a missing listing is taken for gone, "" where it is not.
func (b *state) whyGone(c event.Claim) string {
	answer := b.visit.Pages[c.Key]
	if b.awaitsOthers(c) {
		return ""
	}
	if b.pageIsGone(c) {
		return "its own page is gone (" + answer.Text + "), seen more than once"
	}
	switch {
	case answer.State == PageAlive:
		return ""
	case b.missedForLong(c):
		return "no longer listed, in several good polls, and it has no page of its own"
	case b.visit.Approved && b.covered(c):
		return "no longer listed, let through by a person"
	}
	return ""
}

// pageIsGone reports whether a listing's own page was found gone often enough: once
// more where others went with it whose pages live.
func (b *state) pageIsGone(c event.Claim) bool {
	return c.Absence.Gone > goneTwice || c.Absence.Gone == goneTwice && !b.inAGap(c)
}

// laggingFor is for how long another source may still say what a listing that has gone
// had taken back.
const laggingFor = 5 * 24 * time.Hour

// awaitsOthers reports whether the end of a listing would call its event off, by what
// other sources said before: one that has gone is no word that it is called off, and
// they may only be behind.
func (b *state) awaitsOthers(c event.Claim) bool {
	since := c.Absence.Since
	if b.visit.Approved || since.IsZero() || b.visit.At.Sub(since) >= laggingFor {
		return false
	}
	var others []event.Claim
	for _, o := range b.claims[c.UID] {
		if current(o) && (o.Source != c.Source || o.Key != c.Key) {
			others = append(others, o)
		}
	}
	if len(others) == 0 || calledOff(b.before[c.UID].Status) {
		return false
	}
	return slices.MinFunc(others, b.byAuthority).Listing.Status == event.Cancelled
}

// isCorrectedInDoubt reports whether what a repaired reader makes of a listing is among
// what the visit lists and is not believed yet: until then the listing is all there is.
func (b *state) isCorrectedInDoubt(c event.Claim) bool {
	return slices.ContainsFunc(b.visit.Listings, func(l event.Listing) bool {
		again, reread := b.visit.Reread[l.Key]
		return reread && b.visit.Doubted[l.Key] && sameTitle(c.Listing, again)
	})
}

const misread = "a reading error was fixed: it never was there"

// noteDeparted notes of what is over and no longer listed how long it was: that is
// how long the source keeps what is over.
func (b *state) noteDeparted() {
	for _, c := range b.mineBefore {
		now := b.mine[c.Key]
		if b.ahead(b.before[c.UID]) || b.listed[c.Key] || !current(now) ||
			!now.Absence.Last.IsZero() {
			continue
		}
		if b.visit.Misread[c.Key] {
			b.end(now, "misread", misread)
			continue
		}
		if b.visit.last().After(now.Seen) {
			now.Seen = b.visit.last()
		}
		now.Absence.Last = b.visit.At
		b.departed = append(b.departed, now.Seen.Sub(b.overAt(b.before[c.UID])))
		b.write(now)
	}
}

// overAt returns when an event is over.
func (b *state) overAt(e event.Event) time.Time { return e.Over(b.visit.assumed()) }

// heed takes over what the event's own page says of it taking place.
func (b *state) heed(c *event.Claim, s event.Status, a Answer) {
	if c.Listing.Status == s {
		return
	}
	c.Listing.Status = s
	b.write(*c)
	b.touch(c.UID, "no longer listed; its own page says so: "+a.Text)
}

// countAbsence notes that one more believed poll missed a claim, and what its page
// said. A list that does not reach so far says nothing.
func (b *state) countAbsence(c *event.Claim, answer Answer) {
	a := &c.Absence
	switch {
	case b.covered(*c), b.missedBefore(*c):
		if a.Polls == 0 {
			a.Since = b.visit.At
		}
		if !sameVisit(*a, b.visit.At) {
			a.Polls++
		}
		a.Last = b.visit.At
	case a.Last.IsZero():
		a.Last = b.visit.At
	}
	switch answer.State {
	case PageGone:
		if a.Gone == 0 || b.visit.At.Sub(a.Asked) >= goneApart {
			a.Gone, a.Asked = a.Gone+1, b.visit.At
		}
		a.Alive = false
	case PageAlive, PageCancelled, PagePostponed:
		a.Gone, a.Asked, a.Alive = 0, b.visit.At, true
	default:
		if answer.Text != "" {
			a.Asked = b.visit.At
		}
	}
}

// inAGap reports whether a listing went in one visit with another whose own page
// lives: then the list has a gap, and the new announcement of what was re-posted may
// lie in it as well.
func (b *state) inAGap(c event.Claim) bool {
	return slices.ContainsFunc(b.mineBefore, func(o event.Claim) bool {
		if o.Key == c.Key || b.listed[o.Key] {
			return false
		}
		now := b.mine[o.Key]
		wentTogether := !now.Absence.Since.IsZero() &&
			now.Absence.Since.Equal(c.Absence.Since)
		return wentTogether && current(now) && now.Absence.Alive
	})
}

// sameVisit reports whether an absence was counted at this very moment already.
func sameVisit(
	a event.Absence,
	at time.Time,
) bool {
	return a.Polls > 0 && a.Last.Equal(at)
}

// missedForLong reports whether a listing without a page of its own was missed
// often enough.
func (b *state) missedForLong(c event.Claim) bool {
	isMissed := b.covered(c) || b.missedBefore(c)
	if !isMissed || b.ownPageOf(c) {
		return false
	}
	return c.Absence.Polls >= missedPolls && b.visit.At.Sub(c.Absence.Since) >= missedOver
}

// missedBefore reports whether a listing was missed already while the list had room
// for it: that the list has filled up since does not speak for it.
func (b *state) missedBefore(
	c event.Claim,
) bool {
	return c.Absence.Polls > 0 && !b.visit.Partial
}

// end ends a claim that nothing stands in for.
func (b *state) end(c event.Claim, why, reason string) {
	c.Until, c.Absence.Ended = b.visit.At, why
	b.write(c)
	b.touch(c.UID, reason)
}

// covered reports whether the list reaches to a listing, so that missing it means
// something: it is too short to be cut, or shows later days; and where it is one of
// the newest items, it still shows what was announced before.
func (b *state) covered(c event.Claim) bool {
	n, most := len(b.visit.Listings), b.visit.Profile.Most()
	reaches := c.Listing.Start.Date.Compare(b.last) <= 0
	if b.visit.Partial {
		isShort := n > 0 && n < fewestShown
		showsOlder := !b.firstSeen.IsZero() && b.firstSeen.Before(c.From)
		return isShort || reaches && showsOlder
	}
	return most < fewestShown || n < most || reaches
}

// isOwnPage reports whether an address can be that of one event alone, and may be read.
func (b *state) isOwnPage(u string) bool {
	return ownPage(u) && (b.visit.MayAsk == nil || b.visit.MayAsk(u))
}

// ownPageOf reports whether a listing's address is that of the event alone.
func (b *state) ownPageOf(c event.Claim) bool {
	u := c.Listing.URL
	return b.isOwnPage(u) && b.urls[u] == 0 && b.myURLs[u] <= 1
}

// askDue reports whether a missing listing's page should be asked again.
func (b *state) askDue(c event.Claim) bool { return !b.visit.At.Before(b.nextAsk(c)) }

// nextAsk returns the moment from which a missing listing's page may be asked again.
func (b *state) nextAsk(c event.Claim) time.Time {
	a := c.Absence
	switch {
	case a.Asked.IsZero():
		return b.visit.At
	case a.Gone > 0:
		return a.Asked.Add(goneApart)
	case c.Listing.Start.Begin(c.Listing.Span.Location()).Sub(b.visit.At) < aliveAgain:
		return a.Asked.Add(aliveSoon)
	}
	return a.Asked.Add(aliveAgain)
}

// recheck returns the moment at which the source should be visited again on account
// of what is missing, the zero time where nothing is.
func (b *state) recheck() time.Time {
	var at time.Time
	for _, c := range b.mine {
		e := b.events[c.UID]
		if !current(c) || b.listed[c.Key] || e.MergedInto != "" || !b.ahead(e) {
			continue
		}
		next := b.nextAsk(c)
		switch {
		case b.ownPageOf(c):
		case c.Absence.Polls == 0:
			continue // the list does not reach so far
		default:
			// Spread over the time it takes, so that pages which stay the same are
			// counted as well.
			next = c.Absence.Since.Add(
				missedOver * time.Duration(min(c.Absence.Polls, missedPolls)) / missedPolls,
			)
		}
		if !next.After(b.visit.At) {
			next = b.visit.At.Add(goneApart)
		}
		if at.IsZero() || next.Before(at) {
			at = next
		}
	}
	return at
}

// Control returns a page that should be there: that of a listing that is shown, else
// of one that was held last. Where it is missing too, a missing page says nothing.
func Control(v Visit, k Known) (url string, ok bool) {
	b := open(v, k)
	for _, l := range v.Listings {
		if b.isOwnPage(l.URL) && b.urls[l.URL] == 1 {
			return l.URL, true
		}
	}
	var last event.Claim
	for _, c := range b.mineBefore {
		if e := b.events[c.UID]; b.ahead(e) || !b.ownPageOf(c) {
			continue
		}
		if days := c.Listing.Start.Date.Compare(last.Listing.Start.Date); days > 0 ||
			days == 0 && c.Key < last.Key {
			last = c
		}
	}
	return last.Listing.URL, last.Key != ""
}
