package choose

import (
	"strings"

	"koyomi/internal/discover/block"
	"koyomi/internal/discover/record"
	"koyomi/internal/extract"
)

// Where a candidate for a title comes from.
type origin int

const (
	ofLine    origin = iota // a line of the record
	ofRest                  // what a line says beside its date
	ofPart                  // a part of such a line
	ofHeading               // a heading above
	ofPage                  // the document's own title
)

// A candidate is a text that may be the title of a record.
type candidate struct {
	text   string
	line   int // -1 for the page's title
	origin origin
	order  int // among the candidates of its record
	level  int
	label  string
	field  string // what the label stands for
	linked bool
	slot   string
	shape  string
	// distance in lines to the date, negative before it.
	distance int
	data     bool
	// shared is the share of the other records that have the same text, covers the
	// share of records with a candidate in the same slot.
	shared, covers float64
	// many is set where there are several records.
	site, many bool
	head       int // which heading above, 1 for the nearest
	first      bool
	// link is set for the text of a link within a line, cut for a text cut at a bracket.
	link, cut bool
	// leads is set for a part that begins its line, deeper for a value of a map within
	// that of the date.
	leads, deeper bool
	// quoted is set for a part in quotation marks, isHead for the page's first heading
	// wherever it stands.
	quoted, isHead bool
	says           *said
	score          float64
}

// titleFeatures are asked of every candidate.
var titleFeatures = []struct {
	name string
	of   func(c *candidate) float64
}{
	{"origin: a line", func(c *candidate) float64 { return flag(c.origin == ofLine) }},
	{"origin: beside the date", func(c *candidate) float64 { return flag(c.origin == ofRest) }},
	{"origin: a part beside the date", func(c *candidate) float64 { return flag(c.origin == ofPart) }},
	{"origin: a heading above", func(c *candidate) float64 { return flag(c.origin == ofHeading) }},
	{"origin: the second heading above", func(c *candidate) float64 { return flag(c.origin == ofHeading && c.head > 1) }},
	{"origin: the page's title", func(c *candidate) float64 { return flag(c.origin == ofPage) }},
	{"heading: first to third level", func(c *candidate) float64 { return flag(c.level > 0 && c.level < 4) }},
	{"heading: fourth to sixth level", func(c *candidate) float64 { return flag(c.level > 3 && c.level < 7) }},
	{"heading: bold", func(c *candidate) float64 { return flag(c.level == block.LevelBold) }},
	{"heading: marked", func(c *candidate) float64 { return flag(c.level == block.LevelMarked) }},
	{"heading: a term", func(c *candidate) float64 { return flag(c.level == block.LevelTerm) }},
	{"a link", func(c *candidate) float64 { return flag(c.linked) }},
	{"the first of its record", func(c *candidate) float64 { return flag(c.first) }},
	{"how far behind the first", func(c *candidate) float64 { return log1(c.order) }},
	{"the line before the date", func(c *candidate) float64 { return flag(c.distance == -1) }},
	{"the line behind the date", func(c *candidate) float64 { return flag(c.distance == 1) }},
	{"how far before the date", func(c *candidate) float64 { return log1(max(0, -c.distance)) }},
	{"how far behind the date", func(c *candidate) float64 { return log1(max(0, c.distance)) }},
	{"label: a title", func(c *candidate) float64 { return flag(c.field == "title") }},
	{"label: exactly title or name", func(c *candidate) float64 { return flag(isTitleKey(c.label)) }},
	{"label: another field", func(c *candidate) float64 { return flag(c.field != "" && c.field != "title") }},
	{"label: a key of data", func(c *candidate) float64 { return flag(c.data && c.field == "") }},
	{"label: some word", func(c *candidate) float64 { return flag(!c.data && c.label != "" && c.field == "") }},
	{"label: an address or id", func(c *candidate) float64 { return flag(isIDKey(c.label)) }},
	{"label: of a link or deadline", func(c *candidate) float64 { return flag(linkLabel.MatchString(c.label)) }},
	{"the text of a link in its line", func(c *candidate) float64 { return flag(c.link) }},
	{"shortened at a bracket", func(c *candidate) float64 { return flag(c.cut) }},
	{"a part: which", func(c *candidate) float64 { return flag(c.origin == ofPart) * float64(c.head) }},
	{"the page's first heading", func(c *candidate) float64 { return flag(c.origin == ofPage && c.head == 1) }},
	{"the page's title, its first part", func(c *candidate) float64 { return flag(c.origin == ofPage && c.head == 2) }},
	{"long: above 60", func(c *candidate) float64 { return flag(c.says.runes > 60) }},
	{"long: above 120", func(c *candidate) float64 { return flag(c.says.runes > 120) }},
	{"short: below 5", func(c *candidate) float64 { return flag(c.says.runes < 5) }},
	{"length", func(c *candidate) float64 { return log1(c.says.runes) }},
	{"words of a gathering", func(c *candidate) float64 { return flag(c.says.gathering) }},
	{"words of a place", func(c *candidate) float64 { return flag(c.says.place) }},
	{"words that say nothing", func(c *candidate) float64 {
		return flag(c.says.nothing)
	}},
	{"words of a person or a note", func(c *candidate) float64 { return flag(c.says.person) }},
	{"in brackets of a title", func(c *candidate) float64 { return flag(strings.ContainsAny(c.text, "「『“\"")) }},
	{"a sentence", func(c *candidate) float64 { return flag(c.says.sentence) }},
	{"an address or path", func(c *candidate) float64 { return flag(c.says.path) }},
	{"holds a time", func(c *candidate) float64 { return flag(c.says.hours) }},
	{"digits", func(c *candidate) float64 {
		return c.says.digits
	}},
	{"same in other records", func(c *candidate) float64 { return c.shared }},
	{"slot that records share", func(c *candidate) float64 { return c.covers }},
	{"label: with a word for titles", func(c *candidate) float64 { return flag(titleLabel.MatchString(c.label)) }},
	{"label: of people, hours or places", func(c *candidate) float64 { return flag(otherLabel.MatchString(c.label)) }},
	{"quoted in its line", func(c *candidate) float64 { return flag(c.quoted) }},
	{"the page's own heading", func(c *candidate) float64 { return flag(c.isHead) }},
	{"the page's own heading, of many", func(c *candidate) float64 { return flag(c.isHead && c.many) }},
	{"asks the reader to act", func(c *candidate) float64 { return flag(c.says.action) }},
	{"a fragment", func(c *candidate) float64 { return flag(c.says.fragment) }},
	{"begins its line", func(c *candidate) float64 { return flag(c.leads) }},
	{"in a map within the date's", func(c *candidate) float64 { return flag(c.deeper) }},
	{"the page's title, of a set of many", func(c *candidate) float64 { return flag(c.origin == ofPage && c.many) }},
	{"a heading shared by many", func(c *candidate) float64 { return flag(c.origin == ofHeading && c.many && c.shared > 0.5) }},
	{"the site's name", func(c *candidate) float64 { return flag(c.site) }},
	{"class of a title", func(c *candidate) float64 { return flag(titleShape.MatchString(lastStep(c.shape))) }},
}

