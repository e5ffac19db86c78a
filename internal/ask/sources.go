package ask

import (
	"context"
	"strings"
	"time"

	"koyomi/internal/activity"
	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/text"
)

// A Source is one source and how it is doing, as `source list` prints it.
type Source struct {
	ID        string      `json:"id"`
	Community string      `json:"community"`
	Name      string      `json:"name"`
	Kind      source.Kind `json:"kind"`
	Platform  string      `json:"platform,omitempty"`
	URL       string      `json:"url,omitempty"`
	Role      source.Role `json:"role"`
	Basis     string      `json:"basis,omitempty"`
	// Polled says whether it is polled; Why why not.
	Polled bool   `json:"polled"`
	Why    string `json:"why,omitempty"`
	// Recording is the origin of its newest recording, "" where it has none.
	Recording string `json:"recording,omitempty"`
	// State, Cause and Message are those of the last poll, "" before the first.
	State    health.State `json:"state,omitempty"`
	Cause    health.Cause `json:"cause,omitempty"`
	Message  string       `json:"message,omitempty"`
	Events   int          `json:"events"`
	Failures int          `json:"failures,omitempty"`
	LastPoll time.Time    `json:"last_poll,omitzero"`
	// LastSeen is when it was last read live; zero for never.
	LastSeen time.Time `json:"last_seen,omitzero"`
	NextAt   time.Time `json:"next_at,omitzero"`
	// Activity is how alive its community is; nil where no event of it is known.
	Activity *activity.Activity `json:"activity,omitempty"`
	// EventsUnknown is set where Events is not known.
	EventsUnknown bool `json:"-"`
}

// Names reports whether all words occur in what a source is called.
func (l Source) Names(words []string) bool {
	all := text.Fold(
		strings.Join([]string{l.ID, l.Community, l.Name, l.Platform, string(l.Kind)}, " "),
	)
	for _, w := range words {
		if !strings.Contains(all, text.Fold(w)) {
			return false
		}
	}
	return true
}

// Sources returns all sources, with what the database remembers of them where there
// is one.
func (l *Local) Sources(ctx context.Context) ([]Source, error) {
	states, polls, err := l.states(ctx)
	if err != nil {
		return nil, err
	}
	origins, err := l.origins()
	if err != nil {
		return nil, err
	}
	lives, err := l.Activity(ctx)
	if err != nil {
		return nil, err
	}
	var lines []Source
	for _, c := range l.Catalogue().Communities {
		for _, s := range c.Sources {
			line := Source{
				ID:        s.ID,
				Community: c.ID,
				Name:      c.Name,
				Kind:      s.Kind,
				Platform:  s.Platform,
				URL:       s.URL,
				Role:      s.Role,
				Basis:     s.Basis,
				Polled:    l.Polls(s),
				Recording: origins[s.ID],
			}
			if life, ok := lives[c.ID]; ok {
				line.Activity = &life
			}
			line.Why = WhyNot(s, line.Polled)
			if key := l.waits(s); line.Polled && key != "" {
				line.Polled, line.Why = false, "waits for the key "+key
			}
			st := states[s.ID]
			line.Failures = st.Failures
			line.LastPoll = st.LastPoll
			line.LastSeen = st.LastGood
			line.NextAt = st.NextAt
			if p, ok := polls[s.ID]; ok {
				line.State = p.State
				line.Cause = p.Cause
				line.Message = p.Message
				line.Events = p.Read
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// WhyNot says why a source is not polled.
func WhyNot(s *source.Source, polled bool) string {
	switch {
	case polled:
		return ""
	case s.Archived != "":
		return "archived: " + s.Archived
	case s.Off != "":
		return "off: " + s.Off
	}
	return "off: the config turns it off"
}

// states returns what the database remembers of each source; nothing where there is
// no database yet.
func (l *Local) states(
	ctx context.Context,
) (map[string]store.SourceState, map[string]store.Poll, error) {
	states, polls := map[string]store.SourceState{}, map[string]store.Poll{}
	if l.Store == nil {
		return states, polls, nil
	}
	all, err := l.Store.Sources(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range all {
		states[s.ID] = s
		last, err := l.Store.Polls(ctx, s.ID, 1)
		if err != nil {
			return nil, nil, err
		}
		if len(last) > 0 {
			polls[s.ID] = last[0]
		}
	}
	return states, polls, nil
}

// origins returns the origin of each source's newest recording.
func (l *Local) origins() (map[string]string, error) {
	visits, err := l.Recordings()
	if err != nil {
		return nil, err
	}
	newest := map[string]time.Time{}
	origins := map[string]string{}
	for _, v := range visits {
		if !v.At.Before(newest[v.Source]) {
			newest[v.Source], origins[v.Source] = v.At, string(v.Origin)
		}
	}
	return origins, nil
}

// The widths from which `source list` has room for all that it shows, and for one line
// a source.
