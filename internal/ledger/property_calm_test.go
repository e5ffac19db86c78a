package ledger_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// A past is a desk at which some sources were polled for some days, and what they list
// now.
type past struct {
	*desk
	all     []gathering
	tellers []teller
	// at is the moment of the next poll.
	at time.Time
	// visits are all polls in their order.
	visits []ledger.Visit
}

func drawPast(t *rapid.T) *past {
	p := &past{desk: newDesk(households), all: drawGatherings(t), at: monday}
	p.tellers = drawTellers(t, len(p.all))
	for day := range rapid.IntRange(1, 4).Draw(t, "days") {
		if day > 0 {
			p.all = drawNews(t, p.all)
		}
		for _, w := range rapid.Permutation(p.tellers).Draw(t, "order") {
			listings := w.list(p.all)
			p.visits = append(p.visits, p.visit(w.source, p.at, listings))
			p.poll(w.source, p.at, listings)
		}
		p.at = p.at.AddDate(0, 0, 1)
	}
	return p
}

// silent reports what a poll did that it should not have done: it may note that it saw
// what it saw, and nothing else.
func silent(t *rapid.T, what string, r ledger.Result) {
	t.Helper()
	if len(r.Events)+len(r.Changes) > 0 {
		t.Fatalf("%s changed %d events: %+v", what, len(r.Events), r.Changes)
	}
	for _, c := range r.Claims {
		if !c.Until.IsZero() {
			t.Fatalf("%s ended the claim %s/%s", what, c.Source, c.Key)
		}
	}
}

// TestTheSamePollTwiceChangesNothing, be it at once or a day later.
func TestTheSamePollTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPast(t)
		w := rapid.SampledFrom(p.tellers).Draw(t, "source")
		listings := w.list(p.all)
		p.poll(w.source, p.at, listings)
		silent(t, "the same poll at the same moment", p.poll(w.source, p.at, listings))
		silent(t, "the same poll an hour later", p.poll(w.source, p.at.Add(time.Hour), listings))
		silent(t, "the same poll a day later", p.poll(w.source, p.at.AddDate(0, 0, 1), listings))
	})
}

// TestReadingTheSamePollsAgainGivesTheSameLedger: from an empty database on, and in
// whatever order the store gives what is known, down to every moment and SEQUENCE.
func TestReadingTheSamePollsAgainGivesTheSameLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPast(t)
		again := newDesk(households)
		again.dice = rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "dice"), 0))
		for _, v := range p.visits {
			again.poll(v.Source, v.At, v.Listings)
		}
		if a, b := p.told(true), again.told(true); a != b {
			t.Fatalf("first:\n%s\n\nagain:\n%s", a, b)
		}
		if a, b := fmt.Sprintf("%+v", p.changes), fmt.Sprintf("%+v", again.changes); a != b {
			t.Fatalf("changes first:\n%s\n\nagain:\n%s", a, b)
		}
		for uid, e := range p.events {
			if o := again.events[uid]; o.Sequence != e.Sequence || !o.Updated.Equal(e.Updated) || !o.Created.Equal(e.Created) || o.MergedInto != e.MergedInto {
				t.Fatalf("%s first: %+v\nagain: %+v", uid, e, o)
			}
		}
	})
}

// TestWhatIsDoubtedStaysAsItIs, whatever it says: it ends, moves, cancels, removes and
// adds nothing, and is only noted as missing.
func TestWhatIsDoubtedStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPast(t)
		w := rapid.SampledFrom(p.tellers).Draw(t, "source")
		broken := drawNews(t, p.all)
		for i := range broken {
			switch rapid.IntRange(0, 3).Draw(t, "fault") {
			case 0:
				broken[i].day += 365
			case 1:
				broken[i].title = "ログインしてください"
			case 2:
				broken[i].status = event.Cancelled
			}
		}
		listings := w.list(broken[:rapid.IntRange(0, len(broken)).Draw(t, "cut to")])
		claims := maps.Clone(p.claims)
		v := p.visit(w.source, p.at, listings)
		v.Doubted = map[string]bool{}
		for _, l := range listings {
			v.Doubted[l.Key] = true
		}
		for name := range claims {
			v.Doubted[name.Key] = true
		}
		r := ledger.Reconcile(v, p.known(ledger.NeedFor(v)))
		for _, c := range r.Changes {
			t.Fatalf("what is doubted made the change %+v", c)
		}
		for _, c := range r.Claims {
			old := claims[ledger.ClaimName{Source: c.Source, Key: c.Key}]
			c.Absence, c.Seen = old.Absence, old.Seen
			if fmt.Sprintf("%+v", old) != fmt.Sprintf("%+v", c) {
				t.Fatalf("what is doubted changed the claim %+v\nto %+v", old, c)
			}
		}
	})
}

