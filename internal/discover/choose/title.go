package choose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"koyomi/internal/discover/block"
	"koyomi/internal/discover/record"
	"koyomi/internal/extract"
	"koyomi/internal/text"
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
	site           bool
	head           int // which heading above, 1 for the nearest
	first          bool
	// link is set for the text of a link within a line, cut for a text cut at a bracket.
	link, cut bool
	says      *said
	score     float64
}

var (
	eventWord   = text.NewPattern(`(?i)会$|会[ 」（(#第]|祭|まつり|フェス|セミナー|勉強会|講座|講演|ライブ|演奏|コンサート|公演|大会|イベント|説明会|シンポ|ワークショップ|ツアー|meetup|meeting|conference|seminar|workshop|talk|festival|fest\b|conf\b|camp|hack|summit|#[0-9]|第[0-9０-９一二三四五六七八九十]+回|vol\.?`)
	placeWord   = text.NewPattern(`(?i)会館|ホール|センター|公園|体育館|大学|教室|会議室|ビル|劇場|スタジオ|カフェ|図書館|美術館|博物館|公民館|学校|[0-9０-９]+階|\bhall\b|\broom\b|\bcenter\b|\bcentre\b|theat(?:er|re)|\buniversity\b|\bbuilding\b|[都道府県][^ ]{1,6}[市区町村]|zoom|オンライン|^online`)
	genericWord = text.NewPattern(`(?i)^(?:info(?:rmation)?|news|event|events|イベント|お知らせ|詳細.{0,6}|schedule|スケジュール|日程|開催概要|概要|details?|more|read more|home|トップ.*|top|about|ホーム|access|アクセス|お問い?合わせ.*|contact|開催日程?|日時.{0,6}|date.{0,6}|time|when|where|会場.{0,4}|場所|venue|program|プログラム|タイムテーブル|申込.*|申し込.*|register.*|tickets?|チケット.{0,6}|pdf|link|slides?|video|youtube|map|地図|new!?|past events?|upcoming.*|過去の.*|これまでの.*|今後の.*|次回.{0,5}|活動.{0,4}|開場.*|開演.*|出演.{0,3}|主催.*|料金.*|定員.*|参加費.*|無料|[月火水木金土日](?:曜日?)?|満席|受付中|終了|締切.*|mon|tue|wed|thu|fri|sat|sun|[0-9]{4}年?度?)$`)
	personLine  = text.NewPattern(`(?i)講師|speaker|出演|氏$|さん$|先生|主催|協力|後援|^by |^※|^\*|http`)
)

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
	{"the site's name", func(c *candidate) float64 { return flag(c.site) }},
	{"class of a title", func(c *candidate) float64 { return flag(titleShape.MatchString(lastStep(c.shape))) }},
}

// said is what the words of a text say, whatever record it stands in.
type said struct {
	gathering, place, nothing, person, sentence, path, hours bool
	runes                                                    int
	digits                                                   float64
}

// sayings are the texts of one document that were looked at.
type sayings map[string]*said

func (all sayings) of(s string) *said {
	if w := all[s]; w != nil {
		return w
	}
	n := runes(s)
	digits := 0
	for _, r := range s {
		digits += int(flag(r >= '0' && r <= '9'))
	}
	w := &said{
		gathering: eventWord.MatchString(s), place: placeWord.MatchString(s), person: personLine.MatchString(s),
		nothing: genericWord.MatchString(strings.Trim(s, " 　■●◆【】：:・>»")), sentence: isSentence(s), path: isPath(s),
		hours: hours.MatchString(s), runes: n, digits: share(digits, n),
	}
	all[s] = w
	return w
}

