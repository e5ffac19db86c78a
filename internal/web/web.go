// Package web answers readers over HTTP: the calendar, its pages and its API, all
// from memory while nothing changes, and takes who asks for the daily mail or ends
// it. No GET changes anything.
package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"koyomi/internal/coverage"
	"koyomi/internal/event"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// Options are what a Site is made of.
type Options struct {
	Reader store.Reader
	// Communities returns the catalogue; another slice after a reload. nil for none.
	Communities func() []*source.Community
	// Calendars returns the named calendars; nil for none.
	Calendars func() []NamedCalendar
	// Calendar is the combined feed: its words, window and rules. URL, Source,
	// EventBase, Names and the policy are filled in here.
	Calendar publish.Calendar
	// PublicURL is the address that every link names; it may have a path. The
	// request's Host is never believed.
	PublicURL string
	// Static is set to write the site as files (Files): its pages then link to files.
	Static bool
	// Contact is how to reach the operator, Version that of the program.
	Contact, Version string
	// Coverage makes the report of events on a day; nil where there is none.
	Coverage func(events []event.Event, today event.Date) coverage.Report
	// Waits reports whether a source waits for a key; nil where none does.
	Waits func(*source.Source) bool
	// Mailing is where the daily mail is asked for and ended; nil for nowhere.
	Mailing *Mailing
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	// Fresh is how long the store's word that nothing has changed is believed; 0 asks
	// it for every reader.
	Fresh time.Duration
	// Memory bounds the octets of all documents that are kept, made and on their way
	// to readers together; 0 stands for DocumentMemory of no limit.
	Memory int
	// Tally counts what is answered; nil begins a new one.
	Tally *Tally
	// Gatherer has figures besides the site's own for /metrics; nil for none.
	Gatherer prometheus.Gatherer
	// Rendered is told how long each document took to be made, by its kind of address;
	// nil for nobody.
	Rendered func(kind string, took time.Duration)
	// Log takes what readers cannot correct; nil drops it.
	Log *slog.Logger
}

// A Site is the handler of all addresses. It is safe for any number of readers.
type Site struct {
	reader      store.Reader
	communities func() []*source.Community
	calendars   func() []NamedCalendar
	calendar    publish.Calendar
	publicURL   string
	static      bool
	contact     string
	version     string
	waits       func(*source.Source) bool
	coverage    func(events []event.Event, today event.Date) coverage.Report
	mailing     *Mailing
	now         func() time.Time
	log         *slog.Logger

	cache     *cache
	shortcuts shortcuts
	flight    singleflight.Group
	fresh     time.Duration
	tally     *Tally
	gatherer  prometheus.Gatherer
	rendered  func(kind string, took time.Duration)
	asked     atomic.Pointer[asked]
	// changed is when the store last said that it has, in nanoseconds since 1970.
	changed atomic.Int64
	// work bounds how many documents are made at the same time.
	work chan struct{}
	// calm returns memory once nothing has been made for a while.
	calm     calm
	snapshot atomic.Pointer[snapshot]
	// past is what is known of changes, read up to pastRevision.
	past         atomic.Pointer[past]
	pastRevision atomic.Int64
	names        atomic.Pointer[catalogue]
	fixed        map[string]document
	// told has the subjects of past mails.
	told pastSubjects
}

// The bounds of what a Site keeps and does at a time.
const (
	cacheEntries  = 512
	parallelWork  = 4
	workTimeout   = 20 * time.Second
	maxQueryBytes = 8 << 10
)

