package fetch

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"koyomi/internal/health"
)

// longestWait is how long a request waits for a gap to pass. What takes longer (a
// Crawl-delay of an hour) is put off like a rest.
const longestWait = 2 * time.Minute

// manyHosts is how many hosts are remembered before those that are of no interest
// any more are forgotten.
const manyHosts = 1024

// hosts see to it that each host is asked one thing at a time, with a gap, and not
// at all while it rests.
type hosts struct {
	opt Options
	mu  sync.Mutex
	all map[string]*host
}

// A host is a registrable domain, or an IP address with its port.
type host struct {
	// turn holds a token while somebody asks; users counts those who ask or wait.
	turn  chan struct{}
	users int
	// ended is when the last request did, rest until when the host asked to be
	// left alone, limited how often in a row it did so without saying for how long.
	ended, rest time.Time
	limited     int
	// delay is the Crawl-delay of its robots.txt.
	delay time.Duration
}

func newHosts(opt Options) *hosts {
	return &hosts{opt: opt, all: map[string]*host{}}
}

// regulate sets other gaps.
func (h *hosts) regulate(opt Options) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opt.Gap, h.opt.MinGap = opt.Gap, opt.MinGap
}

// wait waits for the host's turn, then for the gap, and gives the function that
// ends the turn. While the host rests it gives a failure at once.
func (h *hosts) wait(ctx context.Context, key string) (done func(), err error) {
	e := h.enter(key)
	if f := h.resting(e); f != nil {
		h.leave(e)
		return nil, f
	}
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		h.leave(e)
		return nil, ctx.Err()
	}
	release := func() {
		<-e.turn
		h.leave(e)
	}
	if err := h.pause(ctx, key, e); err != nil {
		release()
		return nil, err
	}
	return func() {
		h.mu.Lock()
		e.ended = h.opt.Now()
		h.mu.Unlock()
		release()
	}, nil
}

// pause waits for the gap to pass.
func (h *hosts) pause(ctx context.Context, key string, e *host) error {
	if f := h.resting(e); f != nil {
		return f
	}
	h.mu.Lock()
	d := e.ended.Add(h.gap(key, e)).Sub(h.opt.Now())
	h.mu.Unlock()
	switch {
	case d <= 0:
		return ctx.Err()
	case d > longestWait:
		f := fail(health.CauseLimited, "the host's robots.txt wants a gap that ends in %s", d.Round(time.Second))
		f.RetryAfter = d
		return f
	}
	if err := h.opt.Sleep(ctx, d); err != nil {
		return err
	}
	if f := h.resting(e); f != nil {
		return f
	}
	return nil
}

// resting gives the failure for a host that asked to be left alone.
func (h *hosts) resting(e *host) *health.Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	left := e.rest.Sub(h.opt.Now())
	if left <= 0 {
		return nil
	}
	f := fail(health.CauseLimited, "the host asked to be left alone until %s", e.rest.UTC().Format(time.RFC3339))
	f.RetryAfter = left
	return f
}

func (h *hosts) enter(key string) *host {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.get(key)
	e.users++
	return e
}

func (h *hosts) leave(e *host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e.users--
}

// get gives the host of a key; mu is held.
func (h *hosts) get(key string) *host {
	e := h.all[key]
	if e != nil {
		return e
	}
	if len(h.all) >= manyHosts {
		now := h.opt.Now()
		for k, old := range h.all {
			if old.users == 0 && !old.rest.After(now) && now.Sub(old.ended) > h.gap(k, old) {
				delete(h.all, k)
			}
		}
	}
	e = &host{turn: make(chan struct{}, 1)}
	h.all[key] = e
	return e
}

// gap gives the gap after a request; mu is held.
func (h *hosts) gap(key string, e *host) time.Duration {
	gap := h.opt.Gap
	if h.opt.MinGap != nil {
		if own, ok := h.opt.MinGap(key); ok && (own > 0 || own == 0 && loopback(key)) {
			gap = own
		}
	}
	return max(gap, e.delay)
}

// rest leaves a host alone until a moment.
func (h *hosts) rest(key string, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.get(key); until.After(e.rest) {
		e.rest = until
	}
}

// limit notes that a host asked to be left alone, for a time or (said is false)
// without saying how long: then for 15 minutes at first, and twice as long each
// time in a row, up to a day. It gives the time.
func (h *hosts) limit(key string, d time.Duration, said bool) time.Duration {
	h.mu.Lock()
	e := h.get(key)
	if !said {
		d = min(firstRest<<min(e.limited, 10), longestRest)
		e.limited++
	}
	h.mu.Unlock()
	h.rest(key, h.opt.Now().Add(d))
	return d
}

// served notes that a host gave an answer.
func (h *hosts) served(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.get(key).limited = 0
}

// slow notes the Crawl-delay of a host.
func (h *hosts) slow(key string, delay time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.get(key).delay = delay
}

// hostKey gives what counts as one host for a URL: the registrable domain by the
// public suffix list, or the IP address with its port.
func hostKey(u *url.URL) string {
	name := canonicalHost(u.Hostname())
	if _, err := netip.ParseAddr(name); err == nil {
		return net.JoinHostPort(name, portOf(u))
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return domain
	}
	return name
}

// canonicalHost gives a host in lower case, in ASCII, without a final dot.
func canonicalHost(name string) string {
	name = strings.TrimSuffix(strings.ToLower(strings.Trim(name, "[]")), ".")
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.String()
	}
	if ascii, err := idna.Lookup.ToASCII(name); err == nil {
		return ascii
	}
	return name
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// loopback reports whether a host's key is this machine.
func loopback(key string) bool {
	if key == "localhost" {
		return true
	}
	ap, err := netip.ParseAddrPort(key)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}
