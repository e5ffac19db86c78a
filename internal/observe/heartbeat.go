package observe

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// A Heartbeat asks an address again and again for as long as all is well: a service that
// listens there raises the alarm when it hears nothing, also when the machine is gone.
type Heartbeat struct {
	// URL is asked by GET.
	URL string
	// Every is how often.
	Every time.Duration
	// Well says whether all is well; an error keeps the address from being asked.
	Well func(ctx context.Context) error
	// Client asks; nil is http.DefaultClient.
	Client *http.Client
	Log    *slog.Logger
}

// Run asks until ctx ends.
func (h *Heartbeat) Run(ctx context.Context) error {
	for {
		if err := h.beat(ctx); err != nil && ctx.Err() == nil {
			h.Log.Warn("heartbeat", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(h.Every):
		}
	}
}

// patience is how long one question may take.
const patience = 20 * time.Second

func (h *Heartbeat) beat(ctx context.Context) error {
	if err := h.Well(ctx); err != nil {
		return fmt.Errorf("not sent: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return err
	}
	client := h.Client
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 4<<10) // its words do not matter
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("the address answered %s", answer.Status)
	}
	return nil
}

// Lively says whether a koyomi does its work: its database answers, and where sources are
// polled, one was within the last Silence.
type Lively struct {
	// Latest returns the moment of the latest poll, the zero time before the first.
	Latest func(ctx context.Context) (time.Time, error)
	Now    func() time.Time
	// Polls reports whether any source is polled here.
	Polls func() bool
}

// Silence is how long no poll at all may end before something is wrong: three times the
// usual interval of one source.
const Silence = 12 * time.Hour

// Well returns what is wrong, nil for nothing.
func (l Lively) Well(ctx context.Context) error {
	latest, err := l.Latest(ctx)
	if err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	silent := l.Now().Sub(latest)
	if l.Polls() && !latest.IsZero() && silent > Silence {
		return fmt.Errorf("no source was polled for %s", silent.Round(time.Minute))
	}
	return nil
}
