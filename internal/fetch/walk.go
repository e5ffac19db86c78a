package fetch

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
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
	u := w.first
	for range maxHops + 1 {
		r, err := w.step(ctx, u)
		if err != nil {
			return poll.Answer{}, w.at(u, err)
		}
		if !r.redirect() {
			answer, err := w.answer(u, r)
			return answer, w.at(u, err)
		}
		if u, err = w.follow(u, r); err != nil {
			return poll.Answer{}, err
		}
	}
	return poll.Answer{}, fail(
		health.CauseRedirect,
		"more than %d redirects, the last one to %s",
		maxHops,
		redact(u.String()),
	)
}

// step makes the request for one hop, where that is allowed.
func (w *walk) step(ctx context.Context, u *url.URL) (*reply, error) {
	if err := w.client.check(u); err != nil {
		return nil, err
	}
	if w.ask.Page && w.ask.IgnoreRobots == "" {
		if err := w.client.obey(ctx, w, u); err != nil {
			return nil, err
		}
	}
	return w.client.hop(ctx, w, u, w.order())
}

// begin reads the Ask.
func (w *walk) begin() error {
	u, err := url.Parse(w.ask.URL)
	if err != nil {
		return fail(health.CauseForbidden, "not a URL: %w", errors.Unwrap(err))
	}
	u.Fragment, u.RawFragment = "", ""
	w.first, w.lasting, w.seen = u, true, map[string]bool{u.String(): true}
	switch w.method = strings.ToUpper(w.ask.Method); w.method {
	case "", http.MethodGet:
		w.method = http.MethodGet
	case http.MethodPost:
		w.body = w.ask.Body
	default:
		return fail(
			health.CauseProtocol,
			"expected GET or POST, got the method %.20q",
			w.ask.Method,
		)
	}
	w.header, err = fill(w.ask.Header, w.client.opt.Secret)
	return err
}

// at says where on the way it went wrong, if not where it began.
func (w *walk) at(u *url.URL, err error) error {
	var f *health.Failure
	if u == w.first || !errors.As(err, &f) {
		return err
	}
	if f.URL != "" {
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
	o := order{
		method: w.method,
		body:   w.body,
		header: h,
		most:   w.client.opt.MaxBody,
		probe:  w.ask.Probe,
	}
	if w.away {
		return o
	}
	for k, v := range w.header {
		h[k] = v
	}
	if w.method != http.MethodGet {
		return o
	}
	for name, value := range map[string]string{"If-None-Match": w.ask.ETag, "If-Modified-Since": w.ask.LastModified} {
		if sendable(value) {
			h.Set(name, value)
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

// lasting are the redirects that are permanent; keepsMethod those after which a POST
// stays one.
var (
	lasting     = []int{http.StatusMovedPermanently, http.StatusPermanentRedirect}
	keepsMethod = []int{http.StatusTemporaryRedirect, http.StatusPermanentRedirect}
)

// follow returns the next URL.
func (w *walk) follow(from *url.URL, r *reply) (*url.URL, error) {
	to, err := target(from, r)
	if err != nil {
		return nil, err
	}
	w.lasting = w.lasting && slices.Contains(lasting, r.status)
	w.away = w.away || !sameHost(w.first, to)
	asksToSignIn := login(to) && !login(w.first)
	switch {
	case asksToSignIn:
		return nil, fail(
			health.CauseBlocked,
			"redirected to a login page: %s",
			redact(to.String()),
		)
	case w.seen[to.String()]:
		return nil, fail(
			health.CauseRedirect,
			"the redirects go round in a circle by way of %s",
			redact(to.String()),
		)
	}
	w.seen[to.String()] = true
	return to, w.carry(to, r.status)
}

// target reads where a redirect leads.
func target(from *url.URL, r *reply) (*url.URL, error) {
	location := r.header.Get("Location")
	if location == "" {
		return nil, fail(health.CauseRedirect, "status %d without a Location", r.status)
	}
	to, err := from.Parse(location)
	if err != nil || len(location) > maxURL {
		return nil, fail(
			health.CauseRedirect,
			"redirected to what is not a URL: %.80q",
			location,
		)
	}
	to.Fragment, to.RawFragment = "", ""
	return to, nil
}

// carry decides what becomes of a POST after a redirect.
func (w *walk) carry(to *url.URL, status int) error {
	switch {
	case w.method != http.MethodPost:
	case !slices.Contains(keepsMethod, status):
		w.method, w.body = http.MethodGet, nil
	case w.away:
		return fail(
			health.CauseRedirect,
			"a POST is redirected to another host: %s",
			redact(to.String()),
		)
	}
	return nil
}

// sameHost reports whether what belongs to the host of a may go to b: the same
// name and port, or the same name by https in place of http.
func sameHost(a, b *url.URL) bool {
	x, y := originOf(a), originOf(b)
	upgraded := origin{"http", x.host, "80"} == x && origin{"https", x.host, "443"} == y
	return x == y || upgraded
}

// An origin is what a URL's path belongs to (RFC 6454).
type origin struct{ scheme, host, port string }

func originOf(
	u *url.URL,
) origin {
	return origin{u.Scheme, canonicalHost(u.Hostname()), portOf(u)}
}

// The hosts and last parts of paths where people sign in.
var (
	loginHosts = []string{
		"accounts.google.com",
		"login.microsoftonline.com",
		"login.live.com",
	}
	loginNames = []string{
		"login",
		"signin",
		"sign_in",
		"sign-in",
		"log-in",
		"log_in",
		"wp-login",
		"servicelogin",
	}
)

// login reports whether a URL is where people sign in.
func login(u *url.URL) bool {
	path := strings.TrimSuffix(strings.ToLower(u.Path), "/")
	name, _, _ := strings.Cut(path[strings.LastIndexByte(path, '/')+1:], ".")
	return slices.Contains(loginHosts, canonicalHost(u.Hostname())) ||
		slices.Contains(loginNames, name)
}

// answer makes the answer out of a reply that does not lead on.
func (w *walk) answer(u *url.URL, r *reply) (poll.Answer, error) {
	if f := r.refusal(w.ask.Probe); f != nil {
		return poll.Answer{}, f
	}
	a := poll.Answer{
		Page: extract.Page{
			Requested:   w.ask.URL,
			URL:         u.String(),
			Status:      r.status,
			ContentType: r.header.Get("Content-Type"),
			Body:        r.body,
		},
		ETag:         keepable(r.header.Get("ETag")),
		LastModified: modified(r.header),
	}
	a.NotModified = r.status == http.StatusNotModified
	if a.NotModified && !r.conditional {
		return poll.Answer{}, fail(
			health.CauseProtocol,
			"status 304 to a request without validators",
		)
	}
	if a.NotModified {
		// Where a 304 names no validator, the one that was sent still holds.
		a.Page.Body, a.ETag, a.LastModified = nil, cmp.Or(
			a.ETag,
			w.ask.ETag,
		), cmp.Or(
			a.LastModified,
			w.ask.LastModified,
		)
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
	isTimeout := errors.As(err, &ne) && ne.Timeout()
	switch {
	case errors.As(err, &f):
		return f
	case isTimeout:
		return fail(health.CauseTimeout, "no answer in time: %w", err)
	case errors.As(err, &op), endOfFile(err):
		return fail(health.CauseIncomplete, "the host broke the connection off: %w", err)
	}
	return fail(health.CauseProtocol, "the answer is not HTTP: %w", err)
}
