package deploy

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"koyomi/internal/daemon"
	"koyomi/internal/store/storetest"
)

// TestPublisher: the site is written at the start and after changes, not more often than
// asked for, and a failure is tried again, later each time.
func TestPublisher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var mu sync.Mutex // of all that follows
		state, broken := "1", false
		var writes, tries []time.Duration
		locked := func(do func()) {
			mu.Lock()
			defer mu.Unlock()
			do()
		}
		p := Publisher{
			Every: 15 * time.Minute,
			State: func(context.Context) (string, error) {
				mu.Lock()
				defer mu.Unlock()
				return state, nil
			},
			Write: func(context.Context, func(context.Context) error) (Counts, error) {
				mu.Lock()
				defer mu.Unlock()
				tries = append(tries, time.Since(began).Round(time.Minute))
				if broken {
					return Counts{}, errors.New("no space")
				}
				writes = append(writes, time.Since(began).Round(time.Minute))
				return Counts{}, nil
			},
			Log: slog.New(slog.DiscardHandler),
		}
		ended := make(chan error)
		duties := daemon.Duties{
			All:   []*daemon.Duty{{Name: "publish", Needed: p.Needed, Do: p.Do, Next: p.Next}},
			Store: &storetest.Duties{}, Now: time.Now, Log: p.Log,
		}
		go func() { ended <- duties.Run(ctx) }()
		time.Sleep(5 * time.Minute)
		locked(func() { state = "2" }) // waits until 15 minutes are over
		time.Sleep(time.Hour)
		locked(func() { state = "3" }) // at once
		time.Sleep(time.Hour)
		locked(func() {
			if want := []time.Duration{0, 15 * time.Minute, 65 * time.Minute}; !slices.Equal(writes, want) {
				t.Errorf("written at %v, want %v", writes, want)
			}
			tries, broken, state = nil, true, "4"
		})
		time.Sleep(8 * time.Minute)
		locked(func() {
			if len(tries) != 4 {
				t.Errorf("tried at %v, want four times: after 0, 1, 3 and 7 minutes", tries)
			}
			broken = false
		})
		time.Sleep(time.Hour)
		locked(func() {
			if len(writes) != 4 {
				t.Errorf("written at %v, want a fourth time once it works", writes)
			}
		})
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
