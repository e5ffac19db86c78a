package terminal

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rivo/uniseg"

	"koyomi/internal/text"
)

// A Sheet is text for a person, wrapped to the terminal: headings, rows of a label
// and a value, and points beneath one another.
type Sheet struct {
	UI *UI
	bytes.Buffer
}

// Tight is the width below which a label has a line of its own.
const Tight = 36

// labelColumns is the width of the labels of a sheet.
const labelColumns = 10

// Head begins a part, apart from what stands before it.
func (s *Sheet) Head(words string) {
	if s.Len() > 0 {
		s.WriteByte('\n')
	}
	for _, line := range Wrapped(words, s.UI.Columns-1) {
		s.WriteString(s.UI.Style(Bold, line) + "\n")
	}
}

// Row writes a label with its value; nothing where the value is empty.
func (s *Sheet) Row(label, style, value string) {
	if value == "" {
		return
	}
	if s.UI.Columns < Tight {
		if label != "" {
			s.WriteString(s.UI.Style(Dim, text.Cut(label, s.UI.Columns-1)) + "\n")
		}
		s.Lines(2, style, value)
		return
	}
	s.WriteString(s.UI.Style(Dim, Pad(label, labelColumns)) + "  ")
	s.hang(labelColumns+2, style, value)
}

// Link writes a row whose value is an address, to be followed where the terminal
// can; an address is never broken.
func (s *Sheet) Link(label, url string) {
	if url == "" {
		return
	}
	if s.UI.Columns < Tight {
		s.WriteString(s.UI.Style(Dim, label) + "\n  " + s.UI.Link(url, text.Cut(url, s.UI.Columns-3)) + "\n")
		return
	}
	s.WriteString(s.UI.Style(Dim, Pad(label, labelColumns)) + "  " + s.UI.Link(url, text.Cut(url, s.UI.Columns-1-labelColumns-2)) + "\n")
}

// Point writes one point, so many columns in, after a sign of one column.
func (s *Sheet) Point(in int, style, sign, words string) {
	in = min(in, s.UI.Columns/5)
	s.WriteString(strings.Repeat(" ", in) + s.UI.Style(style, sign) + " ")
	s.hang(in+text.Width(sign)+1, style, words)
}

// Lines writes text so many columns in.
func (s *Sheet) Lines(in int, style, words string) {
	s.WriteString(strings.Repeat(" ", in))
	s.hang(in, style, words)
}

// hang writes text whose first line is begun and whose others are so many columns in.
func (s *Sheet) hang(in int, style, words string) {
	for i, line := range Wrapped(words, max(s.UI.Columns-1-in, 8)) {
		if i > 0 {
			s.WriteString(strings.Repeat(" ", in))
		}
		s.WriteString(s.UI.Style(style, line) + "\n")
	}
}

// Linef is one line of Fprintf, cut to the width of the terminal.
func (s *Sheet) Linef(format string, args ...any) {
	s.WriteString(text.Cut(fmt.Sprintf(format, args...), s.UI.Columns-1) + "\n")
}

// Wrapped breaks text into lines of at most so many columns, where lines may be broken
// (UAX 14), and within a word only where it is longer than a line. It gives one line
// at least.
func Wrapped(s string, columns int) []string {
	var lines []string
	for _, part := range strings.Split(s, "\n") {
		lines = append(lines, wrapLine(part, columns)...)
	}
	return lines
}

func wrapLine(s string, columns int) []string {
	var lines []string
	line, used, state := "", 0, -1
	for rest := s; rest != ""; {
		var segment string
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		width := text.Width(strings.TrimRight(segment, " "))
		if used+width > columns && line != "" {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = "", 0
		}
		for width > columns {
			head := cutExactly(segment, columns)
			lines = append(lines, head)
			segment = segment[len(head):]
			width = text.Width(strings.TrimRight(segment, " "))
		}
		line += segment
		used += text.Width(segment)
	}
	return append(lines, strings.TrimRight(line, " "))
}

// cutExactly gives the beginning of s that takes at most so many columns, a grapheme
// at least.
func cutExactly(s string, columns int) string {
	end, used, state := 0, 0, -1
	for rest := s; rest != ""; {
		var cluster string
		var w int
		cluster, rest, w, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += w; used > columns && end > 0 {
			break
		}
		end += len(cluster)
	}
	return s[:end]
}
