package choose

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"koyomi/internal/discover/block"
	"koyomi/internal/discover/record"
	"koyomi/internal/event"
	"koyomi/internal/text"
)

// pageWords are what the words of a page say of its kind.
type pageWords struct {
	event, named, dates, hours int
	titleNews, titleEvent      bool
	lines                      int
	past, future               int
	// isPost is set where the front matter is that of a post: it has an author, tags or
	// a category, and no place or start.
	isPost bool
	// frontPlace is set where the front matter names a place or a start, inText is how
	// many dates stand in the text behind it.
	frontPlace bool
	inText     int
	// signUps are links to where one signs up; tells are lines that report, venues lines
	// that name a place by a word for one, whens those that name a time so.
	signUps, tells, venues, whens int
}

var (
	newsPage  = newWordPattern(text.NewPattern(`(?i)news|blog|お知らせ|ニュース|changelog|release|更新履歴|沿革|履歴|history|minutes|議事|report|報告|レポート|notice|新着|日記|diary|podcast|episode|members?|メンバー|about|profile|プロフィール|holiday|祝日`))
	eventPage = newWordPattern(text.NewPattern(`(?i)event|イベント|schedule|スケジュール|予定|日程|行事|seminar|セミナー|勉強会|meetup|conference|公演|ライブ|live|concert|演奏会|開催|案内|募集|参加|calendar|カレンダー|大会|説明会|talks?\b|workshop|講座`))
	holiday   = newWordPattern(text.NewPattern(`元日|の日$|^年末年始|休日|祝日|休業|休館|holiday`))
	signUp    = text.NewPattern(`(?i)connpass\.com|doorkeeper\.jp|peatix\.com|eventbrite\.|lu\.ma|meetup\.com/.*/events|forms\.gle|docs\.google\.com/forms|tiget\.net|livepocket|eplus\.jp|t\.pia\.jp|l-tike|teket\.jp|techplay\.jp|kokuchpro|ticket|regist|entry|apply|rsvp`)
	tellWord  = newWordPattern(text.NewPattern(`(?i)ました|でした|\b(?:was|were|had|did|thanks|fixed|added|released|updated)\b`))
	whenWord  = newWordPattern(text.NewPattern(`(?i)(?:日時|開催日|日程|とき|開演|\bwhen|\bdate|\btime)\s*[:：]`))
	holdWord  = newWordPattern(text.NewPattern(`(?i)開催|日時|会場|開演|開場|参加費|定員|申込|申し込み|主催|register|registration|rsvp|venue|join us|tickets?|will be held|take place`))
)

// wordsOf looks at the words of a page.
func wordsOf(p *record.Page, found *memo) pageWords {
	w := pageWords{lines: len(p.Doc.Lines), dates: len(p.Dates)}
	title := p.Doc.Title + " " + p.Doc.Head
	address := p.Doc.Base[strings.LastIndexByte(strings.TrimRight(p.Doc.Base, "/"), '/')+1:]
	w.titleNews = newsPage.MatchString(title + " " + address)
	w.titleEvent = eventPage.MatchString(title + " " + address)
	w.isPost, w.frontPlace = isPost(p), namesPlace(p)
	for i := range p.Doc.Lines {
		l := &p.Doc.Lines[i]
		if l.Aside || len(l.Text) > 2000 {
			continue
		}
		words := lower(l.Text)
		w.event += int(flag(holdWord.in(words)))
		w.signUps += int(flag(l.Link != "" && signUp.MatchString(l.Link)))
		w.tells += int(flag(tellWord.in(words)))
		n := found.label(l.Label)
		w.venues += int(flag(n.place || inPlace.in(words)))
		w.whens += int(flag(n.start || whenWord.in(lowered{l.Text[:min(len(l.Text), 300)], words.low})))
	}
	for _, d := range p.Dates {
		w.named += int(flag(d.Named))
		w.inText += int(flag(!p.Doc.Lines[d.Line].Data))
		w.hours += int(flag(!d.Reading.AllDay()))
		days := d.Reading.Start.Date.Sub(dayOf(p))
		w.past += int(flag(days < -30))
		w.future += int(flag(days >= 0))
	}
	return w
}

