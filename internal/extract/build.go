package extract

import (
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/place"
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
	// lists are their addresses, in canonical form; locations the zones met.
	lists     map[string]bool
	locations map[string]*time.Location
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

// Snippet gives the beginning of a text, clean, for a rejection.
func Snippet(s string) string {
	if end := 1200; len(s) > end {
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	return text.Line(s, 200)
}

// Note adds words for the operator, each once.
func (b *Builder) Note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(b.result.Notes, n) && len(b.result.Notes) < 50 {
		b.result.Notes = append(b.result.Notes, n)
	}
}

// Partial marks the result as one of the newest or nearest items only.
func (b *Builder) Partial() { b.result.Partial = true }

// Add makes a listing of r, or a rejection.
func (b *Builder) Add(r Raw) {
	if !r.Plain {
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
	b.status = b.statusOf(&r, title)
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
		l.Number = Number(title)
	}
	b.address(&l, &r)
	b.placing(&l, &r)
	b.key(&l, &r)
	b.result.Listings = append(b.result.Listings, l)
	b.items = append(b.items, r.Item)
}

// entity finds references that a writer has left in text that is no HTML.
var entity = regexp.MustCompile(`&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});`)

// blocks finds tags that break lines.
var blocks = regexp.MustCompile(`(?i)<(?:p|br|div|li|ul|ol|tr|table|h[1-6]|dl|dt|dd|pre|section|blockquote)[\s/>]`)

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
func (b *Builder) statusOf(r *Raw, title string) event.Status {
	status := event.Confirmed
	if r.Known != "" {
		status = r.Known
	} else if s, ok := FieldStatus(r.Status, b.Statuses); ok && r.Status != "" {
		status = s
	}
	if r.Cancelled || r.Struck {
		status = event.Cancelled
	}
	if s, ok := TitleStatus(title); ok && status != event.Cancelled {
		status = s
	}
	return status
}

func (b *Builder) address(l *event.Listing, r *Raw) {
	if r.URL != "" {
		u, err := text.URL(b.Base, r.URL)
		if err != nil {
			l.Reading.Warnings = append(l.Reading.Warnings, "url: "+err.Error())
		}
		l.URL = u
	}
	if r.OnlineURL != "" {
		l.OnlineURL, _ = text.URL("", r.OnlineURL)
	}
}

// meetingHosts are hosts whose addresses are places to attend.
var meetingHosts = regexp.MustCompile(`^https?://(?:[a-z0-9-]+\.)*(?:zoom\.us|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|youtube\.com|youtu\.be|twitch\.tv|discord\.gg|discord\.com|webex\.com|meet\.jit\.si|ovice\.in)/`)

// placing fills place, area and mode.
func (b *Builder) placing(l *event.Listing, r *Raw) {
	venue, address := text.Line(r.Location, maxLocation), text.Line(r.Address, maxLocation)
	if u, err := text.URL("", venue); err == nil && !strings.ContainsAny(venue, " 、") {
		if meetingHosts.MatchString(u) {
			l.Mode, l.OnlineURL = event.Online, u
		}
		venue = ""
	}
	if l.Mode == "" {
		l.Mode = r.Mode
	}
	if l.Mode == "" {
		l.Mode = place.Mode(venue, address, l.Title)
	}
	if place.Unknown(venue) {
		venue = ""
	}
	if place.Unknown(address) {
		address = ""
	}
	l.Location = joined(venue, address)
	if l.Location == "" && l.Mode != event.Online {
		l.Location = text.Line(b.visit.Source.Location, maxLocation)
	}
	if l.Mode == "" {
		l.Mode = b.visit.Source.Mode
	}
	if l.Mode == "" && l.Location != "" {
		l.Mode = event.Onsite
	}
	if l.Mode == event.Online {
		if l.Location == "" || venue != "" {
			l.Location = venue
		}
		return
	}
	if l.Area = place.Area(address); l.Area == "" {
		l.Area = place.Area(l.Location)
	}
	if m := tagged.FindStringSubmatch(l.Title); m != nil && l.Area == "" {
		l.Area = place.Area(m[1])
	}
}

// tagged is the place that shared calendars put before a title: [東京], 【大阪】.
var tagged = regexp.MustCompile(`^[\[【［(（]([^\]】］)）]{2,12})[\]】］)）]`)

// joined gives venue and address in one line, saying nothing twice.
func joined(venue, address string) string {
	v, a := text.Fold(venue), text.Fold(address)
	switch {
	case venue == "" || strings.Contains(a, v):
		return address
	case address == "" || strings.Contains(v, a):
		return venue
	}
	return text.Line(venue+" "+address, maxLocation)
}

func (b *Builder) tags(raw []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range append(slices.Clone(raw), b.visit.Source.Tags...) {
		t = text.Line(t, maxTag)
		if f := text.Fold(t); f != "" && !seen[f] && len(out) < maxTags {
			seen[f] = true
			out = append(out, t)
		}
	}
	return out
}

// geo reads a position; nil where there is none, at 0/0, or off the earth.
func geo(lat, lon string) *event.Geo {
	la, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	lo, err2 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	if err1 != nil || err2 != nil || la == 0 && lo == 0 || math.IsNaN(la+lo) || math.Abs(la) > 90 || math.Abs(lo) > 180 {
		return nil
	}
	return &event.Geo{Lat: la, Lon: lo}
}

// key gives a listing its key: the source's own, else its address where that is
// a page of its own, else one made from title and date.
func (b *Builder) key(l *event.Listing, r *Raw) {
	switch {
	case r.Key != "":
		l.Key = text.Line(r.Key, maxKey)
	case l.URL != "" && !b.isList(l.URL):
		l.Key = l.URL
	default:
		l.Key, l.Derived = derivedKey(l), true
	}
	if r.Occurrence != "" {
		l.Key += ";" + r.Occurrence
	}
}

func derivedKey(l *event.Listing) string {
	return l.Start.Date.String() + " " + text.Line(text.Fold(l.Title), 100)
}

// isList reports whether an address is that of a list and so names no event.
func (b *Builder) isList(address string) bool {
	if b.lists == nil {
		b.lists = map[string]bool{}
		pages := b.Lists
		if pages == nil {
			pages = b.visit.Pages
		}
		for _, p := range pages {
			for _, u := range []string{p.Requested, p.URL} {
				if c, err := text.URL("", u); err == nil {
					b.lists[c] = true
				}
			}
		}
	}
	return b.lists[address]
}

// Result gives what was built. Listings that share a key are told apart by their
// dates; what is the same twice is left out, with a word.
func (b *Builder) Result() Result {
	byKey := map[string][]int{}
	for i, l := range b.result.Listings {
		byKey[l.Key] = append(byKey[l.Key], i)
	}
	if len(byKey) == len(b.result.Listings) {
		return b.result
	}
	drop := map[int]bool{}
	for i := range b.result.Listings {
		if same := byKey[b.result.Listings[i].Key]; len(same) > 1 && same[0] == i {
			b.tellApart(same, drop)
		}
	}
	if b.shared > 3 {
		b.Note("so it is with %d further keys", b.shared-3)
	}
	var kept []event.Listing
	for i, l := range b.result.Listings {
		if !drop[i] {
			kept = append(kept, l)
		}
	}
	b.result.Listings = kept
	return b.result
}

// tellApart settles listings of one key. The dates go into all of their keys, not
// only into that of the later one: the order of a page may change.
func (b *Builder) tellApart(same []int, drop map[int]bool) {
	key := b.result.Listings[same[0]].Key
	first := map[string]int{}
	suffix := map[int]string{}
	for _, i := range same {
		l := &b.result.Listings[i]
		at := "@" + l.Start.String()
		j, known := first[at]
		if !known {
			first[at], suffix[i] = i, at
			continue
		}
		old := &b.result.Listings[j]
		if versions(*l, *old) {
			// Of two accounts of one time, the newer one stands.
			if l.Sequence > old.Sequence || l.Sequence == old.Sequence && l.Updated.After(old.Updated) {
				*old, *l = *l, *old
			}
			drop[i] = true
			b.Reject(b.items[i], l.Title, fmt.Sprintf("key %q and time are those of %s", text.Line(key, 60), b.items[j]))
			continue
		}
		at += " " + text.Line(text.Fold(l.Title), 60)
		if _, known := first[at]; known {
			drop[i] = true
			b.Reject(b.items[i], l.Title, fmt.Sprintf("key %q, time and title are those of another item", text.Line(key, 60)))
			continue
		}
		first[at], suffix[i] = i, at
	}
	if len(suffix) < 2 {
		return
	}
	if b.shared++; b.shared <= 3 {
		b.Note("the key %q is used by %d items; their dates were added to it", text.Line(key, 60), len(suffix))
	}
	for i, at := range suffix {
		l := &b.result.Listings[i]
		l.Key, l.Derived = key+at, true
	}
}

// versions reports whether two listings of one key and one time are accounts of
// the same event: titled alike, or one numbered as later than the other.
func versions(a, o event.Listing) bool {
	return text.Fold(a.Title) == text.Fold(o.Title) || a.Sequence != o.Sequence || !a.Updated.Equal(o.Updated)
}

func modeOf(value string) event.Mode {
	v := text.Fold(value)
	switch v[strings.LastIndexByte(v, '/')+1:] {
	case "onlineeventattendancemode", "online", "virtual", "true", "1":
		return event.Online
	case "mixedeventattendancemode", "hybrid", "mixed":
		return event.Hybrid
	case "offlineeventattendancemode", "offline", "onsite", "physical", "in_person":
		return event.Onsite
	}
	return ""
}

func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// fourDigits finds a year.
var fourDigits = regexp.MustCompile(`(?:19|20)\d\d`)

func yearIn(s string) int {
	y, _ := strconv.Atoi(fourDigits.FindString(text.Fold(s)))
	return y
}

// YearIn gives the first year that a text names in digits, 0 if none.
func YearIn(s string) int { return yearIn(s) }

// Published reads the moment an item was published at; zero where it is none.
func Published(s string, zone *time.Location) time.Time {
	m, ok := Clock{Zone: zone}.Moment(s)
	if !ok {
		return time.Time{}
	}
	return m.Begin(event.Tokyo)
}
