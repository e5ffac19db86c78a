package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"koyomi/internal/health"
)

const (
	dialTimeout      = 15 * time.Second
	handshakeTimeout = 15 * time.Second
	// readBuffer is how much of a connection is read ahead.
	readBuffer = 32 << 10
	// maxURL is the length of the longest URL that is asked for.
	maxURL = 8 << 10
)

// A guard refuses addresses when they are dialled, after any name was resolved, so
// that no answer of a name server leads inside. anyPort is for tests, which cannot
// listen on port 80.
type guard struct {
	control func(network, address string, c syscall.RawConn) error
	anyPort bool
}

func newGuard() guard { return guard{control: ssrf.New().Safe} }

// A dialer makes the connections of a client.
type dialer struct {
	client *Client
	tls    *tls.Config
}

// dial connects, unless the address is refused.
func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &meter{Conn: conn}, nil
}

func (d *dialer) connect(ctx context.Context, network, address string) (net.Conn, error) {
	nd := &net.Dialer{Timeout: dialTimeout, Resolver: d.client.opt.Resolver}
	if !d.client.allowed(address) {
		nd.Control = d.client.guard.control
	}
	conn, err := nd.DialContext(ctx, network, address)
	if err != nil {
		return nil, dialFailure(ctx, err)
	}
	return conn, nil
}

// dialTLS connects and shakes hands, the certificate always being verified.
func (d *dialer) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	cfg := d.tls.Clone()
	cfg.ServerName, _, _ = net.SplitHostPort(address)
	secure := tls.Client(conn, cfg)
	hand, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	if err := secure.HandshakeContext(hand); err != nil {
		conn.Close()
		if hand.Err() != nil {
			return nil, &health.Failure{
				Cause: health.CauseTimeout,
				Err:   errors.New("the host did not finish the TLS handshake in time"),
			}
		}
		return nil, &health.Failure{Cause: health.CauseTLS, Err: err}
	}
	return &meter{Conn: secure}, nil
}

// dialCauses are the errors of dialling that say more than that no connection came about.
var dialCauses = []struct {
	err   error
	cause health.Cause
	words string
}{
	{ssrf.ErrProhibitedIP, health.CauseForbidden, ""},
	{ssrf.ErrProhibitedPort, health.CauseForbidden, ""},
	{ssrf.ErrProhibitedNetwork, health.CauseForbidden, ""},
	{ssrf.ErrInvalidHostPort, health.CauseForbidden, ""},
	{
		syscall.EMFILE,
		health.CauseConnect,
		"koyomi has no file descriptor left to connect with: ",
	},
	{
		syscall.ENFILE,
		health.CauseConnect,
		"koyomi has no file descriptor left to connect with: ",
	},
}

// withoutServer returns the failure to look up a name without the address of the server
// that was asked: it is this machine's, and pages show what failed.
func withoutServer(dns *net.DNSError) error {
	clean := *dns
	clean.Server = ""
	return &clean
}

// dialFailure names why no connection came about.
func dialFailure(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	for _, c := range dialCauses {
		if errors.Is(err, c.err) {
			return fail(c.cause, "%s%w", c.words, err)
		}
	}
	if dns := new(net.DNSError); errors.As(err, &dns) {
		return &health.Failure{Cause: health.CauseDNS, Err: withoutServer(dns)}
	}
	return &health.Failure{Cause: health.CauseConnect, Err: err}
}

// allowed reports whether the operator allows a host:port as it is dialled.
func (c *Client) allowed(address string) bool {
	name, port, err := net.SplitHostPort(address)
	return err == nil && c.allow[net.JoinHostPort(canonicalHost(name), port)]
}

