package delivery

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// atOnce is how many readers are planned for in one transaction.
const atOnce = 2000

// Planned counts what a planning brought, in readers.
type Planned struct {
	// Messages were written; Nothing had nothing to be told; Failed are those whose
	// digest could not be made.
	Messages, Nothing, Failed int
}

// Plan plans the digests whose hour has come: of each reader the one of the reader's
// local date, once, however often it is asked. A reader whose digest cannot be made
// is left to the next date, and the operator is told; the others are not kept waiting.
// An error leaves what was planned before it.
func (o *Sender) Plan(ctx context.Context) (Planned, error) {
	now := o.Now()
	state, err := o.state(ctx, now)
	if err != nil {
		return Planned{}, err
	}
	var p Planned
	err = o.walk(ctx, now, state, func(b batch) error {
		for _, f := range b.failed {
			o.Log.Error(
				"a digest could not be made; the others are",
				"filter",
				f.reader.Query,
				"readers",
				len(f.readers),
				"error",
				f.err,
			)
			if err := o.notice(ctx, state, now, filterNotice(f, b.Day)); err != nil {
				return err
			}
			p.Failed += len(f.readers)
		}
		messages, err := o.Store.Plan(ctx, b.Planning)
		p.Messages += messages
		p.Nothing += b.nothing
		return err
	})
	return p, err
}

// A Draft is a digest that would be planned.
type Draft struct {
	To      subscriber.Address
	Day     event.Date
	Subject string
	// Cause is why it cannot be made, "" where it can.
	Cause string
}

// Drafts returns the digests that Plan would plan, and writes nothing.
func (o *Sender) Drafts(ctx context.Context) ([]Draft, error) {
	now := o.Now()
	state, err := o.state(ctx, now)
	if err != nil {
		return nil, err
	}
	var all []Draft
	err = o.walk(ctx, now, state, func(b batch) error {
		for _, r := range b.Readers {
			if r.Body >= 0 {
				all = append(all, Draft{
					To:      r.Subscriber.Address,
					Day:     b.Day,
					Subject: b.Bodies[r.Body].Subject,
				})
			}
		}
		for _, f := range b.failed {
			for _, s := range f.readers {
				all = append(all, Draft{
					To:    s.Address,
					Day:   b.Day,
					Cause: f.err.Error(),
				})
			}
		}
		return nil
	})
	return all, err
}

// A batch is what is planned in one transaction.
type batch struct {
	store.Planning
	nothing int
	failed  []failure
}

// A failure is a sort of reader whose digest cannot be made.
type failure struct {
	reader  digest.Reader
	readers []subscriber.Subscriber
	err     error
}

// walk makes the digests that are due at a moment and hands them on in batches. What
// was due before the database was restored is not: it may have been sent then.
func (o *Sender) walk(
	ctx context.Context,
	now time.Time,
	state store.MailState,
	put func(batch) error,
) error {
	hours, err := o.Store.Hours(ctx)
	if err != nil {
		return err
	}
	var p *planning
	for _, h := range hours {
		day, readers, err := o.due(ctx, h, now, state)
		if err != nil {
			return err
		}
		if len(readers) == 0 {
			continue
		}
		if p == nil {
			p, err = o.planning(ctx, now, state)
		}
		if err != nil {
			return err
		}
		p.begin(day)
		if err := p.plan(ctx, readers, put); err != nil {
			return err
		}
	}
	return nil
}

// due returns the readers of an hour whose digest is due, and its local date.
func (o *Sender) due(
	ctx context.Context,
	h store.Hour,
	now time.Time,
	state store.MailState,
) (event.Date, []subscriber.Subscriber, error) {
	day, at, isDue := digest.Due(h.Minute, event.Zone(h.Zone), now, o.CatchUp)
	if !isDue || at.Before(state.NotBefore) {
		return day, nil, nil
	}
	readers, err := o.Store.Waiting(ctx, h, day, 0, 0)
	return day, slices.DeleteFunc(readers, func(s subscriber.Subscriber) bool {
		return !s.SendsOn(day) || s.Paused(day)
	}), err
}

