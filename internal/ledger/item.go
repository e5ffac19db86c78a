package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger/link"
)

// items returns what the source says now beside what it said before, for each listing
// and for what should be listed and is not.
func (b *state) items() []health.Item {
	items := make([]health.Item, 0, len(b.visit.Listings))
	for i := range b.visit.Listings {
		items = append(items, b.item(&b.visit.Listings[i]))
	}
	for _, c := range b.mineBefore {
		if b.isAbsent(c) {
			items = append(items, b.absentItem(c))
		}
	}
	return items
}

// item returns one listing beside what the source said of the same event before.
func (b *state) item(l *event.Listing) health.Item {
	it := health.Item{Key: l.Key, Now: l}
	uid := b.mine[l.Key].UID
	for i := range b.mineBefore {
		c := &b.mineBefore[i]
		if !b.wasOf(*c, l.Key, uid) {
			continue
		}
		it.Before = &c.Listing
		if c.Key != l.Key {
			it.Was = c.Key
		}
		if c.Key == l.Key {
			break
		}
	}
	again, reread := b.visit.Reread[l.Key]
	saidSo := it.Before != nil && link.SaysOff(it.Before.Title)
	it.Worded = link.SaysOff(l.Title) && !saidSo
	it.Corrected = reread && it.Before != nil && again.Start.Equal(l.Start)
	it.Page = pageStatus(b.visit.Pages[l.Key])
	it.Others = b.others(uid)
	return it
}

// wasOf reports whether a claim of before is what the source said of what it lists now
// under a key: under that key, or under one that it has given up.
func (b *state) wasOf(c event.Claim, key, uid string) bool {
	if c.Key == key {
		return c.UID == uid || b.visit.Doubted[key]
	}
	return c.UID == uid && !b.listed[c.Key]
}

// others returns what other sources list for an event.
func (b *state) others(uid string) (all []event.Listing) {
	for _, c := range b.claims[uid] {
		if current(c) && c.Source != b.visit.Source {
			all = append(all, c.Listing)
		}
	}
	return all
}

func pageStatus(a Answer) event.Status {
	switch a.State {
	case PageAlive:
		return event.Confirmed
	case PageCancelled:
		return event.Cancelled
	case PagePostponed:
		return event.Postponed
	}
	return ""
}

// isAbsent reports whether a claim of before should be listed, is not, and nothing says
// why: only then is its absence to be believed or not.
func (b *state) isAbsent(c event.Claim) bool {
	e := b.before[c.UID]
	if e.MergedInto != "" || b.listed[c.Key] || !b.ahead(e) {
		return false
	}
	now := b.mine[c.Key]
	reposted := now.UID != c.UID || !current(now) && now.Absence.Ended == ""
	return !reposted && !b.explained(c, e) && (b.covered(c) || b.missedBefore(c))
}

// lastAhead returns when the last of what should be listed is over; the zero time
// where all is listed.
func (b *state) lastAhead() (last time.Time) {
	for _, c := range b.mineBefore {
		over := b.overAt(b.before[c.UID])
		if !b.listed[c.Key] && over.After(last) && over.After(b.visit.At) {
			last = over
		}
	}
	return last
}

func (b *state) absentItem(c event.Claim) health.Item {
	it := health.Item{
		Key:    c.Key,
		Before: &c.Listing,
		Missed: c.Absence.Polls,
		Since:  c.Absence.Since,
	}
	if it.Missed == 0 {
		it.Since = b.visit.At
	}
	return it
}

// inDoubt leaves an event as it is whose listing is not believed, and reports whether
// that is so. What is not known stays unknown.
func (b *state) inDoubt(l event.Listing) bool {
	if !b.visit.Doubted[l.Key] {
		return false
	}
	if c, known := b.mine[l.Key]; known && current(c) {
		b.taken[c.UID] = true
	}
	return true
}

