package storetest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
)

// known compares what random needs find with a plain scan.
func known(t *testing.T, open Open) {
	s, _ := open(t)
	r := rand.New(rand.NewPCG(3, 4))
	var all []event.Event
	var claims []event.Claim
	for n := range 300 {
		e := random(r, n)
		e.MergedInto = ""
		if e.Title = fmt.Sprintf("title of some length no. %d", r.IntN(40)); r.IntN(8) == 0 {
			e.MergedInto = uid(r.IntN(300))
		}
		all = append(all, e)
		for range r.IntN(3) {
			c := claim([]string{"s1", "s2", "s3"}[r.IntN(3)], fmt.Sprintf("%d/%d", r.IntN(1000), len(claims)), e, r.IntN(50))
			if r.IntN(4) == 0 {
				c.Until = at(60).UTC()
			}
			claims = append(claims, c)
		}
	}
	visit(t, s, "writer", 0, store.Writing{Events: all, Claims: claims})
	for range 200 {
		n := randomNeed(r, all, claims)
		got, want := must(s.Known(ctx, n))(t), plainKnown(n, all, claims)
		same(t, fmt.Sprintf("need %+v", n), ordered(got), ordered(want))
	}
	// An event that moves is found where it went, by its claim and its community.
	e := all[0]
	e.MergedInto, e.Start, e.End, e.Zone = "", event.On(event.Date{Year: 2031, Month: 1, Day: 1}), event.Moment{}, ""
	c := claim("s9", "k", e, 1)
	visit(t, s, "writer", 1, store.Writing{Claims: []event.Claim{c}})
	visit(t, s, "writer", 2, store.Writing{Events: []event.Event{e}})
	day := event.Date{Year: 2031, Month: 1, Day: 1}
	for what, n := range map[string]store.Need{
		"its claim": {Source: "s9", From: day, To: day}, "its community": {Community: e.Community, From: day, To: day},
	} {
		if k := must(s.Known(ctx, n))(t); len(k.Events) != 1 || k.Events[0].UID != e.UID {
			t.Errorf("by %s: found %d events", what, len(k.Events))
		}
	}
}

func randomNeed(r *rand.Rand, all []event.Event, claims []event.Claim) store.Need {
	n := store.Need{}
	if r.IntN(4) > 0 {
		n.Source, n.Community = []string{"s1", "s2", "nobody"}[r.IntN(3)], []string{"a", "b", "nobody"}[r.IntN(3)]
		n.From = event.Date{Year: 2009, Month: 1, Day: 1}.Add(r.IntN(800))
		n.To = n.From.Add(r.IntN(60))
	}
	for range r.IntN(4) {
		n.Keys = append(n.Keys, claims[r.IntN(len(claims))].Key)
		n.UIDs = append(n.UIDs, all[r.IntN(len(all))].UID, "no such uid")
		if b := ledger.Block(all[r.IntN(len(all))].Details); b != "" {
			n.Blocks = append(n.Blocks, b)
		}
	}
	return n
}

// plainKnown says what the contract says, of all that there is.
func plainKnown(n store.Need, all []event.Event, claims []event.Claim) store.Known {
	byUID, wanted := map[string]event.Event{}, map[string]bool{}
	for _, e := range all {
		byUID[e.UID] = e
		wanted[e.UID] = needsEvent(n, e)
	}
	for _, c := range claims {
		wanted[c.UID] = wanted[c.UID] || needsClaim(n, c, byUID[c.UID].Start.Date)
	}
	maps.DeleteFunc(wanted, func(_ string, yes bool) bool { return !yes })
	for uid := range maps.Clone(wanted) {
		for next := byUID[uid].MergedInto; next != "" && !wanted[next]; next = byUID[next].MergedInto {
			wanted[next] = true
		}
	}
	return store.Known{
		Events: slices.DeleteFunc(slices.Clone(all), func(e event.Event) bool { return !wanted[e.UID] }),
		Claims: slices.DeleteFunc(slices.Clone(claims), func(c event.Claim) bool { return !wanted[c.UID] }),
	}
}

// needsEvent reports whether an event is needed for itself.
func needsEvent(n store.Need, e event.Event) bool {
	if slices.Contains(n.UIDs, e.UID) || slices.Contains(n.Blocks, ledger.Block(e.Details)) {
		return true
	}
	day := e.Start.Date
	ours := n.Community != "" && e.Community == n.Community
	return ours && notBefore(day, n.From) && day.Compare(n.To) <= 0
}

