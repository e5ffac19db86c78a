package site

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"koyomi/internal/coverage"
	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/source"
)

// TestMuchIsFolded: what has nothing to tell is folded where there is much of it, so that a
// phone scrolls through what matters alone.
func TestMuchIsFolded(t *testing.T) {
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)
	for _, count := range []int{1, atOnce, atOnce + 1, 300} {
		page := Sources{Base: base, Now: now}
		for i := range count {
			s := Source{ID: fmt.Sprint("s", i), Community: "v-tomo", LastPoll: now, LastGood: now}
			if i == 0 {
				s.State, s.Cause = health.Failed, health.CauseTimeout
			}
			page.All = append(page.All, s)
		}
		shown, folded := 0, 0
		for _, table := range page.Watched() {
			if table.Folded {
				folded += len(table.Lines)
				continue
			}
			shown += len(table.Lines)
		}
		if shown+folded != count || shown > atOnce || count > atOnce && shown != 1 {
			t.Errorf("of %d sources %d are shown and %d folded", count, shown, folded)
		}
	}

	next := held(evening(20).(event.Times).Start, event.Moment{})
	all := Communities{Base: base, Now: now, All: []CommunityLine{
		{Community: &source.Community{ID: "a", Name: "A"}},
		{Community: &source.Community{ID: "b", Name: "B", Area: "東京都"}, Next: &next},
		{Community: &source.Community{ID: "c", Name: "C", Area: "大阪府"}},
		{Community: &source.Community{ID: "d", Name: "D", Area: "東京都"}},
		{Community: &source.Community{ID: "e", Name: "E", Area: "東京都"}},
	}}
	var regions []string
	for _, r := range all.Resting() {
		regions = append(regions, fmt.Sprint(r.Name, len(r.All)))
	}
	if got := strings.Join(regions, " "); got != "東京都2 大阪府1 地域を問わない・不明1" || len(all.Active()) != 1 {
		t.Errorf("%d active, resting %s", len(all.Active()), got)
	}
}

// TestCoverageIsWholeInBothLanguages: the Japanese page has no English sentence, and the
// other way round.
func TestCoverageIsWholeInBothLanguages(t *testing.T) {
	page := Coverage{Base: base, Report: coverage.Report{
		Platforms: []coverage.Platform{{Platform: "own site"}, {Platform: "by hand"}},
		NotSeen: []coverage.Unseen{
			{What: "Peatix", Why: "the interface is not documented", Reason: "terms"},
			{What: "connpass", Why: "3 groups without a key to read them", Reason: "key"},
			{What: "Facebook", Why: "its events are shown to those who log in", Reason: "no platform"},
		},
		Summary: "not seen: Peatix, connpass, Facebook",
	}}
	for _, e := range []coverage.Estimate{{Seen: 5, Why: "one list"}, {Seen: 5, Method: "Chao", Groups: 9, Low: 6, High: 20, Lists: 3}} {
		page.Report.Estimate = e
		page.Base = base
		body, err := RenderCoverage(page)
		if err != nil {
			t.Fatal(err)
		}
		main := string(body[strings.Index(string(body), "<main"):])
		for _, english := range []string{"groups", "without", "not seen", "shown", "own site", "by hand", "interface"} {
			if strings.Contains(main, english) {
				t.Errorf("the Japanese page says %q", english)
			}
		}
		page.Base = english(base)
		if body, err = RenderCoverage(page); err != nil || !strings.Contains(string(body), "3 groups without a key") {
			t.Errorf("the English page does not say why: %v", err)
		}
	}
}
