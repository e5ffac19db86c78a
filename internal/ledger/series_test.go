package ledger_test

import (
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
)

// spring is when the polls of these tests are.
var spring = time.Date(2027, 3, 1, 9, 0, 0, 0, event.Tokyo)

// meeting is a listing of the monthly もくもく会, so many days ahead at an hour.
func meeting(key string, days, hour int, place string) event.Listing {
	return titled(key, "もくもく会", days, hour, place)
}

func titled(key, title string, days, hour int, place string) event.Listing {
	d := spring.AddDate(0, 0, days)
	start := time.Date(d.Year(), d.Month(), d.Day(), hour, 0, 0, 0, event.Tokyo)
	return event.Listing{Key: key, Details: event.Details{
		Title: title, Location: place, Mode: event.Onsite, Status: event.Confirmed,
		URL: "https://group.example/" + key, Span: event.Span{Start: event.At(start), End: event.At(start.Add(time.Hour)), Zone: "Asia/Tokyo"},
	}}
}

// A turn is what a source listed, what it lists a day later, and what the page of
// the one that went says then.
type turn struct {
	before, after []event.Listing
	page          ledger.PageState
	// held is how many days nothing was believed in between.
	held int
}

// take lives through a turn and gives, by key, whose UID each listing has.
func (c turn) take(t *testing.T) (uids map[string]string, r ledger.Result) {
	t.Helper()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
	d.opened = spring.AddDate(0, 0, -9)
	d.poll("group", spring.AddDate(0, 0, -1-c.held), c.before)
	v := d.visit("group", spring, c.after)
	v.Profile = listing(len(c.before), spring.AddDate(0, 0, -1-c.held))
	listed := map[string]bool{}
	for _, l := range c.after {
		listed[l.Key] = true
	}
	for _, l := range c.before {
		if !listed[l.Key] {
			v.Pages = map[string]ledger.Answer{l.Key: {State: c.page, Text: "as the page says"}}
		}
	}
	r = ledger.Reconcile(v, d.known(ledger.NeedFor(v)))
	d.write(r)
	uids = map[string]string{}
	for _, cl := range d.claims {
		uids[cl.Key] = cl.UID
	}
	return uids, r
}

