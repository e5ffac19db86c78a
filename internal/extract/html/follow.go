package html

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

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
	r.list.each(r.list.find(d), func(e *goquery.Selection) { h = r.headed(e, d) }, func(e *goquery.Selection) {
		if len(have) >= most {
			return
		}
		raw := extract.Raw{Label: when.LabelDate}
		fill(&raw, r.list.fields, e, r.list.item)
		if raw.URL == "" {
			raw.URL = e.Find("a[href]").AttrOr("href", e.AttrOr("href", ""))
		}
		address, err := text.URL(d.base, raw.URL)
		if err != nil || r.visit.Source.Forbidden(address) != nil || r.past(raw, h) {
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
