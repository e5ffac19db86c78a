package health

import (
	"fmt"
	"slices"
	"time"
)

// quietAtLeast is how long a source may be quiet whatever its rhythm.
const quietAtLeast = 14 * 24 * time.Hour

// NewsKept is how many moments of news tell a source's rhythm.
const NewsKept = 24

// A Rhythm is how often a source brings something new.
type Rhythm struct {
	// Usual is the usual gap between two new events; 0 where too little is known.
	Usual time.Duration
	// Last is when it last brought one.
	Last time.Time
	// Quiet is set where it has been silent for three times the usual gap, and for
	// 14 days at least.
	Quiet bool
}

// RhythmOf learns a source's rhythm from the moments at which it brought new
// events, newest first. With fewer than four there is none.
func RhythmOf(news []time.Time, now time.Time) Rhythm {
	if len(news) == 0 {
		return Rhythm{}
	}
	r := Rhythm{Last: news[0]}
	var gaps []time.Duration
	for i := 1; i < len(news) && i <= 12; i++ {
		gaps = append(gaps, news[i-1].Sub(news[i]))
	}
	if len(gaps) < 3 {
		return r
	}
	slices.Sort(gaps)
	r.Usual = gaps[len(gaps)/2]
	r.Quiet = now.Sub(r.Last) > max(quietAtLeast, 3*r.Usual)
	return r
}

// Words tell of a quiet source, "" of any other.
func (r Rhythm) Words(now time.Time) string {
	if !r.Quiet {
		return ""
	}
	return fmt.Sprintf(
		"no new event for %s, where one every %s is usual",
		daysOf(now.Sub(r.Last)),
		daysOf(r.Usual),
	)
}

// Usually tells how often something new comes, and when it last did; "" where too
// little is known.
func (r Rhythm) Usually(now time.Time) string {
	if r.Usual == 0 {
		return ""
	}
	last := daysOf(now.Sub(r.Last)) + " ago"
	switch last {
	case "0 days ago":
		last = "today"
	case "day ago":
		last = "a day ago"
	}
	return fmt.Sprintf("a new event every %s, the last %s", daysOf(r.Usual), last)
}

func daysOf(d time.Duration) string {
	n := int((d + 12*time.Hour) / (24 * time.Hour))
	if n == 1 {
		return "day"
	}
	return fmt.Sprintf("%d days", n)
}
