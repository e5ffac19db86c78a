package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/probe"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// A HeldLine is a held poll as `held list` prints it.
type HeldLine struct {
	Poll   int64  `json:"poll"`
	Source string `json:"source"`
	// At is the moment of the latest poll held alike, Since of the first, Polls how
	// many there were.
	At       time.Time    `json:"at"`
	Since    time.Time    `json:"since"`
	Polls    int          `json:"polls"`
	Cause    health.Cause `json:"cause"`
	Message  string       `json:"message"`
	Listings int          `json:"listings"`
	Changes  int          `json:"changes"`
	// Choice is approved, discarded or superseded; "" while it waits.
	Choice  store.Choice `json:"choice"`
	Decided time.Time    `json:"decided,omitzero"`
	// Until is when what is held is believed at the latest, should it go on being said;
	// Doubts are the items that are held, where the poll was not refused whole.
	Until  time.Time      `json:"until,omitzero"`
	Doubts []health.Doubt `json:"doubts,omitempty"`
}

// LineOf returns the line of a held poll.
func LineOf(c store.Candidate) HeldLine {
	return HeldLine{
		Poll:     c.Poll,
		Source:   c.Source,
		At:       c.At,
		Since:    c.Since,
		Polls:    c.Polls,
		Cause:    c.Cause,
		Message:  c.Message,
		Listings: len(c.Listings),
		Changes:  len(c.Changes),
		Choice:   c.Choice,
		Decided:  c.Decided,
		Until:    c.Until,
		Doubts:   c.Doubts,
	}
}

// HeldTable writes held polls for people.
func (p *Printer) HeldTable(w io.Writer, lines []HeldLine) error {
	s := &terminal.Text{UI: p.UI}
	for _, l := range lines {
		style, state := terminal.Amber, "held"
		if l.Choice != "" {
			style, state = terminal.Dim, string(l.Choice)
		}
		words := fmt.Sprintf(
			"%d  %s  %s (%s) since %s",
			l.Poll,
			l.Source,
			state,
			l.Cause,
			MinuteWords(l.Since),
		)
		if l.Polls > 1 {
			words += fmt.Sprintf(", in %d polls", l.Polls)
		}
		s.Lines(0, style, words)
		s.Lines(4, "", text.Line(l.Message, 300))
		if l.Choice == "" {
			s.Lines(4, terminal.Dim, "koyomi held show "+l.Source)
		}
	}
	_, err := w.Write(s.Bytes())
	return err
}

// A HeldWhole is a held poll as `held show --format json` prints it.
type HeldWhole struct {
	HeldLine
	// Diff are the changes that letting it through would make.
	Diff []HeldChange `json:"diff"`
	// Relaid is how the page could be read, where it is laid out again.
	Relaid *probe.Layout `json:"relaid,omitempty"`
}

// A HeldChange is a change with the title of its event.
type HeldChange struct {
	Title string `json:"title"`
	event.ChangeJSON
}

// WriteHeld writes a held poll to the person who decides on it.
func WriteHeld(
	s *terminal.Text,
	c store.Candidate,
	of func(string) (event.Event, bool),
	layout *probe.Layout,
) {
	s.Head(fmt.Sprintf("Poll %d of %s", c.Poll, c.Source))
	s.Row("held", terminal.Amber, fmt.Sprintf("%s: %s", c.Cause, text.Line(c.Message, 400)))
	s.Row("since", "", SinceWords(c))
	if c.Choice == "" && !c.Until.IsZero() {
		s.Row(
			"believed",
			"",
			"at the latest on "+MinuteWords(c.Until)+", should it go on saying so",
		)
	}
	read := Counted(len(c.Listings), "event")
	if c.Partial {
		read += ", its newest only"
	}
	s.Row("read", "", read)
	if c.Choice != "" {
		s.Row(string(c.Choice), terminal.Dim, MinuteWords(c.Decided))
	}
	for i, l := range c.Listings {
		if i == shownListings {
			s.Lines(4, terminal.Dim, fmt.Sprintf("… and %d more", len(c.Listings)-i))
			break
		}
		s.Point(2, "", "·", wording.Short(here(l.Span))+"  "+text.Line(l.Title, 200))
	}
	writeDoubts(s, c.Doubts)
	s.Head("Letting it through would change")
	if len(c.Changes) == 0 {
		s.Lines(0, "", "nothing")
	}
	writeDiff(s, c.Changes, of)
	WriteLayout(s, layout)
	if c.Choice == "" {
		s.Head("Decide")
		s.Lines(0, "", "koyomi held approve "+c.Source+"    the site is right")
		s.Lines(
			0,
			"",
			"koyomi held discard "+c.Source+"    the site, or how it is read, is wrong",
		)
	}
}

// writeDoubts writes which items of a poll are not believed, and why: each reason with
// what it counts, in log odds; below 0 in all an item is not believed.
func writeDoubts(s *terminal.Text, doubts []health.Doubt) {
	if len(doubts) == 0 {
		return
	}
	s.Head("In doubt; the rest is applied")
	for _, d := range doubts {
		s.Point(
			2,
			"",
			"·",
			fmt.Sprintf("%s  %s  %+.1f in all", text.Line(d.Title, 200), d.Kind, d.LogOdds),
		)
		for _, f := range d.Features {
			s.Lines(6, terminal.Dim, fmt.Sprintf("%+.1f  %s", f.Counts(), f.Name))
		}
	}
}

// SinceWords writes since when a poll is held and in how many it was so.
func SinceWords(c store.Candidate) string {
	if c.Polls < 2 {
		return MinuteWords(c.Since)
	}
	return fmt.Sprintf(
		"%s, in %d polls, the latest %s",
		MinuteWords(c.Since),
		c.Polls,
		MinuteWords(c.At),
	)
}

// shownListings is how many listings of a held poll are shown.
const shownListings = 20

// WriteLayout words settings for the person who keeps the source file.
func WriteLayout(s *terminal.Text, r *probe.Layout) {
	if r == nil {
		return
	}
	s.Head("Laid out again?")
	s.Lines(
		0,
		"",
		fmt.Sprintf(
			"These settings find %d of the %s known from this source on the page as it is now:",
			r.Found,
			Counted(r.Of, "event"),
		),
	)
	for line := range strings.Lines(r.Settings) {
		s.WriteString("  " + line)
	}
}
