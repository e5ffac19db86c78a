package fetch

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"koyomi/internal/health"
)

func redirect(w http.ResponseWriter, status int, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(status)
}

// TestRedirects: row B10, at most five redirects, none in a circle, none to where
// we do not go.
func TestRedirects(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		to     func(n int, path string) string
		last   int // hops before 200; 0 for never
		want   health.Cause
		asked  int64
	}{
		{"five", 302, func(n int, _ string) string { return fmt.Sprint("/", n) }, 5, "", 6},
		{"B10/redir-chain", 302, func(n int, _ string) string { return fmt.Sprint("/", n) }, 0, health.CauseRedirect, 6},
		{"B10/redir-loop", 301, func(n int, _ string) string { return []string{"/a", "/b"}[n%2] }, 0, health.CauseRedirect, 3},
		{"B10/redir-self", 302, func(n int, p string) string { return p }, 0, health.CauseRedirect, 1},
		{"no location", 302, func(int, string) string { return "" }, 0, health.CauseRedirect, 1},
		{"no URL", 302, func(int, string) string { return "http://[::1/" }, 0, health.CauseRedirect, 1},
		{"to a file", 302, func(int, string) string { return "file:///etc/passwd" }, 0, health.CauseForbidden, 1},
		{"to a port", 302, func(int, string) string { return "http://example.com:25/" }, 0, health.CauseForbidden, 1},
		{"to a user", 302, func(int, string) string { return "http://a:b@example.com/" }, 0, health.CauseForbidden, 1},
		{"to a login page", 302, func(int, string) string { return "/users/sign_in?next=1" }, 0, health.CauseBlocked, 1},
		{"300", 300, func(int, string) string { return "/a" }, 0, health.CauseStatus, 1},
		{"305", 305, func(int, string) string { return "/a" }, 0, health.CauseStatus, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := 0
			base, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if n++; n == c.last+1 && c.last > 0 {
					io.WriteString(w, "here")
					return
				}
				redirect(w, c.status, c.to(n, r.URL.Path))
			})
			answer, err := get(t, client(t, Options{}, base), base+"/start#part")
			switch {
			case c.want != "":
				wantCause(t, err, c.want)
			case err != nil:
				t.Fatal(err)
			case answer.Page.URL != base+"/5" || answer.Page.Requested != base+"/start#part":
				t.Errorf("got %+v", answer.Page)
			}
			if asked.Load() != c.asked {
				t.Errorf("%d requests, want %d", asked.Load(), c.asked)
			}
		})
	}
}

// TestMoved: row B11, only an unbroken chain of permanent redirects is reported as
// a move.
func TestMoved(t *testing.T) {
	for _, c := range []struct {
		chain []int
		want  bool
	}{
		{nil, false},
		{[]int{301}, true},
		{[]int{308}, true},
		{[]int{301, 308}, true},
		{[]int{302}, false},
		{[]int{303}, false},
		{[]int{307}, false},
		{[]int{301, 302}, false},
		{[]int{307, 301}, false},
	} {
		t.Run(fmt.Sprint(c.chain), func(t *testing.T) {
			n := 0
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if n++; n > len(c.chain) {
					return
				}
				redirect(w, c.chain[n-1], fmt.Sprint("/", n))
			})
			fetcher := client(t, Options{}, base)
			if _, err := get(t, fetcher, base); err != nil {
				t.Fatal(err)
			}
			moves, err := fetcher.opt.Hosts.Addresses(t.Context())
			if got := len(moves) == 1; err != nil || got != c.want {
				t.Fatalf("moves %v, want one: %v (%v)", moves, c.want, err)
			}
			if c.want && (moves[0].URL != base || moves[0].MovedTo != fmt.Sprint(base, "/", len(c.chain)) || moves[0].Source != "test") {
				t.Errorf("got %+v", moves[0])
			}
		})
	}
}

