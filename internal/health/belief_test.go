package health

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

// A change is what a list makes of one event.
type change func(l *event.Listing)

func days(n int) change {
	return func(l *event.Listing) { l.Start = event.At(l.Start.Time.AddDate(0, 0, n)) }
}

func hours(n int) change {
	return func(l *event.Listing) { l.Start = event.At(l.Start.Time.Add(time.Duration(n) * time.Hour)) }
}

func calledOff(l *event.Listing) { l.Status = event.Cancelled }

// worded has the titles tell how events stand.
func worded(items []Item) []Item {
	for i := range items {
		items[i].Worded = true
	}
	return items
}

func dayOnly(l *event.Listing) { l.Start = event.On(l.Start.Date) }

func garbled(l *event.Listing) { l.Title = "\u00e7\u00a6\u00c2\u00a7\u00e7\u00a5 Web \u00e3\u00e3" }

func edited(l *event.Listing) { l.Updated = june }

// listed returns n events a week apart, of which the first changed are changed.
func listed(n, changed int, by ...change) []Item {
	items := make([]Item, n)
	for i := range items {
		before := evening(3, 19)
		before.Key, before.Title, before.Location = fmt.Sprint(i), fmt.Sprintf("集い 第%d回", i), "渋谷"
		before.Status, before.Updated = event.Confirmed, june.AddDate(0, 0, -9)
		days(7*i + 7)(&before)
		now := before
		if i < changed {
			for _, change := range by {
				change(&now)
			}
		}
		items[i] = Item{Key: before.Key, Before: &before, Now: &now}
	}
	return items
}

// absent has the first items not listed.
func absent(n, gone int) []Item {
	items := listed(n, 0)
	for i := range gone {
		items[i].Now = nil
	}
	return items
}

// newcomers are events not known before, by the changes.
func newcomers(items []Item, n int, by ...change) []Item {
	for _, it := range listed(n, n, by...) {
		items = append(items, Item{Key: "new " + it.Key, Now: it.Now})
	}
	return items
}

// page says what their own pages say.
func page(items []Item, s event.Status) []Item {
	for i := range items {
		items[i].Page = s
	}
	return items
}

// polled returns, poll by poll, how many items are doubted where each of the polls, a
// day apart, says the same.
func polled(polls int, items []Item, usual Profile) (doubted []int) {
	var before []Doubt
	for i := range polls {
		at := june.AddDate(0, 0, i)
		b := BeliefOf(Weigh(Reading{At: at, Profile: usual}, items, before))
		before = b.Doubts
		doubted = append(doubted, len(b.Doubts))
	}
	return doubted
}

// evenings is what is usual of a source whose events begin at 19:00.
func evenings() (p Profile) {
	for i := range 5 {
		at := june.AddDate(0, 0, i-9)
		p = p.Learn(lesson(at, evening(10, 19), evening(17, 19), evening(24, 19)))
	}
	return p
}

