package activity

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"koyomi/internal/event"
)

var now = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

// at is an event so many days from now, found a month before.
func at(community string, days int) event.Event {
	e := event.Event{Community: community, Created: now.AddDate(0, 0, days-30)}
	e.Start = event.At(now.AddDate(0, 0, days))
	return e
}

func TestStates(t *testing.T) {
	for _, c := range []struct {
		days   []int
		state  State
		rhythm int
	}{
		{[]int{10}, Active, 0},
		{[]int{-50}, Active, 0},
		{[]int{-70}, Quiet, 0},
		{[]int{-200}, Dormant, 0},
		{[]int{-95, -65, -35}, Active, 30},
		{[]int{-160, -130, -100}, Quiet, 30},
		{[]int{-400, -370, -340}, Dormant, 30},
		{[]int{-900, -535, -170}, Active, 365},
		{[]int{-1700, -1335, -970}, Quiet, 365},
		{[]int{-70, -63, -56, -56}, Active, 7},
	} {
		var events []event.Event
		for _, d := range c.days {
			events = append(events, at("a", d))
		}
		off := at("a", 20)
		off.Status = event.Cancelled
		got := Of(append(events, off), now)["a"]
		if got.State != c.state || got.Days() != c.rhythm || got.Events != len(c.days) {
			t.Errorf("%v: %s every %d days, %d events; want %s, %d", c.days, got.State, got.Days(), got.Events, c.state, c.rhythm)
		}
	}
	if got := Of(nil, now); len(got) != 0 {
		t.Errorf("nothing known: %v", got)
	}
}

// series are the events of a community from an issue on, one a month.
func series(community, description string, first, issues, days int) (all []event.Event) {
	for i := range issues {
		e := at(community, days+30*i)
		e.Number, e.Description = fmt.Sprint(first+i), description
		all = append(all, e)
	}
	return all
}

func TestMoves(t *testing.T) {
	old := func(events []event.Event) Community {
		return Community{ID: "gotanda", Name: "五反田.rb", URL: "https://gotandarb.connpass.com/", Platforms: []string{"connpass"}, Events: events}
	}
	other := func(name string, events []event.Event) Community {
		return Community{ID: "gotanda-d", Name: name, URL: "https://gotandarb.doorkeeper.jp/", Platforms: []string{"doorkeeper"}, Events: events}
	}
	link := "次回から https://gotandarb.doorkeeper.jp/ へ移ります"
	for name, c := range map[string]struct {
		from, to []event.Event
		called   string
		moved    bool
	}{
		"a link and the same name":         {series("g", link, 0, 3, -200), series("d", "", 0, 2, -90), "五反田.rb", true},
		"the same name and the next issue": {series("g", "", 1, 3, -200), series("d", "", 4, 2, -90), "五反田 .RB", true},
		"a link and the next issue":        {series("g", link, 1, 3, -200), series("d", "", 5, 2, -90), "Gotanda Ruby", true},
		"a link back and the same name":    {series("g", "", 0, 3, -200), series("d", "前は https://gotandarb.connpass.com/event/1/ でした", 0, 2, -90), "五反田.rb", true},
		"the same name alone":              {series("g", "", 0, 3, -200), series("d", "", 0, 2, -90), "五反田.rb", false},
		"a link alone":                     {series("g", link, 0, 3, -200), series("d", "", 0, 2, -90), "別の会", false},
		"the old one goes on":              {series("g", link, 1, 9, -200), series("d", "", 4, 2, -90), "五反田.rb", false},
		"the other was there before":       {series("g", link, 1, 3, -100), series("d", "", 4, 14, -400), "五反田.rb", false},
		"nothing was announced there":      {series("g", link, 1, 3, -200), nil, "五反田.rb", false},
		"nothing was announced here":       {nil, series("d", "", 4, 2, -90), "五反田.rb", false},
		"issues far apart, the same name":  {series("g", "", 1, 3, -200), series("d", "", 40, 2, -90), "五反田.rb", false},
	} {
		got := Moves([]Community{other(c.called, c.to), old(c.from)})
		if (len(got) == 1) != c.moved || c.moved && (got[0].From != "gotanda" || got[0].To != "gotanda-d" || len(got[0].Evidence) != 3) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	same := old(series("g2", "", 4, 2, -90))
	same.ID = "gotanda-2"
	if got := Moves([]Community{old(series("g", "", 1, 3, -200)), same}); len(got) > 0 {
		t.Errorf("on one platform: %+v", got)
	}
	twice := other("五反田.rb", series("e", "", 4, 2, -90))
	twice.ID, twice.Platforms, twice.URL = "gotanda-e", []string{"meetup"}, "https://www.meetup.com/gotandarb/"
	if got := Moves([]Community{old(series("g", "", 1, 3, -200)), other("五反田.rb", series("d", "", 4, 2, -90)), twice}); !reflect.DeepEqual(got, []Move(nil)) {
		t.Errorf("two places at once: %+v", got)
	}
}
