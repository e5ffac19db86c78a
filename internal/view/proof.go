package view

import (
	"fmt"
	"io"
	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/recording"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"slices"
	"strings"
)

// TellProof tells how a source stands; in full what its newest recording shows.
func (p *Printer) TellProof(w io.Writer, proof recording.Proof, full bool) {
	verdict := p.Ui.Style(terminal.Green, "holds")
	if !proof.Holds() {
		verdict = p.Ui.Style(terminal.Red, "drifted")
	}
	by := ""
	if proof.Of != proof.Source {
		by = ", by the recording of " + proof.Of.ID
	}
	fmt.Fprintf(w, "%s: %s (%s%s)\n", proof.Source.ID, verdict, Counted(len(proof.Reports), "recording"), by)
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
	if full && len(proof.Reports) > 0 {
		tellReport(w, proof.Reports[len(proof.Reports)-1])
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
		fmt.Fprintf(w, "    %s not this source's by its include and exclude\n", Counted(n, "item"))
	}
}
