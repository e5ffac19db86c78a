package poll_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"koyomi/internal/activity"
	"koyomi/internal/event"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/sources"
)

// A watch is a koyomi that looks at a simulator.
type watch struct {
	*poll.Poller
	sim     *simulator
	db      *sqlite.DB
	growing *source.Growing
	next    map[string]time.Time
	edits   []edit
	visits  int
	failed  []string
}

// newWatch has a koyomi with some files of communities and the platforms' own.
func newWatch(t testing.TB, sim *simulator, files fstest.MapFS) *watch {
	t.Helper()
	platforms, err := fs.Sub(sources.Files, "platforms")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range must(fs.ReadDir(platforms, ".")) {
		if strings.HasSuffix(e.Name(), ".yaml") {
			files["platforms/"+e.Name()] = &fstest.MapFile{Data: must(fs.ReadFile(platforms, e.Name()))}
		}
	}
	loaded, problems := source.Load(kinds.Definitions, files)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "k.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &watch{sim: sim, db: db, next: map[string]time.Time{}, edits: sim.edits()}
	w.growing = &source.Growing{Files: func() *source.Catalogue { return loaded }}
	w.growing.Remember(db)
	w.Poller = &poll.Poller{
		Fetcher: sim, Archive: forgets{}, Memory: db, Kinds: kinds.All, Groups: w.growing, Now: func() time.Time { return sim.now },
		Next: func(s *source.Source, after time.Time) time.Time { return s.Next(after, source.Schedule{}) },
		Authority: func(id string) ledger.Authority {
			c := w.growing.Catalogue()
			if s := c.Source(id); s != nil {
				return ledger.Authority{Community: s.Community, Rank: c.Rank(id), Aggregator: s.Role == source.Aggregator}
			}
			return ledger.Authority{Rank: 1 << 20, Aggregator: true}
		},
		Siblings: func(community string) (ids []string) {
			for _, s := range w.growing.Catalogue().Community(community).Sources {
				ids = append(ids, s.ID)
			}
			return ids
		},
	}
	return w
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// forgets is an archive that keeps nothing: a simulator answers anew each time.
type forgets struct{}

func (forgets) Put(body []byte) (string, error) { return shelf{}.Put(body) }
func (forgets) Get(string) ([]byte, error)      { return nil, fs.ErrNotExist }

// run visits whatever is due until a moment.
func (w *watch) run(t testing.TB, until time.Time) {
	t.Helper()
	for {
		s, at := w.due()
		if at.After(until) {
			return
		}
		if at.After(w.sim.now) {
			w.sim.now = at
		}
		for len(w.edits) > 0 && !w.edits[0].at.After(w.sim.now) {
			w.edits[0].apply()
			w.edits = w.edits[1:]
		}
		r, err := w.Visit(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		w.visits++
		if r.Poll.State == health.Failed {
			w.failed = append(w.failed, s.ID+": "+r.Poll.Message)
		}
		w.next[s.ID] = r.Next
	}
}

// due returns the source that is due first, and when.
func (w *watch) due() (first *source.Source, at time.Time) {
	for _, s := range w.growing.Catalogue().Visited(func(*source.Source) bool { return true }) {
		next, known := w.next[s.ID]
		if !known {
			next = w.sim.now
		}
		if first == nil || next.Before(at) {
			first, at = s, next
		}
	}
	return first, at
}

// japan are the files of an operator with a key: all of connpass and Doorkeeper, and
// the Bevy chapters of a simulator.
func japan(sim *simulator) fstest.MapFS {
	files := fstest.MapFS{
		"connpass-japan.yaml":   {Data: []byte("name: connpass（グループなし）\nsources: [{platform: connpass, areas: [all]}]\n")},
		"doorkeeper-japan.yaml": {Data: []byte("name: Doorkeeper（グループなし）\nsources: [{platform: doorkeeper, areas: [all]}]\n")},
	}
	for _, g := range sim.groups {
		if g.platform == "bevy" {
			files["gdg-"+g.name+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "name: %s\nplatform: gdg\ngroup: \"%s\"\n", g.title, g.name)}
		}
	}
	return files
}

// A score is how well the watch saw what the platforms had.
type score struct {
	events, seen      int
	edits, seenEdits  int
	active, known     int
	most, requests    int
	lateAdd, lateEdit []string
	// moves are the groups that went on elsewhere, by what was found of them.
	moves, found int
	// wrong are the moves that are none.
	wrong []string
}

// inTime is within which time something is to be seen.
const inTime = 4 * time.Hour

// judge compares what is known with what the platforms had from one moment to another.
func (w *watch) judge(t testing.TB, from, until time.Time) score {
	t.Helper()
	all := must(w.db.Events(t.Context(), store.Window{Hidden: true}))
	byURL := map[string]event.Event{}
	for _, e := range all {
		byURL[e.URL] = e
	}
	changed := map[string][]time.Time{}
	for _, c := range must(w.db.Changes(t.Context(), "", 0, 0)) {
		changed[c.UID] = append(changed[c.UID], c.At)
	}
	var s score
	groups := map[string]bool{}
	for _, e := range w.sim.events {
		known, there := byURL[strings.TrimSuffix(e.url(), "/")]
		if !there {
			known, there = byURL[e.url()]
		}
		if e.created.After(from) && e.created.Before(until) {
			s.events++
			if there && known.Created.Sub(e.created) <= inTime {
				s.seen++
			} else {
				s.lateAdd = append(s.lateAdd, fmt.Sprintf("%s %s %s of %s: %v", e.url(), e.place, e.title, e.created.Format(time.RFC3339), known.Created.Sub(e.created)))
			}
			if e.group != nil {
				groups[source.GroupKey(platformOf[e.group.platform], e.group.name)] = true
			}
		}
		for _, at := range e.edits {
			if at.Before(from) || at.After(until) || at.After(e.start) {
				continue
			}
			s.edits++
			isSeen := slices.ContainsFunc(changed[known.UID], func(c time.Time) bool { return !c.Before(at) && c.Sub(at) <= inTime })
			if isSeen {
				s.seenEdits++
			} else {
				s.lateEdit = append(s.lateEdit, fmt.Sprintf("%s %s at %s (%s)", e.url(), e.title, at.Format(time.RFC3339), e.status))
			}
		}
	}
	s.moves, s.found, s.wrong = w.judgeMoves(all)
	c := w.growing.Catalogue()
	for key := range groups {
		platform, name, _ := strings.Cut(key, "/")
		s.active++
		if known, _ := c.OfGroup(platform, name); known != nil {
			s.known++
		}
	}
	days := map[string]int{}
	for host, asked := range w.sim.asked {
		for _, at := range asked {
			days[host+" "+at.In(event.Tokyo).Format(time.DateOnly)]++
		}
		s.requests += len(asked)
	}
	s.most = slices.Max(slices.Collect(maps.Values(days)))
	return s
}

// judgeMoves compares which communities seem to go on elsewhere with those that do.
func (w *watch) judgeMoves(events []event.Event) (moves, found int, wrong []string) {
	c := w.growing.Catalogue()
	idOf := func(g *simGroup) string {
		if s, _ := c.OfGroup(platformOf[g.platform], g.name); s != nil {
			return s.Community
		}
		return ""
	}
	truth := map[[2]string]bool{}
	for _, g := range w.sim.groups {
		if g.next != nil {
			truth[[2]string{idOf(g), idOf(g.next)}] = true
		}
	}
	byID := map[string][]event.Event{}
	for _, e := range events {
		byID[e.Community] = append(byID[e.Community], e)
	}
	var all []activity.Community
	for _, y := range c.Communities {
		one := activity.Community{ID: y.ID, Name: y.Name, URL: y.URL, Events: byID[y.ID]}
		for _, s := range y.Sources {
			one.Platforms = append(one.Platforms, s.Origin())
		}
		all = append(all, one)
	}
	for _, m := range activity.Moves(all) {
		if truth[[2]string{m.From, m.To}] {
			found++
			continue
		}
		wrong = append(wrong, m.From+" to "+m.To)
	}
	return len(truth), found, wrong
}

var platformOf = map[string]string{"connpass": "connpass", "doorkeeper": "doorkeeper", "bevy": "gdg"}

// TestAllOfJapan is a simulated time of connpass, Doorkeeper and Bevy with one key:
// what is new and what changes is seen within four hours, within the platforms'
// limits, and the catalogue grows to every group that announces anything. `.ci/soak
// japan` takes 1,200 groups, 40,000 events a year and 60 days.
func TestAllOfJapan(t *testing.T) {
	groups, perYear, days := 40, 2_000, 3
	if os.Getenv("KOYOMI_JAPAN") != "" {
		groups, perYear, days = 1_200, 40_000, 60
	}
	from := time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)
	sim := &simulator{rand: rand.New(rand.NewPCG(18, 6)), now: from, asked: map[string][]time.Time{}}
	sim.populate(groups, perYear, from, days)
	w := newWatch(t, sim, japan(sim))
	until := from.AddDate(0, 0, days)
	w.run(t, until)
	s := w.judge(t, from.Add(24*time.Hour), until.Add(-inTime))
	t.Logf("%d days, %d visits: %d of %d new events (%.2f %%) and %d of %d changes (%.2f %%) within %s",
		days, w.visits, s.seen, s.events, percent(s.seen, s.events), s.seenEdits, s.edits, percent(s.seenEdits, s.edits), inTime)
	t.Logf("%d requests, at most %d a day to one host, %d too soon; %d of %d active groups known; %d visits failed",
		s.requests, s.most, sim.refused, s.known, s.active, len(w.failed))
	t.Logf("%d of %d groups that went on elsewhere were found, %d others", s.found, s.moves, len(s.wrong))
	if s.found*10 < s.moves*9 || len(s.wrong) > 0 {
		t.Errorf("%d of %d moves found, and those that are none: %q", s.found, s.moves, s.wrong)
	}
	if percent(s.seen, s.events) < 99 {
		t.Errorf("new events that were seen late or never:\n%s", strings.Join(s.lateAdd[:min(20, len(s.lateAdd))], "\n"))
	}
	if percent(s.seenEdits, s.edits) < 99 {
		t.Errorf("changes that were seen late or never:\n%s", strings.Join(s.lateEdit[:min(20, len(s.lateEdit))], "\n"))
	}
	if s.known != s.active {
		t.Errorf("%d of %d active groups are known", s.known, s.active)
	}
	if sim.refused > 0 || len(w.failed) > 0 {
		t.Errorf("%d requests too soon; %q", sim.refused, w.failed)
	}
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(max(1, whole)) }
