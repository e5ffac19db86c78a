package health

import (
	"cmp"
	"slices"
	"time"

	"koyomi/internal/event"
)

// Counts are how many items a poll read, and how many of those have each field.
type Counts struct {
	// Read counts listings, Rejected items that could not be read.
	Read     int `json:"read,omitempty"`
	Rejected int `json:"rejected,omitempty"`
	// Titled, Dated, Timed and Placed say how many of the listings have a title, a
	// date, an hour and a place.
	Titled int `json:"titled,omitempty"`
	Dated  int `json:"dated,omitempty"`
	Timed  int `json:"timed,omitempty"`
	Placed int `json:"placed,omitempty"`
	// Outside counts the listings that start more than 30 days before or 400 days
	// after the visit.
	Outside int `json:"outside,omitempty"`
}

// An Impact is what believing a poll would mean for what was known of its source.
// The ledger counts it.
type Impact struct {
	// Expected counts the source's listings of before on events that are not over,
	// as far as the visit reaches and as they were not missing already (in an empty
	// one, which shows nothing, what no page speaks for counts again); Found those
	// that it lists, be it under another id. Unexplained are the missing ones of
	// which neither a page of their own nor a corrected reader says why.
	Expected    int `json:"expected,omitempty"`
	Found       int `json:"found,omitempty"`
	Unexplained int `json:"unexplained,omitempty"`
	// Recalled counts the listings of the last poll that are at hand; what is over
	// for long is not. Kept counts those of them on events that are over and that are
	// not listed any more, though the source keeps what is over for longer.
	Recalled int `json:"recalled,omitempty"`
	Kept     int `json:"kept,omitempty"`
	// Moved counts known events that get another time, Far those moved by more than
	// half a year or by exactly the hours of a lost zone; what a corrected reader
	// finds in the pages of before is in neither. Distant counts those, known or new,
	// that the visit puts more than 400 days ahead.
	Moved   int `json:"moved,omitempty"`
	Far     int `json:"far,omitempty"`
	Distant int `json:"distant,omitempty"`
	// Cancelled (except those whose own page says so) and Withdrawn are known events
	// too. Lost counts those that lose their hour or place.
	Cancelled int `json:"cancelled,omitempty"`
	Withdrawn int `json:"withdrawn,omitempty"`
	Lost      int `json:"lost,omitempty"`
}

// Figures are one poll in numbers: what it read, and what believing it would mean.
type Figures struct {
	Counts
	// Excluded counts the items that the source's own filter left out.
	Excluded int `json:"excluded,omitempty"`
	// First and Last are the earliest and latest start that was read, Median the one
	// in the middle.
	First  event.Date `json:"first,omitzero"`
	Last   event.Date `json:"last,omitzero"`
	Median event.Date `json:"median,omitzero"`
	// Over counts the listings that were over at the visit, CalledOff those that say
	// that they are cancelled.
	Over      int `json:"over,omitempty"`
	CalledOff int `json:"called_off,omitempty"`
	// Partial marks a list of the newest or nearest items.
	Partial bool `json:"partial,omitempty"`
	Impact
}

// How far from the visit, in days, a start lies that is unlike what is announced.
const (
	outsideBack  = 30
	outsideAhead = 400
)

// DefaultAssumed is how long a timed event without an end counts as lasting where
// nobody says.
const DefaultAssumed = 2 * time.Hour

// Count returns what a visit read, in numbers. assumed is how long a timed event
// without an end counts as lasting; DefaultAssumed where it is 0.
func Count(listings []event.Listing, at time.Time, assumed time.Duration) (f Figures) {
	assumed = cmp.Or(assumed, DefaultAssumed)
	f.Read = len(listings)
	starts := make([]event.Date, 0, len(listings))
	today := event.DateOf(at.In(event.Tokyo))
	for i := range listings {
		l := &listings[i]
		f.Titled += one(l.Title != "")
		f.Placed += one(hasPlace(l))
		f.CalledOff += one(l.Status == event.Cancelled)
		if l.Start.IsZero() {
			continue
		}
		f.Timed += one(!l.AllDay())
		f.Over += one(!l.Over(assumed).After(at))
		f.Outside += one(isOutside(l.Start.Date.Sub(today)))
		starts = append(starts, l.Start.Date)
	}
	f.spread(starts)
	return f
}

// spread notes how the starts lie.
func (f *Figures) spread(starts []event.Date) {
	f.Dated = len(starts)
	if f.Dated == 0 {
		return
	}
	slices.SortFunc(starts, event.Date.Compare)
	f.First, f.Median, f.Last = starts[0], starts[f.Dated/2], starts[f.Dated-1]
}

func hasPlace(l *event.Listing) bool { return l.Location != "" || l.Mode != "" }

func isOutside(days int) bool { return days < -outsideBack || days > outsideAhead }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