// check refuses a URL that must not be asked for, before any name is looked up.
// What its name resolves to is the guard's matter.
func (c *Client) check(u *url.URL) error {
	if err := checkForm(u); err != nil {
		return err
	}
	port, name := portOf(u), canonicalHost(u.Hostname())
	address := net.JoinHostPort(name, port)
	if c.allow[address] {
		return nil
	}
	if !c.guard.anyPort && !slices.Contains(webPorts, port) {
		return fail(
			health.CauseForbidden,
			"expected port 80 or 443, got %s (or put %s among the allowed hosts)",
			port,
			address,
		)
	}
	addr, err := netip.ParseAddr(name)
	switch {
	case err == nil:
		return c.guard.check(addr)
	case numeric(u.Hostname()):
		return fail(
			health.CauseForbidden,
			"the host %.60q is a number in disguise",
			u.Hostname(),
		)
	}
	return nil
}

// webPorts are asked without an operator's word.
var webPorts = []string{"80", "443"}

// checkForm refuses a URL by how it is written.
func checkForm(u *url.URL) error {
	for _, c := range []struct {
		wrong bool
		words string
	}{
		{len(u.String()) > maxURL, fmt.Sprintf("the URL has more than %d octets", maxURL)},
		{u.Scheme != "http" && u.Scheme != "https", fmt.Sprintf("expected http or https, got the scheme %.20q", u.Scheme)},
		{u.Hostname() == "", "the URL names no host"},
		{u.User != nil, "the URL holds a user name (use a header with ${NAME})"},
	} {
		if c.wrong {
			return fail(health.CauseForbidden, "%s", c.words)
		}
	}
	return nil
}

// check refuses an address that a URL names itself.
func (g guard) check(addr netip.Addr) error {
	if err := g.control(
		network(addr),
		netip.AddrPortFrom(addr, 443).String(),
		nil,
	); err != nil {
		return &health.Failure{Cause: health.CauseForbidden, Err: err}
	}
	return nil
}

func network(addr netip.Addr) string {
	if addr.Is4() {
		return "tcp4"
	}
	return "tcp6"
}

// numeric reports whether the last label of a host is a number, so that some
// resolvers take the whole for an IPv4 address: 2130706433, 0x7f.1, 0177.0.0.1
// (WHATWG URL Standard, "ends in a number").
func numeric(name string) bool {
	name = strings.TrimSuffix(name, ".")
	last := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	if last == "" || strings.Trim(last, "0123456789") == "" {
		return true
	}
	hex, ok := strings.CutPrefix(last, "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

// A meter counts what is read from a connection and remembers the end of it.
type meter struct {
	net.Conn
	// send is asked before anything is written, nil once it was.
	send func() error
	read atomic.Int64
	last atomic.Pointer[tail]
}

// Write writes, if it may.
func (m *meter) Write(p []byte) (int, error) {
	if m.send != nil {
		if err := m.send(); err != nil {
			return 0, err
		}
		m.send = nil
	}
	return m.Conn.Write(p)
}

// A tail is the end of what was read.
type tail struct {
	n     int
	bytes [16]byte
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	if n > 0 {
		m.read.Add(int64(n))
		t := *cmp.Or(m.last.Load(), new(tail))
		t.add(p[:n])
		m.last.Store(&t)
	}
	return n, err
}

// add appends bytes, keeping the last ones.
func (t *tail) add(p []byte) {
	if len(p) >= len(t.bytes) {
		t.n = copy(t.bytes[:], p[len(p)-len(t.bytes):])
		return
	}
	keep := min(t.n, len(t.bytes)-len(p))
	copy(t.bytes[:], t.bytes[t.n-keep:t.n])
	t.n = keep + copy(t.bytes[keep:], p)
}

// endsWith reports whether the tail ends as b does.
func (t *tail) endsWith(b *tail) bool {
	n := min(t.n, b.n)
	return string(t.bytes[t.n-n:t.n]) == string(b.bytes[b.n-n:b.n])
}

// endsWith reports whether what was read from the connection ends as b does, as far as
// is known.
func (m *meter) endsWith(b *tail) bool {
	if m == nil {
		return true
	}
	last := m.last.Load()
	return last == nil || last.endsWith(b)
}
