package terminal

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/rivo/uniseg"

	"koyomi/internal/text"
)

// Prose returns a writer of lines for people: on a terminal a line that is too wide goes
// on beneath the place where its text begins. In a pipe lines stay whole.
func (u *UI) Prose(w io.Writer) io.Writer {
	if !u.OutTTY {
		return w
	}
	return &proseWriter{to: w, columns: u.Columns - 1, in: continued}
}

// continued is how far in a line goes on that has no label.
const continued = 2

// A proseWriter writes whole lines, folded to so many columns.
type proseWriter struct {
	to      io.Writer
	columns int
	in      int    // how far in a line goes on, beyond its own beginning
	begun   []byte // a line without its end
}

// Write writes the lines that are whole, and keeps the rest for later.
func (f *proseWriter) Write(b []byte) (int, error) {
	f.begun = append(f.begun, b...)
	end := bytes.LastIndexByte(f.begun, '\n') + 1
	if end == 0 {
		return len(b), nil
	}
	lines := Folded(string(f.begun[:end]), f.columns, f.in)
	f.begun = append(f.begun[:0], f.begun[end:]...)
	if _, err := io.WriteString(f.to, lines); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Folded folds every line of s that is wider than so many columns. A word is never
// broken, nor is an address: it can be copied from the terminal that breaks it.
func Folded(s string, columns, in int) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		words, ends := strings.CutSuffix(line, "\n")
		b.WriteString(foldLine(words, columns, in))
		if ends {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// looks are the sequences of colour that take no columns.
var looks = regexp.MustCompile(`^(?:\x1b\[[0-9;]*m)+`)

func foldLine(s string, columns, further int) string {
	if text.Width(looksGone(s)) <= columns {
		return s
	}
	in := hangOf(looksGone(s), columns, further)
	return strings.Join(broken(s, columns, in, false), "\n"+strings.Repeat(" ", in))
}

// Wrapped breaks text into lines of at most so many columns; a word is broken only where
// it is longer than a line. It returns one line at least.
func Wrapped(s string, columns int) []string {
	var lines []string
	for _, part := range strings.Split(s, "\n") {
		lines = append(lines, broken(part, columns, 0, true)...)
	}
	return lines
}

// broken breaks a line where it may be broken, so that the first has at most so many
// columns and each other one leaves so many free before it. A word that is longer than
// a line stays whole where it stands, or is cut.
func broken(s string, columns, in int, cut bool) []string {
	var lines []string
	line, used, begun := "", 0, false
	limit := columns
	end := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, used, begun, limit = "", 0, false, columns-in
	}
	for _, piece := range pieces(s) {
		width := visible(piece)
		movable := cut || width <= columns-in
		if begun && movable && used+width > limit {
			end()
		}
		for cut && width > limit {
			line = cutExactly(piece, limit)
			piece = piece[len(line):]
			width = visible(piece)
			end()
		}
		line += piece
		used += text.Width(looksGone(piece))
		begun = begun || width > 0
	}
	return append(lines, strings.TrimRight(line, " "))
}

// visible returns the columns that a piece takes at the end of a line.
func visible(
	piece string,
) int {
	return text.Width(looksGone(strings.TrimRight(piece, " ")))
}

// cutExactly returns the beginning of s that takes at most so many columns, a grapheme
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

var anyLook = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func looksGone(s string) string { return anyLook.ReplaceAllString(s, "") }

// pieces splits a line where it may be broken (UAX 14), but not within what is written
// in ASCII; a sequence of colour stays with what follows it.
func pieces(s string) []string {
	var all []string
	piece := ""
	for s != "" {
		if colour := looks.FindString(s); colour != "" {
			piece, s = piece+colour, s[len(colour):]
			continue
		}
		next := len(s)
		if i := strings.IndexByte(s, '\x1b'); i > 0 {
			next = i
		}
		state := -1
		for words := s[:next]; words != ""; {
			var segment string
			segment, words, _, state = uniseg.FirstLineSegmentInString(words, state)
			piece += segment
			if breakable(segment, words == "") {
				all, piece = append(all, piece), ""
			}
		}
		s = s[next:]
	}
	if piece != "" {
		all = append(all, piece)
	}
	return all
}

// breakable reports whether a line may be broken after a segment; the last one before a
// colour goes on in the next where no blank ends it.
func breakable(segment string, last bool) bool {
	isASCII := segment[len(segment)-1] < 0x80
	return strings.HasSuffix(segment, " ") || !last && !isASCII
}

// gap stands between a label and its text.
var gap = regexp.MustCompile(`^ *\S.*?  +\S`)

// hangOf returns how far in the lines after the first begin: beneath the text after a
// label, if that leaves half of the line, else a little further than the first.
func hangOf(s string, columns, further int) int {
	if label := gap.FindString(s); label != "" {
		if in := text.Width(label[:len(label)-1]); in <= columns/2 &&
			label[len(label)-1] < 0x80 {
			return in
		}
	}
	blanks := len(s) - len(strings.TrimLeft(s, " "))
	return min(blanks+further, columns/2)
}
