package fetch

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"koyomi/internal/store"
)

// manyHosts is how many hosts, sites and addresses each are remembered before those
// that are of no interest any more are forgotten.
const manyHosts = 1024

// A Memory remembers hosts for as long as the process lives: for a client without a
// database.
type Memory struct {
	now       func() time.Time
	mu        sync.Mutex
	hosts     map[string]store.HostState
	robots    map[string]store.Robots
	addresses map[string]store.AddressState
}

var _ store.Hosts = (*Memory)(nil)

// NewMemory returns a memory of no hosts.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{
		now:       now,
		hosts:     map[string]store.HostState{},
		robots:    map[string]store.Robots{},
		addresses: map[string]store.AddressState{},
	}
}

// WithHost changes the state of a host.
func (m *Memory) WithHost(
	_ context.Context,
	host string,
	change func(*store.HostState),
) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, known := m.hosts[host]
	if !known && len(m.hosts) >= manyHosts {
		maps.DeleteFunc(
			m.hosts,
			func(_ string, s store.HostState) bool { return idle(s, m.now()) },
		)
	}
	s.Host = host
	change(&s)
	m.hosts[host] = s
	return nil
}

// idle reports whether nothing of a host matters any more: it neither rests nor is
// asked, and no gap is to be kept.
func idle(s store.HostState, now time.Time) bool {
	busy := s.Rest.After(now) || s.Lease.After(now)
	return !busy && now.Sub(s.Asked) > max(longestWait, s.Delay)
}

// HostStates returns all hosts.
func (m *Memory) HostStates(context.Context) ([]store.HostState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return inOrder(m.hosts), nil
}

// Robots returns the robots.txt of an origin.
func (m *Memory) Robots(_ context.Context, origin string) (store.Robots, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.robots[origin]
	r.Origin = origin
	return r, nil
}

// SaveRobots replaces it.
func (m *Memory) SaveRobots(_ context.Context, r store.Robots) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.robots) >= manyHosts {
		maps.DeleteFunc(
			m.robots,
			func(_ string, old store.Robots) bool { return old.Again.Before(m.now()) },
		)
	}
	m.robots[r.Origin] = r
	return nil
}

// Address returns what is remembered of an address.
func (m *Memory) Address(_ context.Context, url string) (store.AddressState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.addresses[url]
	a.URL = url
	return a, nil
}

// WithAddress changes it.
func (m *Memory) WithAddress(
	_ context.Context,
	url string,
	change func(*store.AddressState),
) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.addresses[url]
	a.URL = url
	change(&a)
	if a.Zero() {
		delete(m.addresses, url)
		return nil
	}
	m.addresses[url] = a
	return nil
}

// Addresses returns all addresses.
func (m *Memory) Addresses(context.Context) ([]store.AddressState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return inOrder(m.addresses), nil
}

// Asked reports whether a host asked for anything that outlives the process: rest, or
// to be asked no more.
func (m *Memory) Asked() bool {
	hosts, addresses := m.lasting()
	return len(hosts)+len(addresses) > 0
}

// lasting returns the hosts that rest and the addresses that are asked no more.
func (m *Memory) lasting() (map[string]store.HostState, map[string]store.AddressState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	hosts, addresses := maps.Clone(m.hosts), maps.Clone(m.addresses)
	maps.DeleteFunc(
		hosts,
		func(_ string, s store.HostState) bool { return !s.Rest.After(m.now()) },
	)
	maps.DeleteFunc(
		addresses,
		func(_ string, a store.AddressState) bool { return a.Stopped.IsZero() },
	)
	return hosts, addresses
}

// HandOver writes what hosts asked for into another memory.
func (m *Memory) HandOver(ctx context.Context, to store.Hosts) error {
	hosts, addresses := m.lasting()
	var all []error
	for name, h := range hosts {
		all = append(all, to.WithHost(ctx, name, func(s *store.HostState) { *s = h }))
	}
	for url, a := range addresses {
		all = append(all, to.WithAddress(ctx, url, func(s *store.AddressState) { *s = a }))
	}
	return errors.Join(all...)
}

// inOrder returns the values by their keys.
func inOrder[T any](all map[string]T) []T {
	list := make([]T, 0, len(all))
	for _, k := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[k])
	}
	return list
}
