package health

import (
	"maps"
	"testing"
	"time"

	"koyomi/internal/event"
)

// evening is a listing at an hour of a day of June 2026.
func evening(day, hour int) event.Listing {
	var l event.Listing
	l.Title, l.Zone = "集い", "Asia/Tokyo"
	l.Start = event.At(time.Date(2026, 6, day, hour, 0, 0, 0, event.Tokyo))
	return l
}

// lesson is a good poll of listings.
func lesson(at time.Time, listings ...event.Listing) Lesson {
	return Lesson{At: at, Figures: Count(listings, at, 0), Listings: listings}
}

func TestProfileIsLearntPollByPoll(t *testing.T) {
	var p Profile
	for day := range 12 {
		l := lesson(june.AddDate(0, 0, day), evening(3, 19), evening(20, 19), evening(28, 10))
		l.Added, l.Charset = day%2 == 0, "utf-8"
		p = p.Learn(l)
	}
	if p.Polls != 12 || len(p.Recent) != recentPolls || len(p.News) != 6 || p.Charset != "utf-8" {
		t.Errorf("%+v", p)
	}
	if share, known := p.Usually(19); share < 60 || share > 70 || !known {
		t.Errorf("at 19:00 begin %d of 100, known: %t", share, known)
	}
	for want, got := range map[string]string{
		"3 events a poll": p.Size(),
		"100 % have a title, 100 % have an hour, 0 % have a place": p.Fields(),
		"most begin at 19:00, 10:00 (Asia/Tokyo); utf-8":           p.Habits(),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestProfileOfBeforeStaysAsItIs(t *testing.T) {
	p := Profile{}.Learn(lesson(june, evening(3, 19)))
	p = p.Learn(lesson(june.AddDate(0, 0, 1), evening(4, 20)))
	hours, recent := maps.Clone(p.Hours), p.Recent[0]
	p.Learn(lesson(june.AddDate(0, 0, 2), evening(5, 7), evening(6, 7)))
	if !maps.Equal(hours, p.Hours) || p.Recent[0] != recent {
		t.Errorf("learning changed the profile that was learnt from: %+v", p)
	}
}

func TestReachGrowsAtOnceAndFallsSlowly(t *testing.T) {
	p := Profile{}.Learn(lesson(june, evening(21, 19)))
	if p.Ahead != 20 {
		t.Fatalf("it reaches %d days ahead, want 20", p.Ahead)
	}
	p = p.Learn(lesson(june, evening(11, 19)))
	if p.Ahead != 19 {
		t.Errorf("it reaches %d days ahead after one shorter list, want 19", p.Ahead)
	}
	for range 30 {
		p = p.Learn(lesson(june, evening(11, 19)))
	}
	if p.Ahead != 10 {
		t.Errorf("it reaches %d days ahead after many shorter lists, want 10", p.Ahead)
	}
}

func TestCountUsesTheAssumedLength(t *testing.T) {
	begun := june.Add(-150 * time.Minute)
	l := evening(1, 19)
	l.Start = event.At(begun)
	for assumed, want := range map[time.Duration]int{0: 1, time.Hour: 1, 3 * time.Hour: 0} {
		if f := Count([]event.Listing{l}, june, assumed); f.Over != want {
			t.Errorf("with %s, %d are over, want %d", assumed, f.Over, want)
		}
	}
}

func TestDoubtful(t *testing.T) {
	for _, c := range []struct {
		name  string
		shown time.Time
		days  int
		want  bool
	}{
		{"believes what was shown two days ago", june.AddDate(0, 0, -2), 2, false},
		{"doubts what was not shown for three", june.AddDate(0, 0, -3), 3, true},
		{"does not doubt what a person entered", time.Time{}, 0, false},
	} {
		if days, doubtful := Doubtful(c.shown, june); days != c.days || doubtful != c.want {
			t.Errorf("it %s: got %d, %t", c.name, days, doubtful)
		}
	}
}
