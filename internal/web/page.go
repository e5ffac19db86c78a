package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/text/language"

	"koyomi/internal/publish"
	"koyomi/internal/publish/site"
	"koyomi/internal/query"
)

// The languages of the pages, Japanese unless a reader prefers English.
var (
	languages = []string{site.Japanese, site.English}
	matcher   = language.NewMatcher([]language.Tag{language.Japanese, language.English})
)

func pageHeaders() http.Header {
	return http.Header{"Cache-Control": cachePage, "Vary": varyLanguage}
}

// lang returns the language a reader is answered in.
func lang(r *http.Request, p params) (string, error) {
	switch p["lang"] {
	case site.Japanese, site.English:
		return p["lang"], nil
	case "":
	default:
		return "", badParameter("lang", "is not known (use ja or en)")
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

// base returns what every page shows, for a page that is not kept.
func (s *Site) base(r *http.Request) site.Base {
	l, err := lang(r, params{})
	if err != nil {
		l = site.Japanese
	}
	return s.baseIn(l, false, r.URL)
}

func (s *Site) baseIn(l string, chosen bool, u *url.URL) site.Base {
	b := site.Base{
		Lang:      l,
		Chosen:    chosen,
		Path:      "/" + trimSlashes(u.Path),
		Params:    u.Query(),
		Calendar:  s.calendar,
		PublicURL: s.publicURL,
		Static:    s.static,
		Covered:   s.coverage != nil,
		Contact:   s.contact,
		Version:   s.version,
	}
	b.Calendar.Names = s.catalogue().names
	b.Params.Del("lang")
	return b
}

// trimSlashes keeps a path from reading as the address of another host.
func trimSlashes(p string) string {
	for p != "" && (p[0] == '/' || p[0] == '\\') {
		p = p[1:]
	}
	return p
}

// A view is what the address of a page of events asks for.
type view struct {
	params
	base  site.Base
	words string
	query query.Query
	// wrong says why the query cannot be read, nil if it can.
	wrong     error
	cancelled publish.Policy
	// ahead is how many days ahead the calendar to subscribe to looks, 0 for as far as any.
	ahead int
	now   time.Time
	// sort tells apart the pages of one address that depend on more than it.
	sort string
	// mail is set where the daily mail can be asked for.
	mail bool
}

// readView reads the parameters of a page of events; names are those it takes
// besides. to is the page's address with what the fields of its form choose written
// into the query, "" where they choose nothing.
func (s *Site) readView(r *http.Request, names ...string) (v view, to string, err error) {
	names = append(append([]string{"q", "lang"}, names...), site.FilterFields...)
	p, err := readParams(r, names...)
	if err != nil {
		return v, "", err
	}
	v = view{
		params: p,
		words:  p["q"],
		now:    s.now().Truncate(minute),
		mail:   s.offersMail(),
	}
	language, err := lang(r, p)
	if err != nil {
		return v, "", err
	}
	v.base = s.baseIn(language, p["lang"] != "", r.URL)
	if to = v.chosen(); to != "" {
		return v, to, nil
	}
	if err := v.readBox(s.calendar); err != nil {
		return v, "", err
	}
	v.query, v.wrong = p.query(v.now, s.calendar)
	if v.wrong != nil && !wantsPage(r) {
		return v, "", v.wrong
	}
	return v, "", nil
}

// readBox reads what was chosen in the box to subscribe.
func (v *view) readBox(c publish.Calendar) (err error) {
	if v.params["cancelled"] != "" {
		if v.cancelled, err = v.params.policy(); err != nil {
			return err
		}
	}
	v.ahead, err = v.params.number("days", 0, c.Ahead)
	return err
}

// chosen returns the address that says in one query what the form's fields say, ""
// where none of them is given.
func (v view) chosen() string {
	words, given := v.words, false
	if q, wrong := v.params.query(v.now, v.base.Calendar); wrong == nil &&
		len(q.Terms()) == 1 {
		words = q.Term() // an "or" stands in brackets beside what is chosen
	}
	for _, name := range site.FilterFields {
		value, ok := v.params[name]
		given = given || ok
		if value != "" {
			words = query.With(words, name, value)
		}
	}
	if !given {
		return ""
	}
	return v.base.Link(v.base.Path, append([]string{"q", words}, v.others()...)...)
}

// others are the parameters that choose nothing, in pairs.
func (v view) others() []string {
	chosen := append([]string{"q"}, site.FilterFields...)
	var pairs []string
	for name := range v.base.Params {
		if !slices.Contains(chosen, name) {
			pairs = append(pairs, name, v.base.Params.Get(name))
		}
	}
	return pairs
}

// problem tells a person what is wrong with the query, "" for nothing.
func (v view) problem() string {
	if bad := (*query.Error)(nil); errors.As(v.wrong, &bad) {
		return site.QueryProblem(v.base.Lang, bad)
	}
	return ""
}

// filter returns the form that narrows the page.
func (v view) filter(counts site.Counts) site.Filter {
	f := site.NewFilter(v.base, shown(v.words), v.query, counts)
	f.Problem = v.problem()
	return f
}

// subscribe returns the box to subscribe to what the page shows.
func (v view) subscribe(feed, news string) site.Subscribe {
	return site.Subscribe{
		Base:      v.base,
		Feed:      feed,
		News:      news,
		Query:     v.query.String(),
		Cancelled: v.cancelled,
		Days:      v.ahead,
		Mail:      v.mail,
	}
}

// key tells the pages of an address apart by what a reader's headers chose.
func (v view) key(r *http.Request) string {
	return "page:" + v.base.Lang + v.sort + ":" + r.URL.Path + "?" + r.URL.RawQuery
}

// show answers with the page of a view, sealed by write once the query was read;
// a query that cannot be is answered with the same page and what is wrong.
func (s *Site) show(
	w http.ResponseWriter,
	r *http.Request,
	v view,
	write func(ctx context.Context, w *maker) ([]byte, error),
) error {
	d, err := s.document(r.Context(), v.job(r, write, func(h http.Header) {
		if v.sort != "" {
			h["Vary"] = varyAgent
		}
	}))
	if err != nil {
		return err
	}
	if v.wrong != nil {
		return s.showWrong(w, r, d)
	}
	return s.send(w, r, d)
}

// job is the work of making the page of a view; also adds to its headers.
func (v view) job(
	r *http.Request,
	write func(ctx context.Context, w *maker) ([]byte, error),
	also func(http.Header),
) job {
	return job{
		key:    v.key(r),
		now:    v.now,
		bucket: minuteBucket(v.now),
		make: func(ctx context.Context, w *maker) (document, error) {
			body, err := write(ctx, w)
			if err != nil {
				return document{}, err
			}
			headers := pageHeaders()
			also(headers)
			return newDocument(publish.Seal(body, site.ContentType, time.Time{}), headers), nil
		},
	}
}

// showWrong answers with a page that says what is wrong, as 400.
func (s *Site) showWrong(w http.ResponseWriter, r *http.Request, d *document) error {
	w.Header().Set("Content-Type", site.ContentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusBadRequest)
	if r.Method != http.MethodHead {
		_, _ = w.Write(d.Body) // a reader who went away is no failure
	}
	return nil
}

// redirect leads a reader to another address of the site, for now.
func redirect(w http.ResponseWriter, r *http.Request, to string) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
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

// forEver are the headers of a file that an address has one version of.
var forEver = http.Header{
	"Cache-Control": {"public, max-age=31536000, immutable"},
	"Vary":          varyEncoding,
}

// fixedDocuments are those that never change while the program runs.
func (s *Site) fixedDocuments() map[string]document {
	headers := func(age string) http.Header {
		return http.Header{"Cache-Control": {age}, "Vary": varyEncoding}
	}
	return map[string]document{
		"/robots.txt": newDocument(
			publish.Seal(
				[]byte("User-agent: *\nAllow: /\nSitemap: "+s.publicURL+"/sitemap.xml\n"),
				"text/plain; charset=utf-8",
				time.Time{},
			),
			headers("public, max-age=86400"),
		),
		"/style.css": newDocument(
			publish.Seal(site.Style(), "text/css; charset=utf-8", time.Time{}),
			headers("public, max-age=3600"),
		),
		"/script.js": newDocument(
			publish.Seal(site.Script(), "text/javascript; charset=utf-8", time.Time{}),
			headers("public, max-age=3600"),
		),
		"/embed.css": newDocument(
			publish.Seal(site.WidgetStyle(), "text/css; charset=utf-8", time.Time{}),
			headers("public, max-age=3600"),
		),
		"/embed.js": newDocument(
			publish.Seal(site.Element(), "text/javascript; charset=utf-8", time.Time{}),
			headers("public, max-age=3600"),
		),
		"/manifest.webmanifest": newDocument(
			publish.Seal(s.manifest(), "application/manifest+json", time.Time{}),
			headers("public, max-age=86400"),
		),
		"/icon.svg": newDocument(
			publish.Seal(site.Icon(), "image/svg+xml", time.Time{}),
			headers("public, max-age=86400"),
		),
		"/openapi.json": newDocument(
			publish.Seal(openAPI(s.publicURL, s.version), jsonType, time.Time{}),
			headers("public, max-age=3600"),
		),
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

// versioned answers with a file whose version pages name as v. Under its own version it is
// kept for ever: a page of another version names another address.
func (s *Site) versioned(w http.ResponseWriter, r *http.Request, path string) error {
	p, err := readParams(r, "v")
	if err != nil {
		return err
	}
	d := s.fixed[path]
	if p["v"] == site.Version(d.Body) {
		d.extra = forEver
	}
	serve(w, r, &d)
	return nil
}
