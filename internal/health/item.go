package health

import (
	"strings"
	"time"
	"unicode"

	"koyomi/internal/charset"
	"koyomi/internal/event"
)

// An Item is what a poll says of one event, beside what its source said before.
type Item struct {
	// Key is that of the listing, Was the key under which it was listed before where
	// that is another one.
	Key, Was string
	// Before is what the source said last, nil for what is new; Now what it says,
	// nil for what it does not list though it should.
	Before, Now *event.Listing
	// Worded is set where its title says that it is called off and did not before.
	Worded bool
	// Page is what its own page says of it taking place, "" where that is not known.
	Page event.Status
	// Others are what other sources list for the same event.
	Others []event.Listing
	// Corrected is set where a corrected reader finds in the pages of before the very
	// start that it has now: the source has not moved it.
	Corrected bool
	// Missed is how often and since when it was missing in polls before this one.
	Missed int
	Since  time.Time
}

// A Kind is what believing an item would do.
type Kind string

// The kinds, those that do most before the others: an item is of the first that fits.
const (
	KindTitle     Kind = "title"     // the title goes, or is no text any more
	KindDistant   Kind = "distant"   // more than 400 days ahead
	KindFar       Kind = "far"       // moved by more than half a year
	KindZone      Kind = "zone"      // moved by the hours of a lost zone
	KindHour      Kind = "hour"      // the hour goes
	KindStale     Kind = "stale"     // back to what an older document said
	KindCancelled Kind = "cancelled" // called off
	KindStatus    Kind = "status"    // called off like all of the list, by its status alone
	KindMoved     Kind = "moved"     // another time
	KindPlace     Kind = "place"     // the place goes
	KindAbsent    Kind = "absent"    // not listed any more
	KindNew       Kind = "new"       // not known before
	KindSame      Kind = "same"      // as before, or a change that harms nothing
)

const (
	// farDays is how far a move goes that a misread year is likelier to explain.
	farDays = 180
	// zoneHours is from how many hours on an offset is told from a common move.
	zoneHours = 4 * time.Hour
)

// kindOf returns what believing an item would do.
func (w *weighing) kindOf(it Item) Kind {
	if it.Now == nil {
		return KindAbsent
	}
	if it.Corrected {
		corrected := *it.Before
		corrected.Span = it.Now.Span
		it.Before = &corrected
	}
	for _, k := range kindTests {
		if k.fits(w, it) {
			return k.kind
		}
	}
	return KindSame
}

// kindTests are the kinds in order, with what makes an item one.
var kindTests = []struct {
	kind Kind
	fits func(*weighing, Item) bool
}{
	{KindTitle, func(_ *weighing, it Item) bool { return losesTitle(it) }},
	{KindDistant, (*weighing).isDistant},
	{KindNew, func(_ *weighing, it Item) bool { return it.Before == nil }},
	{KindFar, func(_ *weighing, it Item) bool { return daysMoved(it) > farDays }},
	{KindZone, func(_ *weighing, it Item) bool { return losesZone(it) }},
	{
		KindHour,
		func(_ *weighing, it Item) bool { return it.Now.AllDay() && isTimed(it.Before) },
	},
	{KindStale, func(w *weighing, it Item) bool { return w.poll.Returned && differs(it) }},
	{KindCancelled, func(_ *weighing, it Item) bool { return isCalledOff(it) }},
	{KindMoved, func(_ *weighing, it Item) bool { return isMoved(it) }},
	{KindPlace, func(_ *weighing, it Item) bool { return losesPlace(it) }},
}

func isTimed(l *event.Listing) bool { return !l.Start.IsZero() && !l.AllDay() }

// losesTitle reports whether a title goes, or becomes one that is no text.
func losesTitle(it Item) bool {
	if charset.Garbled(it.Now.Title + " " + it.Now.Location) {
		return it.Before == nil || !charset.Garbled(it.Before.Title+" "+it.Before.Location)
	}
	if it.Before == nil {
		return false
	}
	gone := it.Now.Title == "" && it.Before.Title != ""
	return gone || losesScript(it.Before.Title, it.Now.Title)
}