func TestWeigh(t *testing.T) {
	for _, c := range []struct {
		name  string
		items []Item
		// in is the poll by which all is believed, 0 where not within five.
		in int
	}{
		{"believes what is as before", listed(10, 0), 1},
		{"believes one move", listed(10, 1, days(7)), 1},
		{"believes the move of the only event", listed(1, 1, days(7)), 1},
		{"believes two moves of five", listed(5, 2, days(7)), 1},
		{"believes one cancellation", listed(4, 1, calledOff), 1},
		{"believes new events, many at once", newcomers(listed(2, 0), 8), 1},
		{"believes that an hour is not told any more", listed(5, 1, dayOnly), 1},
		{"believes three truly moved by the third poll", listed(4, 3, days(7)), 3},
		{"believes three truly cancelled by the third poll", worded(listed(3, 3, calledOff)), 3},
		{"believes all of ten cancelled by the third poll", worded(listed(10, 10, calledOff)), 3},
		{"believes three of eight cancelled by their status alone by the third poll", listed(8, 3, calledOff), 3},
		{"believes within days no list that is called off by its status alone", listed(8, 8, calledOff), 0},
		{"believes a series whose hour changes by the third poll", listed(6, 6, hours(1)), 3},
		{"believes a list that shrinks for good by the third poll", absent(8, 5), 3},
		{"believes cancellations that their pages say at once", page(listed(5, 5, calledOff), event.Cancelled), 1},
		{"believes no cancellation that the pages deny", page(listed(5, 5, calledOff), event.Confirmed), 0},
		{"believes no hours of a lost zone", listed(5, 5, hours(9)), 0},
		{"believes no dates in 2062", listed(5, 5, days(36*365)), 0},
		{"believes no new events in 2062 either", newcomers(listed(2, 0), 2, days(36*365)), 0},
		{"believes no garbled titles", listed(5, 5, garbled), 0},
		{"believes no garbled title, be it one", listed(5, 1, garbled), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := polled(5, c.items, evenings())
			in := 0
			for i, doubted := range got {
				if doubted == 0 {
					in = i + 1
					break
				}
			}
			if in > c.in || in == 0 && c.in > 0 {
				t.Errorf("believed in poll %d, want %d at the latest; in doubt by poll: %d", in, c.in, got)
			}
		})
	}
}

// TestWhatComesIntoADoubtedList: while a list is read as called off, what was missing in
// it and comes back is called off like the rest, and no more believed; and so is the last
// one that was not called off, by its status alone.
func TestWhatComesIntoADoubtedList(t *testing.T) {
	usual := evenings()
	items := page(listed(3, 3, calledOff), event.Confirmed)
	without := slices.Clone(items)
	without[2].Now = nil
	first := BeliefOf(Weigh(Reading{At: june, Profile: usual}, without, nil))
	if len(first.Doubts) != 2 {
		t.Fatalf("doubted at first: %+v", first.Doubts)
	}
	second := BeliefOf(Weigh(Reading{At: june.AddDate(0, 0, 1), Profile: usual}, items, first.Doubts))
	if len(second.Doubts) != 3 {
		t.Errorf("doubted once it is back: %+v", second.Doubts)
	}
	for i := range 2 {
		items[i].Before = items[i].Now
	}
	if last := BeliefOf(Weigh(Reading{At: june, Profile: usual}, items, nil)); len(last.Doubts) != 1 {
		t.Errorf("the last of a list: %+v", last.Doubts)
	}
}

// TestHoursDoubtedTogether: an hour that is doubted with others is not believed for the
// usual hour it comes to alone, once the others are over.
func TestHoursDoubtedTogether(t *testing.T) {
	usual := evenings()
	items := listed(3, 3, hours(9))
	back := listed(1, 1, hours(-9))[0]
	items[2].Before, items[2].Now = back.Now, back.Before // 10:00 is read as 19:00
	first := BeliefOf(Weigh(Reading{At: june, Profile: usual}, items, nil))
	if len(first.Doubts) != 3 {
		t.Fatalf("doubted at first: %+v", first.Doubts)
	}
	left := items[2:]
	if alone := BeliefOf(Weigh(Reading{At: june, Profile: usual}, left, nil)); len(alone.Doubts) != 0 {
		t.Fatalf("it would be doubted alone: %+v", alone.Doubts)
	}
	second := BeliefOf(Weigh(Reading{At: june.AddDate(0, 0, 1), Profile: usual}, left, first.Doubts))
	if len(second.Doubts) != 1 {
		t.Error("the one that is left is believed")
	}
}

