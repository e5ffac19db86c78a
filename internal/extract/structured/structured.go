// Package structured reads the data that pages carry for programs: JSON-LD,
// microdata, RDFa, hCalendar, h-event, and the date that OpenGraph titles hold.
package structured

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/text"
)

// Kind is the kind "structured".
type Kind struct{}

// Need returns the pages that are still missing, as for html.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) { return html.Kind{}.Need(v) }

// maxItems is how many events one page may hold.
const maxItems = 5_000

// A page is one being read. reject notes what could not be read of it, broken counts
// the blocks of JSON-LD of which nothing could.
type page struct {
	doc    *goquery.Document
	visit  extract.Visit
	reject func(item, said, reason string)
	broken int
}

// readers are the formats by name.
var readers = map[string]func(*page) []extract.Raw{
	"json-ld":   (*page).linked,
	"microdata": (*page).microdata,
	"rdfa":      (*page).rdfa,
	"hcalendar": (*page).hcalendar,
	"h-event":   (*page).hevent,
	"opengraph": (*page).opengraph,
}

// Read returns the events of each page by the first format that holds any.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	set := extract.SettingsOf[Settings](v.Source)
	if set.Partial {
		b.Partial()
	}
	order := set.Prefer
	if len(order) == 0 {
		order = formats
	}
	for _, p := range v.Pages {
		doc, base, err := html.Parse(p, v.Source)
		if err != nil {
			return extract.Result{}, err
		}
		b.Base = base
		if err := readPage(b, &page{doc: doc, visit: v, reject: b.Reject}, p, order); err != nil {
			return extract.Result{}, err
		}
	}
	return b.Result(), nil
}

func readPage(b *extract.Builder, d *page, p extract.Page, order []string) error {
	for _, format := range order {
		read := readers[format]
		if read == nil {
			return fmt.Errorf(
				"structured.prefer: no format %q (use %s)",
				format,
				strings.Join(formats, ", "),
			)
		}
		found := read(d)
		if len(found) > maxItems {
			return &extract.Damage{
				URL:    p.URL,
				Reason: fmt.Sprintf("%d events; at most %d are read", len(found), maxItems),
			}
		}
		if len(found) > 0 {
			add(b, found, format, p)
			return nil
		}
	}
	if d.broken > 0 {
		return &extract.Damage{
			URL:    p.URL,
			Reason: "none of its structured data can be read: the JSON-LD is broken",
		}
	}
	b.Note("%s: no structured event data", p.URL)
	return nil
}

// add hands over the events of a page.
func add(b *extract.Builder, found []extract.Raw, format string, p extract.Page) {
	for i, raw := range found {
		raw.Item = fmt.Sprintf("%s event %d", format, i+1)
		if len(found) == 1 {
			own(&raw, p)
		}
		raw.Text = cmp.Or(raw.Text, raw.Title+" "+raw.Start+raw.When)
		b.Add(raw)
	}
}

// own settles the address of the only event of a page. Where its data names the
// page as its own, it is its key; else the page may be a list of one.
func own(raw *extract.Raw, p extract.Page) {
	if raw.URL == "" {
		raw.URL = p.URL
		return
	}
	u, err := text.URL(p.URL, raw.URL)
	if err != nil {
		return
	}
	canonical, err := text.URL("", p.URL)
	isPage := err == nil && u == canonical
	if isPage && raw.Key == "" {
		raw.Key = u
	}
}

// Events returns the events of a document, or of a part of one, by the first format
// for events that holds any.
func Events(doc *goquery.Document, v extract.Visit) []extract.Raw {
	d := &page{doc: doc, visit: v, reject: func(_, _, _ string) {}}
	for _, format := range formats {
		if found := readers[format](d); len(found) > 0 {
			return found
		}
	}
	return nil
}
