package record

import (
	"testing"
	"time"

	"koyomi/internal/discover/block"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// TestPostedLabel: a date beside a label that names something else than an event is
// none of an event's, in a list of terms as in a table.
func TestPostedLabel(t *testing.T) {
	for _, label := range []string{"申込締切", "Deadline", "更新日", "掲載日", "最終更新"} {
		for _, body := range []string{
			"<h1>辞書の会</h1><dl><dt>日時</dt><dd>2026年10月24日</dd><dt>" + label + "</dt><dd>2026年10月10日</dd></dl>",
			"<h1>辞書の会</h1><table><tr><th>日時</th><td>2026年10月24日</td></tr><tr><th>" + label + "</th><td>2026年10月10日</td></tr></table>",
		} {
			at := time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)
			page := extract.Page{URL: "https://one.example.org/a.html", Status: 200, Body: []byte(body)}
			doc, err := block.Parse(page, &source.Source{ID: "try", Kind: source.HTML})
			if err != nil {
				t.Fatal(err)
			}
			dates := New(doc, at, event.Tokyo).Dates
			if len(dates) != 1 || dates[0].Reading.Start.Date.Day != 24 {
				t.Errorf("%s: %d dates", body, len(dates))
			}
		}
	}
}
