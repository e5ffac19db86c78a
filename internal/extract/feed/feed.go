// Package feed reads RSS, Atom and JSON Feed. An item's own date says when it
// was posted; that of the event comes from namespaced fields, from data for programs
// in its HTML, from labelled prose, from the title, or from a sentence that announces
// it.
package feed

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// maxItems is how many items a feed may hold.
const maxItems = 5_000

// Kind is the kind "feed".
type Kind struct{}

// Need returns the feeds that are still missing.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	return extract.Missing(v, extract.Requests(v)), nil
}

// Read returns the events that the items of all feeds announce.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	r := reader{
		visit: v,
		set:   extract.SettingsOf[Settings](v.Source),
		b:     b,
	}
	if !r.set.Complete {
		b.Partial()
	}
	for _, p := range v.Pages {
		if err := r.page(p); err != nil {
			return extract.Result{}, err
		}
	}
	return b.Result(), nil
}

type reader struct {
	visit extract.Visit
	set   Settings
	b     *extract.Builder
	n     int
}

func (r *reader) page(p extract.Page) error {
	body, err := extract.Decode(p, r.visit.Source, extract.MaxDocument)
	if err != nil {
		return err
	}
	feed, standing, err := parse(body)
	if err != nil {
		return &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	unread := standing - len(feed.Items)
	if unread > 0 && len(feed.Items) == 0 {
		return &extract.Damage{
			URL:    p.URL,
			Reason: fmt.Sprintf("%d items stand in it, and none could be read", unread),
		}
	}
	r.b.Base = p.URL
	if u := address(p.URL, feed.Link); u != "" {
		r.b.Base = u
	}
	for _, one := range feed.Items {
		r.n++
		r.item(fmt.Sprintf("item %d", r.n), one)
	}
	if unread > 0 {
		r.b.Reject(
			"feed",
			"",
			fmt.Sprintf("%d further items stand in it and could not be read", unread),
		)
	}
	return nil
}

// item reads one item.
func (r *reader) item(name string, one *gofeed.Item) {
	raw := extract.Raw{
		Item:    name,
		Title:   plain(one.Title),
		Key:     one.GUID,
		URL:     one.Link,
		Tags:    one.Categories,
		Ref:     r.posted(one),
		Updated: one.Updated,
		Plain:   true,
	}
	if raw.Key == "" || strings.HasPrefix(raw.Key, "http") {
		raw.Key = address(r.b.Base, cmp.Or(raw.Key, one.Link))
	}
	markup := one.Content
	if len(one.Description) > len(markup) {
		markup = one.Description
	}
	raw.Description = text.FromHTML(markup)
	raw.Title = cmp.Or(raw.Title, extract.Opening(raw.Description))
	raw.Text = raw.Title + " " + extract.Snippet(raw.Description)
	fields(&raw, one)
	it := item{
		r:      r,
		raw:    &raw,
		body:   raw.Description,
		markup: markup,
	}
	it.date()
	r.b.Add(raw)
}

// splitPlace takes "住所 (会場)", the way connpass writes 開催場所, apart. A venue may
// hold brackets itself: リモート(zoom).
func splitPlace(raw *extract.Raw) {
	address, venue, found := strings.Cut(strings.TrimSpace(raw.Location), " (")
	venue, closed := strings.CutSuffix(venue, ")")
	isPair := found && closed && address != ""
	if isPair && raw.Address == "" {
		raw.Address, raw.Location = address, venue
	}
}

// firstYear is the first in which anything can have been posted.
const firstYear = 1990

// posted returns when the item was published, the reference for years; zero where
// it does not say. gofeed reads JST as UTC, so the text is read here: as machines
// write it, else by the reader of dates.
func (r *reader) posted(one *gofeed.Item) time.Time {
	zone := r.visit.Source.TimeZone()
	for _, s := range []string{one.Published, one.Updated} {
		if t := extract.Published(s, zone); !t.IsZero() {
			return t
		}
		if t := r.postedWords(s); !t.IsZero() {
			return t
		}
	}
	for _, t := range []*time.Time{one.PublishedParsed, one.UpdatedParsed} {
		if t != nil && t.Year() > firstYear {
			return *t
		}
	}
	return time.Time{}
}

// postedWords reads the day of a post as people write it: 2026年6月1日(月) 19:00.
func (r *reader) postedWords(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	zone := r.visit.Source.TimeZone()
	got := when.Read(s, when.Context{
		Ref:   r.visit.At,
		Zone:  zone,
		Label: when.LabelDate,
	})
	if got.Start.IsZero() || got.Start.Begin(zone).After(r.visit.At) {
		return time.Time{}
	}
	return got.Start.Begin(zone)
}

// plain returns a title as text: feeds put HTML into it without saying so.
func plain(title string) string {
	if strings.ContainsAny(title, "<&") {
		return text.FromHTML(title)
	}
	return title
}

// address makes a link one that can be a key, "" where it is none.
func address(base, link string) string {
	if link == "" {
		return ""
	}
	u, err := text.URL(base, link)
	if err != nil {
		return text.Line(link, 200)
	}
	return u
}