func lastStep(shape string) string { return shape[strings.LastIndexByte(shape, ' ')+1:] }

// maxCandidates bounds the candidates of one record.
const maxCandidates = 40

// candidates returns the texts that may be the title of a record whose date is d.
func (s *setReader) candidates(r *record.Record, d record.Date) []candidate {
	g := gatherer{s: s, d: d}
	for _, i := range r.Lines {
		if len(g.out) >= maxCandidates {
			break
		}
		g.line(i)
	}
	head := 0
	for _, i := range r.Context {
		l := &s.page.Doc.Lines[i]
		if l.Data || head < 3 {
			head++
			g.add(candidate{text: l.Value, line: i, origin: ofHeading, level: l.Level, head: head, label: labelOf(l), linked: l.Linked, data: l.Data})
			if l.Label != "" && !l.Data {
				g.add(candidate{text: l.Text, line: i, origin: ofHeading, level: l.Level, head: head})
			}
			g.rest(i, ofHeading, head)
		}
	}
	doc := s.page.Doc
	for k, t := range []string{doc.Title, doc.Head, firstPart(doc.Title)} {
		if t != "" {
			g.add(candidate{text: t, line: -1, origin: ofPage, head: k})
		}
	}
	return g.out
}

func firstPart(title string) string {
	for _, bar := range []string{" | ", "｜", " - ", " – ", " — ", "|"} {
		if head, _, ok := strings.Cut(title, bar); ok {
			return head
		}
	}
	return ""
}

// A gatherer collects the candidates of one record.
type gatherer struct {
	s   *setReader
	d   record.Date
	out []candidate
}

