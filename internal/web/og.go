package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/card"
	"koyomi/internal/publish/site"
)

// picture answers /og/{id}.png, the picture of an event, and /og/site.png, that of all
// other pages.
func (s *Site) picture(w http.ResponseWriter, r *http.Request, id string) error {
	if _, err := readParams(r, "lang"); err != nil {
		return err
	}
	id, ok := strings.CutSuffix(id, ".png")
	if !ok {
		return notFound("there is no such picture")
	}
	if id == "site" {
		return s.sitePicture(w, r)
	}
	base := s.baseIn(site.Japanese, false, r.URL)
	return s.oneEvent(
		w,
		r,
		id,
		"/og/",
		".png",
		func(_ context.Context, _ *maker, e event.Event) (document, error) {
			body, err := card.Draw(base.Card(s.inherit(e)))
			return pictureOf(body, e.Updated), err
		},
	)
}

func (s *Site) sitePicture(w http.ResponseWriter, r *http.Request) error {
	now := s.now()
	base := s.baseIn(site.Japanese, false, r.URL)
	d, err := s.document(r.Context(), job{
		key:    "og:site",
		now:    now,
		bucket: dayBucket(s.calendar.Day(now)),
		make: func(context.Context, *maker) (document, error) {
			body, err := card.Draw(base.SiteCard())
			return pictureOf(body, time.Time{}), err
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}

// pictureOf returns the document of a picture, which does not compress.
func pictureOf(body []byte, modified time.Time) document {
	sealed := publish.Seal(body, card.ContentType, modified)
	sealed.Gzip = nil
	return newDocument(sealed, http.Header{"Cache-Control": {"public, max-age=86400"}})
}

// icon answers /touch.png and /icon-512.png.
func (s *Site) icon(w http.ResponseWriter, r *http.Request, path string) error {
	if _, err := readParams(r); err != nil {
		return err
	}
	size := map[string]int{"/touch.png": 180, "/icon-512.png": 512}[path]
	d, err := s.document(r.Context(), job{
		key: "icon:" + path,
		now: s.now(),
		make: func(context.Context, *maker) (document, error) {
			body, err := card.Icon(size)
			return pictureOf(body, time.Time{}), err
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}
