package when_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when"
	"koyomi/internal/when/fit"
)

// TestTableOfTheDocumentation reads every row of the table in the package
// documentation.
func TestTableOfTheDocumentation(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	ref := time.Date(2024, 5, 10, 12, 0, 0, 0, event.Tokyo)
	rows := 0
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.TrimPrefix(strings.TrimSpace(line), "//"), " | ")
		if len(cells) != 3 {
			continue
		}
		rows++
		row := fit.Row{ID: strings.TrimSpace(cells[0]), Text: strings.TrimSpace(cells[1]), Context: when.Context{Ref: ref, Zone: event.Tokyo}}
		if err := row.Want(strings.TrimSpace(cells[2])); err != nil {
			t.Fatal(err)
		}
		got := read(&row)
		if !row.Right(got) {
			t.Errorf("%s: %q: %q – %q %s, want %v", row.ID, row.Text, got.Start, got.End, got.None, row.Accepted)
		}
		if got.Start.IsZero() != (got.None != "") || !got.Start.IsZero() && len(got.Reasons) == 0 {
			t.Errorf("%s: %q: neither a date with its reasons nor a reason for none: %+v", row.ID, row.Text, got)
		}
	}
	if rows < 30 {
		t.Errorf("the table has %d rows", rows)
	}
}
