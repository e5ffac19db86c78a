package web

import (
	"context"
	"net/http"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/site"
	"koyomi/internal/query"
)

// clash answers /clash: what stands in the way of a day.
func (s *Site) clash(w http.ResponseWriter, r *http.Request, _ string) error {
	v, to, err := s.readView(r, "date")
	if err != nil {
		return err
	}
	if to != "" {
		return redirect(w, r, to)
	}
	day, wrong := s.clashDay(v.params, v.now)
	if wrong != nil && !wantsPage(r) {
		return wrong
	}
	page := site.Clash{
		Date: shown(v.params["date"]),
		Now:  v.now.In(s.calendar.Zone),
	}
	if wrong != nil {
		page.DateProblem = true
		v.wrong = wrong
	}
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		all, err := w.recent(ctx)
		if err != nil {
			return nil, err
		}
		page.Base, page.Filter = v.base, v.filter(all.counts)
		if v.wrong == nil {
			if page.Heat, err = w.heat(ctx, day, v.query); err != nil {
				return nil, err
			}
			page.Due = w.due(all.docs)
		}
		if v.wrong == nil && !day.IsZero() {
			found, err := w.findClash(ctx, day, v.query)
			if err != nil {
				return nil, err
			}
			page.Found = &found
		}
		if page.Calendar, err = w.calOf(ctx, page.Named()...); err != nil {
			return nil, err
		}
		return site.RenderClash(page)
	})
}

// clashDay reads the day asked for, zero where none is.
func (s *Site) clashDay(p params, now time.Time) (event.Date, error) {
	first, last, err := p.days("date", now, s.calendar.Zone)
	if err == nil && first != last {
		err = badParameter("date", "names several days (use one, as 2009-05-28)")
	}
	return first, err
}

// heat counts the days of the months from that of a day on, from this month where it is
// zero.
func (w *maker) heat(ctx context.Context, day event.Date, q query.Query) ([]publish.HeatDay, error) {
	if day.IsZero() {
		day = w.day
	}
	first, last := site.HeatWindow(day)
	docs, err := w.candidates(ctx, listSpec{from: first, to: last, now: w.now})
	if err != nil {
		return nil, err
	}
	return publish.FindHeat(docs, first, last, q, w.calendar), nil
}

// mostDue is how many communities are named whose next event is due.
const mostDue = 12

// due returns the communities that usually have announced their next event by now.
func (w *maker) due(docs []query.Doc) []site.CommunityLine {
	var all []site.CommunityLine
	for _, l := range w.communityLines(docs) {
		isDue := l.Next == nil && l.Habits.Overdue(w.now)
		if isDue && len(all) < mostDue {
			all = append(all, l)
		}
	}
	return all
}

func (w *maker) findClash(
	ctx context.Context,
	day event.Date,
	q query.Query,
) (publish.Clash, error) {
	first, last := publish.ClashWindow(day)
	docs, err := w.candidates(ctx, listSpec{
		from: first,
		to:   last,
		now:  w.now,
	})
	if err != nil {
		return publish.Clash{}, err
	}
	return publish.FindClash(docs, day, q, w.calendar, w.day), nil
}

// apiClash answers /api/v1/clash.
func (s *Site) apiClash(w http.ResponseWriter, r *http.Request, _ string) error {
	p, err := readParams(r, "date", "q")
	if err != nil {
		return err
	}
	now := s.now().Truncate(minute)
	q, err := p.query(now, s.calendar)
	if err != nil {
		return err
	}
	day, err := s.clashDay(p, now)
	if err != nil {
		return err
	}
	if day.IsZero() {
		return badParameter("date", "is missing (use date=2009-05-28)")
	}
	d, err := s.document(r.Context(), job{
		key:    "clash:" + r.URL.RawQuery,
		now:    now,
		bucket: minuteBucket(now),
		make: func(ctx context.Context, w *maker) (document, error) {
			found, err := w.findClash(ctx, day, q)
			if err != nil {
				return document{}, err
			}
			return sealJSON(found.ToJSON(), time.Time{})
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}
