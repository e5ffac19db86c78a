// Package daemon answers for time: which source is visited when, that none is
// visited twice or forgotten, and that one that hangs does not keep the others
// waiting. When a source is due stands in the database; nothing else remembers it.
package daemon

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// tick is the longest the loop sleeps, so that a clock that was set, or a
// database that someone else wrote to, is noticed.
const tick = time.Minute

// spread is the longest time over which polls that were missed are caught up.
const spread = 10 * time.Minute

// defaultParallel is how many hosts are visited at once.
const defaultParallel = 8

// A Schedule is what the daemon asks of the database.
type Schedule interface {
	Sources(ctx context.Context) ([]store.SourceState, error)
	Schedule(ctx context.Context, due map[string]time.Time) error
	Abandoned(ctx context.Context, now time.Time) ([]store.Poll, error)
}

// A Daemon visits sources when they are due.
type Daemon struct {
	// Sources returns those to be visited; it may answer differently after a reload.
	Sources func() []*source.Source
	Store   Schedule
	// Visit polls one source. An error means that the outcome was not written.
	Visit func(ctx context.Context, s *source.Source) (poll.Report, error)
	// Next says when a source is due that was last polled at a moment.
	Next func(s *source.Source, last time.Time) time.Time
	// Report hears of every visit, one at a time; nil for nobody.
	Report func(poll.Report)
	Now    func() time.Time
	Log    *slog.Logger
	// Parallel is how many hosts are visited at once; 0 stands for defaultParallel.
	Parallel int

	mu     sync.Mutex
	busy   map[string]bool      // hosts
	resume map[string]time.Time // not before, for sources found overdue or not written
	outage outage
	// slots holds a token for each host that is visited; wake has the loop look again.
	slots, wake chan struct{}
}

