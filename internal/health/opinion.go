package health

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// causes are what a person is mentioned in the kinds.
var causes = map[Kind]Cause{
	KindTitle:     CauseFields,
	KindHour:      CauseFields,
	KindPlace:     CauseFields,
	KindDistant:   CauseDates,
	KindFar:       CauseDates,
	KindZone:      CauseDates,
	KindStale:     CauseStale,
	KindMoved:     CauseMoved,
	KindCancelled: CauseCancelled,
	KindStatus:    CauseCancelled,
	KindAbsent:    CauseShrunk,
	KindNew:       CauseNew,
}

// words say what believing items of a kind would do.
var words = map[Kind]string{
	KindTitle:     "would get a title that is missing or garbled",
	KindHour:      "would lose their hour",
	KindPlace:     "would lose their place",
	KindDistant:   "would start more than 400 days ahead",
	KindFar:       "would move by more than half a year",
	KindZone:      "would move by exactly the hours of their zone",
	KindStale:     "would go back to what an older copy of the page said",
	KindMoved:     "would get another time at once",
	KindCancelled: "would be cancelled at once",
	KindStatus:    "would be cancelled by their status alone, like all of the list",
	KindAbsent:    "are not listed, though they should be",
	KindNew:       "are new beside others that are not believed",
}

// doubtsOf returns the doubts among opinions, the kinds with most items first, then
// by key.
func doubtsOf(opinions []Opinion) []Doubt {
	count := map[Kind]int{}
	var all []Doubt
	for _, o := range opinions {
		if !o.Believed {
			all = append(all, o.Doubt)
			count[o.Doubt.Kind]++
		}
	}
	slices.SortStableFunc(all, func(a, b Doubt) int {
		return cmp.Or(
			count[b.Kind]-count[a.Kind],
			slices.Index(kindOrder, a.Kind)-slices.Index(kindOrder, b.Kind),
		)
	})
	return all
}

var kindOrder = []Kind{
	KindTitle, KindDistant, KindFar, KindZone, KindHour, KindStale, KindStatus, KindCancelled, KindMoved, KindPlace, KindAbsent, KindNew,
}

// A Belief is what is made of the items of a poll.
type Belief struct {
	// Doubts are the items that are not believed yet; empty where all are.
	Doubts []Doubt
	// Most is set where they are most of what the poll says of what is known.
	Most  bool
	Cause Cause
	// Words say what is doubted, for the person who looks at it.
	Words string
	// Until is when the last of them is believed at the latest.
	Until time.Time
}

// BeliefOf sums opinions up.
func BeliefOf(opinions []Opinion) (b Belief) {
	b.Doubts = doubtsOf(opinions)
	if len(b.Doubts) == 0 {
		return b
	}
	known, doubted := 0, 0
	for _, o := range opinions {
		known += one(o.Before != nil)
		doubted += one(o.Before != nil && !o.Believed)
	}
	b.Most = doubted*2 >= max(known, 1)
	first := b.Doubts[0].Kind
	alike := 0
	for _, d := range b.Doubts {
		alike += one(d.Kind == first)
		if d.Until.After(b.Until) {
			b.Until = d.Until
		}
	}
	b.Cause = causes[first]
	b.Words = fmt.Sprintf("%d of %d known events %s", alike, known, words[first])
	if first == KindNew || known == 0 {
		b.Words = fmt.Sprintf("%d events %s", alike, words[first])
	}
	return b
}
