package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rivo/uniseg"

	"koyomi/internal/text"
)

// A sheet is text for a person, wrapped to the terminal: headings, rows of a label
// and a value, and points beneath one another.
type sheet struct {
	ui *ui
	bytes.Buffer
}

// labelColumns is the width of the labels of a sheet.
const labelColumns = 10

// head begins a part, apart from what stands before it.
func (s *sheet) head(words string) {
	if s.Len() > 0 {
		s.WriteByte('\n')
	}
	for _, line := range wrapped(words, s.ui.columns-1) {
		s.WriteString(s.ui.style(styleBold, line) + "\n")
	}
}

// row writes a label with its value; nothing where the value is empty.
func (s *sheet) row(label, style, value string) {
	if value == "" {
		return
	}
	if s.ui.columns < tight {
		if label != "" {
			s.WriteString(s.ui.style(styleDim, text.Cut(label, s.ui.columns-1)) + "\n")
		}
		s.lines(2, style, value)
		return
	}
	s.WriteString(s.ui.style(styleDim, pad(label, labelColumns)) + "  ")
	s.hang(labelColumns+2, style, value)
}

// link writes a row whose value is an address, to be followed where the terminal
// can; an address is never broken.
func (s *sheet) link(label, url string) {
	if url == "" {
		return
	}
	if s.ui.columns < tight {
		s.WriteString(s.ui.style(styleDim, label) + "\n  " + s.ui.link(url, text.Cut(url, s.ui.columns-3)) + "\n")
		return
	}
	s.WriteString(s.ui.style(styleDim, pad(label, labelColumns)) + "  " + s.ui.link(url, text.Cut(url, s.ui.columns-1-labelColumns-2)) + "\n")
}

// point writes one point, so many columns in, after a sign of one column.
func (s *sheet) point(in int, style, sign, words string) {
	in = min(in, s.ui.columns/5)
	s.WriteString(strings.Repeat(" ", in) + s.ui.style(style, sign) + " ")
	s.hang(in+text.Width(sign)+1, style, words)
}

// lines writes text so many columns in.
func (s *sheet) lines(in int, style, words string) {
	s.WriteString(strings.Repeat(" ", in))
	s.hang(in, style, words)
}

// hang writes text whose first line is begun and whose others are so many columns in.
func (s *sheet) hang(in int, style, words string) {
	for i, line := range wrapped(words, max(s.ui.columns-1-in, 8)) {
		if i > 0 {
			s.WriteString(strings.Repeat(" ", in))
		}
		s.WriteString(s.ui.style(style, line) + "\n")
	}
}

// linef is one line of Fprintf, cut to the width of the terminal.
func (s *sheet) linef(format string, args ...any) {
	s.WriteString(text.Cut(fmt.Sprintf(format, args...), s.ui.columns-1) + "\n")
}

// wrapped breaks text into lines of at most so many columns, where lines may be broken
// (UAX 14), and within a word only where it is longer than a line. It gives one line
// at least.
func wrapped(s string, columns int) []string {
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
