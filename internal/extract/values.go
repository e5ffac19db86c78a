package extract

import (
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

func modeOf(value string) event.Mode {
	v := text.Fold(value)
	switch v[strings.LastIndexByte(v, '/')+1:] {
	case "onlineeventattendancemode", "online", "virtual", "true", "1":
		return event.Online
	case "mixedeventattendancemode", "hybrid", "mixed":
		return event.Hybrid
	case "offlineeventattendancemode", "offline", "onsite", "physical", "in_person":
		return event.Onsite
	}
	return ""
}

func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// fourDigits finds a year.
var fourDigits = text.NewPattern(`(?:19|20)\d\d`)

func yearIn(s string) int {
	if !strings.Contains(s, "19") && !strings.Contains(s, "20") && !strings.ContainsAny(s, "０１２９") {
		return 0
	}
	y, _ := strconv.Atoi(fourDigits.FindString(text.Fold(s)))
	return y
}

// YearIn gives the first year that a text names in digits, 0 if none.
func YearIn(s string) int { return yearIn(s) }

// Published reads the moment an item was published at; zero where it is none.
func Published(s string, zone *time.Location) time.Time {
	m, ok := Clock{Zone: zone}.Moment(s)
	if !ok {
		return time.Time{}
	}
	return m.Begin(event.Tokyo)
}