var (
	titleShape = text.NewPattern(`(?i)title|name\b|subject|headline|heading|summary`)
	hours      = text.NewPattern(`[0-9０-９]{1,2}[:：][0-9０-９]{2}|[0-9]{1,2}時`)
	linkLabel  = text.NewPattern(`(?i)cfp|link|url|締切|申込|register|ticket|リンク|詳細|備考|note|slide|video|資料|speaker|講師|講演者|発表者|ジャンル|genre|price|料金`)
	titleKeys  = []string{"title", "name", "event_name", "eventname", "event", "summary", "subject", "タイトル", "イベント名", "件名", "名称", "行事名", "題名", "演題", "conference", "topic", "theme", "talk", "テーマ", "公演名", "演目", "行事", "行事予定", "企画名", "内容", "title_jp", "title_ja", "名前", "イベント", "セミナー名", "講座名", "大会名"}
	idKeys     = []string{"id", "uid", "slug", "key", "type", "layout", "permalink", "image", "img", "thumbnail", "author", "category", "categories", "tags", "lang", "url", "link", "status", "path", "icon", "color", "zone", "timezone", "email", "country", "state", "city", "speaker", "speakers", "video_provider"}
)

func isTitleKey(label string) bool { return slices.Contains(titleKeys, strings.ToLower(label)) }
func isIDKey(label string) bool    { return slices.Contains(idKeys, strings.ToLower(label)) }
func runes(s string) int           { return utf8.RuneCountInString(s) }

func isSentence(s string) bool {
	return strings.ContainsAny(s, "。") || strings.HasSuffix(s, "ます") || strings.HasSuffix(s, "ました") || strings.Count(s, ". ") > 1
}

func isPath(s string) bool {
	isOne := !strings.ContainsAny(s, " 　") && strings.ContainsAny(s, "/\\")
	return strings.Contains(s, "://") || isOne && runes(s) > 6 && s[0] < 0x80
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

// dateText finds dates, hours and weekdays with the marks around them.
var dateText = text.NewPattern(`(?i)(?:(?:19|20)[0-9]{2}\s*[年./-]\s*)?[0-9]{1,2}\s*[月/.-]\s*[0-9]{1,2}\s*日?(?:\s*[(（\[][月火水木金土日祝・休/a-z.]{1,6}[)）\]])?|(?:19|20)[0-9]{2}[/.年-](?:\s*[0-9]{1,2}月?)?|(?:令和|平成|昭和)[0-9元]{1,2}年|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+[0-9]{1,2}(?:st|nd|rd|th)?(?:\s*[-–]\s*[0-9]{1,2})?(?:,?\s*(?:19|20)[0-9]{2})?|\b[0-9]{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,?\s*(?:19|20)[0-9]{2})?|(?:午前|午後|AM|PM)?\s*[0-9]{1,2}\s*[:：][0-9]{2}(?:\s*[ap]m)?|[0-9]{1,2}時(?:[0-9]{1,2}分|半)?|[(（\[][月火水木金土日祝・休]{1,4}[)）\]]|[月火水木金土日]曜日?`)

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

// narrow makes digits and marks of dates those of ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		isWide := r >= '０' && r <= '９' || strings.ContainsRune("／（）：．～", r)
		if isWide {
			return r - 0xfee0
		}
		return r
	}, s)
}

func trimRest(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("-–—−:：,，、。.・|｜/〜～~→()（）[]●■◆○★☆※@＠日", r)
	})
}

// add keeps a candidate that is a text at all.
func (g *gatherer) add(c candidate) {
	c.text = strings.TrimSpace(strings.ReplaceAll(c.text, "\n", " "))
	n := runes(c.text)
	isText := strings.ContainsFunc(c.text, unicode.IsLetter)
	if n < 2 || n > 300 || !isText || onlyDate(c.text) {
		return
	}
	c.order, c.first = len(g.out), len(g.out) == 0
	c.field = extract.FieldOf(c.label)
	c.distance = 99
	if c.line >= 0 {
		c.distance = max(-99, min(99, c.line-g.d.Line))
		c.shape = g.s.page.Doc.Shapes[g.s.page.Doc.Lines[c.line].Path]
	}
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

func onlyDate(s string) bool {
	rest := dateText.ReplaceAllString(s, "")
	return runes(trimRest(rest)) < 2
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
	if c.origin != ofPage {
		b.WriteString(c.label + "|" + c.shape)
	}
	return b.String()
}
