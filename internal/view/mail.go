package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"koyomi/internal/delivery"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// A SubscriberLine is one subscriber as it is listed.
type SubscriberLine struct {
	Address  string `json:"address"`
	State    string `json:"state"`
	Query    string `json:"query"`
	Hour     string `json:"hour"`
	Zone     string `json:"zone"`
	Lang     string `json:"lang"`
	Format   string `json:"format"`
	Operator bool   `json:"operator"`
	// Last is the local date of the last digest that arrived, or of the last day
	// that had nothing to report; "" for none yet.
	Last     string `json:"last"`
	Refusals int    `json:"refusals"`
}

// SubscriberLineOf returns the line of a subscriber.
func SubscriberLineOf(s subscriber.Subscriber) SubscriberLine {
	return SubscriberLine{
		Address:  string(s.Address),
		State:    string(s.State),
		Query:    s.Query,
		Hour:     subscriber.Hour(s.Minute),
		Zone:     s.Zone,
		Lang:     s.Lang,
		Format:   string(s.Format),
		Operator: s.Operator,
		Last:     s.Since.String(),
		Refusals: s.Refusals,
	}
}

// SubscriberTable prints subscribers.
func (p *Printer) SubscriberTable(w io.Writer, lines []SubscriberLine) error {
	s := &terminal.Text{UI: p.UI}
	for _, l := range lines {
		s.Lines(0, terminal.Bold, text.Line(l.Address, 254))
		query := l.Query
		if query == "" {
			query = "all events"
		}
		what := fmt.Sprintf(
			"%s, %s %s, %s, %s",
			l.State,
			l.Hour,
			l.Zone,
			l.Lang,
			text.Line(query, 500),
		)
		if l.Operator {
			what += ", stale sources are reported too"
		}
		if l.Last != "" {
			what += ", reported up to " + l.Last
		}
		switch {
		case l.State == string(subscriber.Refused):
			what += fmt.Sprintf(
				"; turned down on %d days, so nothing more is sent: `koyomi subscriber add` begins again",
				l.Refusals,
			)
		case l.Refusals > 0:
			what += fmt.Sprintf("; turned down on %s", Counted(l.Refusals, "day"))
		}
		s.Lines(2, "", what)
	}
	_, err := w.Write(s.Bytes())
	return err
}

// A MessageLine is one message as it is listed.
type MessageLine struct {
	To        string `json:"to"`
	Kind      string `json:"kind"`
	Date      string `json:"date,omitempty"`
	State     string `json:"state"`
	Planned   string `json:"planned"`
	Done      string `json:"done,omitempty"`
	Next      string `json:"next,omitempty"`
	Attempts  int    `json:"attempts"`
	Cause     string `json:"cause,omitempty"`
	MessageID string `json:"message_id"`
}

// RFCTime writes a moment for programs, "" for none.
func RFCTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// MessageTable prints messages.
func (p *Printer) MessageTable(w io.Writer, lines []MessageLine) error {
	s := &terminal.Text{UI: p.UI}
	for _, l := range lines {
		s.Lines(
			0,
			"",
			strings.TrimSpace(fmt.Sprintf("%-8s %s  %s %s", l.State, l.To, l.Kind, l.Date)),
		)
		if l.Cause != "" {
			s.Lines(2, terminal.Dim, l.Cause)
		}
	}
	_, err := w.Write(s.Bytes())
	return err
}

// A SentLine is one message as it is listed.
type SentLine struct {
	To      string `json:"to"`
	Kind    string `json:"kind"`
	Date    string `json:"date,omitempty"`
	Subject string `json:"subject"`
	State   string `json:"state"`
	Next    string `json:"next,omitempty"`
	Cause   string `json:"cause,omitempty"`
}

// SentLineOf returns the line of a message that was tried.
func SentLineOf(s delivery.Sent) SentLine {
	l := s.Message
	return SentLine{
		To:      string(l.To),
		Kind:    string(l.Kind),
		Date:    l.Day.String(),
		Subject: l.Body.Subject,
		State:   string(s.State),
		Next:    RFCTime(s.Next),
		Cause:   s.Outcome.Cause,
	}
}

// SentTable prints what became of messages.
func (p *Printer) SentTable(w io.Writer, lines []SentLine) error {
	s := &terminal.Text{UI: p.UI}
	for _, l := range lines {
		s.Lines(
			0,
			"",
			strings.TrimSpace(
				fmt.Sprintf(
					"%-8s %s  %s %s",
					l.State,
					text.Line(l.To, 254),
					l.Kind,
					l.Date,
				),
			),
		)
		if l.Subject != "" {
			s.Lines(2, terminal.Dim, text.Line(l.Subject, 200))
		}
		if l.Cause != "" {
			s.Lines(2, terminal.Amber, text.Line(l.Cause, 400))
		}
	}
	_, err := w.Write(s.Bytes())
	return err
}

// MessageLineOf returns the line of a message.
func MessageLineOf(l store.Message) MessageLine {
	line := MessageLine{
		To:        string(l.To),
		Kind:      string(l.Kind),
		Date:      l.Day.String(),
		State:     string(l.State),
		Planned:   RFCTime(l.Planned),
		Done:      RFCTime(l.Done),
		Attempts:  l.Attempts,
		Cause:     l.Cause,
		MessageID: l.MessageID,
	}
	if l.Done.IsZero() {
		line.Next = RFCTime(l.Next)
	}
	return line
}
