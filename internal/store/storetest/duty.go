package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
)

// duties: one term of a duty is begun when it is due, and who began it last ends it.
func duties(t *testing.T, open Open) {
	s, again := open(t)
	same(t, "never begun", must(s.Duty(ctx, "mail"))(t), store.Duty{Name: "mail"})
	ok(t, s.HastenDuty(ctx, "mail", at(0)))
	first := must(s.BeginDuty(ctx, "mail", at(1)))(t)
	same(t, "the first term", first, store.Duty{Name: "mail", Term: 1})
	second := must(s.BeginDuty(ctx, "mail", at(1)))(t) // the first stands still
	first.Memory = "too late"
	if err := s.EndDuty(ctx, first); !errors.Is(err, store.ErrStale) {
		t.Errorf("the end of a term that another took over: %v", err)
	}
	second.Due, second.Failures, second.Memory = at(2).UTC(), 3, "覚え"
	ok(t, s.EndDuty(ctx, second))
	if _, err := s.BeginDuty(ctx, "mail", at(2).Add(-1)); !errors.Is(err, store.ErrStale) {
		t.Errorf("begun before it is due: %v", err)
	}
	ok(t, s.HastenDuty(ctx, "mail", at(3)))
	ok(t, s.HastenDuty(ctx, "other", at(1)))
	s = again()
	same(t, "the second term", must(s.Duty(ctx, "mail"))(t), second)
	ok(t, s.HastenDuty(ctx, "mail", at(1)))
	same(t, "hastened", must(s.Duty(ctx, "mail"))(t).Due, at(1).UTC())
	var ended sync.Map
	var all sync.WaitGroup
	for range 8 { // each begins a term of its own, and one of them ends it
		all.Go(func() {
			d, err := s.BeginDuty(ctx, "mail", at(1))
			if err == nil {
				d.Due = at(9)
				err = s.EndDuty(ctx, d)
			}
			if err == nil {
				ended.Store(d.Term, true)
			} else if !errors.Is(err, store.ErrStale) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	n := 0
	ended.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d terms were ended in one turn", n)
	}
}

// Duties remember the work that recurs for as long as the process lives.
type Duties struct {
	mu  sync.Mutex
	all map[string]store.Duty
}

var _ store.Duties = (*Duties)(nil)

// Duty returns the one of a name.
func (d *Duties) Duty(_ context.Context, name string) (store.Duty, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one := d.all[name]
	one.Name = name
	return one, nil
}

// change replaces a duty, unless change says not to.
func (d *Duties) change(name string, change func(*store.Duty) bool) (store.Duty, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one := d.all[name]
	one.Name = name
	if !change(&one) {
		return one, store.ErrStale
	}
	if d.all == nil {
		d.all = map[string]store.Duty{}
	}
	d.all[name] = one
	return one, nil
}

// BeginDuty begins another term of one that is due.
func (d *Duties) BeginDuty(_ context.Context, name string, now time.Time) (store.Duty, error) {
	return d.change(name, func(one *store.Duty) bool {
		one.Term++
		return !one.Due.After(now)
	})
}

// EndDuty notes what is to be remembered.
func (d *Duties) EndDuty(_ context.Context, ended store.Duty) error {
	_, err := d.change(ended.Name, func(one *store.Duty) bool {
		isLast := one.Term == ended.Term
		*one = ended
		return isLast
	})
	return err
}

// HastenDuty has one done sooner.
func (d *Duties) HastenDuty(_ context.Context, name string, at time.Time) error {
	_, _ = d.change(name, func(one *store.Duty) bool { // one that is due earlier stays
		isSooner := one.Due.After(at)
		one.Due = at
		return isSooner
	})
	return nil
}

// forgets: of old polls each source keeps the last and some good ones, whatever is held its
// own, and what is young stays.
func forgets(t *testing.T, open Open) {
	s, _ := open(t)
	for hour := range 30 {
		visit(t, s, "a", hour, store.Writing{})
	}
	bad := must(s.OpenPoll(ctx, "dead", at(1)))(t)
	o := outcome(bad, "dead", 1, store.Writing{})
	o.Poll.State, o.Poll.Cause = health.Failed, health.CauseDNS
	ok(t, s.ClosePoll(ctx, o))
	hold(t, s, "held", 2, 3)
	must(s.OpenPoll(ctx, "open", at(1)))(t)
	for range 2 {
		must(s.ForgetPolls(ctx, at(25)))(t)
		for source, want := range map[string]int{"a": store.GoodKept, "dead": 1, "open": 1} {
			if got := len(must(s.Polls(ctx, source, 0))(t)); got != want {
				t.Errorf("%d polls of %s are left, want %d", got, source, want)
			}
		}
	}
	for _, c := range must(s.Candidates(ctx, "held", true))(t) {
		must(s.Candidate(ctx, c.Poll))(t)
	}
	if n := must(s.ForgetPolls(ctx, at(0)))(t); n != 0 {
		t.Errorf("%d polls were forgotten again", n)
	}
	visit(t, s, "a", 31, store.Writing{})
}
