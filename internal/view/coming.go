package view

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/terminal"
)

// A Coming ends the report of a replay.
type Coming struct {
	Now    time.Time
	Events []event.Event
	// Silent are the sources that have no recording yet.
	Silent []string
	// URL is where the site is, Digest the file of the daily mail, "" for none.
	URL, Digest string
}

// The most sources and events that are named.
const (
	silentShown = 8
	comingShown = 12
)

// Write says who has said nothing yet, what is coming and where to look.
func (c Coming) Write(u *terminal.UI) error {
	var b bytes.Buffer
	if len(c.Silent) > 0 {
		words := "No recording yet, left out: " + strings.Join(c.silent(), ", ")
		lines := strings.Join(terminal.Wrapped(words, u.Columns-1), "\n")
		fmt.Fprintln(&b, u.Style(terminal.Dim, lines))
	}
	fmt.Fprintf(
		&b,
		"\nComing up after %s:\n\n",
		c.Now.In(event.Tokyo).Format("2006-01-02 15:04"),
	)
	b.Write(LayOut(u, c.Events[:min(comingShown, len(c.Events))], c.Now))
	if more := len(c.Events) - comingShown; more > 0 {
		fmt.Fprintf(&b, "\n  … and %d more\n", more)
	}
	fmt.Fprintf(
		&b,
		"\n  page       %s/\n  calendar   %s/calendar.ics\n  ask        go run ./cmd/koyomi events --server %s\n",
		c.URL,
		c.URL,
		c.URL,
	)
	if c.Digest != "" {
		fmt.Fprintf(&b, "  digest     %s\n", c.Digest)
	}
	b.WriteString("  stop       Ctrl-C\n\n")
	_, err := u.Out.Write(b.Bytes())
	return err
}

// silent names some sources and counts the others.
func (c Coming) silent() []string {
	n := len(c.Silent) - silentShown
	if n <= 0 {
		return c.Silent
	}
	return append(c.Silent[:silentShown:silentShown], fmt.Sprintf("and %d more", n))
}
