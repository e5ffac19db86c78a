package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// openTerminal opens a pseudoterminal of so many columns: what a terminal program
// holds, and what the programs in it see (pts(4)).
func openTerminal(columns int) (holder, inside *os.File, err error) {
	holder, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(holder.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)})
	}
	if err == nil {
		inside, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		return nil, nil, errors.Join(err, holder.Close())
	}
	return holder, inside, nil
}

// hasTerminals reports whether this machine has pseudoterminals.
func hasTerminals() bool {
	holder, inside, err := openTerminal(80)
	if err != nil {
		return false
	}
	_ = inside.Close()
	_ = holder.Close()
	return true
}

// runOnTerminal runs a program in a terminal and returns all that it writes there.
func runOnTerminal(cmd *exec.Cmd, columns int) ([]byte, error) {
	holder, inside, err := openTerminal(columns)
	if err != nil {
		return nil, err
	}
	defer holder.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = inside, inside, inside
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	err = cmd.Start()
	closeErr := inside.Close()
	if err != nil {
		return nil, errors.Join(err, closeErr)
	}
	out, readErr := io.ReadAll(holder)
	if errors.Is(readErr, syscall.EIO) { // the last program in the terminal has gone
		readErr = nil
	}
	return out, errors.Join(cmd.Wait(), readErr)
}
