package html

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// more returns the pages a list leads on to: its next page, and once all of those
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

// listPages returns the pages of the lists, without those of their items.
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
func (r *reader) chain(
	req extract.Request,
) (pages []extract.Page, missing *extract.Request, err error) {
	seen := map[string]bool{}
	most := cmp.Or(r.list.set.Max, maxPages)
	for {
		if seen[req.URL] {
			return nil, nil, &extract.Damage{
				URL:    req.URL,
				Reason: "the list leads back to a page it has passed",
			}
		}
		seen[req.URL] = true
		p, ok := r.visit.Page(req.URL)
		if !ok {
			return pages, &req, nil
		}
		pages = append(pages, p)
		if len(pages) >= most {
			return pages, nil, nil
		}
		next, err := r.next(p)
		if err != nil {
			return nil, nil, err
		}
		if next == "" {
			return pages, nil, nil
		}
		req.URL = next
	}
}

// next returns the address of the page that follows one of a list, "" at its end.
func (r *reader) next(p extract.Page) (string, error) {
	if r.list.next == nil {
		return "", nil
	}
	d, err := r.open(p)
	if err != nil {
		return "", err
	}
	return sameHost(d.base, r.list.next.first(d.doc.Selection, nil))
}

// sameHost resolves a link that must stay on the host of its page.
func sameHost(base, link string) (string, error) {
	b, err := url.Parse(base)
	if err != nil || link == "" {
		return "", err
	}
	next, err := b.Parse(strings.TrimSpace(link))
	if err != nil {
		return "", &extract.Damage{
			URL: base,
			Reason: fmt.Sprintf(
				"the link to the next page, %.100q, is not an address",
				link,
			),
		}
	}
	next.Fragment = ""
	if !strings.EqualFold(next.Host, b.Host) {
		return "", &extract.Damage{
			URL:    base,
			Reason: "the next page is on another host, " + text.Line(next.Host, 100),
		}
	}
	return next.String(), nil
}

// details adds the requests for the pages of a list page's items, within the
// budget; items whose day has passed are not looked up again.
func (r *reader) details(
	p extract.Page,
	have []extract.Request,
) ([]extract.Request, error) {
	d, err := r.open(p)
	if err != nil {
		return nil, err
	}
	most := cmp.Or(r.list.set.Detail.Max, maxDetails)
	h := heading{year: d.year}
	for e, isHeading := range r.list.items(d) {
		if isHeading {
			h = r.headed(e, d)
			continue
		}
		if len(have) >= most {
			break
		}
		if address := r.detail(d, e, h); address != "" {
			have = append(have, extract.Request{URL: address})
		}
	}
	return have, nil
}

// detail returns the address of an item's own page, "" where it has none, where it
// must not be read, or the item is over.
func (r *reader) detail(d *document, e *goquery.Selection, h heading) string {
	raw := extract.Raw{Label: when.LabelDate}
	fill(&raw, r.list.fields, e, r.list.item)
	address, err := text.URL(d.base, cmp.Or(raw.URL, linkOf(e)))
	if err != nil || r.past(raw, h) {
		return ""
	}
	if r.visit.Source.Forbidden(address) != nil {
		return ""
	}
	return address
}

// linkOf returns the first link of an item, or its own.
func linkOf(e *goquery.Selection) string {
	return e.Find("a[href]").AttrOr("href", e.AttrOr("href", ""))
}

// past reports whether an item states a date that is over.
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
