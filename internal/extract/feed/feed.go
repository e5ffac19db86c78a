// Package feed reads RSS, Atom and JSON Feed. An item's own date says when it
// was posted; that of the event comes from namespaced fields, from labelled
// prose, from the title, or from a sentence that announces it.
package feed

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
	"koyomi/internal/when"
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
	set := source.FeedSettings{}
	if v.Source.FeedSettings != nil {
		set = *v.Source.FeedSettings
	}
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
	set   source.FeedSettings
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

// parse reads a feed that is whole.
func parse(body string) (*gofeed.Feed, error) {
	body = strings.TrimLeft(body, " \t\r\n\ufeff")
	if extract.LooksLikeHTML(body) {
		return nil, errors.New("a page for people in place of a feed; its <link rel=\"alternate\"> may name the feed")
	}
	if strings.HasPrefix(body, "{") {
		return parseJSON(body)
	}
	body, err := whole(body)
	if err != nil {
		return nil, err
	}
	feed, err := gofeed.NewParser().Parse(strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("not a feed: %s", text.Line(err.Error(), 200))
	}
	return feed, nil
}

func parseJSON(body string) (*gofeed.Feed, error) {
	if !strings.Contains(body[:min(len(body), 4096)], "jsonfeed.org/version/") {
		return nil, errors.New("JSON, but not a JSON Feed: no version https://jsonfeed.org/version/1.1")
	}
	if deep(body) {
		return nil, errors.New("JSON nested more than 100 deep")
	}
	feed, err := gofeed.NewParser().Parse(strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("not a JSON Feed: %s", text.Line(err.Error(), 200))
	}
	if len(feed.Items) > maxItems {
		return nil, fmt.Errorf("%d items; at most %d are read", len(feed.Items), maxItems)
	}
	return feed, nil
}

// deep reports whether JSON is nested deeper than any feed needs.
func deep(s string) bool {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > 100 {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
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
	raw.Text = extract.Snippet(raw.Title + " " + plain)
	fields(&raw, it)
	r.date(&raw, plain)
	r.b.Add(raw)
}

// date finds where the item tells when the event is.
func (r *reader) date(raw *extract.Raw, body string) {
	order := r.set.Dates
	if len(order) == 0 {
		order = []string{"fields", "body", "title", "announced"}
	}
	labelled := extract.Prose(body, r.set.Labels...)
	hasFields := raw.Start != ""
	raw.Fill(extract.Labelled{"location": labelled["location"], "address": labelled["address"], "status": labelled["status"]})
	splitPlace(raw)
	for _, where := range order {
		switch where {
		case "fields":
			if hasFields {
				return
			}
		case "body":
			raw.Start, raw.End = "", ""
			if raw.Fill(labelled); r.dated(raw) {
				return
			}
		case "title":
			*raw = undated(*raw)
			if raw.When = raw.Title; r.titled(raw) {
				return
			}
		case "announced", "prose":
			*raw = undated(*raw)
			if l, ok := extract.Announced(body, where == "prose"); ok {
				if raw.Fill(l); r.free(raw) {
					return
				}
			}
		case "posted":
			*raw = undated(*raw)
			if !raw.Ref.IsZero() {
				raw.Start = raw.Ref.Format(time.RFC3339)
				return
			}
		}
	}
	*raw = undated(*raw)
	if !raw.Ref.IsZero() {
		raw.Warnings = append(raw.Warnings, "the post's own date is not the event's")
	}
}

func undated(raw extract.Raw) extract.Raw {
	raw.When, raw.Start, raw.End, raw.Time, raw.Label = "", "", "", "", when.LabelNone
	return raw
}

// dated reports whether what was found does name a date.
func (r *reader) dated(raw *extract.Raw) bool {
	if raw.Start != "" {
		return true
	}
	if raw.When == "" {
		return false
	}
	return !r.read(raw, raw.When).Start.IsZero()
}

// titled reports whether the title names the date of an event: with figures, for
// "今日の…" is a diary, and not just the day of the post.
func (r *reader) titled(raw *extract.Raw) bool {
	if !strings.ContainsAny(text.Fold(raw.Title), "0123456789") {
		return false
	}
	got := r.read(raw, raw.Title)
	if got.Start.IsZero() {
		return false
	}
	ownDay := got.AllDay() && !raw.Ref.IsZero() && got.Start.Date == event.DateOf(raw.Ref.In(r.visit.Source.TimeZone()))
	return !ownDay || extract.Held(raw.Title)
}

// free reads a sentence as free prose first, for it may speak of other days.
func (r *reader) free(raw *extract.Raw) bool {
	raw.Label = when.LabelNone
	if !r.read(raw, raw.When).Start.IsZero() {
		return true
	}
	for line := range strings.SplitSeq(raw.When, "\n") {
		if !r.read(raw, line).Start.IsZero() {
			raw.When = line
			return true
		}
	}
	return false
}

func (r *reader) read(raw *extract.Raw, s string) when.Reading {
	ref := raw.Ref
	if ref.IsZero() {
		ref = r.visit.At
	}
	return when.Read(s, when.Context{Ref: ref, Zone: r.visit.Source.TimeZone(), Year: raw.Year, Label: raw.Label})
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
