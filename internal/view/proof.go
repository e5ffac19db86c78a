package view

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/recording"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// A Proof is what recordings show of a source or a platform.
type Proof struct {
	recording.Proof
	// Group is set for a group that the recording of its platform stands for.
	Group bool
	// Live says in what a visit differed.
	Live []string
}

// Proof writes how a source or a platform stands; in full what its newest recording
// shows.
func (p *Printer) Proof(w io.Writer, proof Proof, full bool) {
	fmt.Fprintf(w, "%s: %s (%s)\n", proof.Source.ID, p.verdict(proof), evidence(proof))
	writeDrift(w, proof)
	for _, d := range proof.Live {
		fmt.Fprintf(w, "  live: %s\n", text.Line(d, 400))
	}
	switch {
	case !full || len(proof.Reports) == 0:
	case proof.Group:
		fmt.Fprintf(
			w,
			"  proved: answers of the platform %s are read as they must be\n",
			proof.Source.Platform,
		)
		fmt.Fprintf(
			w,
			"  not proved: that this group is there, and what it lists; a visit shows it: koyomi source check %s --live\n",
			proof.Source.ID,
		)
	default:
		writeReport(w, proof.Reports[len(proof.Reports)-1])
	}
}

func (p *Printer) verdict(proof Proof) string {
	if proof.Holds() {
		return p.UI.Style(terminal.Green, "holds")
	}
	return p.UI.Style(terminal.Red, "drifted")
}

// evidence names the recordings that a proof rests on.
func evidence(proof Proof) string {
	words := Counted(len(proof.Reports), "recording")
	switch {
	case proof.Group:
		return words + " of the platform " + proof.Source.Platform + ", none of its own"
	case proof.Of.ID != proof.Source.ID:
		return words + ", by the recording of " + proof.Of.ID
	}
	return words
}

// writeDrift writes in what a recording is not read as it must be.
func writeDrift(w io.Writer, proof Proof) {
	for _, d := range proof.Drift {
		fmt.Fprintf(w, "  %s\n", text.Line(d, 400))
	}
	for _, r := range proof.Reports {
		for _, d := range r.Drift {
			for i, line := range strings.Split(d, "\n") {
				if i == 0 {
					line = strings.TrimPrefix(r.Visit.Dir+": "+line, ": ")
				}
				fmt.Fprintf(w, "  %s\n", text.Line(line, 600))
			}
		}
	}
}

// writeReport writes what a reader would see of one recording.
func writeReport(w io.Writer, r recording.Report) {
	if r.Visit.At.IsZero() {
		return // nothing was read
	}
	fmt.Fprintf(
		w,
		"  as of %s (%s)\n",
		r.Visit.At.In(event.Tokyo).Format("2006-01-02 15:04"),
		r.Visit.Origin,
	)
	if r.State != health.Applied {
		fmt.Fprintf(w, "    %s (%s): %s\n", r.State, r.Cause, text.Line(r.Words, 300))
	}
	listings := slices.Clone(r.Result.Listings)
	slices.SortStableFunc(
		listings,
		func(a, b event.Listing) int { return a.Start.Date.Compare(b.Start.Date) },
	)
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
		fmt.Fprintf(
			w,
			"    left out: %s: %s: %s\n",
			text.Line(j.Item, 60),
			text.Line(j.Reason, 100),
			text.Line(j.Text, 60),
		)
	}
	if n := r.Result.Excluded; n > 0 {
		fmt.Fprintf(
			w,
			"    %s not this source's by its include and exclude\n",
			Counted(n, "item"),
		)
	}
}
