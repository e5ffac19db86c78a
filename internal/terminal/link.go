package terminal

import (
	"slices"
	"strconv"
	"strings"
)

// Link makes words lead to an address where the terminal can (OSC 8). An address
// with anything in it but visible ASCII is no address and is left out.
func (u *UI) Link(url, words string) string {
	isPlain := !strings.ContainsFunc(url, func(r rune) bool { return r <= ' ' || r > '~' })
	if !u.Links || !isPlain || min(len(url), len(words)) == 0 {
		return words
	}
	return "\x1b]8;;" + url + "\x1b\\" + words + "\x1b]8;;\x1b\\"
}

// unlinked are the values of TERM for terminals that show no links.
var unlinked = []string{"", "dumb", "linux"}

// LinksShown reports whether a terminal of that environment is known to show OSC 8
// hyperlinks. There is no way to ask it; one that does not know them would show
// nothing amiss in most cases, and rubbish in some, so the unknown get none.
func LinksShown(env func(string) string) bool {
	forced := env("FORCE_HYPERLINK")
	vte, err := strconv.Atoi(env("VTE_VERSION"))
	switch {
	case slices.Contains(unlinked, env("TERM")):
		return false
	case forced != "":
		return forced != "0"
	case multiplexed(env):
		return atLeast(env("TERM_PROGRAM_VERSION"), 3, 4) // tmux says its own version
	case err == nil:
		return vte >= 5002 // earlier ones crashed on some
	}
	return isLinking(env)
}

// isLinking reports whether a variable names a terminal that shows links.
func isLinking(env func(string) string) bool {
	isSet := func(name string) bool { return env(name) != "" }
	isNamed := func(part string) bool { return strings.Contains(env("TERM"), part) }
	return slices.Contains(linkingPrograms, env("TERM_PROGRAM")) ||
		slices.ContainsFunc(
			linkingVariables,
			isSet,
		) || slices.ContainsFunc(linkingTerminals, isNamed)
}

// Terminals that show hyperlinks, by TERM_PROGRAM, by a variable that they set, and by
// a part of TERM.
var (
	linkingPrograms  = []string{"iTerm.app", "WezTerm", "vscode", "ghostty", "rio"}
	linkingVariables = []string{"WT_SESSION", "KONSOLE_VERSION", "DOMTERM"}
	linkingTerminals = []string{
		"kitty",
		"alacritty",
		"foot",
		"ghostty",
		"contour",
		"wezterm",
	}
)

// multiplexed reports whether another program stands between koyomi and the terminal.
func multiplexed(env func(string) string) bool {
	return env("TERM_PROGRAM") == "tmux" || env("TMUX") != "" ||
		strings.HasPrefix(env("TERM"), "screen")
}

// atLeast reports whether a version as "3.4a" is major.minor or later.
func atLeast(version string, major, minor int) bool {
	first, rest, _ := strings.Cut(version, ".")
	digits := strings.TrimRightFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	x, err := strconv.Atoi(strings.TrimPrefix(first, "next-"))
	y, _ := strconv.Atoi(digits)
	return err == nil && slices.Compare([]int{x, y}, []int{major, minor}) >= 0
}
