package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"koyomi/internal/subscriber"
)

// asker returns the address that a request comes from. Proxies that are trusted say
// whom they speak for (X-Forwarded-For, the last one first); nobody else's word
// counts. It is the zero address where even that of the connection cannot be read.
func asker(r *http.Request, trusted []netip.Prefix) netip.Addr {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	from := port.Addr().Unmap()
	chain := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for _, hop := range slices.Backward(chain) {
		if !within(from, trusted) {
			break
		}
		next, err := forwarded(hop)
		if err != nil {
			break
		}
		from = next
	}
	return from
}

// forwarded reads one hop: an address, some proxies write its port too.
func forwarded(hop string) (netip.Addr, error) {
	hop = strings.TrimSpace(hop)
	if port, err := netip.ParseAddrPort(hop); err == nil {
		return port.Addr().Unmap(), nil
	}
	a, err := netip.ParseAddr(strings.Trim(hop, "[]"))
	return a.Unmap(), err
}

func within(a netip.Addr, networks []netip.Prefix) bool {
	a = a.WithZone("")
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(a) })
}

// fromHere reports whether a form was sent from a page of the public address, whatever
// host was asked: its Origin is that address. Where a browser tells no origin, it may
// say that the page was of the host it asked (Fetch Metadata), which must be the public
// one then: other names may lead here too.
func (s *Site) fromHere(r *http.Request) bool {
	public, err := url.Parse(s.publicURL)
	if err != nil {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	if site != "" && site != "same-origin" {
		return false
	}
	switch origin := r.Header.Get("Origin"); origin {
	case "", "null":
		return site != "" && strings.EqualFold(r.Host, public.Host)
	default:
		return strings.EqualFold(origin, public.Scheme+"://"+public.Host)
	}
}

// loggable returns so much of a path as may stand in a log: a secret in it is cut.
func loggable(path string) string {
	for _, prefix := range []string{"/confirm/", "/unsubscribe/", "/me/"} {
		if token, ok := strings.CutPrefix(path, prefix); ok {
			return prefix + subscriber.Prefix(token)
		}
	}
	return path
}
