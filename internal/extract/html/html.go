// Package html reads pages made for people: lists of items, tables, and pages
// that are one event or several periods, by CSS selectors and labels.
package html

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Kind is the kind "html".
type Kind struct{}

// Need gives the pages that are still missing: the source's own, those that the
// lists lead on to, and the pages of items where the settings ask for them.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	first := extract.Requests(v)
	for _, r := range first {
		if err := v.Source.Forbidden(r.URL); err != nil {
			return nil, fmt.Errorf("source %s: %w", v.Source.ID, err)
		}
	}
	if need := extract.Missing(v, first); len(need) > 0 {
		return need, nil
	}
	r, err := newReader(v)
	if err != nil || r.list == nil {
		return nil, err
	}
	return r.more(first)
}

// Read gives the events that the pages show.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	r, err := newReader(v)
	if err != nil {
		return extract.Result{}, err
	}
	if r.b, err = extract.NewBuilder(v); err != nil {
		return extract.Result{}, err
	}
	r.b.Statuses = r.set.Statuses
	if r.set.Partial {
		r.b.Partial()
	}
	pages, err := r.listPages(extract.Requests(v))
	if err != nil {
		return extract.Result{}, err
	}
	if len(pages) == 0 {
		pages = v.Pages
	}
	r.b.Lists = pages
	for _, p := range pages {
		d, err := r.open(p)
		if err != nil {
			return extract.Result{}, err
		}
		if err := r.read(d); err != nil {
			return extract.Result{}, err
		}
	}
	return r.b.Result(), nil
}

// A reader is the settings of a source, made ready.
type reader struct {
	visit extract.Visit
	set   Settings
	list  *listReader
	b     *extract.Builder
	n     int
}

func newReader(v extract.Visit) (*reader, error) {
	r := &reader{visit: v, set: extract.SettingsOf[Settings](v.Source)}
	if r.set.List == nil {
		return r, nil
	}
	var err error
	r.list, err = newListReader(r.set.List)
	return r, err
}

// A document is a parsed page.
type document struct {
	page extract.Page
	doc  *goquery.Document
	// base is what links are resolved against, year one that the page names, 0
	// if none.
	base string
	year int
	// text and facts are what all of it says, once it was asked for.
	text  string
	facts extract.Facts
}

// said gives the text of the whole page, and the facts that labels tell in it.
func (d *document) said() (string, extract.Facts) {
	if d.text == "" {
		d.text = pageText(d.doc.Selection)
		d.facts = extract.FactsIn(d.text)
	}
	return d.text, d.facts
}

// open parses a page and settles its year.
func (r *reader) open(p extract.Page) (*document, error) {
	doc, base, err := Parse(p, r.visit.Source)
	if err != nil {
		return nil, err
	}
	d := &document{page: p, doc: doc, base: base}
	return d, r.findYear(d)
}

// Parse gives a page as a document and the address its links are resolved
// against. Data for programs is a Damage, and so is a page without any text for
// readers: it is made by JavaScript, or empty.
func Parse(p extract.Page, s *source.Source) (*goquery.Document, string, error) {
	body, err := extract.Decode(p, s, extract.MaxDocument)
	if err != nil {
		return nil, "", err
	}
	start := strings.TrimSpace(body[:min(len(body), 512)])
	if strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[{") || strings.HasPrefix(start, "BEGIN:VCALENDAR") {
		return nil, "", &extract.Damage{URL: p.URL, Reason: "data for programs in place of a page"}
	}
	if err := crowded(p.URL, body); err != nil {
		return nil, "", err
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return nil, "", &extract.Damage{URL: p.URL, Reason: "not a page: " + text.Line(err.Error(), 200)}
	}
	doc := goquery.NewDocumentFromNode(root)
	if !shows(root) {
		return nil, "", &extract.Damage{URL: p.URL, Reason: "the page shows nothing; it may be made by JavaScript"}
	}
	base := p.URL
	if href := baseOf(doc, body); href != "" {
		if u, err := text.URL(p.URL, href); err == nil {
			base = u
		}
	}
	return doc, base, nil
}

// baseOf gives what a page names as its base, "" if nothing.
func baseOf(doc *goquery.Document, body string) string {
	for _, tag := range []string{"<base", "<BASE", "<Base"} {
		if strings.Contains(body, tag) {
			return doc.Find("base[href]").AttrOr("href", "")
		}
	}
	return ""
}

// findYear settles the year for dates without one: the settings', else that of
// the address.
func (r *reader) findYear(d *document) error {
	d.year = extract.YearOf(d.page.URL)
	if r.set.Year == "" {
		return nil
	}
	if y, err := strconv.Atoi(r.set.Year); err == nil {
		d.year = y
		return nil
	}
	s, err := newSpec("html.year", r.set.Year)
	if err != nil {
		return err
	}
	if y := extract.YearIn(s.first(d.doc.Selection, nil)); y > 0 {
		d.year = y
	}
	return nil
}

// read takes the page in the shape that the settings name.
func (r *reader) read(d *document) error {
	r.b.Base = d.base
	switch {
	case r.list != nil:
		r.readList(d)
		return nil
	case r.set.Table != nil:
		return r.readTables(d, r.set.Table)
	case r.set.Page != nil:
		return r.readPage(d, r.set.Page)
	}
	before := r.n
	if err := r.readTables(d, &Table{}); err != nil || r.n > before {
		return err
	}
	return r.readAny(d)
}

// shows reports whether a page has text for readers, or data for programs in it.
func shows(root *html.Node) bool {
	for n := range root.Descendants() {
		if n.Data == "meta" && slices.Contains(n.Attr, html.Attribute{Key: "property", Val: "event:start_time"}) {
			return true
		}
		if n.Type != html.TextNode || strings.TrimSpace(n.Data) == "" {
			continue
		}
		switch n.Parent.Data {
		case "style", "noscript", "title", "template":
		case "script":
			for _, a := range n.Parent.Attr {
				if a.Key == "type" && strings.Contains(a.Val, "ld+json") {
					return true
				}
			}
		default:
			return true
		}
	}
	return false
}
