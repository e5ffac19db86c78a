package view

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/publish"
	"koyomi/internal/publish/ical"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/wording"
)

// An eventWriter prints a list of events.
type eventWriter func(w io.Writer, events []event.Event) error

// eventFormats are the names --format takes, the first two being the defaults.
var eventFormats = []string{"table", "jsonl", "json", "csv", "ics", "md"}

// EventWriter returns the printer of a format; moved are the UIDs of events that were
// moved, which a table marks.
func (p *Printer) EventWriter(
	asked string,
	calendar publish.Calendar,
	moved map[string]bool,
) (eventWriter, error) {
	write, ok := map[string]eventWriter{
		"jsonl": writeJSONL, "json": writeJSON, "csv": writeCSV, "md": writeMarkdown,
		"table": p.TableWriter(moved, nil, false),
		"ics":   func(w io.Writer, events []event.Event) error { return p.writeICS(w, events, calendar) },
	}[p.UI.Format(asked)]
	if !ok {
		return nil, usage.Errorf(
			"--format %s: expected %s",
			usage.Quote(asked),
			strings.Join(eventFormats, ", "),
		)
	}
	return write, nil
}

func writeJSONL(w io.Writer, events []event.Event) error {
	enc := terminal.Encoder(w)
	for _, e := range events {
		if err := enc.Encode(publish.ToJSON(e)); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(w io.Writer, events []event.Event) error {
	all := make([]publish.JSON, len(events))
	for i, e := range events {
		all[i] = publish.ToJSON(e)
	}
	enc := terminal.Encoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(all)
}

// csvColumns are the columns of the CSV form, in order.
var csvColumns = []struct {
	name  string
	value func(publish.JSON) string
}{
	{"id", func(j publish.JSON) string { return j.ID }},
	{"title", func(j publish.JSON) string { return j.Title }},
	{"start", func(j publish.JSON) string { return deref(j.Start) }},
	{"end", func(j publish.JSON) string { return deref(j.End) }},
	{"all_day", func(j publish.JSON) string { return strconv.FormatBool(j.AllDay) }},
	{"status", func(j publish.JSON) string { return string(j.Status) }},
	{"community", func(j publish.JSON) string { return j.Community }},
	{"location", func(j publish.JSON) string { return j.Location }},
	{"area", func(j publish.JSON) string { return j.Area }},
	{"url", func(j publish.JSON) string { return j.URL }},
	{"online_url", func(j publish.JSON) string { return j.OnlineURL }},
	{"tags", func(j publish.JSON) string { return strings.Join(j.Tags, ", ") }},
	{"seats", func(j publish.JSON) string { return j.Seats.String() }},
	{"fee", func(j publish.JSON) string { return j.Fee.String() }},
}

// writeCSV writes RFC 4180 that a spreadsheet opens without running anything in it.
func writeCSV(w io.Writer, events []event.Event) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	row := make([]string, len(csvColumns))
	for i, column := range csvColumns {
		row[i] = column.name
	}
	if err := c.Write(row); err != nil {
		return err
	}
	for _, e := range events {
		j := publish.ToJSON(e)
		for i, column := range csvColumns {
			row[i] = inert(column.value(j))
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// inert marks as text what a spreadsheet would take for a formula (OWASP, CSV
// injection), in either width.
func inert(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0]) {
		return s
	}
	return "'" + s
}

func (p *Printer) writeICS(w io.Writer, events []event.Event, c publish.Calendar) error {
	c.MaxBytes, c.Past, c.Ahead = -1, everyDay, everyDay
	c.Names = p.names()
	_, err := w.Write(ical.Write(events, c, p.Now()))
	return err
}

// everyDay is a window in days that holds all events there are.
const everyDay = 200 * 366

// writeMarkdown writes a list to paste into a page or a message.
func writeMarkdown(w io.Writer, events []event.Event) error {
	for _, e := range events {
		title := markdownText(publish.Title(e, publish.Mark))
		if e.URL != "" {
			title = "[" + title + "](" + strings.NewReplacer("(", "%28", ")", "%29", " ", "%20").
				Replace(e.URL) +
				")"
		}
		line := "- " + wording.Short(e.Span) + " " + title
		if place := placeCell(e); place != "" {
			line += " — " + markdownText(place)
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// markdownText keeps what stands in a text from acting as Markdown.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range text.Line(s, 400) {
		if strings.ContainsRune("\\`*_[]<>#|~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// TableWriter prints events by day, those of some UIDs marked as moved or in doubt, and on
// request the seats that are left.
func (p *Printer) TableWriter(moved, doubtful map[string]bool, seats bool) eventWriter {
	return func(w io.Writer, events []event.Event) error {
		t := &Table{UI: p.UI, Now: p.Now(), Moved: moved, Doubtful: doubtful, Seats: seats}
		_, err := w.Write(t.Bytes(events))
		return err
	}
}

// names returns the communities' names by id.
func (p *Printer) names() map[string]string {
	all := map[string]string{}
	for _, c := range p.Catalogue().Communities {
		all[c.ID] = c.Name
	}
	return all
}

// WriteListings writes listings as JSON, one a line or as one array.
func WriteListings(w io.Writer, all []event.Listing, whole bool) error {
	e := terminal.Encoder(w)
	if !whole {
		for _, l := range all {
			if err := e.Encode(extract.LineOf(l)); err != nil {
				return err
			}
		}
		return nil
	}
	lines := make([]extract.Line, len(all))
	for i, l := range all {
		lines[i] = extract.LineOf(l)
	}
	e.SetIndent("", "  ")
	return e.Encode(lines)
}