var postKey = text.NewPattern(`(?i)^(?:author|tags?|categor(?:y|ies)|archives?)$`)

// isPost reports whether the values before a document are those of a post.
func isPost(p *record.Page) bool {
	found := false
	for i := range p.Doc.Lines[:min(len(p.Doc.Lines), 60)] {
		l := &p.Doc.Lines[i]
		if !l.Data || p.Doc.Data {
			continue
		}
		if startLabel.MatchString(l.Label) || placeKey.MatchString(l.Label) {
			return false
		}
		found = found || postKey.MatchString(l.Label) || l.Label == "layout" && l.Value == "post"
	}
	return found
}

// namesPlace reports whether the values before a document name a place or a start.
func namesPlace(p *record.Page) bool {
	return slices.ContainsFunc(p.Doc.Lines[:min(len(p.Doc.Lines), 60)], func(l block.Line) bool {
		return l.Data && l.Value != "" && (startLabel.MatchString(l.Label) || placeKey.MatchString(l.Label))
	})
}

// pageFeatures are asked of a page: has it no events at all? They are asked of the
// likeliest of its other readings.
var pageFeatures = []struct {
	name string
	of   func(r *Reading) float64
}{
	{"always", func(*Reading) float64 { return 1 }},
	{"best chance of an event", func(r *Reading) float64 { return r.bestChance }},
	{"events likely", func(r *Reading) float64 { return math.Log2(1 + r.asked) }},
	{"likely F1 of the best reading", func(r *Reading) float64 { return r.likely() }},
	{"mean chance in the best reading", func(r *Reading) float64 { return r.sum / float64(max(r.events, 1)) }},
	{"dates", func(r *Reading) float64 { return log1(r.words.dates) / 3 }},
	{"a single date", func(r *Reading) float64 { return flag(r.words.dates == 1) }},
	{"dates named", func(r *Reading) float64 { return share(r.words.named, r.words.dates) }},
	{"dates with hours", func(r *Reading) float64 { return share(r.words.hours, r.words.dates) }},
	{"dates long past", func(r *Reading) float64 { return share(r.words.past, r.words.dates) }},
	{"dates to come", func(r *Reading) float64 { return flag(r.words.future > 0) }},
	{"title of news", func(r *Reading) float64 { return flag(r.words.titleNews) }},
	{"title of events", func(r *Reading) float64 { return flag(r.words.titleEvent) }},
	{"words of announcements", func(r *Reading) float64 { return log1(r.words.event) / 3 }},
	{"lines", func(r *Reading) float64 { return log1(r.words.lines) / 6 }},
	{"data", func(r *Reading) float64 { return flag(r.page.Doc.Data) }},
	{"titles alike", func(r *Reading) float64 { return r.facts.alike }},
	{"dates falling", func(r *Reading) float64 { return r.facts.falling }},
	{"links to sign up", func(r *Reading) float64 { return r.prose() * min(log1(r.words.signUps), 3) / 2 }},
	{"lines that report", func(r *Reading) float64 { return r.prose() * log1(r.words.tells) / 3 }},
	{"share of lines that report", func(r *Reading) float64 { return r.prose() * 4 * share(r.words.tells, r.words.lines) }},
	{"share of lines with words of announcements", func(r *Reading) float64 { return r.prose() * 4 * share(r.words.event, r.words.lines) }},
	{"lines that name a place", func(r *Reading) float64 { return r.prose() * log1(r.words.venues) / 2 }},
	{"lines that name a time", func(r *Reading) float64 { return r.prose() * log1(r.words.whens) / 2 }},
	{"hours in the best reading", func(r *Reading) float64 { return r.facts.timed }},
	{"places in the best reading", func(r *Reading) float64 { return r.facts.placed }},
	{"titles that gather", func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.says.gathering) }) }},
	{"scores of titles", func(r *Reading) float64 {
		return r.mean(func(i *Item) float64 { return max(-8, min(8, i.titleScore)) }) / 4
	}},
	{"records that post", func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.words.post) }) }},
	{"records that report", func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.words.report) }) }},
	{"front matter of a post", func(r *Reading) float64 { return flag(r.words.isPost) }},
	{"the page as a whole", func(r *Reading) float64 { return flag(r.Kind == record.Whole) }},
}