// needsClaim reports whether the event of a claim, which begins on a day, is needed for
// the claim.
func needsClaim(n store.Need, c event.Claim, day event.Date) bool {
	ours := n.Source != "" && c.Source == n.Source
	return ours && (slices.Contains(n.Keys, c.Key) || notBefore(day, n.From))
}

// notBefore reports whether there is a day and it is not before another.
func notBefore(day, from event.Date) bool { return !day.IsZero() && day.Compare(from) >= 0 }

func ordered(k store.Known) store.Known {
	slices.SortFunc(k.Events, byUID)
	slices.SortFunc(k.Claims, func(a, b event.Claim) int {
		return strings.Compare(a.Source+"\n"+a.Key, b.Source+"\n"+b.Key)
	})
	return k
}

func merged(t *testing.T, open Open) {
	s, _ := open(t)
	a, b, c := gathering(1, "a", "a", "2009-05-22", ""), gathering(2, "b", "b", "2009-05-23", ""), gathering(3, "c", "c", "2009-05-24", "")
	a.MergedInto, b.MergedInto = b.UID, c.UID
	x, y := gathering(4, "a", "x", "2009-05-22", ""), gathering(5, "b", "y", "2009-05-23", "")
	x.MergedInto, y.MergedInto = y.UID, x.UID // must not be, and must not hang
	write(t, s, a, b, c, x, y)
	got := must(s.Known(ctx, store.Need{UIDs: []string{a.UID}}))(t)
	same(t, "a chain", ordered(got), ordered(store.Known{Events: []event.Event{a, b, c}}))
	got = must(s.Known(ctx, store.Need{UIDs: []string{x.UID}}))(t)
	same(t, "a ring", ordered(got), ordered(store.Known{Events: []event.Event{x, y}}))
}

func overtaken(t *testing.T, open Open) {
	s, _ := open(t)
	e := gathering(1, "a", "a", "2009-05-22", "")
	mark := must(s.Mark(ctx))(t)
	id := must(s.OpenPoll(ctx, "a", at(1)))(t)
	visit(t, s, "b", 2, store.Writing{Claims: []event.Claim{claim("b", "1", e, 2)}})
	w := store.Writing{Events: []event.Event{e}, Mark: mark}
	if err := s.ClosePoll(ctx, outcome(id, "a", 1, w)); !errors.Is(err, store.ErrMark) {
		t.Errorf("an outcome reckoned from the past: %v", err)
	}
	if _, err := s.Amend(ctx, store.Amendment{Correction: store.Correction{Kind: ledger.CorrectHide, At: at(1), Event: e.UID}, Writing: w}); !errors.Is(err, store.ErrMark) {
		t.Errorf("a correction reckoned from the past: %v", err)
	}
	same(t, "events", must(s.Events(ctx, store.Window{}))(t), []event.Event(nil))
	same(t, "corrections", must(s.Corrections(ctx, ""))(t), []store.Correction(nil))
	w.Mark = must(s.Mark(ctx))(t)
	ok(t, s.ClosePoll(ctx, outcome(id, "a", 1, w)))
}

