// Package fetch is the only way to the network: it asks hosts for pages, politely
// and distrustfully. It does not read what they say.
//
// Polite: one request at a time per host (registrable domain; for an IP address,
// address and port) with a gap between two, robots.txt (RFC 9309) for pages made
// for people, Retry-After, conditional requests, an honest name. Distrustful:
// private addresses are refused when dialling, whatever name led there; headers,
// bodies, redirects and time are bounded; what is not complete is an error;
// secrets, validators and headers of the source stay with its own host.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/store"
	"koyomi/internal/text"
)

// Options say who asks and what is allowed. The zero value asks anonymously with
// all the defaults; live polling should name a contact.
type Options struct {
	// Version, PublicURL and Contact make the User-Agent:
	// koyomi/VERSION (+PUBLIC_URL/bot; CONTACT).
	Version, PublicURL, Contact string
	// Secret returns the value of NAME in a header's ${NAME}, from the environment
	// or a file. Where it is nil, every secret is missing.
	Secret func(name string) (value string, ok bool)
	// Allow lists host:port pairs that may be asked although they are private or
	// not on port 80 or 443: "127.0.0.1:8080", "[::1]:80", "intranet.example:443".
	Allow []string
	// MinGap returns the gap between two requests to a host, where the operator set
	// one. The host is a registrable domain, or address and port. A gap of 0 is
	// for loopback alone; elsewhere it means the default.
	MinGap func(host string) (gap time.Duration, ok bool)
	// Gap is the default gap; 0 means 2 s.
	Gap time.Duration
	// MaxBody is the largest body in octets, without its encoding; 0 means 10 MiB.
	MaxBody int64
	// MaxHeader is the largest header of an answer in octets; 0 means 256 KiB.
	MaxHeader int64
	// Timeout bounds one Fetch over all its redirects, without the waiting for
	// the host's turn; 0 means 60 s.
	Timeout time.Duration
	// MaxOpen bounds the requests under way at one time over all hosts, and with
	// it sockets and goroutines; 0 means 64.
	MaxOpen int
	// Hosts remembers what hosts asked for, over processes; nil remembers it for as
	// long as the client lives.
	Hosts store.Hosts
	// Roots are the certificate authorities to trust; nil means the system's.
	Roots *x509.CertPool
	// Resolver looks names up; nil means the system's.
	Resolver *net.Resolver
	// Now is the clock and Sleep waits for a time to pass or ctx to end, whose
	// error it then returns; nil means the real ones. The bounds on requests under
	// way always go by the real clock.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// The defaults of Options.
const (
	defaultGap       = 2 * time.Second
	defaultMaxBody   = 10 << 20
	defaultMaxHeader = 256 << 10
	defaultTimeout   = 60 * time.Second
	defaultMaxOpen   = 64
)

// maxHops is how many redirects are followed.
const maxHops = 5

// A Client fetches. Its methods may be called from several goroutines.
type Client struct {
	opt       Options
	agent     string
	allow     map[string]bool
	guard     guard
	transport *http.Transport
	hosts     *hosts
	robots    *robotsCache
	// open holds one token for each request under way.
	open chan struct{}

	// ended is done after Close.
	ended context.Context
	end   context.CancelFunc
}

var _ poll.Fetcher = (*Client)(nil)

// errClosed is the cause of what Close interrupts.
var errClosed = errors.New("the fetcher was closed")

// New makes a client. Entries of Allow that are no host:port are ignored; see
// CheckAllow.
func New(opt Options) *Client {
	opt = opt.withDefaults()
	c := &Client{
		opt:   opt,
		agent: UserAgent(opt),
		allow: map[string]bool{},
		guard: newGuard(),
	}
	for _, a := range opt.Allow {
		if key, err := CheckAllow(a); err == nil {
			c.allow[key] = true
		}
	}
	c.ended, c.end = context.WithCancel(context.Background())
	c.hosts = newHosts(opt)
	c.robots = newRobotsCache()
	c.open = make(chan struct{}, opt.MaxOpen)
	d := &dialer{
		client: c,
		tls: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            opt.Roots,
			NextProtos:         []string{"http/1.1"},
			ClientSessionCache: tls.NewLRUClientSessionCache(opt.MaxOpen),
		},
	}
	c.transport = &http.Transport{
		DialContext:        d.dial,
		DialTLSContext:     d.dialTLS,
		DisableCompression: true, // the encoding is ours to bound
		// Polls of a host are hours apart, and a connection that idles is one on
		// which a host can still say something.
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: opt.MaxHeader,
		ReadBufferSize:         readBuffer,
		Protocols:              new(http.Protocols),
	}
	c.transport.Protocols.SetHTTP1(true)
	return c
}

