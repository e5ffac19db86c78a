package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"time"
)

// How the connection to a server is kept private.
const (
	// TLSStart asks for it with STARTTLS (RFC 3207) and goes no further without it;
	// TLSImplicit begins with it (RFC 8314).
	TLSStart    = "starttls"
	TLSImplicit = "implicit"
	// TLSNone is for a server on this machine alone.
	TLSNone = "none"
)

// A Server is where messages are handed in (RFC 6409), and how.
type Server struct {
	Host string
	Port int
	// TLS is one of the ways above, "" for TLSStart. Roots are the authorities to
	// trust, nil for the system's.
	TLS   string
	Roots *x509.CertPool
	// User and Password are those of AUTH (RFC 4954), which is asked for once the
	// connection is private; no User asks for none.
	User, Password string
	// Token returns a bearer token that stands in for the password with XOAUTH2; it is
	// asked for at each login, since tokens are good for an hour or so. nil is none.
	Token func() (string, error)
	// Hello is the name to greet with, "" for localhost.
	Hello string
	// Rate is how many messages a minute the server takes, 0 for any number.
	Rate int
	// PerConnection is how many messages go over one connection, 0 for 50.
	PerConnection int
	Limits
}

// Limits are how long each step may take; 0 stands for those of RFC 5321 section
// 4.5.3.2, or near them.
type Limits struct {
	// Connect is for the connection, the greeting and TLS (30 s), Command for the
	// answer to a command (5 min), Block for a part of a message (3 min), End for the
	// answer to its end (10 min): a server that is cut off there may have it.
	Connect, Command, Block, End time.Duration
}

func (l Limits) withDefaults() Limits {
	for _, one := range []struct {
		limit *time.Duration
		usual time.Duration
	}{{&l.Connect, 30 * time.Second}, {&l.Command, 5 * time.Minute}, {&l.Block, 3 * time.Minute}, {&l.End, 10 * time.Minute}} {
		if *one.limit <= 0 {
			*one.limit = one.usual
		}
	}
	return l
}

// defaultPerConnection is how many messages go over one connection.
const defaultPerConnection = 50

// A Transport hands messages to one server, one at a time, over a connection that it
// keeps for the next. It is not for several goroutines.
type Transport struct {
	server Server
	dialer net.Dialer
	now    *session
	// next is when the rate allows another message.
	next time.Time
}

// Open makes a transport; it connects when there is something to carry.
func Open(s Server) *Transport {
	s.Limits = s.withDefaults()
	if s.TLS == "" {
		s.TLS = TLSStart
	}
	if s.Hello == "" {
		s.Hello = "localhost"
	}
	if s.PerConnection <= 0 {
		s.PerConnection = defaultPerConnection
	}
	return &Transport{server: s}
}

// Deliver hands a message to the server for one recipient, and says what became of it.
// from and to are as in the envelope, without <>. When ctx ends it breaks off: what
// was not given whole is Deferred or Unsent then, what was, Unknown.
func (c *Transport) Deliver(ctx context.Context, from, to string, message []byte) Outcome {
	if !envelope(from) || !envelope(to) {
		return Outcome{
			Result: RefusedMessage,
			Cause:  "an address is not one that stands in an envelope",
		}
	}
	if err := c.pace(ctx); err != nil {
		return Outcome{Result: Unsent, Cause: "stopped: " + err.Error()}
	}
	used := c.now != nil
	o, stale := c.try(ctx, from, to, message)
	if stale && used && ctx.Err() == nil {
		// The server had hung up on a connection that lay idle: that says nothing
		// of this message.
		o, _ = c.try(ctx, from, to, message)
	}
	return o
}

// try hands a message in once; stale is set where the connection was found dead before
// the server heard of it.
func (c *Transport) try(
	ctx context.Context,
	from, to string,
	message []byte,
) (o Outcome, stale bool) {
	if c.now == nil {
		s, o := c.connect(ctx)
		if s == nil {
			return o, false
		}
		c.now = s
	}
	s := c.now
	defer s.until(ctx)()
	o, stale = s.message(from, to, message)
	s.delivered++
	switch {
	case s.broken:
		c.drop()
	case s.delivered >= c.server.PerConnection:
		s.quit()
		c.drop()
	}
	return o, stale
}

// pace waits until the rate allows another message.
func (c *Transport) pace(ctx context.Context) error {
	if c.server.Rate <= 0 {
		return ctx.Err()
	}
	if wait := time.Until(c.next); wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	c.next = time.Now().Add(time.Minute / time.Duration(c.server.Rate))
	return ctx.Err()
}

func (c *Transport) drop() {
	if c.now != nil {
		_ = c.now.conn.Close() // nothing of it is needed any more
		c.now = nil
	}
}

// Close takes leave of the server.
func (c *Transport) Close() error {
	if c.now != nil {
		c.now.quit()
		c.drop()
	}
	return nil
}

// envelope reports whether an address can stand between the <> of an envelope.
func envelope(a string) bool {
	isOne := a != "" && len(a) <= longestEnvelope
	return isOne && visible(a, "") && !strings.ContainsAny(a, "<>")
}

// longestEnvelope is how long an address may be, in octets.
const longestEnvelope = 320

// private returns the settings of TLS.
func (s Server) private() *tls.Config {
	return &tls.Config{
		ServerName: s.Host,
		MinVersion: tls.VersionTLS12,
		RootCAs:    s.Roots,
	}
}