func corrections(t *testing.T, open Open) {
	s, again := open(t)
	e, other := gathering(1, "a", "a", "2009-05-22", ""), gathering(2, "a", "b", "2009-05-22", "")
	write(t, s, e, other)
	join := store.Correction{
		Kind: ledger.CorrectJoin, At: at(1).UTC(), Event: e.UID, Other: other.UID, Note: "同じ会",
		Claims: []ledger.ClaimName{{Source: "s", Key: "k"}},
	}
	edit := store.Correction{Kind: ledger.CorrectEdit, At: at(2).UTC(), Event: e.UID, Field: "title", Value: "正しい題"}
	split := store.Correction{Kind: ledger.CorrectSplit, At: at(3).UTC(), Event: uid(9), Source: "s", Key: "k"}
	e.Title = edit.Value
	want := []store.Correction{join, edit, split}
	for i, c := range want {
		a := store.Amendment{Correction: c}
		if c.Kind == ledger.CorrectEdit {
			a.Writing = store.Writing{Events: []event.Event{e}, Changes: []event.Change{{UID: e.UID, Kind: event.ChangeEdited, At: at(2), Poll: 5}}}
		}
		want[i].ID = must(s.Amend(ctx, a))(t)
		if i > 0 && want[i].ID <= want[i-1].ID {
			t.Errorf("the ids do not rise: %d after %d", want[i].ID, want[i-1].ID)
		}
	}
	undo := want[1]
	undo.Undone, undo.Value = at(4), "this is not written"
	if id := must(s.Amend(ctx, store.Amendment{Correction: undo}))(t); id != undo.ID {
		t.Errorf("undoing gave the id %d, want %d", id, undo.ID)
	}
	want[1].Undone = at(4).UTC()
	for what, c := range map[string]store.Correction{"what is undone": undo, "what is not there": {ID: 999, Undone: at(4)}} {
		if _, err := s.Amend(ctx, store.Amendment{Correction: c, Writing: store.Writing{Events: []event.Event{gathering(8, "a", "x", "", "")}}}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("undoing %s: %v, want %v", what, err, store.ErrNotFound)
		}
	}
	for s := range twice(s, again) {
		same(t, "all", must(s.Corrections(ctx, ""))(t), want)
		same(t, "of one event", must(s.Corrections(ctx, e.UID))(t), want[:2])
		same(t, "of a join's other", must(s.Corrections(ctx, other.UID))(t), want[:1])
		same(t, "the event", must(s.Event(ctx, e.UID))(t), e)
		if all := must(s.Changes(ctx, "", 0, 0))(t); len(all) != 1 || all[0].Poll != 0 {
			t.Errorf("changes: %+v", all)
		}
	}
}

func knownCorrections(t *testing.T, open Open) {
	s, _ := open(t)
	a, b, c := gathering(1, "a", "a", "2009-05-22", ""), gathering(2, "b", "b", "2009-05-22", ""), gathering(3, "c", "c", "2009-05-22", "")
	write(t, s, a, b, c)
	var kept []store.Correction
	for i, k := range []store.Correction{
		{Kind: ledger.CorrectHide, Event: a.UID},
		{Kind: ledger.CorrectJoin, Event: c.UID, Other: a.UID},
		{Kind: ledger.CorrectHide, Event: b.UID},
		{Kind: ledger.CorrectHide, Event: a.UID},
	} {
		k.At = at(i).UTC()
		k.ID = must(s.Amend(ctx, store.Amendment{Correction: k}))(t)
		kept = append(kept, k)
	}
	undo := kept[3]
	undo.Undone = at(9)
	must(s.Amend(ctx, store.Amendment{Correction: undo}))(t)
	got := must(s.Known(ctx, store.Need{UIDs: []string{a.UID}}))(t)
	same(t, "on a", got.Corrections, kept[:2])
	got = must(s.Known(ctx, store.Need{UIDs: []string{a.UID, b.UID, c.UID}}))(t)
	same(t, "on all, each once", got.Corrections, kept[:3])
}

// hold keeps a held poll and returns its id.
func hold(t *testing.T, s store.Store, source string, hour, polls int) int64 {
	t.Helper()
	id := must(s.OpenPoll(ctx, source, at(hour)))(t)
	ok(t, s.ClosePoll(ctx, heldOutcome(id, store.Candidate{Source: source, At: at(hour).UTC(), Since: at(1).UTC(), Polls: polls, Cause: "empty"})))
	return id
}

func held(t *testing.T, open Open) {
	s, _ := open(t)
	ids := func(source string, decided bool) (all []int64) {
		t.Helper()
		for _, c := range must(s.Candidates(ctx, source, decided))(t) {
			all = append(all, c.Poll)
		}
		return all
	}
	decide := func(poll int64, choice store.Choice) error {
		return s.Decide(ctx, store.Decision{Poll: poll, Choice: choice, At: at(50)})
	}
	first, other := hold(t, s, "a", 1, 1), hold(t, s, "b", 2, 1)
	second := hold(t, s, "a", 3, 2)
	same(t, "open ones, newest first", ids("", false), []int64{second, other})
	if err := decide(first, store.Approved); !errors.Is(err, store.ErrStale) {
		t.Errorf("deciding on one whose place was taken: %v", err)
	}
	failed := must(s.OpenPoll(ctx, "a", at(4)))(t)
	ok(t, s.ClosePoll(ctx, store.Outcome{Poll: store.Poll{ID: failed, Source: "a", At: at(4), Closed: at(4), State: "failed"}, State: store.SourceState{ID: "a"}}))
	same(t, "after a failed poll", ids("a", false), []int64{second})
	visit(t, s, "a", 5, store.Writing{})
	same(t, "after a good poll", ids("a", false), []int64(nil))
	c := must(s.Candidate(ctx, second))(t)
	if c.Choice != store.Superseded || !c.Decided.Equal(at(5).Add(time.Minute)) {
		t.Errorf("after a good poll it is %q since %s", c.Choice, c.Decided)
	}
	same(t, "decided ones too", ids("", true), []int64{second, other})
	ok(t, decide(other, store.Discarded))
	c = must(s.Candidate(ctx, other))(t)
	if c.Choice != store.Discarded || !c.Decided.Equal(at(50)) {
		t.Errorf("discarded, it is %q since %s", c.Choice, c.Decided)
	}
	for poll, want := range map[int64]error{second: store.ErrStale, other: store.ErrStale, failed: store.ErrNotFound, 999: store.ErrNotFound} {
		if err := decide(poll, store.Approved); !errors.Is(err, want) {
			t.Errorf("deciding on %d: %v, want %v", poll, err, want)
		}
	}
	if _, err := s.Candidate(ctx, 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a candidate of no poll: %v", err)
	}
	// After three months a decided one may go, sooner it may not.
	hold(t, s, "a", 24*80, 1)
	same(t, "after 80 days", len(ids("", true)), 3)
}