func TestIsItMovedOrTheNextOfTheSeries(t *testing.T) {
	t.Parallel()
	shibuya, osaka := "渋谷ヒカリエ", "大阪市立中央会館"
	series := []event.Listing{meeting("1", 20, 19, shibuya), meeting("2", 50, 14, osaka)}
	constant := []event.Listing{meeting("1", 20, 19, shibuya), meeting("2", 50, 19, shibuya)}
	for _, c := range []struct {
		name  string
		turn  turn
		moved bool
	}{
		{"a week later", turn{before: series, after: []event.Listing{series[1], meeting("3", 27, 19, shibuya)}, page: ledger.PageGone}, true},
		{"three weeks later, in its place among the rest", turn{before: series, after: []event.Listing{series[1], meeting("3", 41, 19, osaka)}, page: ledger.PageGone}, true},
		{"in its place, but at another hour and place", turn{before: series, after: []event.Listing{series[1], meeting("3", 41, 10, "福岡グロースネクスト")}, page: ledger.PageGone}, false},
		{"beyond the next one, with the hour and place that only it had", turn{before: series, after: []event.Listing{series[1], meeting("3", 75, 19, shibuya)}, page: ledger.PageGone}, true},
		{"the same while the old page still stands", turn{before: series, after: []event.Listing{series[1], meeting("3", 75, 19, shibuya)}, page: ledger.PageAlive}, false},
		{"beyond the next one, in a series that is always so, while the old page stands", turn{before: constant, after: []event.Listing{constant[1], meeting("3", 75, 19, shibuya)}, page: ledger.PageAlive}, false},
		{"after all others of the series, with the hour alone", turn{before: series[:1:1], after: []event.Listing{meeting("0", 2, 14, osaka), meeting("3", 41, 19, osaka)}, page: ledger.PageGone}, false},
		{"a few days later, at another hour and place", turn{before: series, after: []event.Listing{series[1], meeting("3", 24, 10, osaka)}, page: ledger.PageGone}, false},
		{"with its hour and place, after its own page said that it is cancelled", turn{before: []event.Listing{calledOff(series[0]), series[1]}, after: []event.Listing{series[1], meeting("3", 41, 19, shibuya)}}, false},
		{"beyond the next one, at another hour", turn{before: series, after: []event.Listing{series[1], meeting("3", 75, 10, shibuya)}, page: ledger.PageGone}, false},
		{"its page says that it is cancelled", turn{before: series, after: []event.Listing{series[1], meeting("3", 27, 19, shibuya)}, page: ledger.PageCancelled}, false},
		{"in its place, after two weeks of which nothing is known", turn{before: series, after: []event.Listing{series[1], meeting("3", 41, 14, shibuya)}, page: ledger.PageGone, held: 14}, false},
		{"with its hour and place, after two weeks of which nothing is known", turn{before: series, after: []event.Listing{series[1], meeting("3", 41, 19, shibuya)}, page: ledger.PageGone, held: 14}, true},
		{"this evening's, where the page shows the next one already", turn{before: []event.Listing{meeting("1", 0, 19, shibuya), meeting("2", 50, 14, osaka)}, after: []event.Listing{series[1], meeting("3", 31, 19, shibuya)}, page: ledger.PageAlive}, false},
		{"the only one of its title", turn{before: series[:1], after: []event.Listing{meeting("3", 45, 10, shibuya)}, page: ledger.PageGone}, true},
		{"the only one of its title, with another hour and place", turn{before: series[:1], after: []event.Listing{meeting("3", 45, 10, osaka)}, page: ledger.PageGone}, false},
		{"the same while its page stands", turn{before: series[:1], after: []event.Listing{meeting("3", 45, 10, osaka)}, page: ledger.PageAlive}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			uids, r := c.turn.take(t)
			if (uids["1"] == uids["3"]) != c.moved {
				t.Errorf("moved: %v, want %v; %+v", uids["1"] == uids["3"], c.moved, r.Changes)
			}
			if len(c.turn.before) > 1 && (uids["2"] == uids["3"] || uids["2"] == uids["1"]) {
				t.Errorf("the next one has become another: %v", uids)
			}
		})
	}
}

func calledOff(l event.Listing) event.Listing {
	l.Status = event.Cancelled
	return l
}

func TestWhatIsHeldBesideAnEventIsToldApart(t *testing.T) {
	t.Parallel()
	main, hands := "Web野郎 #58", "Web野郎 #58【初心者向けハンズオン】"
	for _, c := range []struct {
		name string
		x, y event.Listing
		one  bool
	}{
		{"the main event and its ハンズオン hours before", titled("a", main, 20, 15, "新宿"), titled("b", hands, 20, 11, "新宿"), false},
		{"one of the two in words of their own at one start", titled("a", main, 20, 11, "新宿"), titled("b", hands, 20, 11, "新宿"), true},
		{"a title cut before 懇親会, at its hour", titled("a", main+" 懇親会", 20, 19, "新宿"), titled("b", main+"…", 20, 19, "新宿"), true},
		{"a title cut before 懇親会, at the main event's place hours later", titled("a", "並行と分散を語る夜", 20, 15, "新宿"), titled("b", "並行と分散を語る夜…", 20, 20, "新宿"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}, "city": {Community: "c", Rank: 1}})
			c.y.URL = "https://city.example/b"
			d.poll("group", spring, []event.Listing{c.x})
			d.poll("city", spring.Add(time.Hour), []event.Listing{c.y})
			x, y := d.claims[ledger.ClaimName{Source: "group", Key: "a"}], d.claims[ledger.ClaimName{Source: "city", Key: "b"}]
			if one := d.live(x.UID).UID == d.live(y.UID).UID; one != c.one {
				t.Errorf("one event: %v, want %v", one, c.one)
			}
		})
	}
}

