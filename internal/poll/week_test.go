package poll_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// weekOf returns the events that connpass listed of two days of June 2025, with the groups
// that announce them; the answer is as connpass documents it, the facts are those of
// testdata/week.tsv.
func weekOf(t testing.TB) *simulator {
	t.Helper()
	sim := &simulator{
		now:   time.Date(2025, 6, 22, 0, 0, 0, 0, event.Tokyo),
		asked: map[string][]time.Time{},
	}
	groups := map[string]*simGroup{}
	for line := range strings.Lines(string(must(os.ReadFile("testdata/week.tsv")))) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		e := &simEvent{
			id: must(strconv.Atoi(f[0])), address: f[4], place: f[5], title: f[6],
			start: must(time.ParseInLocation("2006-01-02T15:04", f[2], event.Tokyo)),
		}
		e.lasts = must(time.ParseInLocation("2006-01-02T15:04", f[3], event.Tokyo)).Sub(e.start)
		e.created = sim.now.Add(-24 * time.Hour)
		e.updated = e.created
		if name := f[1]; name != "" {
			if groups[name] == nil {
				groups[name] = &simGroup{platform: "connpass", name: name, title: name}
				sim.groups = append(sim.groups, groups[name])
			}
			e.group = groups[name]
		}
		sim.events = append(sim.events, e)
	}
	return sim
}

// TestAWeekOfConnpass: with one key all 51 events of that week are seen on the first day,
// with their times and titles, each by the community of its group; the three that no group
// announces have a home of their own.
func TestAWeekOfConnpass(t *testing.T) {
	sim := weekOf(t)
	all := fstest.MapFS{"connpass-japan.yaml": {Data: []byte("name: connpass（グループなし）\nsources: [{platform: connpass, areas: [all]}]\n")}}
	w := newWatch(t, sim, all)
	w.run(t, sim.now.Add(12*time.Hour))
	known := map[string]event.Event{}
	for _, e := range must(w.db.Events(t.Context(), store.Window{})) {
		known[strings.TrimSuffix(e.URL, "/")] = e
	}
	seen, groupless := 0, 0
	for _, e := range sim.events {
		got, there := known[strings.TrimSuffix(e.url(), "/")]
		switch {
		case !there:
			t.Errorf("%s %s is not seen", e.url(), e.title)
			continue
		case !got.Start.Time.Equal(e.start), !got.End.Time.Equal(e.end()), got.Title != e.title:
			t.Errorf("%s: %s from %s to %s, want %s from %s to %s", e.url(), got.Title, got.Start, got.End, e.title, e.start, e.end())
		}
		seen++
		home := "connpass-japan"
		if e.group != nil {
			s, _ := w.growing.Catalogue().OfGroup("connpass", e.group.name)
			home = communityOf(s)
		} else {
			groupless++
		}
		if got.Community != home || home == "" {
			t.Errorf("%s is of %q, want %q", e.url(), got.Community, home)
		}
	}
	if seen != 51 || groupless != 3 || len(known) != 51 {
		t.Errorf("%d of 51 seen, %d of 3 without a group; %d events known", seen, groupless, len(known))
	}
	t.Logf("%d of %d events seen, %d of them without a group, of %d communities", seen, len(sim.events), groupless, len(sim.groups))
}

func communityOf(s *source.Source) string {
	if s == nil {
		return ""
	}
	return s.Community
}
