package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/site"
)

// A File is one document of the site written as files.
type File struct {
	// Path is that of the file, with "/" between folders and none before.
	Path string
	Body []byte
	// Type and Cache are the headers Content-Type and Cache-Control it is served with.
	Type, Cache string
}

// FileNames returns the paths of all files of the site, in no order: those that Files
// tells, as far as nothing changes between the two.
func (s *Site) FileNames(ctx context.Context) ([]string, error) {
	pages, plain, err := s.addresses(ctx)
	if err != nil {
		return nil, err
	}
	names := []string{lostPage}
	for _, path := range plain {
		names = append(names, strings.TrimPrefix(path, "/"))
	}
	for _, l := range languages {
		for _, path := range pages {
			names = append(names, pageFile(path, l))
		}
	}
	return names, nil
}

// lostPage is the file that web servers show for an address that is none.
const lostPage = "404.html"

// Files tells the whole site as files, one by one: what readers get from it, as far
// as that needs no program. The site is one made with Static. What is linked to comes
// before what links to it. An error of yield ends it and is given back.
func (s *Site) Files(ctx context.Context, yield func(File) error) error {
	pages, plain, err := s.addresses(ctx)
	if err != nil {
		return err
	}
	for _, path := range plain {
		if err := s.file(ctx, path, "", strings.TrimPrefix(path, "/"), yield); err != nil {
			return err
		}
	}
	slices.Reverse(pages)
	for _, l := range languages {
		for _, path := range pages {
			if err := s.file(ctx, path, l, pageFile(path, l), yield); err != nil {
				return err
			}
		}
	}
	lost, err := site.Message(
		s.baseIn(site.Japanese, false, &url.URL{Path: "/"}),
		http.StatusNotFound,
		"there is no such page",
		nil,
	)
	if err != nil {
		return err
	}
	return yield(File{
		Path:  lostPage,
		Body:  lost,
		Type:  "text/html; charset=utf-8",
		Cache: "no-cache",
	})
}

// file tells one file of the site: the answer at an address, in a language where that is
// given.
func (s *Site) file(
	ctx context.Context,
	path, language, name string,
	yield func(File) error,
) error {
	a, err := s.answer(ctx, path, language)
	if err != nil {
		return err
	}
	return yield(File{
		Path:  name,
		Body:  a.body.Bytes(),
		Type:  a.header.Get("Content-Type"),
		Cache: a.header.Get("Cache-Control"),
	})
}

// pageFile names the file of a page, as site.Base links to it.
func pageFile(path, language string) string {
	if strings.HasSuffix(path, "/") {
		path += "index"
	}
	if language == site.English {
		path = "/en" + path
	}
	return strings.TrimPrefix(path, "/") + ".html"
}

// widgetList is the page that other sites show in a frame; search engines do not.
const widgetList = "/embed/list"

// addresses returns all of the site: of pages, which there are in each language, and of
// documents that are the same in all.
func (s *Site) addresses(ctx context.Context) (pages, plain []string, err error) {
	now := s.now()
	day := s.calendar.Day(now)
	revision, err := s.revision(ctx)
	if err != nil {
		return nil, nil, err
	}
	names := s.catalogue()
	all, err := s.snapshotAt(
		ctx,
		stamp{revision, names.generation, dayBucket(day)},
		day,
		names,
	)
	if err != nil {
		return nil, nil, err
	}
	pages = []string{"/", "/month", "/calendar", "/communities", "/clash", "/embed", widgetList, "/sources", "/bot"}
	if s.coverage != nil {
		pages = append(pages, "/coverage")
	}
	plain = []string{
		"/style.css",
		"/embed.css",
		"/script.js",
		"/icon.svg",
		"/touch.png",
		"/icon-512.png",
		"/manifest.webmanifest",
		"/og/site.png",
		"/sitemap.xml",
		"/robots.txt",
		"/calendar.ics",
		"/feed.atom",
		"/feed.json",
	}
	for _, month := range site.Months(s.calendar, day) {
		pages = append(pages, "/month/"+month)
	}
	for _, c := range names.all {
		pages = append(pages, "/communities/"+c.ID)
		plain = append(plain, "/communities/"+c.ID+".ics", "/communities/"+c.ID+".atom")
	}
	for _, c := range s.calendars() {
		plain = append(plain, "/c/"+c.Name+".ics")
	}
	_, until := s.calendar.Window(day)
	for i := range all.docs {
		e := &all.docs[i].Event
		if !isEvent(e) || !e.Start.Begin(e.Span.Location()).Before(until) ||
			!publish.Published(*e) {
			continue
		}
		pages = append(pages, "/events/"+e.ID())
		plain = append(plain, "/events/"+e.ID()+".ics", "/events/"+e.ID()+".json")
		if s.isPictured(e, day) {
			plain = append(plain, "/og/"+e.ID()+".png")
		}
	}
	return pages, plain, nil
}

// isPictured reports whether an event has a picture among the files: one that is not over
// on a day. Drawing takes longer than all other files of an event together.
func (s *Site) isPictured(e *event.Event, day event.Date) bool {
	return e.Over(s.calendar.Assumed).After(day.Begin(s.calendar.Zone))
}

// answer returns what a reader of an address gets, in a language where that is given.
func (s *Site) answer(ctx context.Context, path, language string) (*kept, error) {
	if language != "" {
		path += "?lang=" + language
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	w := &kept{header: http.Header{}, status: http.StatusOK}
	s.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return nil, fmt.Errorf(
			"write %s as a file: %s: %s",
			path,
			http.StatusText(w.status),
			w.body.Bytes(),
		)
	}
	return w, nil
}

// A kept is an answer that is kept instead of sent.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (p *kept) Header() http.Header         { return p.header }
func (p *kept) WriteHeader(status int)      { p.status = status }
func (p *kept) Write(b []byte) (int, error) { return p.body.Write(b) }
