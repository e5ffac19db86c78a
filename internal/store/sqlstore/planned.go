package sqlstore

import (
	"fmt"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// planned keeps the bodies and plans for each reader at a moment; it returns for how many
// there was something to plan.
func planned[R any](
	t *Tx,
	at time.Time,
	bodies []store.Body,
	readers []R,
	plan func(r R, now any, ids []int64) (done bool, err error),
) (messages int, err error) {
	now, err := nanos(at)
	if err != nil {
		return 0, err
	}
	ids := make([]int64, len(bodies))
	for i, b := range bodies {
		if ids[i], err = t.body(b); err != nil {
			return 0, err
		}
	}
	for _, r := range readers {
		done, err := plan(r, now, ids)
		if err != nil {
			return 0, err
		}
		if done {
			messages++
		}
	}
	return messages, t.saw(now)
}

// addressed says for whom planning failed.
func addressed(err error, s subscriber.Subscriber) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("for %s: %w", s.Address, err)
}
