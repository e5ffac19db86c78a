package view

import (
	"strings"

	"koyomi/internal/query"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// QueryHelp explains the query language by examples.
func QueryHelp() string {
	var b strings.Builder
	for _, part := range query.Help() {
		b.WriteString("\n" + part.Heading + "\n")
		columns := 0
		for _, l := range part.Lines {
			columns = max(columns, text.Width(l.Example))
		}
		for _, l := range part.Lines {
			b.WriteString("  " + terminal.Pad(l.Example, columns) + "  " + l.Meaning + "\n")
		}
	}
	return b.String()
}