func TestAMendedReader(t *testing.T) {
	t.Parallel()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
	d.opened = spring.AddDate(0, 0, -9)
	named := func(l event.Listing) event.Listing { l.Derived = true; return l }
	misread, ghost := named(meeting("old", 60, 19, "渋谷")), named(titled("ghost", "受付のご案内", 30, 10, "受付"))
	lead := meeting("7", 40, 14, "大阪")
	d.poll("group", spring.AddDate(0, 0, -1), []event.Listing{misread, ghost, lead})
	before := d.claims[ledger.ClaimName{Source: "group", Key: "old"}].UID

	right, again := named(meeting("new", 21, 19, "渋谷")), meeting("7", 11, 14, "大阪")
	v := d.visit("group", spring, []event.Listing{right, again})
	v.Profile.At = spring.AddDate(0, 0, -1)
	v.Misread = map[string]bool{"old": true, "ghost": true}
	v.Reread = map[string]event.Listing{"new": right, "7": again}
	r := ledger.Reconcile(v, d.known(ledger.NeedFor(v)))
	d.write(r)
	if now := d.claims[ledger.ClaimName{Source: "group", Key: "new"}].UID; now != before {
		t.Errorf("the event whose date was misread has another UID: %s, was %s", now, before)
	}
	g := d.claims[ledger.ClaimName{Source: "group", Key: "ghost"}]
	if e := d.events[g.UID]; !e.Withdrawn || e.Status == event.Cancelled || g.Absence.Ended != "misread" {
		t.Errorf("what never was there: withdrawn %v, %s, claim ended as %q", e.Withdrawn, e.Status, g.Absence.Ended)
	}
	if r.Impact.Moved != 0 {
		t.Errorf("%d moves are laid to the source, though its pages are the same", r.Impact.Moved)
	}
}

// far tells what a visit that moves meetings by so many hours means, in a zone.
func TestALostZoneIsToldFromAMove(t *testing.T) {
	t.Parallel()
	in := func(zone string, l event.Listing, by time.Duration) event.Listing {
		l.Span.Zone = zone
		at := l.Span.Start.Time.In(event.Zone(zone)).Add(by)
		l.Span.Start, l.Span.End = event.At(at), event.Moment{}
		return l
	}
	for _, c := range []struct {
		name       string
		zone       string
		by         time.Duration
		events     int
		moved, far int
	}{
		{"one by the nine hours of Japan", "Asia/Tokyo", 9 * time.Hour, 1, 1, 1},
		{"one back by nine hours: mended", "Asia/Tokyo", -9 * time.Hour, 1, 0, 0},
		{"one by the one hour of Berlin: a move", "Europe/Berlin", time.Hour, 1, 1, 0},
		{"three by the one hour of Berlin", "Europe/Berlin", time.Hour, 3, 3, 3},
		{"three back by it: mended", "Europe/Berlin", -time.Hour, 3, 0, 0},
		{"three by two hours in Berlin's winter", "Europe/Berlin", 2 * time.Hour, 3, 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var before, after []event.Listing
			for i := range c.events {
				key := string(rune('a' + i))
				l := in(c.zone, titled(key, "集い "+key, 10+2*i, 19, "渋谷"), 0)
				before, after = append(before, l), append(after, in(c.zone, l, c.by))
			}
			_, r := turn{before: before, after: after}.take(t)
			if r.Impact.Moved != c.moved || r.Impact.Far != c.far {
				t.Errorf("moved %d, far %d; want %d, %d", r.Impact.Moved, r.Impact.Far, c.moved, c.far)
			}
		})
	}
}

