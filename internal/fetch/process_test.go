package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/store/storetest"
)

func TestMemoryContract(t *testing.T) {
	storetest.RunHosts(t, func(*testing.T) (store.Hosts, func() store.Hosts) { return NewMemory(newClock().Now), nil })
}

// TestANewProcessKeepsRests: what a host asked for binds the next process on the
// database, for every address of the host, in every form of Retry-After.
func TestANewProcessKeepsRests(t *testing.T) {
	k := newClock()
	for name, c := range map[string]struct {
		status int
		after  string
		want   time.Duration
	}{
		"seconds":                   {429, "3600", time.Hour},
		"ten hours":                 {503, "36000", 10 * time.Hour},
		"a date":                    {429, k.Now().Add(7 * time.Hour).Format(http.TimeFormat), 7 * time.Hour},
		"a date in the old form":    {429, k.Now().Add(7 * time.Hour).Format(time.RFC850), 7 * time.Hour},
		"without saying how long":   {429, "", 15 * time.Minute},
		"for longer than is obeyed": {429, "99999999", 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			k := newClock()
			base, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", c.after)
				w.WriteHeader(c.status)
			})
			db := NewMemory(k.Now)
			process := func() *Client { return client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base) }
			_, err := get(t, process(), base+"/feed")
			wantCause(t, err, health.CauseLimited)
			k.pass(c.want - time.Second)
			_, err = get(t, process(), base+"/a-neighbour")
			if f := wantCause(t, err, health.CauseLimited); f.RetryAfter != time.Second || asked.Load() != 1 {
				t.Errorf("%d requests, to wait another %s", asked.Load(), f.RetryAfter)
			}
			k.pass(time.Second)
			get(t, process(), base+"/feed")
			if asked.Load() != 2 {
				t.Errorf("%d requests after the rest, want 2", asked.Load())
			}
		})
	}
}

// TestProcessesTakeTurns: processes on one database ask a host one at a time, with the
// gap between two requests, and keep its Crawl-delay.
func TestProcessesTakeTurns(t *testing.T) {
	k := newClock()
	var mu sync.Mutex
	var at []time.Time
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/robots.txt" {
			io.WriteString(w, "User-agent: *\nCrawl-delay: 30\n")
		}
		at = append(at, k.Now())
	})
	db := NewMemory(k.Now)
	process := func() *Client { return client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base) }
	page := ask(base + "/page")
	page.Page = true
	if _, err := process().Fetch(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := get(t, process(), base+"/feed"); err != nil {
			t.Fatal(err)
		}
	}
	if len(at) != 5 {
		t.Fatalf("%d requests, want robots.txt, a page and three feeds", len(at))
	}
	for i := 2; i < len(at); i++ {
		if gap := at[i].Sub(at[i-1]); gap < 30*time.Second {
			t.Errorf("request %d came %s after the one before", i, gap)
		}
	}
}

// TestAHostHeldByAnotherProcessIsNotAsked: while another process asks it a host is not
// asked; a process that died holds it no longer than a request may take.
func TestAHostHeldByAnotherProcessIsNotAsked(t *testing.T) {
	k := newClock()
	base, asked := serve(t, func(http.ResponseWriter, *http.Request) {})
	db := NewMemory(k.Now)
	lease := k.Now().Add(25 * time.Second)
	if err := db.WithHost(t.Context(), strings.TrimPrefix(base, "http://"), func(s *store.HostState) {
		s.Holder, s.Lease = "another process", lease
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base), base); err != nil {
		t.Fatal(err)
	}
	if k.Now().Before(lease) || asked.Load() != 1 {
		t.Errorf("%d requests, the last at %s while another held the host until %s", asked.Load(), k.Now(), lease)
	}
}

// interruptedHosts is a database whose writes are interrupted: before is done before one,
// after when it is written.
type interruptedHosts struct {
	store.Hosts
	before, after func()
}

func (i *interruptedHosts) WithHost(ctx context.Context, host string, change func(*store.HostState)) error {
	once := func(f *func()) {
		if do := *f; do != nil {
			*f = nil
			do()
		}
	}
	once(&i.before)
	err := i.Hosts.WithHost(ctx, host, change)
	once(&i.after)
	return err
}

