package choose

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/discover/record"
	"koyomi/internal/event"
	"koyomi/internal/text"
)

var (
	reportWord = newWordPattern(text.NewPattern(`(?i)ました|でした|開催報告|レポート|の様子|\b(?:was|were|held|attended|thanks)\b`))
	postWord   = newWordPattern(text.NewPattern(`(?i)更新し|公開し|公開です|アップし|掲載し|追加し|リリース|開設し|変更し|発売|修正|終了し|決定し|始まりまし|available|posted|updated|released?|fixed|published|version`))
	callWord   = newWordPattern(text.NewPattern(`(?i)(?:募集|受付|応募|申込)(?:の)?(?:開始|期間|締)|締め?切|〆切|結果の?発表|deadline|submissions?\b|notification of|camera.ready|call for|cfp\b|papers? due|early bird`))
	dueWord    = newWordPattern(text.NewPattern(`(?i)締切|締め切り|〆切|まで|期限|発送|発表|deadline|until|due\b|by\b`))
	weekday    = newWordPattern(text.NewPattern(`(?i)[(（\[・][月火水木金土日祝]|[月火水木金土日]曜|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b`))
	startLabel = text.NewPattern(`(?i)^(?:.*[-_])?(?:start|begin|held|when|starts_at|event)|開催|日時|開演|公演|開講`)
	dateLabel  = text.NewPattern(`(?i)^(?:date|day|日付|日|日程|期日|日にち)$`)
)

// recordWords are what the words of one record say.
type recordWords struct {
	hold, report, post, due bool
	lines, days             int
}

// wordsIn looks at the lines of a record.
func (s *setReader) wordsIn(r *record.Record) recordWords {
	w := recordWords{lines: len(r.Lines)}
	for _, i := range r.Lines[:min(len(r.Lines), 30)] {
		l := s.memo.ofLine(i)
		w.hold = w.hold || l.hold
		w.report = w.report || l.report
		w.post = w.post || l.post
		w.due = w.due || l.due
	}
	seen := map[event.Date]bool{}
	for _, k := range r.Dates {
		seen[s.page.Dates[k].Reading.Start.Date] = true
	}
	w.days = len(seen)
	return w
}

