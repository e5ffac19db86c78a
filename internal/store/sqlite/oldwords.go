package sqlite

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	sqlite "modernc.org/sqlite"

	"koyomi/internal/event"
	prefecture "koyomi/internal/place"
	"koyomi/internal/store/sqlstore"
)

// oldWords makes value_of_words known to every connection that is opened after it:
// the step 00004_values reads with it what versions before it wrote of changes.
var oldWords = sync.OnceValue(func() error {
	return sqlite.RegisterDeterministicScalarFunction("value_of_words", 4,
		func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			words := [4]string{}
			for i, a := range args {
				s, ok := a.(string)
				if !ok {
					return nil, fmt.Errorf("value_of_words: argument %d is %T", i+1, a)
				}
				words[i] = s
			}
			b, err := event.EncodeValue(
				valueOfWords(words[0], words[1], words[2], words[3]),
			)
			if err != nil || b == nil {
				return nil, err
			}
			return string(b), nil
		})
})

// valueOfWords reads what versions before 00004_values wrote of a field for people;
// zone is the event's, clock that of its hours where it is another one. What cannot
// be read exactly comes back as Words.
func valueOfWords(field, words, zone, clock string) event.Value {
	if words == "" {
		return nil
	}
	var v event.Value
	switch field {
	case "start":
		v = timesOfWords(words, zone, clock)
	case "registration_opens", "registration_closes":
		v = momentOfWords(words)
	case "tags", "sources":
		v = listOfWords(words)
	case "location":
		v = event.Place{Location: words, Area: prefecture.Area(words)}
	default:
		v = event.Text(words)
	}
	if v == nil {
		return event.Words(words)
	}
	return v
}

// timesOfWords reads "2009-05-28 19:00–20:40" and the like as wall clock times in a
// zone; nil where they are not written so, or a clock shows that hour twice.
func timesOfWords(words, zone, clock string) event.Value {
	loc, err := sqlstore.ZoneFrom(clock, event.Zone(zone))
	if err != nil {
		return nil
	}
	from, to, several := strings.Cut(words, "–")
	s := event.Span{Zone: zone}
	s.Start = wallMoment(from, loc)
	if s.Start.IsZero() {
		return nil
	}
	if !several {
		return event.Times(s)
	}
	if len(to) == len("15:04") {
		to = s.Start.Date.String() + " " + to
	}
	s.End = wallMoment(to, loc)
	if s.End.IsZero() || s.End.AllDay() != s.Start.AllDay() {
		return nil
	}
	return event.Times(s)
}

// wallMoment reads a day, or a day and an hour as a clock in loc shows it; zero where
// it never shows that, or twice.
func wallMoment(s string, loc *time.Location) event.Moment {
	if d, err := event.ParseDate(s); err == nil {
		return event.On(d)
	}
	const layout = "2006-01-02 15:04"
	t, err := time.ParseInLocation(layout, s, loc)
	if err != nil || t.Format(layout) != s {
		return event.Moment{}
	}
	for _, other := range []time.Time{t.Add(-time.Hour), t.Add(time.Hour)} {
		if other.Format(layout) == s {
			return event.Moment{}
		}
	}
	return event.At(t)
}

// momentOfWords reads a moment, which was written exactly.
func momentOfWords(words string) event.Value {
	m, err := event.ParseMoment(words, nil)
	if err != nil {
		return nil
	}
	return m
}

// listOfWords reads a list that was sorted and joined by ", "; nil where a word must
// have held the ", " itself, for then the parts are out of order.
func listOfWords(words string) event.Value {
	l := strings.Split(words, ", ")
	if !slices.IsSorted(l) || slices.Contains(l, "") {
		return nil
	}
	return event.List(l)
}