// TestOneDoubtKeepsNobodyWaiting holds that the rest of a poll is believed.
// TestConferencesAreAnnouncedLongAhead: a list that is read for the first time may
// name what is two years ahead, and nothing of 2062.
func TestConferencesAreAnnouncedLongAhead(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile Profile
		by      change
		doubts  int
	}{
		{"two years ahead, at the first visit", Profile{}, days(730), 0},
		{"two years ahead, of a list of the coming weeks", evenings(), days(730), 2},
		{"two years ahead, the year in its title", evenings(), yearTitled(days(730)), 0},
		{"two years ahead, of a list that reaches so far", farReaching(), days(730), 0},
		{"2062, the year in its title", farReaching(), yearTitled(days(36 * 365)), 2},
		{"2062, at the first visit", Profile{}, days(36 * 365), 2},
	} {
		items := newcomers(nil, 2, c.by)
		b := BeliefOf(Weigh(Reading{At: june, Profile: c.profile}, items, nil))
		if len(b.Doubts) != c.doubts {
			t.Errorf("%s: %d of 2 are doubted, want %d", c.name, len(b.Doubts), c.doubts)
		}
	}
}

func yearTitled(by change) change {
	return func(l *event.Listing) {
		by(l)
		l.Title = fmt.Sprintf("文字処理会議%d", l.Start.Date.Year)
	}
}

func farReaching() Profile {
	p := evenings()
	p.Ahead = 700
	return p
}

// TestWhatAnItemReturnsTo: one that says again what it said before it was changed is
// believed by the third poll, and what others still say is no proof of it.
func TestWhatAnItemReturnsTo(t *testing.T) {
	first := listed(3, 1, days(7))
	usual := evenings().Learn(Lesson{At: june, Items: first})
	back := listed(3, 0)
	was := *back[0].Now
	back[0].Before, back[0].Now = first[0].Now, &was
	if got := polled(3, back, usual); got[0] == 0 || got[2] != 0 {
		t.Errorf("moved back: in doubt by poll: %d", got)
	}
	if got := polled(1, back, evenings()); got[0] != 0 {
		t.Errorf("moved for the first time: in doubt by poll: %d", got)
	}
	edited(back[0].Now)
	if got := polled(1, back, usual); got[0] != 0 {
		t.Errorf("moved back, by its own word: in doubt by poll: %d", got)
	}
	called := listed(5, 4, calledOff)
	for i := range called {
		called[i].Others = []event.Listing{*called[i].Now}
	}
	reinstated := listed(5, 0)
	for i := range reinstated {
		reinstated[i].Before = called[i].Now
	}
	if got := polled(1, called, evenings()); got[0] != 0 {
		t.Errorf("called off, as others say: in doubt by poll: %d", got)
	}
	if got := polled(1, called, evenings().Learn(Lesson{At: june, Items: reinstated})); got[0] != 4 {
		t.Errorf("called off again, as others still say: in doubt by poll: %d", got)
	}
}

// TestReachIsLearntFromWhatIsBelieved: a start far ahead that is doubted is no proof of
// others, and one that is believed is.
func TestReachIsLearntFromWhatIsBelieved(t *testing.T) {
	far := newcomers(nil, 1, days(730))
	for _, c := range []struct {
		name     string
		believed []Item
		reaches  bool
	}{{"doubted", nil, false}, {"believed", far, true}} {
		l := lesson(june, *far[0].Now)
		l.Items = c.believed
		if p := evenings().Learn(l); (p.Ahead > outsideAhead) != c.reaches {
			t.Errorf("%s: the list reaches %d days ahead", c.name, p.Ahead)
		}
	}
}

// TestFormerValuesAreForgotten: a profile keeps what items said for some weeks.
func TestFormerValuesAreForgotten(t *testing.T) {
	p := Profile{}.Learn(Lesson{At: june, Items: listed(3, 2, days(7))})
	if len(p.Former) != 2 {
		t.Fatalf("%+v", p.Former)
	}
	if later := p.Learn(Lesson{At: june.AddDate(0, 0, formerKept+1)}); later.Former != nil || len(p.Former) != 2 {
		t.Errorf("%+v, and before %+v", later.Former, p.Former)
	}
}

