package fetch

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"koyomi/internal/health"
)

// TestRules are the clauses of RFC 9309, and the habits of real files.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, text string
		allowed    string // paths, separated by blanks
		forbidden  string
	}{
		{"empty", "", "/ /a", ""},
		{"all forbidden", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a"},
		{"nothing forbidden", "User-agent: *\nDisallow:", "/ /a", ""},
		{"ours, not all", "User-agent: *\nDisallow: /\n\nUser-agent: koyomi\nDisallow: /x", "/a", "/x /xy"},
		{"ours with a version and in capitals", "user-agent: KOYOMI/1.0 (like Bot)\ndisallow: /x", "/a", "/x"},
		{"a longer name is not ours", "User-agent: koyomibot\nDisallow: /", "/a", ""},
		{"a shorter name is not ours", "User-agent: koy\nDisallow: /", "/a", ""},
		{"ours and nothing else applies", "User-agent: koyomi\nDisallow:\n\nUser-agent: *\nDisallow: /", "/a", ""},
		{"several names to a group", "User-agent: a\nUser-agent: koyomi\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/a", "/x"},
		{"groups of one name are one", "User-agent: koyomi\nDisallow: /x\nUser-agent: b\nDisallow: /\nUser-agent: koyomi\nDisallow: /y", "/a", "/x /y"},
		{"rules before any name", "Disallow: /\nUser-agent: *\nDisallow: /x", "/a", "/x"},
		{"the longest wins", "User-agent: *\nDisallow: /events\nAllow: /events/public", "/events/public/1 /other", "/events /events/1"},
		{"whatever comes first", "User-agent: *\nAllow: /p\nDisallow: /", "/page", "/other"},
		{"Allow wins of equals", "User-agent: *\nDisallow: /page\nAllow: /page", "/page", ""},
		{"wildcards", "User-agent: *\nDisallow: /*.php\nDisallow: /a*b*c\nDisallow: /x$", "/page /abx /xy /ca", "/p.php /d/p.php?q /aXbYcZ /x"},
		{"wildcards are anchored", "User-agent: *\nDisallow: /a*z", "/b/a/z", "/a/z"},
		{"a wildcard to the end", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x /a.pdfs", "/a.pdf /b/.pdf"},
		{"a dollar inside is a dollar", "User-agent: *\nDisallow: /a$b", "/a", "/a$b /a$bc"},
		{"many stars", "User-agent: *\nDisallow: /" + strings.Repeat("*", 5000) + "x", "/yyy", "/yyx"},
		{"queries", "User-agent: *\nDisallow: /*?page=\nDisallow: /search?", "/a?q=1 /search", "/a?page=2 /search?q"},
		{"escaped rule, raw path", "User-agent: *\nDisallow: /%E3%82%A4", "/a", "/イベント /%e3%82%a4"},
		{"raw rule, escaped path", "User-agent: *\nDisallow: /イベント", "/a", "/%E3%82%A4%E3%83%99%E3%83%B3%E3%83%88/1"},
		{"escaped ASCII", "User-agent: *\nDisallow: /%61bc\nDisallow: /d%2Fe", "/d/e", "/abc /%61%62c /d%2fe"},
		{"comments", "# hello\nUser-agent: * # all\nDisallow: /x # not this\n#Disallow: /", "/a", "/x"},
		{"line ends", "User-agent: *\r\nDisallow: /x\rDisallow: /y\n", "/a", "/x /y"},
		{"byte order mark", "\ufeffUser-agent: *\nDisallow: /x", "/a", "/x"},
		{"records in between do not part", "User-agent: a\nSitemap: https://x.example/s.xml\nUser-agent: koyomi\nDisallow: /x", "/a", "/x"},
		{"blank lines do not part", "User-agent: koyomi\n\nDisallow: /x", "/a", "/x"},
		{"garbage is passed over", "<html>\n: :\nUser-agent\nUser-agent: *\nDisallow /z\nCrawl-delay: soon\nDisallow: /x\n\x00\xff", "/a /z", "/x"},
		{"no slash", "User-agent: *\nDisallow: x", "/a", "/x"},
		{"blanks around the colon", "User-agent : *\n  Disallow  :  /x  ", "/a", "/x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := parseRules(c.text)
			for want, paths := range map[bool]string{true: c.allowed, false: c.forbidden} {
				for _, p := range strings.Fields(paths) {
					if got, by := r.decide(p); got != want {
						t.Errorf("%s: allowed %v (by %+v), want %v", p, got, by, want)
					}
				}
			}
		})
	}
}