// itemFeatures are asked of every event of every reading: is it one?
var itemFeatures = []struct {
	name string
	of   func(r *Reading, i *Item) float64
}{
	{"always", func(*Reading, *Item) float64 { return 1 }},
	{"odds", func(_ *Reading, i *Item) float64 { return max(-2, min(6, i.Date.Odds)) / 3 }},
	{"named", func(_ *Reading, i *Item) float64 { return flag(i.Date.Named) }},
	{"named as a start", func(r *Reading, i *Item) float64 { return flag(r.memo.label(r.label(i)).start) }},
	{"named as a day", func(r *Reading, i *Item) float64 { return flag(r.memo.label(r.label(i)).date) }},
	{"a value of data", func(r *Reading, i *Item) float64 { return flag(r.page.Doc.Lines[i.Date.Line].Data) }},
	{"has hours", func(_ *Reading, i *Item) float64 { return flag(i.timed) }},
	{"has a weekday", func(r *Reading, i *Item) float64 {
		return flag(r.memo.hasWeekday(i.Date.Text))
	}},
	{"the date alone", func(r *Reading, i *Item) float64 { return r.alone(i) }},
	{"the date in a heading", func(r *Reading, i *Item) float64 { return flag(r.page.Doc.Lines[i.Date.Line].Level > 0) }},
	{"the date in a cell", func(r *Reading, i *Item) float64 { return flag(r.page.Doc.Lines[i.Date.Line].Cell) }},
	{"length of the date's line", func(r *Reading, i *Item) float64 { return log1(len(r.page.Doc.Lines[i.Date.Line].Text)) / 6 }},
	{"to come", func(_ *Reading, i *Item) float64 { return flag(i.ahead >= 0) }},
	{"long past", func(_ *Reading, i *Item) float64 { return flag(i.ahead < -30) }},
	{"far away", func(_ *Reading, i *Item) float64 { return flag(i.ahead > 500) }},
	{"score of the title", func(_ *Reading, i *Item) float64 { return max(-8, min(8, i.titleScore)) / 4 }},
	{"title labelled", func(_ *Reading, i *Item) float64 { return flag(i.labelled) }},
	{"title a heading", func(_ *Reading, i *Item) float64 { return flag(i.heading) }},
	{"title of the page", func(_ *Reading, i *Item) float64 { return flag(i.from == ofPage) }},
	{"title from above", func(_ *Reading, i *Item) float64 { return flag(i.from == ofHeading) }},
	{"title beside the date", func(_ *Reading, i *Item) float64 { return flag(i.from == ofRest || i.from == ofPart) }},
	{"title of a map within", func(_ *Reading, i *Item) float64 { return flag(i.deeper) }},
	{"title shared", func(_ *Reading, i *Item) float64 { return i.shared }},
	{"title's slot shared", func(_ *Reading, i *Item) float64 { return i.covers }},
	{"title generic", func(_ *Reading, i *Item) float64 { return flag(i.says.asTitle().generic) }},
	{"title a holiday", func(_ *Reading, i *Item) float64 { return flag(i.says.asTitle().holiday) }},
	{"title gathers", func(_ *Reading, i *Item) float64 { return flag(i.says.gathering) }},
	{"title a sentence", func(_ *Reading, i *Item) float64 { return flag(i.says.sentence) }},
	{"title long", func(_ *Reading, i *Item) float64 { return flag(i.says.runes > 80) }},
	{"title asks to act", func(_ *Reading, i *Item) float64 { return flag(i.says.action) }},
	{"title a fragment", func(_ *Reading, i *Item) float64 { return flag(i.says.fragment) }},
	{"title the page's heading", func(r *Reading, i *Item) float64 { return flag(i.Title == r.page.Doc.Head) }},
	{"title the page's heading, of many", func(r *Reading, i *Item) float64 {
		return flag(r.events > 2 && (i.Title == r.page.Doc.Head || i.from == ofPage))
	}},
	{"title reports or posts", func(_ *Reading, i *Item) float64 {
		return flag(i.says.asTitle().reports)
	}},
	{"a place", func(_ *Reading, i *Item) float64 { return flag(i.Place != "") }},
	{"a link", func(_ *Reading, i *Item) float64 { return flag(i.Link != "") }},
	{"words of announcements", func(_ *Reading, i *Item) float64 { return flag(i.words.hold) }},
	{"words of reports", func(_ *Reading, i *Item) float64 { return flag(i.words.report) }},
	{"words of posts", func(_ *Reading, i *Item) float64 { return flag(i.words.post) }},
	{"words of deadlines", func(_ *Reading, i *Item) float64 { return flag(i.words.due) }},
	{"lines of the record", func(_ *Reading, i *Item) float64 { return log1(i.words.lines) / 4 }},
	{"days of the record", func(_ *Reading, i *Item) float64 { return log1(i.words.days) / 2 }},
	{"date from above", func(_ *Reading, i *Item) float64 { return flag(i.above) }},
	{"each", func(r *Reading, _ *Item) float64 { return flag(r.Each) }},
	{"each of the whole page", func(r *Reading, _ *Item) float64 { return flag(r.Each && r.Kind == record.Whole) }},
	{"kind: sections", func(r *Reading, _ *Item) float64 { return flag(r.Kind == record.Section) }},
	{"kind: date first", func(r *Reading, _ *Item) float64 { return flag(r.Kind == record.DateFirst) }},
	{"kind: date last", func(r *Reading, _ *Item) float64 { return flag(r.Kind == record.DateLast) }},
	{"kind: single lines", func(r *Reading, _ *Item) float64 { return flag(r.Kind == record.OneLine) }},
	{"kind: the whole page", func(r *Reading, _ *Item) float64 { return flag(r.Kind == record.Whole) }},
	{"kind: rows", func(r *Reading, _ *Item) float64 { return flag(isShape(r, "tr")) }},
	{"kind: front matter", func(r *Reading, _ *Item) float64 { return flag(strings.HasPrefix(r.Shape, ".front")) }},
	{"kind: front matter of a post", func(r *Reading, _ *Item) float64 {
		return flag(strings.HasPrefix(r.Shape, ".front") && r.words.isPost)
	}},
	{"a day of front matter of a post", func(r *Reading, i *Item) float64 {
		l := &r.page.Doc.Lines[i.Date.Line]
		return flag(l.Data && !r.page.Doc.Data && r.words.isPost && r.memo.label(l.Label).date)
	}},
	{"events of the reading", func(r *Reading, _ *Item) float64 { return log1(r.events) / 3 }},
	{"a single event", func(r *Reading, _ *Item) float64 { return flag(r.events == 1) }},
	{"members without a date", func(r *Reading, _ *Item) float64 { return share(r.set.Bare, r.set.Bare+len(r.set.Records)) }},
	{"dates falling", func(r *Reading, _ *Item) float64 { return r.facts.falling }},
	{"titles alike", func(r *Reading, _ *Item) float64 { return r.facts.alike }},
	{"at one day", func(r *Reading, _ *Item) float64 { return r.facts.oneDay }},
	{"share with hours", func(r *Reading, _ *Item) float64 { return r.facts.timed }},
	{"share with places", func(r *Reading, _ *Item) float64 { return r.facts.placed }},
	{"page: title of news", func(r *Reading, _ *Item) float64 { return flag(r.words.titleNews) }},
	{"page: title of events", func(r *Reading, _ *Item) float64 { return flag(r.words.titleEvent) }},
	{"page: words of announcements", func(r *Reading, _ *Item) float64 { return log1(r.words.event) / 3 }},
	{"page: a single date", func(r *Reading, _ *Item) float64 { return flag(r.words.dates == 1) }},
	{"page: dates long past", func(r *Reading, _ *Item) float64 { return share(r.words.past, r.words.dates) }},
	{"page: dates to come", func(r *Reading, _ *Item) float64 { return flag(r.words.future > 0) }},
	{"a better date in its record", func(r *Reading, i *Item) float64 { return min(i.behind, 8) / 4 }},
	{"the best of several dates", func(r *Reading, i *Item) float64 { return flag(i.words.days > 1 && i.behind <= 0) }},
	{"date from above, of data", func(r *Reading, i *Item) float64 {
		return flag(i.above && r.page.Doc.Lines[i.Date.Line].Data)
	}},
	{"date of a map of another title", func(r *Reading, i *Item) float64 { return flag(i.above && r.titledOtherwise(i)) }},
	{"a rule, not a day", func(_ *Reading, i *Item) float64 { return flag(i.Date.Reading.Rule != nil) }},
	{"title a deadline or a call", func(_ *Reading, i *Item) float64 { return flag(i.says.asTitle().due) }},
	{"another of its day has hours", func(r *Reading, i *Item) float64 {
		return flag(!i.timed && r.facts.timedDays[i.Date.Reading.Start.Date])
	}},
	{"another of its day has hours, of few days", func(r *Reading, i *Item) float64 {
		return flag(!i.timed && r.facts.timedDays[i.Date.Reading.Start.Date] && len(r.Items) <= 4)
	}},
	{"date's line: a deadline", func(r *Reading, i *Item) float64 { return flag(r.memo.ofLine(i.Date.Line).due) }},
	{"date's line: an announcement", func(r *Reading, i *Item) float64 { return flag(r.memo.ofLine(i.Date.Line).hold) }},
	{"date's line: a report", func(r *Reading, i *Item) float64 { return flag(r.memo.ofLine(i.Date.Line).report) }},
	{"date's line: a post", func(r *Reading, i *Item) float64 { return flag(r.memo.ofLine(i.Date.Line).post) }},
	{"an hour to the odd minute", func(_ *Reading, i *Item) float64 { return flag(isStamp(i.Raw.Span.Start.Time)) }},
	{"front matter: a day, no place or hour", func(r *Reading, i *Item) float64 { return flag(r.isFrontDay(i)) }},
	{"front matter: a day, and words of announcements", func(r *Reading, i *Item) float64 {
		return flag(r.isFrontDay(i)) * min(log1(r.words.event)/3, 1)
	}},
	{"front matter: a day, others in the text", func(r *Reading, i *Item) float64 {
		return flag(r.isFrontDay(i) && r.words.inText > 0)
	}},
	{"front matter: a day, and a title that gathers", func(r *Reading, i *Item) float64 {
		return flag(r.isFrontDay(i) && i.says.gathering)
	}},
	{"label of a date of events", func(r *Reading, i *Item) float64 { return flag(r.memo.label(r.label(i)).field == "when") }},
	{"label of something else", func(r *Reading, i *Item) float64 {
		n := r.memo.label(r.label(i))
		return flag(r.label(i) != "" && n.field != "when" && !n.start && !n.date)
	}},
	{"title of a person or a note", func(_ *Reading, i *Item) float64 { return flag(i.says.person) }},
	{"title of a place", func(_ *Reading, i *Item) float64 { return flag(i.says.place) }},
	{"the first date of the page", func(r *Reading, i *Item) float64 { return flag(i.Date.Line == r.page.Dates[0].Line) }},
	{"how often the page names its day", func(r *Reading, i *Item) float64 {
		return log1(r.memo.dayCount(i.Date.Reading.Start.Date)-1) / 2
	}},
	{"title in the page's title", func(r *Reading, i *Item) float64 {
		return flag(strings.Contains(r.page.Doc.Title, i.Title) && i.from != ofPage)
	}},
	{"days of the page that are in it", func(r *Reading, i *Item) float64 { return r.facts.days }},
	{"shape of news", func(r *Reading, _ *Item) float64 { return flag(r.facts.newsShape) }},
	{"shape of events", func(r *Reading, _ *Item) float64 { return flag(r.facts.eventShape) }},
}