func TestOneDoubtKeepsNobodyWaiting(t *testing.T) {
	items := listed(6, 1, garbled)
	items[3].Now.Status = event.Cancelled
	for _, o := range Weigh(Reading{At: june, Profile: evenings()}, newcomers(items, 2), nil) {
		if o.Believed != (o.Item.Key != "0") {
			t.Errorf("%s (%s): believed %t", o.Item.Key, o.Kind, o.Believed)
		}
	}
}

// TestNewcomersWaitWithTheRest holds that what is new in a list that is misread is not
// believed either.
func TestNewcomersWaitWithTheRest(t *testing.T) {
	items := newcomers(listed(6, 6, hours(9)), 1, hours(9))
	b := BeliefOf(Weigh(Reading{At: june, Profile: evenings()}, items, nil))
	if len(b.Doubts) != 7 || !b.Most || b.Cause != CauseDates {
		t.Errorf("%+v", b)
	}
}

// TestDirectionOfALostZoneIsLearnt holds that hours that go back to the usual ones are
// believed, and those that leave them are not, whichever way that is.
func TestDirectionOfALostZoneIsLearnt(t *testing.T) {
	back := listed(5, 5, hours(9))
	for i := range back { // 10:00 was wrong, 19:00 is usual
		*back[i].Before, *back[i].Now = evening(10+i, 10), evening(10+i, 19)
	}
	if got := polled(1, back, evenings()); got[0] != 0 {
		t.Errorf("back to the usual hour: %d in doubt", got[0])
	}
	if got := polled(3, listed(5, 5, hours(-9)), evenings()); got[2] != 5 {
		t.Errorf("away from the usual hour: %d in doubt", got)
	}
}

// TestACorrectedReaderMovesAndDoesNotCancel holds that what a corrected reader finds in
// the pages of before explains another start, and nothing else.
func TestACorrectedReaderMovesAndDoesNotCancel(t *testing.T) {
	corrected := func(items []Item) []Item {
		for i := range items {
			items[i].Corrected = true
		}
		return items
	}
	if got := polled(1, corrected(listed(6, 6, days(400))), evenings()); got[0] != 0 {
		t.Errorf("moved by the reader: %d in doubt", got[0])
	}
	if got := polled(1, corrected(listed(6, 6, days(7), calledOff)), evenings()); got[0] != 6 {
		t.Errorf("cancelled as well: %d in doubt, want 6", got[0])
	}
}

// TestEveryDoubtEnds holds that whatever is said again and again is believed in the
// end, and no later than a person was told.
func TestEveryDoubtEnds(t *testing.T) {
	for name, items := range map[string][]Item{
		"a lost zone": listed(10, 10, hours(9)), "another year": listed(10, 10, days(730)), "no title": listed(10, 10, garbled),
		"all cancelled": page(listed(10, 10, calledOff), event.Confirmed), "gone": absent(10, 9),
	} {
		var before []Doubt
		until := time.Time{}
		for day := range 60 {
			at := june.AddDate(0, 0, day)
			b := BeliefOf(Weigh(Reading{At: at, Profile: evenings()}, items, before))
			if before = b.Doubts; len(before) == 0 {
				break
			}
			if until.IsZero() {
				until = b.Until
			}
			if at.After(until) {
				t.Errorf("%s: still in doubt on %s, though told to end by %s", name, at, until)
				break
			}
		}
		if until.IsZero() || len(before) > 0 {
			t.Errorf("%s: it was told to end by %s, %d still in doubt", name, until, len(before))
		}
	}
}

func TestCorroborationRaisesBelief(t *testing.T) {
	alone := polled(3, listed(10, 10, days(7)), evenings())
	with := polled(3, listed(10, 10, days(7), edited), evenings())
	if with[1] > alone[1] {
		t.Errorf("with the source's own word of an edit %d, without %d", with, alone)
	}
	items := listed(5, 5, days(7))
	for i := range items {
		items[i].Others = []event.Listing{*items[i].Now}
	}
	if got := polled(1, items, evenings()); got[0] != 0 {
		t.Errorf("another source says the same, and %d are in doubt", got[0])
	}
}

