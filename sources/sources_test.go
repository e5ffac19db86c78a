package sources_test

import (
	"os"
	"testing"
	"time"

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

// TestCatalogue holds what readers are told of communities: at least 250 of them are
// described, each in both languages, and a dormant one is visited less than weekly.
func TestCatalogue(t *testing.T) {
	catalogue, _ := garden(t)
	described := 0
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	for _, c := range catalogue.Communities {
		isDescribed := c.Description != ""
		if isDescribed {
			described++
		}
		if isDescribed != (c.DescriptionEN != "") || isDescribed && c.Description == c.DescriptionEN {
			t.Errorf("%s: expected description in Japanese and description_en in English, or neither", c.ID)
		}
		for _, s := range c.Sources {
			isAddressed := s.Platform != "" || s.URL != "" || len(s.URLs) > 0
			if !isAddressed && s.Kind != source.Static {
				t.Errorf("%s: source %s names neither platform and group nor an address", c.ID, s.ID)
			}
			first := s.Next(now, source.Schedule{})
			if c.Dormant != "" && s.Next(first, source.Schedule{}).Sub(first) < 7*24*time.Hour {
				t.Errorf("%s: source %s of a dormant community is polled each %s", c.ID, s.ID, s.Next(first, source.Schedule{}).Sub(first))
			}
		}
	}
	if described < 250 {
		t.Errorf("%d communities are described, want at least 250", described)
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
