package choose

import (
	"strings"

	"koyomi/internal/discover/record"
	"koyomi/internal/event"
	"koyomi/internal/extract"
)

// A memo keeps what was found in the texts, labels and lines of one document, so that
// each is looked at once, however many sets of records it stands in. One goroutine may
// use it at a time.
type memo struct {
	page *record.Page
	// texts are by what they say, kept by what stood in the document: nil for what
	// can be no title.
	texts, kept map[string]*said
	labels      map[string]*naming
	titleShapes map[string]bool
	slots       map[string]int
	weekdays    map[string]bool
	words       map[int]recordWords
	lines       map[int]lowered
	offers      map[offerAt][]candidate
	pageTitles  []candidate
	places      places
	days        map[event.Date]int
	// named are the names of the maps of data by their ids.
	named map[string]string
}

func newMemo(p *record.Page) *memo {
	return &memo{
		page:        p,
		texts:       map[string]*said{},
		kept:        map[string]*said{},
		labels:      map[string]*naming{},
		titleShapes: map[string]bool{},
		slots:       map[string]int{},
		weekdays:    map[string]bool{},
		words:       map[int]recordWords{},
		lines:       map[int]lowered{},
		offers:      map[offerAt][]candidate{},
		places:      places{},
	}
}

// A naming is what a label says of the value that it names.
type naming struct {
	field              string // what the label stands for
	titleKey, idKey    bool
	link, title, other bool
	place              bool
	start, date, end   bool
}

// label looks at a label.
func (m *memo) label(s string) *naming {
	if n := m.labels[s]; n != nil {
		return n
	}
	n := &naming{}
	if s != "" {
		n.field = extract.FieldOf(s)
		n.titleKey, n.idKey = isTitleKey(s), isIDKey(s)
		n.link, n.title = linkLabel.MatchString(s), titleLabel.MatchString(s)
		n.other = otherLabel.MatchString(s)
		n.start, n.date = startLabel.MatchString(s), dateLabel.MatchString(s)
		n.place = placeKey.MatchString(s)
		n.end = endKey.MatchString(s) && !notEndKey.MatchString(s)
	}
	m.labels[s] = n
	return n
}

// isTitleShape reports whether the last step of a shape names a title.
func (m *memo) isTitleShape(shape string) bool {
	is, ok := m.titleShapes[shape]
	if !ok {
		is = titleShape.MatchString(lastStep(shape))
		m.titleShapes[shape] = is
	}
	return is
}

// hasWeekday reports whether the text of a date names a day of the week.
func (m *memo) hasWeekday(words string) bool {
	words = words[:min(len(words), 200)]
	has, ok := m.weekdays[words]
	if !ok {
		has = weekday.MatchString(words)
		m.weekdays[words] = has
	}
	return has
}

// said is what the words of a text say, whatever record it stands in.
type said struct {
	text                                                                       string
	id                                                                         int
	gathering, place, nothing, person, sentence, path, hours, action, fragment bool
	runes                                                                      int
	digits                                                                     float64
	brackets                                                                   bool
	title                                                                      *titleWords
}

// titleWords are what is asked of a text that was chosen as a title.
type titleWords struct{ generic, holiday, reports, due bool }

// asTitle looks at a text as a title.
func (w *said) asTitle() *titleWords {
	if w.title == nil {
		w.title = &titleWords{
			generic: genericWord.MatchString(w.text), holiday: holiday.MatchString(w.text),
			due:     callWord.MatchString(w.text),
			reports: reportWord.MatchString(w.text) || postWord.MatchString(w.text),
		}
	}
	return w.title
}

// says looks at the words of a text.
func (m *memo) says(s string) *said {
	if w := m.texts[s]; w != nil {
		return w
	}
	n, low := runes(s), lower(s)
	digits := 0
	for _, r := range s {
		digits += int(flag(r >= '0' && r <= '9'))
	}
	w := &said{
		text: s, id: len(m.texts),
		gathering: eventWord.in(low), place: placeWord.in(low), person: personLine.in(low),
		nothing: genericWord.MatchString(strings.Trim(s, " 　■●◆【】：:・>»")), sentence: isSentence(s), path: isPath(s),
		action: actionWord.in(low), fragment: isFragment(s),
		hours: hours.in(low), runes: n, digits: share(digits, n),
		brackets: strings.ContainsAny(s, "「『“\""),
	}
	m.texts[s] = w
	return w
}

// keep looks at a text that may be a title, nil where it can be none.
func (m *memo) keep(s string) *said {
	w, ok := m.kept[s]
	if ok {
		return w
	}
	text := strings.TrimSpace(strings.Trim(strings.ReplaceAll(s, "\n", " "), "*_` "))
	n := runes(text)
	isText := n >= 2 && n <= 300 && isWords(text)
	if isText && !onlyDate(text) {
		w = m.says(text)
	}
	m.kept[s] = w
	return w
}

// slot numbers the places within records at which candidates stand.
func (m *memo) slot(name string) int {
	n, ok := m.slots[name]
	if !ok {
		n = len(m.slots)
		m.slots[name] = n
	}
	return n
}

// ofLine says what the words of a line say.
func (m *memo) ofLine(i int) recordWords {
	if w, ok := m.words[i]; ok {
		return w
	}
	l := &m.page.Doc.Lines[i]
	words := lower(l.Text[:min(len(l.Text), 600)])
	w := recordWords{
		hold: holdWord.in(words), report: reportWord.in(words),
		post: postWord.in(words), due: dueWord.in(words),
	}
	m.words[i] = w
	return w
}

// lower returns the first 1,500 bytes of a line, also in small letters.
func (m *memo) lower(i int) lowered {
	t, ok := m.lines[i]
	if !ok {
		words := m.page.Doc.Lines[i].Text
		t = lower(words[:min(len(words), 1500)])
		m.lines[i] = t
	}
	return t
}

// A counter counts in how many records something stands, by its number.
type counter map[int]tally

type tally struct{ n, last int }

// count counts something once for each record; records come in order.
func (c counter) count(id, record int) {
	v, ok := c[id]
	if ok && v.last == record {
		return
	}
	c[id] = tally{v.n + 1, record}
}
