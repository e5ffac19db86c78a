package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
)

// product is the token by which robots.txt names us.
const product = "koyomi"

// A walk is one Ask on its way through redirects.
type walk struct {
	client *Client
	ask    poll.Ask
	// header is the source's own, secrets filled in.
	header http.Header
	// left is how much of the time for requests is left.
	left time.Duration

	method string
	body   []byte
	// first is where it began. away is set once it leads to another host, and
	// stays: nothing of the source's goes out any more.
	first *url.URL
	away  bool
	seen  map[string]bool
	// lasting is set as long as all redirects were permanent, movedTo where they alone
	// led to the answer.
	lasting bool
	movedTo string
}

// run follows the Ask to its answer.
func (w *walk) run(ctx context.Context) (poll.Answer, error) {
	if err := w.begin(); err != nil {
		return poll.Answer{}, err
	}
	for u, hops := w.first, 0; ; hops++ {
		if err := w.client.check(u); err != nil {
			return poll.Answer{}, w.at(u, err)
		}
		if w.ask.Page && w.ask.IgnoreRobots == "" {
			if err := w.client.obey(ctx, w, u); err != nil {
				return poll.Answer{}, w.at(u, err)
			}
		}
		r, err := w.client.hop(ctx, w, u, w.order())
		if err != nil {
			return poll.Answer{}, w.at(u, err)
		}
		if !r.redirect() {
			answer, err := w.answer(u, r)
			return answer, w.at(u, err)
		}
		if hops == maxHops {
			return poll.Answer{}, fail(health.CauseRedirect, "more than %d redirects, the last one to %s", maxHops, redact(r.header.Get("Location")))
		}
		if u, err = w.follow(u, r); err != nil {
			return poll.Answer{}, err
		}
	}
}

// begin reads the Ask.
func (w *walk) begin() error {
	u, err := url.Parse(w.ask.URL)
	if err != nil {
		return fail(health.CauseForbidden, "no URL: %w", errors.Unwrap(err))
	}
	u.Fragment, u.RawFragment = "", ""
	w.first, w.lasting, w.seen = u, true, map[string]bool{u.String(): true}
	switch w.method = strings.ToUpper(w.ask.Method); w.method {
	case "", http.MethodGet:
		w.method = http.MethodGet
	case http.MethodPost:
		w.body = w.ask.Body
	default:
		return fail(health.CauseProtocol, "the method %.20q; GET or POST would be right", w.ask.Method)
	}
	w.header, err = fill(w.ask.Header, w.client.opt.Secret)
	return err
}

// at says where on the way it went wrong, if not where it began.
func (w *walk) at(u *url.URL, err error) error {
	var f *health.Failure
	if err == nil || u == w.first || !errors.As(err, &f) || f.URL != "" {
		return err
	}
	moved := *f
	moved.Err = &onTheWay{to: redact(u.String()), err: f.Err}
	return &moved
}

// onTheWay is an error behind a redirect.
type onTheWay struct {
	to  string
	err error
}

func (e *onTheWay) Error() string { return "redirected to " + e.to + ": " + e.err.Error() }
func (e *onTheWay) Unwrap() error { return e.err }

// order makes the request for one hop.
func (w *walk) order() order {
	h := http.Header{
		"Accept":          {accept(w.ask.Page)},
		"Accept-Language": {"ja, en;q=0.5"},
	}
	o := order{method: w.method, body: w.body, header: h, most: w.client.opt.MaxBody, probe: w.ask.Probe}
	if w.away {
		return o
	}
	for k, v := range w.header {
		h[k] = v
	}
	if w.method == http.MethodGet {
		if sendable(w.ask.ETag) {
			h.Set("If-None-Match", w.ask.ETag)
			o.conditional = true
		}
		if sendable(w.ask.LastModified) {
			h.Set("If-Modified-Since", w.ask.LastModified)
			o.conditional = true
		}
	}
	return o
}

// accept says which formats can be read.
func accept(page bool) string {
	if page {
		return "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
	}
	return "application/atom+xml, application/rss+xml, text/calendar, application/json;q=0.9, application/xml;q=0.8, */*;q=0.5"
}

