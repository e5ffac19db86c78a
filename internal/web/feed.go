package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/ical"
	"koyomi/internal/query"
)

// feedHeaders are those of a calendar: shown in place, kept out of search engines.
func feedHeaders(name string) http.Header {
	return http.Header{
		"Cache-Control":       cacheFeed,
		"Vary":                varyEncoding,
		"Content-Disposition": {`inline; filename="` + name + `.ics"`},
		"X-Robots-Tag":        {"noindex"},
	}
}

// A feedSpec is what a feed's address asks for.
type feedSpec struct {
	path   string
	name   string
	query  query.Query
	policy publish.Policy
	utc    bool
}

// readFeed reads the parameters that all feeds share.
func (s *Site) readFeed(r *http.Request, names ...string) (feedSpec, error) {
	p, err := readParams(r, append(names, "cancelled", "tz")...)
	if err != nil {
		return feedSpec{}, err
	}
	f := feedSpec{path: r.URL.Path, name: "koyomi"}
	if f.query, err = p.query(s.now(), s.calendar); err != nil {
		return f, err
	}
	if f.policy, err = p.policy(); err != nil {
		return f, err
	}
	f.utc, err = p.utc()
	return f, err
}

// address gives the feed's own address in its canonical form.
func (f feedSpec) address(base string) string {
	v := url.Values{}
	if q := f.query.String(); q != "" {
		v.Set("q", q)
	}
	if f.policy != "" && f.policy != publish.Keep {
		v.Set("cancelled", string(f.policy))
	}
	if f.utc {
		v.Set("tz", "utc")
	}
	if len(v) == 0 {
		return base + f.path
	}
	return base + f.path + "?" + v.Encode()
}

// combined answers /calendar.ics.
func (s *Site) combined(w http.ResponseWriter, r *http.Request, _ string) error {
	f, err := s.readFeed(r, "q")
	if err != nil {
		return err
	}
	return s.feed(w, r, f, "")
}

// feed answers with a calendar, of one community where that is given.
func (s *Site) feed(w http.ResponseWriter, r *http.Request, f feedSpec, community string) error {
	now := s.now()
	d, err := s.document(r.Context(), job{
		key: f.address("feed:"), now: now, bucket: dayBucket(s.calendar.Day(now)),
		make: func(ctx context.Context, w *workshop) (document, error) {
			docs, err := w.recent(ctx)
			if err != nil {
				return document{}, err
			}
			var events []event.Event
			for i := range docs {
				if (community == "" || docs[i].Event.Community == community) && f.query.MatchDoc(&docs[i]) {
					events = append(events, docs[i].Event)
				}
			}
			c := w.cal()
			c.Cancelled, c.UTC, c.Source = f.policy, f.utc, f.address(s.publicURL)
			c.Name = feedName(c, f.query, community)
			return newDocument(ical.Render(events, c, w.now), feedHeaders(f.name)), nil
		},
	})
	if err != nil {
		return err
	}
	serve(w, r, d)
	return nil
}

// feedName tells a filtered calendar from the whole one in a client's list.
func feedName(c publish.Calendar, q query.Query, community string) string {
	switch {
	case community != "":
		return c.CommunityName(community)
	case !q.Empty():
		return c.Name + ": " + q.String()
	}
	return c.Name
}

// community answers /communities/{id}.ics.
func (s *Site) community(w http.ResponseWriter, r *http.Request, id string) error {
	id, ok := strings.CutSuffix(id, ".ics")
	if !ok || s.catalogue().byID[id] == nil {
		return notFound("there is no such community; its calendar would be /communities/{id}.ics")
	}
	f, err := s.readFeed(r)
	if err != nil {
		return err
	}
	f.name = id
	return s.feed(w, r, f, id)
}
