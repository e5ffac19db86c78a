package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	asking "koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// pieces are what the texts below are put together from: scripts beside each other
// without a blank, widths, marks, symbols, words that begin like others.
var pieces = []string{
	"仮想化",
	"仮想",
	"友の会",
	"勉強会",
	"機械学習",
	"関数型",
	"言語",
	"セキュリティ",
	"ｾｷｭﾘﾃｨ",
	"アクセシビリティ",
	"渋谷",
	"五反田",
	"大阪",
	"KVM",
	"ＫＶＭ",
	"kv",
	"k",
	"Go",
	"go",
	"Rust",
	"C++",
	"c#",
	"node.js",
	"OpenID",
	"Open",
	"café",
	"éa",
	"がぎ",
	"か\u3099き",
	"A会B",
	"100%",
	"_",
	"'",
	"--",
	"\"",
	"(第9回)",
	"第9回",
	"９",
	"9",
	"2026",
	"☆",
	"👩‍👩‍👧",
	"、",
	"。",
	"!",
	"*",
	"NEAR(",
	"AND",
	"のの",
	"の",
	" ",
	" ",
	" ",
	"\n",
	"  ",
}

var (
	// SearchNow is the moment around which the events of Foreign are.
	SearchNow   = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)
	communities = []*source.Community{
		{ID: "v-tomo", Name: "仮想化友の会", Reading: "かそうかとものかい"},
		{ID: "bpstudy", Name: "BPStudy"},
		{ID: "osc", Name: "オープンソースカンファレンス"},
	}
)

