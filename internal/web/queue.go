package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"koyomi/internal/store"
)

// queue returns how the outbox fares; false where nobody knows.
func (s *Site) queue(ctx context.Context, now time.Time) (store.Queue, bool, error) {
	if s.mailing == nil || s.mailing.Queue == nil {
		return store.Queue{}, false, nil
	}
	q, err := s.mailing.Queue(ctx, now)
	return q, err == nil, err
}

// mailWords says how the daily mail fares, in one line; "" where there is none.
func (s *Site) mailWords(ctx context.Context) string {
	now := s.now()
	q, known, err := s.queue(ctx, now)
	switch {
	case err != nil:
		return "mail: the outbox does not answer\n"
	case !known:
		return ""
	}
	words := []string{fmt.Sprintf("%d waiting", q.Waiting)}
	if q.Waiting > 0 {
		words = append(
			words,
			fmt.Sprintf("the oldest for %s", now.Sub(q.Oldest).Truncate(time.Minute)),
		)
	}
	words = append(
		words,
		fmt.Sprintf(
			"%d refused, %d expired and %d unanswered within a day",
			q.Refused,
			q.Expired,
			q.Unanswered,
		),
	)
	accepted := "none accepted yet"
	if !q.Accepted.IsZero() {
		accepted = "last accepted at " + q.Accepted.UTC().Format(time.RFC3339)
	}
	return "mail: " + strings.Join(append(words, accepted), ", ") + "\n"
}

// A mailGauge is one figure of the daily mail.
type mailGauge struct {
	figure
	of func(q store.Queue, now time.Time) (float64, bool)
}

func newMailGauge(
	name, help string,
	of func(q store.Queue, now time.Time) (float64, bool),
) mailGauge {
	return mailGauge{newFigure(prometheus.GaugeValue, name, help), of}
}

// mailGauges are the figures of the daily mail; what is not known yet is left out.
var mailGauges = []mailGauge{
	newMailGauge(
		"koyomi_mail_waiting",
		"Mails that wait to be sent.",
		func(q store.Queue, _ time.Time) (float64, bool) { return float64(q.Waiting), true },
	),
	newMailGauge(
		"koyomi_mail_queue_age_seconds",
		"For how long the mail has waited that waits longest.",
		func(q store.Queue, now time.Time) (float64, bool) {
			if q.Waiting == 0 {
				return 0, true
			}
			return now.Sub(q.Oldest).Seconds(), true
		},
	),
	newMailGauge(
		"koyomi_mail_refused",
		"Mails that were refused within a day.",
		func(q store.Queue, _ time.Time) (float64, bool) { return float64(q.Refused), true },
	),
	newMailGauge(
		"koyomi_mail_expired",
		"Mails that were not accepted in time, within a day.",
		func(q store.Queue, _ time.Time) (float64, bool) { return float64(q.Expired), true },
	),
	newMailGauge(
		"koyomi_mail_unanswered",
		"Mails that were never answered for, within a day.",
		func(q store.Queue, _ time.Time) (float64, bool) { return float64(q.Unanswered), true },
	),
	newMailGauge(
		"koyomi_mail_last_accepted_timestamp_seconds",
		"When a mail was last accepted.",
		func(q store.Queue, _ time.Time) (float64, bool) {
			return float64(q.Accepted.Unix()), !q.Accepted.IsZero()
		},
	),
}

// countMail adds how the daily mail fares.
func (s *Site) countMail(ctx context.Context, to *samples, now time.Time) error {
	q, known, err := s.queue(ctx, now)
	if !known {
		return err
	}
	for _, g := range mailGauges {
		if v, known := g.of(q, now); known {
			to.add(g.figure, v)
		}
	}
	return nil
}
