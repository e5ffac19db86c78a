package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/skip2/go-qrcode"

	"koyomi/internal/publish/site"
)

// shownOf is how many events a preview names.
const shownOf = 6

// tickNames are the parameters of what is ticked on the page to subscribe; each may be
// given more than once.
var tickNames = []string{"community", "tag", "area", "is"}

// follow answers /calendar: what to subscribe to, and how on the reader's device.
func (s *Site) follow(w http.ResponseWriter, r *http.Request, _ string) error {
	to, r, err := s.ticked(r)
	if err != nil {
		return err
	}
	if to != "" {
		return redirect(w, r, to)
	}
	v, _, err := s.readView(r, "cancelled", "days", "device", "show")
	if err != nil {
		return err
	}
	device, err := deviceOf(r, v.params["device"])
	if err != nil {
		return err
	}
	if show := v.params["show"]; show != "" && show != "all" {
		return badParameter("show", "is not known (use all)")
	}
	v.sort = device
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		return w.followPage(ctx, v, device)
	})
}

func (w *maker) followPage(ctx context.Context, v view, device string) ([]byte, error) {
	all, err := w.recent(ctx)
	if err != nil {
		return nil, err
	}
	page := site.Follow{
		Base:        v.base,
		Device:      device,
		Now:         v.now.In(w.calendar.Zone),
		Words:       shown(v.words),
		Problem:     v.problem(),
		Query:       v.query,
		Communities: w.names.all,
		All:         v.params["show"] == "all",
		Counts:      all.counts,
	}
	if v.wrong == nil {
		l := listSpec{query: v.query, now: v.now, limit: shownOf}
		_, page.Total = w.months(all.docs, l)
		if page.Events, _, err = w.list(ctx, l); err != nil {
			return nil, err
		}
	}
	if page.Calendar, err = w.calOf(ctx, page.Events...); err != nil {
		return nil, err
	}
	v.base.Calendar = page.Calendar
	page.Subscribe = v.subscribe("/calendar.ics", "/feed.atom")
	if field, id := v.query.Field(); field == "community" && w.names.byID[id] != nil {
		page.Subscribe = v.subscribe("/communities/"+id+".ics", "/communities/"+id+".atom")
		page.Subscribe.Query = ""
	}
	if !slices.Contains([]string{"iphone", "android"}, device) {
		page.Code = codeOf(w.publicURL + "/calendar?" + url.Values{"q": {v.query.String()}}.Encode())
	}
	return site.RenderFollow(page)
}

// codeOf returns a text as a QR code, nil where it is too long for one that a camera
// reads from a screen.
func codeOf(text string) [][]bool {
	const longest = 600
	if text = strings.TrimSuffix(text, "?q="); len(text) > longest {
		return nil
	}
	q, err := qrcode.New(text, qrcode.Low)
	if err != nil {
		return nil // it is too long
	}
	q.DisableBorder = true
	return q.Bitmap()
}

// ticked returns the address that says in one query what was ticked, "" for nothing
// ticked, and the request without the rest.
func (s *Site) ticked(r *http.Request) (to string, without *http.Request, err error) {
	values := r.URL.Query()
	given := values.Has("rest")
	for _, name := range tickNames {
		given = given || values.Has(name)
	}
	if !given {
		return "", r, nil
	}
	if len(r.URL.RawQuery) > maxQueryBytes {
		return "", r, badParameter("q", "is too long")
	}
	for name := range values {
		isOurs := slices.Contains(tickNames, name) || slices.Contains([]string{"q", "rest", "lang", "device"}, name)
		if !isOurs {
			return "", r, badParameter(name, "is not known here")
		}
	}
	p := params{"lang": values.Get("lang")}
	language, err := lang(r, p)
	if err != nil {
		return "", r, err
	}
	rest := strings.TrimSpace(values.Get("q") + " " + values.Get("rest"))
	base := s.baseIn(language, p["lang"] != "", r.URL)
	return base.Link("/calendar", "q", site.Ticked(values, rest), "device", values.Get("device")), r, nil
}

// deviceOf returns the device that a reader named, else the one that the browser names.
func deviceOf(r *http.Request, named string) (string, error) {
	if named != "" {
		if slices.Contains(site.Devices, named) {
			return named, nil
		}
		return "", badParameter("device", "is not known (use "+strings.Join(site.Devices, ", ")+")")
	}
	agent := r.Header.Get("User-Agent")
	for _, one := range []struct{ words, device string }{
		{"iPhone", "iphone"},
		{"iPad", "iphone"},
		{"Android", "android"},
		{"Macintosh", "mac"},
		{"Windows", "windows"},
	} {
		if strings.Contains(agent, one.words) {
			return one.device, nil
		}
	}
	return "other", nil
}
