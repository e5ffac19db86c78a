package discover_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/source"
	"koyomi/sources"
)

func finder(t testing.TB) *discover.Finder {
	t.Helper()
	catalogue, _ := source.Load(kinds.Definitions, sources.Files)
	return &discover.Finder{Catalogue: catalogue, Kinds: kinds.All}
}

// TestFolder tells what is proposed for every document of a folder, for a person
// to look through: KOYOMI_TRY_FOLDER names it.
func TestFolder(t *testing.T) {
	root := os.Getenv("KOYOMI_TRY_FOLDER")
	if root == "" {
		t.Skip("KOYOMI_TRY_FOLDER names no folder of documents")
	}
	f := finder(t)
	at := time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		page := extract.Page{URL: "https://try.example/" + path, Status: 200, Body: body}
		begin := time.Now()
		r := f.Find(page, at)
		t.Logf("%s (%d kB, %v): %s", path, len(body)>>10, time.Since(begin).Round(time.Millisecond), told(r))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// told returns a report in words.
func told(r discover.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d proposals", len(r.Proposals))
	for i, p := range r.Proposals {
		if i == 3 {
			break
		}
		fmt.Fprintf(&b, "\n    %d. %s: %s; %d events, %d left out, %s", i+1, p.Way, p.Why, len(p.Result.Listings), len(p.Result.Rejections), p.Source.URL)
		if i > 0 {
			continue
		}
		yaml, _ := discover.YAML(p.Community("X", ""))
		fmt.Fprintf(&b, "\n%s", strings.TrimPrefix(string(yaml), discover.Schema))
		for j, l := range p.Result.Listings {
			if j < 6 {
				fmt.Fprintf(&b, "       %s – %s  %.60s  @%.30s\n", l.Start, l.End, l.Title, l.Location)
			}
		}
		for j, l := range p.Result.Rejections {
			if j < 3 {
				fmt.Fprintf(&b, "       - %s: %s\n", l.Item, l.Reason)
			}
		}
	}
	return b.String()
}
