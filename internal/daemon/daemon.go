// Package daemon answers for time: which source is visited when, that none is
// visited twice or forgotten, and that one that hangs does not keep the others
// waiting. When a source is due stands in the database; nothing else remembers it.
package daemon

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
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
	store.Agenda
	Sources(ctx context.Context) ([]store.SourceState, error)
	Schedule(ctx context.Context, due map[string]time.Time) error
	Abandoned(ctx context.Context, now time.Time) ([]store.Poll, error)
}

// A Daemon visits sources when they are due.
type Daemon struct {
	// Sources returns those to be visited; it may answer differently after a reload, and
	// answers with the same slice until then.
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
	// Lanes have the work of lanes done; nil for goroutines of this process. Where they
	// are shared with other processes, Shared is set: polls that are open may be theirs.
	Lanes  Lanes
	Shared bool

	mu     sync.Mutex
	roster *roster
	resume map[string]time.Time // not before, for sources found overdue or not written
	// queues are the sources of lanes that the last look found due, the first one first.
	queues map[string][]string
	outage outage
	// slots holds a token for each host that is visited; wake has the loop look again.
	slots, wake chan struct{}
	// stop ends the loop where going on makes no sense.
	stop context.CancelCauseFunc
}

// Run visits sources until ctx ends, waits for the visits under way and returns
// nil; any other return is a database that cannot be worked with any more.
func (d *Daemon) Run(ctx context.Context) error {
	d.resume = map[string]time.Time{}
	d.slots = make(chan struct{}, cmp.Or(d.Parallel, defaultParallel))
	d.wake = make(chan struct{}, 1)
	if d.Report == nil {
		d.Report = func(poll.Report) {}
	}
	if d.Lanes == nil {
		d.Lanes = &goroutines{}
	}
	if err := d.sweep(ctx); err != nil {
		if ctx.Err() != nil {
			return nil //nolint:nilerr // stopped before it began
		}
		return err
	}
	ctx, d.stop = context.WithCancelCause(ctx)
	defer d.stop(nil)
	if err := d.Lanes.Start(ctx, d.drive, d.nudge); err != nil {
		return err
	}
	defer d.Lanes.Wait()
	for {
		wait := d.look(ctx)
		select {
		case <-ctx.Done():
			d.Lanes.Wait()
			return fatal(context.Cause(ctx))
		case <-d.wake:
			// What ends together is looked after together.
			select {
			case <-ctx.Done():
			case <-time.After(together):
			}
		case <-time.After(wait):
		}
	}
}

// together is how long the loop waits for more to end once something has.
const together = 50 * time.Millisecond

// sweep reports the polls that a process before this one left open.
func (d *Daemon) sweep(ctx context.Context) error {
	if d.Shared {
		return nil // each is closed when its source is polled again
	}
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

// look has the sources visited that are due, and returns how long to sleep until the
// next one is.
func (d *Daemon) look(ctx context.Context) time.Duration {
	now := d.Now()
	r, err := d.enrol(ctx, now)
	if err != nil {
		return d.unanswered(ctx, err)
	}
	due, next, err := d.Store.Due(ctx, now)
	if err != nil {
		return d.unanswered(ctx, err)
	}
	wait := tick
	if !next.IsZero() {
		wait = min(wait, max(next.Sub(now), 0))
	}
	lanes, left := d.lanesOf(r, due, now)
	if err := d.Lanes.Submit(ctx, lanes); err != nil {
		return d.unanswered(ctx, err)
	}
	return min(wait, left)
}

// soon is how long the loop waits before it asks a database again that did not answer.
const soon = 5 * time.Second

// unanswered says that the database did not answer.
func (d *Daemon) unanswered(ctx context.Context, err error) time.Duration {
	if ctx.Err() == nil {
		d.Log.Error("cannot ask the database what is due; trying again", "error", err)
	}
	return soon
}

// lanesOf returns the lanes of sources that are to be visited now, and how long the
// first of those waits that are due but have a place to wait for.
func (d *Daemon) lanesOf(
	r *roster,
	due []store.DueSource,
	now time.Time,
) (lanes []string, wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	wait = tick
	d.queues = map[string][]string{}
	for _, s := range due {
		src := r.byID[s.ID]
		if src == nil {
			continue // nobody polls it any more
		}
		name, left := lane(src), d.at(src, s.At, now, len(r.byID)).Sub(now)
		if left > 0 {
			wait = min(wait, left)
			continue
		}
		if d.queues[name] == nil {
			lanes = append(lanes, name)
		}
		d.queues[name] = append(d.queues[name], s.ID)
	}
	return lanes, wait
}

// at says when a source is to be visited that is due. One found overdue waits for its
// place in a short span, so that a start is not a stampede.
func (d *Daemon) at(
	s *source.Source,
	next, now time.Time,
	n int,
) time.Time {
	if next.After(now) {
		return next
	}
	if now.Sub(next) <= 2*tick {
		return later(next, d.resume[s.ID])
	}
	if regular := d.Next(s, now); regular.Sub(now) <= 2*spread {
		return d.wait(s, regular) // its own time comes as soon as its place would
	}
	return d.wait(s, place(s.ID, now, n))
}

// place is where a source waits among n that are visited for the first time, or again
// after a time in which nobody did.
func place(id string, now time.Time, n int) time.Time {
	return now.Add(source.Offset(id, min(spread, time.Duration(n)*5*time.Second)))
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

// turn is how long the sources of one lane are visited before the others have theirs.
const turn = time.Minute

// drive visits the sources of a lane that are due, one after the other. It stops the
// daemon only where going on makes no sense.
func (d *Daemon) drive(ctx context.Context, name string) {
	d.mu.Lock()
	r, queue := d.roster, d.queues[name]
	delete(d.queues, name)
	d.mu.Unlock()
	if queue == nil {
		queue = r.lanes[name] // another process looked
	}
	for start := d.Now(); len(queue) > 0 && d.Now().Sub(start) < turn; queue = queue[1:] {
		s, err := d.due(ctx, r, queue[0])
		if err != nil {
			d.unanswered(ctx, err)
			return
		}
		if s != nil && !d.visit(ctx, s) {
			return
		}
	}
}

// due returns a source if it is still to be visited, nil where it is not: another process
// may have done it meanwhile.
func (d *Daemon) due(ctx context.Context, r *roster, id string) (*source.Source, error) {
	now := d.Now()
	due, err := d.Store.DueOf(ctx, now, []string{id})
	if err != nil || len(due) == 0 {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s := r.byID[id]
	if s == nil || d.at(s, due[0].At, now, len(r.byID)).After(now) {
		return nil, nil
	}
	return s, nil
}

// visit visits a source and reports whether others may follow.
func (d *Daemon) visit(ctx context.Context, s *source.Source) bool {
	select {
	case d.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	r, err := d.Visit(ctx, s)
	<-d.slots
	d.note(ctx, s, r, err)
	if errors.Is(err, store.ErrReplaced) {
		d.stop(err)
		return false
	}
	return ctx.Err() == nil
}

// nudge has the loop look again.
func (d *Daemon) nudge() {
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
	d.sayOutage(d.outage.note(s.Host(), poll.Offline(r.Poll), d.roster.hosts))
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

func fatal(cause error) error {
	for _, harmless := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(cause, harmless) {
			return nil
		}
	}
	return cause
}
