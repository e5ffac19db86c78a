package discover

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"koyomi/internal/extract"
	htmlkind "koyomi/internal/extract/html"
	"koyomi/internal/source"
)

// The bounds of the search for lists: elements of one shape that are compared, and
// shapes that are tried.
const (
	maxMembers = 400
	maxTrials  = 8
)

// A group is elements of one shape, in document order, some of which hold dates.
type group struct {
	nodes []*html.Node
	// dated are those that hold a date, dates how many they hold in all.
	dated []*html.Node
	dates int
	depth int
}

// lists looks for what is repeated with a date each time.
func (s *search) lists(d *document) {
	trials := 0
	for _, g := range d.groups() {
		if trials >= maxTrials {
			return
		}
		set := d.listOf(g)
		if set == nil {
			continue
		}
		trials++
		score := 60.0
		if len(set.Fields["title"]) == 0 {
			score = 45
		}
		why := fmt.Sprintf("%d elements of one shape, each with a date", len(g.dated))
		if posted(set) || d.postedWithin(g, set) {
			score, why = 5, why+", which looks like the day of the post"
		}
		settings := &htmlkind.Settings{List: set}
		src := &source.Source{Kind: source.HTML, Settings: settings}
		if set.Heading == "" {
			settings.Year = d.yearFor(g)
		}
		if p := s.try(List, why, src, score); p != nil && score < 10 {
			p.Posted = true
			p.Hints = append(
				p.Hints,
				"the dates may be those of posts, not of events: look before it is kept",
			)
		}
	}
	if trials < maxTrials {
		s.headed(d)
	}
}

// groups returns the shapes that hold dates at least twice, the likeliest first.
func (d *document) groups() []*group {
	var all []*group
	for _, g := range d.shapes {
		for _, n := range g.nodes {
			if c := d.dates[n]; c > 0 {
				g.dated = append(g.dated, n)
				g.dates += c
			}
		}
		if len(g.dated) >= 2 && len(g.dated)*2 >= len(g.nodes) &&
			g.dates <= 4*len(g.dated) &&
			!bare(d, g) {
			all = append(all, g)
		}
	}
	all = slices.DeleteFunc(slices.Clone(all), func(g *group) bool {
		return slices.ContainsFunc(all, func(o *group) bool { return g.parted(o) })
	})
	slices.SortStableFunc(all, func(a, b *group) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(a.depth, b.depth))
	})
	return all
}

// parted reports whether elements of the shape o, deeper in the page, each hold one
// of the dates of which members of g hold several: the items are they, not g's.
func (g *group) parted(o *group) bool {
	isCrowded := g.dates > len(g.dated) && o.depth > g.depth
	isEven := o.dates == len(o.dated) && o.dates == g.dates
	return isCrowded && isEven && underAny(o.dated[0], g.nodes)
}

func underAny(n *html.Node, nodes []*html.Node) bool {
	for ; n != nil; n = n.Parent {
		if slices.Contains(nodes, n) {
			return true
		}
	}
	return false
}

// weight is how much a shape looks like a list: many members, a date each.
func weight(g *group) float64 {
	n := float64(len(g.dated))
	return n * n / float64(len(g.nodes)) * n / float64(g.dates)
}

// bare reports whether the members hold nothing but their dates, and nothing
// follows them that would be the rest.
func bare(d *document, g *group) bool {
	if d.definitions(g) {
		return false
	}
	n := 0
	for _, e := range g.dated {
		if len(strings.TrimSpace(undated(d.text(e)))) < 6 {
			n++
		}
	}
	return n*2 > len(g.dated)
}

// definitions reports whether the members are terms, whose descriptions follow.
func (d *document) definitions(g *group) bool {
	return g.dated[0].Data == "dt"
}

// listOf returns the settings by which a shape is read, nil where it has none.
func (d *document) listOf(g *group) *htmlkind.List {
	item := d.itemSelector(g.nodes, g.dated)
	if item == "" {
		return nil
	}
	set := &htmlkind.List{Item: item, Fields: map[string]source.Paths{}}
	if d.definitions(g) {
		set.Fields["when"], set.Fields["title"] = source.Paths{""}, source.Paths{"+dd"}
	} else {
		d.fields(g, set.Fields)
	}
	if next := d.nextPage(); next != "" {
		set.Next, set.Max = next, 3
	}
	set.Heading = d.headingFor(g)
	return set
}

