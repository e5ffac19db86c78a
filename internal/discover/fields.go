package discover

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// The bounds of the look into items: items, and elements within one.
const (
	maxSamples = 40
	maxInside  = 150
)

// A part is one place within the items of a list, and what they hold there.
type part struct {
	selector string
	nodes    []*html.Node // one an item that has it
	texts    []string
	dated    int
}

// share returns the share of the items that have the part.
func (p part) share(
	items []*html.Node,
) float64 {
	return float64(len(p.nodes)) / float64(len(items))
}

// length returns the mean length of what the part holds, in runes.
// mayBePlace reports whether a part is on most items, and holds a line without a date.
func (p part) mayBePlace(items []*html.Node) bool {
	isLine := p.length() > 1 && p.length() < 150
	return isLine && p.dated == 0 && p.share(items) >= 0.5
}

func (p part) length() int {
	n := 0
	for _, t := range p.texts {
		n += utf8.RuneCountInString(t)
	}
	return n / max(len(p.texts), 1)
}

// variety returns the share of the texts that are unlike the others.
func (p part) variety() float64 {
	texts := slices.Clone(p.texts)
	slices.Sort(texts)
	return float64(len(slices.Compact(texts))) / float64(max(len(p.texts), 1))
}

// fields finds where the items of a list hold what.
func (d *document) fields(g *group, fields map[string]source.Paths) {
	items := g.dated[:min(len(g.dated), maxSamples)]
	parts := d.parts(items)
	when := datePart(items, parts)
	if when == nil {
		fields["when"] = source.Paths{""}
	} else {
		fields["when"] = source.Paths{dateSelector(when)}
	}
	title := titlePart(items, parts, when)
	if title != nil {
		fields["title"] = source.Paths{title.selector}
		d.linkOf(items, title, fields)
	} else {
		d.lines(items, fields)
	}
	if when != nil {
		if t := timePart(items, parts, when); t != nil {
			fields["time"] = source.Paths{t.selector}
		}
	}
	for i := range parts {
		p := &parts[i]
		if p == when || p == title {
			continue
		}
		if placeClass.MatchString(p.selector) && p.mayBePlace(items) {
			if _, taken := fields["location"]; !taken {
				fields["location"] = source.Paths{p.selector}
			}
		}
	}
	if _, ok := fields["location"]; !ok {
		if n := placeLabels(d, items); n*2 > len(items) {
			fields["location"] = source.Paths{placePattern}
		}
	}
}

var (
	placeClass = text.NewPattern(`(?i)place|venue|location|kaijo|where|area\b|address`)
	titleClass = text.NewPattern(`(?i)title|name\b|subject|headline|summary|heading`)
	dateClass  = text.NewPattern(`(?i)date|time|when|schedule|day|start|nichiji|kaisai`)
	timeOnly   = text.NewPattern(`^\D{0,6}\d{1,2}\s*[:：時]\s*\d{0,2}`)
	placeWords = text.NewPattern(`(?m)^\W{0,3}(?:会場|場所|開催場所|開催地)\s*[:：\s]`)
)

// placePattern takes the place behind its label, wherever in an item it stands.
const placePattern = `=~ (?:会場|場所|開催場所|開催地)\s*[:：\s]\s*([^\n]+)`

// A line of a list written by hand begins with the date and the hours, and may end
// with the place: 2026/06/07(日) 13:00-17:00 第35回もくもく会 @ 喫茶店.
const (
	headDate  = `^(?:[\s\d年月日時分半./:~〜～–—-]|[(（\[][日月火水木金土祝・/A-Za-z.]{1,5}[)）\]]|午[前後]|から|より)*\d(?:[\s\d年月日時分半./:~〜～–—-]|[(（\[][日月火水木金土祝・/A-Za-z.]{1,5}[)）\]]|午[前後]|から|より)*`
	titleText = `(?m)` + headDate + `[\s:：]+(\S.*?)(?:(?:\s+@|\s*＠).*)?$`
	placeText = `(?m)(?:\s@|＠)\s*([^@＠\n]{2,60})$`

	titleLine  = "=~ " + titleText
	placeAtEnd = "=~ " + placeText
)

var (
	titleLines  = text.NewPattern(titleText)
	placesAtEnd = text.NewPattern(placeText)
)

// lines finds title and place in items that are a line each.
func (d *document) lines(items []*html.Node, fields map[string]source.Paths) {
	titles, places := 0, 0
	for _, e := range items {
		t := strings.TrimSpace(d.text(e))
		if titleLines.MatchString(t) {
			titles++
		}
		if placesAtEnd.MatchString(t) {
			places++
		}
	}
	if titles*5 >= len(items)*4 {
		fields["title"] = source.Paths{titleLine}
	}
	if places*5 >= len(items)*4 {
		fields["location"] = source.Paths{placeAtEnd}
	}
}

func placeLabels(d *document, items []*html.Node) int {
	n := 0
	for _, e := range items {
		if placeWords.MatchString(d.text(e)) {
			n++
		}
	}
	return n
}

