package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/completion"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/probe"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// extractTools are what `extract` needs of the rest of the program.
type extractTools struct {
	probe.Documents
	out, errOut io.Writer
	// tty says that a person reads the output; table lays events out for them.
	tty   func() bool
	table func(events []event.Event, now time.Time) []byte
}

func newExtractCmd(t extractTools) *cobra.Command {
	var f probe.Document
	var format string
	cmd := &cobra.Command{
		Use:   "extract FILE|URL",
		Short: "extract the events of one document, without a database",
		Long: "Read one document as a KIND, or with the settings of a platform or source, and print the\n" +
			"listings found. What could not be read goes to standard error, each with its reason.\n" +
			"KIND is one of " + strings.Join(completion.KindNames(context.Background(), "", nil), ", ") + ".",
		Example: "  koyomi extract --kind ics basic.ics\n  koyomi extract --source interop --base https://www.interop.jp/2009/ page.html",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage.Errorf("extract takes one FILE or URL (use koyomi extract --kind ics basic.ics)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Name = args[0]
			return t.run(cmd.Context(), f, format)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.Kind, "kind", "", "read it as `KIND`")
	flags.StringVar(&f.Platform, "platform", "", "read it with the settings of the platform `NAME`")
	flags.StringVar(&f.Source, "source", "", "read it with the settings of the source or community `ID`")
	flags.StringVar(&f.With, "with", "", "a YAML `FILE` with the kind's settings")
	flags.StringVar(&f.Base, "base", "", "the `URL` of the document, for relative links and years")
	flags.StringVar(&f.Ref, "ref", "", "the `TIME` at which it was published or fetched (default --now)")
	flags.StringVar(&f.From, "from", "", "recurring events from `DAY` on (default the day before --ref)")
	flags.StringVar(&f.To, "to", "", "recurring events up to `DAY` (default 400 days after --ref)")
	flags.StringVar(&format, "format", "", "table, jsonl or json (table on a terminal, else jsonl)")
	return cmd
}

func (t extractTools) run(ctx context.Context, d probe.Document, format string) error {
	write, err := t.writer(format)
	if err != nil {
		return err
	}
	result, at, err := t.Read(ctx, d)
	if err != nil {
		return err
	}
	if err := write(result.Listings, at); err != nil {
		return err
	}
	if err := t.report(result); err != nil {
		return err
	}
	isBounded := d.From != "" || d.To != ""
	if result.Silent() && !isBounded {
		return errAttention
	}
	return nil
}

// writer returns the way listings are printed.
func (t extractTools) writer(format string) (func([]event.Listing, time.Time) error, error) {
	if format == "" {
		format = "jsonl"
		if t.tty() {
			format = "table"
		}
	}
	switch format {
	case "table":
		return t.writeTable, nil
	case "jsonl", "json":
		return func(all []event.Listing, _ time.Time) error { return view.WriteListings(t.out, all, format == "json") }, nil
	}
	return nil, usage.Errorf("--format %s: expected table, jsonl, json", usage.Quote(format))
}

func (t extractTools) writeTable(all []event.Listing, at time.Time) error {
	events := make([]event.Event, len(all))
	for i, l := range all {
		events[i] = event.Event{Details: l.Details}
	}
	slices.SortStableFunc(events, func(a, b event.Event) int {
		return a.Start.Begin(a.Span.Location()).Compare(b.Start.Begin(b.Span.Location()))
	})
	_, err := t.out.Write(t.table(events, at))
	return err
}

// report says what was left out; that is what needs attention.
func (t extractTools) report(r extract.Result) error {
	for _, n := range r.Notes {
		fmt.Fprintf(t.errOut, "note: %s\n", text.Line(n, 500))
	}
	if r.Excluded > 0 {
		fmt.Fprintf(t.errOut, "%d left out by the source's own include or exclude\n", r.Excluded)
	}
	for _, j := range r.Rejections {
		fmt.Fprintf(t.errOut, "left out: %s: %s: %s\n", j.Item, text.Line(j.Reason, 300), j.Text)
	}
	if len(r.Rejections) > 0 {
		return errAttention
	}
	return nil
}
