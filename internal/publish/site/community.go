package site

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/wording"
)

// A Community is the page of one community.
type Community struct {
	Base
	Community *source.Community
	Now       time.Time
	// Events are those to come, Past those that are over, latest first.
	Events, Past []event.Event
	// Sources are those of the community.
	Sources []Source
}

// RenderCommunity writes the page.
func RenderCommunity(c Community) ([]byte, error) { return render("community.html", c) }

// Badge returns the badge of a community.
func (b Base) Badge(id string) *Badge { return b.badge(id) }

// DescriptionText is what the community says of itself, in the page's language where it
// says it in that.
func (c Community) DescriptionText() string { return c.Community.Describe(c.Lang) }

// AreaText is the community's area in the page's language.
func (c Community) AreaText() string { return c.AreaName(c.Community.Area) }

// Topics lead to all events on the community's topics.
func (c Community) Topics() []Chip {
	var all []Chip
	for _, t := range c.Community.Tags {
		link := c.Link("/")
		if !c.Static {
			link = c.row("/", Filter{}).chip(chipSpec{field: "tag", value: t}).Link
		}
		all = append(all, Chip{Name: hashed("tag", t), Link: link})
	}
	return all
}

// Days returns what is to come by day, Before what is over.
func (c Community) Days() []Day {
	days := c.days(c.Events, event.DateOf(c.Now), c.Now)
	for _, d := range days {
		for i := range d.Items {
			d.Items[i].Community = "" // the page is about no other
		}
	}
	return days
}

// A Year is the events of a year that are over, latest first. Open is set for the latest.
type Year struct {
	Year  int
	Open  bool
	Items []Item
}

// Before returns what is over, latest first, by year.
func (c Community) Before() []Year {
	var all []Year
	for _, e := range c.Past {
		d := e.Start.In(e.Span.Location()).Date
		i := c.item(e, e.Start.Date, c.Now)
		i.Hours = wording.WeekDay(c.Lang, d)
		i.Over, i.Community = false, ""
		if len(all) == 0 || all[len(all)-1].Year != d.Year {
			all = append(all, Year{Year: d.Year, Open: len(all) == 0})
		}
		last := &all[len(all)-1]
		last.Items = append(last.Items, i)
	}
	return all
}

// OverdueText says that the community has usually announced its next event by now, ""
// where that is not so.
func (c Community) OverdueText() string {
	h := HabitsOf(c.Past)
	if len(c.Events) > 0 || !h.Overdue(c.Now) {
		return ""
	}
	return c.W().OverdueText
}

// ClashLink looks for a day for the community's next event.
func (c Community) ClashLink() string {
	if c.Static {
		return ""
	}
	q := ""
	if c.Community.Area != "" {
		q = query.With("", "area", c.Community.Area)
	}
	return c.Link("/clash", "q", q)
}

// EmbedLink leads to how the community's events are shown on its own site.
func (c Community) EmbedLink() string {
	if c.Static {
		return ""
	}
	return c.Link("/embed", "q", query.With("", "community", c.Community.ID))
}

// Communities is the page that lists them all.
type Communities struct {
	Base
	Now time.Time
	// Words are what the reader looks for, "" for all.
	Words string
	All   []CommunityLine
}

// A CommunityLine is a community with what is coming of it.
type CommunityLine struct {
	*source.Community
	Coming int
	// Next is its next event, nil for none.
	Next *event.Event
	// Habits are how it usually meets.
	Habits Habits
}

// RenderCommunities writes the page.
func RenderCommunities(c Communities) ([]byte, error) { return render("communities.html", c) }

// Active are the communities with something to come.
func (c Communities) Active() []CommunityLine {
	var all []CommunityLine
	for _, l := range c.All {
		if l.Next != nil {
			all = append(all, l)
		}
	}
	return all
}

// A Region is the communities of an area of which nothing is to come.
type Region struct {
	Name string
	All  []CommunityLine
}

// Resting are the communities of which nothing is to come, by area: the largest first,
// those that say no area last.
func (c Communities) Resting() []Region {
	at := map[string]int{}
	var all []Region
	for _, l := range c.All {
		if l.Next != nil {
			continue
		}
		if _, known := at[l.Area]; !known {
			at[l.Area] = len(all)
			all = append(all, Region{Name: c.AreaName(l.Area)})
		}
		r := &all[at[l.Area]]
		r.All = append(r.All, l)
	}
	slices.SortStableFunc(all, func(a, b Region) int {
		if (a.Name == "") != (b.Name == "") {
			return cmp.Compare(b.Name, a.Name)
		}
		return cmp.Compare(len(b.All), len(a.All))
	})
	if n := len(all); n > 0 && all[n-1].Name == "" {
		all[n-1].Name = c.W().AreaNone
	}
	return all
}

// Overdue reports whether a community has usually announced its next event by now.
func (c Communities) Overdue(l CommunityLine) bool {
	return l.Next == nil && l.Habits.Overdue(c.Now)
}

// Count says how many communities there are.
func (c Communities) Count() string {
	return fmt.Sprintf(c.W().CommunitiesCount, len(c.All))
}

// When says the day of an event in the words of a list.
func (c Communities) When(e event.Event) string {
	return wording.NearDay(c.Lang, e.Start.Date, event.DateOf(c.Now))
}
