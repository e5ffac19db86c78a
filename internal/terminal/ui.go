// Package terminal writes for a person at a terminal or a program behind a pipe: widths,
// line breaks, colour, links, pager and progress. It knows nothing of events.
package terminal

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/wording"
)

// A UI is the terminal or pipe that a command talks to.
type UI struct {
	In          *os.File
	Out, ErrOut io.Writer
	// OutTTY and errTTY say whether a person looks at them.
	OutTTY, ErrTTY bool
	Color          bool
	// Links says whether the terminal shows OSC 8 hyperlinks.
	Links bool
	// Columns is the width to write for, 20 at least.
	Columns int
	// Lang is the reader's language, English or Japanese; "" for English.
	Lang string
}

// Say returns what is said in English in the reader's language.
func (u *UI) Say(english string) string { return wording.Reword(u.Lang, english) }

// The width of what is no terminal, and the least that is written for.
const (
	UsualColumns = 80
	LeastColumns = 20
)

// New returns the UI of three streams.
func New(in, out, errOut *os.File) *UI {
	u := &UI{In: in, Out: out, ErrOut: errOut}
	u.OutTTY, u.ErrTTY = term.IsTerminal(int(out.Fd())), term.IsTerminal(int(errOut.Fd()))
	u.Columns = columnsOf(out)
	u.Links = u.OutTTY && LinksShown(os.Getenv)
	u.Lang = wording.LocaleLang(os.Getenv)
	return u
}

// columnsOf returns the width of a terminal; that of $COLUMNS where out is none, or
// where it does not know.
func columnsOf(out *os.File) int {
	if w, _, err := term.GetSize(int(out.Fd())); err == nil && w > 0 {
		return max(w, LeastColumns)
	}
	if w, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && w > 0 {
		return max(w, LeastColumns)
	}
	return UsualColumns
}

// SetColor decides on colour: auto is a terminal that is not dumb, unless
// NO_COLOR is set (no-color.org). Never means no escape sequence at all.
func (u *UI) SetColor(mode string) error {
	switch mode {
	case "always":
		u.Color = true
	case "never":
		u.Color, u.Links = false, false
	case "auto":
		u.Color = u.OutTTY && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	default:
		return usage.Errorf("--color %s: expected auto, always, never", usage.Quote(mode))
	}
	return nil
}

// Sayf writes one line for people to standard error, folded to a terminal.
func (u *UI) Sayf(format string, args ...any) {
	line := u.Say(fmt.Sprintf(format, args...))
	if u.ErrTTY {
		line = Folded(line, u.Columns-1, continued)
	}
	fmt.Fprintln(u.ErrOut, line)
}

// Style wraps s in an SGR sequence where colour is wanted.
func (u *UI) Style(sgr, s string) string {
	if !u.Color || sgr == "" || s == "" {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

// The looks of things: SGR parameters that read on light and dark grounds.
const (
	Bold    = "1"
	Dim     = "2"
	Reverse = "1;7"
	Struck  = "9"
	Red     = "31"
	Green   = "32"
	Amber   = "33"
)

// Pad fills s with blanks to a width in columns.
func Pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-text.Width(s)))
}
