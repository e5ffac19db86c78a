package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"
)

// typed is one command line of a script, and what is looked at after it.
type typed struct {
	script string
	args   []string // without koyomi
	status string   // exits N; empty where it has to succeed
	narrow bool     // the output is held to a width
	piped  bool     // its reader goes
	said   bool     // stdout, stderr or a file is looked at
	blamed bool     // stderr is looked at
	none   bool     // nothing is on stdout
}

// inShell finds the command lines of koyomi in what a script types into a shell.
var inShell = regexp.MustCompile(`\bkoyomi ([^;|>]*)`)

// scripted returns all command lines of the scripts.
func scripted(t *testing.T) []typed {
	t.Helper()
	names, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var all []typed
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		for line := range strings.Lines(string(a.Comment)) {
			if lines := commandLines(line); len(lines) > 0 {
				last = len(lines)
				for _, l := range lines {
					l.script = filepath.Base(name)
					all = append(all, l)
				}
				continue
			}
			for i := len(all) - last; i < len(all); i++ {
				all[i].look(line)
			}
		}
	}
	return all
}

// look notes what a line of a script looks at.
func (c *typed) look(line string) {
	switch w := scriptWords(line); {
	case len(w) == 0:
	case w[0] == "fits":
		c.narrow = true
	case w[0] == "stderr":
		c.said, c.blamed = true, true
	case w[0] == "!" && len(w) == 3 && w[1] == "stdout" && w[2] == ".":
		c.none = true
	case slices.Contains([]string{"stdout", "cmp", "exists", "grep", "cp"}, w[0]):
		c.said = true
	case w[0] == "!" && len(w) > 1 && w[1] == "exists":
		c.said = true
	}
}

// commandLines finds the command lines of koyomi in one line of a script.
func commandLines(line string) []typed {
	w := scriptWords(line)
	for len(w) > 0 && (strings.HasPrefix(w[0], "[") || w[0] == "!" || w[0] == "exec") {
		w = w[1:]
	}
	var c typed
	if len(w) > 2 && w[0] == "exits" {
		c.status, w = w[1], w[2:]
	}
	if len(w) > 2 && w[0] == "on-terminal" {
		w = w[2:]
	}
	switch {
	case len(w) > 0 && w[0] == "koyomi":
		c.args = w[1:]
		return []typed{c}
	case len(w) > 1 && w[0] == "serving":
		c.args, c.said = append([]string{"serve"}, w[2:]...), true
		return []typed{c}
	case len(w) > 1 && (w[0] == "shell" || w[0] == "sh"):
		var all []typed
		for _, m := range inShell.FindAllStringSubmatch(strings.Join(w[1:], " "), -1) {
			c.args, c.piped = words(m[1]), strings.Contains(line, "| head") || strings.Contains(line, "| true")
			all = append(all, c)
		}
		return all
	}
	return nil
}

// scriptWords splits a line as testscript does: ' quotes, and ” in quotes is a quote.
func scriptWords(line string) []string {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") {
		return nil
	}
	var all []string
	var word strings.Builder
	in, quoted := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'' && quoted && i+1 < len(line) && line[i+1] == '\'':
			word.WriteByte(c)
			i++
		case c == '\'':
			quoted, in = !quoted, true
		case (c == ' ' || c == '\t') && !quoted:
			if in {
				all = append(all, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteByte(c)
			in = true
		}
	}
	if in {
		all = append(all, word.String())
	}
	return all
}

// done reports whether a command did its work.
func (c typed) done() bool { return c.status == "" || c.status == "0" || c.status == "3" }

// lists are the commands that may find nothing, which is no failure.
var lists = []string{
	"events", "source list", "held list", "event list", "archive list", "digest preview", "digest send",
	"digest status", "subscriber list", "lint",
}

// printers are the commands whose output people cut off with head, besides the lists.
var printers = []string{
	"show", "clash", "source show", "source check", "held show", "config show", "config schema", "completion", "version", "when",
	"extract", "archive reread", "sync",
}

// A scene is what a script shows of a command, and of which commands one has to.
type scene struct {
	name  string
	of    func(path string, cmd *cobra.Command) bool
	shown func(typed) bool
}