func TestHowLongASourceKeepsWhatIsOver(t *testing.T) {
	t.Parallel()
	old := []event.Listing{titled("a", "一の集い", -40, 19, "渋谷"), titled("b", "二の集い", -12, 19, "渋谷"), titled("c", "三の集い", -5, 19, "渋谷")}
	for _, c := range []struct {
		name  string
		polls [][]event.Listing // ten days apart, the last of them today
		kept  int
	}{
		{"one that goes alone has had its time", [][]event.Listing{old[1:2], nil}, 0},
		{"two that go at once, with nothing known of the source", [][]event.Listing{old[1:], nil}, 2},
		{"one that was kept for thirty days, and two that were not", [][]event.Listing{old, old, old[1:], nil}, 2},
		{"one that was kept for twenty days, and one that was not", [][]event.Listing{old[:2], old[1:2], nil}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
			d.opened = spring.AddDate(0, 0, -99)
			var r ledger.Result
			var usual health.Profile
			for i, listings := range c.polls {
				v := d.visit("group", spring.AddDate(0, 0, (i+1-len(c.polls))*10), listings)
				v.Profile = usual
				r = ledger.Reconcile(v, d.known(ledger.NeedFor(v)))
				d.write(r)
				usual = usual.Learn(health.Lesson{At: v.At, Departed: r.Departed})
			}
			if r.Impact.Kept != c.kept {
				t.Errorf("kept: %d, want %d", r.Impact.Kept, c.kept)
			}
		})
	}
}

func TestAListOfTheNewestItems(t *testing.T) {
	t.Parallel()
	var feed []event.Listing
	for i := range 7 {
		feed = append(feed, titled(string(rune('a'+i)), "集い "+string(rune('a'+i)), 10+i, 19, "渋谷"))
	}
	for _, c := range []struct {
		name    string
		after   []event.Listing
		missing string
		polls   int
	}{
		{"the one announced first has been pushed out", feed[1:7], "a", 0},
		{"one in the middle was taken away", append(feed[0:3:3], feed[4:7]...), "d", 1},
		{"a list too short to be cut", feed[1:4], "a", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
			d.opened = spring.AddDate(0, 0, -99)
			for i := range 6 { // announced one by one
				d.poll("group", spring.AddDate(0, 0, i-7), feed[:i+1])
			}
			v := d.visit("group", spring, c.after)
			v.Partial, v.Profile = true, listing(6, time.Time{})
			d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
			if cl := d.claims[ledger.ClaimName{Source: "group", Key: c.missing}]; cl.Absence.Polls != c.polls {
				t.Errorf("counted as missed %d times, want %d", cl.Absence.Polls, c.polls)
			}
		})
	}
}

// TestMissedWhileThereWasRoom: a list that filled up later cannot have pushed out what
// was missing before.
func TestMissedWhileThereWasRoom(t *testing.T) {
	t.Parallel()
	var all []event.Listing
	for i := range 6 {
		l := titled(string(rune('a'+i)), "集い "+string(rune('a'+i)), 10+i, 19, "渋谷")
		l.URL = ""
		all = append(all, l)
	}
	more := titled("g", "集い g", 9, 19, "渋谷")
	for _, c := range []struct {
		name  string
		first []event.Listing
		gone  bool
	}{
		{"missed by a list with room", all[:5], true},
		{"missed by a full list alone", append([]event.Listing{more}, all[:5]...), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
			d.opened = spring.AddDate(0, 0, -9)
			d.poll("group", spring.AddDate(0, 0, -1), all)
			full := append([]event.Listing{more}, all[:5]...)
			for i, listings := range [][]event.Listing{c.first, full, full} {
				v := d.visit("group", spring.AddDate(0, 0, i), listings)
				v.Profile = listing(len(all), time.Time{})
				d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
			}
			if cl := d.claims[ledger.ClaimName{Source: "group", Key: "f"}]; cl.Until.IsZero() == c.gone {
				t.Errorf("%+v", cl.Absence)
			}
		})
	}
}

