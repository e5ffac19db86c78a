package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/ical"
	"koyomi/internal/publish/site"
)

// The languages of the pages, Japanese unless a reader prefers English.
var (
	languages = []string{site.Japanese, site.English}
	matcher   = language.NewMatcher([]language.Tag{language.Japanese, language.English})
)

func pageHeaders() http.Header {
	return http.Header{"Cache-Control": cachePage, "Vary": varyLanguage}
}

// lang gives the language a reader is answered in.
func lang(r *http.Request, p params) (string, error) {
	switch p["lang"] {
	case site.Japanese, site.English:
		return p["lang"], nil
	case "":
	default:
		return "", badParameter("lang", "would be right: ja or en")
	}
	// A header that cannot be read counts as none.
	tags, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if len(tags) == 0 {
		return site.Japanese, nil
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return site.English, nil
	}
	return languages[i], nil
}

// base gives what every page shows, for a page that is not kept.
func (s *Site) base(r *http.Request) site.Base {
	l, err := lang(r, params{})
	if err != nil {
		l = site.Japanese
	}
	return s.baseIn(l, false, r.URL)
}

func (s *Site) baseIn(l string, chosen bool, u *url.URL) site.Base {
	return site.Base{
		Lang: l, Chosen: chosen, Calendar: s.calendar, PublicURL: s.publicURL, Contact: s.contact, Version: s.version,
		Other: otherLanguage(u, l),
	}
}

// otherLanguage gives the address of the same page in the other language.
func otherLanguage(u *url.URL, l string) string {
	v := u.Query()
	v.Set("lang", site.English)
	if l == site.English {
		v.Set("lang", site.Japanese)
	}
	return (&url.URL{Path: "/" + trimSlashes(u.Path), RawQuery: v.Encode()}).String()
}

// trimSlashes keeps a path from reading as the address of another host.
func trimSlashes(p string) string {
	for p != "" && (p[0] == '/' || p[0] == '\\') {
		p = p[1:]
	}
	return p
}

// onPage is how many events one page lists.
const onPage = 200

// upcoming answers /.
func (s *Site) upcoming(w http.ResponseWriter, r *http.Request, _ string) error {
	p, err := readParams(r, "q", "from", "lang")
	if err != nil {
		return err
	}
	l := listSpec{now: s.now().Truncate(minute), limit: onPage}
	language, err := lang(r, p)
	if err != nil {
		return err
	}
	if l.from, _, err = p.days("from", l.now, s.calendar.Zone); err != nil {
		return err
	}
	view := site.Upcoming{Base: s.baseIn(language, p["lang"] != "", r.URL), Query: p["q"], From: l.from, Now: l.now.In(s.calendar.Zone)}
	if l.query, err = p.query(l.now, s.calendar); err != nil {
		return s.wrongQuery(w, r, view, err)
	}
	view.Feed = feedSpec{path: "/calendar.ics", query: l.query}.address("")
	d, err := s.document(r.Context(), job{
		key: "page:" + language + ":" + r.URL.RawQuery, now: l.now, bucket: minuteBucket(l.now),
		make: func(ctx context.Context, w *workshop) (document, error) { return w.upcomingPage(ctx, view, l) },
	})
	if err != nil {
		return err
	}
	serve(w, r, d)
	return nil
}

// wrongQuery shows a person the page with what is wrong, beside the words typed.
func (s *Site) wrongQuery(w http.ResponseWriter, r *http.Request, view site.Upcoming, wrong error) error {
	if !wantsPage(r) {
		return wrong
	}
	view.Problem = strings.TrimPrefix(wrong.Error(), `parameter "q": query, `)
	body, err := site.RenderUpcoming(view)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", site.ContentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusBadRequest)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a reader who went away is no failure
	}
	return nil
}

func (w *workshop) upcomingPage(ctx context.Context, view site.Upcoming, l listSpec) (document, error) {
	events, more, err := w.list(ctx, l)
	if err != nil {
		return document{}, err
	}
	if view.Moved, err = w.moved(ctx, events); err != nil {
		return document{}, err
	}
	view.Calendar = w.cal()
	view.Events, view.More = events, more
	body, err := site.RenderUpcoming(view)
	if err != nil {
		return document{}, err
	}
	return newDocument(publish.Seal(body, site.ContentType, time.Time{}), pageHeaders()), nil
}

