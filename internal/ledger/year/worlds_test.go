package year

import (
	"maps"
	"slices"
	"testing"
	"time"

	"koyomi/internal/event"
)

// A small world is one community of which one thing is told, with what is right: a
// gathering that nothing befell stays as it is, under its UID, and what truly befalls
// one is known within so many polls.
type small struct {
	*world
	main, city, blog *outlet
	// past is over soon; coming are to be in some weeks.
	past   *gathering
	coming []*gathering
}

// turnDay is the day on which something happens.
const turnDay = 20

// habitNames are the ways to list that the worlds are told in.
var habitNames = map[habit]string{
	groupPage:    "group page",
	calendarFile: "calendar",
	yearPage:     "page of the year",
	handList:     "list by hand",
}

// newSmall founds a community that lists in some way, with other sources beside it
// where they are wanted.
func newSmall(h habit, titles []string, beside int) *small {
	s := &small{world: emptyWorld(1)}
	s.span = 90
	s.main = s.open("c", h, "platform-a", 0)
	if beside > 0 {
		s.city = s.open("c", cityList, "city", 1)
	}
	if beside > 1 {
		s.blog = s.open("c", newsFeed, "", 2)
	}
	for _, o := range s.outlets {
		o.yearless = false
	}
	s.past = s.meet("桜を見る会", 5, 18, 0)
	for i, title := range titles {
		s.coming = append(s.coming, s.meet(title, 40+9*i, 19, 1+i))
	}
	return s
}

// meet announces a gathering on all outlets, on the first one first.
func (s *small) meet(title string, day, hour, announced int) *gathering {
	at := first.AddDate(0, 0, day)
	spot := places[day%len(places)]
	g := &gathering{
		id: len(s.gatherings), community: "c", title: title, hours: 2, place: spot[0], area: spot[1],
		start:     time.Date(at.Year(), at.Month(), at.Day(), hour, 0, 0, 0, s.zone),
		announced: announced, number: "",
	}
	s.gatherings = append(s.gatherings, g)
	for i, o := range s.outlets {
		s.on(announced+i, func() {
			if !g.withdrawn {
				s.post(g, o)
			}
		})
	}
	return g
}

// turn has something happen on the day of the turn.
func (s *small) turn(do func()) { s.on(turnDay, do) }

// shift moves gatherings, which their postings tell.
func (s *small) shift(all []*gathering, by time.Duration, polls int) {
	for _, g := range all {
		g.start = g.start.Add(by)
		start := g.start
		s.tell(g, func(p *posting) { p.start = start })
		s.expect(g, "moved", polls)
	}
}

// callOffAll calls gatherings off: in the title too, or by the status alone.
func (s *small) callOffAll(all []*gathering, worded bool, polls int) {
	for _, g := range all {
		g.cancelled = true
		s.tell(g, func(p *posting) {
			p.status = event.Cancelled
			if worded {
				p.title = "【中止】" + p.title
			}
		})
		s.expect(g, "cancelled", polls)
	}
}

// fail has the community's own list be at fault from the day of the turn.
func (s *small) fail(kind string, length int) {
	s.main.faults = append(s.main.faults, fault{kind, turnDay, turnDay + length})
}

const day = 24 * time.Hour

var (
	talks  = []string{"型システムを語る夜", "分散処理の研究会", "電子工作の夕べ"}
	series = []string{"第11回 山の手ラボ", "第12回 山の手ラボ", "第13回 山の手ラボ"}
	alike  = []string{"山の手もくもく会", "山の手もくもく会", "山の手もくもく会"}
)

// A tale is one kind of small world.
type tale struct {
	name   string
	habits []habit
	titles []string
	beside int
	tell   func(s *small)
}

var (
	all   = []habit{groupPage, calendarFile, yearPage, handList}
	keyed = []habit{groupPage, calendarFile, yearPage}
	paged = []habit{groupPage, yearPage}
)

