package delivery

import (
	"context"
	"hash/fnv"
	"regexp"
	"strconv"
	"time"

	"koyomi/internal/backoff"
	"koyomi/internal/mail"
	"koyomi/internal/store"
)

// The waits before a message is tried again: one that was put off (a greylisting server
// lets it pass after minutes), one that was turned down, and one whose answer may be
// missing. What a busy server put off after it took others was its doing: that waits
// for the next round.
var (
	putOff  = backoff.Policy{First: time.Minute, Most: 4 * time.Hour}
	refusal = backoff.Policy{First: time.Hour, Most: 4 * time.Hour}
)

const (
	unknownWait = 15 * time.Minute
	busyWait    = 30 * time.Second
)

// contentTries is how often a message is sent whose content is turned down.
const contentTries = 2

// after returns the wait before a message is tried again, within a fifth of d: many that
// were put off at once do not come back at once. It is the same for the same message.
func after(d time.Duration, l store.Message) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(l.MessageID + " " + strconv.Itoa(l.Attempts)))
	return d*8/10 + d*4/10*time.Duration(h.Sum32()%1000)/1000
}

// weights are how much an outcome speaks against the server, and not against the one
// message or mailbox; patience of it in a row ends a run. Silence costs minutes.
var weights = map[mail.Result]int{
	mail.Deferred: 4, mail.DeferredRecipient: 1, mail.Unknown: 10,
	mail.RefusedRecipient: 4, mail.RefusedContent: 4, mail.RefusedMessage: 4,
}

const patience = 20

// weigh counts an outcome, and ends the run where there were enough of them.
func (r *run) weigh(why Reason, out mail.Outcome) {
	if !aboutMailbox(out) {
		r.against += weights[out.Result]
	}
	if r.against >= patience {
		r.tally.Stop = Stop{Reason: why, Code: out.Code, Cause: out.Cause}
	}
}

// mailbox is an enhanced status that tells of the address or the mailbox itself (RFC 3463
// sections 3.2 and 3.3), status any.
var (
	mailbox = regexp.MustCompile(`(?:^|\D)[45]\.[12]\.\d{1,3}(?:\D|$)`)
	status  = regexp.MustCompile(`(?:^|\D)[45]\.\d{1,3}\.\d{1,3}(?:\D|$)`)
)

// fullMailbox are the replies to RCPT that tell of storage (RFC 5321 section 4.2.3).
var fullMailbox = map[int]bool{452: true, 552: true}

// aboutMailbox reports whether an answer to RCPT is about that mailbox alone, whatever
// became of other messages.
func aboutMailbox(out mail.Outcome) bool {
	if out.Result != mail.DeferredRecipient && out.Result != mail.RefusedRecipient {
		return false
	}
	if status.MatchString(out.Cause) {
		return mailbox.MatchString(out.Cause)
	}
	return fullMailbox[out.Code]
}

// conclusions are what is drawn from each outcome.
var conclusions = map[mail.Result]func(*run, context.Context, Sent) error{
	mail.Accepted:          (*run).accepted,
	mail.Unsent:            (*run).notTried,
	mail.Unknown:           (*run).unknown,
	mail.Deferred:          (*run).deferred,
	mail.DeferredRecipient: (*run).deferred,
	mail.RefusedRecipient:  (*run).refused,
	mail.RefusedContent:    (*run).refused,
	mail.RefusedMessage:    (*run).refused,
}

// note draws the conclusions from an outcome.
func (r *run) note(ctx context.Context, l store.Message, out mail.Outcome) error {
	if out.Result != mail.Unsent {
		r.unsent = 0
	}
	return conclusions[out.Result](r, ctx, Sent{Message: l, Outcome: out})
}

// accepted closes a message: the server has it. Those that were turned down before are
// so for their own sake.
func (r *run) accepted(ctx context.Context, s Sent) error {
	r.against, r.behind = 0, nil
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

// unknown sends a message once more, or leaves it at that.
func (r *run) unknown(ctx context.Context, s Sent) error {
	s.State = store.Unknown
	s.Message.Unanswered++
	if r.Resend && s.Message.Unanswered < 2 {
		s.Next = r.Now().Add(after(unknownWait, s.Message))
	}
	r.tally.Unknown++
	r.weigh(Away, s.Outcome)
	return r.settle(ctx, s, r.by)
}

// notTried leaves a message as it was. A server that only closed a connection which
// had been used for a while is asked once more.
func (r *run) notTried(ctx context.Context, s Sent) error {
	r.unsent++
	s.State, s.Next = s.Message.State, r.Now()
	closed := s.Outcome.Code == 421 && r.unsent == 1
	if closed {
		r.tried[s.Message.ID]--
		return r.settle(ctx, s, r.by)
	}
	why := Away
	if loginRefused[s.Outcome.Code] {
		why = Login
	}
	r.tally.Stop = Stop{
		Reason: why,
		Code:   s.Outcome.Code,
		Cause:  s.Outcome.Cause,
	}
	r.tally.PutOff++
	return r.settle(ctx, s, r.by)
}

// loginRefused are the replies that turn down a user (RFC 4954 section 6).
var loginRefused = map[int]bool{530: true, 534: true, 535: true, 538: true}

// deferred tries a message again later.
func (r *run) deferred(ctx context.Context, s Sent) error {
	s.Message.Attempts++
	s.State, s.Next = store.Retry, r.Now().
		Add(after(putOff.Wait(s.Message.Attempts), s.Message))
	r.tally.PutOff++
	r.behind = append(r.behind, s)
	r.weigh(Busy, s.Outcome)
	if err := r.settle(ctx, s, r.by); err != nil {
		return err
	}
	if busy := r.tally.Stop.Reason == Busy && r.tally.Sent > 0; busy {
		return r.excuse(ctx)
	}
	return nil
}

// excuse has the messages tried in the next round that a server put off after it took
// others: it takes so many at a time and no more.
func (r *run) excuse(ctx context.Context) error {
	for _, s := range r.behind {
		s.Message.Attempts--
		s.Next = r.Now().Add(busyWait)
		if err := r.settle(ctx, s, ""); err != nil {
			return err
		}
	}
	return nil
}

// refused puts a message aside that was turned down, until it shows whose doing it was:
// a server that turns down all has something against us, and no reader is blamed.
func (r *run) refused(ctx context.Context, s Sent) error {
	s.Message.Attempts++
	r.weigh(Refusing, s.Outcome)
	spent := s.Outcome.Result == mail.RefusedContent && s.Message.Attempts >= contentTries
	if spent || aboutMailbox(s.Outcome) {
		s.giveUp()
		r.tally.Refused++
		return r.settle(ctx, s, r.by)
	}
	s.State, s.Next = store.Retry, r.Now().
		Add(after(refusal.Wait(s.Message.Attempts), s.Message))
	r.tally.PutOff++
	r.doubted = append(r.doubted, s)
	return r.settle(ctx, s, r.by)
}

// judge ends a run: a few were turned down and none was accepted since. An address is
// believed to be wrong then, a message is tried again.
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
	s.giveUp()
	r.tally.PutOff--
	r.tally.Refused++
	return r.settle(ctx, s, "")
}

// giveUp ends a message that was turned down. One that may have arrived before counts as
// told: what it says must not come under another Message-ID.
func (s *Sent) giveUp() {
	s.State, s.Next = store.Failed, time.Time{}
	if s.Message.Unanswered > 0 {
		s.State = store.Unknown
	}
	s.blamed = s.Outcome.Result == mail.RefusedRecipient && s.Message.Subscriber != 0
}