func TestCrawlDelay(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 10":                                    10 * time.Second,
		"User-agent: *\nCrawl-delay: 0.5\nDisallow: /x":                     500 * time.Millisecond,
		"User-agent: koyomi\nDisallow:\nUser-agent: *\nCrawl-delay: 9":      0,
		"User-agent: *\nCrawl-delay: 1e300":                                 24 * time.Hour,
		"User-agent: *\nCrawl-delay: -1":                                    0,
		"User-agent: *\nCrawl-delay: NaN":                                   0,
		"User-agent: a\nUser-agent: koyomi\nCrawl-delay: 3\nDisallow: /abc": 3 * time.Second,
	} {
		if got := parseRules(text).delay; got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// robotsHost is a site whose robots.txt can be changed.
type robotsHost struct {
	status int
	text   string
	asked  int
	pages  int
}

func (h *robotsHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/robots.txt" {
		h.pages++
		io.WriteString(w, "<html>page</html>")
		return
	}
	h.asked++
	w.WriteHeader(h.status)
	io.WriteString(w, h.text)
}

// TestRobotsAnswers: RFC 9309 section 2.3.1, what a site without rules means.
func TestRobotsAnswers(t *testing.T) {
	forbid := "User-agent: *\nDisallow: /\n"
	for _, c := range []struct {
		status int
		text   string
		want   health.Cause
	}{
		{200, "User-agent: *\nDisallow: /private", ""},
		{200, forbid, health.CauseRobots},
		{200, strings.Repeat("# much\n", 300_000) + forbid, ""}, // beyond the first MiB
		{404, forbid, ""},
		{403, forbid, ""},
		{401, forbid, ""},
		{410, forbid, ""},
		{429, "", health.CauseRobots},
		{500, "", health.CauseRobots},
		{503, "", health.CauseRobots},
	} {
		t.Run(fmt.Sprint(c.status, len(c.text)), func(t *testing.T) {
			h := &robotsHost{status: c.status, text: c.text}
			base, _ := serve(t, h.ServeHTTP)
			a := ask(base + "/list")
			a.Page = true
			_, err := client(t, Options{}, base).Fetch(t.Context(), a)
			if c.want == "" && err != nil || c.want == "" && h.pages != 1 {
				t.Errorf("got %v, %d pages", err, h.pages)
			}
			if c.want != "" {
				wantCause(t, err, c.want)
				if h.pages != 0 {
					t.Errorf("%d pages were asked for", h.pages)
				}
			}
		})
	}
}

// TestRobotsCache: asked once a day; an old one serves while there is none newer.
func TestRobotsCache(t *testing.T) {
	k := newClock()
	h := &robotsHost{status: 200, text: "User-agent: *\nDisallow: /private\nCrawl-delay: 7"}
	base, _ := serve(t, h.ServeHTTP)
	c := client(t, Options{Now: k.Now, Sleep: k.Sleep}, base)
	page := func(path string, asked int, want health.Cause) {
		t.Helper()
		a := ask(base + path)
		a.Page = true
		_, err := c.Fetch(t.Context(), a)
		if want == "" && err != nil {
			t.Errorf("%s: %v", path, err)
		} else if want != "" {
			wantCause(t, err, want)
		}
		if h.asked != asked {
			t.Errorf("%s: robots.txt was asked for %d times, want %d", path, h.asked, asked)
		}
	}
	page("/a", 1, "")
	page("/private/b", 1, health.CauseRobots)
	k.pass(23 * time.Hour)
	page("/b", 1, "")
	k.pass(2 * time.Hour)
	h.text = "User-agent: *\nDisallow: /b"
	page("/b", 2, health.CauseRobots)
	h.status = 500
	k.pass(25 * time.Hour)
	page("/a", 3, "")
	page("/b", 3, health.CauseRobots)
	k.pass(6 * time.Minute)
	page("/a", 4, "")
	k.pass(31 * 24 * time.Hour)
	page("/a", 5, health.CauseRobots)
	h.status = 404
	k.pass(6 * time.Minute)
	page("/b", 6, "")
	if k.slept[0] != 7*time.Second {
		t.Errorf("waited %v, want the Crawl-delay first", k.slept)
	}
}

