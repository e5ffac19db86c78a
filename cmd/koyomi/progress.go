package main

import (
	"fmt"
	"os"
	"time"
)

// progress shows on a terminal, five times a second, what is being done, until the
// returned function is called; a pipe sees nothing of it.
func (u *ui) progress(what func() string) func() {
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
				u.clearProgress()
				return
			case <-tick.C:
				fmt.Fprintf(u.errOut, "\r\x1b[K%s … %d s", what(), int(time.Since(start).Seconds()))
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

// clearProgress makes way for a line of output.
func (u *ui) clearProgress() {
	if u.rewrites() {
		fmt.Fprint(u.errOut, "\r\x1b[K")
	}
}

// rewrites reports whether a line that stands on the terminal can be written anew.
func (u *ui) rewrites() bool { return u.errTTY && os.Getenv("TERM") != "dumb" }
