package extract

import (
	"strings"

	"koyomi/internal/text"
)

// Behind returns the words that follow a label wherever it stands in s, each up to
// the end of its line or the next of the other labels; where nothing follows on
// the line, the next line. Labels at the start of a line come first.
func Behind(s, label string, others []string) []string {
	var first, rest []string
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		before, words, found := strings.Cut(line, label)
		if !found {
			continue
		}
		words = strings.TrimLeft(upTo(words, label, others), " \t\u3000:：|｜=＝→／/"+closings)
		if text.Line(words, 0) == "" {
			words = firstLine(lines[i+1:], words)
		}
		if strings.Trim(before, bullets+openings) == "" {
			first = append(first, words)
			continue
		}
		rest = append(rest, words)
	}
	return append(first, rest...)
}

// upTo returns words up to the first of other labels.
func upTo(words, label string, others []string) string {
	for _, o := range others {
		if o != label {
			words, _, _ = strings.Cut(words, o)
		}
	}
	return words
}

// firstLine returns the first line that says something, otherwise what is given.
func firstLine(lines []string, otherwise string) string {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			return l
		}
	}
	return otherwise
}
