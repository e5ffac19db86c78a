package fetch

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"koyomi/internal/health"
	"koyomi/internal/store"
)

// longestWait is how long a request waits for a gap to pass. What takes longer (a
// Crawl-delay of an hour) is put off like a rest.
const longestWait = 2 * time.Minute

// hosts see to it that each host is asked one thing at a time, with a gap, and not
// at all while it rests. What they go by is kept where every process sees it.
type hosts struct {
	mu     sync.Mutex
	opt    Options
	memory store.Hosts
	// process names this process among those on the database.
	process string
	lanes   map[string]*lane
}

// A lane is where the requests of this process to one host wait for each other.
type lane struct {
	// turn holds a token while somebody asks; users counts those who ask or wait.
	turn  chan struct{}
	users int
	// rest is what the host asked for, as long as that could not be written.
	rest time.Time
}

func newHosts(opt Options) *hosts {
	return &hosts{
		opt:     opt,
		memory:  opt.Hosts,
		process: rand.Text(),
		lanes:   map[string]*lane{},
	}
}

// regulate sets other gaps.
func (h *hosts) regulate(opt Options) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opt.Gap, h.opt.MinGap = opt.Gap, opt.MinGap
}

// A turn is the right to ask a host for one thing.
type turn struct {
	hosts *hosts
	lane  *lane
	key   string
	// state is that of the host when the turn began, except for what it has said since.
	state store.HostState
	// until is by when the request must be sent: the turn is over for one who comes later,
	// since it was stopped or waited, and others may have asked meanwhile.
	until time.Time
	// late is set where a request was not sent for that reason.
	late atomic.Bool
	// answered is set once the host gave an answer.
	answered bool
}

// sendWithin is how long after it was permitted a request may still be sent. It is less
// than leaseMargin: whoever sends in time has its answer before its lease is over.
const sendWithin = leaseMargin / 2

// send reports whether the request may still be sent. It is asked right before the first
// octet is.
func (t *turn) send() error {
	if t.hosts.opt.Now().Round(0).After(t.until) {
		t.late.Store(true)
		return errLate
	}
	return nil
}

// errLate says that a request was not sent: the permission is of a while ago.
var errLate = errors.New("it took too long to send the request")

// take waits for the host's turn, then for the gap. While the host rests it returns a
// failure at once.
func (h *hosts) take(ctx context.Context, key string) (*turn, error) {
	l := h.enter(key)
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		h.leave(key, l)
		return nil, ctx.Err()
	}
	t := &turn{hosts: h, lane: l, key: key}
	err := t.await(ctx)
	switch {
	case err == nil:
		return t, nil
	case t.state.Holder != "": // it was interrupted as it got the host
		t.end(ctx)
	default:
		t.release()
	}
	return nil, err
}

// await waits until no other process asks the host and the gap has passed, and then
// holds the host for this process.
func (t *turn) await(ctx context.Context) error {
	now := t.hosts.opt.Now()
	for start := now; ; {
		wait, err := t.claim(ctx, now)
		if err != nil || wait <= 0 {
			return err
		}
		if now.Add(wait).Sub(start) > longestWait {
			f := fail(
				health.CauseLimited,
				"the host is not to be asked for another %s: its robots.txt wants such a gap, or another process asks it",
				wait.Round(time.Second),
			)
			f.RetryAfter = wait
			return f
		}
		if err := t.hosts.opt.Sleep(ctx, wait); err != nil {
			return err
		}
		// A clock that stands still (--now) has not seen the wait pass.
		now = latest(t.hosts.opt.Now(), now.Add(wait))
	}
}

// claim takes the host for this process if it is free, or returns how long to wait.
func (t *turn) claim(ctx context.Context, now time.Time) (wait time.Duration, err error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	var rest time.Time
	err = t.hosts.memory.WithHost(ctx, t.key, func(s *store.HostState) {
		// It may have waited for others, who asked the host meanwhile.
		now = latest(t.hosts.opt.Now(), now)
		rest = latest(
			believed(s.Rest, now, longestRest),
			believed(t.lane.rest, now, longestRest),
		)
		wait = max(t.hosts.free(t.key, s, now).Sub(now), 0)
		if isFree := wait == 0 && !rest.After(now); isFree {
			s.Holder, s.Lease = t.hosts.process, now.Add(t.hosts.opt.Timeout+leaseMargin)
			t.state, t.until = *s, now.Add(sendWithin).Round(0)
		}
	})
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		return 0, fail(
			health.CauseStorage,
			"the host is not asked, since nobody could be told: %w",
			err,
		)
	case rest.After(now):
		f := fail(
			health.CauseLimited,
			"the host asked to be left alone until %s",
			rest.UTC().Format(time.RFC3339),
		)
		f.RetryAfter = rest.Sub(now)
		return 0, f
	}
	return wait, nil
}

