package html

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

	"koyomi/internal/extract"
	"koyomi/internal/source"
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
	set                 *source.HTMLList
	item, heading, skip cascadia.Selector
	fields, detail      map[string][]spec
	next                *spec
}

func newListReader(set *source.HTMLList) (*listReader, error) {
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
	r.list.each(d, func(e *goquery.Selection) {
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

// each walks over headings and items in document order.
func (l *listReader) each(d *document, heading, item func(*goquery.Selection)) {
	d.doc.FindMatcher(either{l.item, l.heading}).Each(func(_ int, e *goquery.Selection) {
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
	whole := text.FromNode(e.Get(0))
	raw.Text = extract.Snippet(whole)
	fill(&raw, r.list.fields, e, r.list.item)
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

// more gives the pages a list leads on to: its next page, and once all of those
// are there, the pages of its items.
func (r *reader) more(first []extract.Request) ([]extract.Request, error) {
	var details []extract.Request
	for _, start := range first {
		pages, missing, err := r.chain(start)
		if err != nil {
			return nil, err
		}
		if missing != nil {
			return []extract.Request{*missing}, nil
		}
		if r.list.set.Detail == nil {
			continue
		}
		for _, p := range pages {
			if details, err = r.details(p, details); err != nil {
				return nil, err
			}
		}
	}
	return extract.Missing(r.visit, details), nil
}

// listPages gives the pages of the lists, without those of their items.
func (r *reader) listPages(first []extract.Request) ([]extract.Page, error) {
	if r.list == nil {
		return nil, nil
	}
	var all []extract.Page
	for _, start := range first {
		pages, _, err := r.chain(start)
		if err != nil {
			return nil, err
		}
		all = append(all, pages...)
	}
	return all, nil
}

// chain follows a list from its first page: the pages that are there, and the
// first that is missing.
func (r *reader) chain(req extract.Request) (pages []extract.Page, missing *extract.Request, err error) {
	seen := map[string]bool{}
	most := r.list.set.Max
	if most == 0 {
		most = maxPages
	}
	for {
		if seen[req.URL] {
			return nil, nil, &extract.Damage{URL: req.URL, Reason: "the list leads back to a page it has passed"}
		}
		seen[req.URL] = true
		p, ok := r.visit.Page(req.URL)
		if !ok {
			return pages, &req, nil
		}
		pages = append(pages, p)
		if r.list.next == nil || len(pages) >= most {
			return pages, nil, nil
		}
		d, err := r.open(p)
		if err != nil {
			return nil, nil, err
		}
		link := r.list.next.first(d.doc.Selection, nil)
		next, err := sameHost(d.base, link)
		if link == "" || err != nil {
			return pages, nil, err
		}
		req.URL = next
	}
}

// sameHost resolves a link that must stay on the host of its page.
func sameHost(base, link string) (string, error) {
	b, err := url.Parse(base)
	if err != nil || link == "" {
		return "", err
	}
	ref, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return "", &extract.Damage{URL: base, Reason: fmt.Sprintf("the link to the next page, %.100q, is no address", link)}
	}
	next := b.ResolveReference(ref)
	next.Fragment = ""
	if !strings.EqualFold(next.Host, b.Host) {
		return "", &extract.Damage{URL: base, Reason: "the next page is on another host, " + text.Line(next.Host, 100)}
	}
	return next.String(), nil
}

// details adds the requests for the pages of a list page's items, within the
// budget; items whose day has passed are not looked up again.
func (r *reader) details(p extract.Page, have []extract.Request) ([]extract.Request, error) {
	d, err := r.open(p)
	if err != nil {
		return nil, err
	}
	most := r.list.set.Detail.Max
	if most == 0 {
		most = maxDetails
	}
	h := heading{year: d.year}
	r.list.each(d, func(e *goquery.Selection) { h = r.headed(e, d) }, func(e *goquery.Selection) {
		if len(have) >= most {
			return
		}
		raw := extract.Raw{Label: when.LabelDate}
		fill(&raw, r.list.fields, e, r.list.item)
		if raw.URL == "" {
			raw.URL = e.Find("a[href]").AttrOr("href", e.AttrOr("href", ""))
		}
		address, err := text.URL(d.base, raw.URL)
		if err != nil || refused(address, r.visit.Source) != nil || r.past(raw, h) {
			return
		}
		have = append(have, extract.Request{URL: address})
	})
	return have, nil
}

// past reports whether an item tells a date that is over.
func (r *reader) past(raw extract.Raw, h heading) bool {
	ctx := r.context(when.LabelDate, h.year)
	ctx.Month = h.month
	words := raw.When + raw.Start
	if h.dated {
		words = h.text + " " + words
	}
	got := when.Read(words, ctx)
	return !got.Start.IsZero() && got.Span("").Over(24*time.Hour).Before(r.visit.At)
}

// either matches what one of two selectors matches; the second may be nil.
type either [2]cascadia.Selector
