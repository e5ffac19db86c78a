package digest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

// A world is events that change, with all that happened written down.
type world struct {
	now     time.Time
	events  map[string]event.Event
	changes []event.Change
}

// set changes one event, writing down what a visit would.
func (w *world) set(uid string, mutate func(e *event.Event)) {
	before, known := w.events[uid]
	after := before
	mutate(&after)
	note := func(kind event.ChangeKind, field string) {
		c := event.Change{ID: int64(len(w.changes) + 1), UID: uid, Kind: kind, Field: field, At: w.now}
		if f := event.FieldNamed(field); f != nil {
			if f.Equal(&before, &after) {
				return
			}
			c.Before, c.After = f.Get(&before), f.Get(&after)
		}
		w.changes = append(w.changes, c)
	}
	switch {
	case !known:
		after.Created = w.now
		note(event.ChangeAdded, "")
	default:
		note(event.ChangeCancelled, "status")
		note(event.ChangeMoved, "start")
		note(event.ChangeRelocated, "location")
		note(event.ChangeEdited, "title")
		note(event.ChangeEdited, "registration_closes")
		if before.Withdrawn != after.Withdrawn {
			note(map[bool]event.ChangeKind{true: event.ChangeWithdrawn, false: event.ChangeReinstated}[after.Withdrawn], "")
		}
	}
	after.Updated = w.now
	w.events[uid] = after
}

func (w *world) plan() *Planner {
	var events []event.Event
	for _, uid := range slices.Sorted(maps.Keys(w.events)) {
		events = append(events, w.events[uid])
	}
	slices.SortFunc(events, publish.Compare)
	e := NewPlanner(Input{Now: w.now, Calendar: calendar(), Events: events, Changes: w.changes, Upto: int64(len(w.changes))})
	for _, uid := range e.Background() {
		e.Remember(uid, slices.DeleteFunc(slices.Clone(w.changes), func(c event.Change) bool { return c.UID != uid }))
	}
	return e
}

// A person remembers every mail that came, and the events as they were then.
type person struct {
	Reader
	knew     map[string]event.Event
	reminded map[string]bool
	mails    int
}

// shown writes what a reader is shown of an event; "" for one that is in no calendar.
func shown(e event.Event) string {
	if !publish.Published(e) || e.UID == "" {
		return ""
	}
	return fmt.Sprint(e.Status, " ", e.Start, " ", e.Location, " ", e.Title, " ", e.RegistrationCloses)
}

// read checks a digest against what the person knew and what there is now.
func (p *person) read(t *rapid.T, w *world, d Digest) {
	seen := map[string]bool{}
	for _, s := range d.Sections {
		if len(s.Items) == 0 {
			t.Fatalf("an empty section %v", s.Kind)
		}
		for _, i := range s.Items {
			if seen[i.UID] {
				t.Fatalf("%s stands twice in one digest", i.UID)
			}
			seen[i.UID] = true
			p.readItem(t, w, s.Kind, i)
		}
	}
	for uid, e := range w.events {
		was, is := p.knew[uid], e
		changed := shown(was) != shown(is) && !ignorable(was, is, w.now)
		if changed && !seen[uid] {
			t.Fatalf("%s was %q, is %q, and the digest of %s is silent", uid, shown(was), shown(is), w.now)
		}
	}
}

// readItem checks one item.
func (p *person) readItem(t *rapid.T, w *world, k Kind, i Item) {
	was, is := p.knew[i.UID], w.events[i.UID]
	switch k {
	case Cancelled:
		if is.Status != event.Cancelled || was.Status == event.Cancelled || shown(was) == "" {
			t.Fatalf("%s told as cancelled: was %q, is %q", i.UID, shown(was), shown(is))
		}
	case Changed:
		if shown(was) == shown(is) || shown(was) == "" {
			t.Fatalf("%s told as changed: was %q, is %q", i.UID, shown(was), shown(is))
		}
		for _, l := range i.Lines {
			if l.Was == l.Now && l.Was != "" {
				t.Fatalf("%s: %s told as changed from %s to the same", i.UID, l.Label, l.Was)
			}
		}
	case New:
		if shown(was) != "" || is.Status == event.Cancelled {
			t.Fatalf("%s told as new: was %q, is %q", i.UID, shown(was), shown(is))
		}
	case Today:
		key := fmt.Sprint(i.UID, " today ", p.Date)
		if p.reminded[key] || !publish.Published(is) {
			t.Fatalf("%s is told as on today: %q", key, shown(is))
		}
		p.reminded[key] = true
	case Soon, Registration:
		key := fmt.Sprint(i.UID, " ", k)
		if p.reminded[key] {
			t.Fatalf("%s was reminded of twice", key)
		}
		p.reminded[key] = true
	}
}

