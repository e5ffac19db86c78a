// Package feed reads RSS, Atom and JSON Feed. An item's own date says when it
// was posted; that of the event comes from namespaced fields, from labelled
// prose, from the title, or from a sentence that announces it.
package feed

import (
	"fmt"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// maxItems is how many items a feed may hold.
const maxItems = 5_000

// Kind is the kind "feed".
type Kind struct{}

// Need gives the feeds that are still missing.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	return extract.Missing(v, extract.Requests(v)), nil
}

// Read gives the events that the items of all feeds announce.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	set := extract.SettingsOf[Settings](v.Source)
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	if !set.Complete {
		b.Partial()
	}
	r := reader{visit: v, set: set, b: b}
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
	feed, err := parse(body)
	if err != nil {
		return &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	r.b.Base = p.URL
	if u, err := text.URL(p.URL, feed.Link); err == nil && feed.Link != "" {
		r.b.Base = u
	}
	for _, item := range feed.Items {
		r.n++
		r.item(fmt.Sprintf("item %d", r.n), item)
	}
	return nil
}

// item reads one item.
func (r *reader) item(name string, it *gofeed.Item) {
	zone := r.visit.Source.TimeZone()
	raw := extract.Raw{
		Item: name, Title: plain(it.Title), Key: it.GUID, URL: it.Link, Tags: it.Categories,
		Ref: posted(it, zone), Updated: it.Updated,
	}
	if raw.Key == "" {
		raw.Key = address(r.b.Base, it.Link)
	} else if strings.HasPrefix(raw.Key, "http") {
		raw.Key = address(r.b.Base, raw.Key)
	}
	body := it.Content
	if len(it.Description) > len(body) {
		body = it.Description
	}
	plain := text.FromHTML(body)
	raw.Description, raw.Plain = plain, true
	if raw.Title == "" {
		raw.Title = extract.Opening(plain)
	}
	raw.Text = raw.Title + " " + extract.Snippet(plain)
	fields(&raw, it)
	r.date(&raw, plain)
	r.b.Add(raw)
}

// splitPlace takes "住所 (会場)", the way connpass writes 開催場所, apart.
func splitPlace(raw *extract.Raw) {
	loc := strings.TrimSpace(raw.Location)
	open := strings.LastIndex(loc, " (")
	if raw.Address != "" || open <= 0 || !strings.HasSuffix(loc, ")") {
		return
	}
	// The bracket that closes last may hold brackets itself: リモート(zoom).
	if i := strings.Index(loc, " ("); i > 0 {
		open = i
	}
	raw.Address, raw.Location = loc[:open], strings.TrimSuffix(loc[open+2:], ")")
}

// posted gives when the item was published, the reference for years; zero where
// it does not say. gofeed reads JST as UTC, so the text is read here.
func posted(it *gofeed.Item, zone *time.Location) time.Time {
	for _, s := range []string{it.Published, it.Updated} {
		if t := extract.Published(s, zone); !t.IsZero() {
			return t
		}
	}
	for _, t := range []*time.Time{it.PublishedParsed, it.UpdatedParsed} {
		if t != nil && t.Year() > 1990 {
			return *t
		}
	}
	return time.Time{}
}

// plain gives a title as text: feeds put HTML into it without saying so.
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
