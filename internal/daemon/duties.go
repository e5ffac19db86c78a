package daemon

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"koyomi/internal/store"
)

// A Duty is work that recurs, and that one process of all on a database does at a time.
type Duty struct {
	Name string
	// Lanes have it done; nil for a goroutine of this process.
	Lanes Lanes
	// Needed reports whether there is something to do once it is due, from what whoever
	// did it last left; nil for always.
	Needed func(ctx context.Context, memory string) (bool, error)
	// Do does it, and returns what the next who does it is to know. held is asked before
	// what others see: its error says that another has taken over.
	Do func(ctx context.Context, memory string, held func(context.Context) error) (string, error)
	// Next says when it is due again after so many failures in a row.
	Next func(now time.Time, failures int) time.Time
	// Wake makes it due at once; nil for never.
	Wake <-chan struct{}
}

// Duties have duties done when they are due, by whichever process is free: their due
// times and what is to be known of them stand in the database.
type Duties struct {
	All   []*Duty
	Store store.Duties
	Now   func() time.Time
	Log   *slog.Logger

	mu      sync.Mutex
	keepers []*keeper
}

// lookEvery is how often at least a process looks whether a duty is due, which another
// may have hastened.
const lookEvery = 10 * time.Second

// Run has duties done until ctx ends, and waits for those under way. It returns an error
// where the database cannot be worked with any more.
func (d *Duties) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	for _, one := range d.All {
		k := &keeper{Duties: d, duty: one, stop: stop, free: make(chan struct{}, 1)}
		d.mu.Lock()
		d.keepers = append(d.keepers, k)
		d.mu.Unlock()
		all.Go(func() {
			if err := k.run(ctx); err != nil {
				stop(err)
			}
		})
	}
	all.Wait()
	return fatal(context.Cause(ctx))
}

// Once does those of the duties that are due, one after the other, for a command that ends.
func (d *Duties) Once(ctx context.Context) error {
	for _, one := range d.All {
		is, err := d.Store.Duty(ctx, one.Name)
		if err != nil {
			return err
		}
		if is.Due.After(d.Now()) {
			continue
		}
		k := &keeper{Duties: d, duty: one}
		if err := k.term(ctx); err != nil && !errors.Is(err, store.ErrStale) {
			return err
		}
	}
	return nil
}

// Look has it looked at once whether duties that are due are needed.
func (d *Duties) Look() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range d.keepers {
		k.again()
	}
}

// A keeper sees to one duty.
type keeper struct {
	*Duties
	duty *Duty
	stop context.CancelCauseFunc
	// free has a token once a term has ended, or the duty is to be looked at again.
	free chan struct{}
	said string
}

func (k *keeper) again() {
	select {
	case k.free <- struct{}{}:
	default:
	}
}

func (k *keeper) run(ctx context.Context) error {
	lanes := k.duty.Lanes
	if lanes == nil {
		lanes = &goroutines{}
	}
	if err := lanes.Start(ctx, k.drive, k.again); err != nil {
		return err
	}
	defer lanes.Wait()
	for ctx.Err() == nil {
		wait, err := k.look(ctx, lanes)
		k.say(ctx, err)
		select {
		case <-ctx.Done():
		case <-k.free:
		case <-k.duty.Wake:
			k.say(ctx, k.Store.HastenDuty(ctx, k.duty.Name, k.Now()))
		case <-time.After(wait):
		}
	}
	return nil
}

// say logs an error, the same one once.
func (k *keeper) say(ctx context.Context, err error) {
	switch {
	case err == nil:
		k.said = ""
	case ctx.Err() == nil && err.Error() != k.said:
		k.said = err.Error()
		k.Log.Error("cannot see to "+k.duty.Name+"; trying again", "error", err)
	}
}

// look submits the duty if it is due, and returns how long to sleep until it may be.
func (k *keeper) look(ctx context.Context, lanes Lanes) (time.Duration, error) {
	now := k.Now()
	is, err := k.Store.Duty(ctx, k.duty.Name)
	if err != nil {
		return lookEvery, err
	}
	if wait := is.Due.Sub(now); wait > 0 {
		return min(wait, lookEvery), nil
	}
	if needed, err := k.needed(ctx, is); err != nil || !needed {
		return lookEvery, err
	}
	return lookEvery, lanes.Submit(ctx, []string{k.duty.Name})
}

func (k *keeper) needed(ctx context.Context, is store.Duty) (bool, error) {
	if k.duty.Needed == nil {
		return true, nil
	}
	return k.duty.Needed(ctx, is.Memory)
}

// drive does the duty, unless another process has done it meanwhile.
func (k *keeper) drive(ctx context.Context, _ string) {
	if err := k.term(ctx); ctx.Err() == nil && err != nil && !errors.Is(err, store.ErrStale) {
		if errors.Is(err, store.ErrReplaced) {
			k.stop(err)
			return
		}
		k.Log.Error("cannot note "+k.duty.Name+"; it is done again", "error", err)
	}
}

// term does the duty once.
func (k *keeper) term(ctx context.Context) error {
	is, err := k.Store.BeginDuty(ctx, k.duty.Name, k.Now())
	if err != nil {
		return err
	}
	if needed, err := k.needed(ctx, is); err != nil || !needed {
		return err
	}
	memory, err := k.duty.Do(ctx, is.Memory, k.held(is))
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrReplaced) {
		return err
	}
	is.Memory = memory
	is.Failures++
	if err == nil {
		is.Failures = 0
	}
	if ctx.Err() == nil { // one that was broken off is due at once
		is.Due = k.Next(is.Failures)
	}
	return k.Store.EndDuty(context.WithoutCancel(ctx), is)
}

// Next says when the duty is due again.
func (k *keeper) Next(failures int) time.Time { return k.duty.Next(k.Now(), failures) }

// heldFor is how long it is believed that nobody has taken over: less than a process may
// be silent before somebody does.
const heldFor = 5 * time.Second

// held returns what tells whether a term is the last one begun.
func (k *keeper) held(is store.Duty) func(context.Context) error {
	last := k.Now().Round(0)
	return func(ctx context.Context) error {
		now := k.Now().Round(0)
		if now.Sub(last).Abs() < heldFor {
			return nil
		}
		there, err := k.Store.Duty(ctx, k.duty.Name)
		switch {
		case err != nil:
			return err
		case there.Term != is.Term:
			return store.ErrStale
		}
		last = now
		return nil
	}
}

// Listen calls changed whenever a database that several processes share says that its
// events may have changed, until ctx ends. Another database says nothing.
func Listen(ctx context.Context, db any, changed func()) error {
	if shared, ok := db.(interface {
		Listen(ctx context.Context, changed func())
	}); ok {
		shared.Listen(ctx, changed)
	}
	return nil
}
