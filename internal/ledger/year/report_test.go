package year

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/poll"
)

func TestYear(t *testing.T) {
	w := newWorld(*seedFlag)
	w.run(t)
	y := w.tally
	for _, kind := range slices.Sorted(maps.Keys(y.happened)) {
		t.Logf("%-28s %5d", kind, y.happened[kind])
	}
	for _, kind := range slices.Sorted(maps.Keys(y.due)) {
		t.Logf("%-28s %5d of %d learnt in time", kind, y.met[kind], y.due[kind])
	}
	for _, kind := range slices.Sorted(maps.Keys(y.faults)) {
		t.Logf("%-28s %5d of %d dead sources named", kind, y.faults[kind]-y.unnamed[kind], y.faults[kind])
	}
	for _, kind := range slices.Sorted(maps.Keys(y.mistakes)) {
		t.Logf("%-28s %5d", kind, len(y.mistakes[kind]))
	}
	t.Logf("recall %.2f %% of %d, precision %.2f %% of %d, held %d of %d polls in health",
		share(rights(y.truePairs), len(y.truePairs)), len(y.truePairs), share(rights(y.pairs), len(y.pairs)), len(y.pairs), y.held, y.healthy)
	w.byMutation(t)
	for _, words := range y.words {
		t.Log(words)
	}
	w.hold(t)
}

// byMutation counts the mistakes by what befell their gatherings.
func (w *world) byMutation(t *testing.T) {
	table := map[string]map[string]int{}
	for mistake, all := range w.tally.mistakes {
		for id := range all {
			kinds := w.gatherings[id].befell
			if len(kinds) == 0 {
				kinds = []string{"nothing"}
			}
			for _, kind := range kinds {
				if table[kind] == nil {
					table[kind] = map[string]int{}
				}
				table[kind][mistake]++
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(table)) {
		for _, mistake := range slices.Sorted(maps.Keys(table[kind])) {
			t.Logf("%-28s %5d %s", kind, table[kind][mistake], mistake)
		}
	}
}

var (
	storyOf   = flag.String("story", "", "the community whose story is told")
	storyFrom = flag.Int("from", 0, "the day from which it is told")
	storyTo   = flag.Int("to", days, "the day up to which it is told")
)

// A watch tells the story of one community: what each outlet showed when that was
// different, and what was made of it.
type watch struct{ last map[*outlet]map[string]bool }

func newWatch() *watch { return &watch{map[*outlet]map[string]bool{}} }

func (s *watch) see(w *world, o *outlet, r poll.Report) {
	if o.community != *storyOf || w.day < *storyFrom || w.day > *storyTo {
		return
	}
	shown := map[string]bool{}
	var lines []string
	for _, it := range o.items(w.day) {
		line := strings.Join([]string{it.ID, it.Start, it.Title, it.Place, it.Status, it.Wrong}, " | ")
		shown[line] = true
		if !s.last[o][line] {
			lines = append(lines, "\n   + "+line)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(s.last[o])) {
		if !shown[line] {
			lines = append(lines, "\n   - "+line)
		}
	}
	f, _ := o.fault(w.day)
	if len(lines) == 0 && len(r.Changes) == 0 && r.Poll.Cause == "" && f.kind == "" {
		return
	}
	s.last[o] = shown
	w.tally.say("day %d %s %s: %s %s %s; expected %d found %d%s", w.day, o.source.ID, f.kind, r.Poll.State, r.Poll.Cause, r.Poll.Message, r.Poll.Expected, r.Poll.Found, strings.Join(lines, ""))
	for _, note := range r.Poll.Notes {
		w.tally.say("   note %s", note)
	}
	for _, c := range r.Changes {
		w.tally.say("   %s %s %s: %s -> %s %v", c.UID[:8], c.Kind, c.Field, c.Old(), c.New(), c.Reasons)
	}
}
