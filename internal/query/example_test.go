package query_test

import (
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/query"
)

func ExampleParse() {
	env := query.Env{Now: time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)}
	q, err := query.Parse("area:東京 weekday:sat -is:online", env)
	if err != nil {
		fmt.Println(err)
		return
	}
	saturday := event.Event{Details: event.Details{
		Title: "もくもく会",
		Span:  event.Span{Start: event.On(event.Date{Year: 2026, Month: 6, Day: 6})},
		Area:  "東京都",
	}}
	fmt.Println(q, q.Match(saturday, nil))
	// Output: -is:online area:東京 weekday:sat true
}

func ExampleParse_error() {
	_, err := query.Parse("area:火星", query.Env{})
	fmt.Println(err)
	// Output: query, column 6: no area is called "火星"; use a prefecture or region, as area:東京, area:osaka, area:関東
}
