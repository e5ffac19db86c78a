package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"
)

// page writes data for a person or a pipe: through $PAGER where a terminal is too
// low to show it at once, else straight to standard output.
func (u *ui) page(write func(io.Writer) error) error {
	if !u.outTTY {
		return write(u.out)
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if pager := strings.Fields(os.Getenv("PAGER")); len(pager) > 0 && u.tooLow(b.Bytes()) && u.runPager(pager, b.Bytes()) {
		return nil
	}
	_, err := u.out.Write(b.Bytes())
	return err
}

// tooLow reports whether text has more lines than the terminal.
func (u *ui) tooLow(text []byte) bool {
	f, ok := u.out.(*os.File)
	if !ok {
		return false
	}
	_, rows, err := term.GetSize(int(f.Fd()))
	return err == nil && bytes.Count(text, []byte{'\n'}) >= rows
}

// runPager shows text in the pager, and reports whether one could be started.
func (u *ui) runPager(pager []string, text []byte) bool {
	cmd := exec.Command(pager[0], pager[1:]...) //nolint:noctx // the pager ends when its reader wants it to
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), u.out, u.errOut
	if os.Getenv("LESS") == "" {
		cmd.Env = append(os.Environ(), "LESS=FRX")
	}
	if cmd.Start() != nil {
		return false
	}
	_ = cmd.Wait() // a pager that was quit has done its work
	return true
}
