package web

import (
	"context"
	"net/http"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/site"
)

// forms lead to the form in which a calendar on the web adds an event.
var forms = map[string]func(e event.Event, c publish.Calendar, b site.Base) string{
	"google":  func(e event.Event, c publish.Calendar, _ site.Base) string { return publish.GoogleURL(e, c) },
	"outlook": func(e event.Event, _ publish.Calendar, b site.Base) string { return site.OutlookURL(b, e) },
}

// elsewhere answers /events/{id}/google and /events/{id}/outlook: it leads to the form in
// which that calendar adds an event, so that a mail needs no long address. What is off
// leads to its own page.
func (s *Site) elsewhere(w http.ResponseWriter, r *http.Request, id string) error {
	id, where, _ := strings.Cut(id, "/")
	form := forms[where]
	if form == nil || id == "" {
		return notFound("there is no such page")
	}
	if _, err := readParams(r); err != nil {
		return err
	}
	base := s.baseIn(site.Japanese, false, r.URL)
	return s.oneEvent(w, r, id, "/events/", "/"+where,
		func(ctx context.Context, w *maker, e event.Event) (document, error) {
			c, err := w.cal(ctx)
			if err != nil {
				return document{}, err
			}
			base.Calendar = c
			d := document{
				redirect: s.root() + "/events/" + e.ID(),
				status:   http.StatusFound,
				extra:    pageHeaders(),
			}
			if publish.Published(e) && e.Status != event.Cancelled {
				d.redirect = form(e, c, base)
			}
			return d, nil
		})
}
