package service_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/web"
)

var proxyNow = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

// siteUnder is a site of some events under a public address.
func siteUnder(t *testing.T, address string) *web.Site {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "koyomi.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	id, err := db.OpenPoll(t.Context(), "garden", proxyNow)
	if err != nil {
		t.Fatal(err)
	}
	o := store.Outcome{
		Poll:  store.Poll{ID: id, Source: "garden", At: proxyNow, Closed: proxyNow, State: health.Applied},
		State: store.SourceState{ID: "garden", LastPoll: proxyNow, LastGood: proxyNow},
	}
	for n := range 300 {
		e := event.Event{UID: fmt.Sprintf("%08x-0000-5000-8000-000000000000", n), Community: "garden", Sources: []string{"garden"}, Created: proxyNow, Updated: proxyNow}
		e.Title, e.Zone, e.Location = fmt.Sprintf("第%d回 庭の勉強会", n), "Asia/Tokyo", "東京都渋谷区"
		e.Start = event.At(proxyNow.AddDate(0, 0, n%90))
		o.Events = append(o.Events, e)
	}
	if err := db.ClosePoll(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	all := []*source.Community{{ID: "garden", Name: "庭の会", Sources: []*source.Source{{ID: "garden"}}}}
	return web.New(web.Options{
		Reader: db, PublicURL: address, Version: "1", Now: func() time.Time { return proxyNow },
		Communities: func() []*source.Community { return all },
		Calendar:    publish.Calendar{URL: address + "/", EventBase: address + "/events/"},
	})
}

// A proxy is one of the examples: how it is run, and what becomes of its text for a test.
type proxy struct {
	program, file string
	// config is the text with addresses of the test, under a path where one is given.
	config func(text, upstream, listen, path string) string
	args   func(dir, config string) []string
}

var proxies = []proxy{
	{
		program: "nginx", file: "nginx.conf",
		config: func(text, upstream, listen, path string) string {
			pairs := []string{"127.0.0.1:8080", upstream, "listen 80;", "listen " + listen + ";", "listen [::]:80;", ""}
			if path != "" {
				pairs = append(pairs, "location / {", "location "+path+"/ {", "proxy_pass http://koyomi;", "proxy_pass http://koyomi/;")
			}
			dir := "/tmp"
			return "daemon off; worker_processes 1; pid PID; error_log stderr; events {}\nhttp { access_log off; client_body_temp_path " + dir + "/t1; proxy_temp_path " + dir + "/t2; fastcgi_temp_path " + dir + "/t3; uwsgi_temp_path " + dir + "/t4; scgi_temp_path " + dir + "/t5;\n" +
				strings.NewReplacer(pairs...).Replace(text) + "}"
		},
		args: func(dir, config string) []string { return []string{"-p", dir, "-c", config} },
	},
	{
		program: "caddy", file: "Caddyfile",
		config: func(text, upstream, listen, path string) string {
			pairs := []string{"127.0.0.1:8080", upstream, "calendar.example.org {", "http://" + listen + " {"}
			text = strings.NewReplacer(pairs...).Replace(text)
			if path != "" {
				before, after, _ := strings.Cut(text, "\treverse_proxy ")
				text = before + "\thandle_path " + path + "/* {\n\treverse_proxy " + after + "}\n"
			}
			return "{\n\tadmin off\n\tauto_https off\n}\n" + text
		},
		args: func(_, config string) []string { return []string{"run", "--adapter", "caddyfile", "--config", config} },
	},
}

// start runs the proxy before an upstream, and returns its address.
func (p proxy) start(t *testing.T, upstream, path string) string {
	t.Helper()
	program, err := exec.LookPath(p.program)
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/" + p.program)
	}
	if err != nil {
		t.Skipf("%s is not installed", p.program)
	}
	text, err := os.ReadFile("proxy/" + p.file)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, p.file)
	written := p.config(string(text), strings.TrimPrefix(upstream, "http://"), listen, path)
	written = strings.NewReplacer("/tmp/t", dir+"/t", "pid PID", "pid "+dir+"/pid").Replace(written)
	if err := os.WriteFile(config, []byte(written), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, program, p.args(dir, config)...)
	c.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = c.Wait() })
	for since := time.Now(); time.Since(since) < 20*time.Second; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", listen); err == nil {
			conn.Close()
			return "http://" + listen
		}
	}
	t.Fatalf("%s does not answer: %s", p.program, said.String())
	return ""
}

