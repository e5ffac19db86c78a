package fetch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"koyomi/internal/health"
	"koyomi/internal/store"
)

func parsed(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestValidators: rows B15 and F48. Validators are sent and taken over verbatim,
// the newest win, and what could not be sent again is not kept.
func TestValidators(t *testing.T) {
	date := "Mon, 01 Jun 2026 00:00:00 GMT"
	type pair struct{ etag, modified string }
	for _, c := range []struct {
		name       string
		sent, said pair
		status     int
		got        pair
		want       health.Cause
	}{
		{"first time", pair{}, pair{`"a"`, date}, 200, pair{`"a"`, date}, ""},
		{"none", pair{}, pair{}, 200, pair{}, ""},
		{"B15/etag-weak", pair{}, pair{`W/"a"`, ""}, 200, pair{`W/"a"`, ""}, ""},
		{"B15/etag-unquoted", pair{}, pair{`abc--gzip`, ""}, 200, pair{`abc--gzip`, ""}, ""},
		{"B15/etag-quote-inside", pair{}, pair{`"a"b"`, ""}, 200, pair{`"a"b"`, ""}, ""},
		{"B15/lm-odd", pair{}, pair{"", "yesterday at noon"}, 200, pair{"", "yesterday at noon"}, ""},
		{"B15/etag-moves", pair{`"a"`, date}, pair{`"b"`, ""}, 200, pair{`"b"`, ""}, ""},
		{"B15/etag-stuck", pair{`"a"`, ""}, pair{`"a"`, ""}, 200, pair{`"a"`, ""}, ""},
		{"304", pair{`"a"`, date}, pair{`"a"`, date}, 304, pair{`"a"`, date}, ""},
		{"304 that names none", pair{`"a"`, date}, pair{}, 304, pair{`"a"`, date}, ""},
		{"B15/304-new-etag", pair{`"a"`, date}, pair{`"b"`, ""}, 304, pair{`"b"`, date}, ""},
		{"B15/304-cold", pair{}, pair{`"a"`, ""}, 304, pair{}, health.CauseProtocol},
		{"too long to keep", pair{}, pair{`"` + strings.Repeat("a", 2000) + `"`, ""}, 200, pair{}, ""},
		{"not fit to send", pair{"a\r\nX-Evil: 1", ""}, pair{`"a"`, ""}, 200, pair{`"a"`, ""}, ""},
		{"not fit to send, 304", pair{"a\nb", ""}, pair{`"a"`, ""}, 304, pair{}, health.CauseProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			var header http.Header
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				header = r.Header.Clone()
				if c.said.etag != "" {
					w.Header().Set("ETag", c.said.etag)
				}
				if c.said.modified != "" {
					w.Header().Set("Last-Modified", c.said.modified)
				}
				w.WriteHeader(c.status)
			})
			a := ask(base)
			a.ETag, a.LastModified = c.sent.etag, c.sent.modified
			answer, err := client(t, Options{}, base).Fetch(t.Context(), a)
			if c.want != "" {
				wantCause(t, err, c.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := (pair{answer.ETag, answer.LastModified}); got != c.got {
				t.Errorf("got %+v, want %+v", got, c.got)
			}
			if answer.NotModified != (c.status == 304) || answer.Page.Status != c.status {
				t.Errorf("got %+v for %d", answer, c.status)
			}
			if sendable(c.sent.etag) && header.Get("If-None-Match") != c.sent.etag || header.Get("X-Evil") != "" {
				t.Errorf("sent %v", header)
			}
		})
	}
}

