package html

import (
	"fmt"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// The bounds of a list: pages, pages of items, and items.
const (
	maxPages   = 10
	maxDetails = 20
	maxItems   = 5_000
)

// A listReader is the settings of a list, made ready.
type listReader struct {
	set                 *List
	item, heading, skip cascadia.Selector
	fields, detail      map[string][]spec
	next                *spec
}

func newListReader(set *List) (*listReader, error) {
	l := &listReader{set: set}
	for _, s := range []struct {
		name, text string
		into       *cascadia.Selector
	}{{"item", set.Item, &l.item}, {"heading", set.Heading, &l.heading}, {"skip", set.Skip, &l.skip}} {
		if s.text == "" {
			continue
		}
		m, err := cascadia.Compile(s.text)
		if err != nil {
			return nil, fmt.Errorf("html.list.%s: %q is no CSS selector: %w", s.name, s.text, err)
		}
		*s.into = m
	}
	if l.item == nil {
		return nil, fmt.Errorf("html.list.item: missing; a CSS selector of the items would be right")
	}
	var err error
	if l.fields, err = newSpecs("html.list.fields", set.Fields); err != nil {
		return nil, err
	}
	if set.Detail != nil {
		if l.detail, err = newSpecs("html.list.detail.fields", set.Detail.Fields); err != nil {
			return nil, err
		}
	}
	if set.Next != "" {
		next := set.Next
		if !strings.Contains(next, "@") {
			next += "@href"
		}
		s, err := newSpec("html.list.next", next)
		if err != nil {
			return nil, err
		}
		l.next = &s
	}
	return l, nil
}

// A heading is what the last one before an item says: a date, a year, a month.
type heading struct {
	text  string
	year  int
	month time.Month
	dated bool
}

// readList reads the items of a page in its order, with its headings.
func (r *reader) readList(d *document) {
	before := r.n
	h := heading{year: d.year}
	all := r.list.find(d)
	r.b.Expect(min(all.Length(), maxItems))
	r.list.each(all, func(e *goquery.Selection) {
		if r.list.heading != nil && e.IsMatcher(r.list.heading) {
			h = r.headed(e, d)
		}
	}, func(e *goquery.Selection) {
		if r.n++; r.n <= maxItems {
			r.b.Add(r.listItem(d, e, h))
		}
	})
	if r.n > maxItems {
		r.b.Note("%d items; only the first %d were read", r.n, maxItems)
	}
	if r.n == before {
		r.b.Note("%s: the selector %q of html.list.item finds nothing", d.page.URL, r.list.set.Item)
	}
}

// find gives the items and headings of a page in its order.
func (l *listReader) find(d *document) *goquery.Selection {
	return d.doc.FindMatcher(either{l.item, l.heading})
}

// each walks over headings and items in document order.
func (l *listReader) each(all *goquery.Selection, heading, item func(*goquery.Selection)) {
	all.Each(func(_ int, e *goquery.Selection) {
		switch {
		case l.heading != nil && e.IsMatcher(l.heading):
			heading(e)
		case l.skip == nil || !e.IsMatcher(l.skip):
			item(e)
		}
	})
}

// headed reads a heading.
func (r *reader) headed(e *goquery.Selection, d *document) heading {
	h := heading{text: text.FromNode(e.Get(0)), year: d.year}
	if y := extract.YearIn(h.text); y > 0 {
		h.year = y
	}
	got := when.Read(h.text, r.context(when.LabelDate, h.year))
	if !got.Start.IsZero() {
		h.dated, h.year = true, got.Start.Date.Year
		return h
	}
	h.month = monthIn(h.text)
	return h
}

func (r *reader) context(label when.Label, year int) when.Context {
	return when.Context{Ref: r.visit.At, Zone: r.visit.Source.TimeZone(), Year: year, Label: label}
}

// listItem reads one item, with its own page where that was fetched.
func (r *reader) listItem(d *document, e *goquery.Selection, h heading) extract.Raw {
	raw := extract.Raw{Item: fmt.Sprintf("item %d", r.n), Year: h.year, Month: h.month, Label: when.LabelDate, Plain: true}
	whole := ""
	fill(&raw, r.list.fields, e, r.list.item)
	if raw.When == "" && raw.Start == "" || raw.Title == "" || strikesIn(e.Get(0)) {
		whole = text.FromNode(e.Get(0))
		raw.Text = extract.Snippet(whole)
	}
	announcing(&raw)
	if raw.URL == "" && len(r.list.fields["url"]) == 0 {
		raw.URL = e.Find("a[href]").AttrOr("href", e.AttrOr("href", ""))
	}
	if raw.Title == "" && len(r.list.fields["title"]) == 0 {
		raw.Title = guessTitle(e)
	}
	var all bool
	if _, all = struck(whole); all {
		raw.Struck = true
	}
	if raw.Title, all = struck(raw.Title); all {
		raw.Struck = true
	}
	if raw.Struck {
		raw.When, raw.Start = strings.ReplaceAll(raw.When, "~~", ""), strings.ReplaceAll(raw.Start, "~~", "")
	}
	if r.list.set.Detail != nil {
		r.addDetail(d, &raw)
	}
	if raw.When == "" && raw.Start == "" {
		raw.Fill(extract.Prose(whole))
	}
	if raw.When == "" && raw.Start == "" {
		raw.When, raw.Label = strings.ReplaceAll(whole, "~~", strikes(raw.Struck)), when.LabelNone
	}
	r.inherit(&raw, h)
	return raw
}

// announcing takes a title apart that is an announcement of several lines: its
// first line, and what the labels below it say.
func announcing(raw *extract.Raw) {
	title, below, ok := strings.Cut(strings.TrimSpace(raw.Title), "\n")
	if !ok {
		return
	}
	facts := extract.Prose(below)
	if len(facts) == 0 {
		return
	}
	raw.Title = title
	raw.Fill(extract.Labelled{"location": facts["location"], "address": facts["address"], "status": facts["status"]})
	if raw.Time == "" {
		raw.Time = facts.First("time")
	}
}

// strikesIn reports whether anything in an item is struck out.
func strikesIn(item *html.Node) bool {
	for n := range item.Descendants() {
		switch n.DataAtom {
		case atom.S, atom.Del, atom.Strike:
			return true
		}
	}
	return item.DataAtom == atom.S || item.DataAtom == atom.Del || item.DataAtom == atom.Strike
}

func strikes(struckOut bool) string {
	if struckOut {
		return ""
	}
	return "~~"
}

// inherit puts the date of the heading before the hours of an item that has no
// date of its own.
func (r *reader) inherit(raw *extract.Raw, h heading) {
	if !h.dated || raw.Start != "" {
		return
	}
	ctx := r.context(raw.Label, h.year)
	ctx.Month = h.month
	if own := when.Read(raw.When, ctx); !own.Start.IsZero() {
		return
	}
	raw.When, raw.Label = h.text+" "+text.Line(raw.When, 100)+" "+raw.Time, when.LabelDate
	raw.Time = ""
}

// addDetail takes from an item's own page what the list does not say.
func (r *reader) addDetail(d *document, raw *extract.Raw) {
	address, err := text.URL(d.base, raw.URL)
	if err != nil {
		return
	}
	p, ok := r.visit.Page(address)
	if !ok {
		return
	}
	page, err := r.open(p)
	if err != nil {
		raw.Warnings = append(raw.Warnings, "its own page: "+err.Error())
		return
	}
	fill(raw, r.list.detail, page.doc.Selection, nil)
	if raw.When == "" && raw.Start == "" || raw.Location == "" {
		raw.Fill(extract.Prose(text.FromNode(body(page))))
	}
}
