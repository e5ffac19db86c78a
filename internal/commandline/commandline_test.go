package commandline

import "testing"

func TestHelpFlows(t *testing.T) {
	t.Parallel()
	if got := flowing("One line\ngoes on.\n  set in\n  again\nAnd on.\n\nA new\none."); got != "One line goes on.\n  set in\n  again\nAnd on.\n\nA new one." {
		t.Errorf("%q", got)
	}
}
