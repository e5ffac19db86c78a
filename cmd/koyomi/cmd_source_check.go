package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/health"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newSourceCheckCmd(a *app) *cobra.Command {
	var live bool
	cmd := &cobra.Command{
		Use:   "check [SOURCE|PLATFORM…]",
		Short: "read recordings and compare the result with what is expected",
		Long: "Read the recordings of the named sources, or of all, and compare the events with the\n" +
			"expected ones. For each, print what a reader would see of the newest recording, and what\n" +
			"was left out and why. A community's ID checks all of its sources, a platform's ID the\n" +
			"platform. A group without a recording of its own is covered by that of its platform;\n" +
			"whether the group exists and what it lists, only a live visit can show. No site is asked\n" +
			"unless --live is given, which visits each source once and compares its pages with the\n" +
			"recording. Exit status 3: something differs.",
		Example: "  koyomi source check\n  koyomi source check bpstudy\n  koyomi source check connpass\n  koyomi source check osc --live",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.sourceCheck(cmd.Context(), args, live)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "visit each source and compare its pages with the recording")
	return cmd
}

func (a *app) sourceCheck(ctx context.Context, names []string, live bool) error {
	chosen, err := a.toCheck(names)
	if err != nil {
		return err
	}
	visits, err := a.allRecordings()
	if err != nil {
		return err
	}
	c := &check{
		app:    a,
		visits: visits,
		live:   live,
		full:   len(names) > 0,
	}
	err = a.ui.Page(func(w io.Writer) error {
		c.drifted, c.groups = 0, 0
		c.all(ctx, a.ui.Prose(w), chosen)
		return nil
	})
	if err != nil {
		return err
	}
	if c.drifted > 0 || a.sayProblems() {
		return errAttention
	}
	return nil
}

// A check goes over sources and counts what it finds.
type check struct {
	app        *app
	visits     []recording.Visit
	live, full bool
	// drifted counts those that are not read as they must be, groups those that only
	// their platform's recording stands for.
	drifted, groups int
}

// all checks one after the other and writes how each stands.
func (c *check) all(ctx context.Context, w io.Writer, chosen []checked) {
	for _, one := range chosen {
		c.one(ctx, w, one)
	}
	if c.groups > 0 && !c.live {
		fmt.Fprintf(w, "%s known by a platform only: how it is read is proved, not that it is there; --live visits it\n", view.Counted(c.groups, "group"))
	}
	fmt.Fprintf(w, "%s checked, %d drifted\n", view.Counted(len(chosen), "source"), c.drifted)
}

func (c *check) one(ctx context.Context, w io.Writer, one checked) {
	p := c.app.prove(one, c.visits)
	if c.live && one.source != nil {
		p.Live = c.app.liveDrift(ctx, one.source, p.Proof)
	}
	c.app.printer().Proof(w, p, c.full)
	if !p.Holds() || len(p.Live) > 0 {
		c.drifted++
	}
	if p.Group {
		c.groups++
	}
}

// A checked is what is checked: a source, or a platform by its id.
type checked struct {
	source   *source.Source
	platform string
}

// prove checks the recordings of a source or a platform.
func (a *app) prove(c checked, visits []recording.Visit) view.Proof {
	if c.source == nil {
		return view.Proof{Proof: recording.ProvePlatform(a.catalogue(), c.platform, visits, kinds.All)}
	}
	p := recording.Prove(a.catalogue(), c.source, visits, kinds.All)
	return view.Proof{Proof: p, Group: p.Of != p.Source}
}

// toCheck returns what names mean, all sources where there are none: a community stands
// for all of its sources, and what is neither community nor source may be a platform.
func (a *app) toCheck(names []string) ([]checked, error) {
	var chosen []checked
	add := func(sources ...*source.Source) {
		for _, s := range sources {
			chosen = append(chosen, checked{source: s})
		}
	}
	if len(names) == 0 {
		add(a.catalogue().Sources()...)
	}
	for _, name := range names {
		if c := a.catalogue().Community(name); c != nil {
			add(c.Sources...)
			continue
		}
		s, err := a.catalogue().Find(name)
		switch {
		case err == nil:
			add(s)
		case a.catalogue().Platform(name) != nil:
			chosen = append(chosen, checked{platform: name})
		default:
			return nil, usage.Of(err)
		}
	}
	return slices.Compact(chosen), nil
}

// allRecordings returns those that come with koyomi and those beside the operator's
// own source files.
func (a *app) allRecordings() ([]recording.Visit, error) {
	visits, err := a.recordings("")
	if err != nil || a.config.Sources == "" {
		return visits, err
	}
	own := os.DirFS(a.config.Sources)
	if _, err := fs.Stat(own, "testdata"); err != nil {
		return visits, nil //nolint:nilerr // source files without recordings are none that come with koyomi
	}
	more, problems := recording.Load(own)
	if a.say(problems) {
		return nil, errUsage
	}
	return append(visits, more...), nil
}

// liveDrift visits a source and says in what its pages differ from the newest
// recording that was believed: what selectors find, and how many of the listings
// have each field.
func (a *app) liveDrift(ctx context.Context, s *source.Source, p recording.Proof) []string {
	switch {
	case s.Kind == source.Static, s.Archived != "":
		return nil // nobody is asked
	case !a.config.Polls(s):
		return []string{"it is off here and was not visited: " + s.Off}
	}
	k := a.newProber()
	defer k.Close()
	pages, err := k.Gather(ctx, s, nil)
	if err != nil {
		return []string{err.Error()}
	}
	now, err := kinds.All[s.Kind].Read(extract.Visit{
		Source: s,
		At:     k.At,
		Pages:  pages,
	})
	if err != nil {
		return []string{err.Error()}
	}
	for _, r := range slices.Backward(p.Reports) {
		if r.State == health.Applied {
			return recording.Compare(r.Result, now)
		}
	}
	return nil
}
