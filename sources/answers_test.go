package sources_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/source"
)

// TestRealAnswers: the files of platforms read real answers of theirs whole: every event
// with its own id, title, start and address, and those that groups announce with the group.
// The answers are not ours to keep here: KOYOMI_SAMPLES names their folder.
func TestRealAnswers(t *testing.T) {
	folder := os.Getenv("KOYOMI_SAMPLES")
	if folder == "" {
		t.Skip("KOYOMI_SAMPLES names no folder of samples")
	}
	catalogue, _ := garden(t)
	total := 0
	for _, c := range []struct {
		platform, files string
		// events returns the ids that an answer lists, and how many name their group.
		events func(t *testing.T, body []byte) (ids []string, grouped int)
	}{
		{"connpass", "connpass-api/v2-*event*.json", connpassIDs},
		{"connpass", "connpass-api/v2-live-hirakata-toyama-2025.json", connpassIDs},
		{"doorkeeper", "doorkeeper/api-*event*.json", doorkeeperIDs},
		{"doorkeeper", "doorkeeper/api-mitakarb.json", doorkeeperIDs},
		{"doorkeeper", "doorkeeper/api-ruby-tuesday.json", doorkeeperIDs},
	} {
		files, err := filepath.Glob(filepath.Join(folder, c.files))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no answers: %v", c.files, err)
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				body, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				ids, grouped := c.events(t, body)
				if len(ids) == 0 {
					return // presentations, or one event for itself
				}
				total += len(ids)
				s, err := catalogue.OfPlatform(c.platform, "some")
				if err != nil {
					t.Fatal(err)
				}
				readWhole(t, s, body, ids, grouped)
			})
		}
	}
	if total < 50 {
		t.Errorf("the answers list %d events; there are more", total)
	}
}

func readWhole(t *testing.T, s *source.Source, body []byte, ids []string, grouped int) {
	t.Helper()
	v := extract.Visit{
		Source: s, At: time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC),
		From: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	var err error
	v.Pages, err = extract.Gather(kinds.All[s.Kind], v, func(r extract.Request) (extract.Page, error) {
		page := extract.Page{Requested: r.URL, URL: r.URL, Status: 200, Body: body}
		body = []byte("[]") // it is the first and last page
		return page, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := kinds.All[s.Kind].Read(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range r.Rejections {
		t.Errorf("left out: %s: %s", j.Item, j.Reason)
	}
	read := map[string]bool{}
	for _, l := range r.Listings {
		read[l.Key] = true
		if l.Group.ID != "" {
			grouped--
		}
		if l.Title == "" || l.Start.IsZero() || l.URL == "" {
			t.Errorf("%s: title %q, start %s, address %q", l.Key, l.Title, l.Start, l.URL)
		}
	}
	for _, id := range ids {
		if !read[id] {
			t.Errorf("event %s is not read", id)
		}
	}
	if len(read) != len(ids) || grouped != 0 {
		t.Errorf("%d events read of %d; %d groups more or fewer than there are", len(read), len(ids), grouped)
	}
}

func connpassIDs(t *testing.T, body []byte) (ids []string, grouped int) {
	var answer struct {
		Events []struct {
			ID    json.Number `json:"id"`
			Group *struct{}   `json:"group"`
		} `json:"events"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	for _, e := range answer.Events {
		ids = append(ids, e.ID.String())
		if e.Group != nil {
			grouped++
		}
	}
	return ids, grouped
}

func doorkeeperIDs(t *testing.T, body []byte) (ids []string, grouped int) {
	type listed struct {
		Event struct {
			ID    json.Number     `json:"id"`
			Group json.RawMessage `json:"group"`
		} `json:"event"`
	}
	var all []listed
	if body[0] != '[' {
		return nil, 0
	}
	if err := json.Unmarshal(body, &all); err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		ids = append(ids, e.Event.ID.String())
		// Without expand[]=group it is the group's number alone.
		if len(e.Event.Group) > 0 && e.Event.Group[0] == '{' {
			grouped++
		}
	}
	return ids, grouped
}
