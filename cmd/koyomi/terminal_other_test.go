//go:build !linux

package main

import (
	"errors"
	"os/exec"
)

func hasTerminals() bool { return false }

func runOnTerminal(*exec.Cmd, int) ([]byte, error) { return nil, errors.ErrUnsupported }
