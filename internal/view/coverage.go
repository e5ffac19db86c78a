package view

import (
	"fmt"
	"io"
	"strings"

	"koyomi/internal/coverage"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// WriteCoverage writes people what is known and what is not seen.
func (p *Printer) WriteCoverage(w io.Writer, r coverage.Report) error {
	u := p.UI
	var b strings.Builder
	line := func(format string, args ...any) {
		words := text.Line(fmt.Sprintf(format, args...), 400)
		b.WriteString(strings.Join(terminal.Wrapped(words, u.Columns-1), "\n") + "\n")
	}
	row := func(format string, args ...any) {
		b.WriteString(text.Cut(fmt.Sprintf(format, args...), u.Columns-1) + "\n")
	}
	heading := func(words string) { b.WriteString("\n" + u.Style(terminal.Bold, words) + "\n") }
	line(
		"%s to %s: %s of %s; %d communities are watched, %d dormant, %d wait for a key",
		r.From, r.To, Counted(r.Events, "event"), Counted(r.Groups, "group"),
		r.Watched.Communities, r.Watched.Dormant, r.Watched.Waiting,
	)
	line("%s", r.Estimate.Words())
	line("%s", r.Summary)
	heading("by platform")
	for _, one := range r.Platforms {
		row("%s %4d  %3.0f %%", terminal.Pad(one.Platform, 18), one.Events, 100*one.Share)
	}
	heading("by week and area")
	for _, week := range r.Weeks {
		row("%s %4d  %s", week.Monday, week.Events, areaWords(week.Areas))
	}
	heading("not seen")
	for _, one := range r.NotSeen {
		line("%s: %s", one.What, one.Why)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// areasShown is how many areas of a week are named.
const areasShown = 6

func areaWords(areas []coverage.Area) string {
	var words []string
	for i, a := range areas {
		if i == areasShown {
			words = append(words, fmt.Sprintf("and %d more", len(areas)-i))
			break
		}
		name := a.Area
		if name == "" {
			name = "unknown"
		}
		words = append(words, fmt.Sprintf("%s %d", name, a.Events))
	}
	return strings.Join(words, ", ")
}
