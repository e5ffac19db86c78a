package publish

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"koyomi/internal/event"
)

// A News is what one visit brought of one event, as far as a reader wants to hear
// of it.
type News struct {
	// Event is as it stands now.
	Event event.Event
	At    time.Time
	// Changes are what happened, what matters most first.
	Changes []event.Change
}

// Kind returns the change that matters most.
func (n News) Kind() event.ChangeKind { return n.Changes[0].Kind }

// ID names it for ever: a UUID (version 5) of the event and the moment.
func (n News) ID() string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(n.Event.UID+" "+n.At.UTC().Format(time.RFC3339Nano))).
		String()
}

// weight orders what matters; what it does not name is no news.
var weight = []event.ChangeKind{
	event.ChangeCancelled, event.ChangePostponed, event.ChangeReinstated, event.ChangeMoved, event.ChangeRelocated,
	event.ChangeAdded, event.ChangeSplit, event.ChangeMerged, event.ChangeWithdrawn, event.ChangeEdited,
}

// Newsworthy reports whether c is of interest by itself: other words in the
// description, another link or a further source are not.
func Newsworthy(c event.Change) bool {
	if c.Kind != event.ChangeEdited {
		return slices.Contains(weight, c.Kind)
	}
	f := event.FieldNamed(c.Field)
	return f != nil && f.News
}

// Tell returns the latest news of changes, which come oldest first, newest first and
// at most limit. of returns the event of a UID and reports whether readers may hear of
// it. An event that was over when it was found is no news.
func Tell(
	changes []event.Change,
	of func(uid string) (event.Event, bool),
	limit int,
) []News {
	t := teller{of: of, places: map[visit]int{}}
	for _, c := range slices.Backward(changes) {
		if Newsworthy(c) && !t.take(c, limit) {
			break
		}
	}
	for _, n := range t.news {
		slices.SortStableFunc(n.Changes, func(a, b event.Change) int {
			return slices.Index(weight, a.Kind) - slices.Index(weight, b.Kind)
		})
	}
	return t.news
}

// A visit is what one visit brought of one event.
type visit struct {
	uid string
	at  int64
}

// A teller gathers changes into news.
type teller struct {
	of   func(uid string) (event.Event, bool)
	news []News
	// places are where the news of a visit stands, untold where it is none.
	places map[visit]int
}

const untold = -1

// take takes one change; it reports false where there is no room for its news.
func (t *teller) take(c event.Change, limit int) bool {
	v := visit{c.UID, c.At.UnixNano()}
	place, known := t.places[v]
	if !known {
		return t.open(v, c, limit)
	}
	if place != untold {
		t.news[place].Changes = append(t.news[place].Changes, c)
	}
	return true
}

func (t *teller) open(v visit, c event.Change, limit int) bool {
	e, ok := t.of(c.UID)
	late := c.Kind == event.ChangeAdded && !e.Over(DefaultAssumed).After(c.At)
	if !ok || late {
		t.places[v] = untold
		return true
	}
	if len(t.news) == limit {
		return false
	}
	t.places[v] = len(t.news)
	t.news = append(t.news, News{
		Event:   e,
		At:      c.At,
		Changes: []event.Change{c},
	})
	return true
}
