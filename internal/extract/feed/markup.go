package feed

import (
	"cmp"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/structured"
	"koyomi/internal/text"
)

// maxMarkup is how many bytes of an item's HTML are looked through for data.
const maxMarkup = 256 << 10

// marks finds HTML that may hold dates for programs.
var marks = text.NewSearch("<time", "ld+json", "itemtype", "typeof", "vevent", "h-event")

// document parses the HTML of an item, nil where it holds no dates for programs.
func (it *item) document() *goquery.Document {
	if len(it.markup) > maxMarkup || !marks.In(it.markup) {
		return nil
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(it.markup))
	if err != nil {
		return nil
	}
	return doc
}

// inMarkup takes the date of data for programs in the item's HTML: an event of
// JSON-LD, microdata, RDFa, hCalendar or h-event, else a <time>.
func (it *item) inMarkup() bool {
	doc := it.document()
	if doc == nil {
		return false
	}
	if found := structured.Events(doc, it.r.visit); len(found) > 0 && found[0].Start != "" {
		it.take(found[0])
		return true
	}
	return it.inTimes(doc)
}

// take fills in what an event in the HTML says.
func (it *item) take(e extract.Raw) {
	raw := it.raw
	raw.Start = e.Start
	raw.End = e.End
	raw.EndExclusive = e.EndExclusive
	raw.Duration = e.Duration
	raw.Time = e.Time
	raw.Location = cmp.Or(e.Location, raw.Location)
	raw.Address = cmp.Or(e.Address, raw.Address)
	raw.Status = cmp.Or(e.Status, raw.Status)
	raw.Mode = cmp.Or(e.Mode, raw.Mode)
	raw.OnlineURL = cmp.Or(e.OnlineURL, raw.OnlineURL)
	raw.Title = cmp.Or(raw.Title, e.Title)
}

// ofPosts are the classes and properties of the times of posts.
var ofPosts = text.NewPattern(`(?i)publish|update|modif|posted|entry-date|created`)

// inTimes takes the first <time> that is not the post's, and a later one as its end.
func (it *item) inTimes(doc *goquery.Document) bool {
	clock := extract.Clock{
		Zone:         it.r.visit.Source.TimeZone(),
		IgnoreOffset: it.r.visit.Source.IgnoreOffset,
	}
	var start event.Moment
	for _, e := range doc.Find("time[datetime]").EachIter() {
		value := e.AttrOr("datetime", "")
		m, ok := clock.Moment(value)
		if !ok || isOfPost(e) || it.isPast(m) {
			continue
		}
		if start.IsZero() {
			start, it.raw.Start = m, value
			continue
		}
		isLater := m.AllDay() == start.AllDay() &&
			m.Begin(clock.Zone).After(start.Begin(clock.Zone))
		if isLater {
			it.raw.End = value
		}
		break
	}
	return !start.IsZero()
}

// isOfPost reports whether a <time> says when something was posted.
func isOfPost(e *goquery.Selection) bool {
	if _, ok := e.Attr("pubdate"); ok {
		return true
	}
	return ofPosts.MatchString(e.AttrOr("class", "") + " " + e.AttrOr("itemprop", ""))
}
