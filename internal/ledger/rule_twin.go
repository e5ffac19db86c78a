package ledger

import "koyomi/internal/event"

// numberedTwin is how many days two sources may differ on the date of one issue of
// a series: an attendee's memo, a page that was not told of a move.
const numberedTwin = 60

// byTwin weighs a listing against an event of the community that other sources
// list: the same gathering on connpass, Doorkeeper, TECH PLAY and the blog, or on
// the platform that the community has moved to. Two listings of one source are
// never one event: the source tells them apart.
func byTwin(b *book, l face, uid string) verdict {
	best := verdict{}
	for _, c := range b.claims[uid] {
		if c.Source == b.visit.Source || !current(c) {
			continue
		}
		if v := b.twins(b.face(&c.Listing.Details), l); v.points > best.points {
			best = v
			best.reasons = append([]string{"also listed by " + c.Source}, v.reasons...)
		}
	}
	return best
}

// twins weighs two announcements of different sources.
func (b *book) twins(x, y face) (v verdict) {
	if toldApart(x.name, y.name) || x.Type != y.Type || otherNumber(x, y) {
		return v
	}
	at := weighTime(x, y)
	if at.points == 0 {
		if sameNumber(x, y) && x.name.series != "" && y.name.series != "" && days(x.Start, y.Start) <= numberedTwin {
			v.add(enough, "number "+y.Number+" of one series, though the dates differ")
		}
		return v
	}
	if !x.Start.Equal(y.Start) && oneTells(x.name, y.name) {
		return v
	}
	title := weighTitle(x, y)
	link := verdict{}
	if b.urls[y.URL] <= 1 && b.urls[x.URL] <= 1 {
		link = weighLink(x, y)
	}
	if title.points == 0 && link.points == 0 {
		return v
	}
	for _, w := range []verdict{at, title, weighPlace(x, y), link} {
		v.points += w.points
		v.reasons = append(v.reasons, w.reasons...)
	}
	return v
}

// byDouble finds, for an aggregator that lists one gathering twice (each host has
// announced it), the event of the other listing.
func byDouble(b *book, l event.Listing) (string, bool) {
	if !b.visit.standing(b.visit.Source).Aggregator || l.AllDay() {
		return "", false
	}
	f := b.face(&l.Details)
	for _, uid := range b.byDay[l.Start.Date] {
		for _, c := range b.claims[uid] {
			if c.Source == b.visit.Source && current(c) && b.doubles(b.face(&c.Listing.Details), f) {
				return uid, true
			}
		}
	}
	return "", false
}

func (b *book) doubles(x, y face) bool {
	return x.Start.Equal(y.Start) && x.name.core == y.name.core && weighPlace(x, y).points >= 0 && !otherNumber(x, y)
}
