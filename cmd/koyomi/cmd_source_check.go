package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

func newSourceCheckCmd(a *app) *cobra.Command {
	var live bool
	cmd := &cobra.Command{
		Use:   "check [SOURCE…]",
		Short: "read recordings and hold what is read against what must be",
		Long: "Read the recordings of sources, all of them without SOURCE, and hold what is read against\n" +
			"what must be. Of each it shows what a reader would see of the newest recording, and what\n" +
			"was left out and why. A community's id checks all of its sources. It asks nobody but with\n" +
			"--live, which visits each source once and compares what its pages look like now with the\n" +
			"recording. Anything that has drifted ends it with status 3.",
		Example: "  koyomi source check\n  koyomi source check bpstudy\n  koyomi source check osc --live",
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
	drifted := 0
	err = a.ui.Page(func(w io.Writer) error {
		w = a.ui.Prose(w)
		for _, s := range chosen {
			p := recording.Prove(a.catalogue(), s, visits, kinds.All)
			a.tellProof(w, p, len(names) > 0)
			if live {
				p.Drift = append(p.Drift, a.liveDrift(ctx, s, p)...)
				for _, d := range p.Drift {
					fmt.Fprintf(w, "  live: %s\n", text.Line(d, 400))
				}
			}
			if !p.Holds() {
				drifted++
			}
		}
		fmt.Fprintf(w, "%s checked, %d drifted\n", counted(len(chosen), "source"), drifted)
		return nil
	})
	if err != nil {
		return err
	}
	if drifted > 0 || a.sayProblems() {
		return errAttention
	}
	return nil
}

// toCheck gives the sources that names mean, all where there are none.
func (a *app) toCheck(names []string) ([]*source.Source, error) {
	if len(names) == 0 {
		return a.catalogue().Sources(), nil
	}
	var chosen []*source.Source
	for _, name := range names {
		if c := a.catalogue().Community(name); c != nil {
			chosen = append(chosen, c.Sources...)
			continue
		}
		s, err := a.catalogue().Find(name)
		if err != nil {
			return nil, usage.Of(err)
		}
		chosen = append(chosen, s)
	}
	return slices.Compact(chosen), nil
}

// allRecordings gives those that come with koyomi and those beside the operator's
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

// tellProof tells how a source stands; in full what its newest recording shows.
func (a *app) tellProof(w io.Writer, p recording.Proof, full bool) {
	verdict := a.ui.Style(terminal.Green, "holds")
	if !p.Holds() {
		verdict = a.ui.Style(terminal.Red, "drifted")
	}
	by := ""
	if p.Of != p.Source {
		by = ", by the recording of " + p.Of.ID
	}
	fmt.Fprintf(w, "%s: %s (%s%s)\n", p.Source.ID, verdict, counted(len(p.Reports), "recording"), by)
	for _, d := range p.Drift {
		fmt.Fprintf(w, "  %s\n", text.Line(d, 400))
	}
	for _, r := range p.Reports {
		for _, d := range r.Drift {
			for i, line := range strings.Split(d, "\n") {
				if i == 0 {
					line = strings.TrimPrefix(r.Visit.Dir+": "+line, ": ")
				}
				fmt.Fprintf(w, "  %s\n", text.Line(line, 600))
			}
		}
	}
	if full && len(p.Reports) > 0 {
		tellReport(w, p.Reports[len(p.Reports)-1])
	}
}

// tellReport tells what a reader would see of one recording.
func tellReport(w io.Writer, r recording.Report) {
	if r.Visit.At.IsZero() {
		return // nothing was read
	}
	fmt.Fprintf(w, "  as of %s (%s)\n", r.Visit.At.In(event.Tokyo).Format("2006-01-02 15:04"), r.Visit.Origin)
	if r.State != health.Applied {
		fmt.Fprintf(w, "    %s (%s): %s\n", r.State, r.Cause, text.Line(r.Words, 300))
	}
	listings := slices.Clone(r.Result.Listings)
	slices.SortStableFunc(listings, func(a, b event.Listing) int { return a.Start.Date.Compare(b.Start.Date) })
	for _, l := range listings {
		line := publish.When(l.Start, l.End) + "  " + text.Line(l.Title, 100)
		if l.Status != event.Confirmed {
			line += "  (" + string(l.Status) + ")"
		}
		if l.Location != "" {
			line += "  " + text.Line(l.Location, 60)
		}
		fmt.Fprintf(w, "    %s\n", line)
	}
	for _, j := range r.Result.Rejections {
		fmt.Fprintf(w, "    left out: %s: %s: %s\n", text.Line(j.Item, 60), text.Line(j.Reason, 100), text.Line(j.Text, 60))
	}
	if n := r.Result.Excluded; n > 0 {
		fmt.Fprintf(w, "    %s not this source's by its include and exclude\n", counted(n, "item"))
	}
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
	k := a.newKit()
	defer k.close()
	pages, err := k.gather(ctx, s, nil)
	if err != nil {
		return []string{err.Error()}
	}
	now, err := kinds.All[s.Kind].Read(extract.Visit{Source: s, At: k.at, Pages: pages})
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
