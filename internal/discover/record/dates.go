package record

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/discover/block"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// A Date is one date of an event in a document.
type Date struct {
	Line int
	// Text is what was read, Reading what it says.
	Text    string
	Reading when.Reading
	// Odds are the log-odds of its being an event's.
	Odds float64
	// Named is set where a label or key names it as an event's; one that it names as that
	// of something else is no date here.
	Named bool
	// From and To are where in the line it stands.
	From, To int
}

// A Page is a document with its dates. One goroutine may use it at a time.
type Page struct {
	Doc   *block.Doc
	Dates []Date
	// Heads is, for each line, the last heading up to it, -1 for none.
	Heads []int
	ref   time.Time
	zone  *time.Location
	years []int
	month []time.Month
	year  int
	// holdsHours is, for each line once it is asked, whether it says hours and no date;
	// joined are the dates that were read with the hours of another line.
	holdsHours []answer
	joined     map[joint]when.Reading
	// labels are what labels say of dates, once they are asked.
	labels map[string]standing
}

// An answer is one that is found when it is first asked for.
type answer byte

const (
	unasked answer = iota
	yes
	no
)

// A joint is what Joined reads: a date and hours, in a year and month.
type joint struct {
	date, hours string
	year        int
	month       time.Month
}

// New finds the dates of a document, published at ref.
func New(d *block.Doc, ref time.Time, zone *time.Location) *Page {
	p := &Page{Doc: d, ref: ref, zone: zone, labels: map[string]standing{}}
	p.year = titleYear(d.Title, d.Head, addressYear(d.Base))
	p.heads()
	for i := range d.Lines {
		if !d.Lines[i].Aside && len(p.Dates) < maxDates {
			p.line(i)
		}
	}
	return p
}

// maxDates is how many dates of one document are looked at.
const maxDates = 10_000

// maxRead is how many bytes of a line are read for dates.
const maxRead = 3_000

var (
	// eventKey and postedKey are words in keys and labels, for and against a date.
	eventKey = text.NewPattern(
		`(?i)start|begin|when|held|date|day|日時|日程|開催|開演|公演|日付|期日|開講|実施|time|schedule`,
	)
	postedKey = text.NewPattern(
		`(?i)publi|posted|creat|updat|modif|deadline|close|expire|born|birth|regist|due|締|更新|公開日|投稿|掲載|登録|作成|申込|until|end|finish|last_?mod|revised|issued|archived|timestamp`,
	)
	machine = text.NewPattern(`^[0-9]{10}$|^[0-9]{13}$`)
)

// line finds the dates of a line.
func (p *Page) line(i int) {
	l := &p.Doc.Lines[i]
	words := l.Text[:min(len(l.Text), maxRead)]
	named, posted := p.labelled(l.Label)
	if posted {
		return
	}
	if l.Data {
		words = l.Value[:min(len(l.Value), maxRead)]
		if isPath(words) {
			return
		}
		if p.stamp(i, words, named) {
			return
		}
	}
	if !hopeful(words) {
		return
	}
	ctx := when.Context{
		Ref:   p.ref,
		Zone:  p.zone,
		Year:  p.years[i],
		Month: p.month[i],
	}
	if y := lineYear(words); y > 0 {
		ctx.Year = y
	}
	if m := bareDay.FindStringSubmatch(text.Fold(words)); m != nil {
		p.bare(i, m, ctx)
		return
	}
	isShort := utf8.RuneCountInString(words) <= 60
	if named || isShort || l.Cell {
		ctx.Label = when.LabelDate
	}
	found := when.Dates(words, ctx)
	if len(found) == 0 && l.Machine != "" {
		ctx.Label = when.LabelDate
		words = l.Machine
		found = when.Dates(words, ctx)
	}
	for _, r := range found {
		d := Date{
			Line:    i,
			Text:    words,
			Reading: r,
			Odds:    r.LogOdds,
			Named:   named,
		}
		if len(r.Parts) > 0 {
			d.From, d.To = r.Parts[0].From, r.Parts[0].To
			for _, part := range r.Parts {
				d.From, d.To = min(d.From, part.From), max(d.To, part.To)
			}
		}
		p.Dates = append(p.Dates, d)
	}
}

