package web

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/site"
	"koyomi/internal/query"
)

// The bounds of a widget: how many events it names, and how many it may name.
const (
	inWidget   = 5
	mostWidget = 20
)

// The policies of what other sites may show in a frame, and of the page that shows how.
var (
	framePolicy = []string{
		"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *",
	}
	showPolicy = []string{
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
)

// embedPage answers /embed: how organisers show events on their own site.
func (s *Site) embedPage(w http.ResponseWriter, r *http.Request, _ string) error {
	v, _, err := s.readView(r)
	if err != nil {
		return err
	}
	w.Header()["Content-Security-Policy"] = showPolicy
	return s.show(w, r, v, func(_ context.Context, w *maker) ([]byte, error) {
		page := site.EmbedPage{
			Base:    v.base,
			Query:   v.query.String(),
			Problem: v.problem(),
			Name:    w.calendar.Name,
		}
		if v.wrong != nil {
			page.Query = shown(v.words)
		}
		if field, id := v.query.Field(); field == "community" {
			page.Name = cmp.Or(w.names.names[id], page.Name)
		}
		return site.RenderEmbed(page)
	})
}

// widget answers /embed/list and /embed/free, to be shown in frames of other sites, and
// /embed/badge.svg.
func (s *Site) widget(w http.ResponseWriter, r *http.Request, id string) error {
	switch id {
	case "list":
		return s.widgetPage(w, r, false)
	case "free":
		return s.widgetPage(w, r, true)
	case "badge.svg":
		return s.badge(w, r)
	}
	return notFound("there is no such page")
}

// widgetPage shows the next events, or what is on in an evening.
func (s *Site) widgetPage(w http.ResponseWriter, r *http.Request, evening bool) error {
	v, _, err := s.readView(r, "limit", "date")
	if err != nil {
		return err
	}
	if v.wrong != nil {
		return v.wrong
	}
	l := listSpec{query: v.query, now: v.now}
	if l.limit, err = v.number("limit", inWidget, mostWidget); err != nil {
		return err
	}
	page := site.Widget{Query: v.query.String(), Now: v.now.In(s.calendar.Zone)}
	if evening {
		if page.Evening, err = s.clashDay(v.params, v.now); err != nil {
			return err
		}
		if page.Evening.IsZero() {
			page.Evening = s.calendar.Day(v.now)
		}
		if l.query, err = s.evening(v, page.Evening); err != nil {
			return err
		}
		l.from = page.Evening
	}
	w.Header()["Content-Security-Policy"] = framePolicy
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		page.Base = v.base
		if page.Events, _, err = w.list(ctx, l); err != nil {
			return nil, err
		}
		if page.Calendar, err = w.calOf(ctx, page.Events...); err != nil {
			return nil, err
		}
		return site.RenderWidget(page)
	})
}

// evening returns the query of a view, narrowed to what is on in the evening of a day.
func (s *Site) evening(v view, day event.Date) (query.Query, error) {
	words := query.With(query.With(v.query.Term(), "on", day.String()), "time", "evening")
	q, wrong := query.Parse(words+" -status:cancelled", query.Env{
		Now:     v.now,
		Zone:    s.calendar.Zone,
		Assumed: s.calendar.Assumed,
	})
	if wrong != nil {
		return q, badParameter("q", wrong.Error())
	}
	return q, nil
}

// badge answers with a small picture that names the next event.
func (s *Site) badge(w http.ResponseWriter, r *http.Request) error {
	v, _, err := s.readView(r)
	if err != nil {
		return err
	}
	if v.wrong != nil {
		return v.wrong
	}
	d, err := s.document(r.Context(), job{
		key:    "badge:" + v.base.Lang + ":" + v.query.String(),
		now:    v.now,
		bucket: minuteBucket(v.now),
		make: func(ctx context.Context, w *maker) (document, error) {
			events, _, err := w.list(ctx, listSpec{query: v.query, now: v.now, limit: inWidget})
			if err != nil {
				return document{}, err
			}
			body := site.NextBadge(v.base, firstHeld(events), v.now.In(s.calendar.Zone))
			sealed := publish.Seal(body, "image/svg+xml", time.Time{})
			return newDocument(sealed, pageHeaders()), nil
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}

// firstHeld returns the first event that is not off, nil for none.
func firstHeld(events []event.Event) *event.Event {
	for i := range events {
		off := events[i].Status == event.Cancelled || events[i].Status == event.Postponed
		if !off {
			return &events[i]
		}
	}
	return nil
}