func approve(t *testing.T, open Open) {
	s, _ := open(t)
	e := gathering(1, "a", "let through", "2009-05-22", "")
	id := hold(t, s, "a", 3, 2)
	d := store.Decision{Poll: id, Choice: store.Approved, At: at(9), Writing: store.Writing{
		Events: []event.Event{e}, Claims: []event.Claim{claim("a", "1", e, 3)},
		Changes: []event.Change{added(e, "a", 9), {UID: e.UID, Kind: event.ChangeMoved, At: at(9)}},
	}}
	ok(t, s.Decide(ctx, d))
	p := must(s.Polls(ctx, "a", 1))(t)[0]
	same(t, "the poll's state", p.State, health.Applied)
	same(t, "its changes", p.Changes, map[event.ChangeKind]int{event.ChangeAdded: 1, event.ChangeMoved: 1})
	st := must(s.Sources(ctx))(t)[0]
	if st.Failures != 0 || !st.LastGood.Equal(at(3)) || !st.FirstGood.Equal(at(3)) {
		t.Errorf("the source: %+v", st)
	}
	same(t, "the event", must(s.Event(ctx, e.UID))(t), e)
	for _, c := range must(s.Changes(ctx, "", 0, 0))(t) {
		same(t, "a change's poll", c.Poll, id)
	}
	if err := s.Decide(ctx, d); !errors.Is(err, store.ErrStale) {
		t.Errorf("a second time: %v", err)
	}
	if must(s.Revision(ctx))(t) != 1 {
		t.Error("approving is one revision")
	}
}

func shown(t *testing.T, open Open) {
	s, again := open(t)
	all := gatherings()
	listed, missing, ended, both := all[0], all[1], all[2], all[3]
	w := store.Writing{Events: all[:4]}
	for _, e := range w.Events {
		w.Claims = append(w.Claims, claim("a", "key "+e.UID, e, 1))
	}
	w.Claims[1].Absence = event.Absence{Polls: 2, Since: at(3).UTC(), Last: at(4).UTC()}
	w.Claims[2].Until = at(2).UTC()
	w.Claims[3].Absence = event.Absence{Polls: 1, Since: at(4).UTC(), Last: at(4).UTC()}
	visit(t, s, "a", 5, w)
	visit(t, s, "b", 7, store.Writing{Claims: []event.Claim{claim("b", "1", both, 2)}})
	for reopened := range twice(s, again) {
		s = reopened
		got := must(s.Shown(ctx, []string{listed.UID, missing.UID, ended.UID, both.UID, uid(999)}))(t)
		same(t, "when they were shown", got, map[string]time.Time{
			listed.UID: at(5).UTC(), missing.UID: w.Claims[1].Seen.UTC(), both.UID: at(7).UTC(),
		})
	}
	failed := must(s.OpenPoll(ctx, "b", at(9)))(t)
	o := outcome(failed, "b", 7, store.Writing{})
	o.Poll.State, o.State.LastPoll = health.Failed, at(9)
	ok(t, s.ClosePoll(ctx, o))
	same(t, "a poll that fails shows nothing", must(s.Shown(ctx, []string{both.UID}))(t), map[string]time.Time{both.UID: at(7).UTC()})
}
