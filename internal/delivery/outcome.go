package delivery

import (
	"context"
	"hash/fnv"
	"regexp"
	"strconv"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/store"
)

// steps are the waits before a message is tried again that was put off so many times
// (RFC 5321 section 4.5.4.1 asks for half an hour; a greylisting server lets it pass
// after minutes).
var steps = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
}

// The waits after other outcomes: for an answer that may be missing, and before one
// that was turned down is tried again.
const (
	unknownWait = 15 * time.Minute
	refusedWait = time.Hour
)

// after returns the wait before a message is tried again, within a fifth of d: many that
// were put off at once do not come back at once. It is the same for the same message.
func after(d time.Duration, l store.Message) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(l.MessageID + " " + strconv.Itoa(l.Attempts)))
	return d*8/10 + d*4/10*time.Duration(h.Sum32()%1000)/1000
}

// backOff returns the wait after so many attempts.
func backOff(attempts int) time.Duration { return steps[min(max(attempts, 1), len(steps))-1] }

// note draws the conclusions from an outcome.
func (r *run) note(ctx context.Context, l store.Message, out mail.Outcome) error {
	if l.State == store.Unknown && l.Unanswered == 0 {
		l.Unanswered = 1 // whoever sent it died before the answer
	}
	s := Sent{Message: l, Outcome: out}
	now := r.Now()
	r.row++
	if out.Result != mail.Unsent {
		r.unsent = 0
	}
	switch out.Result {
	case mail.Accepted:
		return r.accepted(ctx, s)
	case mail.Unknown:
		return r.unknown(ctx, s, now)
	case mail.Unsent:
		return r.notTried(ctx, s, now)
	case mail.RefusedRecipient, mail.RefusedMessage:
		return r.refused(ctx, s, now)
	}
	s.Message.Attempts++
	s.State, s.Next = store.Retry, now.Add(after(backOff(s.Message.Attempts), s.Message))
	r.tally.PutOff++
	r.stopAt(enough, Busy, out)
	return r.settle(ctx, s, r.by)
}

// stopAt ends the run where so many in a row were not accepted.
func (r *run) stopAt(row int, why Reason, out mail.Outcome) {
	if r.row >= row {
		r.tally.Stop = Stop{Reason: why, Code: out.Code, Cause: out.Cause}
	}
}

// accepted closes a message: the server has it. Those that were turned down before are
// so for their own sake.
func (r *run) accepted(ctx context.Context, s Sent) error {
	r.row = 0
	s.State = store.Sent
	s.Outcome.Cause = ""
	r.tally.Sent++
	if err := r.settle(ctx, s, r.by); err != nil {
		return err
	}
	doubted := r.doubted
	r.doubted = nil
	for _, d := range doubted {
		if err := r.believe(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// unknown sends a message once more, or leaves it at that. Two servers' worth of
// silence in a row end the run: each costs minutes.
func (r *run) unknown(ctx context.Context, s Sent, now time.Time) error {
	s.State = store.Unknown
	s.Message.Unanswered++
	if r.Resend && s.Message.Unanswered < 2 {
		s.Next = now.Add(after(unknownWait, s.Message))
	}
	r.tally.Unknown++
	r.stopAt(2, Away, s.Outcome)
	return r.settle(ctx, s, r.by)
}

// notTried leaves a message as it was. A server that only closed a connection which
// had been used for a while is asked once more.
func (r *run) notTried(ctx context.Context, s Sent, now time.Time) error {
	r.row--
	r.unsent++
	s.State, s.Next = s.Message.State, now
	if r.unsent > 1 || s.Outcome.Code != 421 {
		why := Away
		if isLogin(s.Outcome.Code) {
			why = Login
		}
		r.tally.Stop = Stop{Reason: why, Code: s.Outcome.Code, Cause: s.Outcome.Cause}
		r.tally.PutOff++
	} else {
		r.tried[s.Message.ID]--
	}
	return r.settle(ctx, s, r.by)
}

// isLogin reports whether a reply turns down a user (RFC 4954 section 6).
func isLogin(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// addressing is an enhanced status that tells of the address itself (RFC 3463
// section 3.2), whatever became of other messages.
var addressing = regexp.MustCompile(`(?:^|\D)5\.1\.\d{1,3}(?:\D|$)`)

// refused puts a message aside that was turned down, until it shows whose doing it was:
// a server that turns down all has something against us, and no reader is blamed.
func (r *run) refused(ctx context.Context, s Sent, now time.Time) error {
	if s.Outcome.Result == mail.RefusedRecipient && addressing.MatchString(s.Outcome.Cause) {
		r.row--
		s.State = store.Failed
		r.tally.Refused++
		return r.settle(ctx, s, r.by)
	}
	s.Message.Attempts++
	s.State, s.Next = store.Retry, now.Add(after(max(refusedWait, backOff(s.Message.Attempts)), s.Message))
	r.tally.PutOff++
	r.doubted = append(r.doubted, s)
	r.stopAt(enough, Refusing, s.Outcome)
	return r.settle(ctx, s, r.by)
}

// judge ends a run: fewer than five were turned down and none was accepted since. An
// address is believed to be wrong then, a message is tried again.
func (r *run) judge(ctx context.Context) error {
	if r.tally.Stop.Reason != Done {
		return nil
	}
	for _, d := range r.doubted {
		if d.Outcome.Result != mail.RefusedRecipient {
			continue
		}
		if err := r.believe(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// believe closes a message that was turned down for its own sake.
func (r *run) believe(ctx context.Context, s Sent) error {
	s.State, s.Next = store.Failed, time.Time{}
	r.tally.PutOff--
	r.tally.Refused++
	return r.settle(ctx, s, "")
}
