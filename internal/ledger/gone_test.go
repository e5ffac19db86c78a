package ledger_test

import (
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// TestWhatCameAndWentUnseen: a source was down while the day of a meeting passed, and
// lists it for another one since.
func TestWhatCameAndWentUnseen(t *testing.T) {
	t.Parallel()
	older := titled("0", "昨日の集い", -40, 19, "渋谷")
	was, now := titled("1", "型システムを語る夜", -3, 19, "渋谷"), titled("2", "型システムを語る夜", 14, 19, "渋谷")
	for _, c := range []struct {
		name          string
		before, after []event.Listing
		held          int
		moved         bool
	}{
		{"the list still shows older things", []event.Listing{older, was}, []event.Listing{older, now}, 30, true},
		{"the list shows what is ahead only", []event.Listing{older, was}, []event.Listing{now}, 30, false},
		{"somebody looked the day before it", []event.Listing{older, was}, []event.Listing{older, now}, 2, false},
		{"the number says so, whatever the list shows", []event.Listing{numbered(was, "7")}, []event.Listing{numbered(now, "7")}, 30, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			uids, r := turn{before: c.before, after: c.after, held: c.held}.take(t)
			if (uids["1"] == uids["2"]) != c.moved {
				t.Errorf("moved: %v, want %v; %+v", uids["1"] == uids["2"], c.moved, r.Changes)
			}
		})
	}
}

func numbered(l event.Listing, number string) event.Listing {
	l.Title, l.Number = l.Title+" #"+number, number
	return l
}

// TestWithdrawnAndBackUnderAnotherID: what was withdrawn is the same again under its
// number, and another one where only the title of a series is the same.
func TestWithdrawnAndBackUnderAnotherID(t *testing.T) {
	t.Parallel()
	bare := func(l event.Listing) event.Listing { l.URL = ""; return l }
	for _, c := range []struct {
		name     string
		was, now event.Listing
		same     bool
	}{
		{"the same number", numbered(meeting("1", 30, 19, "渋谷"), "43"), numbered(meeting("2", 17, 19, "渋谷"), "43"), true},
		{"the same title and start", meeting("1", 30, 19, "渋谷"), meeting("2", 30, 19, "渋谷"), true},
		{"the title of the series alone", meeting("1", 30, 19, "渋谷"), meeting("2", 41, 19, "渋谷"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
			d.opened = spring.AddDate(0, 0, -9)
			other := titled("0", "別の集い", 9, 19, "渋谷")
			d.poll("group", spring.AddDate(0, 0, -1), []event.Listing{other, bare(c.was)})
			for i := range 3 {
				d.poll("group", spring.AddDate(0, 0, i), []event.Listing{other})
			}
			x := d.claims[ledger.ClaimName{Source: "group", Key: "1"}]
			if x.Absence.Ended != "gone" {
				t.Fatalf("it was not withdrawn: %+v", x.Absence)
			}
			d.poll("group", spring.AddDate(0, 0, 3), []event.Listing{other, bare(c.now)})
			y := d.claims[ledger.ClaimName{Source: "group", Key: "2"}]
			if (x.UID == y.UID) != c.same {
				t.Errorf("one event: %v, want %v", x.UID == y.UID, c.same)
			}
		})
	}
}

// TestAPageGoneInAGap: where another listing that went at once still has its page, the
// list has a gap, and a page is asked once more before what it tells of is withdrawn.
func TestAPageGoneInAGap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		alive bool
		looks int
	}{{"alone", false, 2}, {"beside one whose page lives", true, 3}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
			d.opened = spring.AddDate(0, 0, -9)
			stays, goes, other := titled("a", "一の集い", 10, 19, "渋谷"), titled("b", "二の集い", 20, 19, "渋谷"), titled("c", "三の集い", 30, 19, "渋谷")
			d.poll("group", spring.AddDate(0, 0, -1), []event.Listing{stays, goes, other})
			left := []event.Listing{stays, other}
			if c.alive {
				left = left[:1]
			}
			for look := 1; look <= 3; look++ {
				v := d.visit("group", spring.AddDate(0, 0, look), left)
				v.Pages = map[string]ledger.Answer{"b": {State: ledger.PageGone, Text: "status 404"}}
				if c.alive {
					v.Pages["c"] = ledger.Answer{State: ledger.PageAlive, Text: "三の集い"}
				}
				d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
				cl := d.claims[ledger.ClaimName{Source: "group", Key: "b"}]
				if gone := cl.Absence.Ended == "gone"; gone != (look >= c.looks) {
					t.Errorf("look %d: gone %v: %+v", look, gone, cl.Absence)
				}
			}
		})
	}
}