// nextPage returns the selector of the link to the next page of a list.
func (d *document) nextPage() string {
	for _, sel := range []string{`a[rel~="next"]`, `link[rel~="next"]`, `.pagination a.next`, `a.next`, `.next a`} {
		if href := strings.TrimSpace(d.doc.Find(sel).First().AttrOr("href", "")); href != "" &&
			!strings.HasPrefix(href, "#") {
			return sel
		}
	}
	return ""
}

// posted reports whether the dates of a list look like those of posts.
func posted(set *htmlkind.List) bool {
	if strings.Contains(set.Item, "event") {
		return false
	}
	for _, sel := range append(slices.Clone(set.Fields["when"]), set.Item) {
		if postedClass.MatchString(sel) {
			return true
		}
	}
	return false
}

// postedWithin reports whether the dates of the members stand in elements whose
// classes say that something was posted.
func (d *document) postedWithin(g *group, set *htmlkind.List) bool {
	if strings.Contains(set.Item, "event") {
		return false
	}
	for n := range g.dated[0].Descendants() {
		if n.Type == html.ElementNode && d.dates[n] > 0 &&
			slices.ContainsFunc(classes(n), postedClass.MatchString) {
			return true
		}
	}
	return false
}

// headed looks for headings that are followed by what holds the date.
func (s *search) headed(d *document) {
	for _, tag := range []string{"dt", "h2", "h3", "h4", "h5"} {
		var all, dated []*html.Node
		for _, n := range d.doc.Find(tag).Nodes {
			if len(all) < maxMembers {
				all = append(all, n)
			}
			if d.dates[n] == 0 && d.followed(n) {
				dated = append(dated, n)
			}
		}
		if len(dated) < 1 || tag == "dt" && labelled(d, all) {
			continue
		}
		item := d.itemSelector(dated, dated)
		if item == "" {
			item = tag
		}
		set := &htmlkind.List{
			Item: item,
			Fields: map[string]source.Paths{
				"title": {""},
				"when":  {"+* =~ " + datePattern},
			},
		}
		settings := &htmlkind.Settings{
			List: set,
			Year: d.yearFor(&group{dated: dated}),
		}
		why := fmt.Sprintf(
			"%d headings (%s), each with a date in what follows",
			len(dated),
			tag,
		)
		s.try(List, why, &source.Source{Kind: source.HTML, Settings: settings}, 50)
	}
}

// labelled reports whether terms are the labels of one announcement.
func labelled(d *document, terms []*html.Node) bool {
	n := 0
	for _, t := range terms {
		if extract.IsLabel(d.text(t)) {
			n++
		}
	}
	return n*2 > len(terms)
}

// followed reports whether a date stands between a heading and the next one.
func (d *document) followed(h *html.Node) bool {
	for n := h.NextSibling; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode && n.Data == h.Data {
			return false
		}
		if d.dates[n] > 0 {
			return true
		}
	}
	return false
}

// headingFor returns the headings whose year or month holds for the items, "" where
// the items name their own.
func (d *document) headingFor(g *group) string {
	if d.sayYears(g.dated) {
		return ""
	}
	for _, sel := range []string{"h1", "h2", "h3", "h4", "h5", "caption", "dt"} {
		n := 0
		for _, e := range d.doc.Find(sel).Nodes {
			if extract.YearIn(d.text(e)) > 0 && !slices.Contains(g.nodes, e) {
				n++
			}
		}
		if n > 0 && (n > 1 || sel != "h1") {
			return sel
		}
	}
	return ""
}

// sayYears reports whether most of the elements name a year.
func (d *document) sayYears(nodes []*html.Node) bool {
	n := 0
	for _, e := range nodes {
		if extract.YearIn(d.text(e)) > 0 {
			n++
		}
	}
	return n*2 > len(nodes)
}

// yearFor returns the place that names the year of dates without one, "" for none.
func (d *document) yearFor(g *group) string {
	if d.sayYears(g.dated) {
		return ""
	}
	for _, sel := range []string{"h1", "title"} {
		if extract.YearIn(d.doc.Find(sel).First().Text()) > 0 {
			return sel
		}
	}
	return ""
}

// datePattern finds, among what follows a heading, the part that holds a date.
const datePattern = `(?s).*\d\s*[年月/.-]\s*\d.*`
