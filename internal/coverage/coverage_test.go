package coverage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// TestChapmanByTheBook: 200 marked, 300 caught, 60 of them marked.
func TestChapmanByTheBook(t *testing.T) {
	n, variance := chapman(200, 300, 60)
	if int(n) != 990 || int(variance) != 8811 {
		t.Errorf("estimate %.1f, variance %.1f, want 990.8 and 8811.5", n, variance)
	}
}

// TestTheIntervalHoldsTheTruth draws lists from worlds whose size is known: 95 of 100
// intervals hold it, at least 85 of 100 draws here.
func TestTheIntervalHoldsTheTruth(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, lists := range []int{2, 3, 4} {
		held := 0
		const worlds, groups = 200, 400
		for range worlds {
			e := EstimateGroups(draw(random, groups, lists))
			if e.Low > e.Groups || e.High < e.Groups || e.Low < e.Seen {
				t.Fatalf("%d lists: %+v is no interval around what was seen", lists, e)
			}
			if e.Low <= groups && groups <= e.High {
				held++
			}
		}
		if held < worlds*85/100 {
			t.Errorf("%d lists: %d of %d intervals hold the truth", lists, held, worlds)
		}
	}
}

// draw returns independent lists, each of about 30 % of all groups.
func draw(random *rand.Rand, groups, lists int) [][]string {
	all := make([][]string, lists)
	for i := range all {
		for g := range groups {
			if random.IntN(100) < 30 {
				all[i] = append(all[i], fmt.Sprint(g))
			}
		}
	}
	return all
}

func TestNothingIsEstimatedFromNothing(t *testing.T) {
	for _, c := range []struct {
		lists [][]string
		why   string
	}{
		{nil, whyOne},
		{[][]string{{"a", "b"}, {}}, whyOne},
		{[][]string{{"a", "b"}, {"c"}}, whyNoMatch},
	} {
		if e := EstimateGroups(c.lists); e.Why != c.why || e.Method != "" || e.Groups != 0 {
			t.Errorf("%v: %+v, want %q", c.lists, e, c.why)
		}
	}
	if e := EstimateGroups([][]string{{"a", "b", "a"}, {"b", "c"}}); e.Method != "Chapman" || e.Seen != 3 || e.Groups != 4 {
		t.Errorf("%+v, want 3 seen, about 4", e)
	}
}

func TestAReportSaysWhatIsNotSeen(t *testing.T) {
	today := event.Date{Year: 2026, Month: time.June, Day: 3}
	connpass := &source.Source{ID: "a", Platform: "connpass", Role: source.Primary}
	v := View{
		Today: today,
		Communities: []*source.Community{
			{ID: "a", Area: "東京都", Sources: []*source.Source{connpass}},
			{ID: "b", Dormant: "long ago", Sources: []*source.Source{{ID: "b", Platform: "doorkeeper"}}},
		},
		Platforms: map[string]*source.Platform{
			"doorkeeper": {Name: "Doorkeeper"},
			"peatix":     {Name: "Peatix", Source: source.Source{Off: "not asked"}},
		},
		Waits: func(s *source.Source) string {
			if s.Platform == "doorkeeper" {
				return "DOORKEEPER_API_TOKEN"
			}
			return ""
		},
	}
	for i, day := range []int{3, 10, 11, 200} {
		e := event.Event{UID: fmt.Sprint(i), Community: "a", Sources: []string{"a"}}
		e.Start = event.Moment{Date: today.Add(day - 3)}
		e.Area = "東京都"
		v.Events = append(v.Events, e)
	}
	r := Of(v)
	if r.From != "2026-05-04" || r.To != "2026-07-26" || len(r.Weeks) != WeeksBack+WeeksAhead {
		t.Errorf("from %s to %s, %d weeks", r.From, r.To, len(r.Weeks))
	}
	if r.Events != 3 || r.Weeks[4].Events != 1 || r.Weeks[5].Events != 2 || r.Weeks[5].Areas[0] != (Area{"東京都", 2}) {
		t.Errorf("%d events, weeks %+v", r.Events, r.Weeks)
	}
	if len(r.Platforms) != 1 || r.Platforms[0] != (Platform{"connpass", 3, 1}) {
		t.Errorf("platforms %+v", r.Platforms)
	}
	if r.Watched != (Watched{Communities: 2, Dormant: 1, Waiting: 1}) {
		t.Errorf("watched %+v", r.Watched)
	}
	if want := "not seen: Doorkeeper, Peatix, Facebook"; !strings.HasPrefix(r.Summary, want) {
		t.Errorf("%q, want %q", r.Summary, want)
	}
	if strings.Contains(fmt.Sprint(r), "DOORKEEPER_API_TOKEN") {
		t.Error("a public report names an operator's variable")
	}
}