// TestStatuses: row B17 and the bot walls.
func TestStatuses(t *testing.T) {
	wall := "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={};</script></body></html>"
	for _, c := range []struct {
		name   string
		status int
		header string
		body   string
		probe  bool
		want   health.Cause
	}{
		{"B17/410", 410, "", "", false, health.CauseGone},
		{"B17/404", 404, "", "", false, health.CauseMissing},
		{"B17/403-html", 403, "", "<html>no</html>", false, health.CauseBlocked},
		{"B17/401", 401, "WWW-Authenticate: Basic", "", false, health.CauseBlocked},
		{"451", 451, "", "", false, health.CauseBlocked},
		{"a probe of what is missing", 404, "", "long page", true, ""},
		{"a probe of what is gone", 410, "", "", true, ""},
		{"a probe that is blocked", 403, "", "", true, health.CauseBlocked},
		{"500", 500, "", "", false, health.CauseServer},
		{"503 that says nothing", 503, "", "", false, health.CauseServer},
		{"204", 204, "", "", false, health.CauseStatus},
		{"202", 202, "", "", false, health.CauseStatus},
		{"418", 418, "", "", false, health.CauseStatus},
		{"Cloudflare by its header", 403, "Cf-Mitigated: challenge", "", false, health.CauseBlocked},
		{"Cloudflare on a 503", 503, "Cf-Mitigated: challenge", "", false, health.CauseBlocked},
		{"Cloudflare with 200", 200, "", wall, false, health.CauseBlocked},
		{"AWS WAF", 202, "X-Amzn-Waf-Action: challenge", "", false, health.CauseBlocked},
		{"Anubis", 200, "", `<html><script id="anubis_challenge" type="application/json">{}</script>`, false, health.CauseBlocked},
		{"a page that Cloudflare let through", 200, "", `<html><script>__CF$cv$params={};a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>`, false, ""},
		{"a page about Cloudflare", 200, "", `<html><h1>Just a moment: 11/23 Cloudflare Meetup</h1>`, false, ""},
		{"JSON with such words", 200, "", `{"title":"<title>Just a moment...</title>"}`, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if k, v, ok := strings.Cut(c.header, ": "); ok {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			})
			a := ask(base)
			a.Probe = c.probe
			answer, err := client(t, Options{}, base).Fetch(t.Context(), a)
			if c.want != "" {
				wantCause(t, err, c.want)
			} else if err != nil || answer.Page.Status != c.status {
				t.Errorf("got %+v, %v", answer, err)
			}
		})
	}
}

// TestRest: row B16. A host that asked to be left alone gets not one more request
// before the time, and one after it.
func TestRest(t *testing.T) {
	k := newClock()
	date := func(d time.Duration) string { return k.Now().Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		name   string
		status int
		after  string
		want   time.Duration // 0: not left alone
		cause  health.Cause
	}{
		{"B16/429-seconds", 429, "120", 2 * time.Minute, health.CauseLimited},
		{"B16/429-date", 429, date(time.Hour), time.Hour, health.CauseLimited},
		{"B16/429-huge", 429, "99999999999999999999999", 24 * time.Hour, health.CauseLimited},
		{"B16/429-large", 429, "9223372036854775807", 24 * time.Hour, health.CauseLimited},
		{"B16/429-far-date", 429, "Fri, 31 Dec 9999 23:59:59 GMT", 24 * time.Hour, health.CauseLimited},
		{"B16/429-negative", 429, "-5", 15 * time.Minute, health.CauseLimited},
		{"B16/429-past-date", 429, date(-time.Hour), 0, health.CauseLimited},
		{"B16/429-none", 429, "", 15 * time.Minute, health.CauseLimited},
		{"B16/429-garbage", 429, "soon", 15 * time.Minute, health.CauseLimited},
		{"B16/429-zero", 429, "0", 0, health.CauseLimited},
		{"B16/503-seconds", 503, "600", 10 * time.Minute, health.CauseLimited},
		{"B16/503-none", 503, "", 0, health.CauseServer},
		{"500 with Retry-After is not a rest", 500, "600", 0, health.CauseServer},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newClock()
			base, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", c.after)
				w.WriteHeader(c.status)
			})
			fetcher := client(t, Options{Now: k.Now, Sleep: k.Sleep}, base)
			_, err := get(t, fetcher, base)
			f := wantCause(t, err, c.cause)
			if c.cause == health.CauseLimited && f.RetryAfter != c.want {
				t.Errorf("got %s, want %s", f.RetryAfter, c.want)
			}
			if c.want == 0 {
				return
			}
			k.pass(c.want - time.Second)
			_, err = get(t, fetcher, base+"/another")
			if f := wantCause(t, err, health.CauseLimited); f.RetryAfter != time.Second {
				t.Errorf("got %s, want 1s", f.RetryAfter)
			}
			if asked.Load() != 1 {
				t.Errorf("%d requests before the time, want 1", asked.Load())
			}
			k.pass(time.Second)
			get(t, fetcher, base)
			if asked.Load() != 2 {
				t.Errorf("%d requests after the time, want 2", asked.Load())
			}
		})
	}
}

// TestRestGrows: a host that says 429 again and again without a time is left alone
// longer and longer, and at last for a day; an answer ends it.
func TestRestGrows(t *testing.T) {
	k := newClock()
	status := 429
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
	fetcher := client(t, Options{Now: k.Now, Sleep: k.Sleep}, base)
	want := 15 * time.Minute
	for range 20 {
		_, err := get(t, fetcher, base)
		if f := wantCause(t, err, health.CauseLimited); f.RetryAfter != want {
			t.Fatalf("got %s, want %s", f.RetryAfter, want)
		}
		k.pass(want)
		want = min(2*want, 24*time.Hour)
	}
	status = 200
	if _, err := get(t, fetcher, base); err != nil {
		t.Fatal(err)
	}
	status = 429
	_, err := get(t, fetcher, base)
	if f := wantCause(t, err, health.CauseLimited); f.RetryAfter != 15*time.Minute {
		t.Errorf("got %s after an answer", f.RetryAfter)
	}
}

