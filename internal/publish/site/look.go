package site

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
	"unicode"

	"koyomi/internal/event"
	"koyomi/internal/place"
)

// hueDegrees are the colours that communities are told apart by, as angles of the colour
// circle; style.css has a class for each, c0 to c15.
var hueDegrees = [...]float64{
	15, 38, 60, 85, 108, 130, 150, 172, 195, 215, 238, 260, 283, 305, 328, 350,
}

// hueIndex returns the place of a community's colour: always the same one.
func hueIndex(community string) int {
	h := fnv.New32a()
	h.Write([]byte(community)) // writing to a hash cannot fail
	return int(h.Sum32() % uint32(len(hueDegrees)))
}

// hueOf returns the class of a community's colour.
func hueOf(community string) string { return fmt.Sprintf("c%d", hueIndex(community)) }

// initialOf returns the first letter of a name, as a capital.
func initialOf(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return strings.ToUpper(string(r))
		}
	}
	return ""
}

// A State is a short word on an event that readers see at a glance, and its style.
type State struct{ Word, Class string }

// states returns what is out of the ordinary about an event: its status, another time
// than before, that its sources no longer show it, and
// seats that run out.
func (b Base) states(e event.Event, now time.Time) []State {
	w := b.W()
	var all []State
	if word, class := mark(w, e.Status); word != "" {
		all = append(all, State{word, class})
	}
	off := e.Status == event.Cancelled || e.Status == event.Postponed
	if was := b.Calendar.Before[e.UID]; was.When != nil && !off && now.Sub(was.MovedAt) <= newsFor {
		all = append(all, State{w.Moved, "moved"})
	}
	if _, doubtful := b.Calendar.Unseen[e.UID]; doubtful && !off {
		all = append(all, State{w.Doubt, "doubt"})
	}
	if word, class := b.seatState(e); word != "" && !off {
		all = append(all, State{word, class})
	}
	return all
}

// fewOf is the share of seats, one in so many, from which on they run out; fewest is how
// many seats are few of any number.
const (
	fewOf  = 10
	fewest = 3
)

// seatState says that seats run out or are gone, "" where there are enough or nobody
// tells.
func (b Base) seatState(e event.Event) (word, class string) {
	left, known := e.Seats.Left()
	switch {
	case !known || left == event.Unlimited:
		return "", ""
	case left == 0:
		return b.W().Full, "full"
	case left <= fewest, e.Seats.Limit != nil && left*fewOf <= *e.Seats.Limit:
		return b.W().FewLeft, "few"
	}
	return "", ""
}

// AreaName returns the name of a prefecture in the page's language.
func (b Base) AreaName(area string) string {
	if b.Lang == English {
		return place.English(area)
	}
	return area
}
