package choose

import (
	"slices"
	"strings"

	"koyomi/internal/discover/record"
	"koyomi/internal/event"
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
	memo  *memo
	// events is how many there are where Items are those of the first records alone.
	events int
	words  pageWords
	x      []float64
	facts  readingFacts
	// sum is the expected number of its events that are right, asked that of the page.
	sum, asked, leastChance, bestChance float64
	// least is the chance that an event of it must have to be taken.
	least float64
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
	behind             float64
	deeper             bool
	from               origin
	covers             float64
	words              recordWords
	// says is what the words of the title say.
	says *said
	// chance is that of its being an event, by the model.
	chance float64
	x      []float64
}

// A setReader reads the records of one set.
type setReader struct {
	page  *record.Page
	model *Model
	memo  *memo
	// whole is the set, set its records that are read.
	whole, set *record.Set
	// words are the candidates of each record, pick its date, best its title or nil,
	// score what the title is worth, seen what its lines say.
	words [][]candidate
	pick  []record.Date
	best  []*candidate
	score []float64
	seen  []recordWords
	links []string
	// outside are the places that the page names outside the records, once hasOutside.
	outside    []string
	hasOutside bool
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
	if !d.Reading.AllDay() {
		w++
	}
	return w
}

// sample is how many records are read before it is known which reading is right.
const sample = 40

// prepare looks at the first records of a set: their candidates and titles.
func (s *setReader) prepare(most int) {
	s.whole = s.set
	first := *s.whole
	first.Records = first.Records[:min(len(first.Records), most)]
	s.set = &first
	for i := range s.set.Records {
		r := &s.set.Records[i]
		d := s.choice(r)
		s.pick = append(s.pick, d)
		s.words = append(s.words, s.candidates(r, d))
		s.seen = append(s.seen, s.wordsIn(r))
		s.links = append(s.links, s.ownLink(r))
	}
	s.align()
	slots := s.slotScores()
	for _, words := range s.words {
		best, score := s.title(words, slots)
		s.best, s.score = append(s.best, best), append(s.score, score)
	}
}

// reading makes the reading of the records that were prepared; each says whether every
// date of a record stands for an event of its own.
func (s *setReader) reading(each bool) *Reading {
	out := &Reading{
		Kind:  s.set.Kind,
		Shape: s.set.Shape,
		Each:  each,
		set:   s.whole,
		page:  s.page,
		model: s.model,
		memo:  s.memo,
	}
	known := map[string]bool{}
	for i := range s.set.Records {
		if s.best[i] == nil {
			continue
		}
		dates := []record.Date{s.pick[i]}
		if each {
			dates = s.dates(&s.set.Records[i])
		}
		for _, d := range dates {
			it := s.item(i, d)
			if !known[it.sign()] {
				known[it.sign()] = true
				out.Items = append(out.Items, it)
			}
		}
	}
	out.events = len(out.Items) * len(s.whole.Records) / max(1, len(s.set.Records))
	return out
}

// align finds what records have in common.
func (s *setReader) align() {
	texts, slots := counter{}, counter{}
	for k, words := range s.words {
		for i := range words {
			texts.count(words[i].says.id, k)
			slots.count(words[i].slot, k)
		}
	}
	n := len(s.words)
	for _, words := range s.words {
		for i := range words {
			c := &words[i]
			c.shared, c.covers = 0, share(slots[c.slot].n, n)
			if n > 1 {
				c.shared = share(texts[c.says.id].n-1, n-1)
			}
		}
	}
}

// slotScores are the mean scores of the candidates at each place of the records.
func (s *setReader) slotScores() map[int]float64 {
	sum, n := map[int]float64{}, map[int]int{}
	x := make([]float64, len(titleFeatures))
	for _, words := range s.words {
		for i := range words {
			titleFeaturesOf(&words[i], x)
			words[i].score = dot(s.model.Title, x)
			sum[words[i].slot] += words[i].score
			n[words[i].slot]++
		}
	}
	for k := range sum {
		sum[k] /= float64(n[k])
	}
	return sum
}

// titleFeaturesOf sets x to the features of a candidate.
func titleFeaturesOf(c *candidate, x []float64) {
	for i, f := range titleFeatures {
		x[i] = f.of(c)
	}
}

// title picks among the candidates of a record.
func (s *setReader) title(
	words []candidate,
	slots map[int]float64,
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
func (s *setReader) dates(r *record.Record) []record.Date {
	var out []record.Date
	seen := map[string]bool{}
	days := map[event.Date]bool{}
	for _, k := range r.Dates {
		d := s.page.Dates[k]
		d.Reading = s.page.Joined(d, r.Lines)
		day := d.Reading.Start.Date
		if d.Reading.Struck {
			continue
		}
		key := ""
		if !d.Reading.AllDay() {
			key = d.Reading.Start.String()
		}
		isAgain := key == "" && days[day] || seen[key]
		if isAgain {
			continue
		}
		days[day] = true
		if key != "" {
			seen[key] = true
		}
		out = append(out, d)
	}
	return out
}

// item makes one event of record k.
func (s *setReader) item(k int, d record.Date) Item {
	r, title := &s.set.Records[k], s.best[k]
	reading := s.page.Joined(d, r.Lines)
	it := Item{
		Title:      title.text,
		Date:       d,
		titleScore: s.score[k],
		says:       title.says,
		shared:     title.shared,
		heading:    title.level > 0,
	}
	it.labelled = title.naming.field == "title" || title.naming.titleKey
	it.from, it.deeper, it.covers = title.origin, title.deeper, title.covers
	it.words = s.seen[k]
	it.behind = weight(s.pick[k]) - weight(d)
	it.above = !slices.Contains(r.Lines, d.Line)
	it.ahead = d.Reading.Start.Date.Sub(dayOf(s.page))
	it.timed = !reading.AllDay()
	it.Place = s.place(r, d, title)
	it.Link = s.link(k, title)
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

// sign is what two events of a reading share that are one, told twice.
func (it *Item) sign() string { return it.Raw.Span.Start.String() + "\t" + it.Raw.Title }

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
		isEnd := l.Data && i != d.Line && s.memo.label(l.Label).end
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
