package fetch

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
)

const (
	// robotsFresh is how long a robots.txt holds (RFC 9309 section 2.4), and
	// robotsStale how long it still does while a newer one cannot be had.
	robotsFresh = 24 * time.Hour
	robotsStale = 30 * 24 * time.Hour
	// robotsAgain is the time after which it is tried again.
	robotsAgain = 5 * time.Minute
	// maxRobots is how much of it is read (section 2.5 wants 500 KiB at least).
	maxRobots = 1 << 20
	// manyRobots is how many are remembered before those that are out of date are
	// forgotten.
	manyRobots = 256
)

// A robotsCache keeps what the robots.txt of each scheme, host and port said.
type robotsCache struct {
	mu  sync.Mutex
	all map[string]*robotsFile
}

// A robotsFile is the robots.txt of one origin.
type robotsFile struct {
	// busy holds a token while somebody reads or renews it.
	busy chan struct{}
	// text is what it said, rules what that means.
	text  string
	rules rules
	// at is when it was had, zero if never; again is when to ask for it next.
	at, again time.Time
	// failed is why it could not be had, which forbids everything.
	failed *health.Failure
}

func newRobotsCache() *robotsCache { return &robotsCache{all: map[string]*robotsFile{}} }

// file returns the entry of an origin.
func (c *robotsCache) file(origin string, now time.Time) *robotsFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.all[origin]; f != nil {
		return f
	}
	if len(c.all) >= manyRobots {
		maps.DeleteFunc(
			c.all,
			func(_ string, f *robotsFile) bool { return f.forgettable(now) },
		)
	}
	f := &robotsFile{busy: make(chan struct{}, 1)}
	c.all[origin] = f
	return f
}

// forgettable reports whether nobody uses a file and it is out of date.
func (f *robotsFile) forgettable(now time.Time) bool {
	select {
	case f.busy <- struct{}{}:
		defer func() { <-f.busy }()
		return now.After(f.again)
	default:
		return false
	}
}