// Renew makes a client with other options that goes on where c is: both take turns at
// the same hosts, keep to the same gaps and rests, and know the same robots.txt. What
// is under way with c ends as it began; c is to be closed as well, once that may end.
func (c *Client) Renew(opt Options) *Client {
	if opt.Hosts == nil {
		opt.Hosts = c.opt.Hosts
	}
	n := New(opt)
	n.hosts, n.robots, n.open = c.hosts, c.robots, c.open
	n.hosts.regulate(n.opt)
	return n
}

func (o Options) withDefaults() Options {
	o.Gap = positive(o.Gap, defaultGap)
	o.MaxBody = positive(o.MaxBody, defaultMaxBody)
	o.MaxHeader = positive(o.MaxHeader, defaultMaxHeader)
	o.Timeout = positive(o.Timeout, defaultTimeout)
	o.MaxOpen = positive(o.MaxOpen, defaultMaxOpen)
	if o.Secret == nil {
		o.Secret = func(string) (string, bool) { return "", false }
	}
	if o.MinGap == nil {
		o.MinGap = func(string) (time.Duration, bool) { return 0, false }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Hosts == nil {
		o.Hosts = NewMemory(o.Now)
	}
	return o
}

// positive returns a bound, or the default where none is set.
func positive[T int | int64 | time.Duration](set, otherwise T) T {
	if set > 0 {
		return set
	}
	return otherwise
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// UserAgent returns the name by which hosts are asked:
// koyomi/VERSION (+PUBLIC_URL/bot; CONTACT).
func UserAgent(o Options) string {
	var about []string
	if o.PublicURL != "" {
		about = append(about, "+"+strings.TrimRight(plain(o.PublicURL), "/")+"/bot")
	}
	if o.Contact != "" {
		about = append(about, plain(o.Contact))
	}
	agent := product
	if o.Version != "" {
		agent += "/" + strings.ReplaceAll(plain(o.Version), " ", "-")
	}
	if len(about) > 0 {
		agent += " (" + strings.Join(about, "; ") + ")"
	}
	return agent
}

// plain keeps what may stand in a comment of a header (RFC 9110 section 5.6.5).
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		printable := r >= 0x20 && r <= 0x7e
		if !printable || strings.ContainsRune(`()\`, r) {
			return -1
		}
		return r
	}, s)
}

// hostPort is a host and the digits of a port.
var hostPort = text.NewPattern(`^(.+):([0-9]+)$`)

// CheckAllow returns an entry of Allow as it is compared.
func CheckAllow(hostport string) (string, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || !hostPort.MatchString(hostport) {
		return "", fmt.Errorf("expected host:port, got %q (use 127.0.0.1:8080)", hostport)
	}
	return net.JoinHostPort(canonicalHost(host), port), nil
}

// Close ends what is under way, as health.CauseStopped, and all connections.
func (c *Client) Close() error {
	c.end()
	c.transport.CloseIdleConnections()
	return nil
}

// Fetch asks for one page and returns the host's complete answer. What is not one is
// a *health.Failure, as poll.Fetcher says.
//
// While a host rests (after 429, or 503 with Retry-After) it is not asked; the
// failure is then health.CauseLimited with the rest of the time.
func (c *Client) Fetch(ctx context.Context, ask poll.Ask) (poll.Answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(c.ended, func() { cancel(errClosed) })()
	w := &walk{client: c, ask: ask, left: c.opt.Timeout}
	answer, err := w.remembered(ctx)
	if err == nil {
		return answer, nil
	}
	f := failure(ctx, err)
	if f.URL == "" {
		f.URL = ask.URL
	}
	f.URL = redact(f.URL)
	return poll.Answer{}, f
}

// fail makes a failure out of a sentence.
func fail(cause health.Cause, format string, args ...any) *health.Failure {
	return &health.Failure{Cause: cause, Err: fmt.Errorf(format, args...)}
}