// TestRedirectLeak: rows B13 and B14. What belongs to a host goes to no other, nor
// back to it from there; cookies and Referer go nowhere.
func TestRedirectLeak(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]http.Header{}
	note := func(who string, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[who] = r.Header.Clone()
	}
	var home string
	other, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		note("other", r)
		w.Header().Set("Set-Cookie", "id=2; Path=/")
		redirect(w, 302, home+"/back")
	})
	home, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "id=1; Path=/")
		switch r.URL.Path {
		case "/feed":
			note("home", r)
			redirect(w, 302, "/second")
		case "/second":
			note("second", r)
			redirect(w, 302, other+"/x")
		default:
			note("back", r)
			io.WriteString(w, "body")
		}
	})
	c := client(t, Options{
		Version: "1.2.3", PublicURL: "https://calendar.example/", Contact: "me@example.org",
		Secret: func(name string) (string, bool) { return "s3cret-" + name + "\n", true },
	}, home, other)
	a := ask(home + "/feed")
	a.Header = map[string]string{"x-api-key": "${KEY}", "Authorization": "Bearer ${TOKEN_2}", "X-Plain": "plain"}
	a.ETag, a.LastModified = `"v1"`, "Mon, 01 Jun 2026 00:00:00 GMT"
	if _, err := c.Fetch(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for who, h := range seen {
		own := who == "home" || who == "second"
		for name, value := range map[string]string{
			"X-Api-Key": "s3cret-KEY", "Authorization": "Bearer s3cret-TOKEN_2", "X-Plain": "plain",
			"If-None-Match": `"v1"`, "If-Modified-Since": a.LastModified,
		} {
			if got := h.Get(name); own && got != value || !own && got != "" {
				t.Errorf("%s: %s is %q", who, name, got)
			}
		}
		if h.Get("Cookie") != "" || h.Get("Referer") != "" {
			t.Errorf("%s: Cookie %q, Referer %q", who, h.Get("Cookie"), h.Get("Referer"))
		}
		if got := h.Get("User-Agent"); got != "koyomi/1.2.3 (+https://calendar.example/bot; me@example.org)" {
			t.Errorf("%s: User-Agent %q", who, got)
		}
		if got := h.Get("Accept-Encoding"); got != "gzip" {
			t.Errorf("%s: Accept-Encoding %q", who, got)
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d hops, want 4", len(seen))
	}
	// B14: what was set at the first visit is not sent at the second.
	if _, err := c.Fetch(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if got := seen["home"].Get("Cookie"); got != "" {
		t.Errorf("the cookie %q came back", got)
	}
}

// TestSameHost: what counts as the source's own host.
func TestSameHost(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"http://a.example/", "http://a.example/x", true},
		{"http://a.example/", "http://A.EXAMPLE.:80/x", true},
		{"http://a.example/", "https://a.example/", true},
		{"https://a.example/", "http://a.example/", false},
		{"http://a.example/", "http://www.a.example/", false},
		{"http://a.example/", "http://a.example:8080/", false},
		{"http://a.example:8080/", "https://a.example:8080/", false},
		{"http://a.example/", "http://a.example.evil.example/", false},
	} {
		if got := sameHost(parsed(t, c.a), parsed(t, c.b)); got != c.want {
			t.Errorf("%s and %s: got %v", c.a, c.b, got)
		}
	}
}

// TestSecrets: a secret that is missing or unfit stops the request, and is in no
// message.
func TestSecrets(t *testing.T) {
	base, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	for _, c := range []struct {
		name, header, value string
		secret              string
		want                health.Cause
	}{
		{"missing", "X-Key", "${KEY}", "", health.CauseSecret},
		{"with a line break", "X-Key", "${KEY}", "geheim\r\nX-Evil: 1", health.CauseSecret},
		{"in a header of ours", "User-Agent", "${KEY}", "geheim", health.CauseProtocol},
		{"in no header", "X Key", "${KEY}", "geheim", health.CauseProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			fetcher := client(t, Options{Secret: func(string) (string, bool) { return c.secret, c.secret != "" }}, base)
			a := ask(base)
			a.Header = map[string]string{c.header: c.value}
			_, err := fetcher.Fetch(t.Context(), a)
			if f := wantCause(t, err, c.want); strings.Contains(f.Error(), "geheim") {
				t.Errorf("the message tells the secret: %v", f)
			}
		})
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests", asked.Load())
	}
	bad := ask(base + "/?api_key=geheim&q=go")
	bad.Header = map[string]string{"X": "${Y}"}
	_, err := client(t, Options{}, base).Fetch(t.Context(), bad)
	if f := wantCause(t, err, health.CauseSecret); strings.Contains(f.Error(), "geheim") || !strings.Contains(f.URL, "q=go") {
		t.Errorf("got %v", f)
	}
}

// TestPost: a body goes where it was meant to go and nowhere else.
func TestPost(t *testing.T) {
	other, strayed := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	for status, want := range map[int]string{301: "GET ", 302: "GET ", 303: "GET ", 307: "POST q=1", 308: "POST q=1"} {
		var got string
		base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				redirect(w, status, "/next")
				return
			}
			body, _ := io.ReadAll(r.Body)
			got = r.Method + " " + string(body)
		})
		a := ask(base + "/")
		a.Method, a.Body = "POST", []byte("q=1")
		if _, err := client(t, Options{}, base).Fetch(t.Context(), a); err != nil || got != want {
			t.Errorf("%d: got %q, %v, want %q", status, got, err, want)
		}
	}
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { redirect(w, 307, other) })
	a := ask(base)
	a.Method, a.Body = "POST", []byte("q=1")
	_, err := client(t, Options{}, base, other).Fetch(t.Context(), a)
	wantCause(t, err, health.CauseRedirect)
	if strayed.Load() != 0 {
		t.Error("the body went to another host")
	}
	a.Method = "DELETE"
	_, err = client(t, Options{}, base).Fetch(t.Context(), a)
	wantCause(t, err, health.CauseProtocol)
}
