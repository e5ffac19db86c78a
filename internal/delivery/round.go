package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"koyomi/internal/backoff"
	"koyomi/internal/daemon"
)

// A Round is the daemon's: each minute it plans what is due and sends what waits.
type Round struct {
	// Sender returns the one of now; after a reload it may be another. nil sends no mail.
	Sender func() *Sender
	Now    func() time.Time
	Log    *slog.Logger

	sender *Sender
	// began is when this process made its first round, told what went wrong in the last.
	began time.Time
	told  string
	memory
	// sum is what was sent since that was last logged, which is at most once in an
	// hour: readers set it off by asking.
	sum    Tally
	logged time.Time
}

// A memory is what the next round is to know, whichever process makes it.
type memory struct {
	// Last is when the round before ended.
	Last time.Time `json:"last,omitzero"`
	// Resume is when sending is tried again after the server did not take mail,
	// Failures how many rounds in a row that was.
	Resume   time.Time `json:"resume,omitzero"`
	Failures int       `json:"failures,omitempty"`
	// Suspect is set from when the server turned everything down until it takes
	// something.
	Suspect bool `json:"suspect,omitempty"`
	// Looked is when dead sources were looked for, Tidied when old messages were
	// forgotten.
	Looked time.Time `json:"looked,omitzero"`
	Tidied time.Time `json:"tidied,omitzero"`
	// Collected is when the mailbox was read.
	Collected time.Time `json:"collected,omitzero"`
}

// The distances of what is done now and then.
const (
	lookEvery = time.Hour
	tidyEvery = 24 * time.Hour
)

// Duty has rounds made by one process of all on a database, which lanes says: by this one
// where here is set. wake begins a round before its minute.
func (r *Round) Duty(
	lanes func(queue string, parallel int) daemon.Lanes,
	here bool,
	wake <-chan struct{},
) *daemon.Duty {
	parallel := 0
	if here {
		parallel = 1
	}
	return &daemon.Duty{
		Name:  "mail",
		Lanes: lanes("mail", parallel),
		// What is planned and sent is fenced in its own rows, message by message.
		Do: func(ctx context.Context, left string, _ func(context.Context) error) (string, error) {
			return r.Do(ctx, left)
		},
		Next: Next,
		Wake: wake,
	}
}

// Do makes one round with what the one before left, and returns what the next is to know.
func (r *Round) Do(ctx context.Context, left string) (string, error) {
	if left != "" {
		if err := json.Unmarshal([]byte(left), &r.memory); err != nil {
			r.memory = memory{} // another koyomi's: nothing depends on it but some patience
		}
	}
	err := r.once(ctx)
	r.Last = r.Now()
	kept, bad := json.Marshal(r.memory)
	return string(kept), errors.Join(err, bad)
}

// Next is when the round after one is due: with the next minute.
func Next(now time.Time, _ int) time.Time {
	return now.Truncate(time.Minute).Add(time.Minute)
}

