// Package html reads pages made for people: lists of items, tables, and pages
// that are one event or several periods, by CSS selectors and labels.
package html

import (
	"cmp"
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

// Need returns the pages that are still missing: the source's own, those that the
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

// Read returns the events that the pages show.
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

// said returns the text of the whole page, and the facts that stand behind labels in
// it.
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

// notPages are how data for programs begins.
var notPages = text.NewPattern(`^(?:\{|\[\{|BEGIN:VCALENDAR)`)

// Parse returns a page as a document and the address its links are resolved
// against. Data for programs is a Damage, and so is a page without any text for
// readers: it is made by JavaScript, or empty.
func Parse(p extract.Page, s *source.Source) (*goquery.Document, string, error) {
	body, err := extract.Decode(p, s, extract.MaxDocument)
	if err != nil {
		return nil, "", err
	}
	damage := func(reason string) (*goquery.Document, string, error) {
		return nil, "", &extract.Damage{URL: p.URL, Reason: reason}
	}
	if notPages.MatchString(strings.TrimSpace(body[:min(len(body), 512)])) {
		return damage("data for programs in place of a page")
	}
	if isMarkdown(p, body) {
		body = rendered(body)
	}
	if reason := crowded(body); reason != "" {
		return damage(reason)
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return damage("not a page: " + text.Line(err.Error(), 200))
	}
	if !shows(root) {
		return damage("the page shows nothing; it may be made by JavaScript")
	}
	doc := goquery.NewDocumentFromNode(root)
	return doc, baseOf(doc, body, p.URL), nil
}

// baseTag begins the element by which a page names the base of its links.
var baseTag = text.NewSearch("<base")

// baseOf returns what the links of a page are resolved against: what it names as
// its base, else its address.
func baseOf(doc *goquery.Document, body, page string) string {
	if !baseTag.In(body) {
		return page
	}
	u, err := text.URL(page, doc.Find("base[href]").AttrOr("href", ""))
	if err != nil || u == "" {
		return page
	}
	return u
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
	d.year = cmp.Or(extract.YearIn(s.first(d.doc.Selection, nil)), d.year)
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
	err := r.readTables(d, &Table{})
	if err != nil || r.n > before {
		return err
	}
	return r.readAny(d)
}

// startTime is the property by which a page says that it is of an event.
var startTime = html.Attribute{Key: "property", Val: "event:start_time"}

// hidden are the elements whose text no reader sees.
var hidden = []string{"style", "noscript", "title", "template", "script"}

// shows reports whether a page has text for readers, or data for programs in it.
func shows(root *html.Node) bool {
	for n := range root.Descendants() {
		if isStartTime(n) || isText(n) {
			return true
		}
	}
	return false
}

func isStartTime(
	n *html.Node,
) bool {
	return n.Data == "meta" && slices.Contains(n.Attr, startTime)
}

// isText reports whether a node is text for readers.
func isText(n *html.Node) bool {
	hasText := n.Type == html.TextNode && strings.TrimSpace(n.Data) != ""
	return hasText && isShown(n.Parent)
}

// isShown reports whether the text of an element is for readers, or data of events.
func isShown(n *html.Node) bool {
	if !slices.Contains(hidden, n.Data) {
		return true
	}
	isLinked := func(a html.Attribute) bool { return a.Key == "type" && strings.Contains(a.Val, "ld+json") }
	return n.Data == "script" && slices.ContainsFunc(n.Attr, isLinked)
}