// obey returns a failure where robots.txt forbids a URL (RFC 9309), or cannot be had
// for a reason that forbids everything.
func (c *Client) obey(ctx context.Context, w *walk, u *url.URL) error {
	origin := u.Scheme + "://" + canonicalHost(u.Hostname()) + ":" + portOf(u)
	f := c.robots.file(origin, c.opt.Now())
	select {
	case f.busy <- struct{}{}:
		defer func() { <-f.busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := c.renew(ctx, w, u, f, origin); err != nil {
		return err
	}
	if f.failed != nil {
		return f.failed
	}
	asked := url.URL{
		Path:       u.Path,
		RawPath:    u.RawPath,
		RawQuery:   u.RawQuery,
		ForceQuery: u.ForceQuery,
	}
	if ok, by := f.rules.decide("/" + strings.TrimPrefix(asked.RequestURI(), "/")); !ok {
		return fail(
			health.CauseRobots,
			"robots.txt of %s forbids it to %s (line %d)",
			u.Host,
			product,
			by.line,
		)
	}
	return nil
}

// renew asks for robots.txt where what is known of it, here or by another process, is
// out of date.
func (c *Client) renew(
	ctx context.Context,
	w *walk,
	u *url.URL,
	f *robotsFile,
	origin string,
) error {
	if err := c.recallRobots(ctx, f, origin); err != nil || c.opt.Now().Before(f.again) {
		return err
	}
	r, err := c.getRobots(ctx, w, u)
	now := c.opt.Now() // it may have waited for its turn
	usable := !f.at.IsZero() && now.Sub(f.at) < robotsStale
	switch {
	case err == nil:
		f.learn(r, u.Host, now, usable)
	case usable && ctx.Err() == nil:
		f.again = now.Add(robotsAgain) // the rules of before still hold
	default:
		return err
	}
	return c.keepRobots(ctx, f, origin, hostKey(u))
}

// recallRobots reads what is stored of a robots.txt where what is known here is out of
// date.
func (c *Client) recallRobots(ctx context.Context, f *robotsFile, origin string) error {
	now := c.opt.Now()
	if now.Before(f.again) {
		return nil
	}
	stored, err := c.opt.Hosts.Robots(ctx, origin)
	if err != nil {
		return fail(
			health.CauseStorage,
			"what is kept of robots.txt cannot be read: %w",
			err,
		)
	}
	f.recall(stored, now)
	return nil
}

// learn takes in what a site answered for its robots.txt.
func (f *robotsFile) learn(r *reply, host string, now time.Time, usable bool) {
	if unavailable := r.limited || r.status >= 500; unavailable {
		f.again = now.Add(robotsAgain)
		if !usable {
			f.failed = fail(
				health.CauseRobots,
				"robots.txt of %s cannot be had (%s), which forbids everything",
				host,
				words(r.status),
			)
			f.failed.RetryAfter = r.rest
		}
		return
	}
	// The body of any other status is empty: not there, or not for us to see, or too many
	// redirects mean no rules (section 2.3.1.3).
	f.text = storable(r.body)
	f.rules, f.at, f.again, f.failed = parseRules(f.text), now, now.Add(robotsFresh), nil
}

// recall takes over what another process, or this one before, has stored. What lies
// further ahead than it could was stored by a clock that was set back since.
func (f *robotsFile) recall(r store.Robots, now time.Time) {
	fromTheFuture := r.At.After(now) || r.Again.Sub(now) > robotsFresh
	if fromTheFuture || !r.Again.After(f.again) {
		return
	}
	f.text, f.at, f.again, f.failed = r.Text, r.At, r.Again, nil
	f.rules = parseRules(r.Text)
	if r.Failure != "" {
		f.failed = fail(health.CauseRobots, "%s", r.Failure)
	}
}

// keepRobots stores what is known of a robots.txt for other processes.
func (c *Client) keepRobots(ctx context.Context, f *robotsFile, origin, host string) error {
	r := store.Robots{
		Origin: origin,
		Text:   f.text,
		At:     f.at,
		Again:  f.again,
	}
	if f.failed != nil {
		r.Failure = f.failed.Err.Error()
	}
	err := errors.Join(
		c.opt.Hosts.SaveRobots(ctx, r),
		c.hosts.slow(ctx, host, f.rules.delay),
	)
	if err != nil {
		return fail(health.CauseStorage, "robots.txt of %s cannot be kept: %w", host, err)
	}
	return nil
}

// getRobots asks for the robots.txt of a URL's origin, following redirects to
// wherever they may lead (section 2.3.1.2).
func (c *Client) getRobots(ctx context.Context, w *walk, u *url.URL) (r *reply, err error) {
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	o := order{
		method: http.MethodGet,
		header: http.Header{"Accept": {"text/plain, */*;q=0.5"}},
		most:   maxRobots,
		cut:    true,
	}
	for range maxHops + 1 {
		if r, err = c.hop(ctx, w, at, o); err != nil {
			return nil, named(err, at)
		}
		to, ok := c.robotsTarget(at, r)
		if !ok {
			return r, nil
		}
		at = to
	}
	return r, nil
}

// robotsTarget returns where a robots.txt is said to be instead; one that leads nowhere
// is as if there were none.
func (c *Client) robotsTarget(at *url.URL, r *reply) (*url.URL, bool) {
	if !r.redirect() {
		return nil, false
	}
	to, err := at.Parse(r.header.Get("Location"))
	if err != nil || c.check(to) != nil {
		return nil, false
	}
	return to, true
}

// named says in a failure at which URL it happened.
func named(err error, at *url.URL) error {
	var f *health.Failure
	if !errors.As(err, &f) || f.URL != "" {
		return err
	}
	here := *f
	here.URL = at.String()
	return &here
}

// storable returns a text as every database can keep it: without what is not UTF-8 and
// without NUL, neither of which means anything in a robots.txt.
func storable(b []byte) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(b), ""), "\x00", "")
}
