package digest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// lost are features of a mail that some programs lack, and why nothing is lost by it.
var lost = map[string]string{
	"color-scheme meta tag": "the mail then stays light, or is darkened by the program",
	"display:none":          "the words for the list of mails have no height either",
	"overflow":              "the words for the list of mails are not displayed at all",
	"max-height property":   "the same",
	"lang attribute":        "the program takes its own language",
	"word-break":            "a long word makes the mail wider",
	"<body> element":        "it has no more than no margin: all else stands on what is in it",
	"margin":                "spaces are smaller",
	"role attribute":        "it is an article anyway",
}

// TestMailProgramsShowIt: what mail programs lack of the mail's HTML, as caniemail.com knows
// them, loses nothing (.ci/parts.sh installs the checker).
func TestMailProgramsShowIt(t *testing.T) {
	node, err := filepath.Abs(cmp.Or(os.Getenv("KOYOMI_NODE"), filepath.Join("..", "..", "..", ".ci", "bin", "node")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(node, "node_modules", "caniemail")); err != nil {
		t.Skip("caniemail is not here (.ci/parts.sh installs it)")
	}
	_, body, err := mixed(t).Make(reader())
	if err != nil {
		t.Fatal(err)
	}
	_, page := body.For("https://koyomi.example/unsubscribe/x", "https://koyomi.example/me/x")
	cmd := exec.CommandContext(t.Context(), "node", "testdata/programs.mjs", node)
	cmd.Stdin = strings.NewReader(page)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	var found struct {
		Programs int
		Lacks    map[string][]string
		Unknown  []string
	}
	if err := json.Unmarshal(out, &found); err != nil || found.Programs < 40 || len(found.Unknown) > found.Programs/2 {
		t.Fatalf("%v: %s", err, out)
	}
	for feature, programs := range found.Lacks {
		if lost[feature] == "" {
			t.Errorf("%s is not known to %s", feature, strings.Join(programs, ", "))
		}
	}
	t.Logf("%d programs, %d not wholly known, features that some lack: %d", found.Programs, len(found.Unknown), len(found.Lacks))
}
