package storetest

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
)

func byUID(a, b event.Event) int { return cmp.Compare(a.UID, b.UID) }

// byStart is the order that the contract promises.
func byStart(a, b event.Event) int {
	timed := func(e event.Event) int {
		if e.AllDay() {
			return 0
		}
		return 1
	}
	return cmp.Or(
		a.Start.Date.Compare(b.Start.Date),
		cmp.Compare(timed(a), timed(b)),
		a.Start.Time.Compare(b.Start.Time),
		byUID(a, b),
	)
}

func sorted(t *testing.T, open Open) {
	s, _ := open(t)
	all := []event.Event{
		gathering(1, "a", "evening", "2009-05-28T19:00:00+09:00", ""),
		gathering(2, "a", "whole day", "2009-05-28", ""),
		gathering(3, "a", "the day before", "2009-05-27T23:59:00+09:00", ""),
		gathering(4, "a", "same time", "2009-05-28T19:00:00+09:00", ""),
		gathering(5, "a", "another whole day", "2009-05-28", "2009-05-30"),
		gathering(6, "a", "midnight", "2009-05-28T00:00:00+09:00", ""),
		gathering(7, "a", "no day", "", ""),
	}
	abroad := gathering(8, "a", "of the same civil day, an earlier instant", "", "")
	abroad.Zone = "Pacific/Auckland"
	abroad.Start = told("2009-05-28T08:00:00+12:00", "Pacific/Auckland")
	all = append(all, abroad)
	write(t, s, all...)
	slices.SortFunc(all, byStart)
	same(t, "events", must(s.Events(ctx, store.Window{}))(t), all)
}

// windows compares random windows with a plain scan.
func windows(t *testing.T, open Open) {
	s, _ := open(t)
	r := rand.New(rand.NewPCG(1, 2))
	all := gatherings()
	for n := range 400 {
		all = append(all, random(r, 1000+n))
	}
	write(t, s, all...)
	found := 0
	for range 400 {
		w := randomWindow(r)
		var want []event.Event
		for _, e := range all {
			if within(e, w) {
				want = append(want, e)
			}
		}
		slices.SortFunc(want, byStart)
		got := must(s.Events(ctx, w))(t)
		if found += len(got); !slices.EqualFunc(
			got,
			want,
			func(a, b event.Event) bool { return a.UID == b.UID },
		) {
			t.Errorf(
				"%+v: got %d events, want %d\n%s\n%s",
				w,
				len(got),
				len(want),
				titles(got),
				titles(want),
			)
		}
	}
	if found == 0 {
		t.Error("no window held any event")
	}
}

func titles(events []event.Event) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(e.Start.String() + "-" + e.End.String() + " ")
	}
	return b.String()
}

// within says of one event what the contract says of all.
func within(e event.Event, w store.Window) bool {
	isHidden := e.Withdrawn || e.MergedInto != ""
	ended := !w.From.IsZero() && !e.Over(w.AssumedLength).After(w.From)
	tooLate := !w.Until.IsZero() && !e.Start.Begin(e.Span.Location()).Before(w.Until)
	if ended || tooLate {
		return false
	}
	return cmp.Or(w.Community, e.Community) == e.Community && (w.Hidden || !isHidden)
}

// random is an event of two years, timed or not, with an end or not, short or long.
func random(r *rand.Rand, n int) event.Event {
	e := gathering(n, []string{"a", "b", "c"}[r.IntN(3)], "random", "", "")
	e.Zone = []string{"Asia/Tokyo", "", "America/New_York", "Pacific/Auckland"}[r.IntN(4)]
	day := event.Date{Year: 2009, Month: 1, Day: 1}.Add(r.IntN(700))
	length := []int{0, 0, 1, 3, 30, 400}[r.IntN(6)]
	if r.IntN(2) == 0 {
		e.Start = event.On(day)
		if length > 0 {
			e.End = event.On(day.Add(length))
		}
	} else {
		e.Start = event.At(day.Begin(e.Span.Location()).Add(time.Duration(r.IntN(24)) * time.Hour))
		if length > 0 {
			e.End = event.At(e.Start.Time.Add(time.Duration(length) * 5 * time.Hour))
		}
	}
	switch r.IntN(10) {
	case 0:
		e.Withdrawn = true
	case 1:
		e.MergedInto = uid(1)
	}
	return e
}

func randomWindow(r *rand.Rand) store.Window {
	w := store.Window{
		Hidden:        r.IntN(3) == 0,
		AssumedLength: time.Duration(r.IntN(4)) * time.Hour,
	}
	if r.IntN(3) == 0 {
		w.Community = []string{"a", "b", "nobody"}[r.IntN(3)]
	}
	day := time.Date(2009, 1, 1, 0, 0, 0, 0, event.Tokyo).AddDate(0, 0, r.IntN(700))
	if r.IntN(4) > 0 {
		w.From = day.Add(time.Duration(r.IntN(48)) * time.Hour / 2)
	}
	if r.IntN(3) > 0 {
		w.Until = day.Add(time.Duration(r.IntN(24*60)) * time.Hour)
	}
	if r.IntN(3) == 0 {
		w.From, w.Until = shifted(
			w.From,
			time.Nanosecond,
		), shifted(
			w.Until,
			time.Nanosecond,
		)
	}
	return w
}

