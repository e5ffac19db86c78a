package terminal

import (
	"bytes"
	"fmt"
	"strings"

	"koyomi/internal/text"
)

// A Text is text for a person, wrapped to the terminal: headings, rows of a label
// and a value, and points beneath one another.
type Text struct {
	UI *UI
	bytes.Buffer
}

// Tight is the width below which a label has a line of its own.
const Tight = 36

// labelColumns is the width of the labels of a text.
const labelColumns = 10

// Head begins a part, apart from what stands before it.
func (s *Text) Head(words string) {
	if s.Len() > 0 {
		s.WriteByte('\n')
	}
	for _, line := range Wrapped(words, s.UI.Columns-1) {
		s.WriteString(s.UI.Style(Bold, line) + "\n")
	}
}

// Row writes a label with its value; nothing where the value is empty.
func (s *Text) Row(label, style, value string) {
	if value == "" {
		return
	}
	label = s.UI.Say(label)
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
func (s *Text) Link(label, url string) {
	if url == "" {
		return
	}
	label = s.UI.Say(label)
	if s.UI.Columns < Tight {
		s.WriteString(
			s.UI.Style(
				Dim,
				label,
			) + "\n  " + s.UI.Link(
				url,
				text.Cut(url, s.UI.Columns-3),
			) + "\n",
		)
		return
	}
	s.WriteString(
		s.UI.Style(
			Dim,
			Pad(label, labelColumns),
		) + "  " + s.UI.Link(
			url,
			text.Cut(url, s.UI.Columns-1-labelColumns-2),
		) + "\n",
	)
}

// Point writes one point, so many columns in, after a sign of one column.
func (s *Text) Point(in int, style, sign, words string) {
	in = min(in, s.UI.Columns/5)
	s.WriteString(strings.Repeat(" ", in) + s.UI.Style(style, sign) + " ")
	s.hang(in+text.Width(sign)+1, style, words)
}

// Lines writes text so many columns in.
func (s *Text) Lines(in int, style, words string) {
	s.WriteString(strings.Repeat(" ", in))
	s.hang(in, style, words)
}

// hang writes text whose first line is begun and whose others are so many columns in.
func (s *Text) hang(in int, style, words string) {
	for i, line := range Wrapped(words, max(s.UI.Columns-1-in, 8)) {
		if i > 0 {
			s.WriteString(strings.Repeat(" ", in))
		}
		s.WriteString(s.UI.Style(style, line) + "\n")
	}
}

// Linef is one line of Fprintf, cut to the width of the terminal.
func (s *Text) Linef(format string, args ...any) {
	s.WriteString(text.Cut(fmt.Sprintf(format, args...), s.UI.Columns-1) + "\n")
}
