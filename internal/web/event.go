package web

import (
	"context"
	"net/http"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/ical"
	"koyomi/internal/publish/site"
	"koyomi/internal/query"
)

// event answers /events/{id}, {id}.ics and {id}.json.
func (s *Site) event(w http.ResponseWriter, r *http.Request, id string) error {
	const under = "/events/"
	if id, ok := cutSuffix(id, ".json"); ok {
		if _, err := readParams(r); err != nil {
			return err
		}
		return s.oneEvent(
			w,
			r,
			id,
			under,
			".json",
			oneJSON,
		)
	}
	if id, ok := cutSuffix(id, ".ics"); ok {
		return s.eventCalendar(w, r, id)
	}
	p, err := readParams(r, "lang")
	if err != nil {
		return err
	}
	l, err := lang(r, p)
	if err != nil {
		return err
	}
	base := s.baseIn(l, p["lang"] != "", r.URL)
	return s.oneEvent(
		w,
		r,
		id,
		under,
		"?"+l+p["lang"],
		func(ctx context.Context, w *maker, e event.Event) (document, error) {
			return w.eventPage(ctx, base, e)
		},
	)
}

// eventCalendar answers with a calendar of one event; of none where the event was
// withdrawn, so that it leaves the calendars that hold it.
func (s *Site) eventCalendar(w http.ResponseWriter, r *http.Request, id string) error {
	f, err := s.readFeed(r)
	if err != nil {
		return err
	}
	suffix := ".ics"
	if r.URL.RawQuery != "" {
		suffix += "?" + r.URL.RawQuery
	}
	return s.oneEvent(
		w,
		r,
		id,
		"/events/",
		suffix,
		func(ctx context.Context, w *maker, e event.Event) (document, error) {
			c, err := w.cal(ctx)
			if err != nil {
				return document{}, err
			}
			c.Cancelled, c.UTC, c.Source = f.policy, f.utc, w.publicURL+"/events/"+e.ID()+".ics"
			c.Name = e.Title
			var events []event.Event
			if publish.Published(e) &&
				(e.Status != event.Cancelled || c.Cancelled != publish.Hide) {
				events = append(events, e)
			}
			body := ical.Write(events, c, w.now)
			return newDocument(
				publish.Seal(body, ical.ContentType, e.Updated),
				feedHeaders(e.ID()),
			), nil
		},
	)
}

func (w *maker) eventPage(
	ctx context.Context,
	b site.Base,
	e event.Event,
) (document, error) {
	changes, err := w.reader.Changes(ctx, e.UID, 0, 0)
	if err != nil {
		return document{}, err
	}
	claims, err := w.reader.Claims(ctx, e.UID)
	if err != nil {
		return document{}, err
	}
	all, err := w.recent(ctx)
	if err != nil {
		return document{}, err
	}
	page := site.Event{
		Base:      b,
		Event:     e,
		Changes:   changes,
		Claims:    claims,
		Now:       w.now.In(w.calendar.Zone),
		Community: w.names.byID[e.Community],
		Pictured:  !w.static || w.isPictured(&e, w.day),
	}
	page.SameDay, page.NextOnes = w.similar(all.docs, e)
	page.Calendar, err = w.calOf(ctx, slices.Concat([]event.Event{e}, page.SameDay, page.NextOnes)...)
	if err != nil {
		return document{}, err
	}
	if page.Community != nil {
		page.Ask = query.With("", "community", e.Community)
	}
	page.Event = w.inherit(e)
	body, err := site.RenderEvent(page)
	if err != nil {
		return document{}, err
	}
	return newDocument(publish.Seal(body, site.ContentType, e.Updated), pageHeaders()), nil
}
