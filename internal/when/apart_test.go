package when_test

import (
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when"
)

// TestFarApart reads what stands apart from its date: the year in the sentence, the sign
// of a holiday behind a year, an attribute on another line than its tag.
func TestFarApart(t *testing.T) {
	ref := time.Date(2024, 3, 1, 12, 0, 0, 0, event.Tokyo)
	for text, want := range map[string]string{
		"委員会は、ことしの祭りの日程を例年通り7月31日から8月4日までと決めました。":                                                              "2024-07-31",
		"今年の夏祭りの日程を8月3日と4日に決めました。":                                                                             "2024-08-03",
		"今年も講演会を12月1日(日)に開催しました。":                                                                              "2024-12-01",
		"昨年の展覧会は多くの方にお越しいただきました。次は6月15日(土)に開催します。":                                                             "2024-06-15",
		"The concert is on Monday, May 27, 2024 (holiday) at the hall.":                                        "2024-05-27",
		"Open day: Monday, May 27, 2024 (bank holiday), in the library":                                        "2024-05-27",
		"<meta name=\"description\"\ncontent=\"The conference is held in Kyoto from June 15 to 16, 2024.\" />": "2024-06-15",
		"<img src=\"a.png\"\n\talt=\"6月15日(土) 夏のコンサート\">":                                                      "2024-06-15",
	} {
		got := when.Read(text, when.Context{Ref: ref, Zone: event.Tokyo})
		if got.Start.Date.String() != want {
			t.Errorf("%q: start %s, want %s (%s)", text, got.Start, want, got.None)
		}
	}
}
