package choose

import (
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/discover/block"
	"koyomi/internal/discover/record"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

type whenReading = when.Reading

func itoa(n int) string { return strconv.Itoa(n) }

// endOf reads an end that stands apart from the start.
func (s *setReader) endOf(value string, start when.Reading) (event.Moment, bool) {
	clock := extract.Clock{Zone: s.page.Zone()}
	if m, ok := clock.Moment(value); ok {
		if m.Date.Year > 2000 {
			return m, true
		}
		value = m.Time.Format("15:04")
	}
	ctx := when.Context{
		Ref:   s.page.Ref(),
		Zone:  s.page.Zone(),
		Year:  start.Start.Date.Year,
		Label: when.LabelDate,
	}
	if got := when.Read(value, ctx); !got.Start.IsZero() {
		return got.Start, true
	}
	if start.AllDay() {
		return event.Moment{}, false
	}
	got := when.Read(start.Start.Date.String()+" "+value, ctx)
	return got.Start, !got.Start.IsZero() && !got.AllDay()
}

var (
	placeKey = newWordPattern(text.NewPattern(
		`(?i)^(?:.*[_-])?(?:place|venue|location|where|address|hall|area|room|city|会場|場所|開催場所|開催地|ところ|所在地|住所|集合場所|開催会場)(?:[_-]?name)?$`,
	))
	placeClass = text.NewPattern(`(?i)place|venue|location|kaijo|where|address`)
	atPlace    = newWordPattern(text.NewPattern(
		`(?:^|[\s　)）])(?:@|＠|於[:：\s]?|\bat\s+)\s*([^@＠\n、。]{2,60})`,
	))
	inPlace = newWordPattern(text.NewPattern(
		`(?:会場|場所|開催場所|開催地|ところ|(?i:venue|location|place|where))\s*[:：]\s*([^\n]{2,80})`,
	))
)

// placeRules find the place of a record, the surest first.
var placeRules = [allRules]func(m *memo, i int, l *block.Line) string{
	func(m *memo, i int, l *block.Line) string {
		label := m.label(l.Label)
		isPlace := label.field == "location" || label.place
		if isPlace && runes(l.Value) <= 120 {
			return l.Value
		}
		return ""
	},
	func(m *memo, i int, l *block.Line) string {
		if m.label(l.Label).field == "address" {
			return l.Value
		}
		return ""
	},
	(*memo).placeBelow,
	(*memo).placeReferred,
	(*memo).placeOfMap,
	func(m *memo, i int, l *block.Line) string {
		if len(l.Text) >= 1500 {
			return ""
		}
		if found := inPlace.submatch(m.lower(i)); found != nil {
			return found[1]
		}
		return ""
	},
	func(m *memo, i int, l *block.Line) string {
		if placeClass.MatchString(lastStep(m.page.Doc.Shapes[l.Path])) &&
			runes(l.Text) <= 100 {
			return l.Text
		}
		return ""
	},
	func(m *memo, i int, l *block.Line) string {
		if len(l.Text) >= 400 {
			return ""
		}
		if found := atPlace.submatch(m.lower(i)); found != nil {
			return found[1]
		}
		return ""
	},
	func(m *memo, i int, l *block.Line) string {
		if found := heldAt.submatch(lower(l.Text[:min(len(l.Text), 600)])); found != nil {
			return found[1]
		}
		return ""
	},
	func(m *memo, i int, l *block.Line) string {
		if l.Data || len(l.Text) > 600 {
			return ""
		}
		low := m.lower(i)
		if !venueIn.may(low) || personLine.in(low) {
			return ""
		}
		return venueIn.FindString(l.Text)
	},
}

// allRules is how many rules there are, namedRules how many of them, the first, go by a
// word for a place.
const (
	allRules   = 10
	namedRules = 6
)

// heldAt is a place that words of holding follow, venueIn a name that ends in a word for
// a building.
var (
	heldAt = newWordPattern(text.NewPattern(
		`([^\s　、。,，：:()（）「」『』0-9０-９]{2,30}?)(?:にて|において|で(?:開催|行わ|行い|実施))`,
	))
	venueIn = newWordPattern(text.NewPattern(
		`[^\s　、。,，：:()（）「」『』@＠はをがのに]{2,20}(?:会館|ホール|センター|体育館|キャンパス|会議室|公民館|図書館|美術館|博物館|劇場|文化館|競技場|スタジアム|プラザ)(?:[ 　]?[^\s　、。（）()]{0,12}(?:ホール|室|階))?`,
	))
	mapOfPlace = text.NewPattern(`(?i)(?:venue|location|place|hall|会場|場所)(?:\[\])?$`)
	slug       = text.NewPattern(`^[a-z0-9_-]+$`)
)

// placeBelow reads a line under a heading that stands for a place.
func (m *memo) placeBelow(i int, l *block.Line) string {
	if i == 0 || l.Data || runes(l.Text) > 80 {
		return ""
	}
	above := &m.page.Doc.Lines[i-1]
	if above.Data || above.Head {
		return ""
	}
	word := strings.Trim(above.Text, " 　■●◆▼【】：:*")
	isPlace := placeKey.MatchString(word) || extract.FieldOf(word) == "location"
	if !isPlace {
		return ""
	}
	return l.Text
}

var (
	placeID = text.NewPattern(`(?i)^(?:.*[_-])?(?:stage|venue|room|hall|location|place)_?id$`)
	online  = text.NewPattern(`(?i)^(?:online|オンライン|zoom|virtual|remote)$`)
)

// placeReferred reads a value that names a place by its id, or says that there is none
// but the net.
func (m *memo) placeReferred(_ int, l *block.Line) string {
	if !l.Data {
		return ""
	}
	if online.MatchString(l.Value) {
		return l.Value
	}
	if !placeID.MatchString(l.Label) {
		return ""
	}
	return m.nameOf(l.Value)
}

// nameOf returns the name of the first map of data that has an id, "" for none.
func (m *memo) nameOf(id string) string {
	if m.named == nil {
		m.named = map[string]string{}
		ids := map[int]string{} // by element
		for i := range m.page.Doc.Lines {
			l := &m.page.Doc.Lines[i]
			switch {
			case l.Data && l.Label == "id":
				ids[l.Elem] = l.Value
			case l.Data && l.Label == "name" && m.named[ids[l.Elem]] == "":
				m.named[ids[l.Elem]] = l.Value
			}
		}
	}
	return m.named[id]
}

// placeOfMap reads the name in a map that stands for a place.
func (m *memo) placeOfMap(_ int, l *block.Line) string {
	isName := l.Data && (l.Label == "name" || isTitleKey(l.Label))
	if !isName || !mapOfPlace.MatchString(lastStep(m.page.Doc.Shapes[m.page.Doc.Elems[l.Elem].Path])) {
		return ""
	}
	return l.Value
}

// maxPlaceLines is how many lines of a record are looked at for its place.
const maxPlaceLines = 120

// place finds where an event is.
func (s *setReader) place(r *record.Record, d record.Date, title *candidate) string {
	lines := nearest(r.Lines, d.Line)
	for rule := range placeRules {
		for _, i := range lines {
			if v := s.memo.tryPlace(rule, i); v != "" && v != title.text {
				return v
			}
		}
	}
	for _, i := range lines {
		l := &s.page.Doc.Lines[i]
		isLong := len(l.Text) > 160 || l.Data || i == title.line
		if !isLong && s.memo.says(l.Text).isVenue() && !s.page.HasDate(i) {
			return l.Text
		}
	}
	for _, i := range r.Context {
		if v := s.memo.tryPlace(0, i); v != "" {
			return v
		}
	}
	return s.placeOfPage(title)
}

// maxPagePlace is how many lines of a page are looked at for a place of all its events.
const maxPagePlace = 600

// placeOfPage finds the place that a page names outside its records, for all of them.
func (s *setReader) placeOfPage(title *candidate) string {
	if s.page.Doc.Data {
		return ""
	}
	if !s.hasOutside {
		s.outside, s.hasOutside = s.placesOutside(), true
	}
	for _, v := range s.outside {
		if v != title.text {
			return v
		}
	}
	return ""
}

// placesOutside returns the places that are named in no record of the set, the surest
// first.
func (s *setReader) placesOutside() []string {
	inside := make([]bool, min(len(s.page.Doc.Lines), maxPagePlace))
	for i := range s.set.Records {
		for _, k := range s.set.Records[i].Lines {
			if k < len(inside) {
				inside[k] = true
			}
		}
	}
	var out []string
	for rule := range namedRules {
		for i := range inside {
			if inside[i] || s.page.Doc.Lines[i].Data {
				continue
			}
			if v := s.memo.tryPlace(rule, i); v != "" {
				out = append(out, v)
			}
		}
	}
	return out
}

// places are what the rules find in the lines of a document, each looked at once.
type places [allRules][]placeFound

type placeFound struct {
	text string
	done bool
}

func (m *memo) tryPlace(rule, i int) string {
	if m.places[rule] == nil {
		m.places[rule] = make([]placeFound, len(m.page.Doc.Lines))
	}
	at := &m.places[rule][i]
	if at.done {
		return at.text
	}
	at.done = true
	if l := &m.page.Doc.Lines[i]; !l.Aside && !l.Head {
		at.text = asPlace(placeRules[rule](m, i, l))
	}
	return at.text
}

// nearest returns the lines behind a date, then those before it.
func nearest(lines []int, at int) []int {
	k, _ := slices.BinarySearch(lines, at)
	behind := lines[k:min(len(lines), k+maxPlaceLines)]
	if k == 0 || len(behind) == maxPlaceLines {
		return behind
	}
	return slices.Concat(behind, lines[:min(k, maxPlaceLines-len(behind))])
}

// isVenue reports whether a text may be a place that nothing names as one.
func (w *said) isVenue() bool { return w.place && w.runes <= 40 && !w.sentence }

// asPlace returns a text as a place, "" where it can be none: a time, an address of the
// web, a word for programs.
func asPlace(v string) string {
	v = strings.Trim(strings.TrimSpace(v), "*_|｜")
	isHour := strings.HasSuffix(v, ":") || hours.MatchString(v[:min(len(v), 12)])
	isOther := isHour || strings.Contains(v, "://") || !isWords(v)
	isSlug := slug.MatchString(v) && v != "online"
	if isOther || isSlug || onlyDate(v) {
		return ""
	}
	return v
}
