package structured

import (
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

// A notation is the attributes by which items are marked in a page.
type notation struct{ item, kind, prop, scope string }

// microdata reads items of schema.org event types (HTML Living Standard,
// section 5, Microdata).
func microdata(doc *goquery.Document) []extract.Raw {
	return notation{"[itemscope][itemtype]", "itemtype", "itemprop", "itemscope"}.events(doc)
}

// rdfa reads RDFa Lite 1.1 with the vocabulary of schema.org.
func rdfa(doc *goquery.Document) []extract.Raw {
	return notation{"[typeof]", "typeof", "property", "typeof"}.events(doc)
}

func (m notation) events(doc *goquery.Document) []extract.Raw {
	var out []extract.Raw
	others := elsewhere{doc: doc, left: maxReferred}
	doc.Find(m.item).Each(func(_ int, item *goquery.Selection) {
		if len(out) > maxItems || item.ParentsFiltered(m.item).Length() > maxNesting {
			return
		}
		if !slices.ContainsFunc(strings.Fields(item.AttrOr(m.kind, "")), eventType) || item.ParentsFiltered("["+m.prop+`="subEvent"]`).Length() > 0 {
			return
		}
		props := m.properties(item)
		for _, e := range others.of(item) {
			m.take(e, "", 0, props)
		}
		r := extract.Raw{
			Title: props["name"], Start: props["startDate"], End: props["endDate"], Duration: props["duration"],
			URL: props["url"], Description: props["description"], Status: props["eventStatus"],
			Location: props["location.name"], Address: props["location.address"],
			Lat: props["location.geo.latitude"], Lon: props["location.geo.longitude"],
		}
		if r.Location == "" {
			r.Location = props["location"]
		}
		if r.Title == "" {
			r.Title = props["summary"]
		}
		r.Set("mode", props["eventAttendanceMode"])
		if r.Title != "" && r.Start != "" {
			out = append(out, r)
		}
	})
	return out
}

// properties gives the first value of each property of an item, those of the
// items within it as "location.name".
func (m notation) properties(item *goquery.Selection) map[string]string {
	props := map[string]string{}
	m.collect(item.Get(0), "", 0, props)
	return props
}

// wanted are the properties that are read; the rest of an item is passed over.
var wanted = map[string]bool{
	"name": true, "summary": true, "startDate": true, "endDate": true, "duration": true, "url": true, "description": true, "eventStatus": true,
	"eventAttendanceMode": true, "location": true, "location.name": true, "location.address": true,
	"location.geo.latitude": true, "location.geo.longitude": true,
}

// maxInner is how deep items within items are read; location.geo is two deep.
const maxInner = 4

// collect gathers the properties below n, whose own path is prefix.
func (m notation) collect(n *html.Node, prefix string, depth int, props map[string]string) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			m.take(c, prefix, depth, props)
		}
	}
}

// take gathers what an element says itself, and what is below it.
func (m notation) take(c *html.Node, prefix string, depth int, props map[string]string) {
	name, has := attr(c, m.prop)
	_, scope := attr(c, m.scope)
	name = name[strings.LastIndexByte(name, ':')+1:]
	inner, below := prefix, depth
	switch {
	case scope && !has, scope && depth >= maxInner:
		return
	case has:
		path := prefix + name
		if wanted[path] && props[path] == "" {
			if v := value(goquery.NewDocumentFromNode(c).Selection); v != "" {
				props[path] = v
			}
		}
		if scope {
			inner, below = path+".", depth+1
		}
	}
	m.collect(c, inner, below, props)
}

// maxReferred is how many elements of a page are read for items elsewhere in it.
const maxReferred = 100

// elsewhere finds the elements of a page by their id, for items that refer to them
// (itemref); left is how many more are read.
type elsewhere struct {
	doc  *goquery.Document
	ids  map[string]*html.Node
	left int
}

// of gives the elements that belong to an item and do not stand in it.
func (e *elsewhere) of(item *goquery.Selection) []*html.Node {
	var out []*html.Node
	for id := range strings.FieldsSeq(item.AttrOr("itemref", "")) {
		if e.left--; e.left < 0 {
			break
		}
		if n := e.find(id); n != nil && !item.Contains(n) {
			out = append(out, n)
		}
	}
	return out
}

