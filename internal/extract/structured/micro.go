package structured

import (
	"cmp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// A notation is the attributes by which items are marked in a page.
type notation struct{ item, kind, prop, scope string }

// microdata reads items of schema.org event types (HTML Living Standard,
// section 5, Microdata).
func (d *page) microdata() []extract.Raw {
	return notation{
		"[itemscope][itemtype]",
		"itemtype",
		"itemprop",
		"itemscope",
	}.events(
		d.doc,
	)
}

// rdfa reads RDFa Lite 1.1 with the vocabulary of schema.org.
func (d *page) rdfa() []extract.Raw {
	return notation{"[typeof]", "typeof", "property", "typeof"}.events(d.doc)
}

func (m notation) events(doc *goquery.Document) []extract.Raw {
	var out []extract.Raw
	others := elsewhere{doc: doc, left: maxReferred}
	for _, item := range doc.Find(m.item).EachIter() {
		if len(out) > maxItems {
			break
		}
		if !m.isEvent(item) {
			continue
		}
		props := m.properties(item)
		for _, e := range others.of(item) {
			m.take(e, "", 0, props)
		}
		if r := fromProperties(props); r.Start != "" {
			out = append(out, r)
		}
	}
	return out
}

// isEvent reports whether an item is an event, and no part of another one.
func (m notation) isEvent(item *goquery.Selection) bool {
	isOfType := slices.ContainsFunc(strings.Fields(item.AttrOr(m.kind, "")), eventType)
	if !isOfType || item.ParentsFiltered(m.item).Length() > maxNesting {
		return false
	}
	return item.ParentsFiltered("["+m.prop+`="subEvent"]`).Length() == 0
}

// fromProperties returns what an item's properties say of an event.
func fromProperties(props map[string]string) extract.Raw {
	r := extract.Raw{
		Title:       cmp.Or(props["name"], props["summary"]),
		Start:       props["startDate"],
		End:         props["endDate"],
		Duration:    props["duration"],
		URL:         props["url"],
		Description: props["description"],
		Status:      props["eventStatus"],
		Location:    cmp.Or(props["location.name"], props["location"]),
		Address:     props["location.address"],
		Lat:         props["location.geo.latitude"],
		Lon:         props["location.geo.longitude"],
	}
	r.Set("mode", props["eventAttendanceMode"])
	return r
}

// properties returns the first value of each property of an item, those of the
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
	name, isNamed := attr(c, m.prop)
	_, isItem := attr(c, m.scope)
	isForeign := isItem && (!isNamed || depth >= maxInner)
	if isForeign {
		return
	}
	if !isNamed {
		m.collect(c, prefix, depth, props)
		return
	}
	path := prefix + name[strings.LastIndexByte(name, ':')+1:]
	if wanted[path] && props[path] == "" {
		if v := value(goquery.NewDocumentFromNode(c).Selection); v != "" {
			props[path] = v
		}
	}
	if isItem {
		prefix, depth = path+".", depth+1
	}
	m.collect(c, prefix, depth, props)
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

// of returns the elements that belong to an item and do not stand in it.
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
		e.ids = byID(e.doc.Get(0))
	}
	return e.ids[id]
}

// byID returns the first element of each id.
func byID(root *html.Node) map[string]*html.Node {
	out := map[string]*html.Node{}
	for n := range root.Descendants() {
		if v, ok := attr(n, "id"); ok && out[v] == nil {
			out[v] = n
		}
	}
	return out
}

func attr(n *html.Node, name string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

// valueAttributes are the attributes in which elements have their value, in
// microdata and RDFa; those that stand for a link say nothing without it.
var valueAttributes = map[string]string{
	"a": "href", "link": "href", "area": "href",
	"img": "src", "audio": "src", "video": "src", "iframe": "src", "source": "src",
	"time": "datetime", "data": "value", "meter": "value",
}

// value returns what an element stands for: an attribute for elements that have one
// for it, else its text.
func value(e *goquery.Selection) string {
	if c, ok := e.Attr("content"); ok {
		return c
	}
	name := valueAttributes[goquery.NodeName(e)]
	v, ok := e.Attr(name)
	isLink := name == "href" || name == "src"
	if ok || isLink {
		return v
	}
	return said(e)
}

// maxSaid is how many bytes of an element's text are read.
const maxSaid = 16 << 10

// said returns the text of an element.
func said(e *goquery.Selection) string {
	return text.Line(text.Begin(e.Get(0), maxSaid), 0)
}
