// Package structured reads the data that pages carry for programs: JSON-LD,
// microdata, RDFa, hCalendar, h-event, and the date that OpenGraph titles hold.
package structured

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/text"
)

// Kind is the kind "structured".
type Kind struct{}

// Need gives the pages that are still missing, as for html.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) { return html.Kind{}.Need(v) }

// maxItems is how many events one page may hold.
const maxItems = 5_000

// Read gives the events of each page by the first format that holds any.
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
		if err := readPage(b, doc, p, order, v); err != nil {
			return extract.Result{}, err
		}
	}
	return b.Result(), nil
}

func readPage(b *extract.Builder, doc *goquery.Document, p extract.Page, order []string, v extract.Visit) error {
	broken := 0
	for _, format := range order {
		var found []extract.Raw
		switch format {
		case "json-ld":
			found, broken = linked(b, doc, v)
		case "microdata":
			found = microdata(doc)
		case "rdfa":
			found = rdfa(doc)
		case "hcalendar":
			found = hcalendar(doc)
		case "h-event":
			found = hevent(doc)
		case "opengraph":
			found = opengraph(doc)
		default:
			return fmt.Errorf("structured.prefer: %q; would be right: %s", format, strings.Join(formats, ", "))
		}
		if len(found) == 0 {
			continue
		}
		if len(found) > maxItems {
			return &extract.Damage{URL: p.URL, Reason: fmt.Sprintf("%d events; at most %d are read", len(found), maxItems)}
		}
		for i, raw := range found {
			raw.Item = fmt.Sprintf("%s event %d", format, i+1)
			if len(found) == 1 {
				own(&raw, p)
			}
			if raw.Text == "" {
				raw.Text = raw.Title + " " + raw.Start + raw.When
			}
			b.Add(raw)
		}
		return nil
	}
	if broken > 0 {
		return &extract.Damage{URL: p.URL, Reason: "none of its structured data can be read: the JSON-LD is broken"}
	}
	b.Note("%s: no structured event data", p.URL)
	return nil
}

// own settles the address of the only event of a page. Where its data names the
// page as its own, it is its key; else the page may be a list of one.
func own(raw *extract.Raw, p extract.Page) {
	if raw.URL == "" {
		raw.URL = p.URL
		return
	}
	u, err := text.URL(p.URL, raw.URL)
	page, err2 := text.URL("", p.URL)
	if err == nil && err2 == nil && u == page && raw.Key == "" {
		raw.Key = u
	}
}
