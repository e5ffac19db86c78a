package ledger

import "koyomi/internal/event"

// hostedTitle is how many characters a title needs to name one gathering among all
// communities: もくもく会 is held everywhere.
const hostedTitle = 8

// byCohost weighs a listing against an event of another community: hosts who hold
// a gathering together each announce it. Title and start must be the same, and the
// place, or one announcement must link to the other.
func byCohost(b *book, l face, uid string) verdict {
	best := verdict{}
	for _, c := range b.claims[uid] {
		if !current(c) || c.Source == b.visit.Source {
			continue
		}
		if v := cohosted(b.face(&c.Listing.Details), l); v.points > best.points {
			best = v
			best.reasons = append([]string{"announced by " + b.events[uid].Community + " as well"}, v.reasons...)
		}
	}
	return best
}

func cohosted(x, y face) (v verdict) {
	if !x.Start.Equal(y.Start) || x.AllDay() || x.name.core != y.name.core || len([]rune(x.name.core)) < hostedTitle || otherNumber(x, y) {
		return v
	}
	place, link := weighPlace(x, y), weighLink(x, y)
	if place.points < 0 || place.points == 0 && link.points == 0 {
		return v
	}
	if place.points < 10 && link.points == 0 && (x.Number == "" || x.OnlineURL == "" || x.OnlineURL != y.OnlineURL) {
		// Two webinars of one name at one hour: nothing says that they are one.
		return v
	}
	v.add(80, "the same start and title")
	v.add(place.points+link.points, "")
	v.reasons = append(append(v.reasons, place.reasons...), link.reasons...)
	return v
}

// byPlatform finds the event that the same platform told of under the same id, to
// whatever source: a group's own list and a city's list name one page.
func byPlatform(b *book, l event.Listing) (string, verdict) {
	if l.Derived || l.Key == "" || b.isPageKey(l) {
		return "", verdict{}
	}
	uid, ok := b.live(newUID(b.seed(l)))
	if !ok || b.mineEver(uid, l.Key) {
		return "", verdict{}
	}
	e := b.events[uid]
	x, y := b.face(&e.Details), b.face(&l.Details)
	if weighTime(x, y).points == 0 && weighTitle(x, y).points == 0 {
		return "", verdict{}
	}
	return uid, verdict{points: 100, reasons: []string{"the same id at " + b.visit.Origin}}
}

// mineEver reports whether the key was this source's name for uid before and was
// found to name another gathering now.
func (b *book) mineEver(uid, key string) bool {
	c, ok := b.mine[key]
	return ok && c.UID == uid
}
