package deploy

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"koyomi/internal/web"
)

const (
	htmlType     = "text/html; charset=utf-8"
	calendarType = "text/calendar; charset=utf-8"
)

// siteOf is a site of some events, whose pages say word.
func siteOf(word string, events ...string) []web.File {
	site := []web.File{{Path: "calendar.ics", Type: calendarType, Cache: "max-age=300", Body: []byte("BEGIN:VCALENDAR " + word)}}
	for _, e := range events {
		site = append(site, web.File{
			Path: "events/" + e + ".html", Type: htmlType, Cache: "max-age=60",
			Body: []byte("<p>" + strings.Repeat(e+" ", 200)),
		})
	}
	return append(site, web.File{Path: "index.html", Type: htmlType, Cache: "max-age=60", Body: []byte("<p>" + strings.Repeat(word+" ", 200))})
}

func paths(site []web.File) []string {
	var all []string
	for _, f := range site {
		all = append(all, f.Path)
	}
	return all
}

// deployed puts a site into a target.
func deployed(t *testing.T, target Target, site []web.File) (Counts, error) {
	t.Helper()
	defer target.Close()
	if err := target.Begin(t.Context(), paths(site)); err != nil {
		return Counts{}, err
	}
	for _, f := range site {
		if err := target.Put(t.Context(), f); err != nil {
			return Counts{}, err
		}
	}
	return target.Finish(t.Context())
}

// A place is a kind of target, with what a reader finds in it.
type place struct {
	open func(t *testing.T) (Target, error)
	// holds returns what is there by its path, the manifest left out.
	holds func(t *testing.T) map[string]string
	// lay puts what koyomi did not.
	lay func(t *testing.T, path, body string)
}