// A standing is what a label says of a date: that it is an event's, or something else's.
type standing struct{ named, posted bool }

// labelled returns what a label says of the dates in its value.
func (p *Page) labelled(label string) (named, posted bool) {
	if label == "" {
		return false, false
	}
	s, ok := p.labels[label]
	if !ok {
		s.posted = postedKey.MatchString(label)
		s.named = !s.posted && eventKey.MatchString(label)
		p.labels[label] = s
	}
	return s.named, s.posted
}

// path is the address of a page within a site: words and digits between slashes.
var path = text.NewPattern(`^/?(?:[\w.~-]+/)+[\w.~-]*[A-Za-z][\w.~-]*/?$`)

// isPath reports whether a value of data is a path, in which a date is that of a page.
func isPath(words string) bool { return strings.Contains(words, "/") && path.MatchString(words) }

// bare reads the day of a month that a heading names.
func (p *Page) bare(i int, m []string, ctx when.Context) {
	isDay := dayHeads[strings.ToLower(p.Doc.Lines[i].Label)]
	if ctx.Month == 0 || !isDay {
		return
	}
	words := strconv.Itoa(int(ctx.Month)) + "月" + m[1] + "日"
	if m[2] != "" {
		words += "(" + m[2] + ")"
	}
	ctx.Label = when.LabelDate
	if r := when.Read(words, ctx); !r.Start.IsZero() {
		p.Dates = append(p.Dates, Date{
			Line:    i,
			Text:    words,
			Reading: r,
			Odds:    r.LogOdds,
			Named:   true,
			To:      len(p.Doc.Lines[i].Text),
		})
	}
}

// stamp reads a value as machines write times.
func (p *Page) stamp(i int, words string, named bool) bool {
	isEpoch := machine.MatchString(words)
	if isEpoch && !named {
		return true
	}
	m, ok := extract.Clock{Zone: p.zone}.Moment(words)
	if !ok {
		return false
	}
	if isDummy(m) {
		return true
	}
	odds := 0.5
	if named {
		odds = 3
	}
	r := when.Reading{Start: m, LogOdds: odds, Owner: when.OwnerEvent}
	p.Dates = append(p.Dates, Date{
		Line:    i,
		Text:    words,
		Reading: r,
		Odds:    odds,
		Named:   named,
		To:      len(words),
	})
	return true
}

// isDummy reports a day that stands for none, beside an hour that counts.
func isDummy(m event.Moment) bool {
	d := m.Date.String()
	return !m.AllDay() && (d == "2000-01-01" || d == "1970-01-01" || d == "0001-01-01")
}

// hopeful reports whether a text can hold a date at all.
func hopeful(s string) bool {
	return strings.ContainsAny(s, "0123456789０１２３４５６７８９一二三四五六七八九十")
}

// Year and Month are what headings say above a line.
func (p *Page) Year(line int) int         { return p.years[line] }
func (p *Page) Month(line int) time.Month { return p.month[line] }
func (p *Page) Ref() time.Time            { return p.ref }
func (p *Page) Zone() *time.Location      { return p.zone }

// hoursOf finds a time of the day.
var hoursOf = text.NewPattern(
	`[0-9０-９]{1,2}\s*[:：][0-9０-９]{2}|[0-9０-９]{1,2}\s*時|(?i:\b[0-9]{1,2}\s*[ap]\.?m\b)`,
)

// The bounds within which hours are looked for that belong to a date.
const (
	maxHourLines = 4   // lines that are tried
	hoursWithin  = 5   // lines below the date
	maxHourLine  = 300 // bytes of such a line
)

