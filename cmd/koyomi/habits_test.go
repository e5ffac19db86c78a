package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/terminal"
)

// commandLine returns a fresh tree of commands that talks to nobody.
func commandLine(t *testing.T) *cobra.Command {
	t.Helper()
	a := &app{ui: &terminal.UI{In: os.Stdin, Out: io.Discard, ErrOut: io.Discard, Columns: terminal.UsualColumns}}
	return newRootCmd(a)
}

// examples are the command lines that help and README show: everything behind
// "koyomi ", up to a pipe, a redirection or a comment.
var examples = regexp.MustCompile(`(?m)^(?:\s*|.*?&& )(?:\./|go run \./cmd/)?koyomi +([^\n]*)$`)

// words splits a command line as a shell does, and stops where the shell would take
// over or a comment begins.
func words(line string) []string {
	var all []string
	var word strings.Builder
	quote, in := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, in = r, true
		case strings.ContainsRune("|>&;#", r) && !in:
			return all
		case r == ' ':
			if in {
				all = append(all, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if in {
		all = append(all, word.String())
	}
	return all
}

// understood reports what is wrong with a command line, short of doing what it says.
func understood(t *testing.T, args []string) error {
	t.Helper()
	root := commandLine(t)
	cmd, rest, err := root.Find(commandline.Spare(root, args))
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if !cmd.Runnable() || cmd == root {
		return errors.New("no such command")
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

func TestEveryCommandHasHelpWithAnExampleThatWorks(t *testing.T) {
	t.Parallel()
	commandline.Each(commandLine(t), func(cmd *cobra.Command) {
		if cmd.Short == "" {
			t.Errorf("%s has no help", cmd.CommandPath())
		}
		shown := examples.FindAllStringSubmatch(cmd.Example, -1)
		if len(shown) == 0 {
			t.Errorf("%s --help shows no example", cmd.CommandPath())
		}
		for _, m := range shown {
			args := words(strings.TrimRight(strings.Split(m[1], "   ")[0], " "))
			if err := understood(t, args); err != nil {
				t.Errorf("%s --help shows `koyomi %s`: %v", cmd.CommandPath(), m[1], err)
			}
		}
	})
}

func TestEveryCommandOfTheReadmeIsUnderstood(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(readme, -1) {
		for _, m := range examples.FindAllSubmatch(block[1], -1) {
			n++
			if err := understood(t, words(string(m[1]))); err != nil {
				t.Errorf("README: koyomi %s: %v", m[1], err)
			}
		}
	}
	for _, m := range regexp.MustCompile("`(?:\\./)?koyomi ([a-z][^`]*)`").FindAllSubmatch(readme, -1) {
		n++
		if err := understood(t, words(strings.NewReplacer("FILE", "x.db").Replace(string(bytes.TrimSpace(m[1]))))); err != nil {
			t.Errorf("README: `koyomi %s`: %v", m[1], err)
		}
	}
	if n < 5 {
		t.Errorf("only %d commands were found in the README", n)
	}
}

func TestWhatAQuestionExcludesIsNoFlag(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"events -status:cancelled":       "events \x00-status:cancelled",
		"events KVM -Xen --to +7d":       "events KVM \x00-Xen --to +7d",
		"events --limit -1":              "events --limit -1",
		"events --limit=3 -x":            "events --limit=3 \x00-x",
		"events --past -x":               "events --past \x00-x",
		"events -h":                      "events -h",
		"events -- -x":                   "events -- -x",
		"--now 2009 events -x":           "--now 2009 events \x00-x",
		"show -x":                        "show -x",
		"--database -odd.db events -one": "--database -odd.db events \x00-one",
	} {
		root := commandLine(t)
		if got := strings.Join(commandline.Spare(root, strings.Fields(line)), " "); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestLinksAreShownWhereTheTerminalIsKnownTo(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]bool{
		"":                                        false,
		"TERM=dumb FORCE_HYPERLINK=1":             false,
		"TERM=xterm-256color":                     false,
		"TERM=linux":                              false,
		"TERM=xterm-kitty":                        true,
		"TERM=foot":                               true,
		"TERM=xterm-256color WT_SESSION=1":        true,
		"TERM=xterm-256color VTE_VERSION=7600":    true,
		"TERM=xterm-256color VTE_VERSION=4800":    false,
		"TERM=xterm-256color TERM_PROGRAM=vscode": true,
		"TERM=xterm-256color TERM_PROGRAM=Apple_Terminal":                       false,
		"TERM=tmux-256color TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.4 TMUX=x":  true,
		"TERM=tmux-256color TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.3a TMUX=x": false,
		"TERM=screen VTE_VERSION=7600":                                          false,
		"TERM=xterm-256color FORCE_HYPERLINK=1":                                 true,
		"TERM=xterm-kitty FORCE_HYPERLINK=0":                                    false,
	} {
		get := func(name string) string {
			for _, f := range strings.Fields(env) {
				if v, ok := strings.CutPrefix(f, name+"="); ok {
					return v
				}
			}
			return ""
		}
		if got := terminal.LinksShown(get); got != want {
			t.Errorf("%q: %v, want %v", env, got, want)
		}
	}
}

func TestALinkHoldsNothingButAnAddress(t *testing.T) {
	t.Parallel()
	u := &terminal.UI{Links: true}
	if got := u.Link("https://a.example/x", "here"); got != "\x1b]8;;https://a.example/x\x1b\\here\x1b]8;;\x1b\\" {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"", "https://a.example/\x1b]8;;", "https://a.example/ b", "https://a.example/\u202e", "https://a.example/\x07", "https://日本.example/"} {
		if got := u.Link(bad, "here"); got != "here" {
			t.Errorf("%q is linked: %q", bad, got)
		}
	}
}
