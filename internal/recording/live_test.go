package recording

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
)

func TestCompareFindsWhatDrifted(t *testing.T) {
	list := func(n int, change func(*event.Listing)) extract.Result {
		var r extract.Result
		for i := range n {
			l := event.Listing{Key: fmt.Sprint(i)}
			l.Title, l.Location, l.URL = "会", "渋谷", "https://a.example/"
			l.Start = event.At(time.Date(2026, 6, i+1, 19, 0, 0, 0, event.Tokyo))
			l.End = event.At(time.Date(2026, 6, i+1, 21, 0, 0, 0, event.Tokyo))
			if change != nil {
				change(&l)
			}
			r.Listings = append(r.Listings, l)
		}
		return r
	}
	recorded := list(10, nil)
	for want, now := range map[string]extract.Result{
		"":                 list(3, nil),
		"no event is read": {},
		"0 of 100 events have a place, where 100": list(10, func(l *event.Listing) { l.Location = "" }),
		"events have an hour":                     list(10, func(l *event.Listing) { l.Start, l.End = event.On(l.Start.Date), event.Moment{} }),
		"finds nothing":                           {Listings: recorded.Listings, Notes: []string{`the selector "li" finds nothing`}},
		"items are left out":                      {Listings: recorded.Listings[:2], Rejections: make([]event.Rejection, 8)},
	} {
		got := strings.Join(Compare(recorded, now), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
