package terminal

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// openers are what shows an address in the browser of a person, by system.
var openers = map[string]string{"darwin": "open", "linux": "xdg-open"}

// Browse shows an address in the browser that $BROWSER names, or on a terminal in that of
// this machine; it reports false where there is none.
func (u *UI) Browse(ctx context.Context, address string) (bool, error) {
	name := os.Getenv("BROWSER")
	if name == "" && u.OutTTY {
		name = openers[runtime.GOOS]
	}
	if name == "" {
		return false, nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return false, nil //nolint:nilerr // the address is printed then
	}
	cmd := exec.CommandContext(ctx, path, address)
	cmd.Stderr = u.ErrOut
	if err := cmd.Run(); err != nil {
		return false, fmt.Errorf("show %s with %s: %w", address, name, err)
	}
	return true, nil
}
