package subscriber

import (
	"net/netip"
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

// A Gate counts who asks to subscribe. Its zero value is ready, and safe for use by
// several goroutines.
type Gate struct {
	mu   sync.Mutex
	asks map[netip.Prefix][]time.Time
	all  []time.Time
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

// Pass notes one who asks, and says whether that is within the limits.
func (g *Gate) Pass(from netip.Addr, now time.Time) Verdict {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.asks == nil {
		g.asks = map[netip.Prefix][]time.Time{}
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
	n := Network(from)
	switch {
	case len(g.asks[n]) >= NetworkAsks:
		return TooMany
	case len(g.all) >= AllAsks:
		return Crowded
	}
	g.asks[n] = append(g.asks[n], now)
	g.all = append(g.all, now)
	return Welcome
}

// since leaves out what is older than an hour ago, and what a clock set back has put
// into the future.
func since(at []time.Time, hour time.Time) []time.Time {
	kept := at[:0]
	for _, t := range at {
		if t.After(hour) && !t.After(hour.Add(2*time.Hour)) {
			kept = append(kept, t)
		}
	}
	return kept
}

// Network returns the network that one household or company has: a /24 of IPv4, a /64
// of IPv6.
func Network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = 24
	}
	n, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return n
}
