package structured

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// A format is the classes by which a microformat marks an event and its fields.
type format struct {
	root    string
	classes map[string]string
	// exclusive says that an end that is a day is the day after the last.
	exclusive bool
	// implied says that an event's own words are its name where none is marked.
	implied bool
}

// vevent is hCalendar (microformats.org/wiki/hcalendar).
var vevent = format{
	root:      ".vevent",
	exclusive: true,
	classes: map[string]string{
		"title": ".summary", "start": ".dtstart", "end": ".dtend", "duration": ".duration", "location": ".location",
		"url": ".url", "description": ".description", "key": ".uid", "status": ".status",
	},
}

// hEvent is h-event (microformats.org/wiki/h-event).
var hEvent = format{
	root:    ".h-event",
	implied: true,
	classes: map[string]string{
		"title": ".p-name", "start": ".dt-start", "end": ".dt-end", "duration": ".dt-duration", "location": ".p-location",
		"url": ".u-url", "description": ".e-content, .p-summary, .p-description", "key": ".u-uid",
	},
}

func (d *page) hcalendar() []extract.Raw { return vevent.events(d.doc) }
func (d *page) hevent() []extract.Raw    { return hEvent.events(d.doc) }

func (f format) events(doc *goquery.Document) []extract.Raw {
	var out []extract.Raw
	for _, e := range doc.Find(f.root).EachIter() {
		if len(out) > maxItems {
			break
		}
		if e.ParentsFiltered(f.root).Length() >= maxInner {
			continue
		}
		if r := f.event(e); r.Title != "" || r.Start != "" {
			out = append(out, r)
		}
	}
	return out
}

// event reads one event.
func (f format) event(e *goquery.Selection) extract.Raw {
	get := func(field string) *goquery.Selection { return f.mine(e, f.classes[field]) }
	r := extract.Raw{
		Title:       valueOf(get("title")),
		Start:       datetime(get("start"), ""),
		Location:    valueOf(get("location")),
		Description: valueOf(get("description")),
		Duration:    valueOf(get("duration")),
		Key:         valueOf(get("key")),
		Status:      valueOf(get("status")),
		URL:         get("url").AttrOr("href", ""),
		Plain:       true,
	}
	r.End = datetime(get("end"), r.Start)
	r.EndExclusive = f.exclusive && dayAfter(get("end"))
	card(&r, get("location"))
	if f.implied {
		implied(&r, e)
	}
	geo := e.Find(".geo").First()
	r.Lat, r.Lon = valueOf(
		geo.Find(".latitude").First(),
	), valueOf(
		geo.Find(".longitude").First(),
	)
	return r
}

// mine returns the first element of a class that belongs to an event itself and not
// to a person or place that stands in it; where there is none, the first there is.
func (f format) mine(e *goquery.Selection, class string) *goquery.Selection {
	all := e.Find(class)
	for i := range min(all.Length(), maxLooks) {
		if f.stands(all.Get(i), e.Get(0)) {
			return all.Eq(i)
		}
	}
	return all.First()
}

// maxLooks is how many elements of one class are looked at for the event's own.
const maxLooks = 20

// cards are the classes of people and places.
var cards = []string{"vcard", "h-card", "h-adr"}

// stands reports whether an element stands in an event itself: no card and no other
// event lies between.
func (f format) stands(n, item *html.Node) bool {
	for n = n.Parent; n != nil && n != item; n = n.Parent {
		list, _ := attr(n, "class")
		isOther := func(c string) bool { return c == f.root[1:] || slices.Contains(cards, c) }
		if slices.ContainsFunc(strings.Fields(list), isOther) {
			return false
		}
	}
	return true
}

// implied fills in what the writer of an h-event left out, as microformats2 parsing does:
// the address of a link that is the event, and for its name its own words except for
// the dates.
func implied(r *extract.Raw, e *goquery.Selection) {
	if goquery.NodeName(e) == "a" {
		r.URL = cmp.Or(r.URL, e.AttrOr("href", ""))
	}
	if r.Title != "" || e.Find(`[class*="p-"]`).Length() > 0 {
		return
	}
	own := e.Clone()
	own.Find(`[class*="dt-"]`).Remove()
	r.Title = text.Line(text.FromNode(own.Get(0)), 0)
}

