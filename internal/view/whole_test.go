package view

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/terminal"
	"koyomi/internal/wording"
)

// TestForeignWordsStay: what a source wrote is not taken for a word of koyomi's own.
func TestForeignWordsStay(t *testing.T) {
	var out bytes.Buffer
	p := &Printer{
		UI:        &terminal.UI{Out: &out, Columns: 80, Lang: wording.Japanese},
		Now:       time.Now,
		Catalogue: func() *source.Catalogue { return &source.Catalogue{} },
	}
	e := event.Event{UID: "a", Details: event.Details{Title: "open", Tags: []string{"text", "full"}, Location: "online", Description: "when"}}
	e.Inherited = []string{"tags"}
	got := string(p.writeWhole(ask.Whole{Event: e}))
	for _, want := range []string{"open\n", "話題        text, full（主催コミュニティのもの）", "場所        online", "紹介文      when", "状態        開催予定"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}
