package sources_test

import (
	"os"
	"testing"

	"koyomi/internal/extract/kinds"
	"koyomi/internal/recording"
	"koyomi/internal/source"
)

// garden loads everything that lies here; it fails where there is nothing, and
// where a file is wrong, an id stands for two sources or an address is watched
// twice.
func garden(t *testing.T) (*source.Catalogue, []recording.Visit) {
	t.Helper()
	catalogue, problems := source.Load(kinds.Definitions, source.Named("sources", os.DirFS(".")))
	visits, more := recording.Load(os.DirFS("."))
	for _, p := range append(problems, more...) {
		t.Error(p)
	}
	if len(catalogue.Communities) == 0 || len(catalogue.Platforms()) == 0 || len(visits) == 0 {
		t.Fatalf("%d communities, %d platforms, %d recordings", len(catalogue.Communities), len(catalogue.Platforms()), len(visits))
	}
	return catalogue, visits
}

// TestCommunities reads the recordings of every community and holds what is read
// against what must be; `koyomi source check` calls the same function.
func TestCommunities(t *testing.T) {
	catalogue, visits := garden(t)
	for _, c := range catalogue.Communities {
		t.Run(c.ID, func(t *testing.T) {
			for _, s := range c.Sources {
				tell(t, recording.Prove(catalogue, s, visits, kinds.All))
			}
		})
	}
}

func TestPlatforms(t *testing.T) {
	catalogue, visits := garden(t)
	for _, id := range catalogue.Platforms() {
		t.Run(id, func(t *testing.T) {
			tell(t, recording.ProvePlatform(catalogue, id, visits, kinds.All))
		})
	}
}

func tell(t *testing.T, p recording.Proof) {
	t.Helper()
	for _, d := range p.Drift {
		t.Errorf("%s: %s", p.Source.ID, d)
	}
	for _, r := range p.Reports {
		for _, d := range r.Drift {
			t.Errorf("%s: %s: %s", p.Source.ID, r.Visit.Dir, d)
		}
	}
}

func TestRecordingsBelongToSources(t *testing.T) {
	catalogue, visits := garden(t)
	for _, s := range recording.Strays(catalogue, visits) {
		t.Error(s)
	}
}
