package terminal

import (
	"fmt"
	"os"
	"time"

	"koyomi/internal/text"
)

// Progress shows on a terminal, five times a second, what is being done, until the
// returned function is called; a pipe sees nothing of it.
func (u *UI) Progress(what func() string) func() {
	if !u.rewrites() {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		start := time.Now()
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				u.ClearProgress()
				return
			case <-tick.C:
				line := fmt.Sprintf(" … %d s", int(time.Since(start).Seconds()))
				fmt.Fprint(
					u.ErrOut,
					"\r\x1b[K"+text.Cut(what(), u.Columns-1-text.Width(line))+line,
				)
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

// ClearProgress makes way for a line of output.
func (u *UI) ClearProgress() {
	if u.rewrites() {
		fmt.Fprint(u.ErrOut, "\r\x1b[K")
	}
}

// rewrites reports whether a line that stands on the terminal can be written again.
func (u *UI) rewrites() bool { return u.ErrTTY && os.Getenv("TERM") != "dumb" }
