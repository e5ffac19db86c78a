package health

import (
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

var june = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

// usual is learnt from ten good polls of n listings each, of which over are over.
func usual(n, over int) (p Profile) {
	for i := range 10 {
		p = p.Learn(Lesson{At: june.AddDate(0, 0, i-10), Figures: Figures{
			Counts: Counts{Read: n, Dated: n, Titled: n, Placed: n}, Over: over,
			Impact: Impact{Expected: n - over, Found: n - over}, Median: event.Date{Year: 2026, Month: 7, Day: 1},
		}})
	}
	return p
}

var newYear = time.Date(2027, 1, 1, 9, 0, 0, 0, event.Tokyo)

// at is learnt from polls of ten listings that are over, the last of them at a moment.
func at(last time.Time) Profile {
	p := usual(10, 10)
	p.At = last
	return p
}

// keeps is of a list that has kept what is over for so many days.
func keeps(p Profile, days int) Profile {
	p.Departed, p.Keeps = 5, time.Duration(days)*24*time.Hour
	return p
}

// learnt is what a source is like after one poll.
func learnt(f Figures) Profile { return Profile{}.Learn(Lesson{At: june, Figures: f}) }

// full is a poll of n listings in order, that expected and found so many of what was known.
func full(n, expected, found int) Figures {
	return Figures{
		Counts: Counts{Read: n, Dated: n, Titled: n, Placed: n},
		Impact: Impact{Expected: expected, Found: found, Unexplained: expected - found},
		Median: event.Date{Year: 2026, Month: 7, Day: 3},
	}
}

// but changes figures.
func but(f Figures, change func(*Figures)) Figures {
	change(&f)
	return f
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name  string
		now   Figures
		usual Profile
		cause Cause
	}{
		{"believes a first poll", full(3, 0, 0), Profile{}, ""},
		{"believes an empty first poll", full(0, 0, 0), Profile{}, ""},
		{"believes as many as usual", full(10, 10, 10), usual(10, 0), ""},
		{"believes many more", full(100, 10, 10), usual(10, 0), ""},

		{"holds an empty one where something is ahead", full(0, 1, 0), usual(1, 0), CauseEmpty},
		{"believes an empty one once all is over", full(0, 0, 0), usual(4, 0), ""},
		{"believes an empty one where the missing page is gone", but(full(0, 1, 1), func(f *Figures) { f.Found = 0 }), usual(1, 0), ""},
		{"believes empty after empty", full(0, 0, 0), usual(2, 0).Learn(Lesson{At: june}), ""},
		{"holds an empty one of a list that keeps what is over", but(full(0, 0, 0), func(f *Figures) { f.Kept = 9 }), usual(10, 9), CauseEmpty},
		{"believes an empty one once what is over has had its time", full(0, 0, 0), usual(10, 10), ""},
		{"holds an empty list of the newest items", but(full(0, 0, 0), func(f *Figures) { f.Partial = true }), usual(5, 0), CauseEmpty},
		{"holds a page of which nothing can be read any more", but(full(0, 0, 0), func(f *Figures) { f.Rejected = 4 }), usual(4, 0), CauseEmpty},

		{"leaves a list of which most is missing to its items", full(4, 10, 4), usual(10, 0), ""},
		{"holds fifty strangers where one was to be listed", full(50, 1, 0), usual(3, 2), CauseShrunk},
		{"believes half", full(5, 10, 5), usual(10, 0), ""},
		{"believes one of three: two fewer happens", full(1, 3, 1), usual(3, 0), ""},
		{"believes few where the rest is over", full(2, 2, 2), usual(12, 0), ""},
		{"holds a list in which nothing known is left", full(5, 2, 0), usual(5, 0), CauseShrunk},
		{"believes one new in place of the one that went", full(1, 1, 0), usual(1, 0), ""},

		{"believes one item among few without a date", but(full(3, 3, 3), func(f *Figures) { f.Rejected = 1 }), usual(4, 0), ""},
		{"believes a source of which little can ever be read", but(full(4, 4, 4), func(f *Figures) { f.Rejected = 6 }), learnt(Figures{Counts: Counts{Read: 4, Rejected: 6}}), ""},

		{"believes two new ones without a place yet", but(full(4, 2, 2), func(f *Figures) { f.Placed = 2 }), usual(3, 0), ""},
		{"believes one hour not told any more", but(full(4, 4, 4), func(f *Figures) { f.Lost = 1 }), usual(4, 0), ""},

		{"believes one of many put off for long", but(full(8, 8, 8), func(f *Figures) { f.Moved, f.Far = 1, 1 }), usual(8, 0), ""},
		{"believes a growing calendar of which one event is moved", but(full(10, 4, 4), func(f *Figures) { f.Outside, f.Over, f.Moved = 6, 6, 1 }), usual(10, 3), ""},
		{"believes one of several announced early", but(full(4, 3, 3), func(f *Figures) { f.Distant, f.Outside = 1, 1 }), usual(4, 1), ""},
		{"believes the last of all called off once it is all that changes in two", but(full(2, 2, 2), func(f *Figures) { f.Cancelled, f.CalledOff = 1, 2 }), usual(2, 0), ""},
		{"believes two called off where others are listed", but(full(4, 2, 2), func(f *Figures) { f.Cancelled, f.CalledOff = 2, 2 }), usual(4, 0), ""},
		{"believes one of two called off", but(full(2, 2, 2), func(f *Figures) { f.Cancelled = 1 }), usual(2, 0), ""},
		{"believes an archive opened beside what is ahead", but(full(30, 10, 10), func(f *Figures) { f.Outside, f.Over = 20, 20 }), usual(10, 0), ""},
		{"believes next year's list where this year's is over", but(full(12, 0, 0), func(f *Figures) { f.Median.Year = 2027 }), usual(12, 10), ""},

		{"believes two moves", but(full(3, 3, 3), func(f *Figures) { f.Moved = 2 }), usual(3, 0), ""},
		{"believes cancellations of some", but(full(10, 10, 10), func(f *Figures) { f.Cancelled = 4 }), usual(10, 0), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := Judge(june, c.now, c.usual)
			if (v.State == Held) != (c.cause != "") || v.Cause != c.cause {
				t.Errorf("got %s (%s), want %q", v.State, v.Cause, c.cause)
			}
			if v.State == Held && !strings.ContainsAny(v.Words, "0123456789") {
				t.Errorf("the words %q do not say what was usual", v.Words)
			}
		})
	}
}

