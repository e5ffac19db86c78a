package delivery

import (
	"context"
	"fmt"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// alertFor is how long a message may be tried that tells at once; then the digest tells it.
const alertFor = 6 * time.Hour

// alertedBy returns what was told at once by reader.
func alertedBy(all []store.Told) map[int64][]digest.Alerted {
	by := map[int64][]digest.Alerted{}
	for _, t := range all {
		by[t.Subscriber] = append(
			by[t.Subscriber],
			digest.Alerted{UID: t.UID, Upto: t.Upto},
		)
	}
	return by
}

// Alert plans what readers who asked for it are told at once: what is near and was
// cancelled, put off or moved. No digest tells it again. It returns how many messages
// there are.
func (o *Sender) Alert(ctx context.Context) (int, error) {
	now := o.Now()
	state, err := o.state(ctx, now)
	if err != nil {
		return 0, err
	}
	last, err := o.Store.LastChange(ctx)
	if err != nil {
		return 0, err
	}
	readers, err := o.Store.UrgentReaders(ctx, last)
	readers = slices.DeleteFunc(readers, func(s subscriber.Subscriber) bool {
		return s.Paused(event.DateOf(now.In(event.Zone(s.Zone))))
	})
	if err != nil || len(readers) == 0 {
		return 0, err
	}
	p, err := o.planning(ctx, now, state)
	if err != nil {
		return 0, err
	}
	return o.Store.PlanUrgent(ctx, p.urgency(readers))
}

// urgency makes what readers are told at once, each sort of reader once.
func (p *planning) urgency(readers []subscriber.Subscriber) store.Urgency {
	u := store.Urgency{Now: p.now, Expires: p.now.Add(alertFor), Upto: p.upto}
	made := map[digest.Reader]store.Urgent{}
	for _, s := range readers {
		day := event.DateOf(p.now.In(event.Zone(s.Zone)))
		r := p.reader(s, day)
		one, known := made[r]
		if !known {
			one = p.urgent(r, &u)
			made[r] = one
		}
		one.Subscriber, one.Day, one.Told = s, day, len(p.told[s.ID])
		one.MessageID = p.secret.OtherID(
			fmt.Sprintf("alert %d %d", s.ID, p.upto),
			p.sender.domain(),
		)
		u.Readers = append(u.Readers, one)
	}
	return u
}

// urgent makes what one sort of reader is told. A filter that does not parse is told to
// the operator by the digest.
func (p *planning) urgent(r digest.Reader, u *store.Urgency) store.Urgent {
	d, body, err := p.planner.Urgent(r)
	if err != nil || d.Empty() {
		return store.Urgent{Body: -1}
	}
	u.Bodies = append(u.Bodies, bodyOf(body))
	return store.Urgent{Body: len(u.Bodies) - 1, UIDs: d.UIDs()}
}

// bodyOf returns a body as the outbox keeps it.
func bodyOf(b digest.Body) store.Body {
	return store.Body{
		Subject: b.Subject,
		Lang:    b.Lang,
		Leave:   b.Leave,
		Own:     b.Own,
		Text:    b.Text,
		HTML:    b.HTML,
	}
}
