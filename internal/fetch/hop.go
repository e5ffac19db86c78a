package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"koyomi/internal/health"
)

// An order is one request to be made.
type order struct {
	method string
	body   []byte
	header http.Header
	// most is the largest body; where cut is set, more is cut off instead of
	// being an error.
	most int64
	cut  bool
	// conditional says that validators are among the headers.
	conditional bool
	// probe: see extract.Request.
	probe bool
}

// A reply is what a host said to one request.
type reply struct {
	status      int
	header      http.Header
	conditional bool
	// body is read for status 200 alone.
	body []byte
	// rest is how long the host wants to be left alone, said whether it said so.
	rest time.Duration
	said bool
}

// hop makes one request when it is the host's turn.
func (c *Client) hop(ctx context.Context, w *walk, u *url.URL, o order) (*reply, error) {
	turn, err := c.hosts.take(ctx, hostKey(u))
	if err != nil {
		return nil, err
	}
	defer turn.end(ctx)
	select {
	case c.open <- struct{}{}:
		defer func() { <-c.open }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if w.left <= 0 {
		return nil, fail(health.CauseTimeout, "not done within %s", c.opt.Timeout)
	}
	limited, cancel := context.WithTimeout(ctx, w.left)
	defer cancel()
	began := time.Now()
	r, err := c.exchange(limited, u, o)
	w.left -= time.Since(began)
	if err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			return nil, fail(health.CauseTimeout, "not done within %s", c.opt.Timeout)
		}
		return nil, err
	}
	turn.heed(r)
	return r, nil
}

// heed notes whether the host wants to be left alone.
func (t *turn) heed(r *reply) {
	value := r.header.Get("Retry-After")
	d, said := retryAfter(value, t.hosts.opt.Now())
	switch {
	case r.status == http.StatusTooManyRequests, r.status == http.StatusServiceUnavailable && said:
		r.rest, r.said = t.limit(d, said), said
	case r.status < 500:
		t.served()
	}
}

// exchange makes a request and reads the answer to its end.
func (c *Client) exchange(ctx context.Context, u *url.URL, o order) (*reply, error) {
	var conn *meter
	var before int64
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if m, ok := info.Conn.(*meter); ok {
			conn, before = m, m.read.Load()
		}
	}})
	req, err := c.request(ctx, u, o)
	if err != nil {
		return nil, err
	}
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		if conn != nil && conn.read.Load()-before >= c.opt.MaxHeader {
			return nil, fail(health.CauseTooLarge, "the header has more than %d octets", c.opt.MaxHeader)
		}
		if conn == nil {
			return nil, unconnected(err)
		}
		return nil, broken(err)
	}
	defer res.Body.Close()
	r := &reply{status: res.StatusCode, header: res.Header, conditional: o.conditional}
	if res.StatusCode != http.StatusOK {
		// A little is read so that the connection can be used again.
		_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // what it says is not asked for
		return r, nil
	}
	r.body, err = readBody(res, o, conn)
	return r, err
}

// request makes the request with the headers that all of them carry.
func (c *Client) request(ctx context.Context, u *url.URL, o order) (*http.Request, error) {
	var body io.Reader
	if o.body != nil {
		body = bytes.NewReader(o.body)
	}
	req, err := http.NewRequestWithContext(ctx, o.method, u.String(), body)
	if err != nil {
		return nil, fail(health.CauseForbidden, "no request can be made of it: %w", err)
	}
	for k, v := range o.header {
		req.Header[k] = v
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept-Encoding", "gzip")
	return req, nil
}

// unconnected names why no connection came about.
func unconnected(err error) error {
	var f *health.Failure
	if errors.As(err, &f) {
		return f
	}
	return fail(health.CauseConnect, "no connection: %w", err)
}

// redirect reports whether the reply leads on.
func (r *reply) redirect() bool {
	switch r.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// refusal gives the failure for a reply that is no answer to believe.
func (r *reply) refusal(probe bool) *health.Failure {
	if by := challenge(r); by != "" {
		return fail(health.CauseBlocked, "status %d with a page that asks for a human (%s)", r.status, by)
	}
	cause := health.CauseStatus
	switch s := r.status; {
	case s == http.StatusOK, s == http.StatusNotModified, probe && (s == http.StatusNotFound || s == http.StatusGone):
		return nil
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusProxyAuthRequired, s == http.StatusUnavailableForLegalReasons:
		cause = health.CauseBlocked
	case s == http.StatusNotFound:
		cause = health.CauseMissing
	case s == http.StatusGone:
		cause = health.CauseGone
	case s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable && r.said:
		f := fail(health.CauseLimited, "%s; the host is left alone for %s", words(s), r.rest.Round(time.Second))
		f.RetryAfter = r.rest
		return f
	case s >= 500 && s < 600:
		cause = health.CauseServer
	}
	return fail(cause, "%s", words(r.status))
}

func words(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("status %d %s", status, text)
	}
	return fmt.Sprintf("status %d", status)
}