// fewForeign is how many accented letters and signs show that a text in another script
// was read in the wrong encoding.
const fewForeign = 3

// losesScript reports whether a title that was Japanese has accented letters and signs
// in place of it: control characters between them were lost when it was cleaned.
func losesScript(before, now string) bool {
	foreign := strings.Count(strings.Map(latinOnly, now), "x")
	return isJapanese(before) && !isJapanese(now) && foreign >= fewForeign
}

// latinOnly writes each character of Latin-1 beyond ASCII as x.
func latinOnly(r rune) rune {
	if r >= 0x80 && r <= 0xff {
		return 'x'
	}
	return -1
}

func isJapanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

func (w *weighing) isDistant(it Item) bool {
	limit := w.farthest()
	ahead := func(l *event.Listing) bool { return l != nil && l.Start.Date.Sub(w.today) > limit }
	return ahead(it.Now) && !ahead(it.Before)
}

// longAhead is how many days ahead conferences are announced at most.
const longAhead = 3 * 366

// farthest is how many days ahead a start of the source may lie without a doubt: of
// a source that is read for the first time nothing is usual yet.
func (w *weighing) farthest() int {
	if isFirst := w.poll.Profile.At.IsZero(); isFirst {
		return longAhead
	}
	return outsideAhead
}

// daysMoved returns by how many days an item is moved; 0 where a date is not known.
func daysMoved(it Item) int {
	if !areDated(it) {
		return 0
	}
	days := it.Now.Start.Date.Sub(it.Before.Start.Date)
	return max(days, -days)
}

// losesZone reports whether a start is moved by exactly its zone's hours, later where
// local time was read as UTC, earlier where UTC was read as local time.
func losesZone(it Item) bool {
	by, offset := hoursMoved(it)
	return by != 0 && by.Abs() == offset.Abs() && offset.Abs() >= zoneHours
}

// hoursMoved returns by how much a timed item is moved, and the offset of its zone;
// zero where one of the two has no hour.
func hoursMoved(it Item) (by, offset time.Duration) {
	if !isTimed(it.Before) || !isTimed(it.Now) {
		return 0, 0
	}
	_, seconds := it.Before.Start.Time.In(it.Before.Span.Location()).Zone()
	return it.Now.Start.Time.Sub(it.Before.Start.Time), time.Duration(seconds) * time.Second
}

// isCalledOff reports whether an item is newly cancelled.
func isCalledOff(it Item) bool {
	return it.Now.Status == event.Cancelled && it.Before.Status != event.Cancelled
}

// isMoved reports whether an item has another start: one that was put off, or of which
// only the day was known, is not moved by a date or an hour.
func isMoved(it Item) bool {
	if it.Before.Status == event.Postponed || it.Now.Start.Equal(it.Before.Start) {
		return false
	}
	refined := it.Before.AllDay() && it.Before.Start.Date == it.Now.Start.Date
	return !refined && areDated(it)
}

func areDated(it Item) bool { return !it.Before.Start.IsZero() && !it.Now.Start.IsZero() }

// losesPlace reports whether a place goes, and nothing says that it is held online now.
func losesPlace(it Item) bool {
	gone := it.Now.Location == "" && it.Before.Location != ""
	return gone && (it.Now.Mode == "" || it.Now.Mode == it.Before.Mode)
}

// differs reports whether an item says something else than before.
func differs(it Item) bool {
	same := it.Now.Start.Equal(it.Before.Start) && it.Now.Status == it.Before.Status
	return !same || it.Now.Title != it.Before.Title
}

// said writes what an item says, as far as its kind goes: equal where a later poll
// says the same again.
func said(k Kind, it Item) string {
	switch {
	case it.Now == nil:
		return ""
	case k == KindCancelled, k == KindStatus:
		return string(it.Now.Status)
	case k == KindTitle, k == KindNew:
		return strings.Join([]string{it.Now.Title, it.Now.Start.String()}, " ")
	case k == KindPlace:
		return it.Now.Location
	}
	return it.Now.Start.String() + " " + string(it.Now.Status)
}
