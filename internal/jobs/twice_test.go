package jobs_test

import (
	"net/http"
	"os"
	"testing"
	"time"

	"koyomi/internal/store/pgtest"
)

// TestTwoDoTwiceAsMuch: where hosts take two seconds to answer, two koyomi poll 1.8 times
// as much as one at least. That is simulated: processors are not what one waits for.
// KOYOMI_REPLICAS has it run.
func TestTwoDoTwiceAsMuch(t *testing.T) {
	if os.Getenv("KOYOMI_REPLICAS") == "" {
		t.Skip("more than a minute: KOYOMI_REPLICAS has it run")
	}
	server := pgtest.Database(t)
	l, port := listen(t)
	s := &site{ended: map[string]time.Time{}, asking: map[string]string{}, version: map[string]int{}, takes: 2 * time.Second}
	handler := http.NewServeMux()
	handler.Handle("/", s)
	handler.Handle("POST /", newPostbox())
	web := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { _ = web.Close() })
	const count, long = 400, 24 * time.Second // eight sources a host: one is always due
	appoint(t, server, count)
	during := func() int {
		s.mu.Lock()
		before := s.requests
		s.mu.Unlock()
		time.Sleep(long)
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.requests - before
	}
	first := startReplica(t, server, port, count)
	t.Cleanup(first.kill)
	time.Sleep(10 * time.Second)
	one := during()
	second := startReplica(t, server, port, count)
	t.Cleanup(second.kill)
	time.Sleep(10 * time.Second)
	two := during()
	t.Logf("one koyomi %d polls in %s, two %d: %.2f times", one, long, two, float64(two)/float64(one))
	if float64(two) < 1.8*float64(one) {
		t.Fail()
	}
}