// TestChurnIsNoChange: another order of the list and of tags, white space, counters
// and dates of the source's own, how a date was read, and ids that are drawn anew each
// time change no event (B21).
func TestChurnIsNoChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPast(t)
		w := rapid.SampledFrom(p.tellers).Draw(t, "source")
		p.poll(w.source, p.at, w.list(p.all))
		for n := range 3 {
			listings := rapid.Permutation(w.list(p.all)).Draw(t, "order")
			anew := rapid.Bool().Draw(t, "ids drawn anew")
			for i := range listings {
				l := &listings[i]
				l.Tags = slices.Clone(l.Tags)
				slices.Reverse(l.Tags)
				l.Sequence += n
				l.Reading = event.Reading{Text: fmt.Sprint("read ", n), Confidence: 50 + n}
				if anew {
					l.Key = fmt.Sprintf("guid-%d-%d", n, i)
				}
			}
			p.at = p.at.Add(time.Hour)
			if r := p.poll(w.source, p.at, listings); len(r.Events)+len(r.Changes) > 0 {
				t.Fatalf("churn of %s changed %+v", w.source, r.Changes)
			}
		}
	})
}

// TestSeatsAreNoChange: whatever is told of seats is kept and shown, and is otherwise
// nothing that happened to the event.
func TestSeatsAreNoChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(households)
		w := teller{source: "org", lists: []bool{true}}
		l := w.listing(0, gathering{title: "BPStudy#21", number: "21", day: 20, hour: 19, place: "渋谷ヒカリエ", status: event.Confirmed})
		d.poll("org", monday, []event.Listing{l})
		before := d.events[d.changes[0].UID]
		for hour := range rapid.IntRange(1, 4).Draw(t, "polls") {
			same := l.Seats
			count := rapid.IntRange(0, 30)
			if rapid.Bool().Draw(t, "told") {
				limit, accepted := count.Draw(t, "limit"), count.Draw(t, "accepted")
				l.Seats = event.Seats{Limit: &limit, Accepted: &accepted}
			}
			l.RegistrationState = rapid.SampledFrom([]event.RegistrationState{l.RegistrationState, event.RegistrationOpen, event.RegistrationClosed}).Draw(t, "state")
			stated := d.events[before.UID].RegistrationState != l.RegistrationState
			r := d.poll("org", monday.Add(time.Duration(hour+1)*time.Hour), []event.Listing{l})
			after := d.events[before.UID]
			if !after.Seats.Equal(l.Seats) || after.RegistrationState != l.RegistrationState {
				t.Fatalf("seats %s, want %s", after.Seats, l.Seats)
			}
			differs := stated || !same.Equal(l.Seats)
			if len(r.Changes) > 0 || (len(r.Events) > 0) != differs {
				t.Fatalf("%+v\n%+v", r.Changes, r.Events)
			}
			after.Seats, after.RegistrationState = before.Seats, before.RegistrationState
			if diff := cmp.Diff(before, after); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestSequenceRisesForTimePlaceAndStatusOnly: an edit of one source's only event, drawn
// field by field.
func TestSequenceRisesForTimePlaceAndStatusOnly(t *testing.T) {
	type edit struct {
		name   string
		rises  bool
		change func(*event.Listing)
	}
	edits := []edit{
		{"title", false, func(l *event.Listing) { l.Title += " 【満員】" }},
		{"description", false, func(l *event.Listing) { l.Description += "懇親会もあります。" }},
		{"url", false, func(l *event.Listing) { l.URL += "?ref=top" }},
		{"tags", false, func(l *event.Listing) { l.Tags = append(slices.Clone(l.Tags), "初心者歓迎") }},
		{"registration", false, func(l *event.Listing) { l.RegistrationCloses = event.On(l.Start.Date.Add(-1)) }},
		{"start", true, func(l *event.Listing) { l.Start = event.At(l.Start.Time.Add(30 * time.Minute)) }},
		{"end", true, func(l *event.Listing) { l.End = event.At(l.Start.Time.Add(3 * time.Hour)) }},
		{"place", true, func(l *event.Listing) { l.Location = "秋葉原UDX" }},
		{"mode", true, func(l *event.Listing) { l.Mode = event.Hybrid }},
		{"online url", true, func(l *event.Listing) { l.OnlineURL = "https://meet.example/1" }},
		{"status", true, func(l *event.Listing) { l.Status = event.Cancelled }},
	}
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(households)
		w := teller{source: "org", lists: []bool{true}}
		l := w.listing(0, gathering{title: "BPStudy#21", number: "21", day: 20, hour: 19, place: "渋谷ヒカリエ", status: event.Confirmed})
		d.poll("org", monday, []event.Listing{l})
		uid := d.changes[0].UID
		drawn := map[string]bool{}
		rises := false
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			e := rapid.SampledFrom(edits).Draw(t, "edit")
			if drawn[e.name] {
				continue
			}
			drawn[e.name] = true
			rises = rises || e.rises
			e.change(&l)
		}
		r := d.poll("org", monday.Add(time.Hour), []event.Listing{l})
		e := d.events[uid]
		if want := map[bool]int{true: 1}[rises]; e.Sequence != want || len(r.Events) != 1 {
			t.Fatalf("%v: SEQUENCE %d, want %d: %+v", slices.Sorted(maps.Keys(drawn)), e.Sequence, want, r.Changes)
		}
		if !e.Updated.Equal(monday.Add(time.Hour)) {
			t.Fatalf("updated %s", e.Updated)
		}
	})
}
