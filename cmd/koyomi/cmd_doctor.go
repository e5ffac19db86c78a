package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

func newDoctorCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "what is wrong, in order of harm, each with its cause and the next step",
		Long: "Look through config, sources, database and disk, and tell what is wrong, the most harmful\n" +
			"first, each with its cause and what to do next. It changes nothing and asks no site.\n" +
			"The exit status is 3 where there is anything, 0 where all is well.",
		Example: "  koyomi doctor\n  koyomi doctor --format json",
		Args:    exactly(0, "doctor takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// A harm is how bad a finding is; the worst comes first.
type harm string

// The harms, worst first.
const (
	harmDown       harm = "down"       // koyomi cannot work
	harmStopped    harm = "stopped"    // nothing is polled
	harmMissed     harm = "missed"     // events are missed
	harmDoubtful   harm = "doubtful"   // what is told may be wrong
	harmIncomplete harm = "incomplete" // some of what was announced is left out
	harmNote       harm = "note"       // worth a look
)

var harms = []harm{harmDown, harmStopped, harmMissed, harmDoubtful, harmIncomplete, harmNote}

// harmWords are what harms are called before people.
var harmWords = map[harm]string{
	harmDown: "koyomi cannot work", harmStopped: "nothing is polled", harmMissed: "events are missed",
	harmDoubtful: "what is told may be wrong", harmIncomplete: "something is left out", harmNote: "worth a look",
}

// A finding is one thing that is wrong.
type finding struct {
	Harm harm `json:"harm"`
	// Subject is the source, event or file that it is about.
	Subject string `json:"subject"`
	What    string `json:"what"`
	Cause   string `json:"cause,omitempty"`
	// Next is the next step: a command, or what to look at.
	Next string `json:"next"`
	// weight orders findings of one harm, the heaviest first.
	weight int
}

func (a *app) doctor(ctx context.Context, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, a.doctorTable)
	if err != nil {
		return err
	}
	if a.flags.server != "" {
		return usage.Errorf("doctor looks at a database: it takes --database, not --server")
	}
	found, err := a.examine(ctx)
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(x, y finding) int {
		if c := slices.Index(harms, x.Harm) - slices.Index(harms, y.Harm); c != 0 {
			return c
		}
		return y.weight - x.weight
	})
	if len(found) == 0 {
		a.ui.Sayf("nothing is wrong")
	}
	if err := a.ui.Page(func(w io.Writer) error { return write(w, found) }); err != nil {
		return err
	}
	if len(found) > 0 {
		return errAttention
	}
	return nil
}

// doctorTable tells findings to a person, those of one harm under its name.
func (a *app) doctorTable(w io.Writer, found []finding) error {
	s := &terminal.Sheet{UI: a.ui}
	for i, f := range found {
		if i == 0 || f.Harm != found[i-1].Harm {
			s.Head(harmWords[f.Harm])
		}
		s.Point(0, harmStyle(f.Harm), fmt.Sprint(i+1), f.Subject+": "+text.Line(f.What, 400))
		if f.Cause != "" {
			s.Row("    cause", "", text.Line(f.Cause, 400))
		}
		s.Row("    next", "", text.Line(f.Next, 400))
	}
	_, err := w.Write(s.Bytes())
	return err
}

func harmStyle(h harm) string {
	switch h {
	case harmDown, harmStopped, harmMissed:
		return terminal.Red
	case harmDoubtful, harmIncomplete:
		return terminal.Amber
	}
	return terminal.Dim
}
