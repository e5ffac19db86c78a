package completion

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// bashCompletion are the functions that distributions complete with.
const bashCompletion = "/usr/share/bash-completion/bash_completion"

// answers is a program with that name whose completion script asks it.
const answers = `#!/bin/sh
for last; do :; done
case $last in
"area:東京 weekday:"*) printf 'area:東京 weekday:sat\tSaturday\narea:東京 weekday:sun\n:6\n' ;;
weekday:*) printf 'weekday:sat\n:4\n' ;;
esac
`

// TestWordsInQuotes: bash completes the last of several words within a quote that is open,
// and words without one as before.
func TestWordsInQuotes(t *testing.T) {
	if _, err := os.Stat(bashCompletion); err != nil {
		t.Skip("bash-completion is not here (.ci/parts.sh installs it)")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "asked"), []byte(answers), 0o700); err != nil {
		t.Fatal(err)
	}
	root := &cobra.Command{Use: "asked", Run: func(*cobra.Command, []string) {}}
	var script bytes.Buffer
	if err := WriteBash(root, &script); err != nil {
		t.Fatal(err)
	}
	for _, change := range quoted {
		if !strings.Contains(script.String(), change[1]) {
			t.Errorf("the script of cobra has other lines now: %q", change[0])
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "script"), script.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		`asked 'area:東京 weekday:s`:          "area:東京 weekday:sat|area:東京 weekday:sun",
		`asked "area:東京 weekday:sa`:         "area:東京 weekday:sat",
		`asked 'weekday:s`:                  "weekday:sat",
		`asked weekday:s`:                   "sat",
		`asked 'area:東京' weekday:s`:         "sat",
		`asked 'area:東京 weekday:mon' none:`: "",
	} {
		// The words are taken apart as readline does: at blanks and colons outside quotes.
		cmd := exec.CommandContext(t.Context(), "bash", "--norc", "-c", `
			. `+bashCompletion+`; . "$1"
			COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
			shift 2; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
			compopt() { :; }
			__start_asked
			IFS='|'; printf '%s' "${COMPREPLY[*]}"`, "bash", filepath.Join(dir, "script"), line)
		cmd.Args = append(cmd.Args, readline(line)...)
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "LANG=C.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("%s: %q, %v, want %q", line, out, err, want)
		}
	}
}

// readline takes a line apart as bash does for COMP_WORDS: at blanks, and around colons,
// except within quotes.
func readline(line string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
		}
		word.Reset()
	}
	var quote rune
	for _, r := range line {
		switch {
		case quote != 0:
			word.WriteRune(r)
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
			word.WriteRune(r)
		case r == ' ':
			end()
		case r == ':':
			end()
			words = append(words, ":")
		default:
			word.WriteRune(r)
		}
	}
	end()
	return words
}
