package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/publish"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

func newShowCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show EVENT",
		Short: "one event whole: fields, where each came from, its history",
		Long: "Show one event whole: its fields and whose word each is, what every source says\n" +
			"of it and where they disagree, the text each date was read from and why it was\n" +
			"read so, what happened to it, and what a person corrected.\n" +
			"EVENT is an id, as `koyomi events` shows it, or any unambiguous start of one.",
		Example: "  koyomi show 8a0b649\n  koyomi show 8a0b649 --format json",
		Args:    exactly(1, "show takes one EVENT; would be right: koyomi show 8a0b649 (`koyomi events` tells the ids)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.show(cmd.Context(), args[0], format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// show tells one event whole.
func (a *app) show(ctx context.Context, id, format string) error {
	write, err := a.wholeWriter(format)
	if err != nil {
		return err
	}
	c, closeIt, err := a.openCalendar(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	w, err := c.Whole(ctx, id)
	if err != nil {
		return err
	}
	return a.ui.Page(func(out io.Writer) error { return write(out, w) })
}

// A wholeJSON is an event whole, as `show --format json` gives it: an event like any
// other, and what is told of it besides.
type wholeJSON struct {
	publish.JSON
	Description string    `json:"description"`
	Created     time.Time `json:"created"`
	Withdrawn   bool      `json:"withdrawn"`
	// Was are the UIDs of events that live on under this one.
	Was []string `json:"was,omitempty"`
	// Fields say whose word holds, Accounts what each source says, Changes what
	// happened, Corrections what a person said.
	Fields      []ledger.Origin    `json:"fields"`
	Accounts    []accountJSON      `json:"accounts"`
	Changes     []event.Change     `json:"changes"`
	Corrections []store.Correction `json:"corrections"`
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
	// Missing tells of a listing that the source shows no more.
	Missing *event.Absence `json:"missing,omitempty"`
}

// wholeWriter gives the printer of a format.
func (a *app) wholeWriter(format string) (func(io.Writer, whole) error, error) {
	switch a.ui.Format(format) {
	case "table":
		return func(out io.Writer, w whole) error {
			_, err := out.Write(a.tellWhole(w))
			return err
		}, nil
	case "json", "jsonl":
		return func(out io.Writer, w whole) error {
			enc := terminal.Encoder(out)
			if format == "json" {
				enc.SetIndent("", "  ")
			}
			return enc.Encode(a.wholeJSON(w))
		}, nil
	}
	return nil, usage.Errorf("--format %s: would be right: table, json, jsonl", usage.Quote(format))
}

// wholeJSON gives w to be written: of an event of another koyomi only what is known.
func (a *app) wholeJSON(w whole) any {
	if w.remote {
		return publish.ToJSON(w.event)
	}
	j := wholeJSON{
		JSON: publish.ToJSON(w.event), Description: w.event.Description, Created: w.event.Created.UTC().Truncate(time.Second),
		Withdrawn: w.event.Withdrawn, Was: w.was, Fields: w.origins,
		Accounts: []accountJSON{}, Changes: w.changes, Corrections: w.corrections,
	}
	for _, c := range w.claims {
		l := c.Listing
		acc := accountJSON{
			Source: c.Source, Key: c.Key, Role: a.roleOf(c.Source), FirstSeen: c.From, LastSeen: c.Seen,
			Title: l.Title, Start: l.Start, End: l.End, Status: l.Status, Location: l.Location, URL: l.URL, Reading: l.Reading,
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
func (a *app) roleOf(id string) string {
	if s := a.source(id); s != nil {
		return string(s.Role)
	}
	return "unknown"
}
