package delivery

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/subscriber"
)

func notification(to, status string) string {
	return fmt.Sprintf("To: %s\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"+
		"Reporting-MTA: dns; mx.example\n\nAction: failed\nStatus: %s\nDiagnostic-Code: smtp; 550 no such user\n\n--b--\n", to, status)
}

// envelopes remembers the senders on envelopes.
type envelopes struct {
	Transport
	from *[]string
}

func (e envelopes) Deliver(ctx context.Context, from, to string, message []byte) mail.Outcome {
	*e.from = append(*e.from, from)
	return e.Transport.Deliver(ctx, from, to, message)
}

// TestBounces: what comes back to the sender of an envelope counts against the reader it
// was sent to, once a day, and ends it after three; what is forged, old or in words alone
// counts for nothing.
func TestBounces(t *testing.T) {
	b := newBureau(t)
	b.Bounces = "bounce+@example.jp"
	var from []string
	b.Open = func() Transport { return envelopes{b.transport(), &from} }
	s := b.readers("", "a")[0]
	b.tell(1, 3)
	b.day()
	if len(from) != 1 || !strings.HasPrefix(from[0], "bounce+") || len(from[0]) > 64+len("@example.jp") {
		t.Fatalf("the envelopes come from %v", from)
	}
	ctx := context.Background()
	forged := strings.Replace(from[0], from[0][8:10], "aa", 1)
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"forged":             {notification(forged, "5.1.1"), ErrForged},
		"without a token":    {notification("bounce@example.jp", "5.1.1"), ErrForged},
		"of another domain":  {notification(strings.Replace(from[0], "example.jp", "example.org", 1), "5.1.1"), ErrForged},
		"in words alone":     {"To: " + from[0] + "\n\n550 5.1.1 no such user\n", mail.ErrNoReport},
		"of no use":          {notification(from[0], "2.0.0")[:80], mail.ErrNoReport},
		"to somebody's name": {notification("a@example.jp", "5.1.1"), ErrForged},
	} {
		if _, err := b.Bounce(ctx, strings.NewReader(c.raw)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if got := b.stands(s); got.Bounces != 0 {
		t.Fatalf("%d counted", got.Bounces)
	}
	for day, want := range []bool{false, false, true} {
		for range 2 { // the second of a day counts nothing
			out, err := b.Bounce(ctx, strings.NewReader(notification(strings.ToUpper(from[0]), "5.1.1")))
			if err != nil || out.Refused && !want {
				t.Errorf("day %d: %+v, %v", day, out, err)
			}
		}
		if got := b.stands(s); got.Bounces != (day+1)*subscriber.HardBounce || (got.State == subscriber.Refused) != want {
			t.Errorf("day %d: %d counted, %v", day, got.Bounces, got.State)
		}
		b.pass(24 * time.Hour)
	}
	b.pass(40 * 24 * time.Hour)
	if _, err := b.Bounce(ctx, strings.NewReader(notification(from[0], "5.1.1"))); !errors.Is(err, ErrOld) {
		t.Errorf("weeks later: %v", err)
	}
}

// TestReturnPath: an address without the sign goes on the envelope as it is.
func TestReturnPath(t *testing.T) {
	b := newBureau(t)
	var from []string
	b.Open = func() Transport { return envelopes{b.transport(), &from} }
	b.readers("", "a")
	b.tell(1, 3)
	b.day()
	if len(from) != 1 || from[0] != "bounces@example.jp" {
		t.Errorf("the envelopes come from %v", from)
	}
}
