package web

import (
	"context"
	"net/http"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

// googleEnd ends the address that leads to Google Calendar's form for an event.
const googleEnd = "/google"

// googleOf returns the id of the event in such an address.
func googleOf(path string) (id string, ok bool) {
	id, isEvent := strings.CutPrefix(path, "/events/")
	id, isGoogle := strings.CutSuffix(id, googleEnd)
	isOne := id != "" && !strings.Contains(id, "/")
	return id, isEvent && isGoogle && isOne
}

// google answers /events/{id}/google: it leads to the form in which Google Calendar adds
// an event, so that a mail needs no long address. What is off leads to its own page.
func (s *Site) google(w http.ResponseWriter, r *http.Request, path string) error {
	id, _ := googleOf(path)
	if _, err := readParams(r); err != nil {
		return err
	}
	return s.oneEvent(w, r, id, "/events/", googleEnd,
		func(ctx context.Context, w *maker, e event.Event) (document, error) {
			c, err := w.cal(ctx)
			if err != nil {
				return document{}, err
			}
			d := document{
				redirect: "/events/" + e.ID(),
				status:   http.StatusFound,
				extra:    pageHeaders(),
			}
			if publish.Published(e) && e.Status != event.Cancelled {
				d.redirect = publish.GoogleURL(e, c)
			}
			return d, nil
		})
}
