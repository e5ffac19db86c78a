package daemon

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"koyomi/internal/store/storetest"
)

// shared are lanes on which several daemons work, one at a time.
type shared struct {
	mu *sync.Mutex
	goroutines
}

func (s *shared) Start(ctx context.Context, drive func(context.Context, string), free func()) error {
	return s.goroutines.Start(ctx, func(ctx context.Context, lane string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		drive(ctx, lane)
	}, free)
}

// TestDuties: of several processes one does what is due, each time once; a failure is
// tried again as the duty says, and what is known comes along.
func TestDuties(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		memory, began := &storetest.Duties{}, time.Now()
		var mu, inTurn sync.Mutex
		var done []time.Duration
		wake := make(chan struct{}, 1)
		one := func(wake <-chan struct{}) *Duties {
			return &Duties{Store: memory, Now: time.Now, Log: slog.New(slog.DiscardHandler), All: []*Duty{{
				Name: "count", Wake: wake, Lanes: &shared{mu: &inTurn},
				Next: func(now time.Time, failures int) time.Time {
					return now.Add(time.Hour - time.Duration(failures)*50*time.Minute)
				},
				Do: func(_ context.Context, left string, _ func(context.Context) error) (string, error) {
					mu.Lock()
					defer mu.Unlock()
					done = append(done, time.Since(began).Round(time.Minute))
					if len(done) == 2 {
						return left, errors.New("once")
					}
					return left + "x", nil
				},
			}}}
		}
		var all sync.WaitGroup
		for i := range 4 {
			d := one(nil)
			if i == 0 {
				d = one(wake)
			}
			all.Go(func() {
				if err := d.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(100 * time.Minute)
		wake <- struct{}{}
		time.Sleep(2 * time.Minute)
		cancel()
		all.Wait()
		want := []time.Duration{0, time.Hour, 70 * time.Minute, 100 * time.Minute}
		if len(done) != len(want) {
			t.Fatalf("done at %v, want %v", done, want)
		}
		for i, at := range want {
			if done[i] != at {
				t.Errorf("done at %v, want %v", done, want)
			}
		}
		is, err := memory.Duty(t.Context(), "count")
		if err != nil || is.Memory != "xxx" || is.Failures != 0 {
			t.Errorf("%+v, %v", is, err)
		}
	})
}

// TestATermThatWasTakenOver: whoever stood still and goes on after another has begun is
// told so before the next step, and what it would note is refused.
func TestATermThatWasTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := &storetest.Duties{}
		d := &Duties{Store: memory, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		steps := 0
		k := &keeper{Duties: d, duty: &Duty{
			Name: "publish",
			Next: func(now time.Time, _ int) time.Time { return now.Add(time.Hour) },
			Do: func(ctx context.Context, _ string, held func(context.Context) error) (string, error) {
				for ; steps < 9; steps++ {
					if err := held(ctx); err != nil {
						return "late", err
					}
					if steps == 3 { // it is stopped, and another does it
						time.Sleep(30 * time.Second)
						other, err := memory.BeginDuty(ctx, "publish", time.Now())
						if err != nil {
							t.Error(err)
						}
						other.Memory = "other"
						if err := memory.EndDuty(ctx, other); err != nil {
							t.Error(err)
						}
					}
				}
				return "late", nil
			},
		}}
		k.drive(t.Context(), "publish")
		is, err := memory.Duty(t.Context(), "publish")
		if err != nil || steps != 4 || is.Memory != "other" {
			t.Errorf("%d steps, %+v, %v", steps, is, err)
		}
	})
}
