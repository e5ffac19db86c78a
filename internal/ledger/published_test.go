package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// TestAPublishedUIDIsNeverMadeAgain: a feed whose ids are drawn afresh at every answer,
// asked several times on the first day of its community, keeps the UIDs it had first.
func TestAPublishedUIDIsNeverMadeAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(map[string]ledger.Authority{"group": {Community: "c"}, "city": {Community: "c", Rank: 1}})
	list := func(draw int) (all []event.Listing) {
		for i, title := range []string{"型を語る夜", "索引を語る夜", "もくもく会"} {
			l := titled(fmt.Sprintf("%c%d", 'z'-draw, i), title, 10+9*i, 19, "渋谷")
			l.URL = ""
			all = append(all, l)
		}
		return all
	}
	d.poll("group", spring, list(0))
	first := map[string]bool{}
	for uid := range d.events {
		first[uid] = true
	}
	for draw := 1; draw <= 4; draw++ {
		d.poll("group", spring.Add(time.Duration(draw)*time.Hour), list(draw))
		d.poll("city", spring.Add(time.Duration(draw)*time.Hour+time.Minute), list(draw+5))
	}
	for uid, e := range d.events {
		if !first[uid] || e.MergedInto != "" {
			t.Errorf("%s %q merged into %q: three gatherings have %d UIDs", uid, e.Title, e.MergedInto, len(d.events))
		}
	}
}

// TestOneIDOnASharedHost: the id 1 of two communities on one host is one event only
// where something else agrees.
func TestOneIDOnASharedHost(t *testing.T) {
	t.Parallel()
	same := titled("1", "第七回 組込み交流会", 20, 13, "浜松")
	for name, c := range map[string]struct {
		other event.Listing
		one   bool
	}{
		"another title, another city, the same hour": {titled("1", "天体観望会", 20, 13, "高松"), false},
		"the same title and hour":                    {same, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(map[string]ledger.Authority{"a": {Community: "a"}, "b": {Community: "b"}})
			for source, l := range map[string]event.Listing{"a": same, "b": c.other} {
				l.URL = "https://raw.example/" + source + "/events.csv"
				v := d.visit(source, spring, []event.Listing{l})
				v.Origin = "raw.example"
				d.write(ledger.Reconcile(v, d.known(ledger.NeedFor(v))))
			}
			x, y := d.claims[ledger.ClaimName{Source: "a", Key: "1"}], d.claims[ledger.ClaimName{Source: "b", Key: "1"}]
			if one := d.live(x.UID).UID == d.live(y.UID).UID; one != c.one {
				t.Errorf("one event: %v, want %v", one, c.one)
			}
		})
	}
}