// lookAgain is how long to wait before looking again whether another process has ended
// its request.
const lookAgain = time.Second

// clockSkew is by how much the clocks of machines on one database may differ.
const clockSkew = time.Minute

// leaseMargin is how much longer a host is held than a request may take.
const leaseMargin = 10 * time.Second

// free says when a host can be asked: not while another process does, and not before
// the gap has passed.
func (h *hosts) free(key string, s *store.HostState, now time.Time) time.Time {
	gap := h.gap(key, s.Delay)
	free := believed(s.Asked, now, clockSkew).Add(gap)
	lease := believed(s.Lease, now, h.opt.Timeout+leaseMargin)
	if s.Holder != h.process && lease.After(now) {
		free = latest(
			free,
			now.Add(min(lease.Sub(now), lookAgain)),
		) // most requests end far sooner
	}
	return free
}

// believed returns a stored moment, or the zero time where it lies further ahead than
// it could: a clock that was set back left it behind.
func believed(at, now time.Time, most time.Duration) time.Time {
	if at.Sub(now) > most {
		return time.Time{}
	}
	return at
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// end frees the turn and notes what the host asked for.
func (t *turn) end(ctx context.Context) {
	defer t.release()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseMargin)
	defer cancel()
	err := t.hosts.memory.WithHost(ctx, t.key, func(s *store.HostState) {
		if s.Holder == t.hosts.process {
			s.Holder, s.Lease = "", time.Time{}
		}
		s.Asked = t.hosts.opt.Now()
		if t.answered {
			s.Rest, s.Limited = latest(s.Rest, t.state.Rest), t.state.Limited
		}
	})
	t.lane.rest = time.Time{}
	if err != nil {
		t.lane.rest = t.state.Rest // this process keeps to it at least
	}
}

func (t *turn) release() {
	<-t.lane.turn
	t.hosts.leave(t.key, t.lane)
}

// limit notes that the host asked to be left alone, for a time or (said is false)
// without saying how long: then for 15 minutes at first, and twice as long each
// time in a row, up to a day. It returns the time.
func (t *turn) limit(d time.Duration, said bool) time.Duration {
	if !said {
		d = min(firstRest<<min(t.state.Limited, 10), longestRest)
		t.state.Limited++
	}
	t.state.Rest, t.answered = latest(t.state.Rest, t.hosts.opt.Now().Add(d)), true
	return d
}

// served notes that the host gave an answer.
func (t *turn) served() { t.state.Limited, t.answered = 0, true }

func (h *hosts) enter(key string) *lane {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lanes[key]
	if l == nil {
		l = &lane{turn: make(chan struct{}, 1)}
		h.lanes[key] = l
	}
	l.users++
	return l
}

// leave forgets a lane that nobody is in and that holds nothing that is not written.
func (h *hosts) leave(key string, l *lane) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l.users--; l.users == 0 && l.rest.IsZero() {
		delete(h.lanes, key)
	}
}

// gap returns the gap after a request: the operator's or the default, and no less than
// the host's robots.txt wants. None at all is for this machine alone.
func (h *hosts) gap(key string, delay time.Duration) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	gap := h.opt.Gap
	if own, isSet := h.opt.MinGap(key); isSet && own >= leastGap(key) {
		gap = own
	}
	return max(gap, delay)
}

// leastGap is the shortest gap that an operator may set for a host.
func leastGap(key string) time.Duration {
	if loopback(key) {
		return 0
	}
	return 1
}

// slow notes the Crawl-delay of a host.
func (h *hosts) slow(ctx context.Context, key string, delay time.Duration) error {
	err := h.memory.WithHost(ctx, key, func(s *store.HostState) { s.Delay = delay })
	if err != nil {
		return fmt.Errorf("note the Crawl-delay: %w", err)
	}
	return nil
}

// hostKey returns what counts as one host for a URL: the registrable domain by the
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

// canonicalHost returns a host in lower case, in ASCII, without a final dot.
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

// schemePorts are the ports of URLs that name none, where that is not 80.
var schemePorts = map[string]string{"https": "443"}

func portOf(u *url.URL) string {
	return cmp.Or(u.Port(), schemePorts[u.Scheme], "80")
}

// loopback reports whether a host's key is this machine.
func loopback(key string) bool {
	if key == "localhost" {
		return true
	}
	ap, err := netip.ParseAddrPort(key)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}
