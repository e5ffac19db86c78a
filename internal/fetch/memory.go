package fetch

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"koyomi/internal/store"
)

// manyHosts is how many hosts, sites and addresses each are remembered before those
// that are of no interest any more are forgotten.
const manyHosts = 1024

// A memory remembers hosts for as long as the process lives: for a client without a
// database.
type memory struct {
	now       func() time.Time
	mu        sync.Mutex
	hosts     map[string]store.HostState
	robots    map[string]store.Robots
	addresses map[string]store.AddressState
}

var _ store.Hosts = (*memory)(nil)

// NewMemory returns a memory of hosts that lives as long as the process.
func NewMemory(now func() time.Time) store.Hosts { return newMemory(now) }

func newMemory(now func() time.Time) *memory {
	return &memory{
		now: now, hosts: map[string]store.HostState{}, robots: map[string]store.Robots{},
		addresses: map[string]store.AddressState{},
	}
}

// WithHost changes the state of a host.
func (m *memory) WithHost(_ context.Context, host string, change func(*store.HostState)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, known := m.hosts[host]
	if !known && len(m.hosts) >= manyHosts {
		maps.DeleteFunc(m.hosts, func(_ string, s store.HostState) bool { return idle(s, m.now()) })
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
func (m *memory) HostStates(context.Context) ([]store.HostState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return inOrder(m.hosts), nil
}

// Robots returns the robots.txt of an origin.
func (m *memory) Robots(_ context.Context, origin string) (store.Robots, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.robots[origin]
	r.Origin = origin
	return r, nil
}

// SaveRobots replaces it.
func (m *memory) SaveRobots(_ context.Context, r store.Robots) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.robots) >= manyHosts {
		maps.DeleteFunc(m.robots, func(_ string, old store.Robots) bool { return old.Again.Before(m.now()) })
	}
	m.robots[r.Origin] = r
	return nil
}

// Address returns what is remembered of an address.
func (m *memory) Address(_ context.Context, url string) (store.AddressState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.addresses[url]
	a.URL = url
	return a, nil
}

// WithAddress changes it.
func (m *memory) WithAddress(_ context.Context, url string, change func(*store.AddressState)) error {
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
func (m *memory) Addresses(context.Context) ([]store.AddressState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return inOrder(m.addresses), nil
}

// inOrder returns the values by their keys.
func inOrder[T any](all map[string]T) []T {
	list := make([]T, 0, len(all))
	for _, k := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[k])
	}
	return list
}
