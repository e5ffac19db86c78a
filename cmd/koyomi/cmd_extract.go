package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"koyomi/internal/extract/kinds"

	"github.com/spf13/cobra"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/strict"
	"koyomi/internal/text"
)

// extractTools are what `extract` needs of the rest of the program.
type extractTools struct {
	out, errOut io.Writer
	now         func() time.Time
	kinds       map[source.Kind]extract.Kind
	// source gives a copy of a source by its id or that of its community;
	// platform one with a platform's settings and no group.
	source, platform func(name string) (*source.Source, error)
	// fetch gets one page for a source.
	fetch func(ctx context.Context, s *source.Source, r extract.Request) (extract.Page, error)
	// find tells how a page that nobody has described could be read.
	find func(p extract.Page, at time.Time) discover.Report
	// tty says that a person reads the output; table lays events out for them.
	tty   func() bool
	table func(events []event.Event, now time.Time) []byte
}

// extractFlags are what `extract` was asked for.
type extractFlags struct {
	kind, platform, source, with, base, ref, from, to, format string
}

func newExtractCmd(t extractTools) *cobra.Command {
	var f extractFlags
	cmd := &cobra.Command{
		Use:   "extract FILE|URL",
		Short: "what one document says, as listings; touches no database",
		Long: "Read one document by a kind, a platform's settings or a source's, and print what it says.\n" +
			"What could not be read is told on standard error, each with its reason.\n" +
			"KIND is one of json, ics, feed, html, structured, file, static.",
		Example: "  koyomi extract --kind ics basic.ics\n  koyomi extract --source interop --base https://www.interop.jp/2009/ page.html",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("extract takes one FILE or URL; would be right: koyomi extract --kind ics basic.ics")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return t.run(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.kind, "kind", "", "read it as `KIND`")
	flags.StringVar(&f.platform, "platform", "", "read it with the settings of the platform `NAME`")
	flags.StringVar(&f.source, "source", "", "read it with the settings of the source or community `ID`")
	flags.StringVar(&f.with, "with", "", "a YAML `FILE` with the kind's settings")
	flags.StringVar(&f.base, "base", "", "the `URL` the document is from, for links and years")
	flags.StringVar(&f.ref, "ref", "", "the `TIME` it was published or fetched (default --now)")
	flags.StringVar(&f.from, "from", "", "recurring events from `DAY` on (default the day before --ref)")
	flags.StringVar(&f.to, "to", "", "recurring events up to `DAY` (default 400 days after --ref)")
	flags.StringVar(&f.format, "format", "", "table, jsonl or json (table on a terminal, else jsonl)")
	return cmd
}

func (t extractTools) run(ctx context.Context, name string, f extractFlags) error {
	write, err := t.writer(f.format)
	if err != nil {
		return err
	}
	s, err := t.settings(name, f)
	if err != nil {
		return err
	}
	v, err := f.visit(s, t.now())
	if err != nil {
		return err
	}
	kind, ok := t.kinds[s.Kind]
	if !ok {
		return usagef("--kind %s: would be right: %s", quoted(string(s.Kind)), t.kindNames())
	}
	if v.Pages, err = t.pages(ctx, name, kind, v); err != nil {
		return err
	}
	result, err := kind.Read(v)
	if err != nil {
		return fmt.Errorf("%s: %w", text.Line(name, 200), unwrapDamage(err))
	}
	if len(result.Listings) == 0 && s.Kind == source.HTML && s.Settings == nil && len(v.Pages) > 0 {
		result = t.listed(v, result)
	}
	if err := write(result.Listings, v.At); err != nil {
		return err
	}
	return t.tell(result)
}

// listed reads a page that says nothing by labels as the list that it repeats,
// where it has one whose dates are those of events; without one the result stays.
func (t extractTools) listed(v extract.Visit, read extract.Result) extract.Result {
	p, ok := t.find(v.Pages[0], v.At).Repeated()
	if !ok {
		return read
	}
	p.Result.Notes = append(p.Result.Notes, p.Why+"; koyomi source try prints the settings for it")
	return p.Result
}

// unwrapDamage leaves out the address that a local document does not have.
func unwrapDamage(err error) error {
	var d *extract.Damage
	if errors.As(err, &d) && strings.HasPrefix(d.URL, localDocument) {
		return errors.New(strings.TrimPrefix(d.Place+": "+d.Reason, ": "))
	}
	return err
}

// localDocument stands for the address of a file that --base does not name.
const localDocument = "file:document"

// settings gives the source that the document is read as one of.
func (t extractTools) settings(name string, f extractFlags) (*source.Source, error) {
	s := &source.Source{ID: "extract", Kind: source.Kind(f.kind)}
	given := 0
	for _, from := range []struct {
		flag, name string
		get        func(string) (*source.Source, error)
	}{{"--source", f.source, t.source}, {"--platform", f.platform, t.platform}} {
		if from.name == "" {
			continue
		}
		given++
		found, err := from.get(from.name)
		if err != nil {
			return nil, usagef("%s %s: %w", from.flag, quoted(from.name), err)
		}
		s = found
	}
	if f.kind != "" {
		given++
		if s.Kind != "" && string(s.Kind) != f.kind {
			return nil, usagef("--kind %s: the %s is read as %s", quoted(f.kind), s.ID, s.Kind)
		}
	}
	if given == 0 {
		return nil, usagef("extract needs one of --kind KIND, --platform NAME, --source SOURCE")
	}
	if f.with == "" && s.Kind == source.Static && f.source == "" {
		f.with = name // the document of a static source is its settings
	}
	if f.with != "" {
		if err := readSettings(f.with, s); err != nil {
			return nil, err
		}
	}
	s.URLs = nil
	switch {
	case f.base != "":
		s.URL = f.base
	case strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://"):
		s.URL = name
	case s.URL == "" || f.source == "":
		s.URL = localDocument
	}
	return s, nil
}

// readSettings puts a file of settings into a source: those of its kind alone, or
// a source's with the kind's under its name.
func readSettings(file string, s *source.Source) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return usagef("--with: %w", err)
	}
	doc, problems := strict.Parse(data, file)
	if len(problems) == 0 {
		problems = kinds.Definitions.DecodeSettings(doc, s)
	}
	if len(problems) == 0 {
		return nil
	}
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.String())
	}
	return usageError{errors.New(strings.Join(lines, "\n"))}
}

