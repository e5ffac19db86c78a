package poll_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/poll"
	"koyomi/internal/store"
)

// fullList has ten weekly meetings; the list shows no more at a time.
func fullList(shift int, last string) string {
	var all []string
	for i := range 9 {
		all = append(all, fmt.Sprintf("%s,第%d回,k%d", event.DateOf(monday).Add(10+shift+i*7), i+1, i))
	}
	return strings.Join(append(all, last), "\n")
}

// heldMoves has a list held in which nine meetings are moved, the tenth has made room
// for a new one, and nothing says that it does not take place.
func heldMoves(t *testing.T) (*desk, store.Candidate) {
	t.Helper()
	d := newDesk(t)
	farthest := event.DateOf(monday).Add(10 + 9*7).String()
	for range 2 {
		d.visit(t, fullList(0, farthest+",第10回,k9"))
	}
	r := d.visit(t, fullList(1, event.DateOf(monday).Add(5).String()+",臨時会,k10"))
	if r.Poll.State != health.Held || r.Held == nil {
		t.Fatalf("not held: %+v", r.Poll)
	}
	c, err := d.db.Candidate(t.Context(), r.Poll.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d, c
}

// TestApproveAppliesWhatWasShown holds that nothing happens that the person who let
// the poll through was not shown.
func TestApproveAppliesWhatWasShown(t *testing.T) {
	d, c := heldMoves(t)
	shown := diffOf(c.Changes)
	if slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, string(event.ChangeWithdrawn)) }) {
		t.Fatalf("the list pushed the tenth out, and it is shown as withdrawn: %q", shown)
	}
	w, err := d.Approve(t.Context(), d.src, c.Poll)
	if err != nil {
		t.Fatal(err)
	}
	if got := diffOf(w.Changes); !slices.Equal(got, shown) {
		t.Errorf("applied %q\nshown %q", got, shown)
	}
	stored, err := d.db.Changes(t.Context(), "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := diffOf(stored[len(stored)-len(shown):]); !slices.Equal(got, shown) {
		t.Errorf("stored %q\nshown %q", got, shown)
	}
	if got := d.told(t); !strings.Contains(got, "第10回 confirmed") {
		t.Errorf("the tenth is gone: %s", got)
	}
	if last := stored[len(stored)-1]; !last.At.Equal(d.now) {
		t.Errorf("it happened at %s, want the moment of the decision %s", last.At, d.now)
	}
}

// diffOf writes changes as a person is shown them.
func diffOf(changes []event.Change) (lines []string) {
	for _, c := range changes {
		lines = append(lines, fmt.Sprint(c.UID, c.Kind, c.Field, c.Old(), c.New()))
	}
	return lines
}

// TestApproveIsRefusedOnceThePastHasChanged holds that a person decides on what was
// shown, or looks again.
func TestApproveIsRefusedOnceThePastHasChanged(t *testing.T) {
	d, c := heldMoves(t)
	uid := c.Changes[0].UID
	_, _, err := d.Correct(t.Context(), ledger.Correction{Kind: ledger.CorrectEdit, Event: uid, Field: "title", Value: "別の題"})
	if err != nil {
		t.Fatal(err)
	}
	before := d.told(t)
	if _, err := d.Approve(t.Context(), d.src, c.Poll); !errors.Is(err, poll.ErrPast) {
		t.Fatalf("got %v, want %v", err, poll.ErrPast)
	}
	if got := d.told(t); got != before {
		t.Errorf("refused, and yet %s\nbefore %s", got, before)
	}
	r := d.visit(t, d.site.body)
	if r.Held == nil {
		t.Fatalf("not held again: %+v", r.Poll)
	}
	if _, err := d.Approve(t.Context(), d.src, r.Poll.ID); err != nil {
		t.Errorf("looked at again, it is let through: %v", err)
	}
}

// TestApproveTeachesTheProfile holds that a poll that was let through counts as good.
func TestApproveTeachesTheProfile(t *testing.T) {
	d, c := heldMoves(t)
	if _, err := d.Approve(t.Context(), d.src, c.Poll); err != nil {
		t.Fatal(err)
	}
	s, err := d.db.Source(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if s.Profile.Polls != 3 || !s.Profile.At.Equal(c.At) || s.Failures != 0 {
		t.Errorf("%+v", s)
	}
}

// TestOwnStateAlone holds that a visit of a source that is long known reads no other
// source's state.
func TestOwnStateAlone(t *testing.T) {
	d := newDesk(t)
	d.visit(t, list(3))
	d.now = d.now.AddDate(0, 0, 2)
	d.Memory = &counting{Memory: d.db}
	d.visit(t, list(4))
	d.visit(t, list(4))
	if n := d.Memory.(*counting).all; n > 0 {
		t.Errorf("the states of all sources were read %d times", n)
	}
}

// TestProfileIsLearntFromPollsOfBefore holds that a database without profiles has the
// same past as one with them.
func TestProfileIsLearntFromPollsOfBefore(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		d.visit(t, list(10))
	}
	d.Memory = &forgetful{Memory: d.db}
	if r := d.visit(t, ""); r.Poll.State != health.Held || r.Poll.Cause != health.CauseEmpty {
		t.Errorf("an empty list: %+v", r.Poll)
	}
	r := d.visit(t, list(10))
	s, err := d.db.Source(t.Context(), "a")
	if err != nil || s.Profile.Polls != 4 || len(s.Profile.News) != 1 {
		t.Errorf("%s: %+v (%v)", r.Poll.State, s.Profile, err)
	}
}
