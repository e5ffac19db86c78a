package view

import (
	"io"
	"time"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/publish"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

// A wholeJSON is an event whole, as `show --format json` prints it: an event like any
// other, and what else is known of it.
type wholeJSON struct {
	publish.JSON
	Description string    `json:"description"`
	Created     time.Time `json:"created"`
	Withdrawn   bool      `json:"withdrawn"`
	// SeatsHistory are the seats as they were told over time, oldest first; UsuallyFull
	// is within how many minutes most of the community's events fill, left out where
	// that is not known.
	SeatsHistory []seatsJSON `json:"seats_history,omitempty"`
	UsuallyFull  int         `json:"usually_full_minutes,omitempty"`
	// Was are the UIDs of events that live on under this one.
	Was []string `json:"was,omitempty"`
	// Fields say whose word holds, Accounts what each source says, Changes what
	// happened, Corrections what a person said.
	Fields      []ledger.Origin    `json:"fields"`
	Accounts    []accountJSON      `json:"accounts"`
	Changes     []event.ChangeJSON `json:"changes"`
	Corrections []store.Correction `json:"corrections"`
}

// A seatsJSON is a row of the history of seats.
type seatsJSON struct {
	At time.Time `json:"at"`
	event.Seats
}

// An accountJSON is what one source says of an event.
type accountJSON struct {
	Source string `json:"source"`
	Key    string `json:"key"`
	Role   string `json:"role"`
	// FirstSeen and LastSeen are the moments of polls; Until is when it ended.
	FirstSeen time.Time     `json:"first_seen"`
	LastSeen  time.Time     `json:"last_seen"`
	Until     *time.Time    `json:"until"`
	Title     string        `json:"title"`
	Start     event.Moment  `json:"start"`
	End       event.Moment  `json:"end"`
	Status    event.Status  `json:"status"`
	Location  string        `json:"location"`
	URL       string        `json:"url"`
	Reading   event.Reading `json:"reading"`
	// Missing writes of a listing that the source shows no more.
	Missing *event.Absence `json:"missing,omitempty"`
}

// WholeWriter returns the printer of a format.
func (p *Printer) WholeWriter(format string) (func(io.Writer, ask.Whole) error, error) {
	switch p.UI.Format(format) {
	case "table":
		return func(out io.Writer, w ask.Whole) error {
			_, err := out.Write(p.writeWhole(w))
			return err
		}, nil
	case "json", "jsonl":
		return func(out io.Writer, w ask.Whole) error {
			enc := terminal.Encoder(out)
			if format == "json" {
				enc.SetIndent("", "  ")
			}
			return enc.Encode(p.wholeJSON(w))
		}, nil
	}
	return nil, usage.Errorf(
		"--format %s: expected table, json, jsonl",
		usage.Quote(format),
	)
}

// wholeJSON returns w to be written: of an event of another koyomi only what is known.
func (p *Printer) wholeJSON(w ask.Whole) any {
	plain := publish.ToJSON(w.Event)
	plain.Unseen = w.Unseen
	if w.Remote {
		return plain
	}
	j := wholeJSON{
		JSON:        plain,
		Description: w.Event.Description,
		Created:     w.Event.Created.UTC().Truncate(time.Second),
		Withdrawn:   w.Event.Withdrawn,
		Was:         w.Was,
		UsuallyFull: int(w.UsuallyFull.Minutes()),
		Fields:      w.Origins,
		Accounts:    []accountJSON{},
		Changes:     changesJSON(w.Changes),
		Corrections: w.Corrections,
	}
	for _, row := range w.Seats {
		j.SeatsHistory = append(j.SeatsHistory, seatsJSON{row.At.UTC(), row.Seats})
	}
	for _, c := range w.Claims {
		l := c.Listing
		acc := accountJSON{
			Source:    c.Source,
			Key:       c.Key,
			Role:      p.roleOf(c.Source),
			FirstSeen: c.From,
			LastSeen:  c.Seen,
			Title:     l.Title,
			Start:     l.Start,
			End:       l.End,
			Status:    l.Status,
			Location:  l.Location,
			URL:       l.URL,
			Reading:   l.Reading,
		}
		if !c.Until.IsZero() {
			acc.Until = &c.Until
		}
		if c.Absence != (event.Absence{}) {
			acc.Missing = &c.Absence
		}
		j.Accounts = append(j.Accounts, acc)
	}
	return j
}

// roleOf says whose word a source is: the organiser's or an aggregator's.
func (p *Printer) roleOf(id string) string {
	if s := p.source(id); s != nil {
		return string(s.Role)
	}
	return "unknown"
}
