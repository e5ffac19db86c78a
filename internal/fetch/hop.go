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
	"slices"
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
	// send is asked before the first octet of the request is sent; its error keeps it back.
	send func() error
}

// A reply is what a host said to one request.
type reply struct {
	status      int
	header      http.Header
	conditional bool
	// body is read for status 200 alone.
	body []byte
	// limited is set where the host wants to be left alone, for rest.
	limited bool
	rest    time.Duration
}

// turns is how often a request waits for its turn that comes too late to send it.
const turns = 3

// hop makes one request when it is the host's turn.
func (c *Client) hop(ctx context.Context, w *walk, u *url.URL, o order) (r *reply, err error) {
	late := true
	for n := 0; late && n < turns; n++ {
		r, late, err = c.inTurn(ctx, w, u, o)
	}
	return r, err
}

// inTurn waits for the host's turn and makes a request. late says that the turn was over
// before it was sent, so that nothing was.
func (c *Client) inTurn(
	ctx context.Context,
	w *walk,
	u *url.URL,
	o order,
) (r *reply, late bool, err error) {
	turn, err := c.hosts.take(ctx, hostKey(u))
	if err != nil {
		return nil, false, err
	}
	defer turn.end(ctx)
	select {
	case c.open <- struct{}{}:
		defer func() { <-c.open }()
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	o.send = turn.send
	if r, err = c.timed(ctx, w, u, o); err != nil {
		return nil, turn.late.Load(), err
	}
	turn.heed(r)
	return r, false, nil
}

// timed makes a request within the time that the Ask has left.
func (c *Client) timed(ctx context.Context, w *walk, u *url.URL, o order) (*reply, error) {
	limited, cancel := context.WithTimeout(ctx, w.left)
	defer cancel()
	began := time.Now()
	r, err := c.exchange(limited, u, o)
	w.left -= time.Since(began)
	if err != nil && isLate(limited, ctx) {
		err = fail(health.CauseTimeout, "not done within %s", c.opt.Timeout)
	}
	return r, err
}

// isLate reports whether a time that was set has passed within one that has not.
func isLate(
	limited, whole context.Context,
) bool {
	return limited.Err() != nil && whole.Err() == nil
}

// heed notes whether the host wants to be left alone.
func (t *turn) heed(r *reply) {
	rest, said := retryAfter(r.header.Get("Retry-After"), t.hosts.opt.Now())
	unavailable := r.status == http.StatusServiceUnavailable && said
	r.limited = unavailable || r.status == http.StatusTooManyRequests
	switch {
	case r.limited:
		r.rest = t.limit(rest, said)
	case r.status < 500:
		t.served()
	}
}

// exchange makes a request and reads the answer to its end.
func (c *Client) exchange(ctx context.Context, u *url.URL, o order) (*reply, error) {
	var conn *meter
	var before int64
	ctx = httptrace.WithClientTrace(
		ctx,
		&httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			if m, ok := info.Conn.(*meter); ok {
				m.send = o.send
				conn, before = m, m.read.Load()
			}
		}},
	)
	req, err := c.request(ctx, u, o)
	if err != nil {
		return nil, err
	}
	res, err := c.transport.RoundTrip(req)
	switch {
	case err == nil:
	case conn == nil:
		return nil, unconnected(err)
	case conn.read.Load()-before >= c.opt.MaxHeader:
		return nil, fail(
			health.CauseTooLarge,
			"the header has more than %d octets",
			c.opt.MaxHeader,
		)
	default:
		return nil, broken(err)
	}
	defer res.Body.Close()
	r := &reply{
		status:      res.StatusCode,
		header:      res.Header,
		conditional: o.conditional,
	}
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

// redirects are the statuses that lead on.
var redirects = []int{
	http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
	http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
}

// redirect reports whether the reply leads on.
func (r *reply) redirect() bool { return slices.Contains(redirects, r.status) }

// statusCauses name what is wrong with an answer, where its status says so.
var statusCauses = map[int]health.Cause{
	http.StatusUnauthorized:               health.CauseBlocked,
	http.StatusForbidden:                  health.CauseBlocked,
	http.StatusProxyAuthRequired:          health.CauseBlocked,
	http.StatusUnavailableForLegalReasons: health.CauseBlocked,
	http.StatusNotFound:                   health.CauseMissing,
	http.StatusGone:                       health.CauseGone,
}

// probed are the statuses that answer the question whether a page is still there.
var probed = []int{http.StatusNotFound, http.StatusGone}

// refusal returns the failure for a reply that is not an answer to believe.
func (r *reply) refusal(probe bool) *health.Failure {
	if by := challenge(r); by != "" {
		return fail(
			health.CauseBlocked,
			"status %d with a page that asks for a human (%s)",
			r.status,
			by,
		)
	}
	switch {
	case r.status == http.StatusOK, r.status == http.StatusNotModified:
		return nil
	case probe && slices.Contains(probed, r.status):
		return nil
	case r.limited:
		f := fail(
			health.CauseLimited,
			"%s; the host is left alone for %s",
			words(r.status),
			r.rest.Round(time.Second),
		)
		f.RetryAfter = r.rest
		return f
	}
	return fail(r.cause(), "%s", words(r.status))
}

// cause names what is wrong with an answer by its status.
func (r *reply) cause() health.Cause {
	if c, known := statusCauses[r.status]; known {
		return c
	}
	if r.status/100 == 5 {
		return health.CauseServer
	}
	return health.CauseStatus
}

func words(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("status %d %s", status, text)
	}
	return fmt.Sprintf("status %d", status)
}
