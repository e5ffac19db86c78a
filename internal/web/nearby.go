package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// forwarding are headers by which proxies say whom they speak for, and what the names of
// others of their kind begin with.
var forwarding = []string{
	"Forwarded", "Via", "X-Forwarded-", "X-Real-", "X-Original-", "X-Client-", "X-Cluster-Client-", "X-Envoy-", "X-Proxy",
	"True-Client-", "Cf-", "Fastly-", "Fly-", "Cdn-", "X-Amzn-", "X-Azure-", "X-Cloud-", "X-Appengine-",
}

// nearby reports whether a request comes straight from this machine or a private
// network (RFC 1918, RFC 4193), and not through a proxy from anywhere.
func (s *Site) nearby(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || s.proxied(r, peer.Addr().Unmap()) {
		return false
	}
	from := peer.Addr().Unmap()
	return slices.ContainsFunc(
		[]func() bool{from.IsLoopback, from.IsPrivate, from.IsLinkLocalUnicast},
		func(is func() bool) bool { return is() },
	)
}

// proxied reports whether a request shows any sign of a proxy: a header of theirs, one
// that is trusted as a peer, the public name, or the old protocol that some speak to
// what is behind them.
func (s *Site) proxied(r *http.Request, peer netip.Addr) bool {
	switch {
	case s.mailing != nil && within(peer, s.mailing.Proxies),
		s.asksPublicName(r),
		!r.ProtoAtLeast(1, 1):
		return true
	}
	for name := range r.Header {
		if slices.ContainsFunc(
			forwarding,
			func(of string) bool { return strings.HasPrefix(name, of) },
		) {
			return true
		}
	}
	return false
}

// asksPublicName reports whether a request asks the host that readers know, where that is
// not the address of this machine.
func (s *Site) asksPublicName(r *http.Request) bool {
	public, err := url.Parse(s.publicURL)
	if err != nil {
		return false
	}
	addr, _ := netip.ParseAddr(public.Hostname())
	isHere := addr.IsLoopback() || public.Hostname() == "localhost"
	return !isHere && strings.EqualFold(hostOf(r.Host), public.Hostname())
}

// hostOf returns a host without its port.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}
