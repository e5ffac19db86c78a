package storetest

import (
	"sync"
	"testing"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
)

// OpenHosts returns an empty memory of hosts, and what closes it and opens it again with
// what it holds; again is nil where it does not outlive its process.
type OpenHosts func(t *testing.T) (h store.Hosts, again func() store.Hosts)

// RunHosts holds a memory of hosts against the contract.
func RunHosts(t *testing.T, open OpenHosts) {
	for name, test := range map[string]func(*testing.T, OpenHosts){
		"remembers hosts":                   hostsComeBack,
		"remembers robots.txt":              robotsComeBack,
		"remembers addresses":               addressesComeBack,
		"forgets an address without a past": zeroAddresses,
		"changes a host by one at a time":   hostsInTurn,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

// bothTimes returns a memory, and then the same one opened again where it can be.
func bothTimes(h store.Hosts, again func() store.Hosts) []func() store.Hosts {
	all := []func() store.Hosts{func() store.Hosts { return h }}
	if again != nil {
		all = append(all, again)
	}
	return all
}

func hostsComeBack(t *testing.T, open OpenHosts) {
	h, again := open(t)
	want := store.HostState{
		Host:    "example.org",
		Rest:    at(10).UTC(),
		Limited: 3,
		Asked:   at(1).UTC(),
		Holder:  "a process",
		Lease:   at(2).UTC(),
		Delay:   90 * time.Second,
	}
	ok(t, h.WithHost(ctx, "other.example", func(s *store.HostState) {
		same(t, "a new host", *s, store.HostState{Host: "other.example"})
		s.Asked = at(1)
	}))
	ok(t, h.WithHost(ctx, "example.org", func(s *store.HostState) { *s = want }))
	for _, get := range bothTimes(h, again) {
		h := get()
		ok(
			t,
			h.WithHost(
				ctx,
				"example.org",
				func(s *store.HostState) { same(t, "a host", *s, want) },
			),
		)
		all := must(h.HostStates(ctx))(t)
		if len(all) != 2 || all[1].Host != "other.example" {
			t.Fatalf("all hosts: %+v", all)
		}
		same(t, "the first host", all[0], want)
	}
}

func robotsComeBack(t *testing.T, open OpenHosts) {
	h, again := open(t)
	origin := "https://example.org:443"
	same(
		t,
		"what was never asked for",
		must(h.Robots(ctx, origin))(t),
		store.Robots{Origin: origin},
	)
	first := store.Robots{
		Origin: origin,
		Text:   "User-agent: *\nDisallow: /私的\n",
		At:     at(1).UTC(),
		Again:  at(25).UTC(),
	}
	want := first
	want.Failure, want.Again = "cannot be had", at(26).UTC()
	ok(t, h.SaveRobots(ctx, first))
	ok(t, h.SaveRobots(ctx, want))
	for _, get := range bothTimes(h, again) {
		same(t, "robots.txt", must(get().Robots(ctx, origin))(t), want)
	}
}

func addressesComeBack(t *testing.T, open OpenHosts) {
	h, again := open(t)
	url := "https://example.org/events.ics?a=1"
	want := store.AddressState{
		URL:      url,
		Source:   "bpstudy",
		Refused:  at(1).UTC(),
		Refusals: 4,
		Cause:    health.CauseGone,
		Message:  "status 410 Gone",
		Stopped:  at(2).UTC(),
		MovedTo:  "https://example.net/",
		Moved:    at(3).UTC(),
		MoveSeen: at(4).UTC(),
	}
	same(
		t,
		"an unknown address",
		must(h.Address(ctx, url))(t),
		store.AddressState{URL: url},
	)
	ok(t, h.WithAddress(ctx, url, func(a *store.AddressState) { *a = want }))
	for _, get := range bothTimes(h, again) {
		h := get()
		same(t, "an address", must(h.Address(ctx, url))(t), want)
		same(t, "all addresses", must(h.Addresses(ctx))(t), []store.AddressState{want})
	}
}

func zeroAddresses(t *testing.T, open OpenHosts) {
	h, _ := open(t)
	url := "https://example.org/"
	ok(t, h.WithAddress(ctx, url, func(a *store.AddressState) { a.Stopped = at(1) }))
	ok(
		t,
		h.WithAddress(
			ctx,
			url,
			func(a *store.AddressState) { *a = store.AddressState{URL: a.URL} },
		),
	)
	if all := must(h.Addresses(ctx))(t); len(all) > 0 {
		t.Errorf("still remembered: %+v", all)
	}
}

// hostsInTurn has many count on one host: no change is lost.
func hostsInTurn(t *testing.T, open OpenHosts) {
	h, _ := open(t)
	const writers, each = 8, 10
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				if err := h.WithHost(ctx, "example.org", func(s *store.HostState) { s.Limited++ }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if s := must(h.HostStates(ctx))(t); len(s) != 1 || s[0].Limited != writers*each {
		t.Errorf("counted %+v, want %d", s, writers*each)
	}
}
