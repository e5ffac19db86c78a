// Package site writes the pages for people. Every outside text is text in them:
// nothing but this room's own templates is markup. Equal input gives equal bytes.
package site

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/source"
)

// ContentType is that of a page.
const ContentType = "text/html; charset=utf-8"

//go:embed *.html style.css
var files embed.FS

var templates = template.Must(template.ParseFS(files, "*.html"))

// Style gives the stylesheet of all pages.
func Style() []byte {
	b, err := files.ReadFile("style.css")
	if err != nil {
		panic(err) // it is part of the program
	}
	return b
}

// A Base is what every page shows.
type Base struct {
	// Lang is Japanese or English; Other is the address of the page in the other.
	Lang, Other string
	Calendar    publish.Calendar
	// PublicURL is the site's address without a path.
	PublicURL string
	Contact   string
	Version   string
}

// W gives the texts in the page's language.
func (b Base) W() words { return languages[b.Lang] }

// ContactURL gives a link to the operator, "" where the contact is none.
func (b Base) ContactURL() string {
	switch {
	case strings.HasPrefix(b.Contact, "https://"), strings.HasPrefix(b.Contact, "http://"), strings.HasPrefix(b.Contact, "mailto:"):
		return b.Contact
	case strings.Contains(b.Contact, "@"):
		return "mailto:" + b.Contact
	}
	return ""
}

// An Upcoming is the page of what is coming.
type Upcoming struct {
	Base
	// Query is what was searched for, as typed; Problem says why it cannot be
	// read, "" if it can.
	Query, Problem string
	// From is the first day shown, zero for today.
	From event.Date
	Now  time.Time
	// Events in their order; More follow them.
	Events []event.Event
	More   bool
	// Moved are the latest moves, by UID.
	Moved map[string]event.Change
	// Feed is the path and query of the calendar of the same events.
	Feed string
}

// A Day is the events of one day.
type Day struct {
	Date  event.Date
	Name  string
	Near  string
	Items []Item
}

// An Item is one event in a list.
type Item struct {
	Hours, Title, Place, Community, Path string
	Mark, MarkClass, Moved               string
	Over                                 bool
}

// RenderUpcoming writes the page.
func RenderUpcoming(u Upcoming) ([]byte, error) { return render("upcoming.html", u) }

// Days gives the events by the day on which they are next: what began earlier
// stands under today.
func (u Upcoming) Days() []Day {
	today := event.DateOf(u.Now)
	first := today
	if !u.From.IsZero() {
		first = u.From
	}
	var days []Day
	for _, e := range u.Events {
		start := e.Start.In(e.Span.Location()).Date
		if start.Compare(first) < 0 {
			start = first
		}
		if len(days) == 0 || days[len(days)-1].Date != start {
			days = append(days, Day{Date: start, Name: day(u.Lang, start), Near: u.near(start, today)})
		}
		d := &days[len(days)-1]
		d.Items = append(d.Items, u.item(e, start))
	}
	return days
}

func (u Upcoming) near(d, today event.Date) string {
	switch d.Sub(today) {
	case 0:
		return u.W().Today
	case 1:
		return u.W().Tomorrow
	}
	return ""
}

func (u Upcoming) item(e event.Event, on event.Date) Item {
	w := u.W()
	i := Item{
		Hours: hours(u.Lang, w, e.Span), Title: orUntitled(e.Title), Place: placeOf(e, w),
		Community: u.Calendar.CommunityName(e.Community), Path: "/events/" + e.ID(),
		Over: !e.Over(u.Calendar.WithDefaults().Assumed).After(u.Now),
	}
	if e.Start.Date.Compare(on) < 0 && !e.End.IsZero() {
		i.Hours = w.Running + " – " + shortDay(u.Lang, e.End.In(e.Span.Location()).Date)
	}
	i.Mark, i.MarkClass = mark(w, e.Status)
	if c, ok := u.Moved[e.UID]; ok {
		i.Moved = w.Was + " " + told(u.Lang, c.Old)
	}
	return i
}

func orUntitled(title string) string {
	if title == "" {
		return publish.Untitled
	}
	return title
}

func placeOf(e event.Event, w words) string {
	if e.Location == "" && e.Mode == event.Online {
		return w.OnlineWord
	}
	return e.Location
}

func mark(w words, s event.Status) (word, class string) {
	switch s {
	case event.Cancelled:
		return w.Cancelled, "cancelled"
	case event.Postponed:
		return w.Postponed, "postponed"
	case event.Tentative:
		return w.Tentative, "tentative"
	}
	return "", ""
}

// told writes a value of a change as people read it: a moment where it is one.
func told(lang, value string) string {
	if m, err := event.ParseMoment(value, event.Tokyo); err == nil && !m.IsZero() {
		return moment(lang, m)
	}
	return value
}

// Next gives the address of the following days: from the last day shown on, which
// may have had more events than fitted.
func (u Upcoming) Next() string {
	if !u.More || len(u.Events) == 0 {
		return ""
	}
	v := url.Values{"from": {u.Events[len(u.Events)-1].Start.Date.String()}}
	if u.Query != "" {
		v.Set("q", u.Query)
	}
	return "/?" + v.Encode()
}

// FeedURL, WebcalURL and GoogleURL are the ways to subscribe to the same events.
func (u Upcoming) FeedURL() string { return u.PublicURL + u.Feed }

// WebcalURL opens the calendar app. It is safe as a link: only the scheme of the
// site's own address is replaced.
func (u Upcoming) WebcalURL() template.URL {
	_, rest, _ := strings.Cut(u.FeedURL(), "://")
	return template.URL("webcal://" + rest)
}

// GoogleURL adds the feed to Google Calendar.
func (u Upcoming) GoogleURL() string {
	return "https://calendar.google.com/calendar/r?cid=" + url.QueryEscape(string(u.WebcalURL()))
}

// With gives the feed's address with a policy for cancelled events.
func (u Upcoming) With(policy string) string {
	join := "?"
	if strings.Contains(u.Feed, "?") {
		join = "&"
	}
	return u.FeedURL() + join + "cancelled=" + policy
}

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

// RenderBot writes the page on who comes to other people's sites.
func RenderBot(b Base) ([]byte, error) { return render("bot.html", b) }

// message is a page that only says something.
type message struct {
	Base
	Status         int
	Heading, Words string
}

// Message writes a page that says why there is none.
func Message(b Base, status int, detail string) ([]byte, error) {
	m := message{Base: b, Status: status, Heading: b.W().Trouble, Words: detail}
	if status == 404 {
		m.Heading = b.W().NotFound
	}
	return render("message.html", m)
}

func render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return b.Bytes(), nil
}