// TestAMisreadDateSaysNothingOfHowLongThingsAreKept: what goes because a reading error
// was mended was never there, also where its date is past.
func TestAMisreadDateSaysNothingOfHowLongThingsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
	d.opened = spring.AddDate(0, 0, -99)
	listed := []event.Listing{titled("a", "一の集い", -2, 19, "渋谷"), titled("b", "二の集い", -1, 19, "渋谷")}
	d.poll("group", spring.AddDate(0, 0, -9), append(listed, titled("notice", "会場の案内", -4, 19, "渋谷")))
	v := d.visit("group", spring.AddDate(0, 0, -3), listed)
	v.Misread = map[string]bool{"notice": true}
	d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
	cl := d.claims[ledger.ClaimName{Source: "group", Key: "notice"}]
	if cl.Absence.Ended != "misread" || !d.events[cl.UID].Withdrawn {
		t.Errorf("%+v, withdrawn %t", cl.Absence, d.events[cl.UID].Withdrawn)
	}
	v = d.visit("group", spring, nil)
	if r := ledger.Reconcile(v, d.known(ledger.NeedFor(v))); r.Impact.Kept != 2 {
		t.Errorf("kept: %d, want 2", r.Impact.Kept)
	}
}

// TestAPageThatStoodAtTheLastLookStillSpeaks: its page is asked every few days, and what
// it said holds in between.
func TestAPageThatStoodAtTheLastLookStillSpeaks(t *testing.T) {
	t.Parallel()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
	d.opened = spring.AddDate(0, 0, -9)
	before := []event.Listing{meeting("1", 20, 19, "渋谷ヒカリエ"), meeting("2", 22, 14, "大阪市立中央会館")}
	d.poll("group", spring.AddDate(0, 0, -2), before)
	for day, listings := range [][]event.Listing{before[1:], {before[1], meeting("3", 41, 19, "渋谷ヒカリエ")}} {
		v := d.visit("group", spring.AddDate(0, 0, day-1), listings)
		v.Profile = listing(len(before), v.At.AddDate(0, 0, -1))
		if day == 0 {
			v.Pages = map[string]ledger.Answer{"1": {State: ledger.PageAlive, Text: "もくもく会"}}
		}
		known := d.known(ledger.NeedFor(v))
		for _, w := range ledger.Weigh(v, known) {
			if w.Claim.Key == "1" && w.Listing.Key == "3" && !w.Comparison.PageAlive {
				t.Error("its page stood, and that was forgotten")
			}
		}
		d.write(ledger.Reconcile(v, known))
	}
	if old, young := d.claims[ledger.ClaimName{Source: "group", Key: "1"}], d.claims[ledger.ClaimName{Source: "group", Key: "3"}]; old.UID == young.UID {
		t.Errorf("what is off the list while its page stands became the next one: %+v", old)
	}
}

// TestAnHourThatAnotherSourceTells: what one source lists by its day alone begins when
// another source says that it does, and so is not what begins at another hour.
func TestAnHourThatAnotherSourceTells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		title string
		hour  int
		one   bool
	}{
		{"another title hours later", "書き初め", 15, false},
		{"another title hours earlier", "もくもく会", 9, false},
		{"the same title and hour", "BPStudy#25", 19, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{
				"org": {Community: "c"}, "group": {Community: "c", Rank: 1}, "notes": {Community: "c", Rank: 2, Aggregator: true},
			})
			byDay := titled("notes", "BPStudy#25", 30, 19, "渋谷")
			byDay.Start, byDay.End = event.On(byDay.Start.Date), event.Moment{}
			byDay.URL = "https://notes.example/25"
			d.poll("group", spring, []event.Listing{titled("group", "BPStudy#25", 30, 19, "渋谷")})
			d.poll("notes", spring, []event.Listing{byDay})
			own := titled("org", c.title, 30, c.hour, "渋谷")
			own.URL = "https://org.example/7"
			for day := range 2 {
				d.poll("org", spring.AddDate(0, 0, day), []event.Listing{own})
			}
			group, org := d.claims[ledger.ClaimName{Source: "group", Key: "group"}], d.claims[ledger.ClaimName{Source: "org", Key: "org"}]
			if one := d.live(group.UID).UID == d.live(org.UID).UID; one != c.one {
				t.Errorf("one event: %v, want %v\n%s", one, c.one, d.told(false))
			}
		})
	}
}
