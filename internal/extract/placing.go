package extract

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"koyomi/internal/event"
	"koyomi/internal/place"
	"koyomi/internal/text"
)

// address sets the addresses of a listing.
func (b *Builder) address(l *event.Listing, r *Raw) {
	if r.OnlineURL != "" {
		l.OnlineURL, _ = text.URL("", r.OnlineURL)
	}
	if r.URL == "" {
		return
	}
	u, err := text.URL(b.Base, r.URL)
	if err != nil {
		l.Reading.Warnings = append(l.Reading.Warnings, "url: "+err.Error())
	}
	l.URL = u
}

// meetingHosts are hosts whose addresses are places to attend.
var meetingHosts = text.NewPattern(
	`^https?://(?:[a-z0-9-]+\.)*(?:zoom\.us|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|youtube\.com|youtu\.be|twitch\.tv|discord\.gg|discord\.com|webex\.com|meet\.jit\.si|ovice\.in)/`,
)

// placing fills place, area and mode.
func (b *Builder) placing(l *event.Listing, r *Raw, folded string) {
	venue, address := b.line(r.Location), b.line(r.Address)
	if u := addressAlone(venue); u != "" {
		if meetingHosts.MatchString(u) {
			l.Mode, l.OnlineURL = event.Online, u
		}
		venue = ""
	}
	told := place.Stronger(b.told(venue), b.told(address))
	l.Mode = cmp.Or(l.Mode, r.Mode, place.Stronger(told, place.ToldIn(folded, false)))
	venue, address = b.named(venue), b.named(address)
	b.settle(l, venue, address)
	if l.Mode == event.Online {
		return
	}
	l.Area = cmp.Or(b.area(address), b.area(l.Location), taggedArea(l.Title))
}

// settle settles the place and the mode that follows from it.
func (b *Builder) settle(l *event.Listing, venue, address string) {
	l.Location = b.joined(venue, address)
	if l.Location == "" && l.Mode != event.Online {
		l.Location = text.Line(b.visit.Source.Location, maxLocation)
	}
	l.Mode = cmp.Or(l.Mode, b.visit.Source.Mode)
	if l.Mode == "" && l.Location != "" {
		l.Mode = event.Onsite
	}
	saysVenue := l.Location == "" || venue != ""
	if l.Mode == event.Online && saysVenue {
		l.Location = venue
	}
}

// taggedArea returns the prefecture that a title begins with, in brackets.
func taggedArea(title string) string {
	m := tagged.FindStringSubmatch(title)
	if m == nil {
		return ""
	}
	return place.Area(m[1])
}

// A venue is what was found out of the text of one, for a source names few.
type venue struct {
	fold       string
	line, area string
	mode       event.Mode
	unknown    bool
	// cleaned and judged say which of these are known.
	cleaned, judged bool
}

// maxVenues is how many texts of venues are remembered.
const maxVenues = 1_000

// venue returns what is remembered of a text.
func (b *Builder) venue(s string) *venue {
	v := b.venues[s]
	if v != nil {
		return v
	}
	v = &venue{}
	if len(b.venues) < maxVenues {
		b.venues[s] = v
	}
	return v
}

// line is text.Line of a venue or an address.
func (b *Builder) line(s string) string {
	v := b.venue(s)
	if v.cleaned {
		return v.line
	}
	v.line, v.cleaned = text.Line(s, maxLocation), true
	if strings.IndexFunc(v.line, spoken) < 0 {
		v.line = "" // commas that joined nothing
	}
	return v.line
}

func spoken(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// judged returns what the words of a clean venue or address mean.
func (b *Builder) judged(s string) *venue {
	v := b.venue(s)
	if !v.judged {
		v.area = place.Area(s)
		v.mode = place.Told(s, true)
		v.unknown = place.Unknown(s)
		v.judged = true
	}
	return v
}

// folded is text.Fold of a clean venue or address.
func (b *Builder) folded(s string) string {
	v := b.venue(s)
	if v.fold == "" {
		v.fold = text.Fold(s)
	}
	return v.fold
}

func (b *Builder) area(s string) string     { return b.judged(s).area }
func (b *Builder) told(s string) event.Mode { return b.judged(s).mode }

// named returns a place, "" for one that says only that it is not known.
func (b *Builder) named(s string) string {
	if b.judged(s).unknown {
		return ""
	}
	return s
}

// tagged is the place that shared calendars put before a title: [東京], 【大阪】.
var tagged = text.NewPattern(`^[\[【［(（]([^\]】］)）]{2,12})[\]】］)）]`)

// addressAlone returns the address that stands in the place of a venue, "" where
// the venue is words.
func addressAlone(venue string) string {
	isAddress := len(venue) > len("http://") && strings.EqualFold(venue[:4], "http")
	if !isAddress || strings.ContainsAny(venue, " 、") {
		return ""
	}
	u, err := text.URL("", venue)
	if err != nil {
		return ""
	}
	return u
}

// joined returns venue and address in one line, saying nothing twice.
func (b *Builder) joined(venue, address string) string {
	switch v, a := b.folded(venue), b.folded(address); {
	case strings.Contains(a, v):
		return address
	case strings.Contains(v, a):
		return venue
	}
	return text.Line(venue+" "+address, maxLocation)
}

// tags returns the tags of an item and those of its source, each once.
func (b *Builder) tags(raw []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, t := range slices.Concat(raw, b.visit.Source.Tags) {
		t = text.Line(t, maxTag)
		folded := text.Fold(t)
		if seen[folded] || len(out) >= maxTags {
			continue
		}
		seen[folded] = true
		out = append(out, t)
	}
	return out
}

// geo reads a position; nil where there is none, at 0/0, or off the earth.
func geo(lat, lon string) *event.Geo {
	la, err := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if err != nil {
		return nil
	}
	lo, err := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	if err != nil {
		return nil
	}
	isOnEarth := math.Abs(la) <= 90 && math.Abs(lo) <= 180
	if !isOnEarth || math.Hypot(la, lo) == 0 {
		return nil
	}
	return &event.Geo{Lat: la, Lon: lo}
}