func (e *elsewhere) find(id string) *html.Node {
	if e.ids == nil {
		e.ids = map[string]*html.Node{}
		for n := range e.doc.Get(0).Descendants() {
			if v, ok := attr(n, "id"); ok && e.ids[v] == nil {
				e.ids[v] = n
			}
		}
	}
	return e.ids[id]
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// value gives what an element stands for: an attribute for elements that have one
// for it, else its text.
func value(e *goquery.Selection) string {
	if c, ok := e.Attr("content"); ok {
		return c
	}
	switch goquery.NodeName(e) {
	case "a", "link", "area":
		return e.AttrOr("href", "")
	case "img", "audio", "video", "iframe", "source":
		return e.AttrOr("src", "")
	case "time":
		if d, ok := e.Attr("datetime"); ok {
			return d
		}
	case "data", "meter":
		if v, ok := e.Attr("value"); ok {
			return v
		}
	}
	return said(e)
}

// maxSaid is how many bytes of an element's text are read.
const maxSaid = 16 << 10

// said gives the text of an element.
func said(e *goquery.Selection) string {
	return text.Line(text.Begin(e.Get(0), maxSaid), 0)
}

// hcalendar reads .vevent (microformats.org/wiki/hcalendar).
func hcalendar(doc *goquery.Document) []extract.Raw {
	return formatted(doc, ".vevent", map[string]string{
		"title": ".summary", "start": ".dtstart", "end": ".dtend", "duration": ".duration", "location": ".location",
		"url": ".url", "description": ".description", "key": ".uid", "status": ".status",
	})
}

// hevent reads .h-event (microformats.org/wiki/h-event).
func hevent(doc *goquery.Document) []extract.Raw {
	return formatted(doc, ".h-event", map[string]string{
		"title": ".p-name", "start": ".dt-start", "end": ".dt-end", "duration": ".dt-duration", "location": ".p-location",
		"url": ".u-url", "description": ".e-content, .p-summary, .p-description", "key": ".u-uid",
	})
}

func formatted(doc *goquery.Document, root string, classes map[string]string) []extract.Raw {
	var out []extract.Raw
	doc.Find(root).Each(func(_ int, e *goquery.Selection) {
		if len(out) > maxItems || e.ParentsFiltered(root).Length() >= maxInner {
			return
		}
		get := func(field string) *goquery.Selection { return mine(e, classes[field], root) }
		r := extract.Raw{
			Title: valueOf(get("title")), Start: datetime(get("start"), ""), Location: valueOf(get("location")),
			Description: valueOf(get("description")), Plain: true, Duration: valueOf(get("duration")), Key: valueOf(get("key")), Status: valueOf(get("status")),
		}
		r.End = datetime(get("end"), r.Start)
		r.EndExclusive = root == ".vevent" && dayAfter(get("end"))
		card(&r, get("location"))
		r.URL = get("url").AttrOr("href", "")
		implied(&r, e, root)
		if geo := e.Find(".geo").First(); geo.Length() > 0 {
			r.Lat, r.Lon = valueOf(geo.Find(".latitude").First()), valueOf(geo.Find(".longitude").First())
		}
		if r.Title == "" && r.Start == "" {
			return
		}
		out = append(out, r)
	})
	return out
}

// mine gives the first element of a class that belongs to an event itself and not to
// a person or place that stands in it; where there is none, the first there is.
func mine(e *goquery.Selection, class, root string) *goquery.Selection {
	all := e.Find(class)
	for i := range min(all.Length(), maxLooks) {
		if stands(all.Get(i), e.Get(0), root[1:]) {
			return all.Eq(i)
		}
	}
	return all.First()
}

// maxLooks is how many elements of one class are looked at for the event's own.
const maxLooks = 20

// stands reports whether an element stands in an event itself: no card and no other
// event lies between.
func stands(n, item *html.Node, root string) bool {
	for n = n.Parent; n != nil && n != item; n = n.Parent {
		list, _ := attr(n, "class")
		for c := range strings.FieldsSeq(list) {
			if c == "vcard" || c == "h-card" || c == "h-adr" || c == root {
				return false
			}
		}
	}
	return true
}

// implied gives an h-event what its writer left out, as microformats2 parsing does:
// the address of a link that is the event, and for its name its own words but for
// the dates.
func implied(r *extract.Raw, e *goquery.Selection, root string) {
	if root != ".h-event" {
		return
	}
	if r.URL == "" && goquery.NodeName(e) == "a" {
		r.URL = e.AttrOr("href", "")
	}
	if r.Title == "" && e.Find(`[class*="p-"]`).Length() == 0 {
		own := e.Clone()
		own.Find(`[class*="dt-"]`).Remove()
		r.Title = text.Line(text.FromNode(own.Get(0)), 0)
	}
}

// dayAfter reports whether an end that is a day is the day after the last, as in
// iCalendar, from which hCalendar comes: unless the words shown name that very day.
func dayAfter(end *goquery.Selection) bool {
	day, err := time.Parse(time.DateOnly, end.AttrOr("title", ""))
	if err != nil {
		return false
	}
	for _, n := range figures.FindAllString(end.Text(), -1) {
		if n, _ := strconv.Atoi(n); n == day.Day() {
			return false
		}
	}
	return true
}

// figures finds the numbers of one or two digits.
var figures = text.NewPattern(`\b\d{1,2}\b`)

// card reads a place that is an hCard: its name, its address.
func card(r *extract.Raw, place *goquery.Selection) {
	name, address := place.Find(".fn, .org, .p-name").First(), place.Find(".adr, .p-adr").First()
	if name.Length() > 0 {
		r.Location = valueOf(name)
	}
	if address.Length() > 0 {
		r.Address = valueOf(address)
	}
}

// valueOf gives the value of a class (value-class-pattern): value-title, title of
// abbr, attributes, the parts marked as values, else the text.
func valueOf(e *goquery.Selection) string {
	if e.Length() == 0 {
		return ""
	}
	if t, ok := e.Find(".value-title").First().Attr("title"); ok {
		return t
	}
	if parts := e.Find(".value"); parts.Length() > 0 && !e.Is(".location") {
		var all []string
		parts.Each(func(_ int, p *goquery.Selection) { all = append(all, attribute(p)) })
		return strings.Join(all, " ")
	}
	return attribute(e)
}

func attribute(e *goquery.Selection) string {
	switch goquery.NodeName(e) {
	case "abbr":
		if t, ok := e.Attr("title"); ok {
			return t
		}
	case "time", "ins", "del":
		if d, ok := e.Attr("datetime"); ok {
			return d
		}
	case "img", "area":
		return e.AttrOr("alt", "")
	case "data", "input":
		return e.AttrOr("value", "")
	}
	return said(e)
}

// ampm finds the hours of a clock of twelve.
var ampm = text.NewPattern(`(?i)\b(\d{1,2})(?::(\d{2}))?(?::\d{2})? ?([ap])\.?m\.?`)

// datetime reads the value of a date class; a time alone takes the day of the
// start.
func datetime(e *goquery.Selection, start string) string {
	v := ampm.ReplaceAllStringFunc(valueOf(e), func(s string) string {
		m := ampm.FindStringSubmatch(s)
		h, _ := strconv.Atoi(m[1])
		if h %= 12; m[3] == "p" || m[3] == "P" {
			h += 12
		}
		minutes := m[2]
		if minutes == "" {
			minutes = "00"
		}
		return strconv.Itoa(h) + ":" + minutes
	})
	if day, err := time.Parse("2006-002", v); err == nil {
		return day.Format(time.DateOnly)
	}
	if len(v) > 0 && len(v) <= 8 && strings.Contains(v, ":") && len(start) >= 10 {
		return start[:10] + " " + v
	}
	return v
}

// inTitle is the date that connpass and its likes put behind og:title.
var inTitle = text.NewPattern(`^(.*\S)\s*[(（]([^()（）]*\d{4}[/年-]\d{1,2}[^()（）]*(?:\([^)]*\)[^()（）]*)?)[)）]\s*$`)

// opengraph reads a page whose og:title holds a date, or which has event:start_time.
func opengraph(doc *goquery.Document) []extract.Raw {
	meta := func(name string) string {
		return doc.Find(`meta[property="`+name+`"]`).AttrOr("content", "")
	}
	r := extract.Raw{
		Title: meta("og:title"), Start: meta("event:start_time"), End: meta("event:end_time"),
		URL: meta("og:url"), Description: meta("og:description"), Location: meta("event:location"), Label: when.LabelDate,
	}
	if r.Start == "" {
		m := inTitle.FindStringSubmatch(r.Title)
		if m == nil {
			return nil
		}
		r.Title, r.When = m[1], m[2]
	}
	return []extract.Raw{r}
}
