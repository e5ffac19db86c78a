package ledger_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// monday is when the first polls are.
var monday = time.Date(2009, 5, 18, 9, 0, 0, 0, event.Tokyo)

// TestMain has the properties drawn alike in every run; .ci/soak properties draws others.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.seed", "1"); err != nil {
		panic(err)
	}
	m.Run()
}

// A gathering is one that truly takes place.
type gathering struct {
	title, number string
	day, hour     int
	place         string
	status        event.Status
}

// drawGatherings draws what a community has ahead: numbered series, one title every
// month, parties beside the event, one season in two cities.
func drawGatherings(t *rapid.T) []gathering {
	n := rapid.IntRange(1, 8).Draw(t, "gatherings")
	var all []gathering
	seen := map[string]bool{}
	for i := range n {
		g := gathering{
			day: rapid.IntRange(3, 90).Draw(t, "day"), hour: rapid.SampledFrom([]int{10, 13, 19}).Draw(t, "hour"),
			place: rapid.SampledFrom([]string{"渋谷ヒカリエ", "五反田", "大阪市立中央会館"}).Draw(t, "place"), status: event.Confirmed,
		}
		switch rapid.IntRange(0, 4).Draw(t, "sort") {
		case 0:
			g.number = fmt.Sprint(20 + i)
			g.title = "BPStudy#" + g.number
		case 1:
			g.number = fmt.Sprint(5 + i)
			g.title = "仮想化友の会 第" + g.number + "回勉強会"
		case 2:
			g.title = "もくもく会"
		case 3:
			g.title = rapid.SampledFrom([]string{"OSC 2009 Tokyo/Fall", "OSC 2009 Online/Fall", "OpenID TechNight", "OpenID TechNight 懇親会"}).Draw(t, "title")
		case 4:
			g.title = fmt.Sprintf("%sを語る夜", []string{"型", "並行", "分散", "仮想", "認証", "暗号", "索引", "描画"}[i])
		}
		if name := fmt.Sprint(g.title, g.day); !seen[name] {
			seen[name] = true
			all = append(all, g)
		}
	}
	return all
}

// A teller says how one source words what it lists.
type teller struct {
	source, before, after string
	dayOnly, placeless    bool
	lists                 []bool
}

var households = map[string]ledger.Authority{
	"org":   {Community: "c"},
	"group": {Community: "c", Rank: 1},
	"city":  {Community: "c", Rank: 2, Aggregator: true},
	"notes": {Community: "c", Rank: 3, Aggregator: true},
}

func drawTellers(t *rapid.T, n int) []teller {
	var all []teller
	for _, source := range []string{"org", "group", "city", "notes"} {
		if source != "org" && !rapid.Bool().Draw(t, source) {
			continue
		}
		w := teller{
			source: source, before: rapid.SampledFrom([]string{"", "【募集中】"}).Draw(t, "before"), after: rapid.SampledFrom([]string{"", "【残席わずか】", " のお知らせ"}).Draw(t, "after"),
			dayOnly: source != "org" && rapid.Bool().Draw(t, "day only"), placeless: rapid.Bool().Draw(t, "placeless"),
		}
		for range n {
			w.lists = append(w.lists, rapid.IntRange(0, 3).Draw(t, "lists") > 0)
		}
		all = append(all, w)
	}
	return all
}

// list returns the listings of a source.
func (w teller) list(all []gathering) []event.Listing {
	var listings []event.Listing
	for i, g := range all {
		if w.lists[i%len(w.lists)] {
			listings = append(listings, w.listing(i, g))
		}
	}
	return listings
}

func (w teller) listing(i int, g gathering) event.Listing {
	l := event.Listing{Key: fmt.Sprintf("%s-%d", w.source, i)}
	l.Title, l.Number, l.Status, l.Type, l.Zone = w.before+g.title+w.after, g.number, g.status, event.TypeEvent, "Asia/Tokyo"
	start := time.Date(2009, 5, 18+g.day, g.hour, 0, 0, 0, event.Tokyo)
	if l.Start = event.At(start); w.dayOnly {
		l.Start = event.On(event.DateOf(start))
	}
	if !w.placeless {
		l.Location, l.Mode = g.place, event.Onsite
	}
	l.URL = fmt.Sprintf("https://%s.example/event/%d/", w.source, i)
	l.Description, l.Tags = "どなたでもどうぞ。", []string{"勉強会", w.source}
	return l
}

// TestTheOrderOfSourcesSaysNothing: whichever source is asked first, there are the
// same events of the same claims with the same content, and on the first day the same
// UIDs; a day later what is new may have another UID, and what was there keeps its own.
func TestTheOrderOfSourcesSaysNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawGatherings(t)
		tellers := drawTellers(t, len(all))
		one, other := newDesk(households), newDesk(households)
		orders := rapid.Permutation(tellers)
		for _, w := range orders.Draw(t, "order") {
			one.poll(w.source, monday, w.list(all))
		}
		for _, w := range orders.Draw(t, "other order") {
			other.poll(w.source, monday, w.list(all))
		}
		if a, b := one.told(true), other.told(true); a != b {
			t.Fatalf("on the first day:\n%s\n\nin another order:\n%s", a, b)
		}
		later := drawNews(t, all)
		at := monday.AddDate(0, 0, 2)
		for _, w := range orders.Draw(t, "order") {
			one.poll(w.source, at, w.list(later))
		}
		for _, w := range orders.Draw(t, "other order") {
			other.poll(w.source, at, w.list(later))
		}
		if a, b := one.told(false), other.told(false); a != b {
			t.Fatalf("two days later:\n%s\n\nin another order:\n%s", a, b)
		}
	})
}

// outings are titles of which none is like another: two of one hour and place are two.
var outings = []string{"花見", "蛍狩り", "川床料理", "流星観測", "月見団子", "紅葉", "雪まつり", "書き初め", "七草がゆ", "豆まき", "ひな祭", "潮干", "茶摘み", "菖蒲湯", "田植え"}

// drawNews draws what becomes of gatherings: moves (never onto the day of another of
// that title), new hours and places, cancellations, one more.
func drawNews(t *rapid.T, all []gathering) []gathering {
	later := slices.Clone(all)
	for i := range later {
		switch rapid.IntRange(0, 9).Draw(t, "news") {
		case 0:
			moved := later[i].day + rapid.IntRange(1, 7).Draw(t, "by days")
			if !slices.ContainsFunc(later, func(g gathering) bool { return g.title == later[i].title && g.day == moved }) {
				later[i].day = moved
			}
		case 1:
			later[i].hour++
		case 2:
			later[i].place = "秋葉原"
		case 3:
			later[i].status = event.Cancelled
		}
	}
	if rapid.Bool().Draw(t, "one more") {
		later = append(later, gathering{title: outings[len(later)], day: rapid.IntRange(3, 90).Draw(t, "day"), hour: 15, place: "五反田", status: event.Confirmed})
	}
	return later
}