// visit gives the visit that the document is the page of.
func (f extractFlags) visit(s *source.Source, now time.Time) (extract.Visit, error) {
	v := extract.Visit{Source: s, At: now}
	if f.ref != "" {
		at, err := time.Parse(time.RFC3339, f.ref)
		if err != nil {
			return v, usagef("--ref %s: not a time; would be right: 2009-05-18T09:00:00+09:00", quoted(f.ref))
		}
		v.At = at
	}
	for _, b := range []struct {
		flag, value string
		days        int
		into        *time.Time
	}{{"--from", f.from, 0, &v.From}, {"--to", f.to, 1, &v.To}} {
		if b.value == "" {
			continue
		}
		d, err := event.ParseDate(b.value)
		if err != nil {
			return v, usagef("%s: %w", b.flag, err)
		}
		*b.into = d.Add(b.days).Begin(s.TimeZone())
	}
	if !v.To.IsZero() {
		v.To = v.To.Add(-time.Second)
	}
	return v, nil
}

// pages reads the file, or fetches what the kind asks for.
func (t extractTools) pages(ctx context.Context, name string, kind extract.Kind, v extract.Visit) ([]extract.Page, error) {
	if v.Source.Kind == source.Static {
		return nil, nil
	}
	if !strings.HasPrefix(name, "http://") && !strings.HasPrefix(name, "https://") {
		return t.local(name, kind, v)
	}
	return extract.Gather(kind, v, func(r extract.Request) (extract.Page, error) { return t.fetch(ctx, v.Source, r) })
}

// local makes a file the first page that the kind asks for.
func (t extractTools) local(name string, kind extract.Kind, v extract.Visit) ([]extract.Page, error) {
	body, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("extract: %w", err)
	}
	p := extract.Page{Status: 200, Body: body, URL: extract.Expand(v.Source.URL, v.Source, v.At)}
	p.Requested = p.URL
	// A kind that refuses to fetch from the site may still read a saved page.
	if need, err := kind.Need(v); err == nil && len(need) > 0 {
		p.Requested = need[0].URL
	}
	return []extract.Page{p}, nil
}

// writer gives the way listings are printed.
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
		return func(all []event.Listing, _ time.Time) error { return t.writeJSON(all, format == "json") }, nil
	}
	return nil, usagef("--format %s: would be right: table, jsonl, json", quoted(format))
}

func (t extractTools) writeJSON(all []event.Listing, whole bool) error {
	e := json.NewEncoder(t.out)
	e.SetEscapeHTML(false)
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

// tell says what was left out; that is what needs attention.
func (t extractTools) tell(r extract.Result) error {
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

func (t extractTools) kindNames() string {
	var names []string
	for k := range t.kinds {
		names = append(names, string(k))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
