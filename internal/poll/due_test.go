package poll

import (
	"testing"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
)

func TestDue(t *testing.T) {
	closed := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	scheduled := closed.Add(4 * time.Hour)
	for _, c := range []struct {
		name     string
		state    health.State
		cause    health.Cause
		failures int
		retry    time.Duration
		want     time.Time
	}{
		{"follows the schedule after a good poll", health.Applied, "", 0, 0, scheduled},
		{"ignores Retry-After of a good poll", health.Unchanged, "", 0, 9 * time.Hour, scheduled},
		{"lets a short wait not come before the schedule", health.Failed, health.CauseServer, 1, 0, scheduled},
		{"postpones as the host asks", health.Failed, health.CauseLimited, 1, 6 * time.Hour, closed.Add(6 * time.Hour)},
		{"caps what the host asks at a day", health.Failed, health.CauseLimited, 1, 1000 * time.Hour, closed.Add(24 * time.Hour)},
		{"ignores a negative wait", health.Failed, health.CauseLimited, 1, -time.Hour, scheduled},
		{"doubles the wait", health.Failed, health.CauseServer, 6, 0, closed.Add(8 * time.Hour)},
		{"never waits more than a day", health.Failed, health.CauseServer, 500, 0, closed.Add(24 * time.Hour)},
		{"backs off from a page that is held again and again", health.Held, health.CauseEmpty, 7, 0, closed.Add(16 * time.Hour)},
		{"looks once a day where the page is gone", health.Failed, health.CauseGone, 1, 0, closed.Add(24 * time.Hour)},
		{"does not punish a source for a full disk", health.Failed, health.CauseStorage, 9, 0, scheduled},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Due(scheduled, store.Poll{State: c.state, Cause: c.cause, Closed: closed}, c.failures, c.retry)
			if !got.Equal(c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