// get asks without following redirects or taking compression off by itself.
func get(t *testing.T, address string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Transport{DisableCompression: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

// TestProxies runs the examples before koyomi: what it sends arrives as it is, compressed
// or not, with its ETag; a reader who has it gets 304; koyomi hears who asks, from the
// proxy alone; what it flushes arrives at once; and all of it works under a path.
func TestProxies(t *testing.T) {
	for _, p := range proxies {
		for _, path := range []string{"", "/koyomi"} {
			t.Run(p.program+path, func(t *testing.T) {
				address := "https://calendar.example.org" + path
				site := siteUnder(t, address)
				goOn := make(chan struct{})
				var asker []string
				upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch r.URL.Path {
					case "/asker":
						asker = r.Header["X-Forwarded-For"]
					case "/slow":
						fmt.Fprint(w, "first")
						w.(http.Flusher).Flush() //nolint:forcetypeassert // a server's is one
						<-goOn
					default:
						site.ServeHTTP(w, r)
					}
				}))
				t.Cleanup(upstream.Close)
				base := p.start(t, upstream.URL, path) + path
				direct, whole := get(t, upstream.URL+"/calendar.ics")
				t.Run("whole", func(t *testing.T) {
					res, body := get(t, base+"/calendar.ics")
					if res.StatusCode != http.StatusOK || !bytes.Equal(body, whole) || res.Header.Get("Etag") != direct.Header.Get("Etag") {
						t.Errorf("status %d, %d octets of %d, ETag %s, want %s", res.StatusCode, len(body), len(whole), res.Header.Get("Etag"), direct.Header.Get("Etag"))
					}
				})
				t.Run("compressed", func(t *testing.T) {
					there, _ := get(t, upstream.URL+"/calendar.ics", "Accept-Encoding", "gzip")
					res, body := get(t, base+"/calendar.ics", "Accept-Encoding", "gzip")
					z, err := gzip.NewReader(bytes.NewReader(body))
					if err != nil {
						t.Fatal(err)
					}
					text, err := io.ReadAll(z)
					if err != nil || !bytes.Equal(text, whole) || res.Header.Get("Etag") != there.Header.Get("Etag") {
						t.Errorf("%d octets of %d, ETag %s, want %s, %v", len(text), len(whole), res.Header.Get("Etag"), there.Header.Get("Etag"), err)
					}
				})
				t.Run("304", func(t *testing.T) {
					res, body := get(t, base+"/calendar.ics", "If-None-Match", direct.Header.Get("Etag"))
					if res.StatusCode != http.StatusNotModified || len(body) > 0 {
						t.Errorf("status %d, %d octets", res.StatusCode, len(body))
					}
				})
				t.Run("who asks", func(t *testing.T) {
					get(t, base+"/asker", "X-Forwarded-For", "203.0.113.9")
					if len(asker) != 1 || asker[0] != "127.0.0.1" {
						t.Errorf("koyomi hears %q", asker)
					}
				})
				t.Run("at once", func(t *testing.T) {
					res, err := http.Get(base + "/slow")
					if err != nil {
						t.Fatal(err)
					}
					defer res.Body.Close()
					first := make([]byte, 5)
					if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "first" {
						t.Errorf("%q, %v", first, err)
					}
					close(goOn)
				})
				t.Run("not for readers", func(t *testing.T) {
					if res, _ := get(t, base+"/metrics"); res.StatusCode != http.StatusNotFound {
						t.Errorf("/metrics: status %d", res.StatusCode)
					}
				})
				t.Run("links", func(t *testing.T) {
					res, _ := get(t, base+"/communities/garden/")
					if at := res.Header.Get("Location"); at != path+"/communities/garden" && at != address+"/communities/garden" {
						t.Errorf("status %d, to %q", res.StatusCode, at)
					}
					_, page := get(t, base+"/")
					if path != "" && bytes.Contains(page, []byte(`href="/communities`)) {
						t.Errorf("a link leaves the path")
					}
				})
			})
		}
	}
}
