package publish

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// JSON is an event as the API and the command line write it. Names and meanings
// are fixed; fields may be added.
type JSON struct {
	ID    string `json:"id"`
	UID   string `json:"uid"`
	Title string `json:"title"`
	// Start and End are RFC 3339 with an offset, or a day where AllDay is true
	// (End is then the last day, inclusive); null where none is stated.
	Start     *string         `json:"start"`
	End       *string         `json:"end"`
	AllDay    bool            `json:"all_day"`
	TZ        string          `json:"tz"`
	Status    event.Status    `json:"status"`
	Type      event.Type      `json:"type"`
	Community string          `json:"community"`
	Sources   []string        `json:"sources"`
	URL       string          `json:"url"`
	Location  string          `json:"location"`
	OnlineURL string          `json:"online_url"`
	Area      string          `json:"area"`
	Tags      []string        `json:"tags"`
	Sequence  int             `json:"sequence"`
	Updated   string          `json:"updated"`
	Mode      event.Mode      `json:"mode,omitempty"`
	Sessions  []event.Session `json:"sessions,omitempty"`
	// Seats, Registration and Fee are left out where no source tells them.
	Seats        event.Seats        `json:"seats,omitzero"`
	Registration event.Registration `json:"registration,omitzero"`
	Fee          event.Fee          `json:"fee,omitzero"`
	// TimeAnnounced is false for a day whose hour nobody knows, and absent otherwise;
	// AllDay is then true for calendars' sake.
	TimeAnnounced *bool `json:"time_announced,omitempty"`
	// Inherited names the members that the event does not say itself and its community
	// does: "area", "tags".
	Inherited []string `json:"inherited,omitempty"`
	// Unseen is for how many days no source has shown it, left out where that is no
	// reason to doubt it. ToJSON leaves it to those who know.
	Unseen int `json:"unseen_days,omitempty"`
}

// A Page is one page of a list: Next is the cursor of the following one, null on
// the last.
type Page struct {
	Events []JSON  `json:"events"`
	Next   *string `json:"next"`
}

