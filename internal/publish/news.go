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

// Kind gives the change that matters most.
func (n News) Kind() event.ChangeKind { return n.Changes[0].Kind }

// ID names it for ever: a UUID (version 5) of the event and the moment.
func (n News) ID() string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(n.Event.UID+" "+n.At.UTC().Format(time.RFC3339Nano))).String()
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

// Tell gives the latest news of changes, which come oldest first, newest first and
// at most limit. of gives the event of a UID and whether it is to be told of. An
// event that was over when it was found is no news.
func Tell(changes []event.Change, of func(uid string) (event.Event, bool), limit int) []News {
	type visit struct {
		uid string
		at  int64
	}
	var news []News
	where := map[visit]int{}
	for _, c := range slices.Backward(changes) {
		if !Newsworthy(c) {
			continue
		}
		v := visit{c.UID, c.At.UnixNano()}
		if i, known := where[v]; known {
			if i >= 0 {
				news[i].Changes = append(news[i].Changes, c)
			}
			continue
		}
		e, ok := of(c.UID)
		if !ok || c.Kind == event.ChangeAdded && !e.Over(DefaultAssumed).After(c.At) {
			where[v] = -1
			continue
		}
		if len(news) == limit {
			break
		}
		where[v] = len(news)
		news = append(news, News{Event: e, At: c.At, Changes: []event.Change{c}})
	}
	for i := range news {
		slices.SortStableFunc(news[i].Changes, func(a, b event.Change) int {
			return slices.Index(weight, a.Kind) - slices.Index(weight, b.Kind)
		})
	}
	return news
}