// readingFacts are what all events of a reading share.
type readingFacts struct {
	falling, alike, oneDay, timed, placed, days float64
	newsShape, eventShape                       bool
	timedDays                                   map[event.Date]bool
}

func (r *Reading) label(i *Item) string { return r.page.Doc.Lines[i.Date.Line].Label }

// alone is the share of its line that a date takes.
func (r *Reading) alone(i *Item) float64 {
	n := utf8.RuneCountInString(r.page.Doc.Lines[i.Date.Line].Value)
	from, to := min(i.Date.From, len(i.Date.Text)), min(i.Date.To, len(i.Date.Text))
	return min(1, share(utf8.RuneCountInString(i.Date.Text[from:max(from, to)]), n))
}

// weighItems finds the chance of each event of a reading.
func (r *Reading) weighItems(w []float64) {
	if r.None {
		return
	}
	r.facts = readingFacts{
		falling: r.falling(), alike: r.alike(), oneDay: r.oneDay(),
		timed:      r.mean(func(i *Item) float64 { return flag(i.timed) }),
		placed:     r.mean(func(i *Item) float64 { return flag(i.Place != "") }),
		days:       r.shareOfDays(),
		timedDays:  map[event.Date]bool{},
		newsShape:  newsPage.MatchString(r.Shape),
		eventShape: eventPage.MatchString(r.Shape),
	}
	for i := range r.Items {
		if r.Items[i].timed {
			r.facts.timedDays[r.Items[i].Date.Reading.Start.Date] = true
		}
	}
	for i := range r.Items {
		it := &r.Items[i]
		it.x = make([]float64, len(itemFeatures))
		for k, f := range itemFeatures {
			it.x[k] = f.of(r, it)
		}
	}
	r.chances(w)
}

