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
	naming *naming // what the label says
	linked bool
	slot   int // of the memo
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
	// titled is set where its shape is that of a title.
	titled bool
	says   *said
	score  float64
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
	{"label: a title", func(c *candidate) float64 { return flag(c.naming.field == "title") }},
	{"label: exactly title or name", func(c *candidate) float64 { return flag(c.naming.titleKey) }},
	{"label: another field", func(c *candidate) float64 { return flag(c.naming.field != "" && c.naming.field != "title") }},
	{"label: a key of data", func(c *candidate) float64 { return flag(c.data && c.naming.field == "") }},
	{"label: some word", func(c *candidate) float64 { return flag(!c.data && c.label != "" && c.naming.field == "") }},
	{"label: an address or id", func(c *candidate) float64 { return flag(c.naming.idKey) }},
	{"label: of a link or deadline", func(c *candidate) float64 { return flag(c.naming.link) }},
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
	{"in brackets of a title", func(c *candidate) float64 { return flag(c.says.brackets) }},
	{"a sentence", func(c *candidate) float64 { return flag(c.says.sentence) }},
	{"an address or path", func(c *candidate) float64 { return flag(c.says.path) }},
	{"holds a time", func(c *candidate) float64 { return flag(c.says.hours) }},
	{"digits", func(c *candidate) float64 {
		return c.says.digits
	}},
	{"same in other records", func(c *candidate) float64 { return c.shared }},
	{"slot that records share", func(c *candidate) float64 { return c.covers }},
	{"label: with a word for titles", func(c *candidate) float64 { return flag(c.naming.title) }},
	{"label: of people, hours or places", func(c *candidate) float64 { return flag(c.naming.other) }},
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
	{"class of a title", func(c *candidate) float64 { return flag(c.titled) }},
}

func lastStep(shape string) string { return shape[strings.LastIndexByte(shape, ' ')+1:] }

// maxCandidates bounds the candidates of one record.
const maxCandidates = 40

// candidates returns the texts that may be the title of a record whose date is d.
func (s *setReader) candidates(r *record.Record, d record.Date) []candidate {
	g := gatherer{memo: s.memo, out: make([]candidate, 0, 16)}
	for _, i := range r.Lines {
		if len(g.out) >= maxCandidates {
			break
		}
		g.out = append(g.out, s.memo.offer(offerAt{line: i, dated: i == d.Line})...)
	}
	head := 0
	for _, i := range r.Context {
		if s.page.Doc.Lines[i].Data || head < 3 {
			head++
			g.out = append(g.out, s.memo.offer(offerAt{line: i, head: head})...)
		}
	}
	g.out = append(g.out, s.memo.titles()...)
	for k := range g.out {
		s.relate(&g.out[k], k, d)
	}
	return g.out
}

// relate says where a candidate stands among those of a record whose date is d.
func (s *setReader) relate(c *candidate, order int, d record.Date) {
	c.order, c.first = order, order == 0
	c.many = len(s.set.Records) > 1
	c.distance = 99
	if c.line < 0 {
		return
	}
	c.distance = max(-99, min(99, c.line-d.Line))
	lines := s.page.Doc.Lines
	c.deeper = c.data && s.page.Within(lines[c.line].Elem, lines[d.Line].Elem)
}

// An offerAt is where candidates come from: a line of a record, that of its date or
// not, or the heading above it that head counts from 1.
type offerAt struct {
	line, head int
	dated      bool
}

// offer returns the candidates of a line.
func (m *memo) offer(at offerAt) []candidate {
	if out, ok := m.offers[at]; ok {
		return out
	}
	g := gatherer{memo: m, dated: at.dated}
	if at.head > 0 {
		g.heading(at.line, at.head)
	} else {
		g.line(at.line)
	}
	m.offers[at] = g.out
	return g.out
}

// titles returns the document's own titles as candidates.
func (m *memo) titles() []candidate {
	if m.pageTitles == nil {
		g := gatherer{memo: m, out: []candidate{}}
		doc := m.page.Doc
		for k, t := range []string{doc.Title, doc.Head, firstPart(doc.Title)} {
			if t != "" {
				g.add(candidate{text: t, line: -1, origin: ofPage, head: k})
			}
		}
		m.pageTitles = g.out
	}
	return m.pageTitles
}

func firstPart(title string) string {
	for _, bar := range []string{" | ", "｜", " - ", " – ", " — ", "|"} {
		if head, _, ok := strings.Cut(title, bar); ok {
			return head
		}
	}
	return ""
}

// A gatherer collects candidates; dated is set for the line of the record's date.
type gatherer struct {
	memo  *memo
	dated bool
	out   []candidate
}

// heading adds what a heading above offers, or a value of data.
func (g *gatherer) heading(i, head int) {
	l := &g.memo.page.Doc.Lines[i]
	g.add(candidate{text: l.Value, line: i, origin: ofHeading, level: l.Level, head: head, label: labelOf(l), linked: l.Linked, data: l.Data})
	if l.Label != "" && !l.Data {
		g.add(candidate{text: l.Text, line: i, origin: ofHeading, level: l.Level, head: head})
	}
	g.rest(i, ofHeading, head)
}

// line adds what a line offers.
func (g *gatherer) line(i int) {
	l := &g.memo.page.Doc.Lines[i]
	if l.Head {
		return
	}
	if l.Data && !g.dated {
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
	if g.memo.page.HasDate(i) {
		if !g.dated {
			g.add(candidate{text: l.Value, line: i, level: l.Level, label: l.Label, linked: l.Linked})
		}
		g.rest(i, ofRest, 0)
		for k, p := range l.Parts {
			if !dateText.MatchString(p) {
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
	l := &g.memo.page.Doc.Lines[i]
	if l.Data || len(l.Text) > 600 {
		return
	}
	folded := narrow(g.memo.page.WithoutDates(i))
	cut := dateText.ReplaceAllString(folded, "\x00")
	if !strings.Contains(cut, "\x00") {
		return
	}
	best := ""
	for p := range strings.SplitSeq(cut, "\x00") {
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
	m := g.memo
	doc := m.page.Doc
	c.says = m.keep(c.text)
	if c.says == nil {
		return
	}
	c.text = c.says.text
	c.naming = m.label(c.label)
	if c.line >= 0 {
		l := &doc.Lines[c.line]
		c.shape = doc.Shapes[l.Path]
		c.leads = c.origin != ofLine && strings.HasPrefix(l.Text, c.text)
		c.titled = m.isTitleShape(c.shape)
	}
	c.isHead = c.text == doc.Head
	c.site = c.text == doc.Site
	c.slot = m.slot(slotOf(&c))
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
