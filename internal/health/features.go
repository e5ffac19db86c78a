package health

import (
	"slices"
	"strings"

	"koyomi/internal/event"
)

// features are what an item is weighed by.
func (w *weighing) features(it Item, k Kind, d Doubt, company float64) []Feature {
	all := []Feature{{"item", 1}, {string(k), 1}}
	all = append(all, repetition(k, d.Polls, w.poll.At.Sub(d.Since))...)
	all = append(all, w.mass(it, k)...)
	add := func(name string, value float64) {
		if value != 0 {
			all = append(all, Feature{name, value})
		}
	}
	add("company", company)
	if it.Now == nil {
		add("unread", truth(w.unread()))
		return all
	}
	returns := mayReturn[k] && w.poll.Profile.returns(it)
	add("edited", truth(isEdited(it)))
	add("returns", truth(returns))
	add("page agrees", truth(w.pageAgrees(it, k)))
	add("page denies", truth(w.pageDenies(it, k)))
	// Of what an item returns to, others may only not have heard yet that it had changed.
	add("others agree", truth(!returns && othersSay(it, k)))
	if k == KindDistant && it.Before == nil && it.Now.Start.Date.Sub(w.today) <= longAhead {
		add("new and distant", 1)
		add("year in title", truth(strings.Contains(it.Now.Title, it.Now.Start.Date.String()[:4])))
		add("reaches so far", truth(w.reaches(it)))
	}
	if k == KindZone {
		add("usual hour", w.usual)
		add("night", w.night)
	}
	if k == KindCancelled {
		add("worded", truth(it.Worded))
		add("others worded", truth(!it.Worded && 2*w.worded >= w.alike[k]))
	}
	return all
}

// lone is how many items of a kind may stand together without being many.
const lone = 2

// mass are features of how many items would change alike.
func (w *weighing) mass(it Item, k Kind) []Feature {
	of := w.listed
	if it.Now == nil {
		of = w.listed + w.missing
	}
	n := w.alike[k]
	if it.Before == nil || k == KindStale || k == KindStatus {
		return nil // of a stale document all is old; many may be new
	}
	isFew := n*2 <= of || it.Worded // a fault of status changes no title
	if n == 1 || n <= lone && isFew {
		return nil
	}
	share := ratio(n, of)
	return []Feature{
		{"alike", float64(min(n, 5)) / 5},
		{"share", min(share, 1)},
		{"most", truth(share > 0.5 && n > lone)},
	}
}

// isEdited reports whether the source says that it has changed the item since.
func isEdited(it Item) bool {
	return it.Before != nil && !it.Before.Updated.IsZero() &&
		it.Now.Updated.After(it.Before.Updated)
}

// mayReturn are the kinds for which it counts that an item says what it said before: where
// a zone or a place was lost, that is what puts it right.
var mayReturn = map[Kind]bool{KindMoved: true, KindCancelled: true, KindStatus: true}

// reaches reports whether the source lists as far ahead as an item lies, or nearly so.
func (w *weighing) reaches(it Item) bool {
	ahead := it.Now.Start.Date.Sub(w.today)
	return 4*w.poll.Profile.Ahead >= 3*ahead
}

// IsStale reports whether the source's own word of when it changed a listing is older
// than what is known of it: then it is an old copy, and never believed.
func IsStale(before, now event.Listing) bool {
	return !now.Updated.IsZero() && now.Updated.Before(before.Updated)
}

func (w *weighing) pageAgrees(it Item, k Kind) bool {
	return callsOff[k] && it.Page == event.Cancelled
}

func (w *weighing) pageDenies(it Item, k Kind) bool {
	many := k == KindStatus || w.alike[k] > lone || w.alike[k] == lone && w.listed == lone
	return callsOff[k] && many && it.Page == event.Confirmed
}

// callsOff are the kinds that call an event off.
var callsOff = map[Kind]bool{KindCancelled: true, KindStatus: true}

// othersSay reports whether another source says the same of the event.
func othersSay(it Item, k Kind) bool {
	return slices.ContainsFunc(it.Others, func(o event.Listing) bool {
		if callsOff[k] {
			return o.Status == event.Cancelled
		}
		same := o.Start.Equal(it.Now.Start) && o.Status == it.Now.Status
		return same && !o.Start.IsZero()
	})
}

// unread reports whether as many rows as are missing could not be read, beyond the
// usual: what is missing may stand in them.
func (w *weighing) unread() bool {
	sum := w.poll.Profile.usual()
	f := w.poll.Figures
	usual := ratio(sum.Rejected, sum.Read+sum.Rejected) * float64(f.Read+f.Rejected)
	return f.Rejected > 0 && float64(f.Rejected)-usual >= float64(w.missing)
}

// The hours of the night, in which hardly anything begins.
const (
	nightFrom = 22
	nightTo   = 7
)

func isNight(hour int) bool { return hour >= nightFrom || hour < nightTo }

// hours says how much more usual the new hour of an item is at its source than the
// one of before (−1 to 1), and whether it goes into the night (−1) or out of it (1).
func (w *weighing) hours(it Item) (usual, night float64) {
	zone := it.Before.Span.Location()
	before, now := it.Before.Start.Time.In(zone).Hour(), it.Now.Start.Time.In(zone).Hour()
	was, known := w.poll.Profile.Usually(before)
	is, _ := w.poll.Profile.Usually(now)
	if known {
		usual = float64(is-was) / 100
	}
	return usual, truth(isNight(before)) - truth(isNight(now))
}

// hoursOf returns what the hours of an item say. One that was doubted with others is
// judged by the hours of all of them for as long as it says the same: the rest may be
// over and listed no more.
func (w *weighing) hoursOf(it Item) (usual, night float64) {
	usual, night = w.hours(it)
	old, ok := w.earlier[[2]string{it.Key, string(KindZone)}]
	if !ok || old.Said != said(KindZone, it) {
		return usual, night
	}
	was := map[string]float64{}
	for _, f := range old.Features {
		was[f.Name] = f.Value
	}
	return min(usual, was["usual hour"]), min(night, was["night"])
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// passed returns the kinds of doubt that have passed: most of what was in doubt and is
// still listed says again what it said before. What has not changed back is so.
func (w *weighing) passed() map[Kind]bool {
	back := map[Kind]int{}
	for i, it := range w.items {
		for _, k := range []Kind{KindStatus, KindZone} {
			old, doubted := w.earlier[[2]string{it.Key, string(k)}]
			if !doubted || it.Now == nil {
				continue
			}
			back[k] += one(w.kinds[i] == KindSame) - one(old.Said == said(k, it))
		}
	}
	return map[Kind]bool{KindStatus: back[KindStatus] > 0, KindZone: back[KindZone] > 0}
}