// TestAnEmptyListExplainsNothing: what an empty list misses without a page to ask counts
// as unexplained, also where it was missing before.
func TestAnEmptyListExplainsNothing(t *testing.T) {
	t.Parallel()
	goes, over := titled("a", "一の集い", 20, 19, "渋谷"), titled("b", "昨日の集い", -5, 19, "渋谷")
	goes.URL = ""
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
	d.opened = spring.AddDate(0, 0, -9)
	d.poll("group", spring.AddDate(0, 0, -1), []event.Listing{goes, over})
	d.poll("group", spring, []event.Listing{over})
	v := d.visit("group", spring.AddDate(0, 0, 1), nil)
	v.Profile = listing(2, time.Time{})
	if r := ledger.Reconcile(v, d.known(ledger.NeedFor(v))); r.Impact.Unexplained != 1 {
		t.Errorf("%+v", r.Impact)
	}
	v.Listings = []event.Listing{over}
	if r := ledger.Reconcile(v, d.known(ledger.NeedFor(v))); r.Impact.Unexplained != 0 {
		t.Errorf("with a list that shows something: %+v", r.Impact)
	}
}

// TestWhatASourceOnceListedTogetherIsTwo: two of one number that a source listed at once
// are not merged once it has taken one of them away.
func TestWhatASourceOnceListedTogetherIsTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}, "city": {Community: "c", Rank: 1}})
	d.opened = spring.AddDate(0, 0, -9)
	real, notice := numbered(meeting("a", 30, 19, "渋谷"), "60"), numbered(meeting("b", 25, 12, "受付"), "60")
	real.URL, notice.URL = "", ""
	city := real
	city.Key = "city-a"
	d.poll("group", spring.AddDate(0, 0, -2), []event.Listing{real, notice})
	d.poll("city", spring.AddDate(0, 0, -2).Add(time.Hour), []event.Listing{city})
	for i := range 4 {
		d.poll("group", spring.AddDate(0, 0, i), []event.Listing{notice})
		d.poll("city", spring.AddDate(0, 0, i).Add(time.Hour), nil)
	}
	d.poll("city", spring.AddDate(0, 0, 5), []event.Listing{city})
	x, y := d.claims[ledger.ClaimName{Source: "city", Key: "city-a"}], d.claims[ledger.ClaimName{Source: "group", Key: "b"}]
	if d.live(x.UID).UID == d.live(y.UID).UID {
		t.Error("the notice and the meeting are merged")
	}
}

// TestWhatGoesCallsNothingOff: the end of a listing is no word that its event is called
// off, though another source, which may only be behind, still says so; some days later
// that source's word holds.
func TestWhatGoesCallsNothingOff(t *testing.T) {
	t.Parallel()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}, "other": {Community: "c", Rank: 1}})
	d.opened = spring.AddDate(0, 0, -9)
	goes, stays := titled("a", "一の集い", 30, 19, "渋谷"), titled("b", "二の集い", 40, 19, "新宿")
	behind := goes
	behind.Key, behind.Status = "x", event.Cancelled
	d.poll("group", spring.AddDate(0, 0, -3), []event.Listing{goes, stays})
	d.poll("other", spring.AddDate(0, 0, -2), []event.Listing{behind})
	uid := d.claims[ledger.ClaimName{Source: "group", Key: "a"}].UID
	if other := d.claims[ledger.ClaimName{Source: "other", Key: "x"}].UID; other != uid {
		t.Fatal("the two are not one event")
	}
	for day := range 9 {
		v := d.visit("group", spring.AddDate(0, 0, day), []event.Listing{stays})
		v.Pages = map[string]ledger.Answer{"a": {State: ledger.PageGone, Text: "status 404"}}
		d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
		off := d.live(uid).Status == event.Cancelled
		if off != (day >= 5) {
			t.Errorf("day %d: called off %v", day, off)
		}
	}
}
