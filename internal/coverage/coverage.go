// Package coverage states what a calendar knows and what it does not see: events by week
// and area, the share of each platform, the groups known against an estimate of all, and
// what cannot be read, with the reason.
package coverage

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// The weeks that a report is about: those before the one of today, and from it on.
const (
	WeeksBack  = 4
	WeeksAhead = 8
)

// A Report is what is known and what is not.
type Report struct {
	// From and To are the first and last day, Monday and Sunday.
	From string `json:"from"`
	To   string `json:"to"`
	// Events counts those in these weeks, Groups the groups that hold them.
	Events    int        `json:"events"`
	Groups    int        `json:"groups"`
	Weeks     []Week     `json:"weeks"`
	Platforms []Platform `json:"platforms"`
	Watched   Watched    `json:"watched"`
	Estimate  Estimate   `json:"estimate"`
	NotSeen   []Unseen   `json:"not_seen"`
	// Summary names what is not seen in one line: "not seen: Facebook, Peatix".
	Summary string `json:"summary"`
}

// A Week is what is known of one week.
type Week struct {
	Monday string `json:"monday"`
	Events int    `json:"events"`
	// Areas are in order of their events; online has none, and "" is unknown.
	Areas []Area `json:"areas"`
}

// An Area is a prefecture or region, "online", or "" where none is known.
type Area struct {
	Area   string `json:"area"`
	Events int    `json:"events"`
}

// A Platform is what is read by way of one platform; "own site" stands for pages, feeds
// and calendars of the groups' own, "by hand" for lists kept by hand.
type Platform struct {
	Platform string `json:"platform"`
	Events   int    `json:"events"`
	// Share is that of all events, from 0 to 1. An event announced on two platforms
	// counts for both.
	Share float64 `json:"share"`
}

// Watched counts the communities that are watched.
type Watched struct {
	Communities int `json:"communities"`
	Dormant     int `json:"dormant"`
	// Waiting are those of which nothing can be read for want of a key.
	Waiting int `json:"waiting"`
}

// An Unseen is something that koyomi does not see, and why.
type Unseen struct {
	What string `json:"what"`
	Why  string `json:"why"`
	// Reason is "key", "terms" or "no platform".
	Reason string `json:"reason"`
}

// A View is what a report is made from.
type View struct {
	// Events are those of the window, with the area of their community where they say
	// none.
	Events      []event.Event
	Communities []*source.Community
	// Platforms are those of the catalogue by id.
	Platforms map[string]*source.Platform
	// Waits returns the name of the key for which a source waits, "" for none.
	Waits func(s *source.Source) string
	Today event.Date
}

// Window returns the first and the last day of a report on a day.
func Window(today event.Date) (first, last event.Date) {
	monday := today.Add(-(int(today.Weekday()) + 6) % 7)
	return monday.Add(-7 * WeeksBack), monday.Add(7*WeeksAhead - 1)
}

// Of makes the report.
func Of(v View) Report {
	first, last := Window(v.Today)
	t := tally{
		view:      v,
		first:     first,
		weeks:     make([]map[string]int, WeeksBack+WeeksAhead),
		platforms: map[string]int{},
		groups:    map[string]bool{},
		lists:     map[string][]string{},
		sources:   map[string]*source.Source{},
	}
	for _, c := range v.Communities {
		for _, s := range c.Sources {
			t.sources[s.ID] = s
		}
	}
	events := 0
	for _, e := range v.Events {
		if t.add(e) {
			events++
		}
	}
	r := Report{
		From:      first.String(),
		To:        last.String(),
		Events:    events,
		Groups:    len(t.groups),
		Weeks:     t.weekly(),
		Platforms: t.shares(events),
		Watched:   v.watched(),
		Estimate:  EstimateGroups(slices.Collect(maps.Values(t.lists))),
		NotSeen:   v.notSeen(),
	}
	r.Summary = summary(r.NotSeen)
	return r
}

// A tally counts the events of a view.
type tally struct {
	view      View
	first     event.Date
	weeks     []map[string]int
	platforms map[string]int
	groups    map[string]bool
	// lists are the groups that each independent list has.
	lists   map[string][]string
	sources map[string]*source.Source
}

// add counts an event, and reports whether it lies in the window.
func (t *tally) add(e event.Event) bool {
	week := e.Start.Date.Sub(t.first) / 7
	if e.Start.Date.Compare(t.first) < 0 || week >= len(t.weeks) {
		return false
	}
	if t.weeks[week] == nil {
		t.weeks[week] = map[string]int{}
	}
	t.weeks[week][areaOf(e)]++
	group := groupOf(e)
	t.groups[group] = true
	seen := map[string]bool{}
	for _, id := range e.Sources {
		s := t.sources[id]
		if s == nil {
			continue
		}
		seen[platformOf(s)] = true
		list := listOf(s)
		t.lists[list] = append(t.lists[list], group)
	}
	for p := range seen {
		t.platforms[p]++
	}
	return true
}

