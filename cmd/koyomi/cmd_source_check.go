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
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
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
			a.printer().TellProof(w, p, len(names) > 0)
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
		fmt.Fprintf(w, "%s checked, %d drifted\n", view.Counted(len(chosen), "source"), drifted)
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
	defer k.Close()
	pages, err := k.Gather(ctx, s, nil)
	if err != nil {
		return []string{err.Error()}
	}
	now, err := kinds.All[s.Kind].Read(extract.Visit{Source: s, At: k.At, Pages: pages})
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