// ToJSON returns e as the API writes it.
func ToJSON(e event.Event) JSON {
	loc := e.Span.Location()
	j := JSON{
		ID:            e.ID(),
		UID:           e.UID,
		Title:         e.Title,
		Start:         stated(e.Start.In(loc)),
		End:           stated(e.End.In(loc)),
		AllDay:        e.AllDay(),
		TimeAnnounced: announced(e.Span),
		TZ:            orDefault(e.Zone, "Asia/Tokyo"),
		Status:        orDefault(e.Status, event.Confirmed),
		Type:          orDefault(e.Type, event.TypeEvent),
		Community:     e.Community,
		Sources:       append([]string{}, e.Sources...),
		URL:           e.URL,
		Location:      e.Location,
		OnlineURL:     e.OnlineURL,
		Area:          e.Area,
		Tags:          append([]string{}, e.Tags...),
		Sequence:      e.Sequence,
		Mode:          e.Mode,
		Inherited:     e.Inherited,
		Seats:         e.Seats,
		Registration:  event.RegistrationOf(e.Details),
		Fee:           e.Fee,
	}
	if !e.Updated.IsZero() {
		j.Updated = e.Updated.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	for _, s := range e.Sessions {
		j.Sessions = append(j.Sessions, event.Session{
			Start: s.Start.In(loc),
			End:   s.End.In(loc),
		})
	}
	return j
}

// announced returns false for a span whose time is not announced, else nothing.
func announced(s event.Span) *bool {
	if s.TimeAnnounced() {
		return nil
	}
	return new(bool)
}

func stated(m event.Moment) *string {
	if m.IsZero() {
		return nil
	}
	s := m.String()
	return &s
}

// Event reads j back; its text is cleaned, since another server's word is not
// believed to be clean. What ToJSON does not write stays empty.
func (j JSON) Event() (event.Event, error) {
	e := event.Event{
		UID:       uidOf(j.UID),
		Community: text.Line(j.Community, 100),
		Sequence:  j.Sequence,
		Sources:   lines(j.Sources, 100),
		Inherited: lines(j.Inherited, 20),
	}
	e.Title = text.Line(j.Title, 200)
	e.Location = text.Line(j.Location, 400)
	e.Area = text.Line(j.Area, 20)
	e.URL, e.OnlineURL, e.Tags = link(j.URL), link(j.OnlineURL), lines(j.Tags, 100)
	e.Status = event.Status(text.Line(string(j.Status), 20))
	e.Type = event.Type(text.Line(string(j.Type), 20))
	e.Mode = event.Mode(text.Line(string(j.Mode), 20))
	e.Zone = text.Line(j.TZ, 60)
	loc := e.Span.Location()
	j.admission(&e.Details)
	for _, m := range []struct {
		from *string
		to   *event.Moment
	}{{j.Start, &e.Start}, {j.End, &e.End}} {
		if m.from == nil {
			continue
		}
		moment, err := event.ParseMoment(*m.from, loc)
		if err != nil {
			return event.Event{}, fmt.Errorf("event %s: %w", e.ID(), err)
		}
		*m.to = moment
	}
	e.WholeDay = e.AllDay() && e.End.IsZero() && j.TimeAnnounced == nil
	for _, s := range j.Sessions {
		e.Sessions = append(e.Sessions, event.Session{
			Start: s.Start.In(loc),
			End:   s.End.In(loc),
		})
	}
	if j.Updated != "" {
		t, err := time.Parse(time.RFC3339, j.Updated)
		if err != nil {
			return event.Event{}, fmt.Errorf(
				"event %s: updated %q: not a time written as 2026-06-10T10:00:00Z",
				e.ID(),
				text.Line(j.Updated, 40),
			)
		}
		e.Updated = t.UTC()
	}
	return e, nil
}

// admission reads back what j says of signing up.
func (j JSON) admission(d *event.Details) {
	loc := d.Span.Location()
	d.Seats, d.Fee = j.Seats, j.Fee
	d.Fee.Currency = text.Line(j.Fee.Currency, 3)
	d.RegistrationState = event.RegistrationState(
		text.Line(string(j.Registration.State), 20),
	)
	d.RegistrationOpens = j.Registration.Opens.In(loc)
	d.RegistrationCloses = j.Registration.Closes.In(loc)
}

const uidLetters = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// uidOf keeps of s what a UID may hold.
func uidOf(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(uidLetters, r) {
			return r
		}
		return -1
	}, s[:min(len(s), 255)])
}

func lines(all []string, limit int) []string {
	var clean []string
	for _, s := range all {
		if s = text.Line(s, limit); s != "" {
			clean = append(clean, s)
		}
	}
	return clean
}

func link(s string) string {
	u, err := text.URL("", s)
	if err != nil {
		return ""
	}
	return u
}

// A Listed is a page of a list that another koyomi gave: the events, those of their UIDs
// that no source has shown for days, and the cursor of the next page, "" on the last.
type Listed struct {
	Events   []event.Event
	Doubtful map[string]bool
	Next     string
}

// DecodePage reads a page of a list.
func DecodePage(r io.Reader) (Listed, error) {
	var p Page
	if err := json.NewDecoder(r).Decode(&p); err != nil {
		return Listed{}, fmt.Errorf("not a list of events as koyomi returns it: %w", err)
	}
	l := Listed{Events: make([]event.Event, 0, len(p.Events)), Doubtful: map[string]bool{}}
	for _, j := range p.Events {
		e, err := j.Event()
		if err != nil {
			return Listed{}, err
		}
		l.Events = append(l.Events, e)
		if j.Unseen > 0 {
			l.Doubtful[e.UID] = true
		}
	}
	if p.Next != nil {
		l.Next = *p.Next
	}
	return l, nil
}
