package delivery

import (
	"context"
	"log/slog"
	"time"
)

// A Round is the daemon's: each minute it plans what is due and sends what waits.
type Round struct {
	// Sender returns the one of now; after a reload it may be another. nil sends no mail.
	Sender func() *Sender
	Now    func() time.Time
	Log    *slog.Logger
	// Wake begins a round before its minute; nil never does.
	Wake <-chan struct{}

	sender *Sender
	// last is when the round before ended, told what went wrong in it.
	last time.Time
	told string
	// resume is when sending is tried again after the server did not take mail,
	// failures how many rounds in a row that was.
	resume   time.Time
	failures int
	// looked is when dead sources were looked for, tidied when old messages were
	// forgotten.
	looked, tidied time.Time
}

// The distances of what is done now and then.
const (
	lookEvery = time.Hour
	tidyEvery = 24 * time.Hour
)

// Run makes rounds until ctx ends, and returns nil then; any other return is a database
// that cannot be worked with any more.
func (r *Round) Run(ctx context.Context) error {
	for {
		if err := r.once(ctx); fatal(err) {
			return err
		}
		now := r.Now()
		r.last = now
		select {
		case <-ctx.Done():
			return nil
		case <-r.Wake:
		case <-time.After(now.Truncate(time.Minute).Add(time.Minute).Sub(now)):
		}
	}
}

// once makes one round and gives what ended it.
func (r *Round) once(ctx context.Context) error {
	o := r.Sender()
	if o != r.sender {
		r.sender, r.resume, r.failures = o, time.Time{}, 0
	}
	now := r.Now()
	if o == nil || r.jumped(now) {
		return nil
	}
	err := r.work(ctx, o, now)
	switch {
	case ctx.Err() != nil:
	case err == nil:
		r.told = ""
	case err.Error() != r.told: // the same is not said each minute
		r.told = err.Error()
		r.Log.Error("the daily mail waits; it is tried again each minute", "error", err)
	}
	return err
}

// jumped reports whether the clock was set forward, or the machine slept, since the
// last round: then one is left out, so that a clock set wrong can be set right.
func (r *Round) jumped(now time.Time) bool {
	if r.last.IsZero() || now.Sub(r.last) <= slack {
		return false
	}
	r.Log.Warn("the clock has jumped forward, or this machine slept; the daily mail waits for a minute", "from", r.last, "to", now)
	return true
}

func (r *Round) work(ctx context.Context, o *Sender, now time.Time) error {
	if now.Sub(r.looked).Abs() >= lookEvery {
		if err := o.Dead(ctx); err != nil {
			return err
		}
		r.looked = now
	}
	planned, err := o.Plan(ctx)
	if err != nil {
		return err
	}
	if planned.Messages > 0 || planned.Failed > 0 {
		r.Log.Info("digests are planned", "messages", planned.Messages, "nothing_to_tell", planned.Nothing, "failed", planned.Failed)
	}
	if now.Before(r.resume) && r.resume.Sub(now) <= slack {
		return nil
	}
	tally, err := o.Send(ctx)
	if err != nil {
		return err
	}
	if err := r.conclude(ctx, o, tally); err != nil {
		return err
	}
	if now.Sub(r.tidied).Abs() < tidyEvery {
		return nil
	}
	r.tidied = now
	return o.Store.Tidy(ctx, now.Add(-keepMessages))
}

// conclude says what a run of sending brought, and when the next may begin.
func (r *Round) conclude(ctx context.Context, o *Sender, t Tally) error {
	if t.Sent+t.Refused+t.PutOff+t.Unknown > 0 {
		r.Log.Info("mail was sent", "sent", t.Sent, "put_off", t.PutOff, "refused", t.Refused, "unknown", t.Unknown)
	}
	if t.Stop.Reason == Done {
		if t.Sent > 0 {
			r.failures = 0
		}
		return nil
	}
	r.failures++
	now := r.Now()
	r.resume = now.Add(pause(t.Stop.Reason, r.failures))
	r.Log.Error("the mail server "+t.Stop.Reason.Says()+"; what waits is tried again later", "cause", t.Stop.Cause, "again", r.resume)
	if t.Stop.Reason == Away && r.failures < 3 || t.Stop.Reason == Busy && r.failures < 5 {
		return nil // that passes, mostly
	}
	state, err := o.state(ctx, now)
	if err != nil {
		return err
	}
	return o.notice(ctx, state, now, serverNotice(t.Stop, now))
}

// pause is how long a server is left alone that did not take mail so many times: one
// that is away is asked at most 12 times in an hour, one that does not let us in at
// most 3 times, so that nobody is locked out.
func pause(why Reason, failures int) time.Duration {
	switch why {
	case Login:
		return min(time.Duration(failures)*20*time.Minute, slack)
	case Refusing:
		return slack
	}
	return min(time.Duration(failures)*5*time.Minute, 30*time.Minute)
}
