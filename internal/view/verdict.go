package view

import (
	"bytes"
	"fmt"

	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/when"
	"koyomi/internal/when/judge"
)

// maxSteps bounds the evidence that is shown for one date.
const maxSteps = 12

// DateVerdicts lays out the evidence for each date of a text as a waterfall, the
// heaviest first, down to its sum: above zero the date is an event's.
func DateVerdicts(verdicts []when.Verdict, words string) []byte {
	var b bytes.Buffer
	for _, v := range verdicts {
		stretch := text.Line(words[v.Part.From:v.Part.To], 60)
		fmt.Fprintf(
			&b,
			"%s「%s」 %s, log-odds %+.2f\n",
			terminal.Pad("weighed", 12),
			stretch,
			v.Owner,
			v.LogOdds,
		)
		waterfall(&b, v.Steps, v.LogOdds)
	}
	return b.Bytes()
}

// waterfall writes the heaviest steps, and the others as one.
func waterfall(b *bytes.Buffer, steps []judge.Step, sum float64) {
	for _, s := range steps[:min(len(steps), maxSteps)] {
		sum -= s.Weight
		fmt.Fprintf(b, "%s%+6.2f  %s\n", terminal.Pad("", 12), s.Weight, s.Feature)
	}
	if rest := len(steps) - maxSteps; rest > 0 {
		fmt.Fprintf(b, "%s%+6.2f  %d more\n", terminal.Pad("", 12), sum, rest)
	}
}