// TestRenewGoesOn: what a host asked for holds after a reload, and old and new visits
// take turns with the new gap.
func TestRenewGoesOn(t *testing.T) {
	k := newClock()
	var now, most atomic.Int64
	base, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		defer now.Add(-1)
		if r.URL.Path == "/limited" {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	every := func(d time.Duration) Options {
		return Options{
			Now: k.Now, Sleep: k.Sleep, Allow: []string{strings.TrimPrefix(base, "http://")},
			MinGap: func(string) (time.Duration, bool) { return d, true },
		}
	}
	old := New(every(3 * time.Second))
	defer old.Close()
	if _, err := get(t, old, base+"/robots-known"); err != nil {
		t.Fatal(err)
	}
	fetcher := old.Renew(every(5 * time.Second))
	defer fetcher.Close()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if _, err := get(t, []*Client{old, fetcher}[i%2], fmt.Sprint(base, "/", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 || asked.Load() != 7 {
		t.Errorf("%d at a time, %d in all", most.Load(), asked.Load())
	}
	for _, d := range k.slept {
		if d != 5*time.Second {
			t.Errorf("waited %s, want 5s", d)
		}
	}
	_, err := get(t, old, base+"/limited")
	wantCause(t, err, health.CauseLimited)
	_, err = get(t, fetcher, base)
	wantCause(t, err, health.CauseLimited)
	if asked.Load() != 8 {
		t.Errorf("%d requests, want 8: a host that asked to be left alone is", asked.Load())
	}
}

func TestRetryAfter(t *testing.T) {
	now := newClock().Now()
	rapid.Check(t, func(t *rapid.T) {
		d, ok := retryAfter(rapid.OneOf(rapid.String(), rapid.StringMatching(`-?[0-9]{1,40}`)).Draw(t, "value"), now)
		if d < 0 || d > 24*time.Hour || !ok && d != 0 {
			t.Errorf("got %s, %v", d, ok)
		}
	})
}

// TestOneAtATime: a host is asked one thing at a time with a gap between; hosts do
// not wait for each other.
func TestOneAtATime(t *testing.T) {
	k := newClock()
	var now, most atomic.Int64
	base, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		for range 100 { // let others in if they can come
			w.(http.Flusher).Flush()
		}
	})
	fetcher := client(t, Options{Now: k.Now, Sleep: k.Sleep, MinGap: func(host string) (time.Duration, bool) {
		if host != strings.TrimPrefix(base, "http://") {
			t.Errorf("asked for the gap of %s", host)
		}
		return 3 * time.Second, true
	}}, base)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if _, err := get(t, fetcher, fmt.Sprint(base, "/", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 || asked.Load() != 8 {
		t.Errorf("%d at a time, %d in all", most.Load(), asked.Load())
	}
	if len(k.slept) != 7 {
		t.Fatalf("waited %v, want seven gaps", k.slept)
	}
	for _, d := range k.slept {
		if d != 3*time.Second {
			t.Errorf("waited %s, want 3s", d)
		}
	}
}

// TestHangingHost: row F46, a host that hangs delays no other.
func TestHangingHost(t *testing.T) {
	stuck := rogue(t, hang(""))
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	fetcher := client(t, Options{}, stuck, base)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			_, err := fetcher.Fetch(ctx, ask(stuck))
			wantCause(t, err, health.CauseStopped)
		})
	}
	for range 50 {
		if _, err := get(t, fetcher, base); err != nil {
			t.Fatal(err)
		}
	}
	cancel() // the three hang still: they end by this, not by their own deadline
	wg.Wait()
}

// TestClose: what is under way ends, and nothing begins any more.
func TestClose(t *testing.T) {
	reached := make(chan struct{}, 1)
	stuck := rogue(t, func(c net.Conn) {
		reached <- struct{}{}
		io.Copy(io.Discard, c)
	})
	fetcher := client(t, Options{}, stuck)
	ended := make(chan error)
	go func() {
		_, err := get(t, fetcher, stuck)
		ended <- err
	}()
	<-reached
	fetcher.Close()
	wantCause(t, <-ended, health.CauseStopped)
	_, err := get(t, fetcher, stuck)
	wantCause(t, err, health.CauseStopped)
}

// TestCancelled: a visit that is stopped ends at once, wherever it waits.
func TestCancelled(t *testing.T) {
	base, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client(t, Options{}, base).Fetch(ctx, ask(base))
	wantCause(t, err, health.CauseStopped)
	if asked.Load() != 0 {
		t.Error("the host was asked")
	}
}

