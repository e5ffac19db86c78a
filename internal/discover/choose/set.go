package choose

import (
	"slices"
	"strings"

	"koyomi/internal/discover/record"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// A Reading is one way to read a document.
type Reading struct {
	// Kind and Shape say how it was cut; Each that every date of a record stands for
	// an event of its own.
	Kind  record.Kind
	Shape string
	Each  bool
	// None is set for the reading "no events".
	None bool
	// Items are its events.
	Items []Item
	// Score is its log-odds by the model, up to what all readings share.
	Score float64

	set   *record.Set
	page  *record.Page
	model *Model
	// events is how many there are where Items are those of the first records alone.
	events int
	words  pageWords
	x      []float64
	facts  readingFacts
	// sum is the expected number of its events that are right, asked that of the page.
	sum, asked, leastChance, bestChance float64
}

// An Item is one event of a reading.
type Item struct {
	Title, Place, Link string
	Date               record.Date
	Raw                extract.Raw
	titleScore         float64
	timed              bool
	heading            bool
	shared             float64
	ahead              int
	labelled, above    bool
	deeper             bool
	from               origin
	covers             float64
	words              recordWords
	// chance is that of its being an event, by the model.
	chance float64
	x      []float64
}

// A setReader reads the records of one set.
type setReader struct {
	page   *record.Page
	model  *Model
	set    *record.Set
	each   bool
	said   sayings
	places places
	// lineAt is the line that a rule for places looks at, outside the lines that are in
	// no record.
	lineAt  int
	outside []int
	// named are the names of the maps of data by their ids.
	named map[string]string
	// words are the candidates of each record.
	words [][]candidate
	pick  []record.Date
}

// choice is the date of a record that counts most.
func (s *setReader) choice(r *record.Record) record.Date {
	best := s.page.Dates[r.Dates[0]]
	for _, k := range r.Dates[1:] {
		if d := s.page.Dates[k]; weight(d) > weight(best) {
			best = d
		}
	}
	return best
}

// weight orders the dates of one record.
func weight(d record.Date) float64 {
	w := d.Odds
	if d.Named {
		w += 2
	}
	if d.Posted {
		w -= 4
	}
	if !d.Reading.AllDay() {
		w++
	}
	return w
}

// sample is how many records are read before it is known which reading is right.
const sample = 40

// read makes the reading of the first records of a set.
func (s *setReader) read(most int) *Reading {
	whole := s.set
	first := *whole
	first.Records = first.Records[:min(len(first.Records), most)]
	s.set = &first
	for i := range s.set.Records {
		r := &s.set.Records[i]
		d := s.choice(r)
		s.pick = append(s.pick, d)
		s.words = append(s.words, s.candidates(r, d))
	}
	s.align()
	out := &Reading{
		Kind:  s.set.Kind,
		Shape: s.set.Shape,
		Each:  s.each,
		set:   whole,
		page:  s.page,
		model: s.model,
	}
	slots := s.slotScores()
	for i := range s.set.Records {
		best, score := s.title(s.words[i], slots)
		if best == nil {
			continue
		}
		for _, d := range s.dates(&s.set.Records[i], s.pick[i]) {
			out.Items = append(out.Items, s.item(&s.set.Records[i], d, best, score))
		}
	}
	out.events = len(out.Items) * len(whole.Records) / max(1, len(first.Records))
	return out
}

// align finds what records have in common.
func (s *setReader) align() {
	texts, slots := map[string]int{}, map[string]int{}
	for _, words := range s.words {
		seen := map[string]bool{}
		for i := range words {
			c := &words[i]
			if !seen["t"+c.text] {
				texts[c.text]++
			}
			if !seen["s"+c.slot] {
				slots[c.slot]++
			}
			seen["t"+c.text], seen["s"+c.slot] = true, true
		}
	}
	n := len(s.words)
	for _, words := range s.words {
		for i := range words {
			c := &words[i]
			c.shared, c.covers = 0, share(slots[c.slot], n)
			if n > 1 {
				c.shared = share(texts[c.text]-1, n-1)
			}
		}
	}
}

// slotScores are the mean scores of the candidates at each place of the records.
func (s *setReader) slotScores() map[string]float64 {
	sum, n := map[string]float64{}, map[string]int{}
	for _, words := range s.words {
		for i := range words {
			words[i].score = s.score(&words[i])
			sum[words[i].slot] += words[i].score
			n[words[i].slot]++
		}
	}
	for k := range sum {
		sum[k] /= float64(n[k])
	}
	return sum
}

func (s *setReader) score(
	c *candidate,
) float64 {
	return dot(s.model.Title, titleVector(c))
}

func titleVector(c *candidate) []float64 {
	x := make([]float64, len(titleFeatures))
	for i, f := range titleFeatures {
		x[i] = f.of(c)
	}
	return x
}

// title picks among the candidates of a record.
func (s *setReader) title(
	words []candidate,
	slots map[string]float64,
) (best *candidate, score float64) {
	for i := range words {
		v := 0.5*words[i].score + 0.5*slots[words[i].slot]
		if best == nil || v > score {
			best, score = &words[i], v
		}
	}
	return best, score
}

// dates returns the dates of a record that stand for an event each.
func (s *setReader) dates(r *record.Record, first record.Date) []record.Date {
	if !s.each {
		return []record.Date{first}
	}
	var out []record.Date
	seen := map[string]bool{}
	for _, k := range r.Dates {
		d := s.page.Dates[k]
		d.Reading = s.page.Joined(d, r.Lines)
		key := d.Reading.Start.String()
		day := d.Reading.Start.Date.String()
		isAgain := seen[key] || d.Reading.AllDay() && seen[day]
		if isAgain || d.Reading.Struck || d.Posted {
			continue
		}
		seen[key], seen[day] = true, true
		out = append(out, d)
	}
	return out
}

// item makes one event.
func (s *setReader) item(
	r *record.Record,
	d record.Date,
	title *candidate,
	score float64,
) Item {
	reading := s.page.Joined(d, r.Lines)
	it := Item{
		Title:      title.text,
		Date:       d,
		titleScore: score,
		shared:     title.shared,
		heading:    title.level > 0,
	}
	it.labelled = title.field == "title" || isTitleKey(title.label)
	it.from, it.deeper, it.covers = title.origin, title.deeper, title.covers
	it.words = s.wordsIn(r)
	it.above = !slices.Contains(r.Lines, d.Line)
	it.ahead = d.Reading.Start.Date.Sub(dayOf(s.page))
	it.timed = !reading.AllDay()
	it.Place = s.place(r, d, title)
	it.Link = s.link(r, title)
	it.Raw = extract.Raw{
		Item:     "line " + itoa(d.Line+1),
		Title:    cleanTitle(withoutPlace(title.text, it.Place)),
		Location: it.Place,
		URL:      it.Link,
		Year:     s.page.Year(d.Line),
		Month:    s.page.Month(d.Line),
		Plain:    true,
		Struck:   s.struck(r, d),
	}
	s.moment(&it, r, d, reading)
	for _, i := range r.Lines[:min(len(r.Lines), 40)] {
		l := &s.page.Doc.Lines[i]
		if s.set.Kind == record.Whole && l.Level == 0 && i != d.Line {
			continue
		}
		it.Raw.Record = append(it.Raw.Record, l.Text)
	}
	return it
}

var (
	endKey    = text.NewPattern(`(?i)^(?:end|ends|finish|until|to)|end$|[_-]end|^終了|^閉`)
	notEndKey = text.NewPattern(`(?i)regist|deadline|sale|cfp|proposal|申込|受付`)
	marksLead = text.NewPattern(`^(?:[■●◆★▼◎□◇☆▽♪・>»\s　]+|[0-9]+[.)．]\s+)`)
)

// moment states when an event is.
func (s *setReader) moment(it *Item, r *record.Record, d record.Date, reading whenReading) {
	it.Raw.Span = reading.Span("")
	it.Raw.Reading.Text, it.Raw.Reading.Confidence = text.Line(
		d.Text,
		200,
	), reading.Confidence
	it.Raw.Reading.Reasons, it.Raw.Reading.Warnings = reading.Reasons, reading.Warnings
	if !s.page.Doc.Lines[d.Line].Data || !it.Raw.Span.End.IsZero() {
		return
	}
	for _, i := range r.Lines {
		l := &s.page.Doc.Lines[i]
		isEnd := l.Data && i != d.Line && endKey.MatchString(l.Label) &&
			!notEndKey.MatchString(l.Label)
		if !isEnd {
			continue
		}
		if end, ok := s.endOf(l.Value, reading); ok {
			it.Raw.Span.End = end
			return
		}
	}
}

// struck reports whether the record, or its date, is struck out.
func (s *setReader) struck(r *record.Record, d record.Date) bool {
	return d.Reading.Struck || s.page.Doc.Lines[d.Line].Struck && len(r.Dates) == 1
}

// withoutPlace takes the place off the end of a title.
func withoutPlace(title, place string) string {
	if place == "" {
		return title
	}
	rest, ok := strings.CutSuffix(title, place)
	head := strings.TrimRight(rest, " 　")
	isMarked := strings.HasSuffix(head, " @") || strings.HasSuffix(head, "＠")
	if !ok || !isMarked {
		return title
	}
	return strings.TrimRight(head, " 　@＠")
}

func cleanTitle(s string) string {
	if t := marksLead.ReplaceAllString(s, ""); t != "" {
		return t
	}
	return s
}

// link returns the address of a record's own page.
func (s *setReader) link(r *record.Record, title *candidate) string {
	if title.line >= 0 {
		if l := &s.page.Doc.Lines[title.line]; l.Link != "" && !l.Data {
			return l.Link
		}
	}
	if s.set.Kind == record.Whole {
		return ""
	}
	first := ""
	for _, i := range r.Lines {
		l := &s.page.Doc.Lines[i]
		if l.Link == "" || isMedia(l.Link) {
			continue
		}
		if l.Data && extract.FieldOf(l.Label) == "url" {
			return l.Link
		}
		if first == "" {
			first = l.Link
		}
	}
	return first
}

func isMedia(address string) bool {
	address = strings.ToLower(address)
	for _, suffix := range []string{".jpg", ".png", ".gif", ".jpeg", ".webp", ".pdf", ".svg"} {
		if strings.HasSuffix(address, suffix) {
			return true
		}
	}
	return strings.HasPrefix(address, "mailto:") || strings.HasPrefix(address, "tel:") ||
		strings.HasPrefix(address, "javascript:")
}