// TestAProcessThatWasStoppedAsksAgain: whoever is stopped, or waits for the database,
// between two of the steps towards a request asks for permission again where others may
// have asked the host meanwhile.
func TestAProcessThatWasStoppedAsksAgain(t *testing.T) {
	const gap = 10 * time.Second
	for _, c := range []struct {
		name string
		// stopped is for how long, after says that it has the permission by then.
		stopped time.Duration
		after   bool
	}{
		{"for less than a gap before it is permitted", gap / 2, false},
		{"for hours before it is permitted", 5 * time.Hour, false},
		{"for less than a gap between permission and request", gap / 2, true},
		{"for hours between permission and request", 5 * time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newClock()
			var at []time.Time
			base, _ := serve(t, func(http.ResponseWriter, *http.Request) { at = append(at, k.Now()) })
			db := NewMemory(k.Now)
			process := func(h store.Hosts) *Client {
				return client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: h, MinGap: func(string) (time.Duration, bool) { return gap, true }}, base)
			}
			stop := func() {
				k.pass(c.stopped)
				if c.stopped > time.Minute || !c.after { // the other has its turn, or takes over
					if _, err := get(t, process(db), base); err != nil {
						t.Error(err)
					}
				}
			}
			h := &interruptedHosts{Hosts: db, before: stop}
			if c.after {
				h.before, h.after = nil, stop
			}
			if _, err := get(t, process(h), base); err != nil {
				t.Fatal(err)
			}
			for i := 1; i < len(at); i++ {
				if since := at[i].Sub(at[i-1]); since < gap {
					t.Errorf("a request %s after the one before", since)
				}
			}
			if want := map[bool]int{true: 1, false: 2}[c.after && c.stopped < time.Minute]; len(at) != want {
				t.Errorf("%d requests, want %d", len(at), want)
			}
		})
	}
}

// TestRobotsTxtIsSharedByProcesses: a robots.txt is asked for once a day, whichever
// process does, also where it could not be had.
func TestRobotsTxtIsSharedByProcesses(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		fresh  time.Duration
		want   health.Cause
	}{
		{"one that forbids", 200, 24 * time.Hour, health.CauseRobots},
		{"none", 404, 24 * time.Hour, ""},
		{"one that cannot be had", 500, 5 * time.Minute, health.CauseRobots},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newClock()
			robots := 0
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/robots.txt" {
					return
				}
				robots++
				w.WriteHeader(c.status)
				io.WriteString(w, "User-agent: koyomi\nDisallow: /page\n")
			})
			db := NewMemory(k.Now)
			visit := func() {
				t.Helper()
				page := ask(base + "/page")
				page.Page = true
				_, err := client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base).Fetch(t.Context(), page)
				if c.want != "" {
					wantCause(t, err, c.want)
				} else if err != nil {
					t.Error(err)
				}
			}
			visit()
			k.pass(c.fresh - time.Minute)
			visit()
			if robots != 1 {
				t.Errorf("robots.txt was asked for %d times", robots)
			}
			k.pass(time.Minute)
			visit()
			if robots != 2 {
				t.Errorf("robots.txt was asked for %d times once it was out of date", robots)
			}
		})
	}
}

// TestGoneStopsAnAddress: after 410 an address is asked no more by any process, while
// others on the host are, until it is taken up again.
func TestGoneStopsAnAddress(t *testing.T) {
	k := newClock()
	base, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusGone)
		}
	})
	db := NewMemory(k.Now)
	process := func() *Client { return client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base) }
	for range 5 {
		_, err := get(t, process(), base+"/gone")
		wantCause(t, err, health.CauseGone)
		k.pass(30 * 24 * time.Hour)
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want once", asked.Load())
	}
	if _, err := get(t, process(), base+"/other"); err != nil {
		t.Errorf("a neighbour: %v", err)
	}
	probe := ask(base + "/gone")
	probe.Probe = true
	if answer, err := process().Fetch(t.Context(), probe); err != nil || answer.Page.Status != http.StatusGone {
		t.Errorf("a question whether the page is there: %+v, %v", answer, err)
	}
	if err := db.WithAddress(t.Context(), base+"/gone", func(a *store.AddressState) { *a = store.AddressState{URL: a.URL} }); err != nil {
		t.Fatal(err)
	}
	get(t, process(), base+"/gone")
	if asked.Load() != 4 {
		t.Errorf("asked %d times after it was taken up again, want 4", asked.Load())
	}
}

