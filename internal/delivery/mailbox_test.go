package delivery

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"koyomi/internal/subscriber"
)

// box is a mailbox in memory.
type box struct {
	messages []string
	reads    int
}

func (b *box) Read(_ context.Context, take func(io.Reader) (bool, error)) error {
	b.reads++
	var left []string
	for _, m := range b.messages {
		done, err := take(strings.NewReader(m))
		if err != nil {
			return err
		}
		if !done {
			left = append(left, m)
		}
	}
	b.messages = left
	return nil
}

// TestMailbox: reports that lie in the mailbox count and are removed, what people write
// stays, and the mailbox is read every ten minutes.
func TestMailbox(t *testing.T) {
	b := newBureau(t)
	b.Bounces = "bounce+@example.jp"
	var from []string
	b.Open = func() Transport { return envelopes{b.transport(), &from} }
	s := b.readers("", "a")[0]
	b.tell(1, 3)
	b.day()
	const letter = "To: bounce@example.jp\n\nAm I subscribed?\n"
	in := &box{messages: []string{letter, notification(from[0], "5.1.1"), notification("bounce+aaaa@example.jp", "5.1.1")}}
	b.Mailbox = in
	r := &Round{Now: b.Now, Log: slog.New(slog.DiscardHandler)}
	for _, after := range []time.Duration{0, time.Minute, readEvery - time.Minute} {
		b.pass(after)
		if err := r.collect(t.Context(), b.Sender, b.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if in.reads != 2 || len(in.messages) != 2 || in.messages[0] != letter {
		t.Errorf("read %d times, left %q", in.reads, in.messages)
	}
	if got := b.stands(s); got.Bounces != subscriber.HardBounce {
		t.Errorf("%d counted, want %d", got.Bounces, subscriber.HardBounce)
	}
}