// once makes one round and returns what ended it.
func (r *Round) once(ctx context.Context) error {
	o := r.Sender()
	if o != r.sender {
		if r.sender != nil {
			r.Resume, r.Failures = time.Time{}, 0 // the settings may be others
		}
		r.sender = o
	}
	now := r.Now()
	if r.began.IsZero() {
		r.began = now
	}
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
// last round: then one is left out, so that a clock set wrong can be set right. That
// koyomi did not run is no jump.
func (r *Round) jumped(now time.Time) bool {
	if r.Last.Before(r.began) || now.Sub(r.Last) <= slack {
		return false
	}
	r.Log.Warn(
		"the clock has jumped forward, or this machine slept; the daily mail waits for a minute",
		"from",
		r.Last,
		"to",
		now,
	)
	return true
}

func (r *Round) work(ctx context.Context, o *Sender, now time.Time) error {
	for _, step := range []func(context.Context, *Sender, time.Time) error{r.look, r.collect, r.plan, r.alert, r.send, r.tidy} {
		if err := step(ctx, o, now); err != nil {
			return err
		}
	}
	return nil
}

// plan plans what is due.
func (r *Round) plan(ctx context.Context, o *Sender, _ time.Time) error {
	planned, err := o.Plan(ctx)
	if planned.Messages+planned.Failed > 0 {
		r.Log.Info(
			"digests are planned",
			"messages",
			planned.Messages,
			"nothing_to_tell",
			planned.Nothing,
			"failed",
			planned.Failed,
		)
	}
	return err
}

// alert plans what is told at once.
func (r *Round) alert(ctx context.Context, o *Sender, _ time.Time) error {
	messages, err := o.Alert(ctx)
	if messages > 0 {
		r.Log.Info("what is near is told at once", "messages", messages)
	}
	return err
}

// send sends what waits, unless the server is left alone for now.
func (r *Round) send(ctx context.Context, o *Sender, now time.Time) error {
	if rests := now.Before(r.Resume) && r.Resume.Sub(now) <= slack; rests {
		return nil
	}
	tally, err := o.send(ctx, r.Suspect)
	if err != nil {
		return err
	}
	return r.conclude(ctx, o, tally)
}

// tidy forgets what is over, now and then.
func (r *Round) tidy(ctx context.Context, o *Sender, now time.Time) error {
	if now.Sub(r.Tidied).Abs() < tidyEvery {
		return nil
	}
	r.Tidied = now
	return o.Store.Tidy(ctx, now.Add(-keepMessages))
}

// look reports to the operator what went wrong, now and then.
func (r *Round) look(ctx context.Context, o *Sender, now time.Time) error {
	if now.Sub(r.Looked).Abs() < lookEvery {
		return nil
	}
	if err := o.Dead(ctx); err != nil {
		return err
	}
	if err := o.GivenUp(ctx); err != nil {
		return err
	}
	r.Looked = now
	return nil
}

// conclude says what a run of sending brought, and when the next may begin. A server that
// took something is asked again in the next round.
func (r *Round) conclude(ctx context.Context, o *Sender, t Tally) error {
	now := r.Now()
	r.count(t, now)
	if t.Sent > 0 {
		r.Failures, r.Resume, r.Suspect = 0, time.Time{}, false
		return nil
	}
	if t.Stop.Reason == Done {
		return nil
	}
	r.Failures++
	r.Suspect = r.Suspect || t.Stop.Reason == Refusing
	r.Resume = now.Add(pauses[t.Stop.Reason].Wait(r.Failures))
	r.Log.Error(
		"the mail server "+t.Stop.Reason.Says()+"; what waits is tried again later",
		"cause",
		t.Stop.Cause,
		"again",
		r.Resume,
	)
	if r.Failures < passing[t.Stop.Reason] {
		return nil
	}
	state, err := o.state(ctx, now)
	if err != nil {
		return err
	}
	return o.notice(ctx, state, now, serverNotice(t.Stop, now))
}

// count logs what was sent, at most once in an hour and then all of it.
func (r *Round) count(t Tally, now time.Time) {
	r.sum.add(t)
	if r.sum.tried() == 0 || now.Sub(r.logged).Abs() < lookEvery {
		return
	}
	r.Log.Info(
		"mail was sent",
		"sent",
		r.sum.Sent,
		"put_off",
		r.sum.PutOff,
		"refused",
		r.sum.Refused,
		"unknown",
		r.sum.Unknown,
	)
	r.sum, r.logged = Tally{}, now
}

// pauses are how long a server is left alone that took nothing, so many times in a row:
// one that does not let us in is asked at most 3 times in an hour, so that nobody is
// locked out.
var pauses = map[Reason]backoff.Policy{
	Away:     {First: 2 * time.Minute, Most: 30 * time.Minute},
	Busy:     {First: time.Minute, Most: 30 * time.Minute},
	Login:    {First: 20 * time.Minute, Most: slack},
	Refusing: {First: 5 * time.Minute, Most: slack},
}

// passing is from how many times on the operator is told: less passes, mostly.
var passing = map[Reason]int{Away: 3, Busy: 5}
