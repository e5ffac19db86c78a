package site

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/wording"
)

// A Community is the page of one community.
type Community struct {
	Base
	Community *source.Community
	Subscribe Subscribe
	Now       time.Time
	// Events are those to come, Past those that are over, latest first.
	Events, Past []event.Event
	// Sources are those of the community.
	Sources []Source
}

// RenderCommunity writes the page.
func RenderCommunity(c Community) ([]byte, error) { return render("community.html", c) }

// Days returns what is to come by day, Before what is over.
func (c Community) Days() []Day { return c.days(c.Events, event.DateOf(c.Now), c.Now) }

// Before returns what is over, latest first.
func (c Community) Before() []Item {
	var all []Item
	for _, e := range c.Past {
		i := c.item(e, e.Start.Date, c.Now)
		i.Hours = e.Start.In(e.Span.Location()).Date.String()
		i.Over = false
		all = append(all, i)
	}
	return all
}

// ClashLink looks for a day for the community's next event.
func (c Community) ClashLink() string {
	if c.Static {
		return ""
	}
	q := ""
	if c.Community.Area != "" {
		q = "area:" + c.Community.Area
	}
	return c.Link("/clash", "q", q)
}

// Communities is the page that lists them all.
type Communities struct {
	Base
	All []CommunityLine
}

// A CommunityLine is a community with what is coming of it.
type CommunityLine struct {
	*source.Community
	Coming int
	// Next is its next event, nil for none.
	Next *event.Event
}

// RenderCommunities writes the page.
func RenderCommunities(
	c Communities,
) ([]byte, error) {
	return render("communities.html", c)
}

// When says the day of an event in the words of a list.
func (c Communities) When(
	e event.Event,
) string {
	return wording.FullDay(c.Lang, e.Start.Date)
}