func shifted(t time.Time, d time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(d)
}

func byID(t *testing.T, open Open) {
	s, _ := open(t)
	one := gathering(1, "a", "one", "2009-05-22", "")
	other := gathering(2, "a", "other", "2009-05-22", "")
	one.UID = "abcd1234-0000-5000-8000-00000000000a"
	other.UID = "abcd5678-0000-5000-8000-00000000000b"
	short := gathering(3, "a", "short", "2009-05-22", "")
	short.UID = "abcd"
	merged := gathering(4, "a", "merged", "2009-05-22", "")
	merged.UID, merged.MergedInto = "ffff0000-0000-5000-8000-00000000000c", one.UID
	write(t, s, one, other, short, merged)
	for id, want := range map[string]event.Event{
		one.UID: one, one.ID(): one, "abcd1": one, "abcd5678-00": other, "a-b-c-d-5": other, "abcd": short, "f": merged,
	} {
		same(t, id, must(s.Event(ctx, id))(t), want)
	}
	for id, want := range map[string]error{
		"abc": store.ErrAmbiguous, "a": store.ErrAmbiguous,
		"": store.ErrNotFound, "-": store.ErrNotFound, "0": store.ErrNotFound, "%": store.ErrNotFound, "abcd_": store.ErrNotFound,
		"' OR 1=1 --": store.ErrNotFound, one.UID + "0": store.ErrNotFound, "会": store.ErrNotFound, "a\x00": store.ErrNotFound,
	} {
		if _, err := s.Event(ctx, id); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", id, err, want)
		}
	}
}

func changes(t *testing.T, open Open) {
	s, again := open(t)
	a, b := gathering(
		1,
		"a",
		"a",
		"2009-05-22",
		"",
	), gathering(
		2,
		"a",
		"b",
		"2009-05-22",
		"",
	)
	moved := event.Change{
		UID:    a.UID,
		Kind:   event.ChangeMoved,
		At:     at(2),
		Source: "src",
		Field:  "start",
		Before: onDay("2009-05-21"),
		After:  onDay("2009-05-22"),
		ID:     99,
		Poll:   99,
	}
	first := visit(t, s, "src", 1, store.Writing{
		Events:  []event.Event{a, b},
		Changes: []event.Change{added(a, "src", 1), added(b, "src", 1)},
	})
	second := visit(t, s, "src", 2, store.Writing{Changes: []event.Change{moved}})
	want := []event.Change{added(a, "src", 1), added(b, "src", 1), moved}
	for s := range twice(s, again) {
		got := must(s.Changes(ctx, "", 0, 0))(t)
		if len(got) != 3 {
			t.Fatalf("got %d changes, want 3", len(got))
		}
		for i := range got {
			if got[i].ID <= 0 || i > 0 && got[i].ID <= got[i-1].ID {
				t.Errorf("the ids do not rise: %d after others", got[i].ID)
			}
			want[i].ID, want[i].At = got[i].ID, want[i].At.UTC()
			want[i].Poll = []int64{first, first, second}[i]
		}
		same(t, "all changes", got, want)
		same(
			t,
			"those of one event",
			must(s.Changes(ctx, a.UID, 0, 0))(t),
			[]event.Change{want[0], want[2]},
		)
		same(t, "those after one", must(s.Changes(ctx, "", got[0].ID, 0))(t), want[1:])
		same(t, "the first two", must(s.Changes(ctx, "", 0, 2))(t), want[:2])
		same(
			t,
			"one event's after one",
			must(s.Changes(ctx, a.UID, got[1].ID, 5))(t),
			want[2:],
		)
		same(
			t,
			"those that were moved",
			must(s.Moved(ctx, []string{b.UID, a.UID, "none"}))(t),
			[]string{a.UID},
		)
		same(t, "nobody asked for", must(s.Moved(ctx, nil))(t), []string(nil))
	}
}

func news(t *testing.T, open Open) {
	s, _ := open(t)
	a := gathering(1, "a", "a", "2009-05-22", "")
	b := gathering(2, "a", "b", "2009-05-22", "")
	c := gathering(3, "a", "c", "2009-05-22", "")
	edited := added(a, "src", 3)
	edited.Kind = event.ChangeEdited
	visit(
		t,
		s,
		"src",
		1,
		store.Writing{Changes: []event.Change{added(a, "src", 1), added(b, "src", 1)}},
	)
	visit(
		t,
		s,
		"src",
		3,
		store.Writing{Changes: []event.Change{edited, added(c, "other", 3)}},
	)
	visit(t, s, "src", 5, store.Writing{Changes: []event.Change{added(c, "src", 5)}})
	same(t, "all", must(s.News(ctx, "src", 0))(t), []time.Time{at(5).UTC(), at(1).UTC()})
	same(t, "the latest", must(s.News(ctx, "src", 1))(t), []time.Time{at(5).UTC()})
}