// A planning makes the digests of one moment.
type planning struct {
	sender  *Sender
	planner *digest.Planner
	secret  subscriber.Secret
	now     time.Time
	upto    int64
	batch   batch
	// told is what readers were told at once since their cursor, by their ID.
	told map[int64][]digest.Alerted
}

// reader returns what shapes a subscriber's digest, with what was told at once.
func (p *planning) reader(s subscriber.Subscriber, day event.Date) digest.Reader {
	r := ReaderOf(s, day)
	r.Alerts = digest.FormatAlerted(p.told[s.ID])
	return r
}

func (o *Sender) planning(
	ctx context.Context,
	now time.Time,
	state store.MailState,
) (*planning, error) {
	cursor, err := o.Store.LeastCursor(ctx)
	switch {
	case err != nil:
		return nil, err
	case cursor < 0:
		cursor = math.MaxInt64 // there are none
	}
	e, upto, err := Edition(ctx, o.Store, o.Publication, now, cursor)
	if err != nil {
		return nil, err
	}
	told, err := o.Store.ToldAtOnce(ctx)
	if err != nil {
		return nil, err
	}
	return &planning{
		told:    alertedBy(told),
		sender:  o,
		planner: e,
		secret:  state.Secret,
		now:     now,
		upto:    upto,
	}, nil
}

// begin begins a batch of a local date.
func (p *planning) begin(day event.Date) {
	p.batch = batch{Planning: store.Planning{
		Now:     p.now,
		Day:     day,
		Upto:    p.upto,
		Expires: p.now.Add(p.sender.MaxAge),
	}}
}

// plan makes the digests of readers who are due on one date, each sort of reader once.
func (p *planning) plan(
	ctx context.Context,
	readers []subscriber.Subscriber,
	put func(batch) error,
) error {
	day := p.batch.Day
	sorts := map[digest.Reader][]subscriber.Subscriber{}
	var order []digest.Reader
	for _, s := range readers {
		r := p.reader(s, day)
		if sorts[r] == nil {
			order = append(order, r)
		}
		sorts[r] = append(sorts[r], s)
	}
	for _, r := range order {
		d, body, err := p.planner.Make(r)
		for same := sorts[r]; len(same) > 0; {
			n := min(len(same), atOnce-len(p.batch.Readers))
			p.add(r, same[:n], d, body, err)
			same = same[n:]
			if len(p.batch.Readers) < atOnce {
				continue
			}
			if err := p.flush(ctx, put); err != nil {
				return err
			}
		}
	}
	return p.flush(ctx, put)
}

// add adds readers of one sort to the batch.
func (p *planning) add(
	r digest.Reader,
	same []subscriber.Subscriber,
	d digest.Digest,
	body digest.Body,
	err error,
) {
	one := store.Recipient{Body: -1, Quiet: err != nil || r.First()}
	switch {
	case err != nil:
		p.batch.failed = append(p.batch.failed, failure{
			reader:  r,
			readers: same,
			err:     err,
		})
	case d.Empty():
		p.batch.nothing += len(same)
	default:
		one.Body, one.Quiet = len(p.batch.Bodies), false
		p.batch.Bodies = append(p.batch.Bodies, bodyOf(body))
	}
	for _, s := range same {
		one.Subscriber, one.Told = s, len(p.told[s.ID])
		one.MessageID = p.secret.MessageID(s.ID, p.batch.Day, p.sender.domain())
		p.batch.Readers = append(p.batch.Readers, one)
	}
}

func (p *planning) flush(ctx context.Context, put func(batch) error) error {
	if len(p.batch.Readers) == 0 {
		return ctx.Err()
	}
	full := p.batch
	p.begin(full.Day)
	if err := put(full); err != nil {
		return fmt.Errorf("plan the digests of %s: %w", full.Day, err)
	}
	return ctx.Err()
}

// fatal reports whether the database can be worked with no more.
func fatal(err error) bool { return errors.Is(err, store.ErrReplaced) }