func directory(t *testing.T) place {
	t.Helper()
	dir := t.TempDir()
	return place{
		open: func(*testing.T) (Target, error) { return OpenDirectory(dir, false) },
		holds: func(t *testing.T) map[string]string {
			t.Helper()
			all := map[string]string{}
			err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() || d.Name() == Manifest {
					return err
				}
				body, err := os.ReadFile(path)
				name, _ := filepath.Rel(dir, path)
				all[filepath.ToSlash(name)] = string(body)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return all
		},
		lay: func(t *testing.T, path, body string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, path), []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// A store is an S3 server in this process, which counts what is put.
type store struct {
	server *httptest.Server
	back   *s3mem.Backend
	puts   atomic.Int64
	// headers are those of the latest put of each object, by its key.
	headers sync.Map
	// most is after how many puts it answers no more; 0 for never.
	most atomic.Int64
}

const (
	bucketName = "calendar"
	prefix     = "site"
)

func newStore(t *testing.T) *store {
	t.Helper()
	s := &store{back: s3mem.New()}
	fake := gofakes3.New(s.back).Server()
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			n := s.puts.Add(1)
			if most := s.most.Load(); most > 0 && n > most {
				http.Error(w, "no more", http.StatusForbidden)
				return
			}
			s.headers.Store(strings.TrimPrefix(r.URL.Path, "/"+bucketName+"/"), r.Header.Clone())
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(s.server.Close)
	if err := s.back.CreateBucket(bucketName); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *store) open(t *testing.T) (Target, error) {
	t.Helper()
	return OpenBucket(t.Context(), BucketOptions{
		Endpoint: s.server.URL, Region: "ap-northeast-1", Name: bucketName, Prefix: prefix,
		AccessKey: "key", SecretKey: "secret",
	})
}

// get returns an object as a browser understands it.
func (s *store) get(t *testing.T, key string) string {
	t.Helper()
	o, err := s.back.GetObject(bucketName, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Contents.Close()
	var r io.Reader = o.Contents
	if strings.Contains(o.Metadata["Content-Encoding"], "gzip") {
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func (s *store) holds(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	list, err := s.back.ListBucket(bucketName, nil, gofakes3.ListBucketPage{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list.Contents {
		path := strings.TrimPrefix(o.Key, prefix+"/")
		if path != Manifest {
			all[path] = s.get(t, o.Key)
		}
	}
	return all
}

func (s *store) lay(t *testing.T, path, body string) {
	t.Helper()
	target, err := s.open(t)
	if err != nil {
		t.Fatal(err)
	}
	b := target.(*Bucket) //nolint:forcetypeassert // it opens nothing else
	if err := b.send(t.Context(), web.File{Path: path, Body: []byte(body)}, ""); err != nil {
		t.Fatal(err)
	}
}

func bucket(t *testing.T) place {
	t.Helper()
	s := newStore(t)
	return place{open: s.open, holds: s.holds, lay: s.lay}
}

// TestTargets: the site and nothing else becomes what a target holds, what is somebody
// else's stays, and a site without events never takes the place of one with some.
func TestTargets(t *testing.T) {
	for name, make := range map[string]func(*testing.T) place{"directory": directory, "bucket": bucket} {
		t.Run(name, func(t *testing.T) {
			p := make(t)
			run := func(want Counts, site []web.File) {
				t.Helper()
				target, err := p.open(t)
				if err != nil {
					t.Fatal(err)
				}
				done, err := deployed(t, target, site)
				if err != nil || done != want {
					t.Errorf("got %+v, %v, want %+v", done, err, want)
				}
				held := p.holds(t)
				delete(held, "CNAME")
				if len(held) != len(site) {
					t.Errorf("it holds %d files, want %d", len(held), len(site))
				}
				for _, f := range site {
					if held[f.Path] != string(f.Body) {
						t.Errorf("%s holds %.20q, want %.20q", f.Path, held[f.Path], f.Body)
					}
				}
			}
			run(Counts{Written: 5}, siteOf("May", "a", "b", "c"))
			p.lay(t, "CNAME", "mine")
			run(Counts{Unchanged: 5}, siteOf("May", "a", "b", "c"))
			run(Counts{Written: 2, Unchanged: 3}, siteOf("June", "a", "b", "c"))
			run(Counts{Written: 1, Unchanged: 3, Removed: 2}, siteOf("June", "a", "d"))
			if p.holds(t)["CNAME"] != "mine" {
				t.Error("what koyomi did not write is gone")
			}
			target, err := p.open(t)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := deployed(t, target, siteOf("empty")); !errors.Is(err, ErrShrunk) {
				t.Errorf("a site without events: %v, want %v", err, ErrShrunk)
			}
			if len(p.holds(t)) != 5 {
				t.Errorf("the empty site changed it: %d files", len(p.holds(t)))
			}
		})
	}
}

// TestForeign: a target with a page that koyomi did not write is refused.
func TestForeign(t *testing.T) {
	for name, make := range map[string]func(*testing.T) place{"directory": directory, "bucket": bucket} {
		t.Run(name, func(t *testing.T) {
			p := make(t)
			p.lay(t, "index.html", "mine")
			if _, err := p.open(t); err == nil || !strings.Contains(err.Error(), "did not write") {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
}

// TestBucketHeaders: what browsers ask for is stored compressed and says so, a calendar is
// not, and each has its type and how long it may be kept.
func TestBucketHeaders(t *testing.T) {
	s := newStore(t)
	target, err := s.open(t)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := deployed(t, target, siteOf("May", "a")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][3]string{
		"index.html":   {htmlType, "max-age=60", "gzip"},
		"calendar.ics": {calendarType, "max-age=300", ""},
	} {
		put, _ := s.headers.Load(prefix + "/" + path)
		h, _ := put.(http.Header)
		// The client says aws-chunked as well, which is of the way and is not kept.
		encoding := strings.Trim(strings.TrimPrefix(h.Get("Content-Encoding"), "aws-chunked"), ",")
		got := [3]string{h.Get("Content-Type"), h.Get("Cache-Control"), encoding}
		if got != want {
			t.Errorf("%s has %q, want %q", path, got, want)
		}
	}
}

// TestBucketUnchanged: a second run with nothing new puts nothing, not even its manifest.
func TestBucketUnchanged(t *testing.T) {
	s := newStore(t)
	for range 2 {
		target, err := s.open(t)
		if err != nil {
			t.Fatal(err)
		}
		s.puts.Store(0)
		if _, err := deployed(t, target, siteOf("May", "a", "b")); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.puts.Load(); n != 0 {
		t.Errorf("%d objects were put, want none", n)
	}
}

// TestBucketInterrupted: a run that ends at any moment leaves only what the next one
// finishes: nothing is lost, and nothing of koyomi's stays for ever.
func TestBucketInterrupted(t *testing.T) {
	const many = 40
	var before, after []string
	for i := range many {
		before, after = append(before, fmt.Sprint("x", i)), append(after, fmt.Sprint("y", i))
	}
	for most := int64(1); most < many+4; most += 6 {
		s := newStore(t)
		target, err := s.open(t)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := deployed(t, target, siteOf("May", before...)); err != nil {
			t.Fatal(err)
		}
		s.puts.Store(0)
		s.most.Store(most)
		if target, err = s.open(t); err != nil {
			t.Fatal(err)
		}
		if _, err := deployed(t, target, siteOf("June", after...)); err == nil {
			t.Fatalf("after %d puts: no error", most)
		}
		s.most.Store(0)
		if target, err = s.open(t); err != nil {
			t.Fatal(err)
		}
		if _, err := deployed(t, target, siteOf("June", after...)); err != nil {
			t.Fatal(err)
		}
		if held := s.holds(t); len(held) != many+2 || held["events/x0.html"] != "" {
			t.Errorf("after %d puts and a second run: %d files, want %d", most, len(held), many+2)
		}
	}
}

// TestPrecompress: a directory may hold each text a second time, compressed.
func TestPrecompress(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []Counts{{Written: 5}, {Unchanged: 5}} {
		d, err := OpenDirectory(dir, true)
		if err != nil {
			t.Fatal(err)
		}
		if done, err := deployed(t, d, siteOf("May", "a")); err != nil || done != want {
			t.Errorf("got %+v, %v, want %+v", done, err, want)
		}
	}
	f, err := os.Open(filepath.Join(dir, "index.html.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(r); err != nil || !strings.Contains(string(body), "May") {
		t.Errorf("got %.20q, %v", body, err)
	}
}

// TestParseBucket: addresses of buckets, and what is none.
func TestParseBucket(t *testing.T) {
	for target, want := range map[string]string{
		"s3://calendar":        "calendar ",
		"s3://calendar/":       "calendar ",
		"s3://calendar/a/b/":   "calendar a/b",
		"s3://":                "",
		"s3://calendar?x=1":    "",
		"s3:///site":           "",
		"gs://calendar/site":   "",
		"s3://calendar/site#x": "",
	} {
		name, prefix, err := ParseBucket(target)
		got := name + " " + prefix
		if err != nil {
			got = ""
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}
