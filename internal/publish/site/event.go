package site

import (
	"fmt"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// An Event is the page of one event.
type Event struct {
	Base
	Event   event.Event
	Changes []event.Change
	Claims  []event.Claim
	// Community is nil where the catalogue has it no more.
	Community *source.Community
}

// RenderEvent writes the page.
func RenderEvent(e Event) ([]byte, error) { return render("event.html", e) }

// Title gives the event's title.
func (e Event) Title() string { return orUntitled(e.Event.Title) }

// When tells when it takes place, Sessions its parts.
func (e Event) When() string { return span(e.Lang, e.Event.Span) }

// Sessions tells the parts one by one, none where there are not several.
func (e Event) Sessions() []string {
	var all []string
	if len(e.Event.Sessions) < 2 {
		return nil
	}
	for _, s := range e.Event.Sessions {
		all = append(all, span(e.Lang, event.Span{Start: s.Start, End: s.End, Zone: e.Event.Zone}))
	}
	return all
}

// EndUnknown reports whether a timed event states no end.
func (e Event) EndUnknown() bool { return !e.Event.AllDay() && e.Event.End.IsZero() }

// Place, Mark and MarkClass are as in a list.
func (e Event) Place() string { return placeOf(e.Event, e.W()) }

// Mark tells a status other than confirmed.
func (e Event) Mark() string { m, _ := mark(e.W(), e.Event.Status); return m }

// MarkClass is the style of Mark.
func (e Event) MarkClass() string { _, c := mark(e.W(), e.Event.Status); return c }

// CommunityName gives the name of its community.
func (e Event) CommunityName() string { return e.Calendar.CommunityName(e.Event.Community) }

// Signup tells when one can sign up, "" where that is not known.
func (e Event) Signup() string {
	opens, closes := moment(e.Lang, e.Event.RegistrationOpens.In(event.Tokyo)), moment(e.Lang, e.Event.RegistrationCloses.In(event.Tokyo))
	if opens == "" && closes == "" {
		return ""
	}
	return opens + " – " + closes
}

// MapURL gives a map of the place, "" where the position is not known.
func (e Event) MapURL() string {
	g := e.Event.Geo
	if g == nil {
		return ""
	}
	return fmt.Sprintf("https://www.openstreetmap.org/?mlat=%.5f&mlon=%.5f#map=17/%.5f/%.5f", g.Lat, g.Lon, g.Lat, g.Lon)
}

// A Step is one thing that happened to an event.
type Step struct{ At, Kind, Field, Old, New, Source string }

// History gives what happened, latest first.
func (e Event) History() []Step {
	var steps []Step
	for i := len(e.Changes) - 1; i >= 0; i-- {
		c := e.Changes[i]
		steps = append(steps, Step{
			At:   c.At.In(event.Tokyo).Format("2006-01-02 15:04"),
			Kind: kindOf(e.Lang, c.Kind), Field: c.Field, Old: told(e.Lang, c.Old), New: told(e.Lang, c.New), Source: c.Source,
		})
	}
	return steps
}

var kindsJa = map[event.ChangeKind]string{
	event.ChangeAdded: "見つかった", event.ChangeEdited: "内容の変更", event.ChangeMoved: "日程の変更", event.ChangeRelocated: "場所の変更",
	event.ChangePostponed: "延期", event.ChangeCancelled: "中止", event.ChangeReinstated: "開催に戻った", event.ChangeWithdrawn: "取り下げ",
	event.ChangeMerged: "他の催しとまとめた", event.ChangeSplit: "分けた",
}

func kindOf(lang string, k event.ChangeKind) string {
	if lang == Japanese && kindsJa[k] != "" {
		return kindsJa[k]
	}
	return string(k)
}