// TestTurnOfTheYear holds when a page that keeps what is over may begin again empty.
func TestTurnOfTheYear(t *testing.T) {
	empty := but(full(0, 0, 0), func(f *Figures) { f.Kept = 10 })
	for _, c := range []struct {
		name  string
		at    time.Time
		usual Profile
		cause Cause
	}{
		{"believes a page that begins again at the turn of the year", june.AddDate(1, 0, 0), usual(10, 10), ""},
		{"believes a page of last year that stood for two days of the new one", newYear.AddDate(0, 0, 2), at(newYear.AddDate(0, 0, 1)), ""},
		{"holds an empty list that drops during the year what is over", june.AddDate(1, 0, 0), keeps(usual(10, 10), 30), CauseEmpty},
		{"believes a page of the year that began again a year ago", june.AddDate(1, 0, 0), keeps(usual(10, 10), 300), ""},
		{"holds an empty calendar in January that outlived the turn of the year", newYear.AddDate(0, 0, 9), at(newYear.AddDate(0, 0, 8)), CauseEmpty},
	} {
		if v := Judge(c.at, empty, c.usual); v.Cause != c.cause {
			t.Errorf("it %s: got %q, want %q", c.name, v.Cause, c.cause)
		}
	}
}

// TestEveryRefusalEnds: whatever is refused whole and goes on saying the same is decided
// on the day that is told, and on none before.
func TestEveryRefusalEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		run  Run
		last int // when the last of what is missed is over, in days; 0 for nothing
		days int
		as   State
	}{
		{"an empty list that misses nothing ahead", Run{Cause: CauseEmpty}, 0, 30, Applied},
		{"an empty list that misses what is over next week", Run{Cause: CauseEmpty}, 7, 30, Applied},
		{"an empty list that misses what is over in 50 days", Run{Cause: CauseEmpty}, 50, 50, Applied},
		{"an empty list that misses what is over next year", Run{Cause: CauseEmpty}, 300, 90, Applied},
		{"a list of strangers", Run{Cause: CauseShrunk}, 300, 30, Applied},
		{"rows that cannot be read", Run{Cause: CauseEmpty, Unreadable: true}, 300, 30, Failed},
	} {
		c.run.Since = june
		var last time.Time
		if c.last > 0 {
			last = june.AddDate(0, 0, c.last)
		}
		day := 0
		for day < 1000 && !c.run.IsDecided(june.AddDate(0, 0, day), last) {
			day++
		}
		if day != c.days || c.run.Means() != c.as {
			t.Errorf("%s: decided on day %d as %s, want day %d as %s", c.name, day, c.run.Means(), c.days, c.as)
		}
		if until := c.run.Until(last); !until.Equal(june.AddDate(0, 0, day)) {
			t.Errorf("%s: told %s, decided on day %d", c.name, until, day)
		}
	}
}

func TestRowsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	rows := func(read, rejected int) Figures { return Figures{Counts: Counts{Read: read, Rejected: rejected}} }
	for _, c := range []struct {
		now, last Figures
		want      bool
	}{
		{rows(0, 8), rows(8, 0), true},
		{rows(0, 1), rows(8, 0), false}, // a row that says that there is nothing
		{rows(0, 3), rows(2, 3), false}, // as many as ever
		{rows(0, 0), rows(8, 0), false},
		{rows(1, 8), rows(8, 0), false},
	} {
		if got := IsUnreadable(c.now, learnt(c.last)); got != c.want {
			t.Errorf("%+v after %+v: got %v", c.now.Counts, c.last.Counts, got)
		}
	}
}

func TestUntilIsWhenTheLastIsOver(t *testing.T) {
	r := Run{Cause: CauseEmpty, Since: june, Polls: 1}
	if got := r.Until(june.AddDate(0, 0, 50)); !got.Equal(june.AddDate(0, 0, 50)) {
		t.Errorf("got %s", got)
	}
	if got := r.Until(time.Time{}); !got.Equal(june.AddDate(0, 0, 30)) {
		t.Errorf("with nothing ahead: got %s", got)
	}
}

func TestRhythm(t *testing.T) {
	day := 24 * time.Hour
	every := func(gap time.Duration, n int, last time.Duration) []time.Time {
		news := make([]time.Time, n)
		for i := range news {
			news[i] = june.Add(-last - time.Duration(i)*gap)
		}
		return news
	}
	for _, c := range []struct {
		name string
		news []time.Time
		want string
	}{
		{"says nothing of a source that is new", every(day, 3, 300*day), ""},
		{"says nothing within three times the usual", every(30*day, 6, 89*day), ""},
		{"tells of one that fell silent", every(30*day, 6, 91*day), "no new event for 91 days, where one every 30 days is usual"},
		{"lets a busy one rest for two weeks", every(day, 10, 13*day), ""},
		{"tells of a busy one after that", every(day, 10, 15*day), "no new event for 15 days, where one every day is usual"},
		{"says nothing of none", nil, ""},
	} {
		if got := RhythmOf(c.news, june).Words(june); got != c.want {
			t.Errorf("it %s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRhythmIsTold(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		gap, last time.Duration
		news      int
		want      string
	}{
		{30 * day, 12 * day, 5, "a new event every 30 days, the last 12 days ago"},
		{day, day, 5, "a new event every day, the last a day ago"},
		{7 * day, time.Hour, 5, "a new event every 7 days, the last today"},
		{7 * day, day, 3, ""},
	} {
		news := make([]time.Time, c.news)
		for i := range news {
			news[i] = june.Add(-c.last - time.Duration(i)*c.gap)
		}
		if got := RhythmOf(news, june).Usually(june); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
