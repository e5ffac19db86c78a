package terminal

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// Page writes data for a person or a pipe: through $PAGER where a terminal is too
// low to show it at once, else straight to standard output.
func (u *UI) Page(write func(io.Writer) error) error {
	if !u.OutTTY {
		b := bufio.NewWriterSize(u.Out, 1<<16)
		return errors.Join(write(b), b.Flush())
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	pager := u.pager()
	if len(pager) == 0 || !u.tooLow(b.Bytes()) {
		_, err := u.Out.Write(b.Bytes())
		return err
	}
	if u.Links && filepath.Base(pager[0]) != "less" {
		// Other pagers show the sequences of links as text.
		u.Links = false
		b.Reset()
		if err := write(&b); err != nil {
			return err
		}
	}
	if u.runPager(pager, b.Bytes()) {
		return nil
	}
	_, err := u.Out.Write(b.Bytes())
	return err
}

// pager returns the program that a person reads long output with, none where nothing
// is set, where it is cat, or where the terminal cannot move its cursor.
func (u *UI) pager() []string {
	words := strings.Fields(os.Getenv("PAGER"))
	if len(words) == 0 || words[0] == "cat" || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return words
}

// tooLow reports whether text has more lines than the terminal.
func (u *UI) tooLow(text []byte) bool {
	f, ok := u.Out.(*os.File)
	if !ok {
		return false
	}
	_, rows, err := term.GetSize(int(f.Fd()))
	return err == nil && bytes.Count(text, []byte{'\n'}) >= rows
}

// runPager shows text in the pager, and reports whether one could be started.
func (u *UI) runPager(pager []string, text []byte) bool {
	//nolint:noctx // the pager ends when its reader wants it to
	cmd := exec.Command(pager[0], pager[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), u.Out, u.ErrOut
	if os.Getenv("LESS") == "" {
		cmd.Env = append(os.Environ(), "LESS=FRX")
	}
	if cmd.Start() != nil {
		return false
	}
	_ = cmd.Wait() // a pager that was quit has done its work
	return true
}
