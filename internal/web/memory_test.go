package web

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/publish"
)

// sized returns a document of about so many octets that do not compress.
func sized(n int) *document {
	body := make([]byte, n)
	for i := range body {
		body[i] = byte(rand.IntN(256))
	}
	d := newDocument(publish.Seal(body, "x", time.Time{}), nil)
	return &d
}

// TestOneTimeQuestionsPushOutNothing: a thousand questions that are asked once leave
// in the cache what is asked for again and again.
func TestOneTimeQuestionsPushOutNothing(t *testing.T) {
	c := newCache(100, 1<<20)
	c.put(entry{key: "popular", doc: sized(10_000)})
	c.get("popular")
	for i := range 1000 {
		c.put(entry{key: fmt.Sprint("once ", i), doc: sized(5000)})
	}
	if _, ok := c.get("popular"); !ok {
		t.Error("it was pushed out")
	}
	if c.once.bytes > 1<<18 {
		t.Errorf("questions asked once take %d octets", c.once.bytes)
	}
}

// TestDocumentsOnTheirWayCount: what slow readers are still being sent counts against
// the limit, whatever the cache has dropped meanwhile, and is free once it was sent.
func TestDocumentsOnTheirWayCount(t *testing.T) {
	c := newCache(100, 1<<20)
	var back []func()
	for i := range 200 {
		d := sized(20_000)
		c.put(entry{key: fmt.Sprint(i), doc: d})
		done, ok := c.lend(d)
		if !ok {
			break
		}
		back = append(back, done)
		if c.bytes() > 1<<20 {
			t.Fatalf("%d octets with %d documents on their way", c.bytes(), len(back))
		}
	}
	if len(back) < 30 || len(back) > 60 {
		t.Errorf("%d documents of 20,000 octets on their way at once in 1 MiB", len(back))
	}
	if _, ok := c.reserve(); ok {
		t.Error("there is room for one more")
	}
	for _, done := range back {
		done()
	}
	if c.outside != 0 || len(c.lent) != 0 {
		t.Errorf("%d octets, %d documents are still on their way", c.outside, len(c.lent))
	}
}

// TestACrowdedSiteAsksReadersToComeBack: where too much is on its way, the next reader
// hears when to come back.
func TestACrowdedSiteAsksReadersToComeBack(t *testing.T) {
	s := New(Options{Reader: &shelf{}, Memory: 1 << 20})
	s.cache.largest, s.cache.outside = 1<<19, 1<<20
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/calendar.ics", nil))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

// TestAReaderWritesOneLogLineAnHour: however often a reader meets a failure, the log
// gets one line of its kind in an hour, which says how many were left out.
func TestAReaderWritesOneLogLineAnHour(t *testing.T) {
	var out bytes.Buffer
	s := New(Options{Reader: &shelf{broken: errors.New("no store")}, Log: slog.New(slog.NewTextHandler(&out, nil))})
	for i := range 100 {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, fmt.Sprintf("/calendar.ics?q=x%d", i), nil))
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/readyz", nil))
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want one for readers and one for /readyz:\n%.2000s", n, out.String())
	}
	l := limit{seen: map[string]*seen{}}
	at := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	passed, left := 0, 0
	for i := range 240 {
		if n, ok := l.pass("kind", at.Add(time.Duration(i)*time.Minute)); ok {
			passed++
			left += n
		}
	}
	if passed != 4 || left != 3*59 {
		t.Errorf("%d lines in four hours, which say that %d were left out", passed, left)
	}
}

// TestAServersErrorLogIsBounded: what net/http says of strangers' connections is one
// line an hour of a kind.
func TestAServersErrorLogIsBounded(t *testing.T) {
	var out bytes.Buffer
	l := newErrorLog(log.New(&out, "", 0))
	for i := range 50 {
		l.Printf("http: TLS handshake error from 192.0.2.%d:99: EOF", i)
		l.Printf("http: Accept error: too many open files; retrying in %dms", i)
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
}

// TestMemoryLimitIsRead: the limit is the smallest one of the control groups around the
// process, of either version.
func TestMemoryLimitIsRead(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"is none without control groups", nil, math.MaxInt64},
		{"is its own group's", map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "268435456\n"}, 268435456},
		{"is an outer group's where that is smaller", map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "1000000\n",
		}, 1000000},
		{"is a container's, which sees its group as the root", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "134217728\n"}, 134217728},
		{"is version 1's", map[string]string{
			"proc/self/cgroup": "5:cpu:/x\n4:memory:/x\n", "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "3000000\n",
		}, 3000000},
		{"is none where the number is beyond any memory", map[string]string{
			"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, 9223372036854771712},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range c.files {
				p := filepath.Join(root, name)
				if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := groupLimit(root); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}
