package choose

import (
	"os"
	"strings"
	"testing"
)

func TestDebug(t *testing.T) {
	for _, d := range documents(t) {
		if !strings.HasPrefix(d.File, os.Getenv("ONLY")) {
			continue
		}
		all := Readings(d.page, Fitted())
		best := all[0]
		for _, r := range all {
			if d.reward(r) > d.reward(best) {
				best = r
			}
		}
		if d.reward(all[0]) > 0.9 {
			continue
		}
		t.Logf("%s [%s] dates %d: got %.2f by %s %s, top %.2f by %s %s n %d", d.File, d.Class, len(d.page.Dates), d.reward(all[0]), all[0].Why(), lastStep(all[0].Shape), d.reward(best), best.Why(), lastStep(best.Shape), len(best.Items))
		for i, it := range best.Items {
			if i < 3 {
				t.Logf("     %s %s @%s (%.1f)", it.Raw.Span.Start, it.Title, it.Place, it.titleScore)
			}
		}
		if best.None {
			for _, r := range all[:min(3, len(all))] {
				if len(r.Items) > 0 {
					t.Logf("     no: %s %s %s", r.Why(), r.Items[0].Raw.Span.Start, r.Items[0].Title)
				}
			}
		}
	}
}