// newsFor is how long a move is told beside an event.
const newsFor = 14 * 24 * time.Hour

// moved gives the latest move of each of events that moved lately.
func (w *workshop) moved(ctx context.Context, events []event.Event) (map[string]event.Change, error) {
	moved := map[string]event.Change{}
	for _, e := range events {
		if e.Sequence == 0 || w.now.Sub(e.Updated) > newsFor {
			continue
		}
		changes, err := w.reader.Changes(ctx, e.UID, 0, 0)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			if c.Kind == event.ChangeMoved && c.Old != "" && w.now.Sub(c.At) <= newsFor {
				moved[e.UID] = c
			}
		}
	}
	return moved, nil
}

// event answers /events/{id}, {id}.ics and {id}.json.
func (s *Site) event(w http.ResponseWriter, r *http.Request, id string) error {
	const under = "/events/"
	if id, ok := cutSuffix(id, ".json"); ok {
		if _, err := readParams(r); err != nil {
			return err
		}
		return s.oneEvent(w, r, id, under, ".json", func(_ context.Context, _ *workshop, e event.Event) (document, error) {
			return sealJSON(publish.ToJSON(e), e.Updated)
		})
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
	return s.oneEvent(w, r, id, under, "?"+l+p["lang"], func(ctx context.Context, w *workshop, e event.Event) (document, error) {
		return w.eventPage(ctx, base, e)
	})
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
	return s.oneEvent(w, r, id, "/events/", suffix, func(_ context.Context, w *workshop, e event.Event) (document, error) {
		c := w.cal()
		c.Cancelled, c.UTC, c.Source = f.policy, f.utc, w.publicURL+"/events/"+e.ID()+".ics"
		c.Name = e.Title
		var events []event.Event
		if publish.Published(e) && (e.Status != event.Cancelled || c.Cancelled != publish.Hide) {
			events = append(events, e)
		}
		body := ical.Write(events, c, w.now)
		return newDocument(publish.Seal(body, ical.ContentType, e.Updated), feedHeaders(e.ID())), nil
	})
}

func (w *workshop) eventPage(ctx context.Context, b site.Base, e event.Event) (document, error) {
	changes, err := w.reader.Changes(ctx, e.UID, 0, 0)
	if err != nil {
		return document{}, err
	}
	claims, err := w.reader.Claims(ctx, e.UID)
	if err != nil {
		return document{}, err
	}
	b.Calendar = w.cal()
	body, err := site.RenderEvent(site.Event{Base: b, Event: e, Changes: changes, Claims: claims, Community: w.names.byID[e.Community]})
	if err != nil {
		return document{}, err
	}
	return newDocument(publish.Seal(body, site.ContentType, e.Updated), pageHeaders()), nil
}

// bot answers /bot: who comes to other people's sites under koyomi's name.
func (s *Site) bot(w http.ResponseWriter, r *http.Request, _ string) error {
	p, err := readParams(r, "lang")
	if err != nil {
		return err
	}
	l, err := lang(r, p)
	if err != nil {
		return err
	}
	body, err := site.RenderBot(s.baseIn(l, p["lang"] != "", r.URL))
	if err != nil {
		return err
	}
	d := newDocument(publish.Seal(body, site.ContentType, time.Time{}), pageHeaders())
	serve(w, r, &d)
	return nil
}

// fixedDocuments are those that never change while the program runs.
func (s *Site) fixedDocuments() map[string]document {
	headers := func(age string) http.Header {
		return http.Header{"Cache-Control": {age}, "Vary": varyEncoding}
	}
	return map[string]document{
		"/robots.txt": newDocument(publish.Seal([]byte("User-agent: *\nAllow: /\n"), "text/plain; charset=utf-8", time.Time{}), headers("public, max-age=86400")),
		"/style.css":  newDocument(publish.Seal(site.Style(), "text/css; charset=utf-8", time.Time{}), headers("public, max-age=3600")),
	}
}

func (s *Site) fixedDocument(w http.ResponseWriter, r *http.Request, path string) error {
	if _, err := readParams(r); err != nil {
		return err
	}
	d := s.fixed[path]
	serve(w, r, &d)
	return nil
}