// ignorable lists the differences that a reader is not told.
func ignorable(was, is event.Event, now time.Time) bool {
	over := func(e event.Event) bool { return e.UID == "" || !e.Over(publish.DefaultAssumed).After(now) }
	switch {
	case over(was) && over(is):
		return true
	case shown(was) == "":
		return is.Status == event.Cancelled || over(is)
	case was.Status == event.Cancelled && is.Status == event.Cancelled:
		return true
	case is.Withdrawn:
		return was.Status == event.Cancelled && is.Status == event.Cancelled
	}
	is.RegistrationCloses, was.RegistrationCloses = event.Moment{}, event.Moment{}
	return shown(was) == shown(is)
}

// TestWorld lets events change at random over a fortnight and checks every digest
// of readers of several hours and zones, who are not always reached: each net
// change in exactly one digest that arrives, each reminder at most once, nothing twice.
func TestWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := morning.Add(-time.Hour)
		w := &world{now: start, events: map[string]event.Event{}}
		var people []*person
		for i, zone := range []string{"Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"} {
			people = append(people, &person{
				Reader: Reader{Lang: Japanese, Zone: zone, Minute: 7*60 + 600*i}, knew: map[string]event.Event{}, reminded: map[string]bool{},
			})
		}
		for w.now.Before(start.AddDate(0, 0, 14)) {
			w.now = w.now.Add(time.Duration(rapid.IntRange(1, 9).Draw(t, "hours")) * time.Hour)
			if rapid.Bool().Draw(t, "happens") {
				w.step(t)
			}
			for _, p := range people {
				d, _, ok := Due(p.Minute, event.Zone(p.Zone), w.now, 6*time.Hour)
				if !ok || d.Compare(p.Since) <= 0 || rapid.IntRange(0, 5).Draw(t, "down") == 0 {
					continue
				}
				p.Date = d
				p.mail(t, w)
			}
		}
	})
}

// mail makes a person's digest; it may be lost, and is then made up for.
func (p *person) mail(t *rapid.T, w *world) {
	d, b, err := w.plan().Make(p.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if d.Empty() != (b.Subject == "") {
		t.Fatalf("empty %v, subject %q", d.Empty(), b.Subject)
	}
	if rapid.IntRange(0, 7).Draw(t, "lost") == 0 || d.Empty() && p.First() {
		return
	}
	p.read(t, w, d)
	if p.Since = p.Date; !d.Empty() {
		p.mails++
	}
	p.Cursor, p.knew = d.Upto, maps.Clone(w.events)
}

// step changes something.
func (w *world) step(t *rapid.T) {
	uid := rapid.SampledFrom([]string{"aa", "bb", "cc", "dd"}).Draw(t, "event")
	at := func() event.Moment {
		m := w.now.Truncate(time.Hour).Add(time.Duration(rapid.IntRange(-24, 200).Draw(t, "in")) * time.Hour).In(event.Tokyo)
		if rapid.IntRange(0, 3).Draw(t, "day") == 0 {
			return event.On(event.DateOf(m))
		}
		return event.At(m)
	}
	e, known := w.events[uid]
	w.set(uid, func(e *event.Event) {
		switch n := rapid.IntRange(0, 6).Draw(t, "what"); {
		case !known:
			e.UID, e.Title, e.Status, e.Zone, e.Start = uid, "催し "+uid, event.Confirmed, "Asia/Tokyo", at()
		case n == 0:
			e.Start = at()
		case n == 1:
			e.Status = rapid.SampledFrom([]event.Status{event.Confirmed, event.Cancelled, event.Postponed}).Draw(t, "status")
		case n == 2:
			e.Location = rapid.SampledFrom([]string{"", "渋谷", "秋葉原"}).Draw(t, "place")
		case n == 3:
			e.Title = rapid.SampledFrom([]string{"催し " + uid, "べつの " + uid}).Draw(t, "title")
		case n == 4:
			e.RegistrationCloses = at()
		case n == 5:
			e.Withdrawn = !e.Withdrawn
		}
	})
	_ = e
}

// FuzzTold: whatever the ledger wrote down as old values, a digest is made.
func FuzzTold(f *testing.F) {
	f.Add("start", "2009-05-28 19:00–20:40", "moved")
	f.Add("start", "–", "moved")
	f.Add("registration_closes", "2026-13-01", "edited")
	f.Add("tags", ", ,", "edited")
	f.Add("status", "\x00", "cancelled")
	f.Fuzz(func(t *testing.T, field, old, kind string) {
		e := gathering(t, "a", "BPStudy", "2026-12-10 19:00")
		e.Updated = morning
		d, b, err := plan([]event.Event{e}, []event.Change{change("a", event.ChangeKind(kind), field, old, "new")}).Make(reader())
		if err != nil {
			t.Fatal(err)
		}
		if plain, _ := b.For("x", "y"); d.Empty() == strings.Contains(plain, "BPStudy") {
			t.Errorf("%d sections, and the text says %q", len(d.Sections), plain)
		}
	})
}
