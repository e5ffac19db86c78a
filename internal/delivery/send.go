package delivery

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

const (
	// handful is how many messages are read from the outbox at once.
	handful = 50
	// lease is how long a message belongs to whoever began to send it; carryWithin,
	// which is less, how long that may take.
	lease       = 20 * time.Minute
	carryWithin = 18 * time.Minute
	// grace is how long the message under way may still take after a stop.
	grace = 6 * time.Second
)

// A Sent is what became of one message.
type Sent struct {
	Message store.Message
	Outcome mail.Outcome
	// State is how it stands now, Next when it is tried again, zero for never.
	State store.MessageState
	Next  time.Time
	// blamed counts a refusal against the reader.
	blamed bool
}

// A Tally is what a run of sending brought, in messages.
type Tally struct {
	// Sent were accepted; Refused turned down; PutOff are tried again; Unknown may
	// have arrived.
	Sent, Refused, PutOff, Unknown int
	// Stop is why the run ended before all were tried, zero where it did not.
	Stop Stop
}

// Attention reports whether a person should look at it.
func (t Tally) Attention() bool {
	return t.tried() > t.Sent || t.Stop.Reason != Done
}

// tried counts the messages.
func (t Tally) tried() int { return t.Sent + t.Refused + t.PutOff + t.Unknown }

// add adds the messages of another run.
func (t *Tally) add(other Tally) {
	t.Sent += other.Sent
	t.Refused += other.Refused
	t.PutOff += other.PutOff
	t.Unknown += other.Unknown
}

// A Stop is why a run ended early.
type Stop struct {
	Reason Reason
	Code   int
	Cause  string
}

// A Reason is what the server does.
type Reason string

// The reasons.
const (
	Done Reason = ""
	// Away cannot be reached, or breaks off; Login is a user that it does not let in.
	Away  Reason = "away"
	Login Reason = "login"
	// Busy puts off whatever it is given; Refusing turns it down.
	Busy     Reason = "busy"
	Refusing Reason = "refusing"
)

// Says tells of the server in a few words.
func (r Reason) Says() string {
	return map[Reason]string{
		Away:     "cannot be reached",
		Login:    "does not let koyomi in",
		Busy:     "puts off what it is given",
		Refusing: "turns down what it is given",
	}[r]
}

// A run is one run of sending.
type run struct {
	*Sender
	by        string
	secret    subscriber.Secret
	transport Transport
	tally     Tally
	tried     map[int64]int
	// against is what speaks against the server since a message was accepted; unsent
	// counts the messages in a row that were not tried.
	against, unsent int
	// behind were put off since one was accepted.
	behind []Sent
	// doubted were turned down since one was accepted. Whether that was their doing
	// shows only when another is.
	doubted []Sent
}

// Send sends what waits and is due, one message after the other, and notes what became
// of each before it goes on to the next. It ends when there is none left, when the
// server does not take mail, or soon after ctx does: the message under way is finished
// within 6 seconds, or is unknown. An error is the database's.
func (o *Sender) Send(ctx context.Context) (Tally, error) { return o.send(ctx, false) }

// send is Send; suspect says that the server turned everything down before, so that no
// address is blamed unless something is accepted.
func (o *Sender) send(ctx context.Context, suspect bool) (Tally, error) {
	state, err := o.state(ctx, o.Now())
	if err != nil {
		return Tally{}, err
	}
	r := &run{
		Sender: o,
		by:     rand.Text(),
		secret: state.Secret,
		tried:  map[int64]int{},
	}
	defer r.close()
	err = r.all(ctx)
	if ctx.Err() != nil {
		r.tally.Stop = Stop{} // it was stopped from here
		return r.tally, err
	}
	if err == nil && !suspect {
		err = r.judge(ctx)
	}
	return r.tally, err
}

func (r *run) close() {
	if r.transport == nil {
		return
	}
	if err := r.transport.Close(); err != nil {
		r.Log.Debug("the mail server did not take leave", "error", err)
	}
}

