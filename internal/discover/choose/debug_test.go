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
		for _, r := range Readings(d.page, Fitted()) {
			t.Logf("%.1f %s %s reward %.2f n %d", r.Score, r.Why(), r.Shape, d.reward(r), len(r.Items))
			for i, it := range r.Items {
				if i < 2 {
					t.Logf("     %s %s @%s (%.1f)", it.Date.Reading.Start, it.Title, it.Place, it.titleScore)
				}
			}
		}
	}
}
