package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/mail"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// returnSign stands before the token in the sender of an envelope: an address that ends
// its local part with it, bounce+@example.org, gets tokens.
const returnSign = "+"

// returnPath returns the sender on the envelope of a message: the one for bounces, with a
// token of the reader and the date where it takes one.
func (s Settings) returnPath(l store.Message, secret subscriber.Secret) string {
	local, domain, _ := strings.Cut(s.Bounces, "@")
	base, takes := strings.CutSuffix(local, returnSign)
	switch {
	case !takes:
		return s.Bounces
	case l.Subscriber == 0:
		return base + "@" + domain
	}
	return local + secret.Return(l.Subscriber, l.Generation, l.Day) + "@" + domain
}

// returned returns whom an address with a token names, and when the mail was sent; ok is
// false for any other address.
func (s Settings) returned(
	address string,
	secret subscriber.Secret,
) (b store.Bounce, sent event.Date, ok bool) {
	local, domain, _ := strings.Cut(s.Bounces, "@")
	begins := len(address) > len(local) && strings.EqualFold(address[:len(local)], local)
	if !begins || !strings.HasSuffix(local, returnSign) {
		return b, sent, false
	}
	token, at, _ := strings.Cut(address[len(local):], "@")
	if !strings.EqualFold(at, domain) {
		return b, sent, false
	}
	b.Subscriber, b.Generation, sent, ok = secret.Returned(token)
	return b, sent, ok
}

// The errors of a report that counts for nothing.
var (
	// ErrForged names no mail that was sent from here: anybody may have written it.
	ErrForged = errors.New("the report has no token of a mail that was sent from here")
	// ErrOld comes too late after its mail.
	ErrOld = errors.New("the report is of a mail that was sent long ago")
)

// A Returned is what a report was counted as.
type Returned struct {
	Subscriber subscriber.Subscriber
	Report     mail.Report
	// Refused is set where the address is written to no more.
	Refused bool
}

// Bounce counts a report on a mail against the address that it was sent to. Nothing of it
// is believed except the token on the envelope of the mail (ErrForged, ErrOld), and what
// servers write for programs (mail.ErrNoReport).
func (o *Sender) Bounce(ctx context.Context, report io.Reader) (Returned, error) {
	r, err := mail.ReadReport(report)
	if err != nil {
		return Returned{}, err
	}
	state, err := o.Store.Mail(ctx)
	if err != nil {
		return Returned{}, err
	}
	now := o.Now()
	for _, to := range r.To {
		b, sent, ok := o.returned(to, state.Secret)
		if !ok {
			continue
		}
		if now.Sub(sent.Begin(time.UTC)) > subscriber.BouncesValid {
			return Returned{}, ErrOld
		}
		return o.count(ctx, b, r, now)
	}
	return Returned{}, ErrForged
}

func (o *Sender) count(
	ctx context.Context,
	b store.Bounce,
	r mail.Report,
	now time.Time,
) (Returned, error) {
	b.Now, b.Day, b.Cause, b.Complaint = now, event.DateOf(now.UTC()), r.Cause, r.Complaint
	b.Points = subscriber.SoftBounce
	if r.Failed {
		b.Points = subscriber.HardBounce
	}
	out := Returned{Report: r}
	var err error
	if out.Refused, err = o.Store.Bounced(ctx, b); err != nil {
		return out, err
	}
	out.Subscriber, err = o.Store.Reader(ctx, b.Subscriber, b.Generation)
	return out, err
}

// ErrIgnored is a report that counts for nothing; why has been said.
var ErrIgnored = errors.New("the report is left out")

// CountReport is Bounce for a person or a pipe: it says in one line what became of a
// report. o is nil where the config names no mail server.
func CountReport(ctx context.Context, o *Sender, report io.Reader) (string, error) {
	if o == nil {
		return "left out: the config names no mail server", ErrIgnored
	}
	out, err := o.Bounce(ctx, report)
	for _, nothing := range []error{mail.ErrNoReport, ErrForged, ErrOld, store.ErrNotFound} {
		if errors.Is(err, nothing) {
			return "left out: " + nothing.Error(), ErrIgnored
		}
	}
	if err != nil {
		return "the report could not be counted", err
	}
	s := out.Subscriber
	said := fmt.Sprintf(
		"%s: %s (%d of %d)",
		s.Address,
		out.Report.Cause,
		s.Bounces,
		subscriber.MaxBounces,
	)
	if out.Refused {
		said += "; no more is sent there"
	}
	return said, nil
}