// TestRobotsScope: who is asked about robots.txt, and for what.
func TestRobotsScope(t *testing.T) {
	h := &robotsHost{status: 200, text: "User-agent: *\nDisallow: /"}
	base, _ := serve(t, h.ServeHTTP)
	c := client(t, Options{}, base)
	if _, err := get(t, c, base+"/feed.xml"); err != nil || h.asked != 0 {
		t.Errorf("a feed: %v, robots.txt asked for %d times", err, h.asked)
	}
	a := ask(base + "/page")
	a.Page, a.IgnoreRobots = true, "the organiser allowed it by mail"
	if _, err := c.Fetch(t.Context(), a); err != nil || h.asked != 0 {
		t.Errorf("with permission: %v, robots.txt asked for %d times", err, h.asked)
	}
	// A redirect to a host that forbids it is not followed.
	open, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		redirect(w, 302, base+"/page")
	})
	pages := h.pages
	a = ask(open + "/page")
	a.Page = true
	_, err := client(t, Options{}, base, open).Fetch(t.Context(), a)
	wantCause(t, err, health.CauseRobots)
	if h.pages != pages {
		t.Error("the page was asked for")
	}
}

// TestRobotsRedirect: five redirects are followed for robots.txt, to other hosts
// too; more mean that there is none.
func TestRobotsRedirect(t *testing.T) {
	for hops, want := range map[int]health.Cause{5: health.CauseRobots, 6: ""} {
		base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			var n int
			switch {
			case r.URL.Path == "/robots.txt":
				redirect(w, 301, "/r1")
			case r.URL.Path == "/page":
			case func() bool { _, err := fmt.Sscanf(r.URL.Path, "/r%d", &n); return err == nil && n < hops }():
				redirect(w, 301, fmt.Sprint("/r", n+1))
			default:
				io.WriteString(w, "User-agent: *\nDisallow: /")
			}
		})
		a := ask(base + "/page")
		a.Page = true
		_, err := client(t, Options{}, base).Fetch(t.Context(), a)
		if want == "" && err != nil {
			t.Errorf("%d redirects: %v", hops, err)
		} else if want != "" {
			wantCause(t, err, want)
		}
	}
}

// TestLongCrawlDelay: a delay that is too long to wait for puts the page off.
func TestLongCrawlDelay(t *testing.T) {
	k := newClock()
	h := &robotsHost{status: 200, text: "User-agent: *\nCrawl-delay: 3600"}
	base, _ := serve(t, h.ServeHTTP)
	c := client(t, Options{Now: k.Now, Sleep: k.Sleep}, base)
	a := ask(base + "/page")
	a.Page = true
	for range 3 {
		_, err := c.Fetch(t.Context(), a)
		if err == nil {
			break
		}
		f := wantCause(t, err, health.CauseLimited)
		if f.RetryAfter != time.Hour {
			t.Errorf("put off for %s, want an hour", f.RetryAfter)
		}
		k.pass(f.RetryAfter)
	}
	if h.pages != 1 {
		t.Errorf("%d pages, want 1", h.pages)
	}
}

func FuzzRules(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nCrawl-delay: 3", "/axb")
	f.Add("User-agent: koyomi\nAllow: /%e3%82\nDisallow: %", "/%")
	f.Add("\ufeff:\n*\r\r#", "")
	f.Fuzz(func(t *testing.T, text, path string) {
		if len(path) > maxURL || len(text) > maxRobots {
			return
		}
		r := parseRules(text)
		r.decide(path)
		if once := normalise(path); normalise(once) != once && !strings.Contains(once, "%") {
			t.Errorf("%q is normalised to %q, which is not normal", path, once)
		}
	})
}
