package event_test

import (
	"fmt"
	"time"

	"koyomi/internal/event"
)

func ExampleSpan_Over() {
	begin, err := event.ParseMoment("2026-06-10T19:00:00+09:00", event.Tokyo)
	if err != nil {
		fmt.Println(err)
		return
	}
	timed := event.Span{Start: begin}
	days := event.Span{Start: event.On(event.Date{Year: 2026, Month: 6, Day: 10})}
	fmt.Println(timed.Over(2 * time.Hour).Format(time.RFC3339))
	fmt.Println(days.Over(2 * time.Hour).Format(time.RFC3339))
	// Output:
	// 2026-06-10T21:00:00+09:00
	// 2026-06-11T00:00:00+09:00
}

func ExampleFieldNamed() {
	var e event.Event
	f := event.FieldNamed("title")
	if err := f.Edit(&e.Details, "  BPStudy#21 "); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%q counts for SEQUENCE: %v\n", e.Title, f.Sequence)
	// Output: "BPStudy#21" counts for SEQUENCE: false
}