// TestBoundOpen: no more requests are under way than allowed.
func TestBoundOpen(t *testing.T) {
	var now, most atomic.Int64
	var bases []string
	for range 6 {
		base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			for range 100 {
				w.(http.Flusher).Flush()
			}
			now.Add(-1)
		})
		bases = append(bases, base)
	}
	fetcher := client(t, Options{MaxOpen: 2}, bases...)
	var wg sync.WaitGroup
	for _, b := range bases {
		wg.Go(func() {
			if _, err := get(t, fetcher, b); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() > 2 {
		t.Errorf("%d requests at a time", most.Load())
	}
}

func TestHostKey(t *testing.T) {
	for in, want := range map[string]string{
		"https://connpass.com/":               "connpass.com",
		"https://BPStudy.Connpass.com.:443/x": "connpass.com",
		"https://a.b.example.co.jp/":          "example.co.jp",
		"https://grp.doorkeeper.jp/":          "doorkeeper.jp",
		"https://user.github.io/":             "user.github.io",
		"http://127.0.0.1:8080/":              "127.0.0.1:8080",
		"http://127.0.0.1/":                   "127.0.0.1:80",
		"https://[::1]/":                      "[::1]:443",
		"http://localhost:1/":                 "localhost",
		"https://日本語.jp/":                     "xn--wgv71a119e.jp",
	} {
		if got := hostKey(parsed(t, in)); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// TestGap: 0 is for loopback alone.
func TestGap(t *testing.T) {
	own := map[string]time.Duration{"127.0.0.1:80": 0, "localhost": 0, "example.org": 0, "slow.example": time.Minute, "odd.example": -1}
	h := newHosts(Options{MinGap: func(host string) (time.Duration, bool) { d, ok := own[host]; return d, ok }}.withDefaults())
	for key, want := range map[string]time.Duration{
		"127.0.0.1:80": 0, "localhost": 0, "example.org": 2 * time.Second, "slow.example": time.Minute,
		"odd.example": 2 * time.Second, "other.example": 2 * time.Second,
	} {
		if got := h.gap(key, 0); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
}

// TestHostsForgotten: hostile redirects to many hosts do not fill the memory.
func TestHostsForgotten(t *testing.T) {
	k := newClock()
	h := newHosts(Options{Now: k.Now, Sleep: k.Sleep}.withDefaults())
	m := h.memory.(*Memory)
	rest := k.Now().Add(24 * time.Hour)
	if err := m.WithHost(t.Context(), "resting.example", func(s *store.HostState) { s.Rest = rest }); err != nil {
		t.Fatal(err)
	}
	for i := range 5 * manyHosts {
		turn, err := h.take(t.Context(), fmt.Sprint("host", i, ".example"))
		if err != nil {
			t.Fatal(err)
		}
		turn.end(t.Context())
		k.pass(3 * time.Second)
	}
	if len(m.hosts) > manyHosts+1 || m.hosts["resting.example"].Rest.IsZero() || len(h.lanes) > 0 {
		t.Errorf("%d hosts are remembered, %d lanes", len(m.hosts), len(h.lanes))
	}
}

func TestUserAgent(t *testing.T) {
	for want, o := range map[string]Options{
		"koyomi":             {},
		"koyomi/1.0 (a@b.c)": {Version: "1.0", Contact: "a@b.c"},
		"koyomi/1.0-dirty (+https://x.example/bot; a@b.c X: y)": {Version: "1.0 dirty", PublicURL: "https://x.example/", Contact: "(a@b.c\r\n X: y)"},
	} {
		if got := UserAgent(o); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestModifiedInTheSecondItWasSent: a page written twice within a second bears one date;
// the date of the first writing is no validator for the second.
func TestModifiedInTheSecondItWasSent(t *testing.T) {
	written := "Mon, 01 Jun 2026 00:00:00 GMT"
	for _, c := range []struct{ name, sent, want string }{
		{"the same second", "Mon, 01 Jun 2026 00:00:00 GMT", ""},
		{"before it was written", "Sun, 31 May 2026 23:59:00 GMT", ""},
		{"a second later", "Mon, 01 Jun 2026 00:00:01 GMT", written},
		{"years later", "Tue, 01 Jun 2027 00:00:00 GMT", written},
		{"an unreadable date", "today", written},
	} {
		t.Run(c.name, func(t *testing.T) {
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", c.sent)
				w.Header().Set("Last-Modified", written)
			})
			answer, err := client(t, Options{}, base).Fetch(t.Context(), ask(base))
			if err != nil {
				t.Fatal(err)
			}
			if answer.LastModified != c.want {
				t.Errorf("kept %q, expected %q", answer.LastModified, c.want)
			}
		})
	}
}