// chances applies weights to the features of the events.
func (r *Reading) chances(w []float64) {
	r.sum, r.leastChance = 0, 1
	for i := range r.Items {
		it := &r.Items[i]
		it.chance = sigmoid(dot(w, it.x))
		r.sum += it.chance
		r.leastChance = min(r.leastChance, it.chance)
	}
	if n := len(r.Items); n > 0 {
		r.sum *= float64(max(r.events, n)) / float64(n)
	}
}

// expect finds how many events the page is likely to have: for each day the best
// chance that one of the readings has for it. It tells it to all readings.
func expect(all []*Reading) {
	days := map[event.Date]float64{}
	var order []event.Date
	most := 0.0
	for _, r := range all {
		own := map[event.Date]float64{}
		for i := range r.Items {
			own[r.Items[i].Date.Reading.Start.Date] += r.Items[i].chance
			most = max(most, r.Items[i].chance)
		}
		for i := range r.Items {
			d := r.Items[i].Date.Reading.Start.Date
			if _, ok := days[d]; !ok {
				order = append(order, d)
			}
			days[d] = max(days[d], own[d])
		}
	}
	asked := 0.0
	for _, d := range order {
		asked += days[d]
	}
	for _, r := range all {
		r.asked, r.bestChance = max(asked, r.sum), most
	}
}

