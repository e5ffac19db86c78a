package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/publish/site"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// A SourceJSON is one source and how it does, as the API writes it. Times are
// RFC 3339 in UTC, null where there is none yet.
type SourceJSON struct {
	ID        string      `json:"id"`
	Community string      `json:"community"`
	Kind      source.Kind `json:"kind"`
	Role      source.Role `json:"role"`
	URL       string      `json:"url"`
	// Off and Archived hold why it is not polled, "" where it is.
	Off      string `json:"off"`
	Archived string `json:"archived"`
	// State, Cause and Message are those of its latest poll, "" before the first.
	State    string     `json:"state"`
	Cause    string     `json:"cause"`
	Message  string     `json:"message"`
	Failures int        `json:"failures"`
	NextAt   *time.Time `json:"next_at"`
	LastPoll *time.Time `json:"last_poll"`
	LastGood *time.Time `json:"last_good"`
}

// A sourceList is what /api/v1/sources answers with.
type sourceList struct {
	Sources []SourceJSON `json:"sources"`
}

// apiSources answers /api/v1/sources.
func (s *Site) apiSources(w http.ResponseWriter, r *http.Request, _ string) error {
	if _, err := readParams(r); err != nil {
		return err
	}
	now := s.now().Truncate(minute)
	d, err := s.document(r.Context(), job{
		key:    "sources",
		now:    now,
		bucket: minuteBucket(now),
		make: func(ctx context.Context, w *maker) (document, error) {
			list, err := w.sources(ctx)
			if err != nil {
				return document{}, err
			}
			return sealJSON(sourceList{list}, time.Time{})
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}

// sources tells of every source of the catalogue, in its order.
func (w *maker) sources(ctx context.Context) ([]SourceJSON, error) {
	states, err := w.reader.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[string]store.SourceState{}
	for _, st := range states {
		byID[st.ID] = st
	}
	list := []SourceJSON{}
	for _, c := range w.names.all {
		for _, src := range c.Sources {
			st := byID[src.ID]
			j := SourceJSON{
				ID:        src.ID,
				Community: c.ID,
				Kind:      src.Kind,
				Role:      src.Role,
				URL:       src.URL,
				Off:       src.Off,
				Archived:  src.Archived,
				Failures:  st.Failures,
				NextAt:    moment(st.NextAt),
				LastPoll:  moment(st.LastPoll),
				LastGood:  moment(st.LastGood),
			}
			polls, err := w.reader.Polls(ctx, src.ID, 1)
			if err != nil {
				return nil, err
			}
			if len(polls) > 0 {
				j.State = string(polls[0].State)
				j.Cause = string(polls[0].Cause)
				j.Message = polls[0].Message
			}
			list = append(list, j)
		}
	}
	return list, nil
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// pollsShown is how many polls of a source its line on the page draws.
const pollsShown = 30

// conditions tells people how the sources of communities do, in their order.
func (w *maker) conditions(
	ctx context.Context,
	communities []*source.Community,
) ([]site.Source, error) {
	states, err := w.statesOf(ctx, communities)
	if err != nil {
		return nil, err
	}
	var list []site.Source
	for _, c := range communities {
		for _, src := range c.Sources {
			one, err := w.condition(ctx, src, states[src.ID])
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
	}
	return list, nil
}

// few is how many sources are asked for one by one rather than all at once.
const few = 20

// statesOf returns what is remembered of the sources of communities, by id.
func (w *maker) statesOf(
	ctx context.Context,
	communities []*source.Community,
) (map[string]store.SourceState, error) {
	byID := map[string]store.SourceState{}
	if len(communities) > few {
		states, err := w.reader.Sources(ctx)
		for _, st := range states {
			byID[st.ID] = st
		}
		return byID, err
	}
	for _, c := range communities {
		for _, src := range c.Sources {
			st, err := w.reader.Source(ctx, src.ID)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return nil, err
			}
			byID[src.ID] = st
		}
	}
	return byID, nil
}

// condition tells how one source does. Of one that was never polled nothing is asked.
func (w *maker) condition(
	ctx context.Context,
	src *source.Source,
	st store.SourceState,
) (site.Source, error) {
	one := site.Source{
		ID:        src.ID,
		Community: src.Community,
		URL:       src.URL,
		Off:       site.Off(src),
		Failures:  st.Failures,
		LastPoll:  st.LastPoll,
		LastGood:  st.LastGood,
		NextAt:    st.NextAt,
	}
	if one.Off == "" && w.waits(src) {
		one.Off = keyMissing
	}
	if st.LastPoll.IsZero() {
		return one, nil
	}
	polls, err := w.reader.Polls(ctx, src.ID, pollsShown)
	if err != nil {
		return one, err
	}
	news, err := w.reader.News(ctx, src.ID, health.NewsKept)
	if err != nil {
		return one, err
	}
	one.Rhythm = health.RhythmOf(news, w.now)
	if len(polls) > 0 {
		one.State, one.Cause, one.Message = polls[0].State, polls[0].Cause, polls[0].Message
	}
	for _, p := range slices.Backward(polls) {
		one.Polls = append(one.Polls, site.Visit{
			Read: p.Read,
			Good: p.State == health.Applied || p.State == health.Unchanged,
		})
	}
	return one, nil
}

// keyMissing is what stands at a source that waits for a key.
const keyMissing = "waits for a key"

// firstVisits counts the sources that were visited and those that will be for the first
// time; what waits for a key or is off counts for neither.
func (w *maker) firstVisits(
	ctx context.Context,
	waits func(*source.Source) bool,
) (read, unread int, err error) {
	states, err := w.reader.Sources(ctx)
	if err != nil {
		return 0, 0, err
	}
	visited := map[string]bool{}
	for _, st := range states {
		visited[st.ID] = !st.LastPoll.IsZero()
	}
	for _, c := range w.names.all {
		for _, src := range c.Sources {
			switch {
			case !src.Live() || waits(src):
			case visited[src.ID]:
				read++
			default:
				unread++
			}
		}
	}
	return read, unread, nil
}
