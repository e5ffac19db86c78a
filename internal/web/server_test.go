package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"koyomi/internal/event"
)

// listening serves h on a port of its own until the test ends, and proves then
// that no goroutine is left.
func listening(t testing.TB, h http.Handler) (address string) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, l, NewServer(h)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		if err := goleak.Find(before); err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// big returns a shelf whose calendar is large.
func big(n int) *shelf {
	s := &shelf{}
	for i := range n {
		start := monday.Add(time.Duration(i) * time.Hour)
		e := made(i+1, "v-tomo", fmt.Sprintf("第%d回の集まり", i), start.Format(time.RFC3339), start.Add(time.Hour).Format(time.RFC3339))
		e.Description = strings.Repeat("仮想化とその周辺、KVM と Xen の運用について話します。", 6)
		s.events = append(s.events, e)
	}
	return s
}

func dial(t testing.TB, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSlowReadersDoNotHoldUpOthers: F55.
func TestSlowReadersDoNotHoldUpOthers(t *testing.T) {
	h, _ := open(may2009())
	address := listening(t, h)
	for range 1000 {
		c := dial(t, address)
		defer c.Close()
		if _, err := io.WriteString(c, "GET /calendar.ics HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
	}
	var took []time.Duration
	for range 100 {
		begin := time.Now()
		r, err := http.Get("http://" + address + "/calendar.ics")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
			t.Fatal(r.StatusCode, err)
		}
		r.Body.Close()
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	t.Logf("median %v, p99 %v", took[50], took[98])
}

// TestReadersWhoGoAwayLeaveNothing: F56.
func TestReadersWhoGoAwayLeaveNothing(t *testing.T) {
	h, _ := open(big(700))
	address := listening(t, h)
	if n := get(h, "/calendar.ics").Body.Len(); n < 600_000 {
		t.Fatalf("the calendar has only %d octets", n)
	}
	for range 50 {
		c := dial(t, address)
		if _, err := io.WriteString(c, "GET /calendar.ics HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
}

// TestManyReadersAtOnce: B79.
func TestManyReadersAtOnce(t *testing.T) {
	s := big(1000)
	h, _ := open(s)
	get(h, "/calendar.ics")
	var group sync.WaitGroup
	took := make([]time.Duration, 5000)
	for i := range took {
		group.Go(func() {
			begin := time.Now()
			if w := get(h, "/calendar.ics", "Accept-Encoding", "gzip"); w.Code != 200 {
				t.Errorf("answered %d", w.Code)
			}
			took[i] = time.Since(begin)
		})
	}
	group.Wait()
	slices.Sort(took)
	t.Logf("p99 %v, readings of the store %d", took[4950], s.reads.Load())
	if s.reads.Load() != 1 {
		t.Errorf("%d readings of the store", s.reads.Load())
	}
}

// TestStopsWhileReadersRead: a reader who has asked is answered to the end.
func TestStopsWhileReadersRead(t *testing.T) {
	s := may2009()
	s.wait, s.entered = make(chan struct{}), make(chan struct{})
	h, _ := open(s)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, l, NewServer(h)) }()
	answered := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + l.Addr().String() + "/calendar.ics")
		if err != nil {
			answered <- err.Error()
			return
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		answered <- fmt.Sprint(r.StatusCode, err, strings.HasSuffix(string(b), "END:VCALENDAR\r\n"))
	}()
	<-s.entered
	cancel()
	close(s.wait)
	if got := <-answered; got != "200<nil>true" && got != "200 <nil> true" {
		t.Errorf("the reader got %s", got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestServerIsBounded: headers and bodies that come slowly are waited for so long and
// no longer (B78).
func TestServerIsBounded(t *testing.T) {
	s := NewServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 10*time.Second || s.WriteTimeout != time.Minute || s.IdleTimeout != time.Minute || s.MaxHeaderBytes != 16<<10 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkServe answers from memory, the handler alone and over a connection.
func BenchmarkServe(b *testing.B) {
	h, _ := open(big(1000))
	tag := get(h, "/calendar.ics").Header().Get("Etag")
	for name, headers := range map[string][]string{"200": nil, "200-gzip": {"Accept-Encoding", "gzip"}, "304": {"If-None-Match", tag}} {
		r, err := http.NewRequest(http.MethodGet, "/calendar.ics", nil)
		if err != nil {
			b.Fatal(err)
		}
		if headers != nil {
			r.Header.Set(headers[0], headers[1])
		}
		b.Run("handler/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(nowhere{http.Header{}}, r)
			}
		})
	}
}

// nowhere is a reader who takes everything at once.
type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header         { return n.h }
func (n nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n nowhere) WriteHeader(int)             {}

// BenchmarkFirstAsk is a filtered feed that nobody asked for before, of 20,000
// events.
func BenchmarkFirstAsk(b *testing.B) {
	s := &shelf{}
	for i := range 20_000 {
		e := made(i+1, "v-tomo", fmt.Sprintf("第%d回の集まり", i), "", "")
		e.Start, e.End = event.At(monday.Add(time.Duration(i)*20*time.Minute)), event.At(monday.Add(time.Duration(i)*20*time.Minute+time.Hour))
		e.Description = strings.Repeat("仮想化とその周辺の話をします。", 20)
		s.events = append(s.events, e)
	}
	h, _ := open(s)
	get(h, "/calendar.ics")
	n := 0
	for b.Loop() {
		n++
		if w := get(h, fmt.Sprintf("/calendar.ics?q=%d", n)); w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
	}
}
