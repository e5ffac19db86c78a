package when

import (
	"os"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
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
		row := snippet{place: strings.TrimSpace(cells[0]), text: strings.TrimSpace(cells[1]), ref: ref, zone: event.Tokyo}
		row.start, row.end = wanted(t, strings.TrimSpace(cells[2]), row.zone)
		got := row.read()
		if !row.right(got) {
			t.Errorf("%s: %q: %q – %q, want %q – %q", row.place, row.text, got.Start, got.End, row.start, row.end)
		}
		if got.Start.IsZero() != (got.None != "") || !got.Start.IsZero() && len(got.Reasons) == 0 {
			t.Errorf("%s: %q: neither a date with its reasons nor a reason for none: %+v", row.place, row.text, got)
		}
	}
	if rows < 30 {
		t.Errorf("the table has %d rows", rows)
	}
}
