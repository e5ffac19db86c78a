package ledger_test

import (
	"fmt"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// TestPostsOfOneGathering: a blog posts twice about one gathering, and it stays one event
// under one UID, with what the later post adds.
func TestPostsOfOneGathering(t *testing.T) {
	t.Parallel()
	const title = "渋谷IoTの夕べ"
	first := titled("1", title+" 開催のお知らせ", 20, 19, "渋谷")
	for _, c := range []struct {
		name   string
		second event.Listing
		one    bool
		title  string
		status event.Status
		day    int
	}{
		{"a reminder", titled("2", "【リマインド】"+title+" 開催のお知らせ", 20, 19, "渋谷"), true, first.Title, event.Confirmed, 20},
		{"a report", titled("2", title+"を開催しました", 20, 19, "渋谷"), true, first.Title, event.Confirmed, 20},
		{"it is called off", off(titled("2", "【中止】"+title+"のお知らせ", 20, 19, "渋谷")), true, "【中止】" + title + "のお知らせ", event.Cancelled, 20},
		{"another date", titled("2", "【日程変更】"+title, 27, 19, "渋谷"), true, "【日程変更】" + title, event.Confirmed, 27},
		{"the next one, of the same title", titled("2", title, 48, 19, "渋谷"), false, first.Title, event.Confirmed, 20},
		{"another part of the day", titled("2", title+"（夜の部）", 20, 19, "渋谷"), false, first.Title, event.Confirmed, 20},
		{"in another place", in(titled("2", title+" 開催のお知らせ", 20, 19, "大阪"), "大阪府"), false, first.Title, event.Confirmed, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"blog": {Community: "c"}})
			d.opened = spring.AddDate(0, 0, -9)
			posts := []event.Listing{in(first, "東京都")}
			for day := range 3 {
				v := d.visit("blog", spring.AddDate(0, 0, day), posts)
				v.Partial = true
				d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
				if day == 0 {
					posts = append(posts, c.second)
				}
			}
			x := d.claims[ledger.ClaimName{Source: "blog", Key: "1"}].UID
			y := d.claims[ledger.ClaimName{Source: "blog", Key: "2"}].UID
			if (x == y) != c.one {
				t.Fatalf("one event: %v, want %v\n%s", x == y, c.one, d.told(true))
			}
			e := d.events[x]
			if want := spring.AddDate(0, 0, c.day); e.Start.Date != event.DateOf(want) {
				t.Errorf("it starts on %s, want %s", e.Start.Date, event.DateOf(want))
			}
			if e.Title != c.title || e.Status != c.status {
				t.Errorf("%q is %s, want %q, %s", e.Title, e.Status, c.title, c.status)
			}
		})
	}
}

func off(l event.Listing) event.Listing {
	l.Status = event.Cancelled
	return l
}

func in(l event.Listing, area string) event.Listing {
	l.Area = area
	return l
}

// TestANewerWordBesideAPageThatIsGone: where a source lists an event no more and its page
// is gone, another source's newer word holds at once, and its old word does not.
func TestANewerWordBesideAPageThatIsGone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		gone   bool
		status event.Status
	}{
		{"its page is gone", true, event.Cancelled},
		{"its page stands", false, event.Confirmed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"old": {Community: "c"}, "young": {Community: "c", Rank: 1}})
			d.opened = spring.AddDate(0, 0, -9)
			at := titled("1", "型システムを語る夜", 30, 19, "渋谷")
			other := titled("2", "別の集い", 40, 19, "渋谷")
			d.poll("old", spring, []event.Listing{at, other})
			d.poll("young", spring, []event.Listing{at})
			v := d.visit("old", spring.AddDate(0, 0, 1), []event.Listing{other})
			v.Pages = map[string]ledger.Answer{"1": {State: ledger.PageAlive, Text: at.Title}}
			if c.gone {
				v.Pages["1"] = ledger.Answer{State: ledger.PageGone, Text: "status 404"}
			}
			d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
			d.poll("young", spring.AddDate(0, 0, 1), []event.Listing{off(at)})
			e := d.live(d.claims[ledger.ClaimName{Source: "young", Key: "1"}].UID)
			if e.Status != c.status || e.Withdrawn {
				t.Errorf("%s, withdrawn %v, want %s", e.Status, e.Withdrawn, c.status)
			}
		})
	}
}

