package extract

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// The bounds of what a listing keeps, in runes, and of the number of tags.
const (
	maxTitle       = 200
	maxLocation    = 300
	maxDescription = 4000
	maxKey         = 200
	maxTag         = 50
	maxTags        = 20
)

// A Builder makes listings of what the kinds read and holds what is true of all
// of them: clean text, a title, a date, an end not before the start, absolute
// addresses, keys that are unique within the visit. Every item given to it
// becomes a listing, a rejection or is counted as excluded.
type Builder struct {
	visit            Visit
	zone             string
	include, exclude *regexp.Regexp
	result           Result
	// items name the listings, in the same order, for words on clashes.
	items []string
	// shared counts the keys that several items bear.
	shared int
	// status is that of the item being read.
	status event.Status
	// Base is the page against which links are resolved.
	Base string
	// Statuses are the source's own words for statuses.
	Statuses source.Statuses
	// Lists are the pages that list events, whose addresses name no event; nil
	// stands for all pages of the visit.
	Lists []Page
	// lists are their addresses, in canonical form; locations the zones met,
	// venues the texts of places.
	lists     map[string]bool
	locations map[string]*time.Location
	venues    map[string]*venue
}

// NewBuilder gives the builder of a visit; an error means that the source's own
// include or exclude is no pattern.
func NewBuilder(v Visit) (*Builder, error) {
	b := &Builder{visit: v, zone: v.Source.Zone, locations: map[string]*time.Location{}}
	if b.zone == "" {
		b.zone = event.Tokyo.String()
	}
	for _, p := range []struct {
		name, pattern string
		into          **regexp.Regexp
	}{{"include", v.Source.Include, &b.include}, {"exclude", v.Source.Exclude, &b.exclude}} {
		if p.pattern == "" {
			continue
		}
		re, err := regexp.Compile(p.pattern)
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", p.name, v.Source.ID, err)
		}
		*p.into = re
	}
	return b, nil
}

// Reject notes an item that could not be read.
func (b *Builder) Reject(item, said, reason string) {
	b.result.Rejections = append(b.result.Rejections, event.Rejection{Item: item, Text: text.Line(said, 200), Reason: reason})
}

// Snippet gives the beginning of a text, for a rejection, which cleans it.
func Snippet(s string) string {
	if end := 1200; len(s) > end {
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	return s
}

// Note adds words for the operator, each once.
func (b *Builder) Note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(b.result.Notes, n) && len(b.result.Notes) < 50 {
		b.result.Notes = append(b.result.Notes, n)
	}
}

// Expect makes room for the listings of n items.
func (b *Builder) Expect(n int) {
	b.result.Listings, b.items = slices.Grow(b.result.Listings, n), slices.Grow(b.items, n)
}

// Partial marks the result as one of the newest or nearest items only.
func (b *Builder) Partial() { b.result.Partial = true }

// Add makes a listing of r, or a rejection.
func (b *Builder) Add(r Raw) {
	if !r.Plain {
		r.unlink()
		r.Title, r.Location, r.Address = decoded(r.Title), decoded(r.Location), decoded(r.Address)
		r.Description = text.FromHTML(broken(r.Description))
	}
	title := text.Line(r.Title, maxTitle)
	said := r.Text
	if said == "" {
		said = strings.TrimSpace(title + " " + r.When + " " + r.Start)
	}
	if title == "" {
		b.Reject(r.Item, said, "no title")
		return
	}
	if b.include != nil && !b.include.MatchString(title) || b.exclude != nil && b.exclude.MatchString(title) {
		b.result.Excluded++
		return
	}
	folded := text.Fold(title)
	b.status = b.statusOf(&r, folded)
	span, reading, reason := b.dates(&r)
	if reason != "" {
		b.Reject(r.Item, said, reason)
		return
	}
	l := event.Listing{
		Occurrence: r.Occurrence, Reading: reading, Sequence: r.Sequence,
		Details: event.Details{
			Title: title, Span: span, Status: b.status, Type: event.TypeEvent,
			Description: text.Block(r.Description, maxDescription),
			Tags:        b.tags(r.Tags), Geo: geo(r.Lat, r.Lon),
		},
	}
	_, clock := b.clock(&r)
	if m, ok := clock.Moment(r.Updated); ok && !m.AllDay() {
		l.Updated = m.Time.UTC()
	}
	l.RegistrationOpens, _ = clock.Moment(r.Opens)
	l.RegistrationCloses, _ = clock.Moment(r.Closes)
	if l.Number = text.Line(r.Number, 20); l.Number == "" {
		l.Number = numberIn(folded)
	}
	b.address(&l, &r)
	b.placing(&l, &r, folded)
	b.key(&l, &r)
	b.result.Listings = append(b.result.Listings, l)
	b.items = append(b.items, r.Item)
}

// link finds a title that is a link, the way scrapers and spreadsheets keep them.
var link = text.NewPattern(`(?i)^\s*<a\s[^<>]*href\s*=\s*["']([^"'<>]+)["'][^<>]*>(.*)</a>\s*$`)

// unlink takes a title that is a link apart.
func (r *Raw) unlink() {
	if strings.IndexByte(r.Title, '<') < 0 {
		return
	}
	if m := link.FindStringSubmatch(r.Title); m != nil {
		r.Title = text.FromHTML(m[2])
		if r.URL == "" {
			r.URL = html.UnescapeString(m[1])
		}
	}
}

// entity finds references that a writer has left in text that is no HTML.
var entity = text.NewPattern(`&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});`)

// blocks finds tags that break lines.
var blocks = text.NewPattern(`(?i)<(?:p|br|div|li|ul|ol|tr|table|h[1-6]|dl|dt|dd|pre|section|blockquote)[\s/>]`)

// broken makes the line breaks of text with a few tags in it breaks that HTML has.
func broken(s string) string {
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '&') < 0 || strings.IndexByte(s, '\n') < 0 || blocks.MatchString(s) {
		return s
	}
	return strings.ReplaceAll(s, "\n", "<br>")
}

func decoded(s string) string {
	if strings.IndexByte(s, '&') < 0 || !entity.MatchString(s) {
		return s
	}
	return html.UnescapeString(s)
}

// statusOf gives the status of an item: what its field says, made worse by what
// its title says.
func (b *Builder) statusOf(r *Raw, folded string) event.Status {
	status := event.Confirmed
	if r.Known != "" {
		status = r.Known
	} else if r.Status != "" {
		if s, ok := FieldStatus(r.Status, b.Statuses); ok {
			status = s
		}
	}
	if r.Cancelled || r.Struck {
		status = event.Cancelled
	}
	if s, ok := titleStatus(folded); ok && status != event.Cancelled {
		status = s
	}
	return status
}
