package choose

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"koyomi/internal/discover/record"
	"koyomi/internal/event"
	"koyomi/internal/text"
)

// pageWords are what the words of a page say of its kind.
type pageWords struct {
	event, named, dates, hours, posted int
	titleNews, titleEvent              bool
	lines                              int
	past, future                       int
}

var (
	newsPage  = text.NewPattern(`(?i)news|blog|お知らせ|ニュース|changelog|release|更新履歴|沿革|履歴|history|minutes|議事|report|報告|レポート|notice|新着|日記|diary|podcast|episode|members?|メンバー|about|profile|プロフィール|holiday|祝日`)
	eventPage = text.NewPattern(`(?i)event|イベント|schedule|スケジュール|予定|日程|行事|seminar|セミナー|勉強会|meetup|conference|公演|ライブ|live|concert|演奏会|開催|案内|募集|参加|calendar|カレンダー|大会|説明会|talks?\b|workshop|講座`)
	holiday   = text.NewPattern(`元日|の日$|^年末年始|休日|祝日|休業|休館|holiday`)
	holdWord  = text.NewPattern(`(?i)開催|日時|会場|開演|開場|参加費|定員|申込|申し込み|主催|register|registration|rsvp|venue|join us|tickets?|will be held|take place`)
)

// wordsOf looks at the words of a page.
func wordsOf(p *record.Page) pageWords {
	w := pageWords{lines: len(p.Doc.Lines), dates: len(p.Dates)}
	title := p.Doc.Title + " " + p.Doc.Head
	address := p.Doc.Base[strings.LastIndexByte(strings.TrimRight(p.Doc.Base, "/"), '/')+1:]
	w.titleNews = newsPage.MatchString(title + " " + address)
	w.titleEvent = eventPage.MatchString(title + " " + address)
	for i := range p.Doc.Lines {
		l := &p.Doc.Lines[i]
		if l.Aside || len(l.Text) > 2000 {
			continue
		}
		w.event += int(flag(holdWord.MatchString(l.Text)))
	}
	for _, d := range p.Dates {
		w.named += int(flag(d.Named))
		w.posted += int(flag(d.Posted))
		w.hours += int(flag(!d.Reading.AllDay()))
		days := d.Reading.Start.Date.Sub(dayOf(p))
		w.past += int(flag(days < -30))
		w.future += int(flag(days >= 0))
	}
	return w
}

// readingFeatures are asked of every reading.
var readingFeatures = []struct {
	name string
	of   func(r *Reading) float64
}{
	{"none", func(r *Reading) float64 { return flag(r.None) }},
	{"none: dates", none(func(w pageWords) float64 { return log1(w.dates) })},
	{"none: a single date", none(func(w pageWords) float64 { return flag(w.dates == 1) })},
	{"none: dates named", none(func(w pageWords) float64 { return share(w.named, w.dates) })},
	{"none: dates with hours", none(func(w pageWords) float64 { return share(w.hours, w.dates) })},
	{"none: dates long past", none(func(w pageWords) float64 { return share(w.past, w.dates) })},
	{"none: dates to come", none(func(w pageWords) float64 { return flag(w.future > 0) })},
	{"none: title of news", none(func(w pageWords) float64 { return flag(w.titleNews) })},
	{"none: title of events", none(func(w pageWords) float64 { return flag(w.titleEvent) })},
	{"none: words of announcements", none(func(w pageWords) float64 { return log1(w.event) })},
	{"none: lines", none(func(w pageWords) float64 { return log1(w.lines) })},
	{"kind: subtrees", kindIs(record.Subtree)},
	{"kind: sections", kindIs(record.Section)},
	{"kind: date first", kindIs(record.DateFirst)},
	{"kind: date last", kindIs(record.DateLast)},
	{"kind: single lines", kindIs(record.OneLine)},
	{"kind: the whole page", kindIs(record.Whole)},
	{"kind: rows of a table", func(r *Reading) float64 { return flag(isShape(r, "tr")) }},
	{"kind: items of a list", func(r *Reading) float64 { return flag(isShape(r, "li")) }},
	{"kind: cells", func(r *Reading) float64 { return flag(isShape(r, "td")) }},
	{"kind: data", some(func(r *Reading) float64 { return flag(r.page.Doc.Data) })},
	{"kind: front matter", func(r *Reading) float64 { return flag(strings.HasPrefix(r.Shape, ".front")) }},
	{"each date an event", func(r *Reading) float64 { return flag(r.Each) }},
	{"each date an event of the whole page", func(r *Reading) float64 { return flag(r.Each && r.Kind == record.Whole) }},
	{"events", some(func(r *Reading) float64 { return log1(r.events) })},
	{"a single event", some(func(r *Reading) float64 { return flag(r.events == 1) })},
	{"members without a date", some(func(r *Reading) float64 { return share(r.set.Bare, r.set.Bare+len(r.set.Records)) })},
	{"dates of the page left out", some(func(r *Reading) float64 { return 1 - min(1, share(r.covered(), len(r.page.Dates))) })},
	{"records with several dates", some(func(r *Reading) float64 { return r.several() })},
	{"odds of the dates", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return max(-2, min(6, i.Date.Odds)) }) })},
	{"dates named", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.Date.Named) }) })},
	{"dates posted", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.Date.Posted) }) })},
	{"dates with hours", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.timed) }) })},
	{"dates long past", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.days() < -30) }) })},
	{"dates to come", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.days() >= 0) }) })},
	{"dates far away", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.days() > 500) }) })},
	{"places", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.Place != "") }) })},
	{"links", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.Link != "") }) })},
	{"score of the titles", some(func(r *Reading) float64 {
		return r.mean(func(i *Item) float64 { return max(-8, min(8, i.titleScore)) })
	})},
	{"titles labelled", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.labelled) }) })},
	{"dates from above", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.above) }) })},
	{"least odds of a date", some(func(r *Reading) float64 { return r.least() })},
	{"dates rising", some(func(r *Reading) float64 { return flag(len(r.Items) > 2 && r.falling() == 0) })},
	{"titles of holidays", some(func(r *Reading) float64 {
		return r.mean(func(i *Item) float64 { return flag(holiday.MatchString(i.Title)) })
	})},
	{"titles in generic words", some(func(r *Reading) float64 {
		return r.mean(func(i *Item) float64 { return flag(genericWord.MatchString(i.Title)) })
	})},
	{"titles that gather", some(func(r *Reading) float64 {
		return r.mean(func(i *Item) float64 { return flag(eventWord.MatchString(i.Title)) })
	})},
	{"titles that are headings", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(i.heading) }) })},
	{"titles alike", some(func(r *Reading) float64 { return r.alike() })},
	{"titles long", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(runes(i.Title) > 80) }) })},
	{"titles that are sentences", some(func(r *Reading) float64 { return r.mean(func(i *Item) float64 { return flag(isSentence(i.Title)) }) })},
	{"lines of a record", some(func(r *Reading) float64 { return r.lines() })},
	{"shape of news", func(r *Reading) float64 { return flag(newsPage.MatchString(r.Shape)) }},
	{"shape of events", func(r *Reading) float64 { return flag(eventPage.MatchString(r.Shape)) }},
	{"dates falling", some(func(r *Reading) float64 { return r.falling() })},
	{"events at one day", some(func(r *Reading) float64 { return r.oneDay() })},
}