// line adds what a line offers.
func (g *gatherer) line(i int) {
	l := &g.s.page.Doc.Lines[i]
	if l.Head {
		return
	}
	if l.Data && i != g.d.Line {
		g.add(candidate{text: l.Value, line: i, label: l.Label, linked: l.Linked, data: true})
		return
	}
	if l.Data {
		return
	}
	if l.LinkText != "" && l.LinkText != l.Text {
		g.add(candidate{text: l.LinkText, line: i, origin: ofPart, level: l.Level, linked: true, link: true})
	}
	for _, m := range quotes.FindAllStringSubmatch(l.Text[:min(len(l.Text), 600)], 3) {
		g.add(candidate{text: m[1] + m[2] + m[3], line: i, origin: ofPart, level: l.Level, quoted: true, linked: l.Linked})
	}
	if g.s.page.HasDate(i) {
		if i != g.d.Line {
			g.add(candidate{text: l.Value, line: i, level: l.Level, label: l.Label, linked: l.Linked})
		}
		g.rest(i, ofRest, 0)
		for k, p := range l.Parts {
			if len(dateText.FindAllString(p, -1)) == 0 {
				g.add(candidate{text: p, line: i, origin: ofPart, head: min(k, 3), level: l.Level, linked: l.Linked})
			}
		}
		return
	}
	if l.Label == "" || l.Cell {
		g.add(candidate{text: l.Text, line: i, level: l.Level, label: l.Label, linked: l.Linked})
		return
	}
	g.add(candidate{text: l.Value, line: i, level: l.Level, label: l.Label, linked: l.Linked})
	if !extract.IsLabel(l.Label) {
		g.add(candidate{text: l.Text, line: i, level: l.Level, linked: l.Linked})
	}
}

func labelOf(l *block.Line) string {
	if l.Data {
		return l.Label
	}
	return ""
}

// rest adds what stands beside the date in its line.
func (g *gatherer) rest(i int, from origin, head int) {
	l := &g.s.page.Doc.Lines[i]
	if l.Data || len(l.Text) > 600 {
		return
	}
	folded := narrow(g.s.page.WithoutDates(i))
	if !dateText.MatchString(folded) && !strings.Contains(folded, "\x00") {
		return
	}
	pieces := strings.Split(dateText.ReplaceAllString(folded, "\x00"), "\x00")
	best := ""
	for _, p := range pieces {
		if p = trimRest(p); runes(p) > runes(best) {
			best = p
		}
	}
	if runes(best) < 2 {
		return
	}
	level := l.Level
	g.add(candidate{text: best, line: i, origin: from, level: level, head: head, linked: l.Linked})
	if at := strings.IndexAny(best, "@＠"); at > 3 {
		g.add(candidate{text: strings.TrimSpace(best[:at]), line: i, origin: from, level: level, head: head, linked: l.Linked})
	}
	for _, sep := range []string{": ", "：", " - ", "　"} {
		if a, b, ok := strings.Cut(best, sep); ok && runes(a) > 2 && runes(b) > 2 {
			g.add(candidate{text: strings.TrimSpace(b), line: i, origin: ofPart, level: level, head: 2, linked: l.Linked})
			g.add(candidate{text: strings.TrimSpace(a), line: i, origin: ofPart, level: level, head: 1, linked: l.Linked})
			break
		}
	}
}

// add keeps a candidate that is a text at all.
func (g *gatherer) add(c candidate) {
	c.text = strings.TrimSpace(strings.Trim(strings.ReplaceAll(c.text, "\n", " "), "*_` "))
	n := runes(c.text)
	isText := isWords(c.text)
	if n < 2 || n > 300 || !isText || onlyDate(c.text) {
		return
	}
	c.order, c.first = len(g.out), len(g.out) == 0
	c.field = extract.FieldOf(c.label)
	c.distance = 99
	if c.line >= 0 {
		c.distance = max(-99, min(99, c.line-g.d.Line))
		l := &g.s.page.Doc.Lines[c.line]
		c.shape = g.s.page.Doc.Shapes[l.Path]
		c.leads = c.origin != ofLine && strings.HasPrefix(l.Text, c.text)
		c.deeper = c.data && g.s.page.Within(l.Elem, g.s.page.Doc.Lines[g.d.Line].Elem)
	}
	c.many = len(g.s.set.Records) > 1
	c.isHead = c.text == g.s.page.Doc.Head
	c.site = c.text == g.s.page.Doc.Site
	c.slot = slotOf(&c)
	c.says = g.s.said.of(c.text)
	g.out = append(g.out, c)
	at := strings.IndexAny(c.text, "(（[")
	if c.cut || at < 4 || c.data {
		return
	}
	c.text, c.cut = c.text[:at], true
	g.add(c)
}

// slotOf names the place within a record at which a candidate stands.
func slotOf(c *candidate) string {
	var b strings.Builder
	b.WriteByte(byte('a' + c.origin))
	b.WriteByte(byte('0' + min(c.head, 9)))
	if c.cut {
		b.WriteByte('c')
	}
	if c.link {
		b.WriteByte('l')
	}
	if c.quoted {
		b.WriteByte('q')
	}
	if c.origin != ofPage {
		b.WriteString(c.label + "|" + c.shape)
	}
	return b.String()
}