// prose is 1 for a document that people read, 0 for data.
func (r *Reading) prose() float64 { return 1 - flag(r.page.Doc.Data) }

// dayOf is the day of publication.
func dayOf(p *record.Page) event.Date { return event.DateOf(p.Ref().In(p.Zone())) }

func isShape(r *Reading, tag string) bool {
	last := lastStep(r.Shape)
	return r.Kind == record.Subtree && (last == tag || strings.HasPrefix(last, tag+"."))
}

func (r *Reading) mean(f func(*Item) float64) float64 {
	sum := 0.0
	for i := range r.Items {
		sum += f(&r.Items[i])
	}
	return sum / float64(max(len(r.Items), 1))
}

// several is the share of records with dates on several days.
func (r *Reading) several() float64 {
	n := 0
	for _, rec := range r.set.Records {
		first := r.page.Dates[rec.Dates[0]].Reading.Start.Date
		isOther := func(k int) bool { return r.page.Dates[k].Reading.Start.Date != first }
		n += int(flag(slices.ContainsFunc(rec.Dates, isOther)))
	}
	return share(n, len(r.set.Records))
}

// alike is the share of events whose title another one has.
func (r *Reading) alike() float64 {
	titles := map[string]bool{}
	for i := range r.Items {
		titles[r.Items[i].Title] = true
	}
	return 1 - share(len(titles), len(r.Items))
}

// falling is the share of steps from one event to the next that go back in time.
func (r *Reading) falling() float64 {
	n := 0
	for i := 1; i < len(r.Items); i++ {
		a, b := r.Items[i-1].Date.Reading.Start.Date, r.Items[i].Date.Reading.Start.Date
		n += int(flag(b.Compare(a) < 0))
	}
	return share(n, len(r.Items)-1)
}

// oneDay reports whether several events are all on the same day.
func (r *Reading) oneDay() float64 {
	if len(r.Items) < 3 {
		return 0
	}
	first := r.Items[0].Date.Reading.Start.Date
	return flag(!slices.ContainsFunc(r.Items, func(i Item) bool { return i.Date.Reading.Start.Date != first }))
}

// Readings returns the ways to read a page, the likeliest first; "no events" is
// among them.
func Readings(p *record.Page, m *Model) []*Reading {
	found := newMemo(p)
	w := wordsOf(p, found)
	out := []*Reading{{None: true, page: p, words: w}}
	sets := p.Sets()
	for i := range sets {
		s := setReader{page: p, model: m, set: &sets[i], memo: found}
		s.prepare(sample)
		for _, each := range []bool{false, true} {
			if each && !s.hasSeveral() {
				continue
			}
			if r := s.reading(each); len(r.Items) > 0 {
				out = append(out, r)
			}
		}
	}
	for _, r := range out {
		r.words = w
		r.weighItems(m.Item)
	}
	rank(out, m)
	return out
}

// rank orders the readings of a page: the likeliest F1 first, where "no events" counts
// with its chance.
func rank(all []*Reading, m *Model) {
	expect(all)
	var nothing, best *Reading
	for _, r := range all {
		switch {
		case r.None:
			nothing = r
		case best == nil || r.likely() > best.likely():
			best = r
		}
	}
	nothing.Score = 1
	if best != nil {
		nothing.x = pageVector(best)
		nothing.Score = sigmoid(dot(m.Page, nothing.x))
	}
	for _, r := range all {
		if !r.None {
			r.Score = (1 - nothing.Score) * r.likely()
		}
	}
	slices.SortStableFunc(all, func(a, b *Reading) int { return cmp.Compare(b.Score, a.Score) })
}

// hasSeveral reports whether a record holds dates on several days.
func (s *setReader) hasSeveral() bool {
	r := Reading{set: s.whole, page: s.page}
	return r.several() > 0
}

// pageVector asks the features of a page of its likeliest reading with events.
func pageVector(r *Reading) []float64 {
	x := make([]float64, len(pageFeatures))
	for i, f := range pageFeatures {
		x[i] = f.of(r)
	}
	return x
}
