package ledger

import (
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// A face is one announcement as the rules look at it.
type face struct {
	*event.Details
	name *name
}

// A verdict is how strongly one rule holds two announcements for one gathering,
// with the reasons in words; 0 points where it says nothing.
type verdict struct {
	points  int
	reasons []string
}

func (v *verdict) add(points int, reason string) {
	v.points += points
	if reason != "" {
		v.reasons = append(v.reasons, reason)
	}
}

// enough is how many points make two announcements one gathering.
const enough = 70

// weighTitle says how alike two titles are: 0 to 60 points.
func weighTitle(a, b face) (v verdict) {
	if sameNumber(a, b) {
		v.add(45, "number "+a.Number+" of the series in both")
	}
	best, words := 0, ""
	d := dice(a.name.grams, b.name.grams)
	switch {
	case a.name.core == b.name.core && a.name.cut == b.name.cut:
		best, words = 50, "the same title"
	case holdsWhole(a.name.core, b.name.core):
		best, words = 40, "one title holds the other whole"
	case d >= 80:
		best, words = 35, "nearly the same title"
	case d >= 60:
		best, words = 25, "similar titles"
	case d >= 40:
		best, words = 15, "titles with much in common"
	}
	switch {
	case v.points == 0:
		v.add(best, words)
	case best > 0:
		v.add(best/4, words)
	}
	return v
}

// sameNumber reports whether both are the same issue of what may be one series.
func sameNumber(a, b face) bool {
	return a.Number != "" && a.Number == b.Number && oneSeries(a.name, b.name)
}

// otherNumber reports whether both print an issue, and another one.
func otherNumber(a, b face) bool {
	return a.Number != "" && b.Number != "" && a.Number != b.Number && oneSeries(a.name, b.name)
}

// holdsWhole reports whether one core has the other, of six characters or more, in it.
func holdsWhole(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len([]rune(a)) >= 6 && strings.Contains(b, a)
}

// weighTime says how near two starts are: up to 40 points, 0 for another day.
func weighTime(a, b face) (v verdict) {
	switch {
	case a.Start.IsZero() || b.Start.IsZero():
	case a.Start.Equal(b.Start) && !a.AllDay():
		v.add(40, "the same start")
	case a.Start.Equal(b.Start):
		v.add(35, "the same day")
	case a.AllDay() != b.AllDay() && a.Start.Date == b.Start.Date:
		v.add(30, "the same day, its time told by one only")
	case a.AllDay() || b.AllDay():
	case abs(int(a.Start.Time.Sub(b.Start.Time).Minutes())) <= 90:
		v.add(30, "starts within 90 minutes of each other")
	case a.Start.Date == b.Start.Date:
		v.add(10, "the same day")
	}
	return v
}

// weighPlace says whether the places agree: −30 to 10 points.
func weighPlace(a, b face) (v verdict) {
	x, y := placeCore(a.Location), placeCore(b.Location)
	switch {
	case a.Mode != event.Online && b.Mode != event.Online && a.Area != "" && b.Area != "" && a.Area != b.Area:
		v.add(-30, "in another prefecture")
	case a.Mode == event.Online && b.Mode == event.Onsite || a.Mode == event.Onsite && b.Mode == event.Online:
		v.add(-20, "")
	case x != "" && y != "" && (x == y || holdsWhole(x, y)):
		v.add(10, "the same place")
	case a.Mode == event.Online && b.Mode == event.Online:
		v.add(5, "both online")
	}
	return v
}

func placeCore(s string) string {
	if s == "" {
		return ""
	}
	return letters(text.Fold(s))
}

// weighLink says whether they share a page, or one links to the other's.
func weighLink(a, b face) (v verdict) {
	switch {
	case a.URL == "" && b.URL == "":
	case a.URL == b.URL && ownPage(a.URL):
		v.add(40, "the same page")
	case ownPage(a.URL) && strings.Contains(b.Description, bareURL(a.URL)),
		ownPage(b.URL) && strings.Contains(a.Description, bareURL(b.URL)):
		v.add(30, "one links to the other's page")
	}
	return v
}

// ownPage reports whether an address can be that of one event: it has a path or a query.
func ownPage(u string) bool {
	_, rest, ok := strings.Cut(u, "://")
	_, path, _ := strings.Cut(rest, "/")
	return ok && strings.Trim(path, "/") != ""
}

func bareURL(u string) string {
	_, rest, _ := strings.Cut(u, "://")
	return strings.TrimSuffix(rest, "/")
}

// days gives the whole days between two starts, never negative.
func days(a, b event.Moment) int { return abs(a.Date.Sub(b.Date)) }

func abs(n int) int { return max(n, -n) }