var scenes = []scene{
	{"what is seen", func(string, *cobra.Command) bool { return true }, func(c typed) bool { return c.done() && c.said }},
	{
		"wrong use: exit 2 and what is expected", func(string, *cobra.Command) bool { return true },
		func(c typed) bool { return c.status == "2" && c.blamed },
	},
	{
		"nothing found: exit 0", func(path string, _ *cobra.Command) bool { return slices.Contains(lists, path) },
		func(c typed) bool { return (c.status == "" || c.status == "0") && c.none },
	},
	{
		"a narrow terminal", func(_ string, cmd *cobra.Command) bool { return cmd.Flags().Lookup("format") != nil },
		func(c typed) bool { return c.narrow },
	},
	{
		"a broken pipe", func(path string, _ *cobra.Command) bool {
			return slices.Contains(lists, path) || slices.Contains(printers, path)
		},
		func(c typed) bool { return c.piped },
	},
}

func TestScriptsShowEveryCommandInEveryScene(t *testing.T) {
	t.Parallel()
	lines, root := scripted(t), commandLine(t)
	of := map[string][]typed{}
	for _, c := range lines {
		cmd, _, err := root.Find(commandline.Spare(root, c.args))
		if err == nil {
			of[cmd.CommandPath()] = append(of[cmd.CommandPath()], c)
		}
	}
	commandline.Each(root, func(cmd *cobra.Command) {
		path := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), root.Name()), " ")
		for _, s := range scenes {
			if s.of(path, cmd) && !slices.ContainsFunc(of[cmd.CommandPath()], s.shown) {
				t.Errorf("no script shows of koyomi %s: %s", path, s.name)
			}
		}
	})
	for _, path := range slices.Concat(lists, printers) {
		if cmd, _, err := root.Find(strings.Fields(path)); err != nil || cmd.CommandPath() != root.Name()+" "+path {
			t.Errorf("there is no koyomi %s (any more)", path)
		}
	}
}

// elsewhere are what examples name of the world, with what a script names instead: what
// is its own.
var elsewhere = map[string]string{
	"https://example.jp/calendar.ics": "$SERVER/calendar.ics",
	"https://example.org/events/":     "$SITE/events.html",
	"http://127.0.0.1:8080":           "$SERVER",
	"/tmp/try.db":                     "try.db",
	"12":                              "6", // the poll that is held in the recordings
}

// asksTheWorld are the examples that no test may run, with the reason.
var asksTheWorld = map[string]string{
	"source check osc --live":                "it visits www.ospn.jp",
	"source record osc":                      "it visits www.ospn.jp",
	"sync bpstudy":                           "it asks the communities of today",
	"serve --listen :8080":                   "it takes a port of this machine",
	"--config /etc/koyomi.yaml init":         "it writes to /etc",
	"--config /etc/koyomi.yaml config check": "it reads /etc",
	"--config /etc/koyomi.yaml config show":  "it reads /etc",
}

// shownExamples returns the command lines that help and README show.
func shownExamples(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	note := func(line string) {
		line = strings.Trim(strings.Split(line, "   ")[0], " `")
		// What a forge fills in is not known here.
		all[line] = slices.DeleteFunc(words(line), func(a string) bool { return strings.Contains(a, "${{") })
	}
	commandline.Each(commandLine(t), func(cmd *cobra.Command) {
		for _, m := range examples.FindAllStringSubmatch(cmd.Example, -1) {
			note(m[1])
		}
	})
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?m)^(?:.*&& |.*run: )?(?:\\./|go run \\./cmd/)koyomi (.*)$|`(?:\\./)?koyomi ([a-z][^`]*)`").FindAllStringSubmatch(string(readme), -1) {
		note(m[1] + m[2])
	}
	return all
}

func TestEveryExampleIsRunByAScript(t *testing.T) {
	t.Parallel()
	lines, shown := scripted(t), shownExamples(t)
	for line, args := range shown {
		run := slices.ContainsFunc(lines, func(c typed) bool { return c.done() && holds(c.args, args) })
		switch why := asksTheWorld[line]; {
		case why != "" && run:
			t.Errorf("koyomi %s is run, though %s", line, why)
		case why == "" && !run:
			t.Errorf("no script runs the example: koyomi %s", line)
		}
	}
	for line := range asksTheWorld {
		if shown[line] == nil {
			t.Errorf("koyomi %s is no example (any more)", line)
		}
	}
	if len(shown) < 60 {
		t.Errorf("only %d examples were found", len(shown))
	}
}

// holds reports whether a command line has all words of another, in their order.
func holds(line, words []string) bool {
	for _, w := range line {
		if len(words) > 0 && (w == words[0] || w == elsewhere[words[0]]) {
			words = words[1:]
		}
	}
	return len(words) == 0
}