// likely is the F1 that a reading can be expected to have, once what lowers it is
// left out.
func (r *Reading) likely() float64 {
	if r.None || len(r.Items) == 0 {
		return 0
	}
	chances := make([]float64, len(r.Items))
	for i := range r.Items {
		chances[i] = r.Items[i].chance
	}
	slices.SortFunc(chances, func(a, b float64) int { return cmp.Compare(b, a) })
	times := float64(max(r.events, len(r.Items))) / float64(len(r.Items))
	best, sum := 0.0, 0.0
	for i, c := range chances {
		sum += c * times
		if f := 2 * sum / (float64(i+1)*times + r.asked); f > best || c == r.least {
			best, r.least = max(f, best), c
		}
	}
	return best
}

// Events are the events of a reading that are likely enough to raise what it is worth.
func (r *Reading) Events() []Item {
	var out []Item
	for _, it := range r.Items {
		if it.chance >= r.least {
			out = append(out, it)
		}
	}
	return out
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// shareOfDays is the share of the days that the page names which the reading has.
func (r *Reading) shareOfDays() float64 {
	own := map[event.Date]bool{}
	for i := range r.Items {
		own[r.Items[i].Date.Reading.Start.Date] = true
	}
	r.memo.dayCount(event.Date{})
	return share(len(own), len(r.memo.days))
}

// dayCount is how often the page names a day.
func (m *memo) dayCount(d event.Date) int {
	if m.days == nil {
		m.days = map[event.Date]int{}
		for i := range m.page.Dates {
			m.days[m.page.Dates[i].Reading.Start.Date]++
		}
	}
	return m.days[d]
}

// titledOtherwise reports whether the map of data that holds the date of an event has a
// title, and not that of the event.
func (r *Reading) titledOtherwise(i *Item) bool {
	doc, found := r.page.Doc, false
	e := doc.Lines[i.Date.Line].Elem
	for k := doc.Elems[e].From; k < min(doc.Elems[e].To, doc.Elems[e].From+maxKeys); k++ {
		l := &doc.Lines[k]
		if l.Elem != e || !l.Data {
			continue
		}
		if l.Value == i.Title {
			return false
		}
		found = found || r.memo.label(l.Label).titleKey
	}
	return found
}

// maxKeys is how many lines of a map are looked at.
const maxKeys = 100

// isStamp reports a time as machines note it and people do not appoint.
func isStamp(t time.Time) bool {
	return !t.IsZero() && (t.Second() != 0 || t.Minute()%5 != 0)
}

// isFrontDay reports whether the date of an event is the day of a front matter that names
// neither a place nor a start.
func (r *Reading) isFrontDay(i *Item) bool {
	l := &r.page.Doc.Lines[i.Date.Line]
	return l.Data && !r.page.Doc.Data && !r.words.frontPlace && r.memo.label(l.Label).date
}