// dayOf is the day of publication.
func dayOf(p *record.Page) event.Date { return event.DateOf(p.Ref().In(p.Zone())) }

func none(f func(w pageWords) float64) func(*Reading) float64 {
	return func(r *Reading) float64 {
		if !r.None {
			return 0
		}
		return f(r.words)
	}
}

func some(f func(r *Reading) float64) func(*Reading) float64 {
	return func(r *Reading) float64 {
		if r.None {
			return 0
		}
		return f(r)
	}
}

func kindIs(k record.Kind) func(*Reading) float64 {
	return func(r *Reading) float64 { return flag(!r.None && r.Kind == k) }
}

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

// days is how many days an event lies ahead.
func (i *Item) days() int { return i.ahead }

func (r *Reading) covered() int {
	seen := map[int]bool{}
	for _, rec := range r.set.Records {
		for _, d := range rec.Dates {
			seen[d] = true
		}
	}
	return len(seen)
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

func (r *Reading) lines() float64 {
	n := 0
	for _, rec := range r.set.Records {
		n += len(rec.Lines)
	}
	return log1(n / max(len(r.set.Records), 1))
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

func (r *Reading) least() float64 {
	least := 6.0
	for i := range r.Items {
		least = min(least, r.Items[i].Date.Odds)
	}
	return max(-2, least)
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
	w := wordsOf(p)
	out := []*Reading{{None: true, page: p, words: w}}
	sets, seen, found := p.Sets(), sayings{}, places{}
	for i := range sets {
		for _, each := range []bool{false, true} {
			s := setReader{page: p, model: m, set: &sets[i], each: each, said: seen, places: found}
			if each && !s.hasSeveral() {
				continue
			}
			if r := s.read(sample); len(r.Items) > 0 {
				out = append(out, r)
			}
		}
	}
	for _, r := range out {
		r.x = readingVector(r)
		r.Score = dot(m.Reading, r.x)
	}
	slices.SortStableFunc(out, func(a, b *Reading) int { return cmp.Compare(b.Score, a.Score) })
	return outvoted(out)
}

// outvoted puts "no events" behind the likeliest other reading where the others are
// likelier together: several of them find the same events and share their chance.
func outvoted(all []*Reading) []*Reading {
	if !all[0].None || len(all) == 1 {
		return all
	}
	others := 0.0
	for _, r := range all[1:] {
		others += math.Exp(r.Score - all[0].Score)
	}
	if others > 1 {
		all[0], all[1] = all[1], all[0]
	}
	return all
}

// hasSeveral reports whether a record holds dates on several days.
func (s *setReader) hasSeveral() bool {
	r := Reading{set: s.set, page: s.page}
	return r.several() > 0
}

func readingVector(r *Reading) []float64 {
	x := make([]float64, len(readingFeatures))
	for i, f := range readingFeatures {
		x[i] = f.of(r)
	}
	return x
}
