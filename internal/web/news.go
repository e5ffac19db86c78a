package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/feed"
	"koyomi/internal/query"
)

// mostNews is how many items a feed of news holds.
const mostNews = 100

// atomFeed answers /feed.atom, jsonFeed /feed.json.
func (s *Site) atomFeed(w http.ResponseWriter, r *http.Request, _ string) error {
	return s.newsFeed(w, r, "", "", feed.Atom, feed.AtomType)
}

func (s *Site) jsonFeed(w http.ResponseWriter, r *http.Request, _ string) error {
	return s.newsFeed(w, r, "", "", feed.JSON, feed.JSONType)
}

// newsFeed answers with what is new and changed, of one community where that is
// given.
func (s *Site) newsFeed(
	w http.ResponseWriter,
	r *http.Request,
	community, title string,
	write func(feed.Feed) ([]byte, error),
	contentType string,
) error {
	now := s.now()
	p, err := readParams(r, "q")
	if err != nil {
		return err
	}
	q, err := p.query(now, s.calendar)
	if err != nil {
		return err
	}
	self := s.publicURL + r.URL.Path
	if words := q.String(); words != "" {
		self += "?" + url.Values{"q": {words}}.Encode()
	}
	d, err := s.document(r.Context(), job{
		key:    "news:" + self,
		now:    now,
		bucket: dayBucket(s.calendar.Day(now)),
		make: func(ctx context.Context, w *maker) (document, error) {
			f := feed.Feed{
				Title:     title,
				Home:      s.calendar.URL,
				Self:      self,
				EventBase: s.calendar.EventBase,
				Names:     w.names.names,
			}
			if title == "" {
				f.Title = feedName(s.calendar, feedSpec{query: q})
			}
			if community != "" {
				f.Home = s.publicURL + "/communities/" + community
			}
			if f.News, err = w.news(ctx, community, q); err != nil {
				return document{}, err
			}
			body, err := write(f)
			if err != nil {
				return document{}, err
			}
			return newDocument(
				publish.Seal(body, contentType, newsTime(f)),
				http.Header{
					"Cache-Control": cacheFeed,
					"Vary":          varyEncoding,
					"X-Robots-Tag":  {"noindex"},
				},
			), nil
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}

// newsTime returns when a feed last changed, the zero time where nothing ever did.
func newsTime(f feed.Feed) time.Time {
	if len(f.News) == 0 {
		return time.Time{}
	}
	return f.Updated()
}

// news returns the latest news of the events that q asks for.
func (w *maker) news(
	ctx context.Context,
	community string,
	q query.Query,
) ([]publish.News, error) {
	all, err := w.recent(ctx)
	if err != nil {
		return nil, err
	}
	past, err := w.history(ctx)
	if err != nil {
		return nil, err
	}
	find := all.find()
	of := func(uid string) (event.Event, bool) {
		d, ok := find(uid)
		if !ok || community != "" && d.Event.Community != community || !q.MatchDoc(d) {
			return event.Event{}, false
		}
		return d.Event, true
	}
	return publish.Tell(past.latest, of, mostNews), nil
}
