package replay

import (
	"context"
	"errors"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/store"
)

// Pages answer like a site did, by address, in the order in which it was asked. What
// is not kept is a failure, never a missing page.
type Pages struct {
	at      time.Time
	answers map[string][]poll.Answer
}

// Now returns the moment of the poll that was loaded.
func (k *Pages) Now() time.Time { return k.at }

// Load takes the pages of a poll from an archive in place of those before.
func (k *Pages) Load(p store.Poll, get func(hash string) ([]byte, error)) error {
	k.at, k.answers = p.At, map[string][]poll.Answer{}
	for _, one := range p.Pages {
		body, err := get(one.Hash)
		if err != nil {
			return err
		}
		page := extract.Page{
			Requested:   one.Requested,
			URL:         one.URL,
			Status:      one.Status,
			ContentType: one.ContentType,
			Body:        body,
		}
		k.answers[one.Requested] = append(k.answers[one.Requested], poll.Answer{Page: page})
	}
	return nil
}

// Fetch returns the next kept page of an address.
func (k *Pages) Fetch(_ context.Context, ask poll.Ask) (poll.Answer, error) {
	answers := k.answers[ask.URL]
	if len(answers) == 0 {
		return poll.Answer{}, &health.Failure{
			Cause: health.CauseIncomplete,
			URL:   ask.URL,
			Err:   errors.New("it was not fetched then, and nothing is fetched now"),
		}
	}
	k.answers[ask.URL] = answers[1:]
	return answers[0], nil
}
