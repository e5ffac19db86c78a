package web

import (
	"context"
	"net/http"
	"time"

	"koyomi/internal/publish/site"
)

// inMonth is how many events a month shows at most.
const inMonth = 10_000

// thisMonth answers /month: the month of today.
func (s *Site) thisMonth(w http.ResponseWriter, r *http.Request, _ string) error {
	return s.monthPage(w, r, s.now().In(s.calendar.Zone).Format("2006-01"))
}

// monthPage answers /month/{2006-01}.
func (s *Site) monthPage(w http.ResponseWriter, r *http.Request, id string) error {
	month, err := time.Parse("2006-01", id)
	if err != nil || month.Year() < 1970 || month.Year() > 2100 {
		return notFound("there is no such month (use /month/2009-05)")
	}
	v, to, err := s.readView(r, "cancelled", "days")
	if err != nil {
		return err
	}
	if to != "" {
		return redirect(w, r, to)
	}
	first, last := site.Grid(month.Year(), month.Month())
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		all, err := w.recent(ctx)
		if err != nil {
			return nil, err
		}
		page := site.Month{
			Base:   v.base,
			Filter: v.filter(all.counts),
			Year:   month.Year(),
			Month:  month.Month(),
			Now:    v.now.In(s.calendar.Zone),
		}
		if v.wrong == nil {
			l := listSpec{
				query: v.query,
				now:   v.now,
				limit: inMonth,
				from:  first,
				to:    last,
			}
			if page.Events, _, err = w.list(ctx, l); err != nil {
				return nil, err
			}
		}
		if page.Calendar, err = w.calOf(ctx, page.Events...); err != nil {
			return nil, err
		}
		return site.RenderMonth(page)
	})
}
