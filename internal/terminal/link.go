package terminal

import (
	"strconv"
	"strings"
)

// Link makes words lead to an address where the terminal can (OSC 8). An address
// with anything in it but visible ASCII is no address and is left out.
func (u *UI) Link(url, words string) string {
	if !u.Links || url == "" || words == "" || strings.ContainsFunc(url, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return words
	}
	return "\x1b]8;;" + url + "\x1b\\" + words + "\x1b]8;;\x1b\\"
}

// LinksShown reports whether a terminal of that environment is known to show OSC 8
// hyperlinks. There is no way to ask it; one that does not know them would show
// nothing amiss in most cases, and rubbish in some, so the unknown get none.
func LinksShown(env func(string) string) bool {
	terminal, program := env("TERM"), env("TERM_PROGRAM")
	switch {
	case terminal == "" || terminal == "dumb" || terminal == "linux":
		return false
	case env("FORCE_HYPERLINK") != "":
		return env("FORCE_HYPERLINK") != "0"
	case program == "tmux":
		return atLeast(env("TERM_PROGRAM_VERSION"), 3, 4)
	case env("TMUX") != "" || strings.HasPrefix(terminal, "screen"):
		return false
	case program == "iTerm.app" || program == "WezTerm" || program == "vscode" || program == "ghostty" || program == "rio":
		return true
	case env("WT_SESSION") != "" || env("KONSOLE_VERSION") != "" || env("DOMTERM") != "":
		return true
	}
	if vte, err := strconv.Atoi(env("VTE_VERSION")); err == nil {
		return vte >= 5002 // earlier ones crashed on some
	}
	for _, known := range []string{"kitty", "alacritty", "foot", "ghostty", "contour", "wezterm"} {
		if strings.Contains(terminal, known) {
			return true
		}
	}
	return false
}

// atLeast reports whether a version as "3.4a" is major.minor or later.
func atLeast(version string, major, minor int) bool {
	first, rest, _ := strings.Cut(version, ".")
	digits := strings.TrimRightFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	x, err := strconv.Atoi(strings.TrimPrefix(first, "next-"))
	y, _ := strconv.Atoi(digits)
	return err == nil && (x > major || x == major && y >= minor)
}
