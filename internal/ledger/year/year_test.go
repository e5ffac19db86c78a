package year

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

var seedFlag = flag.Uint64("seed", 1, "the seed of the simulated year")

// pages is an archive in memory.
type pages map[string][]byte

func (a pages) Put(body []byte) (string, error) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	a[hash] = body
	return hash, nil
}

func (a pages) Get(hash string) ([]byte, error) {
	if b, ok := a[hash]; ok {
		return b, nil
	}
	return nil, errors.New("no such page")
}

// crashing is a memory whose process dies before an outcome is written.
type crashing struct{ *memory }

func (crashing) ClosePoll(context.Context, store.Outcome) error { return errors.New("killed") }

// run lives through the year.
func (w *world) run(t *testing.T) {
	m, archive := newMemory(), pages{}
	w.kept = m
	standings := map[string]ledger.Authority{}
	for _, o := range w.outlets {
		standings[o.source.ID] = ledger.Authority{Community: o.community, Rank: o.rank, Aggregator: o.aggregate}
	}
	named := map[*outlet]map[int]bool{}
	watch := newWatch()
	for day := range w.span {
		w.dawn(day)
		w.mended = day >= mending
		now := first.AddDate(0, 0, day).Add(6 * time.Hour)
		if w.chance(3) {
			now = now.AddDate(0, 0, w.between(0, 1)*2-1) // the clock jumps
			w.tally.happened["clock jump"]++
		}
		p := &poll.Poller{
			Fetcher: w, Archive: archive, Memory: m, Kinds: map[source.Kind]extract.Kind{source.JSON: wire{w}, source.HTML: wire{w}},
			Now: func() time.Time { now = now.Add(time.Second); return now }, Version: fmt.Sprint(w.mended),
			Next:      func(_ *source.Source, after time.Time) time.Time { return after.Add(24 * time.Hour) },
			Authority: func(id string) ledger.Authority { return standings[id] },
			Watch:     w.watch,
		}
		from := len(m.changes)
		for _, i := range w.rng.Perm(len(w.outlets)) {
			o := w.outlets[i]
			if day < o.opens {
				continue
			}
			w.restart(p, m, o)
			r, err := p.Visit(context.Background(), o.source)
			if err != nil {
				t.Fatal(err)
			}
			w.judge(o, r, named)
			watch.see(w, o, r)
		}
		w.evening(m, from)
		w.settle(m)
	}
}

// holding tells of an outlet in health that is held, once while that lasts.
func (w *world) holding(o *outlet, r poll.Report) {
	if o.heldOn != w.day-1 {
		w.tally.say("day %d: %s in health is %s: %s %s", w.day, o.source.ID, r.Poll.State, r.Poll.Cause, r.Poll.Message)
	}
	o.heldOn = w.day
}

// restart has the process die in a poll, before or after its outcome is written;
// it polls anew when it is back.
func (w *world) restart(p *poll.Poller, m *memory, o *outlet) {
	switch roll := w.rng.IntN(100); roll {
	case 0:
		w.tally.happened["killed in a poll"]++
		p.Memory = crashing{m}
		_, _ = p.Visit(context.Background(), o.source)
		p.Memory = m
	case 1:
		w.tally.happened["killed after a poll"]++
		_, _ = p.Visit(context.Background(), o.source)
	}
}

// judge notes what became of one poll.
func (w *world) judge(o *outlet, r poll.Report, named map[*outlet]map[int]bool) {
	f, broken := o.fault(w.day)
	out := r.Poll.State == health.Held || r.Poll.State == health.Failed
	switch {
	case !broken && o.blank(w.day):
		w.tally.undecidable++
		return
	case !broken:
		w.tally.healthy++
		if out && !o.upsetOf(w.day) {
			w.tally.held++
			w.holding(o, r)
		}
		w.polled(o, r.Poll.At, out)
		return
	}
	if named[o] == nil {
		named[o] = map[int]bool{}
	}
	named[o][f.from] = named[o][f.from] || out
	dead := slices.ContainsFunc(troubles, func(t struct {
		kind string
		dead bool
	},
	) bool {
		return t.kind == f.kind && t.dead
	})
	if w.day == f.from+1 && dead && o.seenOf(w.day) > 0 {
		w.tally.faults[f.kind]++
		if !named[o][f.from] {
			w.tally.unnamed[f.kind]++
			w.tally.say("day %d: %s is dead (%s) and nobody says so; it would list %d", w.day, o.source.ID, f.kind, o.seenOf(w.day))
		}
	}
}

// hold asserts what the ledger promises of the year: no mistake that a reader would
// see, and no refuge in caution.
func (w *world) hold(t *testing.T) {
	y := w.tally
	for _, kind := range []string{"false cancellation", "false withdrawal", "event lost", "UID changed", "doubled"} {
		if n := len(y.mistakes[kind]); n > 0 {
			t.Errorf("%s: %d, where there should be none", kind, n)
		}
	}
	unnamed, faults := 0, 0
	for kind, n := range y.faults {
		unnamed, faults = unnamed+y.unnamed[kind], faults+n
	}
	for _, c := range []struct {
		name      string
		got, goal float64
	}{
		{"moves linked", share(y.met["moved"], y.due["moved"]), 99},
		{"changes of all at once learnt", share(y.met["cancelled"+atOnce]+y.met["moved"+atOnce], y.due["cancelled"+atOnce]+y.due["moved"+atOnce]), 95},
		{"cancellations learnt", share(y.met["cancelled"], y.due["cancelled"]), 99},
		{"withdrawals learnt", share(y.met["withdrawn"], y.due["withdrawn"]), 98},
		{"recall of merges", share(rights(y.truePairs), len(y.truePairs)), 97},
		{"precision of merges", share(rights(y.pairs), len(y.pairs)), 99.5},
		{"polls in health believed", share(y.healthy-y.held, y.healthy), 99.5},
		{"dead sources named", share(faults-unnamed, faults), 100},
	} {
		if c.got < c.goal {
			t.Errorf("%s: %.2f %%, where %.1f %% is the goal", c.name, c.got, c.goal)
		}
	}
}
