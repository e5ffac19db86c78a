package fetch

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
)

// TestMain holds that no goroutine outlives its client.
func TestMain(m *testing.M) {
	if childMain() {
		return
	}
	goleak.VerifyTestMain(m)
}

// A clock is a time that passes only by sleeping.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.pass(d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// client makes a client that may ask the servers of a test, at once and without a gap.
func client(t testing.TB, opt Options, servers ...string) *Client {
	t.Helper()
	for _, s := range servers {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		opt.Allow = append(opt.Allow, net.JoinHostPort(u.Hostname(), portOf(u)))
	}
	if opt.MinGap == nil {
		opt.MinGap = func(string) (time.Duration, bool) { return 0, true }
	}
	if opt.Now == nil {
		k := newClock()
		opt.Now, opt.Sleep = k.Now, k.Sleep
	}
	if opt.Timeout == 0 {
		opt.Timeout = 20 * time.Second
	}
	c := New(opt)
	t.Cleanup(func() { c.Close() })
	return c
}

// serve makes a server that answers as h does and counts its requests.
func serve(t testing.TB, h http.HandlerFunc) (base string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		h(w, r)
	}))
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL, asked
}

// rogue makes a server that reads a request and then writes to the connection
// whatever it likes; the connection is closed after that, or with the test.
func rogue(t testing.TB, answer func(conn net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			wg.Go(func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					answer(conn)
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return "http://" + l.Addr().String()
}

// get asks for a URL.
func get(t testing.TB, c *Client, url string) (poll.Answer, error) {
	t.Helper()
	return c.Fetch(context.Background(), ask(url))
}

// quiet is a log for servers whose clients are meant to fail.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func ask(url string) poll.Ask {
	return poll.Ask{Request: extract.Request{URL: url}, Source: "test"}
}

// wantCause holds that an error is a Failure with a cause.
func wantCause(t testing.TB, err error, cause health.Cause) *health.Failure {
	t.Helper()
	var f *health.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v (%T), want a failure %q", err, err, cause)
	}
	if f.Cause != cause {
		t.Fatalf("got %q (%v), want %q", f.Cause, f, cause)
	}
	if f.URL == "" || f.Err == nil {
		t.Errorf("the failure %+v names no page or no error", f)
	}
	return f
}