func composed(r *rand.Rand, n int) string {
	var b strings.Builder
	for range 1 + r.IntN(n) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// Foreign is an event of texts put together at random.
func Foreign(r *rand.Rand, n int) event.Event {
	day := SearchNow.AddDate(0, 0, r.IntN(4000)-3900).
		Add(time.Duration(r.IntN(24)) * time.Hour)
	e := event.Event{
		UID: fmt.Sprintf(
			"%08x-0000-5000-8000-%012x",
			r.Uint32(),
			n,
		),
		Community: []string{"v-tomo", "bpstudy", "osc", "go-go", "9"}[r.IntN(5)],
		Sources:   []string{"s-" + fmt.Sprint(r.IntN(20))},
		Created:   day,
		Updated:   day,
	}
	e.Title, e.Description = composed(r, 6), composed(r, 25)
	e.Start, e.Zone = event.At(day), "Asia/Tokyo"
	e.Status, e.Type = []event.Status{"", event.Confirmed, event.Cancelled, event.Postponed}[r.IntN(4)], event.TypeEvent
	e.Mode = []event.Mode{"", event.Online, event.Onsite, event.Hybrid}[r.IntN(4)]
	e.Location, e.Area = composed(r, 3), []string{"", "東京都", "大阪府", "北海道"}[r.IntN(4)]
	for range r.IntN(3) {
		e.Tags = append(e.Tags, composed(r, 2))
	}
	return e
}

// wish is a query at random: most of its words stand in one of the events; groups in
// groups, all but, one of.
func wish(r *rand.Rand, events []event.Event, deep int) string {
	var b strings.Builder
	for i := range 1 + r.IntN(3) {
		if i > 0 {
			b.WriteString([]string{" ", " ", " ", " OR "}[r.IntN(4)])
		}
		if r.IntN(6) == 0 {
			b.WriteByte('-')
		}
		if deep < 3 && r.IntN(5) == 0 {
			b.WriteString("(" + wish(r, events, deep+1) + ")")
			continue
		}
		e := events[r.IntN(len(events))]
		switch r.IntN(10) {
		case 0:
			b.WriteString(
				"community:" + []string{"v-tomo", "bpstudy", "仮想化友の会", "go-go", "9", "nobody"}[r.IntN(6)],
			)
		case 1:
			b.WriteString("area:" + []string{"東京", "関東", "osaka"}[r.IntN(3)])
		case 2:
			b.WriteString(
				[]string{"is:online", "is:hybrid", "status:cancelled", "status:confirmed", "weekday:sat", "time:evening", "source:s-3"}[r.IntN(7)],
			)
		case 3:
			if len(e.Tags) > 0 && strings.TrimSpace(e.Tags[0]) != "" {
				b.WriteString("tag:" + phrased(e.Tags[0]))
				break
			}
			fallthrough
		default:
			b.WriteString(phrased(cut(r, e)))
		}
	}
	return b.String()
}

// cut takes one to five characters out of a text of an event.
func cut(r *rand.Rand, e event.Event) string {
	text := []rune(
		[]string{e.Title, e.Description, e.Location, "かそうかとものかい", "BPStudy"}[r.IntN(5)],
	)
	at := r.IntN(len(text))
	return string(text[at:min(len(text), at+1+r.IntN(5))])
}

func phrased(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// RunSearch asks 500 random queries of a database of so many events, of the windows alone
// and of every event one by one: all give the same. stale has the index hold other tokens
// than those of this koyomi.
func RunSearch(t *testing.T, d store.Store, count int, stale func()) {
	r := rand.New(rand.NewPCG(7, 8))
	const atOnce = 5000
	var o store.Outcome
	for n := range count {
		if o.Events = append(
			o.Events,
			Foreign(r, n),
		); len(o.Events) == atOnce ||
			n == count-1 {
			write(t, d, o.Events...)
			o.Events = o.Events[:0:0]
		}
	}
	// Some are written again with other texts: what they were is not found any more.
	again := store.Outcome{}
	stored, err := d.Events(ctx, store.Window{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range stored[:100] {
		e.Title, e.Description, e.Location, e.Tags = composed(
			r,
			6,
		), composed(
			r,
			25,
		), composed(
			r,
			3,
		), nil
		again.Events = append(again.Events, e)
	}
	write(t, d, again.Events...)
	events, err := d.Events(ctx, store.Window{})
	if err != nil || len(events) != count {
		t.Fatal(len(events), err)
	}
	docs := prepared(events)
	asked, answered, narrowed := 0, 0, 0
	for asked < 500 {
		words := wish(r, events, 0)
		q, problem := asking.Parse(words, asking.Env{Now: SearchNow})
		if problem != nil {
			continue // a cut of blanks alone
		}
		asked++
		signs := q.IndexTerms(communities)
		want := answering(events, docs, q)
		answered += len(want)
		got, err := d.Events(ctx, store.Window{IndexTerms: signs})
		if err != nil {
			t.Fatalf("%s: %v", words, err)
		}
		if len(got) < len(events) {
			narrowed++
		}
		if found := answering(got, docs, q); !slices.Equal(found, want) {
			t.Errorf(
				"%s (%v): the index has %d, a plain scan %d",
				words,
				signs,
				len(found),
				len(want),
			)
		}
		if !hasSigns(docs, want, signs) {
			t.Errorf("%s: an event that answers lacks one of %v", words, signs)
		}
	}
	if answered == 0 || narrowed < 300 {
		t.Errorf(
			"%d answers, %d of %d queries found by the index",
			answered,
			narrowed,
			asked,
		)
	}
	stale()
	if got, err := d.Events(
		ctx,
		store.Window{IndexTerms: Terms("仮想")},
	); err != nil ||
		len(got) != count {
		t.Errorf("an index that holds other tokens was asked: %d, %v", len(got), err)
	}
}

// Terms returns what an event has in which a word stands.
func Terms(word string) [][]asking.IndexTerm {
	return [][]asking.IndexTerm{{{Mark: asking.MarkWord, Value: word}}}
}

// prepared returns events ready to be asked many times, by UID.
func prepared(events []event.Event) map[string]*asking.Doc {
	names := map[string]*source.Community{}
	for _, c := range communities {
		names[c.ID] = c
	}
	docs := map[string]*asking.Doc{}
	for _, e := range events {
		d := asking.NewDoc(e, names[e.Community])
		docs[e.UID] = &d
	}
	return docs
}

func hasSigns(docs map[string]*asking.Doc, uids []string, lists [][]asking.IndexTerm) bool {
	for _, uid := range uids {
		for _, list := range lists {
			if !slices.ContainsFunc(list, docs[uid].Has) {
				return false
			}
		}
	}
	return true
}

// answering returns the UIDs of the events that answer q.
func answering(events []event.Event, docs map[string]*asking.Doc, q asking.Query) []string {
	var all []string
	for _, e := range events {
		if q.MatchDoc(docs[e.UID]) {
			all = append(all, e.UID)
		}
	}
	return all
}
