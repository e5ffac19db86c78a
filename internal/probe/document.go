package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/source"
	"koyomi/internal/strict"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

// Documents reads single documents.
type Documents struct {
	Now   func() time.Time
	Kinds map[source.Kind]extract.Kind
	// Source returns a copy of a source by its id or that of its community;
	// platform one with a platform's settings and no group.
	Source, Platform func(name string) (*source.Source, error)
	// Fetch gets one page for a source.
	Fetch func(ctx context.Context, s *source.Source, r extract.Request) (extract.Page, error)
	// Find writes how a page that nobody has described could be read.
	Find func(p extract.Page, at time.Time) discover.Report
}

// A Document is a file or an address, and how it is to be read.
type Document struct {
	Name                                              string
	Kind, Platform, Source, With, Base, Ref, From, To string
}

// Read reads a document; the moment is that as of which it was read.
func (t Documents) Read(
	ctx context.Context,
	f Document,
) (result extract.Result, at time.Time, err error) {
	s, err := t.settings(f.Name, f)
	if err != nil {
		return result, at, err
	}
	kind, ok := t.Kinds[s.Kind]
	if !ok {
		return result, at, usage.Errorf(
			"--kind %s: expected %s",
			usage.Quote(string(s.Kind)),
			t.kindNames(),
		)
	}
	v, err := f.visit(s, t.Now())
	if err == nil {
		v.Pages, err = t.pages(ctx, f.Name, kind, v)
	}
	if err != nil {
		return result, at, err
	}
	if result, err = kind.Read(v); err != nil {
		return result, at, fmt.Errorf("%s: %w", text.Line(f.Name, 200), UnwrapDamage(err))
	}
	isGuessed := s.Kind == source.HTML && s.Settings == nil
	if isGuessed && len(v.Pages) > 0 {
		result = t.listed(v, result)
	}
	return result, v.At, nil
}

// listed reads a page without settings by the likeliest way to read it. Where the page
// looks like one without events, or nothing else was recognised, the result stays.
func (t Documents) listed(v extract.Visit, read extract.Result) extract.Result {
	r := t.Find(v.Pages[0], v.At)
	i := slices.IndexFunc(
		r.Proposals,
		func(p discover.Proposal) bool { return p.Tried && p.Err == nil && !p.Doubted },
	)
	if i < 0 {
		return read
	}
	p := r.Proposals[i]
	p.Result.Notes = append(
		p.Result.Notes,
		p.Why+"; koyomi source try prints the settings for it",
	)
	return p.Result
}

// UnwrapDamage leaves out the address that a local document does not have.
func UnwrapDamage(err error) error {
	var d *extract.Damage
	if errors.As(err, &d) && strings.HasPrefix(d.URL, localDocument) {
		return errors.New(strings.TrimPrefix(d.Place+": "+d.Reason, ": "))
	}
	return err
}

// localDocument stands for the address of a file that --base does not name.
const localDocument = "file:document"

// settings returns the source that the document is read as one of.
func (t Documents) settings(name string, f Document) (*source.Source, error) {
	s, err := t.chosen(f)
	if err != nil {
		return nil, err
	}
	if f.Source == "" && s.Kind == source.Static {
		f.With = cmp.Or(f.With, name) // the document of a static source is its settings
	}
	if f.With != "" {
		if err := readSettings(f.With, s); err != nil {
			return nil, err
		}
	}
	own := s.URL
	if f.Source == "" {
		own = "" // a platform's is that of no group
	}
	if IsWeb(name) {
		own = name
	}
	s.URL, s.URLs = cmp.Or(f.Base, own, localDocument), nil
	return s, nil
}

// chosen returns the source that the flags choose.
func (t Documents) chosen(f Document) (*source.Source, error) {
	if f.Kind+f.Platform+f.Source == "" {
		return nil, usage.Errorf(
			"extract needs one of --kind KIND, --platform NAME, --source SOURCE",
		)
	}
	s := &source.Source{ID: "extract", Kind: source.Kind(f.Kind)}
	for _, from := range []struct {
		flag, name string
		get        func(string) (*source.Source, error)
	}{{"--source", f.Source, t.Source}, {"--platform", f.Platform, t.Platform}} {
		if from.name == "" {
			continue
		}
		found, err := from.get(from.name)
		if err != nil {
			return nil, usage.Errorf("%s %s: %w", from.flag, usage.Quote(from.name), err)
		}
		s = found
	}
	if f.Kind != "" && string(s.Kind) != f.Kind {
		return nil, usage.Errorf(
			"--kind %s: the %s is read as %s",
			usage.Quote(f.Kind),
			s.ID,
			s.Kind,
		)
	}
	return s, nil
}

// readSettings puts a file of settings into a source: those of its kind alone, or
// a source's with the kind's under its name.
func readSettings(file string, s *source.Source) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return usage.Errorf("--with: %w", err)
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
	return usage.Of(errors.New(strings.Join(lines, "\n")))
}

// visit returns the visit that the document is the page of.
func (f Document) visit(s *source.Source, now time.Time) (extract.Visit, error) {
	v := extract.Visit{Source: s, At: now}
	if f.Ref != "" {
		at, err := time.Parse(time.RFC3339, f.Ref)
		if err != nil {
			return v, usage.Errorf(
				"--ref %s: expected a time (use 2009-05-18T09:00:00+09:00)",
				usage.Quote(f.Ref),
			)
		}
		v.At = at
	}
	for _, b := range []struct {
		flag, value string
		days        int
		into        *time.Time
	}{{"--from", f.From, 0, &v.From}, {"--to", f.To, 1, &v.To}} {
		if b.value == "" {
			continue
		}
		d, err := event.ParseDate(b.value)
		if err != nil {
			return v, usage.Errorf("%s: %w", b.flag, err)
		}
		*b.into = d.Add(b.days).Begin(s.TimeZone())
	}
	if !v.To.IsZero() {
		v.To = v.To.Add(-time.Second)
	}
	return v, nil
}

// pages reads the file, or fetches what the kind asks for.
func (t Documents) pages(
	ctx context.Context,
	name string,
	kind extract.Kind,
	v extract.Visit,
) ([]extract.Page, error) {
	if v.Source.Kind == source.Static {
		return nil, nil
	}
	if !strings.HasPrefix(name, "http://") && !strings.HasPrefix(name, "https://") {
		return t.local(name, kind, v)
	}
	return extract.Gather(
		kind,
		v,
		func(r extract.Request) (extract.Page, error) { return t.Fetch(ctx, v.Source, r) },
	)
}

// local makes a file the first page that the kind asks for.
func (t Documents) local(
	name string,
	kind extract.Kind,
	v extract.Visit,
) ([]extract.Page, error) {
	body, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("extract: %w", err)
	}
	p := extract.Page{
		Status: 200,
		Body:   body,
		URL:    extract.Expand(v.Source.URL, v.Source, v.At),
	}
	p.Requested = p.URL
	// A kind that refuses to fetch from the site may still read a saved page.
	if need, err := kind.Need(v); err == nil && len(need) > 0 {
		p.Requested = need[0].URL
	}
	return []extract.Page{p}, nil
}

func (t Documents) kindNames() string {
	var names []string
	for k := range t.Kinds {
		names = append(names, string(k))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