func TestIsStale(t *testing.T) {
	items := listed(1, 0)
	before, now := *items[0].Before, *items[0].Now
	now.Updated = before.Updated.Add(-time.Minute)
	if !IsStale(before, now) || IsStale(before, before) || IsStale(now, before) {
		t.Error("only an older word is stale")
	}
	now.Updated = time.Time{}
	if IsStale(before, now) {
		t.Error("a listing that does not say when it was changed is not stale")
	}
}

// TestWeightsAreFeatures holds the table: each weight once, each kind with one.
func TestWeightsAreFeatures(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(beliefTable) {
		name, _, ok := strings.Cut(line, "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || seen[name] {
			t.Errorf("%q: a name and a weight are expected, each name once", line)
		}
		seen[name] = true
	}
	for _, k := range kindOrder {
		if !seen[string(k)] {
			t.Errorf("no weight for the kind %s", k)
		}
	}
}

// TestAListThatGoesOn: what starts far ahead is believed of a list that goes on to there,
// and not of one that begins again behind a gap of a year.
func TestAListThatGoesOn(t *testing.T) {
	dense := func(from, to int) (days []int) {
		for d := from; d <= to; d += 20 {
			days = append(days, d)
		}
		return days
	}
	for _, c := range []struct {
		name string
		days []int
		want bool
	}{
		{"conferences of two years", dense(5, 700), true},
		{"a wrong year beside the right one", append(dense(5, 100), dense(420, 500)...), false},
		{"a wrong year alone", dense(420, 500), false},
	} {
		var items []Item
		for i, d := range c.days {
			one := newcomers(nil, 1, days(d))[0]
			one.Key += fmt.Sprint(i)
			items = append(items, one)
		}
		doubted := 0
		for _, o := range Weigh(Reading{At: june, Profile: evenings()}, items, nil) {
			doubted += one(!o.Believed)
		}
		if believed := doubted == 0; believed != c.want {
			t.Errorf("%s: %d of %d are doubted", c.name, doubted, len(items))
		}
	}
}

// TestADoubtPassesWithItsFault: once most of a list that was read as called off says again
// what it said before, what is still called off is so; while all of it is, it waits.
func TestADoubtPassesWithItsFault(t *testing.T) {
	t.Parallel()
	all := page(listed(6, 6, calledOff), event.Confirmed)
	opinions := Weigh(Reading{At: june, Profile: evenings()}, all, nil)
	doubts := BeliefOf(opinions).Doubts
	if len(doubts) != 6 || doubts[0].Kind != KindStatus {
		t.Fatalf("%d doubts: the fault proves nothing", len(doubts))
	}
	for _, c := range []struct{ still, doubts int }{{1, 0}, {2, 0}, {6, 6}} {
		items := listed(6, c.still, calledOff)
		at := june.AddDate(0, 0, 1)
		if b := BeliefOf(Weigh(Reading{At: at, Profile: evenings()}, items, doubts)); len(b.Doubts) != c.doubts {
			t.Errorf("%d still called off: %d in doubt, want %d", c.still, len(b.Doubts), c.doubts)
		}
	}
}

func TestTwoCalledOffInTheirTitles(t *testing.T) {
	t.Parallel()
	worded := func(l *event.Listing) { calledOff(l); l.Title = "【中止】" + l.Title }
	items := listed(2, 2, worded)
	for i := range items {
		items[i].Worded = true
	}
	if b := BeliefOf(Weigh(Reading{At: june, Profile: evenings()}, items, nil)); len(b.Doubts) > 0 {
		t.Errorf("%d in doubt, want none: %s", len(b.Doubts), b.Words)
	}
}
