package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"koyomi/internal/event"
)

func cutSuffix(id, suffix string) (string, bool) {
	rest, ok := strings.CutSuffix(id, suffix)
	return rest, ok && rest != ""
}

// oneEvent answers with a document about the event that begins with id. Any other
// writing of the id, and the id of an event that was merged into another, leads to
// where that event stands. suffix tells the documents about one event apart and
// ends their address, except what begins with "?" in it.
func (s *Site) oneEvent(
	w http.ResponseWriter,
	r *http.Request,
	id, under, suffix string,
	of func(context.Context, *maker, event.Event) (document, error),
) error {
	if !validID(id) {
		return notFound("there is no such event")
	}
	now := s.now()
	bucket := dayBucket(s.calendar.Day(now))
	if strings.HasPrefix(suffix, "?") {
		bucket = minuteBucket(now) // a page says when its event was last confirmed
	}
	d, err := s.document(r.Context(), job{
		key:    "event:" + under + id + suffix,
		now:    now,
		bucket: bucket,
		make: func(ctx context.Context, w *maker) (document, error) {
			e, merged, err := w.living(ctx, id)
			if err != nil {
				return document{}, err
			}
			if e.ID() == id {
				return of(ctx, w, e)
			}
			d := document{
				redirect: s.root() + under + e.ID(),
				status:   http.StatusFound,
				extra:    pageHeaders(),
			}
			if merged {
				d.status = http.StatusMovedPermanently
			}
			if !strings.HasPrefix(suffix, "?") {
				d.redirect += suffix
			}
			return d, nil
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}

// maxMerges is how often one event may have been merged on.
const maxMerges = 16

// living returns the event that begins with id, or the one it was merged into.
func (w *maker) living(
	ctx context.Context,
	id string,
) (e event.Event, merged bool, err error) {
	e, err = w.reader.Event(ctx, id)
	for n := 0; err == nil && e.MergedInto != ""; n++ {
		if n == maxMerges {
			return e, true, fmt.Errorf("event %s: merged in a circle", e.UID)
		}
		merged = true
		e, err = w.reader.Event(ctx, e.MergedInto)
	}
	return e, merged, err
}

// validID reports whether s can be (the start of) an id or UID.
func validID(s string) bool {
	isLong := len(s) >= leastID && len(s) <= mostID
	return isLong && strings.Trim(s, idSigns) == ""
}

// The bounds of an id or its start, and what it is made of.
const (
	leastID = 4
	mostID  = 64
	idSigns = "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