// follow gives the next URL.
func (w *walk) follow(from *url.URL, r *reply) (*url.URL, error) {
	location := r.header.Get("Location")
	if location == "" {
		return nil, fail(health.CauseRedirect, "status %d without a Location", r.status)
	}
	to, err := from.Parse(location)
	if err != nil || len(location) > maxURL {
		return nil, fail(health.CauseRedirect, "redirected to what is no URL: %.80q", location)
	}
	to.Fragment, to.RawFragment = "", ""
	if login(to) && !login(w.first) {
		return nil, fail(health.CauseBlocked, "redirected to a login page: %s", redact(to.String()))
	}
	if r.status != http.StatusMovedPermanently && r.status != http.StatusPermanentRedirect {
		w.lasting = false
	}
	if !sameHost(w.first, to) {
		w.away = true
	}
	if w.method == http.MethodPost {
		switch r.status {
		case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
			if w.away {
				return nil, fail(health.CauseRedirect, "a POST is redirected to another host: %s", redact(to.String()))
			}
		default:
			w.method, w.body = http.MethodGet, nil
		}
	}
	if w.seen[to.String()] {
		return nil, fail(health.CauseRedirect, "the redirects go round in a circle by way of %s", redact(to.String()))
	}
	w.seen[to.String()] = true
	return to, nil
}

// sameHost reports whether what belongs to the host of a may go to b: the same
// name and port, or the same name by https in place of http.
func sameHost(a, b *url.URL) bool {
	if canonicalHost(a.Hostname()) != canonicalHost(b.Hostname()) {
		return false
	}
	if a.Scheme == b.Scheme {
		return portOf(a) == portOf(b)
	}
	return a.Scheme == "http" && b.Scheme == "https" && portOf(a) == "80" && portOf(b) == "443"
}

// login reports whether a URL is where people sign in.
func login(u *url.URL) bool {
	switch canonicalHost(u.Hostname()) {
	case "accounts.google.com", "login.microsoftonline.com", "login.live.com":
		return true
	}
	path := strings.TrimSuffix(strings.ToLower(u.Path), "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	last, _, _ = strings.Cut(last, ".")
	switch last {
	case "login", "signin", "sign_in", "sign-in", "log-in", "log_in", "wp-login", "servicelogin":
		return true
	}
	return false
}

// answer makes the answer out of a reply that is no redirect.
func (w *walk) answer(u *url.URL, r *reply) (poll.Answer, error) {
	if f := r.refusal(w.ask.Probe); f != nil {
		return poll.Answer{}, f
	}
	a := poll.Answer{
		Page:         extract.Page{Requested: w.ask.URL, URL: u.String(), Status: r.status, ContentType: r.header.Get("Content-Type"), Body: r.body},
		ETag:         keepable(r.header.Get("ETag")),
		LastModified: keepable(r.header.Get("Last-Modified")),
	}
	if r.status == http.StatusNotModified {
		if !r.conditional {
			return poll.Answer{}, fail(health.CauseProtocol, "status 304 to a request without validators")
		}
		a.NotModified, a.Page.Body = true, nil
		// Where a 304 names no validator, the one that was sent still holds.
		if a.ETag == "" {
			a.ETag = w.ask.ETag
		}
		if a.LastModified == "" {
			a.LastModified = w.ask.LastModified
		}
	}
	if u != w.first && w.lasting {
		w.movedTo = u.String()
	}
	return a, nil
}

// failure names what went wrong.
func failure(ctx context.Context, err error) *health.Failure {
	var f *health.Failure
	switch {
	case errors.Is(context.Cause(ctx), errClosed):
		return fail(health.CauseStopped, "stopped: %w", errClosed)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fail(health.CauseTimeout, "no time was left: %w", ctx.Err())
	case ctx.Err() != nil:
		return fail(health.CauseStopped, "stopped: %w", ctx.Err())
	case errors.As(err, &f):
		c := *f
		return &c
	}
	return &health.Failure{Cause: health.CauseProtocol, Err: err}
}

// broken names why a connection that had come about gave no answer.
func broken(err error) *health.Failure {
	var f *health.Failure
	var op *net.OpError
	var ne net.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &ne) && ne.Timeout():
		return fail(health.CauseTimeout, "no answer in time: %w", err)
	case errors.As(err, &op), endOfFile(err):
		return fail(health.CauseIncomplete, "the host broke the connection off: %w", err)
	}
	return fail(health.CauseProtocol, "the answer is no HTTP: %w", err)
}
