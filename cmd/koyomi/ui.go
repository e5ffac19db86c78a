package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/term"

	"koyomi/internal/text"
)

// The exit statuses; there are no others.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitAttention = 3
)

// A usageError is a wrong command line, config or source file.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// errAttention ends a command that is done while something needs a person; what
// it is has been said.
var errAttention = errors.New("something needs attention")

// errFailed ends a command that failed and has already said why.
var errFailed = errors.New("failed")

// errUsage ends a command whose input was wrong and that has already said where.
var errUsage = usageError{errors.New("wrong input")}

// A ui is the terminal or pipe that a command talks to.
type ui struct {
	in          *os.File
	out, errOut io.Writer
	// outTTY and errTTY say whether a person looks at them.
	outTTY, errTTY bool
	color          bool
	// links says whether the terminal shows OSC 8 hyperlinks.
	links bool
	// columns is the width to write for, 20 at least.
	columns int
}

// The width of what is no terminal, and the least that is written for.
const (
	usualColumns = 80
	leastColumns = 20
)

func newUI(in, out, errOut *os.File) *ui {
	u := &ui{in: in, out: out, errOut: errOut}
	u.outTTY, u.errTTY = term.IsTerminal(int(out.Fd())), term.IsTerminal(int(errOut.Fd()))
	u.columns = columnsOf(out)
	u.links = u.outTTY && linksShown(os.Getenv)
	return u
}

// columnsOf gives the width of a terminal; that of $COLUMNS where out is none, or
// where it does not know.
func columnsOf(out *os.File) int {
	if w, _, err := term.GetSize(int(out.Fd())); err == nil && w > 0 {
		return max(w, leastColumns)
	}
	if w, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && w > 0 {
		return max(w, leastColumns)
	}
	return usualColumns
}

// setColor decides on colour: auto is a terminal that is not dumb, unless
// NO_COLOR is set (no-color.org). Never means no escape sequence at all.
func (u *ui) setColor(mode string) error {
	switch mode {
	case "always":
		u.color = true
	case "never":
		u.color, u.links = false, false
	case "auto":
		u.color = u.outTTY && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	default:
		return usagef("--color %s: would be right: auto, always, never", quoted(mode))
	}
	return nil
}

// sayf writes one line for people to standard error, folded to a terminal.
func (u *ui) sayf(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if u.errTTY {
		line = folded(line, u.columns-1, continued)
	}
	fmt.Fprintln(u.errOut, line)
}

// exit turns the error a command ended with into its status, and says it once.
func (u *ui) exit(err error) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitDone
	case errors.Is(err, errAttention):
		return exitAttention
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errFailed):
		return exitFailed
	}
	u.sayf("koyomi: %s", text.Block(err.Error(), 4000))
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// style wraps s in an SGR sequence where colour is wanted.
func (u *ui) style(sgr, s string) string {
	if !u.color || sgr == "" || s == "" {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

// The looks of things: SGR parameters that read on light and dark grounds.
const (
	styleBold   = "1"
	styleDim    = "2"
	styleToday  = "1;7"
	styleStruck = "9"
	styleRed    = "31"
	styleGreen  = "32"
	styleAmber  = "33"
)

// quoted shows what a person typed without letting it act on the terminal.
func quoted(s string) string {
	return fmt.Sprintf("%q", text.Line(s, 100))
}

// pad fills s with blanks to a width in columns.
func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-text.Width(s)))
}

// notThere reports whether err says that a file does not exist.
func notThere(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// exists reports whether there is a file of that name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
