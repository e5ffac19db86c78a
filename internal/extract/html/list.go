package html

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

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
	set                 *List
	item, heading, skip cascadia.Selector
	fields, detail      map[string][]spec
	next                *spec
}

func newListReader(set *List) (*listReader, error) {
	if set.Item == "" {
		return nil, errors.New(
			"html.list.item: expected a CSS selector of the items (use ul.events > li)",
		)
	}
	l := &listReader{set: set}
	for _, s := range []struct {
		name, text string
		into       *cascadia.Selector
	}{{"item", set.Item, &l.item}, {"heading", set.Heading, &l.heading}, {"skip", set.Skip, &l.skip}} {
		if err := compile(s.name, s.text, s.into); err != nil {
			return nil, err
		}
	}
	var detail map[string]source.Paths
	if set.Detail != nil {
		detail = set.Detail.Fields
	}
	var err error
	if l.fields, err = newSpecs("html.list.fields", set.Fields); err != nil {
		return nil, err
	}
	if l.detail, err = newSpecs("html.list.detail.fields", detail); err != nil {
		return nil, err
	}
	l.next, err = nextSpec(set.Next)
	return l, err
}

// compile makes a selector ready that may be left out.
func compile(name, s string, into *cascadia.Selector) error {
	if s == "" {
		return nil
	}
	m, err := cascadia.Compile(s)
	if err != nil {
		return fmt.Errorf("html.list.%s: %q is not a CSS selector: %w", name, s, err)
	}
	*into = m
	return nil
}

// nextSpec returns where the link to the next page is found, nil for nowhere.
func nextSpec(next string) (*spec, error) {
	if next == "" {
		return nil, nil //nolint:nilnil // no link is no error
	}
	if !strings.Contains(next, "@") {
		next += "@href"
	}
	s, err := newSpec("html.list.next", next)
	return &s, err
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
	r.b.Expect(min(r.list.find(d).Length(), maxItems))
	for e, isHeading := range r.list.items(d) {
		if isHeading {
			h = r.headed(e, d)
			continue
		}
		if r.n++; r.n <= maxItems {
			r.b.Add(r.listItem(d, e, h))
		}
	}
	if r.n > maxItems {
		r.b.Note("%d items; only the first %d were read", r.n, maxItems)
	}
	if r.n == before {
		r.b.Note(
			"%s: the selector %q of html.list.item finds nothing",
			d.page.URL,
			r.list.set.Item,
		)
	}
}

// find returns the items and headings of a page in its order.
func (l *listReader) find(d *document) *goquery.Selection {
	return d.doc.FindMatcher(either{l.item, l.heading})
}

// items are the headings and items of a page in its order, without those that are
// passed over.
func (l *listReader) items(d *document) iter.Seq2[*goquery.Selection, bool] {
	return func(more func(e *goquery.Selection, isHeading bool) bool) {
		for _, e := range l.find(d).EachIter() {
			isHeading := l.heading != nil && e.IsMatcher(l.heading)
			isSkipped := l.skip != nil && !isHeading && e.IsMatcher(l.skip)
			if !isSkipped && !more(e, isHeading) {
				return
			}
		}
	}
}

// headed reads a heading.
func (r *reader) headed(e *goquery.Selection, d *document) heading {
	h := heading{text: text.FromNode(e.Get(0))}
	h.year = cmp.Or(extract.YearIn(h.text), d.year)
	got := when.Read(h.text, r.context(when.LabelDate, h.year))
	if !got.Start.IsZero() {
		h.dated, h.year = true, got.Start.Date.Year
		return h
	}
	h.month = monthIn(h.text)
	return h
}

func (r *reader) context(label when.Label, year int) when.Context {
	return when.Context{
		Ref:   r.visit.At,
		Zone:  r.visit.Source.TimeZone(),
		Year:  year,
		Label: label,
	}
}

// listItem reads one item, with its own page where that was fetched.
func (r *reader) listItem(d *document, e *goquery.Selection, h heading) extract.Raw {
	raw := extract.Raw{
		Item:  fmt.Sprintf("item %d", r.n),
		Year:  h.year,
		Month: h.month,
		Label: when.LabelDate,
		Plain: true,
	}
	fill(&raw, r.list.fields, e, r.list.item)
	isIncomplete := raw.Title == "" || raw.When+raw.Start == ""
	whole := ""
	if isIncomplete || isNotable(e.Get(0)) {
		whole = text.FromNode(e.Get(0))
		raw.Text = extract.Snippet(whole)
		raw.Record = strings.Split(whole, "\n")
	}
	announcing(&raw)
	if raw.URL == "" && len(r.list.fields["url"]) == 0 {
		raw.URL = linkOf(e)
	}
	if raw.Title == "" && len(r.list.fields["title"]) == 0 {
		raw.Title = guessTitle(e)
	}
	strike(&raw, whole)
	if r.list.set.Detail != nil {
		r.addDetail(d, &raw)
	}
	r.undated(&raw, whole)
	r.inherit(&raw, h)
	return raw
}

// strikes are the elements that strike out what is in them.
var strikes = []string{"s", "del", "strike"}

// isNotable reports whether an item may say more than its fields: something is struck
// out, or it speaks of being cancelled.
func isNotable(item *html.Node) bool {
	if slices.Contains(strikes, item.Data) {
		return true
	}
	for n := range item.Descendants() {
		isStruck := n.Type == html.ElementNode && slices.Contains(strikes, n.Data)
		if isStruck || n.Type == html.TextNode && extract.Notable(n.Data) {
			return true
		}
	}
	return false
}

// strike reads an item that is struck out as cancelled.
func strike(raw *extract.Raw, whole string) {
	_, all := struck(whole)
	title, isStruck := struck(raw.Title)
	raw.Title = title
	if !all && !isStruck {
		return
	}
	raw.Struck = true
	raw.When, raw.Start = strings.ReplaceAll(
		raw.When,
		"~~",
		"",
	), strings.ReplaceAll(
		raw.Start,
		"~~",
		"",
	)
}

// undated looks for the date of an item in all that it says, where no field has it.
func (r *reader) undated(raw *extract.Raw, whole string) {
	if raw.When == "" && raw.Start == "" {
		raw.Fill(extract.Prose(whole))
	}
	if raw.When != "" || raw.Start != "" {
		return
	}
	raw.When, raw.Label = whole, when.LabelNone
	if raw.Struck {
		raw.When = strings.ReplaceAll(whole, "~~", "")
	}
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
	raw.Fill(
		extract.Labelled{
			"location": facts["location"],
			"address":  facts["address"],
			"status":   facts["status"],
		},
	)
	if raw.Time == "" {
		raw.Time = facts.First("time")
	}
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
	isDated := raw.When != "" || raw.Start != ""
	if !isDated || raw.Location == "" {
		raw.Fill(extract.Prose(pageText(page.doc.Selection)))
	}
}
