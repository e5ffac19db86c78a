package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
	path string
	// name is the file's, title the calendar's; "" makes one from the query.
	name, title string
	query       query.Query
	policy      publish.Policy
	parts       publish.Parts
	utc         bool
	// days is how far ahead it looks, 0 for as far as any.
	days int
	// plain serves it uncompressed, to the client that needs that.
	plain bool
	// of tells calendars apart whose address is the same but not their meaning.
	of string
}

// feedParameters are those that all calendars take.
var feedParameters = []string{"cancelled", "days", "for", "parts", "tz"}

// readFeed reads the parameters of a calendar; names are those it takes besides.
func (s *Site) readFeed(r *http.Request, names ...string) (feedSpec, error) {
	p, err := readParams(r, append(names, feedParameters...)...)
	if err != nil {
		return feedSpec{}, err
	}
	f := feedSpec{path: r.URL.Path, name: "koyomi"}
	if f.query, err = p.query(s.now(), s.calendar); err != nil {
		return f, err
	}
	client, err := publish.ParseClient(p["for"])
	if err != nil {
		return f, badParameter("for", err.Error())
	}
	f.policy, f.plain = client.Cancelled, client.Plain
	if p["cancelled"] != "" {
		if f.policy, err = p.policy(); err != nil {
			return f, err
		}
	}
	if f.parts, err = publish.ParseParts(p["parts"]); err != nil {
		return f, badParameter("parts", err.Error())
	}
	if f.days, err = p.number("days", 0, s.calendar.Ahead); err != nil {
		return f, err
	}
	f.utc, err = p.utc()
	return f, err
}

// address returns the feed's own address in its canonical form.
func (f feedSpec) address(base string) string {
	v := url.Values{}
	for _, p := range []struct{ name, value, usual string }{
		{"q", f.query.String(), ""},
		{"cancelled", string(cmp.Or(f.policy, publish.Keep)), string(publish.Keep)},
		{"days", strconv.Itoa(max(f.days, 0)), "0"},
		{"parts", string(f.parts), string(publish.PartsAuto)},
		{"for", map[bool]string{true: "outlook"}[f.plain], ""},
		{"tz", map[bool]string{true: "utc"}[f.utc], ""},
	} {
		if p.value != p.usual {
			v.Set(p.name, p.value)
		}
	}
	return strings.TrimSuffix(base+f.path+"?"+v.Encode(), "?")
}

// apply sets on a calendar what the address asks for.
func (f feedSpec) apply(c publish.Calendar, base string) publish.Calendar {
	c.Cancelled, c.Parts, c.UTC, c.Source = f.policy, f.parts, f.utc, f.address(base)
	if f.days > 0 {
		c.Ahead = f.days
	}
	return c
}

// combined answers /calendar.ics.
func (s *Site) combined(w http.ResponseWriter, r *http.Request, _ string) error {
	f, err := s.readFeed(r, "q")
	if err != nil {
		return err
	}
	return s.feed(w, r, f, f.query.MatchDoc)
}

// feed answers with a calendar of the events that match.
func (s *Site) feed(
	w http.ResponseWriter,
	r *http.Request,
	f feedSpec,
	match func(*query.Doc) bool,
) error {
	now := s.now()
	j := job{
		key:    f.address("feed:") + " " + f.of,
		now:    now,
		bucket: dayBucket(s.calendar.Day(now)),
		make: func(ctx context.Context, w *maker) (document, error) {
			all, err := w.recent(ctx)
			if err != nil {
				return document{}, err
			}
			events := matching(match, all.docs, all.gone)
			c, err := w.cal(ctx)
			if err != nil {
				return document{}, err
			}
			c = f.apply(c, s.publicURL)
			c.Name = feedName(c, f)
			made := ical.Render(events, c, w.now)
			if f.plain {
				made.Gzip = nil
			}
			return newDocument(made, feedHeaders(f.name)), nil
		},
	}
	d, err := s.document(r.Context(), j)
	if err != nil {
		return err
	}
	s.remember(r, j)
	return s.send(w, r, d)
}

// matching returns the events that match. They are large: none is copied twice.
func matching(match func(*query.Doc) bool, lists ...[]query.Doc) []event.Event {
	var found []*query.Doc
	for _, docs := range lists {
		for i := range docs {
			if match(&docs[i]) {
				found = append(found, &docs[i])
			}
		}
	}
	events := make([]event.Event, len(found))
	for i, d := range found {
		events[i] = d.Event
	}
	return events
}

// feedName tells a filtered calendar from the whole one in a client's list.
func feedName(c publish.Calendar, f feedSpec) string {
	switch {
	case f.title != "":
		return f.title
	case !f.query.Empty():
		return c.Name + ": " + f.query.String()
	}
	return c.Name
}

// A NamedCalendar is one to which the operator gave a name and an address of its own.
type NamedCalendar struct {
	// Name is letters, digits and "-"; Title is for people, "" for the name.
	Name, Title string
	Query       string
	Cancelled   publish.Policy
}

// named answers /c/{name}.ics.
func (s *Site) named(w http.ResponseWriter, r *http.Request, id string) error {
	id, isFeed := strings.CutSuffix(id, ".ics")
	all := s.calendars()
	i := slices.IndexFunc(all, func(n NamedCalendar) bool { return n.Name == id })
	if !isFeed || i < 0 {
		return notFound("there is no such calendar")
	}
	n := all[i]
	f, err := s.readFeed(r, "q")
	if err != nil {
		return err
	}
	q, err := s.both(n.Query, f.query)
	if err != nil {
		return fmt.Errorf("calendar %s: %w", n.Name, err)
	}
	asked := r.URL.Query()
	isChosen := asked.Get("cancelled")+asked.Get("for") != ""
	if !isChosen {
		f.policy = cmp.Or(n.Cancelled, f.policy)
	}
	f.name, f.title, f.of = n.Name, cmp.Or(n.Title, n.Name), q.String()
	return s.feed(w, r, f, q.MatchDoc)
}

// both returns the operator's query, narrowed by the reader's.
func (s *Site) both(operators string, readers query.Query) (query.Query, error) {
	env := query.Env{
		Now:     s.now(),
		Zone:    s.calendar.Zone,
		Assumed: s.calendar.Assumed,
	}
	q, wrong := query.Parse(operators, env)
	if wrong == nil && !readers.Empty() {
		q, wrong = query.Parse(q.Term()+" "+readers.Term(), env)
	}
	if wrong != nil {
		return q, wrong
	}
	return q, nil
}

// communityFeed answers /communities/{id}.ics.
func (s *Site) communityFeed(w http.ResponseWriter, r *http.Request, id string) error {
	f, err := s.readFeed(r, "q")
	if err != nil {
		return err
	}
	f.name, f.title = id, s.catalogue().names[id]
	return s.feed(w, r, f, func(d *query.Doc) bool {
		return d.Event.Community == id && f.query.MatchDoc(d)
	})
}
