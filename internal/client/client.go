// Package client asks a running koyomi over HTTP what package ask asks a database.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/ask"
	"koyomi/internal/coverage"
	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/web"
)

// Client is the calendar of a running koyomi.
type Client struct {
	base   string
	client *http.Client
	// doubtful are the UIDs of listed events that no source of the server has shown for
	// days.
	doubtful map[string]bool
}

// remoteTimeout bounds one question to a running koyomi; maxAnswer its answer.
const (
	RemoteTimeout = 30 * time.Second
	maxAnswer     = 32 << 20
)

// New returns the calendar of the koyomi that answers at an address.
func New(server string) (*Client, error) {
	u, err := url.Parse(server)
	known := err == nil && u.Host != "" &&
		slices.Contains([]string{"http", "https"}, u.Scheme)
	if !known {
		return nil, usage.Errorf(
			"--server %s: expected the address of a koyomi (use http://127.0.0.1:8080)",
			usage.Quote(server),
		)
	}
	return &Client{
		base:     strings.TrimRight(server, "/"),
		client:   &http.Client{Timeout: RemoteTimeout},
		doubtful: map[string]bool{},
	}, nil
}

// Moved is not in the API.
func (r *Client) Moved(
	context.Context,
	[]event.Event,
) (map[string]bool, error) {
	return nil, nil
}

// Doubtful returns what the server said of the events that it listed.
func (r *Client) Doubtful(context.Context, []event.Event) (map[string]bool, error) {
	return r.doubtful, nil
}

// pageSize is how many events are asked for at a time.
const pageSize = 500

// Ask asks page by page until there are enough.
func (r *Client) Ask(ctx context.Context, q ask.Question) ([]event.Event, error) {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Words, "from": q.From, "to": q.To} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Past {
		return r.past(ctx, q, v)
	}
	return r.list(ctx, v, q.Limit)
}

// Whole asks for the fields of the event that begins with id, or of the one it was
// merged into; a server shows no more.
func (r *Client) Whole(ctx context.Context, id string) (ask.Whole, error) {
	body, err := r.get(ctx, "/api/v1/events/"+url.PathEscape(id))
	if err != nil {
		return ask.Whole{}, err
	}
	defer body.Close()
	var j publish.JSON
	if err := decodeJSON(body, &j); err != nil {
		return ask.Whole{}, fmt.Errorf(
			"ask %s: not an event as koyomi writes it: %w",
			r.base,
			err,
		)
	}
	e, err := j.Event()
	return ask.Whole{Event: e, Unseen: j.Unseen, Remote: true}, err
}

// past returns what is over, latest first: all that began up to today, without what
// is not over.
func (r *Client) past(
	ctx context.Context,
	q ask.Question,
	v url.Values,
) ([]event.Event, error) {
	coming, err := r.list(ctx, url.Values{"q": v["q"]}, 0)
	if err != nil {
		return nil, err
	}
	upcoming := make(map[string]bool, len(coming))
	for _, e := range coming {
		upcoming[e.UID] = true
	}
	if q.From == "" {
		v.Set("from", "1970-01-01")
	}
	if q.To == "" {
		v.Set("to", "today")
	}
	events, err := r.list(ctx, v, 0)
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(e event.Event) bool { return upcoming[e.UID] })
	slices.Reverse(events)
	if q.Limit > 0 && len(events) > q.Limit {
		events = events[:q.Limit]
	}
	return events, nil
}

// list asks for the pages of a list.
func (r *Client) list(ctx context.Context, v url.Values, limit int) ([]event.Event, error) {
	var events []event.Event
	for {
		size := pageSize
		if limit > 0 {
			size = min(size, limit-len(events))
		}
		v.Set("limit", strconv.Itoa(size))
		body, err := r.get(ctx, "/api/v1/events?"+v.Encode())
		if err != nil {
			return nil, err
		}
		page, err := publish.DecodePage(body)
		body.Close()
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", r.base, err)
		}
		events = append(events, page.Events...)
		maps.Copy(r.doubtful, page.Doubtful)
		enough := limit > 0 && len(events) >= limit
		if enough || page.Next == "" || page.Next == v.Get("cursor") {
			return events, nil
		}
		v.Set("cursor", page.Next)
	}
}

