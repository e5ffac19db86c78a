package web

import (
	"context"
	"net/http"
	"time"

	"koyomi/internal/coverage"
	"koyomi/internal/publish/site"
	"koyomi/internal/store"
)

// report makes the report of what is known and what is not seen.
func (w *maker) report(ctx context.Context, s *Site) (coverage.Report, error) {
	c := w.calendar
	events, err := w.reader.Events(ctx, store.Window{
		From:          coverage.Begin(w.day, c.Zone),
		Until:         coverage.End(w.day, c.Zone),
		AssumedLength: c.Assumed,
	})
	if err != nil {
		return coverage.Report{}, err
	}
	return s.coverage(events, w.day), nil
}

// coveragePage answers /coverage.
func (s *Site) coveragePage(w http.ResponseWriter, r *http.Request, _ string) error {
	if s.coverage == nil {
		return notFound("there is no such page")
	}
	v, err := s.readPlain(r)
	if err != nil {
		return err
	}
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		page := site.Coverage{Base: v.base}
		if page.Report, err = w.report(ctx, s); err != nil {
			return nil, err
		}
		if page.Calendar, err = w.cal(ctx); err != nil {
			return nil, err
		}
		return site.RenderCoverage(page)
	})
}

// apiCoverage answers /api/v1/coverage.
func (s *Site) apiCoverage(w http.ResponseWriter, r *http.Request, _ string) error {
	if s.coverage == nil {
		return notFound("there is no such page")
	}
	if _, err := readParams(r); err != nil {
		return err
	}
	now := s.now().Truncate(minute)
	d, err := s.document(r.Context(), job{
		key:    "coverage",
		now:    now,
		bucket: dayBucket(s.calendar.Day(now)),
		make: func(ctx context.Context, w *maker) (document, error) {
			report, err := w.report(ctx, s)
			if err != nil {
				return document{}, err
			}
			return sealJSON(report, time.Time{})
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}
