package site

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// A Me is a reader's own page: what is sent, where and when, and what is stored.
type Me struct {
	Base
	Own store.Own
	// Action is where its forms lead: the page itself.
	Action string
	// Wanted and Wish are what the form shows: what is stored, or what was filled in.
	Wanted Wanted
	Wish   subscriber.Wish
	// Communities are all by ID, Counts the topics and areas of what is to come.
	Communities map[string]string
	Counts      Counts
	// Done says what was just done, MeNothing for nothing.
	Done MeDone
	// Form tells what is wrong with what was filled in, as on the form to subscribe.
	Form MailForm
	Now  time.Time
}

// MeDone is what was just done on a reader's own page.
type MeDone string

// What can be done.
const (
	MeNothing MeDone = ""
	MeSaved   MeDone = "saved"
	MePaused  MeDone = "paused"
	MeResumed MeDone = "resumed"
	MeAsked   MeDone = "asked"
	MeLeft    MeDone = "left"
)

// RenderMe writes the page.
func RenderMe(m Me) ([]byte, error) { return render("me.html", m) }

// T returns the page's own texts.
func (m Me) T() meWords { return meTexts[m.Lang] }

// DoneText says what was just done, "" for nothing.
func (m Me) DoneText() string { return m.T().Done[m.Done] }

// Active reports whether mail is sent; Left and Refused why none is.
func (m Me) Active() bool { return m.Own.Subscriber.State == subscriber.Active }

// Refused reports whether the address was switched off.
func (m Me) Refused() bool { return m.Own.Subscriber.State == subscriber.Refused }

// Paused returns the day on which mail begins again, "" where it is not paused.
func (m Me) Paused() string {
	s := m.Own.Subscriber
	if !s.Paused(m.today()) {
		return ""
	}
	return wording.FullDay(m.Lang, s.PausedUntil)
}

func (m Me) today() event.Date { return event.DateOf(m.Now.In(event.Zone(m.Own.Subscriber.Zone))) }

// A Tick is one value that can be chosen, of many or one.
type Tick struct {
	Value, Name string
	On          bool
}

// mostTopics is how many topics can be ticked, besides those that are.
const mostTopics = 24

// CommunityCount says how many of how many communities are ticked.
func (m Me) CommunityCount(all []Tick) string {
	n := 0
	for _, t := range all {
		if t.On {
			n++
		}
	}
	return fmt.Sprintf(m.T().CommunityCount, n, len(all))
}

// CommunityTicks are the communities, by name, those that are ticked first.
func (m Me) CommunityTicks() []Tick {
	var all []Tick
	for _, id := range slices.Sorted(maps.Keys(m.Communities)) {
		all = append(all, Tick{id, cmp.Or(m.Communities[id], id), slices.Contains(m.Wanted.Communities, id)})
	}
	slices.SortStableFunc(all, func(a, b Tick) int {
		return cmp.Compare(text.Fold(a.Name), text.Fold(b.Name))
	})
	all = withTicked(all, m.Wanted.Communities)
	slices.SortStableFunc(all, func(a, b Tick) int {
		if a.On == b.On {
			return 0
		}
		return map[bool]int{true: -1, false: 1}[a.On]
	})
	return all
}

// TopicTicks are the topics that most of what is to come has.
func (m Me) TopicTicks() []Tick { return m.counted("tag", m.Wanted.Topics, mostTopics) }

// AreaChoices are the areas of what is to come.
func (m Me) AreaChoices() []Tick {
	var ticked []string
	if m.Wanted.Area != "" {
		ticked = []string{m.Wanted.Area}
	}
	return m.counted("area", ticked, len(m.Counts["area"]))
}

func (m Me) counted(field string, ticked []string, most int) []Tick {
	choices := slices.SortedFunc(maps.Values(m.Counts[field]), func(a, b Choice) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	var all []Tick
	for _, c := range choices[:min(len(choices), most)] {
		isOn := slices.ContainsFunc(ticked, func(v string) bool { return text.Fold(v) == text.Fold(c.Value) })
		all = append(all, Tick{c.Value, cmp.Or(c.Name, c.Value), isOn})
	}
	return withTicked(all, ticked)
}

// withTicked adds what is ticked and is no choice.
func withTicked(all []Tick, ticked []string) []Tick {
	for _, value := range ticked {
		known := slices.ContainsFunc(all, func(t Tick) bool { return text.Fold(t.Value) == text.Fold(value) })
		if !known {
			all = append(all, Tick{value, value, true})
		}
	}
	return all
}

// RhythmChoices are on which days a digest may come.
func (m Me) RhythmChoices() []Tick {
	var all []Tick
	for _, r := range subscriber.Rhythms {
		all = append(all, Tick{string(r), m.T().Rhythms[r], m.Wish.Usual().Rhythm == r})
	}
	return all
}

// LookChoices are the days of the week on which the week ahead may be listed.
func (m Me) LookChoices() []Tick {
	all := []Tick{{"0", m.T().NoLook, m.Wish.Look == subscriber.NoLook}}
	for day := 1; day <= 7; day++ {
		name := wording.Weekday(m.Lang, time.Weekday(day%7))
		if m.Lang == Japanese {
			name += "曜日"
		}
		all = append(all, Tick{strconv.Itoa(day), name, m.Wish.Look == day})
	}
	return all
}

// HourChoices are the full hours, and the one that is chosen.
func (m Me) HourChoices() []Tick {
	chosen := subscriber.Hour(m.Wish.Minute)
	var all []Tick
	for _, h := range (MailForm{Hour: chosen}).Hours() {
		all = append(all, Tick{h, h, h == chosen})
	}
	return all
}

// PauseChoices are for how many days a reader may rest.
func (m Me) PauseChoices() []Tick {
	var all []Tick
	for _, days := range []int{7, 14, 30, 90} {
		until := m.today().Add(days)
		all = append(all, Tick{Value: strconv.Itoa(days), Name: wording.FullDay(m.Lang, until)})
	}
	return all
}

// Stored are what is kept about the reader.
func (m Me) Stored() []MailDetail {
	s, t := m.Own.Subscriber, m.T()
	all := []MailDetail{
		{Label: t.Address, Now: string(s.Address)},
		{Label: t.Since, Now: wording.Minute(s.Created)},
	}
	if c := m.Own.Consent; c != nil {
		all = append(all,
			MailDetail{Label: t.Consent, Now: t.Ways[c.Way]},
			MailDetail{Label: t.Asked, Now: moment(c.Asked)},
			MailDetail{Label: t.Confirmed, Now: moment(c.At)},
			MailDetail{Label: t.Network, Now: cmp.Or(c.Network, t.None)},
		)
	}
	last := t.None
	if !s.Since.IsZero() {
		last = wording.FullDay(m.Lang, s.Since)
	}
	all = append(all, MailDetail{Label: t.Last, Now: last})
	if s.Bounces > 0 {
		all = append(all, MailDetail{
			Label: t.Bounced,
			Now:   wording.FullDay(m.Lang, s.Bounced) + " " + text.Line(s.BouncedWhy, 200),
		})
	}
	return all
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return wording.Minute(t)
}
