package publish

import (
	"cmp"
	"slices"

	"koyomi/internal/holiday"
	"koyomi/internal/wording"

	"koyomi/internal/event"
	"koyomi/internal/query"
)

// The bounds of what is looked at around a day.
const (
	// clashNear is how many days before and after count as near.
	clashNear = 7
	// clashFree is how many days before and after are looked at for free ones.
	clashFree = 14
	// clashMost is how many events of a sort are named at most.
	clashMost = 100
)

// A Clash is what an organiser wants to know of a day before choosing it.
type Clash struct {
	Day event.Date
	// On are the events of the day, those that share most with the question first;
	// Near those of the days around it that answer the question whole.
	On   []Rival
	Near []Rival
	// Days are the days around it, in order, the day itself among them.
	Days []ClashDay
	// Left counts the events that were found but are not named.
	Left int
}

// A Rival is an event that may draw the same people.
type Rival struct {
	Event event.Event
	// Whole is set where it answers the whole question, Shares are the terms that
	// it answers.
	Whole  bool
	Shares []string
	// Away counts the days from the day asked for, negative before it, 0 on it.
	Away int
}

// A ClashDay is one of the days around.
type ClashDay struct {
	Date event.Date
	// Events counts all that is on, Rivals what of it answers the whole question.
	Events, Rivals int
	// Free is set where nothing is on that answers the question and the day is
	// still to come.
	Free bool
}

// FindClash looks at the days around one: docs are the events of those days and
// may hold others, q is what one's own event would be found by (its area, its
// topics), today the day of the question. Cancelled events stand in nobody's way.
func FindClash(
	docs []query.Doc,
	day event.Date,
	q query.Query,
	c Calendar,
	today event.Date,
) Clash {
	c = c.WithDefaults()
	first, last := day.Add(-clashFree), day.Add(clashFree)
	found := Clash{Day: day}
	for d := first; d.Compare(last) <= 0; d = d.Add(1) {
		found.Days = append(found.Days, ClashDay{Date: d})
	}
	terms := q.Terms()
	for i := range docs {
		d := &docs[i]
		if !mayClash(d, q) {
			continue
		}
		if days := query.HeldOn(d.Event, first, last, c.Zone, c.Assumed); len(days) > 0 {
			found.count(rivalOf(d, q, terms), days)
		}
	}
	found.sort()
	for i := range found.Days {
		d := &found.Days[i]
		d.Free = d.Rivals == 0 && d.Date.Compare(today) >= 0
	}
	return found
}

// mayClash reports whether an event is on and of a type that the question is about.
func mayClash(d *query.Doc, q query.Query) bool {
	var anything query.Query
	on := d.Event.Status != event.Cancelled && Published(d.Event)
	return on && (anything.MatchDoc(d) || q.MatchDoc(d))
}

// rivalOf says what an event shares with the question.
func rivalOf(d *query.Doc, q query.Query, terms []query.Query) Rival {
	r := Rival{Event: d.Whole(), Whole: q.MatchDoc(d)}
	for _, t := range terms {
		if t.MatchDoc(d) {
			r.Shares = append(r.Shares, t.String())
		}
	}
	return r
}

// count enters a rival that is held on days.
func (c *Clash) count(r Rival, days []event.Date) {
	for _, d := range days {
		on := &c.Days[d.Sub(c.Day)+clashFree]
		on.Events++
		if r.Whole {
			on.Rivals++
		}
	}
	r.Away = slices.MinFunc(days, func(x, y event.Date) int { return abs(x.Sub(c.Day)) - abs(y.Sub(c.Day)) }).
		Sub(c.Day)
	switch {
	case r.Away == 0:
		c.On = append(c.On, r)
	case abs(r.Away) <= clashNear && r.Whole:
		c.Near = append(c.Near, r)
	}
}

// sort puts first what matters most, and names no more than can be read.
func (c *Clash) sort() {
	slices.SortStableFunc(c.On, func(a, b Rival) int {
		return cmp.Or(cmp.Compare(len(b.Shares), len(a.Shares)), Compare(a.Event, b.Event))
	})
	slices.SortStableFunc(c.Near, func(a, b Rival) int { return Compare(a.Event, b.Event) })
	for _, list := range []*[]Rival{&c.On, &c.Near} {
		if n := len(*list); n > clashMost {
			*list, c.Left = (*list)[:clashMost], c.Left+n-clashMost
		}
	}
}

// ClashWindow returns the days that FindClash looks at around one.
func ClashWindow(day event.Date) (first, last event.Date) {
	return day.Add(-clashFree), day.Add(clashFree)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// ClashJSON is a Clash as the API and the command line write it.
type ClashJSON struct {
	Date string `json:"date"`
	// Holiday names in Japanese what is special about the day, absent for any other.
	Holiday string      `json:"holiday,omitempty"`
	On      []RivalJSON `json:"on"`
	Near    []RivalJSON `json:"near"`
	Days    []DayJSON   `json:"days"`
	// Free are the days around on which nothing answers the question.
	Free []string `json:"free"`
	Left int      `json:"left_out"`
}

// RivalJSON is an event with what it shares with the question, and how many days
// it is away.
type RivalJSON struct {
	JSON
	Whole  bool     `json:"whole"`
	Shares []string `json:"shares"`
	Away   int      `json:"away"`
}

// DayJSON counts what is on on a day, and what of it answers the question.
type DayJSON struct {
	Date   string `json:"date"`
	Events int    `json:"events"`
	Rivals int    `json:"rivals"`
	// Holiday is that of ClashJSON.
	Holiday string `json:"holiday,omitempty"`
}

// ToJSON returns c as the API writes it.
func (c Clash) ToJSON() ClashJSON {
	j := ClashJSON{
		Date:    c.Day.String(),
		Holiday: holiday.Words(wording.Japanese, c.Day),
		On:      rivals(c.On),
		Near:    rivals(c.Near),
		Days:    []DayJSON{},
		Free:    []string{},
		Left:    c.Left,
	}
	for _, d := range c.Days {
		j.Days = append(j.Days, DayJSON{
			Date:    d.Date.String(),
			Events:  d.Events,
			Rivals:  d.Rivals,
			Holiday: holiday.Words(wording.Japanese, d.Date),
		})
		if d.Free {
			j.Free = append(j.Free, d.Date.String())
		}
	}
	return j
}

func rivals(all []Rival) []RivalJSON {
	list := make([]RivalJSON, 0, len(all))
	for _, r := range all {
		list = append(list, RivalJSON{
			JSON:   ToJSON(r.Event),
			Whole:  r.Whole,
			Shares: append([]string{}, r.Shares...),
			Away:   r.Away,
		})
	}
	return list
}