// decodeJSON reads one JSON value.
func decodeJSON(r io.Reader, into any) error { return json.NewDecoder(r).Decode(into) }

// get asks for one address; a 400 is a wrong question, in the server's words.
func (r *Client) get(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf(
			"ask %s: %w; is koyomi running there?",
			r.base,
			errors.Unwrap(err),
		)
	}
	body := struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	if resp.StatusCode == http.StatusOK {
		return body, nil
	}
	defer resp.Body.Close()
	said := problemDetail(body)
	switch resp.StatusCode {
	case http.StatusBadRequest:
		return nil, usage.Errorf("%s", said)
	case http.StatusNotFound:
		return nil, errors.New(said)
	}
	return nil, fmt.Errorf("ask %s: status %d: %s", r.base, resp.StatusCode, said)
}

// problemDetail returns the words of a problem (RFC 9457), or that there are none.
func problemDetail(r io.Reader) string {
	var p struct{ Title, Detail string }
	if err := decodeJSON(r, &p); err != nil || p.Title+p.Detail == "" {
		return "no koyomi answers there"
	}
	return text.Line(strings.TrimPrefix(p.Detail, p.Title+": "), 500)
}

// Clash asks a running koyomi.
func (r *Client) Clash(
	ctx context.Context,
	day, terms string,
) (found publish.ClashJSON, err error) {
	v := url.Values{"date": {day}}
	if terms != "" {
		v.Set("q", terms)
	}
	body, err := r.get(ctx, "/api/v1/clash?"+v.Encode())
	if err != nil {
		return found, err
	}
	defer body.Close()
	if err := decodeJSON(body, &found); err != nil {
		return found, fmt.Errorf("ask %s: not what koyomi says of a day: %w", r.base, err)
	}
	return found, nil
}

// Coverage asks a running koyomi.
func (r *Client) Coverage(ctx context.Context) (report coverage.Report, err error) {
	body, err := r.get(ctx, "/api/v1/coverage")
	if err != nil {
		return report, err
	}
	defer body.Close()
	if err := decodeJSON(body, &report); err != nil {
		return report, fmt.Errorf(
			"ask %s: not what koyomi says of its coverage: %w",
			r.base,
			err,
		)
	}
	return report, nil
}

// Sources asks a running koyomi for its sources. How many events each had, and
// its recordings, are not in the API.
func (r *Client) Sources(ctx context.Context) ([]ask.Source, error) {
	body, err := r.get(ctx, "/api/v1/sources")
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var answer struct{ Sources []web.SourceJSON }
	if err := decodeJSON(body, &answer); err != nil {
		return nil, fmt.Errorf("ask %s: not sources as koyomi writes them: %w", r.base, err)
	}
	lines := make([]ask.Source, len(answer.Sources))
	for i, s := range answer.Sources {
		lines[i] = remoteLine(s)
	}
	return lines, nil
}

func remoteLine(s web.SourceJSON) ask.Source {
	l := ask.Source{
		ID:            s.ID,
		Community:     s.Community,
		Kind:          s.Kind,
		URL:           s.URL,
		Role:          s.Role,
		State:         health.State(s.State),
		Cause:         health.Cause(s.Cause),
		Message:       s.Message,
		Failures:      s.Failures,
		EventsUnknown: true,
	}
	l.Why = ask.WhyNot(
		&source.Source{Off: s.Off, Archived: s.Archived},
		s.Off+s.Archived == "",
	)
	l.Polled = l.Why == ""
	for _, one := range []struct {
		at   *time.Time
		into *time.Time
	}{{s.LastPoll, &l.LastPoll}, {s.LastGood, &l.LastSeen}, {s.NextAt, &l.NextAt}} {
		if one.at != nil {
			*one.into = *one.at
		}
	}
	return l
}
