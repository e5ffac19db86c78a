package discover

import (
	"hash/maphash"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"koyomi/internal/text"
)

// The bounds of the look at a page: elements, and bytes of the text of one that is
// looked at for a date.
const (
	maxElements = 60_000
	maxShort    = 200
	maxText     = 20_000
)

// A document is a page with what is known of its elements.
type document struct {
	doc  *goquery.Document
	base string
	// dates is how many dates an element holds, shapes the elements of one shape by
	// it, in document order.
	dates    map[*html.Node]int
	shapes   []*group
	texts    map[*html.Node]string
	tooLarge bool
}

func newDocument(doc *goquery.Document, base string) *document {
	d := &document{
		doc:   doc,
		base:  base,
		dates: map[*html.Node]int{},
		texts: map[*html.Node]string{},
	}
	n := 0
	for range doc.Get(0).Descendants() {
		if n++; n > 4*maxElements {
			d.tooLarge = true
			return d
		}
	}
	d.count(doc.Get(0))
	d.sort(doc.Get(0))
	return d
}

// datish finds what looks like a date in folded text.
var datish = text.NewPattern(`(?i)(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}` +
	`|\d{1,2}\s*月\s*\d{1,2}` +
	`|(?:^|[^\d/.-])(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])(?:[^\d/]|$)` +
	`|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b` +
	`|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`)

func hasDate(s string) bool { return countDates(s) > 0 }

func countDates(s string) int {
	if len(s) > maxText || !strings.ContainsAny(s, "0123456789０１２３４５６７８９一二三四五六七八九十") {
		return 0
	}
	return len(datish.FindAllStringIndex(text.Fold(s), -1))
}

// undated returns a text without its dates, hours and days of the week.
var dateWords = text.NewPattern(
	`(?i)\d{1,4}\s*[年月日時分/.:-]+\s*|\d+|[(（\[][日月火水木金土祝・/]{1,4}[)）\]]|[〜～~−–-]|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b`,
)

func undated(s string) string { return dateWords.ReplaceAllString(text.Fold(s), "") }

// silent are elements whose text no reader sees.
func silent(n *html.Node) bool {
	switch n.Data {
	case "script", "style", "template", "noscript", "head", "svg":
		return true
	}
	return false
}

// count tells how many dates each element holds: those of its texts and, where a
// date is spread over several elements, that of their parent. It works from the
// leaves up without recursion.
func (d *document) count(root *html.Node) {
	short := map[*html.Node]string{}
	for n := first(root); n != nil; n = next(n, root) {
		switch n.Type {
		case html.TextNode:
			if c := countDates(n.Data); c > 0 {
				d.dates[n] = c
			}
			if t := strings.TrimSpace(n.Data); len(t) <= maxShort {
				short[n] = t
			} else {
				short[n] = strings.Repeat("x", maxShort+1)
			}
		case html.ElementNode:
			if !silent(n) {
				d.add(n, short)
			}
		}
	}
}

// add sums up the children of an element.
func (d *document) add(n *html.Node, short map[*html.Node]string) {
	c, words := 0, ""
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c += d.dates[k]
		if len(words) <= maxShort {
			words += short[k] + " "
		}
	}
	short[n] = words[:min(len(words), maxShort+1)]
	if c == 0 && len(words) <= maxShort {
		c = min(countDates(strings.ReplaceAll(words, " ", "")), 1)
	}
	if c == 0 && n.Data == "time" && attr(n, "datetime") != "" {
		c = 1
	}
	if c > 0 {
		d.dates[n] = c
	}
}

// first and next walk over a tree, children before their parents.
func first(n *html.Node) *html.Node {
	for n.FirstChild != nil {
		n = n.FirstChild
	}
	return n
}

func next(n, root *html.Node) *html.Node {
	switch {
	case n == root:
		return nil
	case n.NextSibling != nil:
		return first(n.NextSibling)
	}
	return n.Parent
}

// sort puts elements of one shape together: the same names and classes from the
// root down.
func (d *document) sort(root *html.Node) {
	seed := maphash.MakeSeed()
	type place struct {
		shape uint64
		depth int
	}
	places := map[*html.Node]place{root: {}}
	groups := map[uint64]*group{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || silent(n) {
			continue
		}
		up, ok := places[n.Parent]
		if !ok {
			continue
		}
		var h maphash.Hash
		h.SetSeed(seed)
		maphash.WriteComparable(&h, up.shape)
		_, _ = h.WriteString(n.Data + "." + strings.Join(classes(n), "."))
		here := place{h.Sum64(), up.depth + 1}
		places[n] = here
		if boring(n) {
			delete(places, n)
			continue
		}
		g := groups[here.shape]
		if g == nil {
			g = &group{depth: here.depth}
			groups[here.shape] = g
			d.shapes = append(d.shapes, g)
		}
		if len(g.nodes) < maxMembers {
			g.nodes = append(g.nodes, n)
		}
	}
	d.shapes = slices.DeleteFunc(d.shapes, func(g *group) bool { return len(g.nodes) < 2 })
}

// boring are the parts of a page that hold no list of events.
func boring(n *html.Node) bool {
	switch n.Data {
	case "nav", "footer", "select", "head", "form":
		return true
	}
	return false
}

var (
	plainClass = text.NewPattern(`^[A-Za-z_][A-Za-z_-]*$`)
	// passing are classes that mark a place in a list or a state, not a shape.
	passing = text.NewPattern(
		`(?i)^(?:odd|even|first|last|active|current|selected|hidden|new|past|next|is-.*|has-.*|clearfix|cf|row|sticky|.*(?:cancel|finish|closed|postpone).*)$`,
	)
	// postedClass are the classes of the day on which something was posted.
	postedClass = text.NewPattern(
		`(?i)publish|posted|post-?date|entry-?date|updated?\b|news|blog|topics|whatsnew|modified|article|archive|press`,
	)
)

// classes returns the classes of an element that make its shape, sorted.
func classes(n *html.Node) []string {
	var out []string
	for _, c := range strings.Fields(attr(n, "class")) {
		if plainClass.MatchString(c) && !passing.MatchString(c) && len(c) < 60 &&
			len(out) < 4 {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text returns the text of an element, its beginning where it is long.
func (d *document) text(n *html.Node) string {
	t, ok := d.texts[n]
	if !ok {
		t = text.FromNode(n)
		t = t[:min(len(t), maxText)]
		if len(d.texts) < 20_000 {
			d.texts[n] = t
		}
	}
	return t
}

func (d *document) whole() string {
	if b := d.doc.Find("body"); b.Length() > 0 {
		return text.FromNode(b.Get(0))
	}
	return text.FromNode(d.doc.Get(0))
}

// name returns what the page calls its site.
func (d *document) name() string {
	for _, t := range []string{
		d.doc.Find(`meta[property="og:site_name"]`).AttrOr("content", ""),
		lastPart(d.doc.Find("title").First().Text()),
		d.doc.Find("h1").First().Text(),
	} {
		if t = text.Line(t, 60); t != "" {
			return t
		}
	}
	return ""
}

// lastPart returns what a title names behind its last bar: the site.
func lastPart(title string) string {
	for _, bar := range []string{" | ", "｜", " - ", " – ", " — ", " :: "} {
		if i := strings.LastIndex(title, bar); i >= 0 {
			return title[i+len(bar):]
		}
	}
	return title
}