// areaOf is where an event counts.
func areaOf(e event.Event) string {
	if e.Mode == event.Online {
		return "online"
	}
	return e.Area
}

// hostings are hosts on which many groups have their pages, one subdomain each.
var hostings = []string{".connpass.com", ".doorkeeper.jp", ".peatix.com"}

// groupOf names who holds an event: the group whose page it is on, else its community.
func groupOf(e event.Event) string {
	u, err := url.Parse(e.URL)
	if err != nil {
		return e.Community
	}
	for _, h := range hostings {
		if name, ok := strings.CutSuffix(u.Hostname(), h); ok && name != "www" {
			return strings.TrimPrefix(h, ".") + "/" + name
		}
	}
	return e.Community
}

// The platforms that are none.
const (
	ownSite = "own site"
	byHand  = "by hand"
)

func platformOf(s *source.Source) string {
	switch {
	case s.Platform != "":
		return s.Platform
	case s.Kind == source.Static:
		return byHand
	}
	return ownSite
}

// listOf names the list of groups that a source belongs to: the groups' own words are
// one list, each aggregator is one of its own.
func listOf(s *source.Source) string {
	if s.Role == source.Aggregator {
		return s.ID
	}
	return ""
}

// weekly returns the weeks in their order.
func (t *tally) weekly() []Week {
	weeks := make([]Week, len(t.weeks))
	for i, areas := range t.weeks {
		w := Week{Monday: t.first.Add(7 * i).String(), Areas: []Area{}}
		for area, n := range areas {
			w.Events += n
			w.Areas = append(w.Areas, Area{area, n})
		}
		slices.SortFunc(w.Areas, func(a, b Area) int {
			return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Area, b.Area))
		})
		weeks[i] = w
	}
	return weeks
}

// shares returns the platforms, the largest first.
func (t *tally) shares(events int) []Platform {
	all := []Platform{}
	for name, n := range t.platforms {
		all = append(all, Platform{name, n, float64(n) / float64(max(events, 1))})
	}
	slices.SortFunc(all, func(a, b Platform) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Platform, b.Platform))
	})
	return all
}

// watched counts the communities.
func (v View) watched() Watched {
	w := Watched{Communities: len(v.Communities)}
	for _, c := range v.Communities {
		if c.Dormant != "" {
			w.Dormant++
		}
		if v.waits(c) {
			w.Waiting++
		}
	}
	return w
}

// waits reports whether nothing of a community can be read for want of a key.
func (v View) waits(c *source.Community) bool {
	isRead := func(s *source.Source) bool { return s.Live() && v.Waits(s) == "" }
	needsKey := func(s *source.Source) bool { return s.Live() && v.Waits(s) != "" }
	return slices.ContainsFunc(c.Sources, needsKey) &&
		!slices.ContainsFunc(c.Sources, isRead)
}

// nowhere are places where groups announce events and no program may look.
var nowhere = []Unseen{
	{
		"Facebook",
		"its events are shown to those who log in, and no interface offers them",
		"no platform",
	},
	{
		"Discord, Slack, X",
		"what is announced in chats and posts alone is not read",
		"no platform",
	},
}

// notSeen says what is not read, and why.
func (v View) notSeen() []Unseen {
	var all []Unseen
	waiting := map[string]int{}
	for _, c := range v.Communities {
		for _, s := range c.Sources {
			if key := v.Waits(s); key != "" && s.Live() {
				waiting[cmp.Or(s.Platform, s.ID)]++
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(waiting)) {
		all = append(all, Unseen{
			What: v.nameOf(id),
			Why: fmt.Sprintf(
				"%s without a key to read them",
				plural(waiting[id], "group"),
			),
			Reason: "key",
		})
	}
	for _, id := range slices.Sorted(maps.Keys(v.Platforms)) {
		p := v.Platforms[id]
		if p.Source.Off != "" && !v.reads(id) && !strings.HasPrefix(id, "connpass") {
			all = append(all, Unseen{p.Name, p.Source.Off, "terms"})
		}
	}
	return append(all, nowhere...)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// nameOf is what people call a platform.
func (v View) nameOf(id string) string {
	if p := v.Platforms[id]; p != nil {
		return p.Name
	}
	return id
}

// reads reports whether any source of a platform is read.
func (v View) reads(platform string) bool {
	for _, c := range v.Communities {
		for _, s := range c.Sources {
			if s.Platform == platform && s.Live() {
				return true
			}
		}
	}
	return false
}

// summary is the one line.
func summary(all []Unseen) string {
	names := make([]string, len(all))
	for i, u := range all {
		names[i] = u.What
	}
	return "not seen: " + strings.Join(names, ", ")
}

// Begin is the moment at which a report's first day begins in a zone, End that after
// its last.
func Begin(today event.Date, zone *time.Location) time.Time {
	first, _ := Window(today)
	return first.Begin(zone)
}

// End is the moment after a report's last day.
func End(today event.Date, zone *time.Location) time.Time {
	_, last := Window(today)
	return last.Add(1).Begin(zone)
}