// mayEnd reports whether a listing that is missing may be taken for gone: not where
// that is doubted, not where the source said that it was called off or put off, which
// stays its word, and not on the day of the event itself, when lists drop it.
func (b *state) mayEnd(c event.Claim) bool {
	if b.visit.Approved {
		return true
	}
	return !calledOff(c.Listing.Status) && !b.visit.Doubted[c.Key] && !b.isToday(c) && !b.mayStandInDoubt(c)
}

// mayStandInDoubt reports whether what has become of a missing listing may be among
// what is newly listed and not believed yet.
func (b *state) mayStandInDoubt(c event.Claim) bool {
	title := link.ReadTitle(c.Listing.Title)
	return slices.ContainsFunc(b.visit.Listings, func(l event.Listing) bool {
		old, known := b.mine[l.Key]
		fresh := b.visit.Doubted[l.Key] && !(known && current(old))
		return fresh && title.Like(link.ReadTitle(l.Title)) >= unlike
	})
}

// isToday reports whether an event begins within the day.
func (b *state) isToday(c event.Claim) bool {
	begin := c.Listing.Start.Begin(c.Listing.Span.Location())
	return begin.Sub(b.visit.At) < 12*time.Hour
}

// miss counts one more visit that missed a listing, and hears what its page says.
func (b *state) miss(c event.Claim) event.Claim {
	answer := b.visit.Pages[c.Key]
	b.hear(&c, answer)
	before := c.Absence
	b.countAbsence(&c, answer)
	if c.Absence != before {
		b.write(c)
	}
	return c
}

// hear takes over what a page says of its event taking place.
func (b *state) hear(c *event.Claim, answer Answer) {
	switch answer.State {
	case PageCancelled:
		b.heed(c, event.Cancelled, answer)
	case PagePostponed:
		b.heed(c, event.Postponed, answer)
	}
}

// Doubts returns the keys that are not believed, those under which an item was listed
// before among them.
func Doubts(opinions []health.Opinion) map[string]bool {
	doubted := map[string]bool{}
	for _, o := range opinions {
		if o.Believed {
			continue
		}
		for _, key := range []string{o.Item.Key, o.Was} {
			if key != "" {
				doubted[key] = true
			}
		}
	}
	return doubted
}

// Fresh returns a visit without the listings that are an old copy of what is known:
// the source's own word of when it changed them is older than that.
func Fresh(v Visit, k Known) (Visit, []string) {
	known := map[string]event.Listing{}
	for _, c := range k.Claims {
		if c.Source == v.Source && current(c) {
			known[c.Key] = c.Listing
		}
	}
	var old []string
	listings := slices.Clone(v.Listings)
	for i, l := range listings {
		before, ok := known[l.Key]
		if ok && health.IsStale(before, l) {
			listings[i] = before
			old = append(old, l.Title)
		}
	}
	v.Listings = listings
	return v, old
}

// Absent returns what a visit does not list, though it was listed and is not over.
func Absent(v Visit, k Known) (all []Question) {
	if !misses(v, k) {
		return nil
	}
	b := open(v, k)
	for _, c := range b.gone() {
		if current(c) {
			all = append(all, Question{
				Key:   c.Key,
				URL:   c.Listing.URL,
				Title: c.Listing.Title,
			})
		}
	}
	return all
}

// manyCalledOff is from how many on what is called off at once is asked about.
const manyCalledOff = 2

// CalledOff returns the own pages of what a visit calls off at once, none where that
// is no more than happens to a community.
func CalledOff(v Visit, k Known) (all []Question) {
	status := map[string]event.Status{}
	for _, c := range k.Claims {
		if c.Source == v.Source && current(c) {
			status[c.Key] = c.Listing.Status
		}
	}
	for _, l := range v.Listings {
		before, known := status[l.Key]
		newly := l.Status == event.Cancelled && before != event.Cancelled
		if known && newly && ownPage(l.URL) {
			all = append(all, Question{Key: l.Key, URL: l.URL, Title: l.Title})
		}
	}
	if len(all) < manyCalledOff {
		return nil
	}
	return all
}
