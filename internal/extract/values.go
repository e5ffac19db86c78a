package extract

import (
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// modeNames are the words of fields for how one attends, folded: schema.org's
// attendance modes, and those of interfaces.
var modeNames = map[string]event.Mode{
	"onlineeventattendancemode": event.Online, "online": event.Online, "virtual": event.Online, "true": event.Online, "1": event.Online,
	"mixedeventattendancemode": event.Hybrid, "hybrid": event.Hybrid, "mixed": event.Hybrid,
	"offlineeventattendancemode": event.Onsite, "offline": event.Onsite, "onsite": event.Onsite, "physical": event.Onsite, "in_person": event.Onsite,
}

// modeOf returns the mode that a field names, "" for none.
func modeOf(value string) event.Mode { return modeNames[lastSegment(text.Fold(value))] }

// number reads a whole number; 0 for everything else.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// fourDigits finds a year.
var fourDigits = text.NewPattern(`(?:19|20)\d\d`)

// yearIn returns the first year that a text names, 0 for none.
func yearIn(s string) int {
	mayNameOne := strings.Contains(s, "19") || strings.Contains(s, "20")
	if !mayNameOne && !strings.ContainsAny(s, "０１２９") {
		return 0
	}
	return number(fourDigits.FindString(text.Fold(s)))
}

// YearIn returns the first year that a text names in digits, 0 if none.
func YearIn(s string) int { return yearIn(s) }

// Published reads the moment an item was published at; zero where it is none.
func Published(s string, zone *time.Location) time.Time {
	m, ok := Clock{Zone: zone}.Moment(s)
	if !ok {
		return time.Time{}
	}
	return m.Begin(event.Tokyo)
}