// New returns the handler of a site.
func New(o Options) *Site {
	s := &Site{
		reader:      o.Reader,
		communities: o.Communities,
		calendars:   o.Calendars,
		calendar:    o.Calendar.WithDefaults(),
		publicURL:   strings.TrimRight(o.PublicURL, "/"),
		static:      o.Static,
		contact:     o.Contact,
		version:     o.Version,
		coverage:    o.Coverage,
		waits:       o.Waits,
		mailing:     o.Mailing,
		now:         o.Now,
		log:         o.Log,
		cache:       newCache(cacheEntries, cmp.Or(o.Memory, mostDocuments)),
		work:        make(chan struct{}, parallelWork),
		fresh:       o.Fresh,
		gatherer:    o.Gatherer,
		rendered:    o.Rendered,
	}
	if s.tally = o.Tally; s.tally == nil {
		s.tally = new(Tally)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.log = slog.New(newHourly(s.log.Handler()))
	if s.communities == nil {
		s.communities = func() []*source.Community { return nil }
	}
	if s.waits == nil {
		s.waits = func(*source.Source) bool { return false }
	}
	if s.calendars == nil {
		s.calendars = func() []NamedCalendar { return nil }
	}
	if s.publicURL == "" {
		s.publicURL = "http://127.0.0.1:8080"
	}
	s.calendar.URL = s.publicURL + "/"
	s.calendar.EventBase = s.publicURL + "/events/"
	s.fixed = s.fixedDocuments()
	return s
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &counted{ResponseWriter: w}
	r = s.under(r)
	defer c.end(s.tally, r.URL.Path)
	s.reply(c, r)
}

func (s *Site) reply(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["X-Content-Type-Options"] = nosniff
	h["Content-Security-Policy"] = policy
	h["Referrer-Policy"] = noReferrer
	if isOpen(r.URL.Path) {
		h["Access-Control-Allow-Origin"] = anyOrigin
	}
	if len(r.TransferEncoding) > 0 {
		// Where a body ends is then not for all proxies the same: nothing that follows it
		// on the connection is believed (RFC 9112 section 6.1).
		h["Connection"] = closing
	}
	if d := s.shortcut(r); d != nil {
		if err := s.send(w, r, d); err != nil {
			s.fail(w, r, err)
		}
		return
	}
	if err := s.route(w, r); err != nil {
		s.fail(w, r, err)
	}
}

// The headers of every answer. Nothing but the site's own stylesheet and script is
// loaded.
var (
	nosniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	closing    = []string{"close"}
	anyOrigin  = []string{"*"}
	policy     = []string{
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; manifest-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
)

// A handler answers one sort of address; id is the part of the path that varies.
type handler func(s *Site, w http.ResponseWriter, r *http.Request, id string) error

// exact and prefixed are all addresses there are.
var (
	exact = map[string]handler{
		"/":             (*Site).upcoming,
		"/month":        (*Site).thisMonth,
		"/communities":  (*Site).communitiesPage,
		"/calendar":     (*Site).follow,
		"/embed":        (*Site).embedPage,
		"/embed.css":    (*Site).versioned,
		"/embed.js":     (*Site).versioned,
		"/clash":        (*Site).clash,
		"/sources":      (*Site).sourcesPage,
		"/bot":          (*Site).bot,
		"/subscribe":    (*Site).mailForm,
		"/issues":       (*Site).issuesPage,
		"/calendar.ics": (*Site).combined,
		"/feed.atom":    (*Site).atomFeed,
		"/feed.json":    (*Site).jsonFeed,
		"/robots.txt":   (*Site).fixedDocument,
		"/style.css":    (*Site).versioned,
		"/script.js":    (*Site).versioned,
		"/icon.svg":     (*Site).fixedDocument,
		"/touch.png":    (*Site).icon,
		"/icon-512.png": (*Site).icon,
		"/sitemap.xml":  (*Site).sitemap,

		"/subscribe/preview":    (*Site).samplePage,
		"/manifest.webmanifest": (*Site).fixedDocument,
		"/openapi.json":         (*Site).fixedDocument,
		"/metrics":              (*Site).metrics,
		"/healthz":              (*Site).healthz,
		"/readyz":               (*Site).readyz,
		"/api/v1/events":        (*Site).apiEvents,
		"/api/v1/sources":       (*Site).apiSources,
		"/api/v1/clash":         (*Site).apiClash,
		"/coverage":             (*Site).coveragePage,
		"/api/v1/coverage":      (*Site).apiCoverage,
	}
	prefixed = map[string]handler{
		"/month/":         (*Site).monthPage,
		"/events/":        (*Site).event,
		"/communities/":   (*Site).community,
		"/c/":             (*Site).named,
		"/og/":            (*Site).picture,
		"/embed/":         (*Site).widget,
		"/issues/":        (*Site).issuePage,
		"/confirm/":       (*Site).confirmPage,
		"/unsubscribe/":   (*Site).leavePage,
		"/me/":            (*Site).mePage,
		"/api/v1/events/": (*Site).apiEvent,
	}
	// deep are those whose varying part has a slash in it.
	deep = map[string]handler{"/events/": (*Site).elsewhere}
	// posted are those of them that take POST too. Nothing else changes anything.
	posted = map[string]handler{
		"/subscribe":    (*Site).mailAsk,
		"/confirm/":     (*Site).confirm,
		"/unsubscribe/": (*Site).leave,
		"/me/":          (*Site).meChange,
	}
)

// route finds the handler. A path is taken as it stands, except that what tidy takes off
// its end leads on.
func (s *Site) route(w http.ResponseWriter, r *http.Request) error {
	if to := s.tidy(r); to != "" && !s.static {
		return moved(w, to)
	}
	at, id, h := find(r.URL.Path)
	post := posted[at]
	switch {
	case h == nil || id == "":
		return notFound("there is no such page")
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return h(s, w, r, id)
	case post == nil:
		w.Header().Set("Allow", "GET, HEAD")
		return &problem{
			Status: http.StatusMethodNotAllowed,
			Detail: "this address can be read with GET and HEAD, nothing else",
		}
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, HEAD, POST")
		return &problem{
			Status: http.StatusMethodNotAllowed,
			Detail: "this address takes GET, HEAD and POST, nothing else",
		}
	}
	return post(s, w, r, id)
}

// find returns the handler of a path, the part of the path that it is known by, and the
// part that varies; nil for none.
func find(path string) (at, id string, h handler) {
	if h := exact[path]; h != nil {
		return path, path, h
	}
	for at, h := range deep {
		if id, ok := strings.CutPrefix(path, at); ok && strings.Contains(id, "/") {
			return at, id, h
		}
	}
	i := strings.LastIndexByte(path, '/') + 1
	return path[:i], path[i:], prefixed[path[:i]]
}

func (s *Site) healthz(w http.ResponseWriter, r *http.Request, _ string) error {
	return plain(w, r, http.StatusOK, "ok\n")
}

// readyz says whether readers get what is new: the store answers. Machines nearby hear how
// the daily mail fares too, which keeps no reader from the calendar.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request, _ string) error {
	if _, err := s.revision(r.Context()); err != nil {
		s.log.Error("the store does not answer", "error", err)
		return plain(w, r, http.StatusServiceUnavailable, "the database does not answer\n")
	}
	body := "ready\n"
	if s.nearby(r) {
		body += s.mailWords(r.Context())
	}
	return plain(w, r, http.StatusOK, body)
}

func plain(w http.ResponseWriter, r *http.Request, status int, body string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = w.Write([]byte(body)) // a reader who went away is no failure
	return nil
}

// fail answers with a problem: the reader's own, or that nothing can be told now.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	switch {
	case errors.As(err, &p):
	case errors.Is(err, store.ErrNotFound):
		p = notFound("there is no such event")
	case errors.Is(err, store.ErrAmbiguous):
		p = &problem{
			Status: http.StatusNotFound,
			Detail: "several events begin with that id: write more of it",
		}
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return
	default:
		s.log.Error(
			"a reader could not be answered",
			"path",
			loggable(r.URL.Path),
			"error",
			err,
		)
		w.Header().Set("Retry-After", "60")
		p = &problem{
			Status: http.StatusServiceUnavailable,
			Detail: "the calendar cannot be read now; please come back in a minute",
		}
	}
	s.write(w, r, p)
}
