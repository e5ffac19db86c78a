package view

import (
	"fmt"
	"io"
	"strings"

	"koyomi/internal/publish/lint"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// severityStyles are the looks of findings.
var severityStyles = map[lint.Severity]string{
	lint.Error:   terminal.Red,
	lint.Warning: terminal.Amber,
	lint.Note:    terminal.Dim,
}

// WriteFindings writes findings to people, one after another.
func (p *Printer) WriteFindings(w io.Writer, name string, found []lint.Finding) error {
	u := p.UI
	var b strings.Builder
	for _, f := range found {
		place := text.Line(name, 200)
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d", place, f.Line)
		}
		words := f.Reason
		if f.Section != "" {
			words += " [" + f.Section + "]"
		}
		b.WriteString(
			u.Style(
				terminal.Bold,
				place,
			) + ": " + u.Style(
				severityStyles[f.Severity],
				string(f.Severity),
			) + "\n",
		)
		for _, line := range terminal.Wrapped(words, u.Columns-3) {
			b.WriteString("  " + line + "\n")
		}
	}
	if len(found) == 0 {
		b.WriteString(
			strings.Join(
				terminal.Wrapped(
					"no client is known to trip over anything in it",
					u.Columns-1,
				),
				"\n",
			) + "\n",
		)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
