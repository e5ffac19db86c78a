package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"koyomi/internal/wording"

	"koyomi/internal/event"

	"koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// A Follow is the page on which a reader chooses what to subscribe to and learns how, on
// the device at hand.
type Follow struct {
	Base
	Subscribe Subscribe
	// Device is one of Devices.
	Device string
	Now    time.Time
	// Words are the query as typed, Problem says why it cannot be read, "" if it can.
	Words, Problem string
	Query          query.Query
	// Communities can be chosen, and so can the topics and areas that were counted.
	Communities []*source.Community
	Counts      Counts
	// All lists communities of which nothing is to come, too.
	All bool
	// Events are the next ones that answer the query, Total is how many do.
	Events []event.Event
	Total  int
	// Code is the page's own address as a QR code, nil for none.
	Code [][]bool
}

// RenderFollow writes the page.
func RenderFollow(f Follow) ([]byte, error) { return render("follow.html", f) }

// Devices are those that the page knows the steps for.
var Devices = []string{"iphone", "mac", "android", "windows", "other"}

// Meta tells of the page.
func (f Follow) Meta() Meta { return f.meta(f.W().Follow, f.W().FollowText) }

// A Tab leads to the steps for a device.
type Tab struct {
	Name, Link string
	Chosen     bool
}

// Tabs lead to the steps for each device.
func (f Follow) Tabs() []Tab {
	names := map[string]string{"iphone": "iPhone・iPad", "mac": "Mac", "android": "Android", "windows": "Windows", "other": f.W().OtherDevice}
	var all []Tab
	for _, d := range Devices {
		all = append(all, Tab{
			Name:   names[d],
			Link:   f.Link("/calendar", "q", f.Words, "device", d) + "#how",
			Chosen: d == f.Device,
		})
	}
	return all
}

// A Way is a calendar application with the steps to subscribe in it.
type Way struct {
	Name string
	// Link does the first step, Button is its label; "" where nothing can be opened.
	Link, Button string
	Steps        []string
	// Late says how soon changes arrive.
	Late string
	Open bool
}

// Ways are the applications on the device, the likeliest first.
func (f Follow) Ways() []Way {
	var all []Way
	device := f.Device
	if f.Static {
		device = "any"
	}
	for i, name := range waysOf[device] {
		w := f.way(name)
		w.Open = i == 0
		all = append(all, w)
	}
	return all
}

// waysOf are the applications that people have on each device.
var waysOf = map[string][]string{
	"iphone":  {"apple", "google-phone", "outlook"},
	"mac":     {"apple-mac", "google", "outlook", "m365", "thunderbird"},
	"android": {"google-phone", "icsx5", "outlook"},
	"windows": {"google", "outlook", "m365", "thunderbird"},
	"other":   {"google", "outlook", "thunderbird"},
	"any":     {"apple", "apple-mac", "google", "google-phone", "outlook", "thunderbird"},
}

func (f Follow) way(name string) Way {
	told := followSteps[name]
	w := Way{Name: told.name.in(f.Lang), Steps: slices.Clone(told.steps(f.Lang))}
	words := f.W()
	switch name {
	case "apple", "apple-mac", "icsx5":
		w.Link, w.Late = string(f.Subscribe.AppURL()), words.LateApple
	case "google", "google-phone":
		w.Link, w.Late = f.Subscribe.GoogleURL(), words.LateGoogle
	case "outlook":
		w.Link, w.Late = f.Subscribe.OutlookURL(), words.LateOutlook
	case "m365":
		w.Link, w.Late = strings.Replace(f.Subscribe.OutlookURL(), "outlook.live.com", "outlook.office.com", 1), words.LateOutlook
	}
	if w.Link != "" {
		w.Button = told.button.in(f.Lang)
	}
	return w
}

// Summary says what is subscribed to.
func (f Follow) Summary() string {
	if f.Query.Empty() {
		return f.W().AllEvents
	}
	return f.W().ChosenEvents
}

// Asked are the conditions, to be taken away one by one.
func (f Follow) Asked() []Chip {
	filter := NewFilter(f.Base, f.Words, f.Query, f.Counts)
	return f.Base.Asked("/calendar", filter)
}

// Items are the next events.
func (f Follow) Items() []Item {
	var all []Item
	for _, e := range f.Events {
		i := f.item(e, e.Start.Date, f.Now)
		d := e.Start.In(e.Span.Location()).Date
		i.Hours = nearDay(f.Lang, d, event.DateOf(f.Now))
		all = append(all, i)
	}
	return all
}

// MailLink leads to the form for the daily mail about the same events, "" where there is
// none.
func (f Follow) MailLink() string {
	if !f.Subscribe.Mail {
		return ""
	}
	return f.Link("/subscribe", "q", f.Words)
}

