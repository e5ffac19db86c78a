package store

import (
	"context"
	"time"

	"koyomi/internal/health"
)

// A HostState is what is remembered of one host between requests, whichever process
// makes them.
type HostState struct {
	// Host is a registrable domain; for an IP address, the address and its port.
	Host string
	// Rest is until when the host asked to be left alone.
	Rest time.Time
	// Limited counts how often in a row it did so without saying for how long.
	Limited int
	// Asked is when the last request ended.
	Asked time.Time
	// Holder names who asks it now, until Lease at the latest.
	Holder string
	Lease  time.Time
	// Delay is the gap that its robots.txt wants.
	Delay time.Duration
}

// Robots is what a site last said in its robots.txt (RFC 9309).
type Robots struct {
	// Origin is scheme, host and port.
	Origin string
	// Text is what it said; "" where it has none.
	Text string
	// At is when it was had, zero if never; Again is when to ask for it next.
	At, Again time.Time
	// Failure is why it cannot be had, which forbids everything; "" where nothing does.
	Failure string
}

// An AddressState is what is remembered of one address that a source is read from.
type AddressState struct {
	URL, Source string

	// Refused is when it first answered in a row that it is gone or not for us,
	// Refusals how often it did, Cause and Message in what way the last time.
	Refused  time.Time
	Refusals int
	Cause    health.Cause
	Message  string
	// Stopped is when it was decided to ask no more; zero while it is asked.
	Stopped time.Time

	// MovedTo is where permanent redirects alone (301, 308) lead, the same each time
	// since Moved; MoveSeen is the last time.
	MovedTo         string
	Moved, MoveSeen time.Time
}

// Zero reports whether nothing is remembered.
func (a AddressState) Zero() bool { return a.Refused.IsZero() && a.Stopped.IsZero() && a.MovedTo == "" }

// Of reports whether an address is one that a source is read from.
func (a AddressState) Of(
	source, url string,
) bool {
	return a.Source == source || a.URL == url
}

// MoveSteady is how long a permanent redirect has to stay the same until it is taken
// for one: an address that changes hands for a day is not followed for good.
const MoveSteady = 7 * 24 * time.Hour

// Steady reports whether an address has moved for good.
func (a AddressState) Steady() bool {
	return a.MovedTo != "" && a.MoveSeen.Sub(a.Moved) >= MoveSteady
}

// Hosts is what politeness remembers. It binds every process that works on a database,
// and outlives them. All methods may be called from several goroutines.
type Hosts interface {
	// WithHost reads the state of a host (that of a new one has Host alone), has change
	// change it and writes it, with nobody else doing so meanwhile. change may be called
	// again from the start.
	WithHost(ctx context.Context, host string, change func(*HostState)) error
	// HostStates returns all hosts that are remembered, by name.
	HostStates(ctx context.Context) ([]HostState, error)
	// Robots returns the robots.txt of an origin as it was last had; one never asked for
	// has Origin alone.
	Robots(ctx context.Context, origin string) (Robots, error)
	// SaveRobots replaces it.
	SaveRobots(ctx context.Context, r Robots) error
	// Address returns what is remembered of an address; one of which nothing is has URL
	// alone.
	Address(ctx context.Context, url string) (AddressState, error)
	// WithAddress is WithHost for an address. One that is Zero afterwards is forgotten.
	WithAddress(ctx context.Context, url string, change func(*AddressState)) error
	// Addresses returns all addresses of which something is remembered, by URL.
	Addresses(ctx context.Context) ([]AddressState, error)
}