// mayHoldHours reports whether line i may say when on the day of line day something
// begins: it is near or of the same row, and holds a time and no date.
func (p *Page) mayHoldHours(i, day int) bool {
	if p.holdsHours[i] == unasked {
		p.holdsHours[i] = no
		if p.saysHours(i) {
			p.holdsHours[i] = yes
		}
	}
	if p.holdsHours[i] == no {
		return false
	}
	l := &p.Doc.Lines[i]
	isBelow := i > day && i <= day+hoursWithin
	isKey := l.Data && i != day
	return isBelow || isKey || p.sameRow(i, day)
}

// saysHours reports whether a line names hours and no date.
func (p *Page) saysHours(i int) bool {
	l := &p.Doc.Lines[i]
	if len(l.Text) > maxHourLine || p.HasDate(i) {
		return false
	}
	if l.Data && !timeKey.MatchString(l.Label) {
		return false
	}
	return strings.ContainsAny(l.Text, ":：時mM") && hoursOf.MatchString(l.Text)
}

// Joined returns a date with the hours that stand on a line behind it.
func (p *Page) Joined(d Date, lines []int) when.Reading {
	if !d.Reading.AllDay() {
		return d.Reading
	}
	if p.holdsHours == nil {
		p.holdsHours, p.joined = make([]answer, len(p.Doc.Lines)), map[joint]when.Reading{}
	}
	words := d.Text[min(d.From, len(d.Text)):]
	if d.To > d.From && d.To <= len(d.Text) {
		words = d.Text[d.From:d.To]
	}
	tried := 0
	for _, i := range lines {
		if tried == maxHourLines {
			break
		}
		if !p.mayHoldHours(i, d.Line) {
			continue
		}
		tried++
		both := p.join(joint{words, hoursText(&p.Doc.Lines[i]), p.years[d.Line], p.month[d.Line]})
		if both.Start.Date == d.Reading.Start.Date && !both.AllDay() &&
			!both.Start.IsZero() {
			return both
		}
	}
	return d.Reading
}

// join reads a date with hours, once.
func (p *Page) join(j joint) when.Reading {
	if r, ok := p.joined[j]; ok {
		return r
	}
	r := when.Read(j.date+" "+j.hours, when.Context{
		Ref:   p.ref,
		Zone:  p.zone,
		Year:  j.year,
		Month: j.month,
		Label: when.LabelDate,
	})
	p.joined[j] = r
	return r
}

var timeKey = text.NewPattern(`(?i)time|hour|from|start|begin|時|開演`)

func hoursText(l *block.Line) string {
	if l.Label != "" && !l.Data {
		return l.Text
	}
	if m, ok := (extract.Clock{}).Moment(l.Value); ok && isDummy(m) {
		return m.Time.Format("15:04")
	}
	return l.Value
}

func (p *Page) sameRow(i, j int) bool {
	a, b := &p.Doc.Lines[i], &p.Doc.Lines[j]
	return a.Cell && b.Cell && p.Doc.Elems[a.Elem].Parent == p.Doc.Elems[b.Elem].Parent
}

// Within reports whether an element is a further one within another.
func (p *Page) Within(inner, outer int) bool {
	for e := p.Doc.Elems[inner].Parent; e >= 0; e = p.Doc.Elems[e].Parent {
		if e == outer {
			return true
		}
	}
	return false
}

// HasDate reports whether a line holds a date of an event.
func (p *Page) HasDate(line int) bool {
	k := p.firstDate(line)
	return k < len(p.Dates) && p.Dates[k].Line == line
}

// firstDate returns the number of the first date in a line or behind it.
func (p *Page) firstDate(line int) int {
	lo, hi := 0, len(p.Dates)
	for lo < hi {
		m := (lo + hi) / 2
		if p.Dates[m].Line < line {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// WithoutDates returns the text of a line with a zero byte in place of each date.
func (p *Page) WithoutDates(line int) string {
	s := p.Doc.Lines[line].Text
	for i := p.firstDate(line+1) - 1; i >= 0 && p.Dates[i].Line == line; i-- {
		d := &p.Dates[i]
		if d.Text == s[:min(len(s), len(d.Text))] && d.From < d.To &&
			d.To <= len(s) {
			s = s[:d.From] + "\x00" + s[d.To:]
		}
	}
	return s
}
