package extract

import (
	"cmp"
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

// maxNotes is how many words for the operator one visit may leave.
const maxNotes = 50

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
	// raw is the item being read, status its status.
	raw    Raw
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

// NewBuilder returns the builder of a visit; an error means that the source's own
// include or exclude is not a pattern.
func NewBuilder(v Visit) (*Builder, error) {
	include, err := pattern(v.Source, "include", v.Source.Include)
	if err != nil {
		return nil, err
	}
	exclude, err := pattern(v.Source, "exclude", v.Source.Exclude)
	if err != nil {
		return nil, err
	}
	return &Builder{
		visit:     v,
		zone:      cmp.Or(v.Source.Zone, event.Tokyo.String()),
		include:   include,
		exclude:   exclude,
		locations: map[string]*time.Location{},
		venues:    map[string]*venue{},
	}, nil
}

// pattern compiles a source's pattern; nil where it has none.
func pattern(s *source.Source, name, p string) (*regexp.Regexp, error) {
	if p == "" {
		return nil, nil //nolint:nilnil // no pattern is no error
	}
	re, err := regexp.Compile(p)
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", name, s.ID, err)
	}
	return re, nil
}

// Reject notes an item that could not be read.
func (b *Builder) Reject(item, said, reason string) {
	b.result.Rejections = append(b.result.Rejections, event.Rejection{
		Item:   item,
		Text:   text.Line(said, 200),
		Reason: reason,
	})
}

// maxSnippet is how many bytes of a text are kept for a rejection.
const maxSnippet = 1200

// Snippet returns the beginning of a text, for a rejection, which cleans it.
func Snippet(s string) string {
	end := min(len(s), maxSnippet)
	for end < len(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// Note adds words for the operator, each once.
func (b *Builder) Note(format string, args ...any) {
	n := fmt.Sprintf(format, args...)
	if len(b.result.Notes) < maxNotes && !slices.Contains(b.result.Notes, n) {
		b.result.Notes = append(b.result.Notes, n)
	}
}

// Skip counts items that are not events, or are not due in the bounds of the visit,
// with a word on why.
func (b *Builder) Skip(n int, format string, args ...any) {
	if n > 0 {
		b.result.Skipped += n
		b.Note(format, args...)
	}
}

// Expect makes room for the listings of n items.
func (b *Builder) Expect(n int) {
	b.result.Listings, b.items = slices.Grow(b.result.Listings, n), slices.Grow(b.items, n)
}

// Partial marks the result as one of the newest or nearest items only.
func (b *Builder) Partial() { b.result.Partial = true }

// Add makes a listing of an item, or a rejection.
func (b *Builder) Add(item Raw) {
	b.raw = item
	r := &b.raw
	r.clean()
	printed := text.Line(r.Title, maxTitle)
	title := printed
	if title == "" {
		title = b.madeTitle(r)
	}
	if b.leavesOut(title) {
		b.result.Excluded++
		return
	}
	folded := text.Fold(title)
	b.status = b.statusOf(r, folded)
	when, start := r.When, r.Start
	span, reading, reason := b.dates(r)
	if reason != "" {
		said := strings.TrimSpace(printed + " " + when + " " + start)
		b.Reject(r.Item, cmp.Or(r.Text, said), reason)
		return
	}
	l := event.Listing{
		Occurrence: r.Occurrence,
		Reading:    reading,
		Sequence:   r.Sequence,
		Details: event.Details{
			Title:       title,
			Span:        span,
			Status:      b.status,
			Type:        event.TypeEvent,
			Description: text.Block(r.Description, maxDescription),
			Tags:        b.tags(r.Tags),
			Geo:         geo(r.Lat, r.Lon),
			Number:      cmp.Or(text.Line(r.Number, 20), numberIn(folded)),
		},
	}
	b.moments(&l, r)
	l.Group = b.group(r)
	l.Seats, l.Fee = seats(r), fee(r.Fees, r.Currency)
	l.RegistrationState = registration(r.Registration)
	b.address(&l, r)
	b.placing(&l, r, folded)
	b.key(&l, r)
	b.result.Listings = append(b.result.Listings, l)
	b.items = append(b.items, r.Item)
}

// group returns the community that an item names.
func (b *Builder) group(r *Raw) event.Group {
	g := event.Group{ID: text.Line(r.Group, maxKey)}
	if g.ID == "" {
		return g
	}
	g.Name = cmp.Or(text.Line(r.GroupName, maxTitle), g.ID)
	g.URL, _ = text.URL(b.Base, r.GroupURL)
	return g
}

// leavesOut reports whether the source's own patterns leave a title out.
func (b *Builder) leavesOut(title string) bool {
	if b.include != nil && !b.include.MatchString(title) {
		return true
	}
	return b.exclude != nil && b.exclude.MatchString(title)
}

// moments reads the times beside the date of the event.
func (b *Builder) moments(l *event.Listing, r *Raw) {
	_, clock := b.clock(r)
	updated, ok := clock.Moment(r.Updated)
	if ok && !updated.AllDay() {
		l.Updated = updated.Time.UTC()
	}
	l.RegistrationOpens, _ = clock.Moment(r.Opens)
	l.RegistrationCloses, _ = clock.Moment(r.Closes)
}

// clean makes plain text of what a document says of an item.
func (r *Raw) clean() {
	if r.Plain {
		return
	}
	r.unlink()
	for _, s := range []*string{&r.Title, &r.Location, &r.Address} {
		*s = decoded(*s)
	}
	r.Description = text.FromHTML(broken(r.Description))
}

// link finds a title that is a link, the way scrapers and spreadsheets keep them.
var link = text.NewPattern(
	`(?i)^\s*<a\s[^<>]*href\s*=\s*["']([^"'<>]+)["'][^<>]*>(.*)</a>\s*$`,
)

// unlink takes a title that is a link apart.
func (r *Raw) unlink() {
	if !strings.Contains(r.Title, "<") {
		return
	}
	m := link.FindStringSubmatch(r.Title)
	if m == nil {
		return
	}
	r.Title = text.FromHTML(m[2])
	r.URL = cmp.Or(r.URL, html.UnescapeString(m[1]))
}

// entity finds references that a writer has left in text that is no HTML.
var entity = text.NewPattern(`&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});`)

// blocks finds tags that break lines.
var blocks = text.NewPattern(
	`(?i)<(?:p|br|div|li|ul|ol|tr|table|h[1-6]|dl|dt|dd|pre|section|blockquote)[\s/>]`,
)

// broken makes the line breaks of text with a few tags in it breaks that HTML has.
func broken(s string) string {
	isMarked := strings.ContainsAny(s, "<&") && strings.Contains(s, "\n")
	if !isMarked || blocks.MatchString(s) {
		return s
	}
	return strings.ReplaceAll(s, "\n", "<br>")
}

func decoded(s string) string {
	if !strings.Contains(s, "&") || !entity.MatchString(s) {
		return s
	}
	return html.UnescapeString(s)
}
