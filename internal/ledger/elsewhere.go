package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// elsewhere weighs a listing against the events that other sources list: the same
// gathering on connpass, Doorkeeper, TECH PLAY and the blog, on the platform that the
// community has moved to, or of another community that holds it too.
func (b *state) elsewhere(l event.Listing) (all []candidate) {
	add := func(uid, how string, v link.Verdict) {
		all = append(all, candidate{uid: uid, verdict: v, how: how})
	}
	for _, uid := range b.nearby(l.Details) {
		v, source := b.weighElsewhere(l, uid, link.Around{})
		add(uid, "also listed by "+source, v)
	}
	for _, uid := range b.byBlock[Block(l.Details)] {
		v, _ := b.weighElsewhere(l, uid, link.Around{Joint: true})
		add(uid, "announced by "+b.events[uid].Community+" as well", v)
	}
	if uid, ok := b.sameID(l); ok {
		v, _ := b.weighElsewhere(l, uid, link.Around{
			SameID: true,
			Joint:  b.events[uid].Community != b.visit.Community,
		})
		add(uid, "the same id at "+b.visit.Origin, v)
	}
	return all
}

// weighElsewhere weighs a listing against an event as each other source lists it, and
// returns the best verdict with its source.
func (b *state) weighElsewhere(
	l event.Listing,
	uid string,
	around link.Around,
) (best link.Verdict, source string) {
	now := link.Announce(&l.Details)
	for _, c := range b.claims[uid] {
		if !b.isWitness(c, around) {
			continue
		}
		if v := b.weighClaim(l, now, c, around); source == "" || v.LogOdds > best.LogOdds {
			best, source = v, c.Source
		}
	}
	return best, source
}

// isWitness reports whether a claim says anything of who else lists an event: it is
// another source's, and of another community that of the community itself.
func (b *state) isWitness(c event.Claim, around link.Around) bool {
	if c.Source == b.visit.Source || !current(c) {
		return false
	}
	return !around.Joint || around.SameID || b.hosts(c)
}

func (b *state) weighClaim(
	l event.Listing,
	now link.Announcement,
	c event.Claim,
	around link.Around,
) link.Verdict {
	said := c.Listing.Details
	was := link.Announce(&said)
	if was.Title.Like(now.Title) < unlike {
		said.Span = b.withHour(c, l)
	}
	around.Titles, around.Places = b.titles(), b.places()
	around.Alone = !around.Joint && b.alone(now.Start.Date, c)
	around.SharedPage = b.urls[now.URL] > 1 || b.urls[was.URL] > 1
	around.Series = b.series(was, now, c.UID)
	around.Rival = b.rival(was, now, c.UID, b.mine[l.Key].UID)
	return b.judge(l, c, link.Compare(was, now, around))
}

// withHour returns when a claim says that it is; where it tells the day alone, and every
// other source that tells an hour of its event tells another one than a listing, when the
// nearest of those says: what begins at another hour is as little this claim's event as
// it is theirs.
func (b *state) withHour(c event.Claim, l event.Listing) event.Span {
	said := c.Listing.Span
	if !said.AllDay() || l.AllDay() {
		return said
	}
	nearest, apart := said, time.Duration(0)
	for _, o := range b.claims[c.UID] {
		hour := o.Listing.Span
		isWord := current(o) && o.Source != b.visit.Source
		if !isWord || hour.AllDay() || hour.Start.Date != said.Start.Date {
			continue
		}
		by := hour.Start.Time.Sub(l.Start.Time).Abs()
		if nearest.AllDay() || by < apart {
			nearest, apart = hour, by
		}
	}
	if apart <= link.NearHours*time.Hour {
		return said
	}
	return nearest
}

// hosts reports whether this visit and a claim are the words of two communities
// themselves: what an aggregator lists says nothing of who holds it.
func (b *state) hosts(c event.Claim) bool {
	return !b.visit.authority(b.visit.Source).Aggregator &&
		!b.visit.authority(c.Source).Aggregator
}

