package extract

import (
	"strings"

	"koyomi/internal/text"
)

// Behind gives the words that follow a label wherever it stands in s, each up to
// the end of its line or the next of the other labels; where nothing follows on
// the line, the next line. Labels at the start of a line come first.
func Behind(s, label string, others []string) []string {
	var first, rest []string
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		at := strings.Index(line, label)
		if at < 0 {
			continue
		}
		words := line[at+len(label):]
		for _, o := range others {
			if cut := strings.Index(words, o); cut >= 0 && o != label {
				words = words[:cut]
			}
		}
		words = strings.TrimLeft(words, " \t\u3000:：|｜=＝→/／"+closings)
		if text.Line(words, 0) == "" && i+1 < len(lines) {
			words = nextLine(lines[i+1:])
		}
		if strings.Trim(line[:at], bullets+openings) == "" {
			first = append(first, words)
		} else {
			rest = append(rest, words)
		}
	}
	return append(first, rest...)
}

func nextLine(lines []string) string {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			return l
		}
	}
	return ""
}