// A Box is something that can be chosen by ticking it.
type Box struct {
	Name, Field, Value string
	Hue, Initial       string
	Count              int
	On                 bool
}

// ticked returns the values of a field that the query names, alone or beside others.
func (f Follow) ticked() map[string]bool {
	on := map[string]bool{}
	for _, t := range f.Query.Terms() {
		for _, one := range t.Alternatives() {
			on[one.Term()] = true
		}
	}
	return on
}

// Rest is what of the query no tick shows.
func (f Follow) Rest() string {
	var rest []string
	for _, t := range f.Query.Terms() {
		shown := true
		for _, one := range t.Alternatives() {
			field, _ := one.Field()
			shown = shown && slices.Contains(tickFields, field)
		}
		if !shown {
			rest = append(rest, t.Term())
		}
	}
	return strings.Join(rest, " ")
}

// tickFields are the fields of a query that ticks stand for: communities and topics are
// wanted one beside the other, and so are areas.
var tickFields = []string{"community", "tag", "area", "is"}

// CommunityTicks, TopicTicks and AreaTicks are what can be chosen: of the communities those
// with something to come and those that are ticked, unless all are asked for.
func (f Follow) CommunityTicks() []Box {
	on := f.ticked()
	var all []Box
	for _, c := range f.Communities {
		spec := chipSpec{field: "community", value: c.ID}
		count := f.Counts["community"][text.Fold(c.ID)].Count
		if !f.All && count == 0 && !on[spec.term()] {
			continue
		}
		all = append(all, Box{
			Name:    c.Name,
			Field:   "community",
			Value:   c.ID,
			Hue:     hueOf(c.ID),
			Initial: initialOf(c.Name),
			Count:   count,
			On:      on[spec.term()],
		})
	}
	slices.SortStableFunc(all, func(a, b Box) int { return cmp.Compare(min(b.Count, 1), min(a.Count, 1)) })
	return all
}

// AllLink leads to the choice among all communities, "" where they are there.
func (f Follow) AllLink() string {
	if f.All || len(f.CommunityTicks()) == len(f.Communities) {
		return ""
	}
	return f.Link("/calendar", "q", f.Words, "device", f.Device, "show", "all") + "#choose"
}

// AllCount says how many communities there are.
func (f Follow) AllCount() string { return fmt.Sprintf(f.W().ChooseAll, len(f.Communities)) }

// TopicTicks are the topics, those of most events first.
func (f Follow) TopicTicks() []Box { return f.ticks("tag") }

// AreaTicks are the areas and being online.
func (f Follow) AreaTicks() []Box {
	return append(f.ticks("area"), Box{
		Name:  f.W().OnlineWord,
		Field: "is",
		Value: string(event.Online),
		On:    f.ticked()["is:online"],
	})
}

func (f Follow) ticks(field string) []Box {
	on := f.ticked()
	filter := NewFilter(f.Base, "", query.Query{}, f.Counts)
	var all []Box
	for _, c := range f.choices(filter, field) {
		all = append(all, Box{
			Name:  c.name,
			Field: field,
			Value: c.value,
			Count: c.count,
			On:    on[c.term()],
		})
	}
	return all
}

// Ticked writes what was ticked as a query: any of the communities and topics, in any of
// the areas, besides the rest.
func Ticked(values map[string][]string, rest string) string {
	wanted := anyOf(values, "community", "tag")
	where := anyOf(values, "area", "is")
	return joined([]string{wanted, where, strings.TrimSpace(rest)}, " ")
}

// anyOf writes that one of several values is asked for.
func anyOf(values map[string][]string, fields ...string) string {
	var terms []string
	for _, field := range fields {
		for _, v := range values[field] {
			if v != "" {
				terms = append(terms, query.With("", field, v))
			}
		}
	}
	if len(terms) < 2 {
		return strings.Join(terms, "")
	}
	return "(" + strings.Join(terms, " OR ") + ")"
}

// Policies and Windows are the finer choices.
func (f Follow) Policies() []BoxChoice { return f.Subscribe.Policies() }

// Windows are how far ahead the calendar may look.
func (f Follow) Windows() []BoxChoice { return f.Subscribe.Windows() }

// FeedURL is the calendar's address.
func (f Follow) FeedURL() string { return f.Subscribe.FeedURL() }

// NewsURL is the feed of what is new and changed.
func (f Follow) NewsURL() string { return f.Subscribe.NewsURL() }

// Safe lets a link through whose scheme is that of calendar applications: it is made of
// the site's own address (see webcal).
func (f Follow) Safe(link string) template.URL {
	return template.URL(link) //nolint:gosec // made by Subscribe alone
}

// Counted says how many events there are.
func (f Follow) Counted(n int) string { return counted(f.Lang, n) }

// nearDay writes a day of a list in few letters.
func nearDay(lang string, d, today event.Date) string { return wording.NearDay(lang, d, today) }