var tales = []tale{
	{"nothing happens", all, alike, 0, func(*small) {}},
	{"one is moved by a week", all, talks, 0, func(s *small) { s.turn(func() { s.shift(s.coming[:1], 7*day, 1) }) }},
	{"one is moved by two hours", all, series, 0, func(s *small) { s.turn(func() { s.shift(s.coming[1:2], 2*time.Hour, 1) }) }},
	{"all are moved by a week", keyed, series, 0, func(s *small) { s.turn(func() { s.shift(s.coming, 7*day, 3) }) }},
	{"a series begins an hour later", keyed, alike, 0, func(s *small) { s.turn(func() { s.shift(s.coming, time.Hour, 3) }) }},
	{"one is moved into the day of its neighbour", keyed, alike, 0, func(s *small) { s.turn(func() { s.shift(s.coming[:1], 9*day-5*time.Hour, 1) }) }},
	{"one is called off in its title", all, talks, 0, func(s *small) { s.turn(func() { s.callOffAll(s.coming[:1], true, 1) }) }},
	{"one is called off by its status", all, series, 0, func(s *small) { s.turn(func() { s.callOffAll(s.coming[:1], false, 1) }) }},
	{"all are called off in their titles", all, series, 0, func(s *small) { s.turn(func() { s.callOffAll(s.coming, true, 3) }) }},
	{"one is called off and comes back", keyed, talks, 0, func(s *small) {
		s.turn(func() {
			g := s.coming[0]
			s.callOffAll(s.coming[:1], true, 1)
			s.on(turnDay+6, func() {
				g.cancelled = false
				s.tell(g, func(p *posting) { p.status, p.title = event.Confirmed, p.dress(g.title) })
				s.expect(g, "reinstated", 1)
			})
		})
	}},
	{"one is put off, and gets a date", keyed, talks, 0, func(s *small) { s.turn(func() { s.postpone(s.coming[0]) }) }},
	{"one is posted again on its day", keyed, talks, 0, func(s *small) { s.turn(func() { s.repost(s.coming[0], 0) }) }},
	{"one with a number is posted again a fortnight later", keyed, series, 0, func(s *small) { s.turn(func() { s.repost(s.coming[0], 14) }) }},
	{"one of a title is posted again for another day", keyed, talks, 0, func(s *small) { s.turn(func() { s.repost(s.coming[1], 5) }) }},
	{"one gets another number", keyed, series, 0, func(s *small) { s.turn(func() { s.coming[0].number = "11"; s.renumber(s.coming[0]) }) }},
	{"one is taken away", paged, alike, 0, func(s *small) { s.turn(func() { s.withdraw(s.coming[1]) }) }},
	{"one is taken away and comes back", paged, talks, 0, func(s *small) { s.turn(func() { s.comeBack(s.coming[1]) }) }},
	{"one is off the list, and its page stands", paged, alike, 0, func(s *small) { s.turn(func() { s.unlist(s.coming[0]) }) }},
	{"one is missing for a day", all, talks, 0, func(s *small) { s.turn(func() { s.flap(s.coming[0]) }) }},
	{"its page alone says that it is called off", paged, talks, 0, func(s *small) { s.turn(func() { s.cancelOnPage(s.coming[0]) }) }},
	{"all are read as called off", all, series, 0, func(s *small) { s.fail("all cancelled", 5) }},
	{"all are read as called off, and one is announced", keyed, series, 0, func(s *small) {
		s.fail("all cancelled", 4)
		s.meet("第14回 山の手ラボ", 75, 19, turnDay+1)
	}},
	{"the zone is lost", paged, series, 0, func(s *small) { s.fail("lost zone", 9) }},
	{"the zone is lost, and one is posted again", []habit{groupPage}, series, 0, func(s *small) {
		s.fail("lost zone", 6)
		s.on(turnDay+2, func() { s.repost(s.coming[0], 0) })
	}},
	{"all are read in another year", keyed, talks, 0, func(s *small) { s.fail("wrong year", 6) }},
	{"the hours are gone", keyed, alike, 0, func(s *small) { s.fail("hours gone", 6) }},
	{"the list is cut short", all, series, 0, func(s *small) { s.fail("cut short", 2) }},
	{"the list is empty", all, talks, 0, func(s *small) { s.fail("empty 200", 5) }},
	{"two parts of a day in two lists", keyed, []string{"山の手祭 昼の部", "山の手祭 夜の部"}, 2, func(s *small) {
		s.coming[1].start = s.coming[0].start.Add(5 * time.Hour)
	}},
	{"a series in three lists, one moved", keyed, series, 2, func(s *small) { s.turn(func() { s.shift(s.coming[:1], 7*day, 1) }) }},
	{"alike titles in three lists, one called off", keyed, alike, 2, func(s *small) { s.turn(func() { s.callOffAll(s.coming[:1], true, 1) }) }},
}

// TestWorlds lives through the small worlds.
func TestWorlds(t *testing.T) {
	for _, c := range tales {
		for _, h := range c.habits {
			t.Run(c.name+", "+habitNames[h], func(t *testing.T) {
				t.Parallel()
				s := newSmall(h, c.titles, c.beside)
				c.tell(s)
				s.run(t)
				for _, kind := range slices.Sorted(maps.Keys(s.tally.mistakes)) {
					t.Errorf("%s: %d", kind, len(s.tally.mistakes[kind]))
				}
				if wrong := len(s.tally.pairs) - rights(s.tally.pairs); wrong > 0 {
					t.Errorf("%d listings are merged wrongly", wrong)
				}
				if missed := len(s.tally.truePairs) - rights(s.tally.truePairs); missed > 0 {
					t.Errorf("%d listings of one gathering are two events", missed)
				}
				s.mustBeDue(t)
				s.mustHaveCause(t)
				if t.Failed() {
					for _, words := range s.tally.words {
						t.Log(words)
					}
				}
			})
		}
	}
}

// mustBeDue fails where what was to be learnt was never looked at.
func (s *small) mustBeDue(t *testing.T) {
	t.Helper()
	t.Logf("told %d, learnt %v of %v, %d pairs of sources", len(s.gatherings), s.tally.met, s.tally.due, len(s.tally.truePairs))
	if len(s.expected) > 0 {
		t.Errorf("%d things that were to be learnt were not", len(s.expected))
	}
}

// mustHaveCause fails where more is told than truly happened.
func (s *small) mustHaveCause(t *testing.T) {
	t.Helper()
	told := map[event.ChangeKind]int{}
	for _, c := range s.kept.changes {
		told[c.Kind]++
	}
	for _, kind := range []event.ChangeKind{event.ChangeMoved, event.ChangeCancelled, event.ChangeWithdrawn} {
		if due := s.tally.due[string(kind)]; told[kind] > due {
			t.Errorf("%s is told %d times, and happened %d times", kind, told[kind], due)
		}
	}
}