// Run visits sources until ctx ends, waits for the visits under way and returns
// nil; any other return is a database that cannot be worked with any more.
func (d *Daemon) Run(ctx context.Context) error {
	d.busy, d.resume = map[string]bool{}, map[string]time.Time{}
	d.slots = make(chan struct{}, cmp.Or(d.Parallel, defaultParallel))
	d.wake = make(chan struct{}, 1)
	if d.Report == nil {
		d.Report = func(poll.Report) {}
	}
	if err := d.sweep(ctx); err != nil {
		if ctx.Err() != nil {
			return nil //nolint:nilerr // stopped before it began
		}
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var visits sync.WaitGroup
	defer visits.Wait()
	for {
		lanes, wait := d.due(ctx)
		for host, sources := range lanes {
			visits.Go(func() { d.drive(ctx, host, sources, stop) })
		}
		select {
		case <-ctx.Done():
			visits.Wait()
			return fatal(context.Cause(ctx))
		case <-d.wake:
		case <-time.After(wait):
		}
	}
}

// sweep reports the polls that a process before this one left open.
func (d *Daemon) sweep(ctx context.Context) error {
	left, err := d.Store.Abandoned(ctx, d.Now())
	if err != nil {
		return err
	}
	for _, p := range left {
		d.Log.Warn(
			"a poll was cut off when koyomi last ended; the source is polled again",
			"source",
			p.Source,
			"at",
			p.At,
		)
	}
	return nil
}

// due returns the sources to visit now by host, of hosts that are free, and how
// long to sleep until the next one is due.
func (d *Daemon) due(ctx context.Context) (map[string][]*source.Source, time.Duration) {
	now := d.Now()
	d.mu.Lock()
	before := maps.Clone(d.busy) // what ends from here on may have been read as still due
	d.mu.Unlock()
	known, err := d.known(ctx)
	if err != nil {
		return nil, tick
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	sources := d.Sources()
	lanes := map[string][]*source.Source{}
	wait := tick
	for _, s := range sources {
		host, left := lane(s), d.at(s, known[s.ID], now, len(sources)).Sub(now)
		isBusy := d.busy[host] || before[host]
		switch {
		case left > 0:
			wait = min(wait, left)
		case !isBusy:
			lanes[host] = append(lanes[host], s)
		}
	}
	for host := range lanes {
		d.busy[host] = true
	}
	return lanes, wait
}

// known returns what the database knows of the sources, by id.
func (d *Daemon) known(ctx context.Context) (map[string]store.SourceState, error) {
	states, err := d.Store.Sources(ctx)
	if err != nil && ctx.Err() == nil {
		d.Log.Error("cannot ask the database what is due; trying again", "error", err)
	}
	known := make(map[string]store.SourceState, len(states))
	for _, s := range states {
		known[s.ID] = s
	}
	return known, err
}

// at says when a source is to be visited. One found overdue, or never visited,
// waits for its place in a short span, so that a start is not a stampede; a time
// further away than the schedule can mean is one that a clock set back left behind.
func (d *Daemon) at(
	s *source.Source,
	state store.SourceState,
	now time.Time,
	n int,
) time.Time {
	next := state.NextAt
	regular := d.Next(s, now)
	if next.After(regular.Add(24 * time.Hour)) {
		return d.wait(s, regular)
	}
	if next.After(now) {
		return next
	}
	if now.Sub(next) <= 2*tick {
		return later(next, d.resume[s.ID])
	}
	if !next.IsZero() && regular.Sub(now) <= 2*spread {
		return d.wait(s, regular) // its own time comes as soon as its place would
	}
	return d.wait(
		s,
		now.Add(source.Offset(s.ID, min(spread, time.Duration(n)*5*time.Second))),
	)
}

// wait returns the moment that a source waits for: at, unless it waits already.
func (d *Daemon) wait(s *source.Source, at time.Time) time.Time {
	if _, waiting := d.resume[s.ID]; !waiting {
		d.resume[s.ID] = at
	}
	return d.resume[s.ID]
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// lane names what waits for each other: a host; a source without one has its own.
func lane(s *source.Source) string {
	return cmp.Or(s.Host(), "source "+s.ID)
}

// drive visits the sources of one host, one after the other, and then frees the host.
// It stops the daemon only where going on makes no sense.
func (d *Daemon) drive(
	ctx context.Context,
	host string,
	sources []*source.Source,
	stop context.CancelCauseFunc,
) {
	defer d.leave(host)
	for _, s := range sources {
		select {
		case d.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		r, err := d.Visit(ctx, s)
		<-d.slots
		d.note(ctx, s, r, err)
		if errors.Is(err, store.ErrReplaced) {
			stop(err)
			return
		}
	}
}

// leave frees a host and has the loop look for what is due there.
func (d *Daemon) leave(host string) {
	d.mu.Lock()
	delete(d.busy, host)
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default: // it is about to
	}
}

// note reports a visit and sees to it that a source whose outcome could not be
// written, or whose host could not be reached because no host can, is tried again soon.
func (d *Daemon) note(ctx context.Context, s *source.Source, r poll.Report, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.resume, s.ID)
	d.Report(r)
	if err != nil {
		d.resume[s.ID] = d.Now().Add(tick)
		d.notWritten(ctx, s, err)
		return
	}
	if s.Host() == "" {
		return
	}
	d.sayOutage(d.outage.note(s.Host(), poll.Offline(r.Poll), d.hosts()))
	if d.outage.down {
		d.sooner(ctx, s.ID)
	}
}

// notWritten says that the outcome of a visit is lost, unless the daemon is stopping.
func (d *Daemon) notWritten(ctx context.Context, s *source.Source, err error) {
	if ctx.Err() == nil && !errors.Is(err, store.ErrReplaced) {
		d.Log.Error(
			"the outcome of a poll could not be kept; what was known stays, the source is polled again in a minute",
			"source",
			s.ID,
			"error",
			err,
		)
	}
}

// sayOutage says that the network went down or came back.
func (d *Daemon) sayOutage(before, down bool) {
	switch {
	case before == down:
	case down:
		d.Log.Warn(
			"no host can be reached: the network seems to be down; every source is tried again each ten minutes, what is known stays",
		)
	default:
		d.Log.Info("hosts can be reached again")
	}
}

// sooner has a source tried again soon that its schedule would leave waiting: its
// host was never asked. Sources keep the distance from each other that they had.
func (d *Daemon) sooner(ctx context.Context, id string) {
	due := map[string]time.Time{id: d.Now().Add(spread)}
	if err := d.Store.Schedule(context.WithoutCancel(ctx), due); err != nil {
		d.Log.Error(
			"cannot note that a source is to be tried again soon; its schedule stands",
			"source",
			id,
			"error",
			err,
		)
	}
}

// hosts counts the hosts that are visited at all.
func (d *Daemon) hosts() int {
	seen := map[string]bool{}
	for _, s := range d.Sources() {
		seen[s.Host()] = true
	}
	delete(seen, "")
	return len(seen)
}

func fatal(cause error) error {
	for _, harmless := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(cause, harmless) {
			return nil
		}
	}
	return cause
}
