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
	placeKey = text.NewPattern(
		`(?i)^(?:.*[_-])?(?:place|venue|location|where|address|hall|area|room|city|会場|場所|開催場所|開催地|ところ|所在地|住所|集合場所|開催会場)(?:[_-]?name)?$`,
	)
	placeClass = text.NewPattern(`(?i)place|venue|location|kaijo|where|address`)
	atPlace    = text.NewPattern(
		`(?:^|[\s　)）])(?:@|＠|於[:：\s]?|\bat\s+)\s*([^@＠\n、。]{2,60})`,
	)
	inPlace = text.NewPattern(
		`(?:会場|場所|開催場所|開催地|ところ|(?i:venue|location|place|where))\s*[:：]\s*([^\n]{2,80})`,
	)
)

// placeRules find the place of a record, the surest first.
var placeRules = []func(s *setReader, l *block.Line) string{
	func(s *setReader, l *block.Line) string {
		isPlace := extract.FieldOf(l.Label) == "location" || placeKey.MatchString(l.Label)
		if isPlace && runes(l.Value) <= 120 {
			return l.Value
		}
		return ""
	},
	func(s *setReader, l *block.Line) string {
		if extract.FieldOf(l.Label) == "address" {
			return l.Value
		}
		return ""
	},
	func(s *setReader, l *block.Line) string {
		if m := inPlace.FindStringSubmatch(l.Text); m != nil && len(l.Text) < 1500 {
			return m[1]
		}
		return ""
	},
	func(s *setReader, l *block.Line) string {
		if placeClass.MatchString(lastStep(s.page.Doc.Shapes[l.Path])) &&
			runes(l.Text) <= 100 {
			return l.Text
		}
		return ""
	},
	func(s *setReader, l *block.Line) string {
		if m := atPlace.FindStringSubmatch(l.Text); m != nil && len(l.Text) < 400 {
			return m[1]
		}
		return ""
	},
}

// maxPlaceLines is how many lines of a record are looked at for its place.
const maxPlaceLines = 120

// place finds where an event is.
func (s *setReader) place(r *record.Record, d record.Date, title *candidate) string {
	lines := nearest(r.Lines, d.Line)
	for rule := range placeRules {
		for _, i := range lines {
			if v := s.tryPlace(rule, i); v != "" && v != title.text {
				return v
			}
		}
	}
	for _, i := range lines {
		l := &s.page.Doc.Lines[i]
		isVenue := len(l.Text) <= 160 && s.said.of(l.Text).isVenue()
		if isVenue && i != title.line && !s.page.HasDate(i) && !l.Data {
			return l.Text
		}
	}
	for _, i := range r.Context {
		if v := s.tryPlace(0, i); v != "" {
			return v
		}
	}
	return ""
}

// places are what the rules find in the lines of a document, each looked at once.
type places map[placeAt]string

type placeAt struct{ rule, line int }

func (s *setReader) tryPlace(rule, i int) string {
	at := placeAt{rule, i}
	if v, ok := s.places[at]; ok {
		return v
	}
	v := ""
	if l := &s.page.Doc.Lines[i]; !l.Aside {
		v = strings.TrimSpace(placeRules[rule](s, l))
	}
	s.places[at] = v
	return v
}

// nearest returns the lines behind a date, then those before it.
func nearest(lines []int, at int) []int {
	var behind, before []int
	for _, i := range lines {
		if i >= at {
			behind = append(behind, i)
		} else {
			before = append(before, i)
		}
	}
	all := slices.Concat(behind, before)
	return all[:min(len(all), maxPlaceLines)]
}

// isVenue reports whether a text may be a place that nothing names as one.
func (w *said) isVenue() bool { return w.place && w.runes <= 40 && !w.sentence }