// parts returns the places that most of the items have, with a selector that finds
// each within an item first.
func (d *document) parts(items []*html.Node) []part {
	byPath := map[string]*part{}
	var order []string
	for _, item := range items {
		n := 0
		for e := range item.Descendants() {
			if e.Type != html.ElementNode || silent(e) {
				continue
			}
			if n++; n > maxInside {
				break
			}
			path := inside(item, e)
			key := path[len(path)-1]
			p := byPath[key]
			if p == nil {
				p = &part{selector: key}
				byPath[key] = p
				order = append(order, key)
			}
			if len(p.nodes) > 0 && within(p.nodes[len(p.nodes)-1], item) {
				continue // the first of the like within an item counts
			}
			p.nodes = append(p.nodes, e)
		}
	}
	var out []part
	for _, key := range order {
		p := byPath[key]
		if p.share(items) < 0.5 {
			continue
		}
		if p.selector = shortest(items, p); p.selector == "" {
			continue
		}
		for _, e := range p.nodes {
			t := strings.TrimSpace(d.text(e))
			p.texts = append(p.texts, t)
			if d.dates[e] > 0 {
				p.dated++
			}
		}
		out = append(out, *p)
	}
	return out
}

// within reports whether an element lies in an item.
func within(n, item *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == item {
			return true
		}
	}
	return false
}

// shortest returns the shortest selector that finds the part first in each item.
func shortest(items []*html.Node, p *part) string {
	var item *html.Node
	for _, i := range items {
		if within(p.nodes[0], i) {
			item = i
		}
	}
	for _, o := range inside(item, p.nodes[0]) {
		m, err := cascadia.Compile(o)
		if err != nil {
			continue
		}
		good := 0
		for _, i := range items {
			if slices.Contains(p.nodes, m.MatchFirst(i)) {
				good++
			}
		}
		if good*10 >= len(p.nodes)*9 {
			return o
		}
	}
	return ""
}

// datePart returns the part that holds the date and as little else as may be, nil
// where only the whole item does.
func datePart(items []*html.Node, parts []part) *part {
	var best *part
	bestScore := 0.0
	for i := range parts {
		p := &parts[i]
		if p.dated*10 < len(items)*6 || p.dated*10 < len(p.nodes)*7 {
			continue
		}
		score := 20*float64(p.dated)/float64(len(items)) - float64(min(p.length(), 200))/10
		if dateClass.MatchString(p.selector) {
			score += 4
		}
		if postedClass.MatchString(p.selector) {
			score -= 8
		}
		if score > bestScore || best == nil {
			best, bestScore = p, score
		}
	}
	return best
}

// dateSelector returns the selector of the date: the text, or the attribute of a
// time element whose text names no date.
func dateSelector(p *part) string {
	for i, e := range p.nodes {
		if e.Data == "time" && attr(e, "datetime") != "" && !hasDate(p.texts[i]) {
			return p.selector + "@datetime"
		}
	}
	return p.selector
}

// timePart returns the part that holds the hours where they stand apart from the date.
func timePart(items []*html.Node, parts []part, when *part) *part {
	for _, t := range when.texts {
		if strings.Contains(t, ":") || strings.Contains(t, "：") ||
			strings.Contains(t, "時") {
			return nil
		}
	}
	for i := range parts {
		p := &parts[i]
		n := 0
		for _, t := range p.texts {
			if timeOnly.MatchString(t) {
				n++
			}
		}
		if n*2 > len(items) && p.dated == 0 && p.length() < 40 {
			return p
		}
	}
	return nil
}

// titlePart returns the part that names the event, nil where nothing looks like it.
func titlePart(items []*html.Node, parts []part, when *part) *part {
	var best *part
	bestScore := 0.0
	for i := range parts {
		p := &parts[i]
		l := p.length()
		if p.share(items) < 0.6 || l < 3 || l > 180 || p == when {
			continue
		}
		score := 4*p.share(items) + 4*p.variety() + titleLook(p)
		score -= float64(max(l-40, 0)) / 20
		if p.dated*2 > len(p.nodes) {
			score -= 3
			if len(undated(p.texts[0])) < 6 {
				continue
			}
		}
		if when != nil && within(when.nodes[0], p.nodes[0]) {
			score -= 4
		}
		if placeClass.MatchString(p.selector) || extract.IsLabel(p.texts[0]) {
			score -= 6
		}
		if score > bestScore {
			best, bestScore = p, score
		}
	}
	return best
}

// titleLook is how much a part looks like a title by its name.
func titleLook(p *part) float64 {
	score := 0.0
	switch p.nodes[0].Data {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		score += 5
	case "a":
		score += 3.5
	case "strong", "b", "dt", "th":
		score += 1.5
	case "p", "span", "td", "dd":
		score += 0.5
	}
	if titleClass.MatchString(p.selector) {
		score += 4
	}
	return score
}

// linkOf names the link of the title where it is not the item's first.
func (d *document) linkOf(items []*html.Node, title *part, fields map[string]source.Paths) {
	link := cascadia.MustCompile("a[href]")
	for _, n := range title.nodes {
		var item *html.Node
		for _, i := range items {
			if within(n, i) {
				item = i
			}
		}
		if item == nil {
			continue
		}
		firstLink := link.MatchFirst(item)
		switch {
		case n.Data == "a" && attr(n, "href") != "" && firstLink != n:
			fields["url"] = source.Paths{title.selector + "@href"}
			return
		case n.Data != "a":
			if own := link.MatchFirst(n); own != nil && own != firstLink {
				fields["url"] = source.Paths{title.selector + " a@href"}
				return
			}
		}
	}
}