// TestALastingRefusalStopsAnAddress: a host that says no for a week is believed; one
// answer in between begins the week again.
func TestALastingRefusalStopsAnAddress(t *testing.T) {
	k := newClock()
	status := http.StatusForbidden
	base, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	db := NewMemory(k.Now)
	daily := func(days int) {
		for range days {
			get(t, client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base), base)
			k.pass(24 * time.Hour)
		}
	}
	daily(6)
	status = http.StatusOK
	daily(1)
	status = http.StatusUnauthorized
	daily(30)
	if asked.Load() != 6+1+8 {
		t.Errorf("asked %d times, want 15: six refusals, an answer, refusals for a week", asked.Load())
	}
	a, err := db.Address(t.Context(), base)
	if err != nil || a.Stopped.IsZero() || a.Cause != health.CauseBlocked || a.Source != "test" {
		t.Errorf("remembered: %+v, %v", a, err)
	}
}

// TestAMoveIsSteadyAfterAWeek: a permanent redirect is followed each time and taken for
// a move after a week of the same answers; another target or a direct answer begins
// again.
func TestAMoveIsSteadyAfterAWeek(t *testing.T) {
	k := newClock()
	to := "/new"
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" && to != "" {
			redirect(w, http.StatusMovedPermanently, to)
		}
	})
	db := NewMemory(k.Now)
	steady := func() bool {
		t.Helper()
		answer, err := get(t, client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base), base+"/old")
		if err != nil || to != "" && answer.Page.URL != base+to {
			t.Fatalf("followed to %s: %v", answer.Page.URL, err)
		}
		a, err := db.Address(t.Context(), base+"/old")
		if err != nil {
			t.Fatal(err)
		}
		k.pass(24 * time.Hour)
		return a.Steady()
	}
	for day := range 7 {
		if steady() {
			t.Errorf("a move after %d days", day)
		}
	}
	if !steady() {
		t.Error("no move after a week")
	}
	to = "/newer"
	if steady() {
		t.Error("a move to where it led once")
	}
	to = ""
	steady()
	if all, err := db.Addresses(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("remembered after a direct answer: %+v, %v", all, err)
	}
}

// TestAClockThatWasSetBackSilencesNobody: what a wrong clock left far ahead is not
// believed.
func TestAClockThatWasSetBackSilencesNobody(t *testing.T) {
	k := newClock()
	base, asked := serve(t, func(http.ResponseWriter, *http.Request) {})
	db := NewMemory(k.Now)
	year := k.Now().AddDate(1, 0, 0)
	if err := db.WithHost(t.Context(), strings.TrimPrefix(base, "http://"), func(s *store.HostState) {
		s.Rest, s.Asked, s.Lease, s.Holder = year, year, year, "another process"
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base), base); err != nil || asked.Load() != 1 {
		t.Errorf("%d requests, %v", asked.Load(), err)
	}
}

// brokenHosts is a database that cannot be written to.
type brokenHosts struct {
	store.Hosts
	broken bool
}

func (b *brokenHosts) WithHost(ctx context.Context, host string, change func(*store.HostState)) error {
	if b.broken {
		return errors.New("the disk is full")
	}
	return b.Hosts.WithHost(ctx, host, change)
}

// TestARestThatCannotBeWrittenIsKept: where the database fails while a host asks for
// rest, this process keeps to it; and no host is asked when nobody could be told.
func TestARestThatCannotBeWrittenIsKept(t *testing.T) {
	k := newClock()
	db := &brokenHosts{Hosts: NewMemory(k.Now)}
	base, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		db.broken = true
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	c := client(t, Options{Now: k.Now, Sleep: k.Sleep, Hosts: db}, base)
	_, err := get(t, c, base)
	wantCause(t, err, health.CauseLimited)
	_, err = get(t, c, base)
	wantCause(t, err, health.CauseStorage)
	db.broken = false
	k.pass(50 * time.Minute)
	_, err = get(t, c, base)
	wantCause(t, err, health.CauseLimited)
	if asked.Load() != 1 {
		t.Errorf("%d requests, want 1", asked.Load())
	}
}

// TestARenewedClientRemembersAddresses: what is gone stays so over a reload, also where
// there is no database.
func TestARenewedClientRemembersAddresses(t *testing.T) {
	base, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	old := client(t, Options{}, base)
	_, err := get(t, old, base)
	wantCause(t, err, health.CauseGone)
	k := newClock()
	fetcher := old.Renew(Options{Now: k.Now, Sleep: k.Sleep, Allow: []string{strings.TrimPrefix(base, "http://")}})
	defer fetcher.Close()
	_, err = get(t, fetcher, base)
	wantCause(t, err, health.CauseGone)
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}
