package extract

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"koyomi/internal/event"
	"koyomi/internal/place"
	"koyomi/internal/text"
)

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
var meetingHosts = text.NewPattern(`^https?://(?:[a-z0-9-]+\.)*(?:zoom\.us|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|youtube\.com|youtu\.be|twitch\.tv|discord\.gg|discord\.com|webex\.com|meet\.jit\.si|ovice\.in)/`)

// placing fills place, area and mode.
func (b *Builder) placing(l *event.Listing, r *Raw, folded string) {
	venue, address := b.line(r.Location), b.line(r.Address)
	if u := addressAlone(venue); u != "" {
		if meetingHosts.MatchString(u) {
			l.Mode, l.OnlineURL = event.Online, u
		}
		venue = ""
	}
	if l.Mode == "" {
		l.Mode = r.Mode
	}
	if l.Mode == "" {
		l.Mode = place.Stronger(place.Stronger(b.told(venue), b.told(address)), place.ToldIn(folded, false))
	}
	if b.unknown(venue) {
		venue = ""
	}
	if b.unknown(address) {
		address = ""
	}
	l.Location = b.joined(venue, address)
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
	if l.Area = b.area(address); l.Area == "" {
		l.Area = b.area(l.Location)
	}
	if m := tagged.FindStringSubmatch(l.Title); m != nil && l.Area == "" {
		l.Area = place.Area(m[1])
	}
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

func (b *Builder) venue(s string) *venue {
	v := b.venues[s]
	if v == nil {
		v = &venue{}
		if len(b.venues) < maxVenues {
			if b.venues == nil {
				b.venues = map[string]*venue{}
			}
			b.venues[s] = v
		}
	}
	return v
}

// line is text.Line of a venue or an address.
func (b *Builder) line(s string) string {
	if s == "" {
		return ""
	}
	v := b.venue(s)
	if !v.cleaned {
		v.line, v.cleaned = text.Line(s, maxLocation), true
		if strings.IndexFunc(v.line, spoken) < 0 {
			v.line = "" // commas that joined nothing
		}
	}
	return v.line
}

func spoken(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// judged gives what the words of a clean venue or address mean.
func (b *Builder) judged(s string) *venue {
	v := b.venue(s)
	if !v.judged {
		v.area, v.mode, v.unknown, v.judged = place.Area(s), place.Told(s, true), place.Unknown(s), true
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
func (b *Builder) unknown(s string) bool    { return b.judged(s).unknown }

// tagged is the place that shared calendars put before a title: [東京], 【大阪】.
var tagged = text.NewPattern(`^[\[【［(（]([^\]】］)）]{2,12})[\]】］)）]`)

// addressAlone gives the address that a place is told by, "" where it is words.
func addressAlone(venue string) string {
	if len(venue) < 7 || !strings.EqualFold(venue[:4], "http") || strings.ContainsAny(venue, " 、") {
		return ""
	}
	u, err := text.URL("", venue)
	if err != nil {
		return ""
	}
	return u
}

// joined gives venue and address in one line, saying nothing twice.
func (b *Builder) joined(venue, address string) string {
	switch {
	case venue == "":
		return address
	case address == "":
		return venue
	}
	switch v, a := b.folded(venue), b.folded(address); {
	case strings.Contains(a, v):
		return address
	case strings.Contains(v, a):
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