// dayAfter reports whether an end that is a day is the day after the last, as in
// iCalendar, from which hCalendar comes: unless the words shown name that very day.
func dayAfter(end *goquery.Selection) bool {
	day, err := time.Parse(time.DateOnly, end.AttrOr("title", ""))
	if err != nil {
		return false
	}
	names := func(n string) bool { return strings.TrimLeft(n, "0") == strconv.Itoa(day.Day()) }
	return !slices.ContainsFunc(figures.FindAllString(end.Text(), -1), names)
}

// figures finds the numbers of one or two digits.
var figures = text.NewPattern(`\b\d{1,2}\b`)

// card reads a place that is an hCard: its name, its address.
func card(r *extract.Raw, place *goquery.Selection) {
	r.Location = cmp.Or(valueOf(place.Find(".fn, .org, .p-name").First()), r.Location)
	r.Address = cmp.Or(valueOf(place.Find(".adr, .p-adr").First()), r.Address)
}

// valueOf returns the value of a class (value-class-pattern): value-title, title of
// abbr, attributes, the parts marked as values, else the text.
func valueOf(e *goquery.Selection) string {
	if e.Length() == 0 {
		return ""
	}
	if t, ok := e.Find(".value-title").First().Attr("title"); ok {
		return t
	}
	parts := e.Find(".value")
	if parts.Length() == 0 || e.Is(".location") {
		return attribute(e)
	}
	var all []string
	for _, p := range parts.EachIter() {
		all = append(all, attribute(p))
	}
	return strings.Join(all, " ")
}

// shownBy are the attributes in which elements have their value, in microformats;
// optional ones give way to the text.
var shownBy = map[string]struct {
	attribute string
	optional  bool
}{
	"abbr": {
		"title",
		true,
	}, "time": {"datetime", true}, "ins": {"datetime", true}, "del": {"datetime", true},
	"img": {
		"alt",
		false,
	}, "area": {"alt", false}, "data": {"value", false}, "input": {"value", false},
}

func attribute(e *goquery.Selection) string {
	by, isOfKind := shownBy[goquery.NodeName(e)]
	v, ok := e.Attr(by.attribute)
	isEmpty := isOfKind && !by.optional
	if ok || isEmpty {
		return v
	}
	return said(e)
}

// twelve finds the hours of a clock of twelve.
var twelve = text.NewPattern(`(?i)\b(\d{1,2})(?::(\d{2}))?(?::\d{2})? ?([ap])\.?m\.?`)

// datetime reads the value of a date class; a time alone takes the day of the
// start.
func datetime(e *goquery.Selection, start string) string {
	v := twelve.ReplaceAllStringFunc(valueOf(e), hoursOfDay)
	if day, err := time.Parse("2006-002", v); err == nil {
		return day.Format(time.DateOnly)
	}
	isHours := len(v) <= len("19:00:00") && strings.Contains(v, ":")
	if isHours && len(start) >= len(time.DateOnly) {
		return start[:len(time.DateOnly)] + " " + v
	}
	return v
}

// hoursOfDay writes the hours of a clock of twelve as those of a day.
func hoursOfDay(s string) string {
	m := twelve.FindStringSubmatch(s)
	hour, _ := strconv.Atoi(m[1])
	hour %= 12
	if strings.EqualFold(m[3], "p") {
		hour += 12
	}
	return strconv.Itoa(hour) + ":" + cmp.Or(m[2], "00")
}

// inTitle is the date that connpass and its likes put behind og:title.
var inTitle = text.NewPattern(
	`^(.*\S)\s*[(（]([^()（）]*\d{4}[/年-]\d{1,2}[^()（）]*(?:\([^)]*\)[^()（）]*)?)[)）]\s*$`,
)

// opengraph reads a page whose og:title holds a date, or which has event:start_time.
func (d *page) opengraph() []extract.Raw {
	meta := func(name string) string {
		return d.doc.Find(`meta[property="`+name+`"]`).AttrOr("content", "")
	}
	r := extract.Raw{
		Title:       meta("og:title"),
		Start:       meta("event:start_time"),
		End:         meta("event:end_time"),
		URL:         meta("og:url"),
		Description: meta("og:description"),
		Location:    meta("event:location"),
		Label:       when.LabelDate,
	}
	if r.Start != "" {
		return []extract.Raw{r}
	}
	m := inTitle.FindStringSubmatch(r.Title)
	if m == nil {
		return nil
	}
	r.Title, r.When = m[1], m[2]
	return []extract.Raw{r}
}
