package extract

import (
	"koyomi/internal/event"
)

// A Line is a listing as scripts read it: one JSON object a line. Times are RFC
// 3339, days YYYY-MM-DD; the end of days is the last day; null is not stated.
type Line struct {
	Key         string          `json:"key"`
	Occurrence  string          `json:"occurrence,omitempty"`
	Title       string          `json:"title"`
	Start       *string         `json:"start"`
	End         *string         `json:"end"`
	AllDay      bool            `json:"all_day"`
	TZ          string          `json:"tz"`
	Status      event.Status    `json:"status"`
	Mode        event.Mode      `json:"mode,omitempty"`
	URL         string          `json:"url"`
	Location    string          `json:"location"`
	Area        string          `json:"area,omitempty"`
	OnlineURL   string          `json:"online_url"`
	Description string          `json:"description"`
	Tags        []string        `json:"tags"`
	Sessions    []event.Session `json:"sessions,omitempty"`
	Number      string          `json:"number,omitempty"`
	Geo         *event.Geo      `json:"geo,omitempty"`
	Sequence    int             `json:"sequence,omitempty"`
	Reading     event.Reading   `json:"reading"`
	// Seats, Registration and Fee are left out where nothing of them is told.
	Seats        event.Seats        `json:"seats,omitzero"`
	Registration event.Registration `json:"registration,omitzero"`
	Fee          event.Fee          `json:"fee,omitzero"`
	// TimeAnnounced is false for a day whose time nobody has announced, and absent
	// otherwise.
	TimeAnnounced *bool `json:"time_announced,omitempty"`
}

// LineOf returns the line of a listing.
func LineOf(l event.Listing) Line {
	tags := l.Tags
	if tags == nil {
		tags = []string{}
	}
	return Line{
		Key:           l.Key,
		Occurrence:    l.Occurrence,
		Title:         l.Title,
		Start:         stated(l.Start),
		End:           stated(l.End),
		AllDay:        l.AllDay(),
		TimeAnnounced: announced(l.Span),
		TZ:            l.Zone,
		Status:        l.Status,
		Mode:          l.Mode,
		URL:           l.URL,
		Location:      l.Location,
		Area:          l.Area,
		OnlineURL:     l.OnlineURL,
		Description:   l.Description,
		Tags:          tags,
		Sessions:      l.Sessions,
		Number:        l.Number,
		Geo:           l.Geo,
		Sequence:      l.Sequence,
		Reading:       l.Reading,
		Seats:         l.Seats,
		Registration:  event.RegistrationOf(l.Details),
		Fee:           l.Fee,
	}
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
