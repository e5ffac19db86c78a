package poll_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

var monday = time.Date(2009, 5, 18, 9, 0, 0, 0, event.Tokyo)

const page = "https://a.example/list"

// A site is one page that a test can change, and the reader of its lines: a day and
// a title each, and a key where that is not the line's number. "panic" breaks the reader, "damaged" is refused by it.
type site struct {
	body, etag string
	failure    *health.Failure
	asks       []poll.Ask
}

func (s *site) Fetch(_ context.Context, ask poll.Ask) (poll.Answer, error) {
	s.asks = append(s.asks, ask)
	if s.failure != nil {
		return poll.Answer{}, s.failure
	}
	if ask.ETag != "" && ask.ETag == s.etag {
		return poll.Answer{NotModified: true, ETag: s.etag}, nil
	}
	return poll.Answer{Page: extract.Page{Requested: ask.URL, URL: ask.URL, Status: 200, Body: []byte(s.body)}, ETag: s.etag}, nil
}

type lines struct{}

func (lines) Need(v extract.Visit) ([]extract.Request, error) {
	if len(v.Pages) > 0 {
		return nil, nil
	}
	return []extract.Request{{URL: page}}, nil
}

func (lines) Read(v extract.Visit) (r extract.Result, err error) {
	body := string(v.Pages[0].Body)
	switch body {
	case "panic":
		panic("a reader's mistake")
	case "damaged":
		return r, &extract.Damage{URL: page, Reason: "cut off"}
	}
	for i, line := range strings.Fields(body) {
		day, title, _ := strings.Cut(line, ",")
		title, key, keyed := strings.Cut(title, ",")
		d, err := event.ParseDate(day)
		if err != nil {
			return r, err
		}
		l := event.Listing{Key: fmt.Sprintf("k%d", i)}
		if keyed {
			l.Key = key
		}
		l.Title, l.Start, l.Status = title, event.On(d), event.Confirmed
		r.Listings = append(r.Listings, l)
	}
	return r, nil
}

type shelf map[string][]byte

func (s shelf) Put(body []byte) (string, error) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	s[hash] = body
	return hash, nil
}

func (s shelf) Get(hash string) ([]byte, error) {
	if b, ok := s[hash]; ok {
		return b, nil
	}
	return nil, errors.New("not there")
}

// A desk is a poller with its store, a site and a clock.
type desk struct {
	*poll.Poller
	db   *sqlite.DB
	site *site
	now  time.Time
	src  *source.Source
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "k.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := &desk{db: db, site: &site{}, now: monday, src: &source.Source{ID: "a", Community: "a", Kind: "lines", URL: page}}
	d.Poller = &poll.Poller{
		Fetcher: d.site, Archive: shelf{}, Memory: db, Kinds: map[source.Kind]extract.Kind{"lines": lines{}},
		Now:       func() time.Time { return d.now },
		Next:      func(_ *source.Source, after time.Time) time.Time { return after.Add(6 * time.Hour) },
		Authority: func(string) ledger.Authority { return ledger.Authority{Community: "a"} },
	}
	return d
}

