package web

import (
	"net/http"
	"sync"
)

// The bounds of what shortcuts are kept: addresses, and octets of a query string.
const (
	mostShortcuts    = 1024
	longestShortcuts = 512
)

// An address is a path and query string as a reader writes them.
type address struct{ path, query string }

// A shortcut leads from an address to the document that it means, for as long as the
// catalogue and the day stay the ones for which the address was read.
type shortcut struct {
	key                string
	generation, bucket int64
}

// shortcuts spare the reading of addresses that are asked for all day long. When they
// are too many they are forgotten, and learnt again.
type shortcuts struct {
	mu    sync.RWMutex
	known map[address]shortcut
}

func (s *shortcuts) find(a address) (shortcut, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.known[a]
	return found, ok
}

func (s *shortcuts) learn(a address, to shortcut) {
	if len(a.query) > longestShortcuts {
		return
	}
	if old, ok := s.find(a); ok && old == to {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= mostShortcuts {
		s.known = map[address]shortcut{}
	}
	s.known[a] = to
}

// shortcut returns the document of an address that was read before, nil where it has to
// be read or made again.
func (s *Site) shortcut(r *http.Request) *document {
	if !reads[r.Method] {
		return nil
	}
	to, ok := s.shortcuts.find(address{r.URL.Path, r.URL.RawQuery})
	current := shortcut{
		key:        to.key,
		bucket:     dayBucket(s.calendar.Day(s.now())),
		generation: s.catalogue().generation,
	}
	if !ok || to != current {
		return nil
	}
	made, ok := s.cache.get(to.key)
	if !ok {
		return nil
	}
	revision, err := s.revision(r.Context())
	if err != nil || made.stamp != (stamp{revision, to.generation, to.bucket}) {
		return nil
	}
	return made.doc
}

// reads are the methods that change nothing.
var reads = map[string]bool{http.MethodGet: true, http.MethodHead: true}

// remember notes which document the address of a request means.
func (s *Site) remember(r *http.Request, j job) {
	s.shortcuts.learn(
		address{r.URL.Path, r.URL.RawQuery},
		shortcut{j.key, s.catalogue().generation, j.bucket},
	)
}
