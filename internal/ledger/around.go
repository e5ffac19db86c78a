package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// around is what is known of the surroundings of listings, worked out where something
// is weighed: most visits weigh nothing.
type around struct {
	words, sites *link.Corpus
	titled       map[string][]titled
	// days are those of what each source lists, of this visit under "".
	days map[string][]event.Date
	// shift is by how much the visit moves all else that it lists under known keys, within
	// their days; 0 where it does not.
	shift time.Duration
}

// titled is an announcement under a title, of an event or, uid empty, of this visit.
type titled struct {
	uid string
	link.Announcement
}

// titles says how rare the words of titles are among those at hand.
func (b *state) titles() *link.Corpus {
	b.survey()
	return b.around.words
}

func (b *state) places() *link.Corpus {
	b.survey()
	return b.around.sites
}

// daysOf returns the days of what each source lists.
func (b *state) daysOf() map[string][]event.Date {
	b.survey()
	return b.around.days
}

func (b *state) survey() {
	a := &b.around
	if a.words != nil {
		return
	}
	*a = around{
		words:  link.NewCorpus(),
		sites:  link.NewCorpus(),
		titled: map[string][]titled{},
		days:   map[string][]event.Date{},
	}
	add := func(uid string, d *event.Details) {
		x := link.Announce(d)
		a.words.AddTitle(x.Title)
		a.sites.AddPlace(x)
		a.titled[x.Title.Core] = append(a.titled[x.Title.Core], titled{uid, x})
	}
	for _, uid := range b.byUID {
		e := b.before[uid]
		if b.isMisread(uid) {
			continue
		}
		if e.MergedInto == "" && e.Community == b.visit.Community {
			add(uid, &e.Details)
		}
		for _, c := range b.claims[uid] {
			if current(c) {
				a.days[c.Source] = append(a.days[c.Source], c.Listing.Start.Date)
			}
		}
	}
	for i := range b.visit.Listings {
		add("", &b.visit.Listings[i].Details)
		a.days[""] = append(a.days[""], b.visit.Listings[i].Start.Date)
	}
	a.shift = b.commonShift()
}

// commonShift returns by how much all that the visit lists under known keys, and that is
// ahead, begins at another hour than before; 0 where that is not one and the same.
func (b *state) commonShift() (shift time.Duration) {
	listed := make(map[string]event.Span, len(b.visit.Listings))
	for i := range b.visit.Listings {
		l := &b.visit.Listings[i]
		listed[l.Key] = l.Span
	}
	for _, c := range b.mineBefore {
		now, again := listed[c.Key]
		if !again || !b.ahead(b.before[c.UID]) {
			continue
		}
		by := hoursMoved(c.Listing.Span, now)
		if by == 0 || shift != 0 && by != shift {
			return 0
		}
		shift = by
	}
	return shift
}

// hoursMoved returns by how much something begins at another hour of its day than before.
func hoursMoved(before, now event.Span) time.Duration {
	if before.AllDay() || now.AllDay() || before.Start.Date != now.Start.Date {
		return 0
	}
	return now.Start.Time.Sub(before.Start.Time)
}

// withShift returns a span as it would be had it been shifted like all else of the visit,
// where it then has the hour of another.
func (b *state) withShift(was, now event.Span) event.Span {
	b.survey()
	if b.around.shift == 0 || was.AllDay() || now.AllDay() {
		return was
	}
	shifted := event.At(was.Start.Time.Add(b.around.shift))
	clock := func(m event.Moment) string { return m.Time.In(now.Location()).Format(time.TimeOnly) }
	if clock(shifted) == clock(now.Start) {
		was.Start = shifted
	}
	return was
}

// isMisread reports whether all that speaks for an event is what a repaired reader does
// not find any more: it never was there, and is the rival of nothing.
func (b *state) isMisread(uid string) bool {
	speaks := func(c event.Claim) bool { return current(c) && !(b.isMine(c) && b.visit.Misread[c.Key]) }
	return len(b.visit.Misread) > 0 && !slices.ContainsFunc(b.claims[uid], speaks)
}

// series returns what else has the title of an announcement, one of a day: the rest of
// a series without numbers.
func (b *state) series(was, now link.Announcement, uid string) (others []link.Announcement) {
	b.survey()
	seen := map[event.Date]bool{was.Start.Date: true, now.Start.Date: true}
	for _, t := range b.around.titled[was.Title.Core] {
		withdrawn := t.uid != "" && b.events[t.uid].Withdrawn
		if t.uid == uid || withdrawn || seen[t.Start.Date] {
			continue
		}
		seen[t.Start.Date] = true
		others = append(others, t.Announcement)
	}
	return others
}

// rival reports whether another event of the title is on the very day of one of two
// announcements: then that is the one, and not an announcement of some days off.
func (b *state) rival(was, now link.Announcement, uids ...string) bool {
	b.survey()
	return slices.ContainsFunc(b.around.titled[now.Title.Core], func(t titled) bool {
		other := t.uid != "" && !slices.Contains(uids, t.uid) &&
			t.Start.Date == now.Start.Date
		listed := t.uid == "" && t.Start.Date == was.Start.Date
		return other || listed
	})
}

// successor reports whether another event of the title, which this visit lists no more
// either, was on the very day of an announcement that has come.
func (b *state) successor(now link.Announcement, uid string) bool {
	b.survey()
	return slices.ContainsFunc(b.around.titled[now.Title.Core], func(t titled) bool {
		other := t.uid != "" && t.uid != uid && !b.taken[t.uid] && !b.events[t.uid].Withdrawn
		return other && t.Start.Date == now.Start.Date
	})
}

// Block names events that may be one though two communities announce them: those of
// one day whose titles begin alike. "" stands for none.
func Block(d event.Details) string {
	if d.Start.IsZero() {
		return ""
	}
	head := []rune(link.ReadTitle(d.Title).Head())
	if len(head) < blockTitle {
		return ""
	}
	return d.Start.Date.String() + string(head[:blockTitle])
}

// blockTitle is how many letters two titles begin with alike.
const blockTitle = 4