// all sends until nothing is left, or the run is to end.
func (r *run) all(ctx context.Context) error {
	for !r.over(ctx) {
		messages, err := r.Store.Ready(ctx, r.Now(), handful)
		if err != nil {
			return unlessOver(ctx, err)
		}
		went := false
		for _, l := range messages {
			if r.over(ctx) {
				return nil
			}
			if r.tried[l.ID]++; r.tried[l.ID] > 2 {
				continue
			}
			went = true
			if err := r.one(ctx, l); err != nil {
				return unlessOver(ctx, err)
			}
		}
		if !went {
			return nil
		}
	}
	return nil
}

// over reports whether no other message is to be sent in this run.
func (r *run) over(
	ctx context.Context,
) bool {
	return ctx.Err() != nil || r.tally.Stop.Reason != Done
}

// unlessOver returns err, except what the end of ctx brings about.
func unlessOver(ctx context.Context, err error) error {
	if over := ctx.Err(); over == nil || !errors.Is(err, over) {
		return err
	}
	return nil
}

// one sends one message, unless another has it by now.
func (r *run) one(ctx context.Context, l store.Message) error {
	if l.State == store.Unknown && !r.Resend {
		r.tally.Unknown++
		return r.settle(ctx, Sent{
			Message: l,
			State:   store.Unknown,
			Outcome: mail.Outcome{
				Result: mail.Unknown,
				Cause:  l.Cause,
			},
		}, "")
	}
	bytes := l.Bytes
	if bytes == nil {
		var err error
		if bytes, err = r.compose(l, r.secret); err != nil {
			return r.spoilt(ctx, l, err)
		}
	}
	now := r.Now()
	fixed, err := r.Store.Begin(ctx, l.ID, r.by, now, now.Add(lease), bytes)
	switch {
	case errors.Is(err, store.ErrStale):
		return nil
	case err != nil:
		return err
	}
	if r.transport == nil {
		r.transport = r.Open()
	}
	return r.note(ctx, l, r.carry(ctx, r.returnPath(l, r.secret), l.To.Wire(), fixed))
}

// carry hands a message to the transport, with a moment's grace when ctx ends.
func (r *run) carry(ctx context.Context, from, to string, message []byte) mail.Outcome {
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), carryWithin)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	defer stop()
	return r.transport.Deliver(whole, from, to, message)
}

// spoilt closes a message that cannot be written.
func (r *run) spoilt(ctx context.Context, l store.Message, cause error) error {
	r.Log.Error(
		"a message could not be written; the others are sent",
		"to",
		l.To,
		"error",
		cause,
	)
	s := Sent{
		Message: l,
		State:   store.Failed,
		Outcome: mail.Outcome{Cause: cause.Error()},
	}
	r.tally.Refused++
	return r.settle(ctx, s, "")
}

// settle notes what became of a message and tells of it. Where that cannot be written
// it is tried until it can, or ctx is over: what was sent must not be sent again, and
// nothing else is sent meanwhile.
func (r *run) settle(ctx context.Context, s Sent, by string) error {
	l := s.Message
	what := store.Settlement{
		ID:         l.ID,
		By:         by,
		Now:        r.Now(),
		State:      s.State,
		Next:       s.Next,
		Attempts:   l.Attempts,
		Unanswered: l.Unanswered,
		Cause:      s.Outcome.Cause,
		Refused:    s.blamed,
	}
	for told := false; ; told = true {
		err := r.Store.Settle(context.WithoutCancel(ctx), what)
		switch {
		case errors.Is(err, store.ErrStale):
			if by != "" {
				r.Log.Warn(
					"a message was taken over by another koyomi while it was being sent",
					"to",
					l.To,
					"message",
					l.MessageID,
				)
			}
			return nil
		case err == nil:
			if r.Report != nil {
				r.Report(s)
			}
			return nil
		case fatal(err), ctx.Err() != nil:
			return err
		case !told:
			r.Log.Error(
				"what became of a message cannot be written down; nothing more is sent until it can",
				"to",
				l.To,
				"state",
				s.State,
				"error",
				err,
			)
		}
		if !sleep(ctx, settleAgain) {
			return err
		}
	}
}

// settleAgain is how long to wait before writing again what could not be written.
const settleAgain = 5 * time.Second

// sleep waits, and reports whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
