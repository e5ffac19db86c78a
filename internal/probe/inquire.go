package probe

import (
	"context"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/json"
	"koyomi/internal/poll"
	"koyomi/internal/source"
)

// Inquire asks one platform which groups it knows.
func Inquire(
	ctx context.Context,
	f poll.Fetcher,
	q source.Inquiry,
) (told []event.Group, err error) {
	for _, u := range q.URLs {
		answer, err := f.Fetch(ctx, poll.Ask{
			Request: extract.Request{URL: u, Header: q.Platform.Source.Headers},
			Source:  q.Groups[0].ID,
		})
		if err != nil {
			return nil, err
		}
		groups, err := json.Groups(answer.Page.Body, q.Platform.Many.VerifyItems)
		if err != nil {
			return nil, err
		}
		told = append(told, groups...)
	}
	return told, nil
}