// TestStrangersExplainNothing: a list that shows nothing of what it showed before misses all
// that is ahead, though its days end before.
func TestStrangersExplainNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
	d.opened = spring.AddDate(0, 0, -9)
	var ours, others []event.Listing
	for i := range 6 {
		ours = append(ours, titled(fmt.Sprint("a", i), "渋谷IoTの夕べ", 50+i, 19, "渋谷"))
		others = append(others, titled(fmt.Sprint("b", i), fmt.Sprint("カラオケ予選 ", i, "組"), 20+i, 12, "大阪"))
	}
	d.poll("group", spring, ours)
	for _, c := range []struct {
		listings []event.Listing
		missing  int
	}{{others, 6}, {append(others, ours[0]), 0}, {ours, 0}} {
		v := d.visit("group", spring.AddDate(0, 0, 1), c.listings)
		v.Profile = listing(6, spring)
		if r := ledger.Reconcile(v, d.known(ledger.NeedFor(v))); r.Impact.Unexplained != c.missing {
			t.Errorf("%d listings: %d are missing without a cause, want %d", len(c.listings), r.Impact.Unexplained, c.missing)
		}
	}
}

// TestABlankListExplainsNothing: a page that goes explains why a list is empty, except
// where the list was empty before while the page stood.
func TestABlankListExplainsNothing(t *testing.T) {
	t.Parallel()
	for _, blank := range []bool{false, true} {
		d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
		d.opened = spring.AddDate(0, 0, -9)
		d.poll("group", spring, []event.Listing{meeting("1", 30, 19, "渋谷")})
		v := d.visit("group", spring.AddDate(0, 0, 1), nil)
		v.Blank = blank
		v.Pages = map[string]ledger.Answer{"1": {State: ledger.PageGone, Text: "status 404"}}
		r := ledger.Reconcile(v, d.known(ledger.NeedFor(v)))
		if unexplained := r.Impact.Unexplained > 0; unexplained != blank {
			t.Errorf("blank before %v: %d are missing without a cause", blank, r.Impact.Unexplained)
		}
	}
}

// TestMissedInDoubtAndOver: what was missed only in polls that were in doubt, and is over
// when they are believed, is what it is listed as then; what a believed poll missed is not.
func TestMissedInDoubtAndOver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		believe int
		one     bool
	}{{"in doubt all the while", 0, true}, {"believed since", 2, false}} {
		d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}})
		d.opened = spring.AddDate(0, 0, -9)
		older, next := titled("0", "昨日の集い", -9, 19, "渋谷"), titled("3", "輪読会", 9, 20, "渋谷")
		was, now := titled("1", "輪読会", 2, 19, "渋谷"), titled("2", "輪読会", 2, 20, "渋谷")
		d.poll("group", spring, []event.Listing{older, was, next})
		at := spring.AddDate(0, 0, 1)
		name := ledger.ClaimName{Source: "group", Key: "1"}
		missed := d.claims[name]
		missed.Absence = event.Absence{Polls: 2, Since: at, Last: at.AddDate(0, 0, 1)}
		d.claims[name] = missed
		v := d.visit("group", spring.AddDate(0, 0, 3), []event.Listing{older, now, next})
		v.Profile = listing(3, spring.AddDate(0, 0, c.believe))
		d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
		y := d.claims[ledger.ClaimName{Source: "group", Key: "2"}]
		if (missed.UID == y.UID) != c.one {
			t.Errorf("%s: one event %v, want %v", c.name, missed.UID == y.UID, c.one)
		}
	}
}
