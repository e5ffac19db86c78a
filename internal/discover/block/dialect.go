package block

import (
	"strings"

	"koyomi/internal/text"
)

// fieldLine is a line that begins with a label, or with a mark that people set before one.
var fieldLine = text.NewPattern(
	`^\s*(?:\*\*[^*\n]{1,30}\*\*|__[^_\n]{1,30}__|[■●◆▼◇○※→・]|[^\s:：|>#*_<\[(-][^:：\n。]{0,14}(?:：|:\s)\s*\S)`,
)

// ordinary rewrites the Markdown of dialects in that of CommonMark: rows of a table
// without a head get an empty one, and a line that begins with a label stands alone.
func ordinary(body string) string {
	lines := strings.Split(body, "\n")
	out := make([]string, 0, len(lines)+8)
	for i, l := range lines {
		begins := isRow(l) && (i == 0 || !isRow(lines[i-1]))
		if begins && !hasHead(lines[i:]) {
			out = append(out, emptyHead(l)...)
		}
		if i > 0 && fieldLine.MatchString(l) && isProse(lines[i-1]) {
			out[len(out)-1] += "  "
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

func isRow(l string) bool {
	l = strings.TrimSpace(l)
	return len(l) > 2 && l[0] == '|' && l[len(l)-1] == '|'
}

// hasHead reports whether the second of some rows divides a head from the rest.
func hasHead(rows []string) bool {
	return len(rows) > 1 && strings.Trim(rows[1], "|-: \t\r") == "" && strings.Contains(rows[1], "-")
}

// emptyHead returns a head without words for a row, on lines of its own.
func emptyHead(row string) []string {
	n := strings.Count(strings.ReplaceAll(row, `\|`, ""), "|") - 1
	return []string{"", strings.Repeat("|   ", n) + "|", strings.Repeat("|---", n) + "|"}
}

// isProse reports whether a line is one of a paragraph.
func isProse(l string) bool {
	l = strings.TrimSpace(l)
	return l != "" && !strings.HasSuffix(l, `\`) && !strings.ContainsAny(l[:1], "|#<`")
}