// visit polls six hours later.
func (d *desk) visit(t testing.TB, body string) poll.Report {
	t.Helper()
	d.now = d.now.Add(6 * time.Hour)
	if body != d.site.body {
		d.site.body, d.site.etag = body, fmt.Sprintf("%q", d.now.Format(time.RFC3339))
	}
	r, err := d.Visit(t.Context(), d.src)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// told returns the titles that are known, with their status.
func (d *desk) told(t testing.TB) string {
	t.Helper()
	events, err := d.db.Events(t.Context(), store.Window{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range events {
		all = append(all, e.Title+" "+string(e.Status))
	}
	return strings.Join(all, " | ")
}

func list(n int) string {
	var all []string
	for i := range n {
		all = append(all, event.DateOf(monday).Add(10+i*7).String()+fmt.Sprintf(",第%d回", i+1))
	}
	return strings.Join(all, "\n")
}

// TestReadingThatFailsKeepsTheOldValidators holds that what could not be read is
// asked for again, not taken for read (F49).
func TestReadingThatFailsKeepsTheOldValidators(t *testing.T) {
	d := newDesk(t)
	if r := d.visit(t, list(3)); r.Poll.State != health.Applied || len(r.Changes) != 3 {
		t.Fatalf("%+v", r.Poll)
	}
	first, before := d.site.etag, d.told(t)
	if r := d.visit(t, "damaged"); r.Poll.State != health.Failed || r.Poll.Cause != health.CauseDamaged || d.told(t) != before {
		t.Errorf("damaged: %+v, %s", r.Poll, d.told(t))
	}
	r := d.visit(t, list(4))
	if got := d.site.asks[2].ETag; got != first {
		t.Errorf("asked with %s after a page that could not be read, want %s", got, first)
	}
	if r.Poll.State != health.Applied || !r.Recovered || !strings.Contains(d.told(t), "第4回") {
		t.Errorf("after it: %+v, %s", r.Poll, d.told(t))
	}
	if r := d.visit(t, list(4)); r.Poll.State != health.Unchanged || r.NotModified != 1 {
		t.Errorf("unchanged: %+v", r.Poll)
	}
}

// TestReaderThatBreaksDown holds that a panic fails its own poll only, with its
// stack for who mends it, and the next poll is as before (F52).
func TestReaderThatBreaksDown(t *testing.T) {
	d := newDesk(t)
	d.visit(t, list(3))
	before := d.told(t)
	r := d.visit(t, "panic")
	if r.Poll.State != health.Failed || r.Poll.Cause != health.CausePanic || !strings.Contains(r.Poll.Message, "a reader's mistake") {
		t.Errorf("%+v", r.Poll)
	}
	if notes := strings.Join(r.Poll.Notes, "\n"); !strings.Contains(notes, "goroutine") || !strings.Contains(notes, "visit_test.go") {
		t.Errorf("no stack: %q", notes)
	}
	if d.told(t) != before {
		t.Errorf("%s, want %s", d.told(t), before)
	}
	if r := d.visit(t, list(3)+"\n2009-12-01,忘年会"); r.Poll.State != health.Applied || !r.Recovered {
		t.Errorf("after it: %+v", r.Poll)
	}
}

// TestSourceThatRots holds that a source that vanishes, halves or changes removes
// and cancels nothing (F50; B18, B19: held or unchanged, never cancelled).
func TestSourceThatRots(t *testing.T) {
	gone := &health.Failure{Cause: health.CauseGone, URL: page, Err: errors.New("status 410")}
	for name, c := range map[string]struct {
		body    string
		failure *health.Failure
		state   health.State
	}{
		"empty":    {"", nil, health.Held},
		"halved":   {list(5), nil, health.Held}, // and once it is believed, absence is counted
		"far off":  {strings.ReplaceAll(list(10), "2009-", "2019-"), nil, health.Held},
		"no title": {"2009-06-01,\n2009-06-08,\n2009-06-15,\n2009-06-22,\n2009-06-29,\n2009-07-06,", nil, health.Held},
		"vanished": {"", gone, health.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			for range 3 {
				d.visit(t, list(10))
			}
			before := d.told(t)
			d.site.failure = c.failure
			for range 4 {
				if r := d.visit(t, c.body); r.Poll.State != c.state {
					t.Errorf("%s (%s): %s", r.Poll.State, r.Poll.Cause, r.Poll.Message)
				}
			}
			if got := d.told(t); got != before {
				t.Errorf("%s\nwant %s", got, before)
			}
			d.site.failure = nil
			if r := d.visit(t, list(10)); r.Poll.State != health.Applied && r.Poll.State != health.Unchanged || r.Recovered != (c.state != health.Unchanged) {
				t.Errorf("recovery: %+v", r.Poll)
			}
		})
	}
}

// BenchmarkUnchangedVisit is a poll whose host says 304, the store on disk included.
func BenchmarkUnchangedVisit(b *testing.B) {
	d := newDesk(b)
	d.visit(b, list(50))
	body := d.site.body
	for b.Loop() {
		d.visit(b, body)
	}
}

// A counting memory counts how often the states of all sources are read.
type counting struct {
	poll.Memory
	all int
}

func (c *counting) Sources(ctx context.Context) ([]store.SourceState, error) {
	c.all++
	return c.Memory.Sources(ctx)
}

// A forgetful memory is one in which no profile was kept yet.
type forgetful struct{ poll.Memory }

func (f *forgetful) Source(ctx context.Context, id string) (store.SourceState, error) {
	s, err := f.Memory.Source(ctx, id)
	s.Profile = health.Profile{}
	return s, err
}