// sameID finds the event that the same platform or host listed under the same id, to
// whatever source: a group's own list and a city's list name one page. On a host that
// many share the id proves nothing alone.
func (b *state) sameID(l event.Listing) (string, bool) {
	if l.Derived || l.Key == "" || b.isPageKey(l) {
		return "", false
	}
	uid, ok := b.live(newUID(b.seed(l)))
	return uid, ok && !b.mineEver(uid, l.Key)
}

// mineEver reports whether the key was this source's name for uid before and was
// found to name another gathering now.
func (b *state) mineEver(uid, key string) bool {
	c, ok := b.mine[key]
	return ok && c.UID == uid
}

// nearDays is how many days two sources may differ on what is no series.
const nearDays = 7

// nearby returns the community's events of a day, those of a like title around it and
// those of a number, without those that this visit lists already.
func (b *state) nearby(d event.Details) []string {
	var all []string
	add := func(uid string) {
		if !b.taken[uid] && !slices.Contains(all, uid) {
			all = append(all, uid)
		}
	}
	for _, uid := range b.byDay[d.Start.Date] {
		add(uid)
	}
	title := link.ReadTitle(d.Title)
	for apart := 1; apart <= nearDays && !d.Start.IsZero(); apart++ {
		for _, uid := range slices.Concat(b.byDay[d.Start.Date.Add(-apart)], b.byDay[d.Start.Date.Add(apart)]) {
			if title.Like(link.ReadTitle(b.events[uid].Title)) >= unlike {
				add(uid)
			}
		}
	}
	for _, uid := range b.byNumber[d.Number] {
		add(uid)
	}
	return all
}

// alone reports whether neither this visit nor the source of a claim lists anything
// else within a week of a day.
func (b *state) alone(day event.Date, c event.Claim) bool {
	week := func(source string) (n int) {
		for _, d := range b.daysOf()[source] {
			n += one(withinWeek(d, day))
		}
		return n
	}
	return week("") == 1 && week(c.Source) == 1
}

func withinWeek(a, b event.Date) bool {
	n := a.Sub(b)
	return max(n, -n) <= 7
}

// doubleOf finds the event of another listing of this source where one gathering is
// listed twice: by an aggregator, as each host has announced it, and by a list of posts,
// of which one reminds of another, calls it off or tells of another date.
func (b *state) doubleOf(l event.Listing) (string, bool) {
	isPost := b.visit.Partial
	if !isPost && (l.AllDay() || !b.visit.authority(b.visit.Source).Aggregator) {
		return "", false
	}
	for _, uid := range b.byDay[l.Start.Date] {
		if b.listsAs(uid, func(c event.Claim) bool { return isDouble(c.Listing, l, isPost) }) {
			return uid, true
		}
	}
	if !isPost || !link.Amends(l.Title) {
		return "", false
	}
	return b.amended(l)
}

// amended finds the one event ahead under the title of a post that tells of another date.
func (b *state) amended(l event.Listing) (found string, ok bool) {
	for _, uid := range b.byUID {
		if !b.ahead(b.events[uid]) || !b.listsAs(uid, func(c event.Claim) bool { return sameTitle(c.Listing, l) }) {
			continue
		}
		if ok {
			return "", false // nobody can say which of them
		}
		found, ok = uid, true
	}
	return found, ok
}

// listsAs reports whether this source lists an event in some way.
func (b *state) listsAs(uid string, is func(event.Claim) bool) bool {
	return slices.ContainsFunc(b.claims[uid], func(c event.Claim) bool { return b.isMine(c) && is(c) })
}

// isDouble reports whether two listings of a source are one gathering: one start (or day,
// where posts do not tell the hour), one title, and no other number or place.
func isDouble(x, y event.Listing, posts bool) bool {
	c := link.Compare(link.Announce(&x.Details), link.Announce(&y.Details), link.Around{})
	elsewhere := c.Place.OtherArea || c.Place.OtherMode
	isSame := c.Time.Same || posts && c.Time.SameDay && c.Time.OneTimed
	return isSame && !elsewhere && sameTitle(x, y)
}
