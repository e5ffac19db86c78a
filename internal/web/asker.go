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

// fromHere reports whether a form was sent from a page of this site: the browser says
// so itself (Fetch Metadata), or its Origin is the site's address or the one that was
// asked. A request that tells neither comes from no page.
func (s *Site) fromHere(r *http.Request) bool {
	if from := r.Header.Get("Sec-Fetch-Site"); from != "" {
		return from == "same-origin"
	}
	origin, err := url.Parse(r.Header.Get("Origin"))
	if err != nil || origin.Host == "" {
		return false
	}
	public, err := url.Parse(s.publicURL)
	return origin.Host == r.Host || err == nil && strings.EqualFold(origin.Host, public.Host)
}

// loggable returns so much of a path as may stand in a log: a secret in it is cut.
func loggable(path string) string {
	for _, prefix := range []string{"/confirm/", "/unsubscribe/"} {
		if token, ok := strings.CutPrefix(path, prefix); ok {
			return prefix + subscriber.Prefix(token)
		}
	}
	return path
}
