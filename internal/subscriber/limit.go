package subscriber

import (
	"crypto/rand"
	"maps"
	"math/bits"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// The limits of asking to subscribe: what one network, and everybody together, may
// ask in an hour without more ado. An address is written to once in AddressGap for one
// network, AddressAsks times before it answers or AddressRest has passed, and AddressDay
// times in AddressGap for all networks together.
const (
	NetworkAsks = 5
	AllAsks     = 200
	AddressAsks = 3
	AddressDay  = 3
	AddressGap  = 24 * time.Hour
	AddressRest = 30 * 24 * time.Hour
)

// Where more ask than that, a question costs work (least bits of it, more the more ask),
// or patience: whose question is Wait old passes too, one of a network in waitGap.
const (
	Wait    = 5 * time.Minute
	waitGap = 10 * time.Minute
	least   = 16
	most    = 24
)

// A Gate counts who asks to subscribe. Its zero value is ready, and safe for use by
// several goroutines.
type Gate struct {
	mu sync.Mutex
	// asks and all are when somebody of a network, and anybody, passed within an hour;
	// waited is when the last of a network passed who had waited.
	asks   map[netip.Prefix][]time.Time
	all    []time.Time
	waited map[netip.Prefix]time.Time
	// used are questions that were answered, until they expire.
	used map[string]time.Time
	key  []byte
}

// Verdict is what the gate says.
type Verdict int

// The verdicts.
const (
	Welcome Verdict = iota
	// TooMany from one network; Crowded is too many from everywhere.
	TooMany
	Crowded
)

// Pass notes one who asks, and says whether that is within the limits, or paid for by the
// answer to a question; "" is none.
func (g *Gate) Pass(from netip.Addr, answer string, now time.Time) Verdict {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	n := Network(from)
	verdict := g.verdict(n)
	if verdict != Welcome && !g.paid(n, answer, now) {
		return verdict
	}
	g.asks[n] = append(g.asks[n], now)
	g.all = append(g.all, now)
	return Welcome
}

// verdict compares with the limits.
func (g *Gate) verdict(n netip.Prefix) Verdict {
	switch {
	case len(g.asks[n]) >= NetworkAsks:
		return TooMany
	case len(g.all) >= AllAsks:
		return Crowded
	}
	return Welcome
}

// paid reports whether an answer stands for one that is beyond the limits, and uses it up.
func (g *Gate) paid(n netip.Prefix, answer string, now time.Time) bool {
	q, nonce, ok := g.readAnswer(answer)
	isFresh := ok && !q.expired(now)
	if !isFresh || !g.used[q.Text].IsZero() {
		return false
	}
	if !q.solvedBy(nonce) && !g.waitedFor(q, n, now) {
		return false
	}
	g.used[q.Text] = now
	return true
}

// waitedFor reports whether somebody of a network has waited with a question long enough,
// and notes that.
func (g *Gate) waitedFor(q Question, n netip.Prefix, now time.Time) bool {
	isPatient := now.Sub(q.issued) >= Wait && now.Sub(g.waited[n]) >= waitGap
	if isPatient {
		g.waited[n] = now
	}
	return isPatient
}

// Question returns what is asked of somebody of a network that is beyond the limits.
func (g *Gate) Question(from netip.Addr, now time.Time) Question {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	crowd := max(len(g.all)/AllAsks, len(g.asks[Network(from)])/NetworkAsks)
	return g.ask(min(least+max(bits.Len(uint(crowd))-1, 0), most), now)
}

// forget leaves out what is over.
func (g *Gate) forget(now time.Time) {
	if g.key == nil {
		g.key = []byte(rand.Text())
		g.asks = map[netip.Prefix][]time.Time{}
		g.waited = map[netip.Prefix]time.Time{}
		g.used = map[string]time.Time{}
	}
	hour := now.Add(-time.Hour)
	for n, at := range g.asks {
		if at = since(at, hour); len(at) == 0 {
			delete(g.asks, n)
			continue
		}
		g.asks[n] = at
	}
	g.all = since(g.all, hour)
	dropBefore(g.waited, hour)
	dropBefore(g.used, now.Add(-questionFor))
}

func dropBefore[K comparable](all map[K]time.Time, moment time.Time) {
	maps.DeleteFunc(all, func(_ K, at time.Time) bool { return at.Before(moment) })
}

// since leaves out what is older than an hour ago, and what a clock set back has put
// into the future.
func since(at []time.Time, hour time.Time) []time.Time {
	next := hour.Add(2 * time.Hour)
	return slices.DeleteFunc(
		at,
		func(t time.Time) bool { return !t.After(hour) || t.After(next) },
	)
}

// Network returns the network that one household or company has: a /24 of IPv4, a /64
// of IPv6.
func Network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	length := 64
	if a.Is4() {
		length = 24
	}
	n, err := a.Prefix(length)
	if err != nil {
		return netip.Prefix{}
	}
	return n
}
