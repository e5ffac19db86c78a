package when_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/when"
	"koyomi/internal/when/fit"
)

// corpus returns the rows of every file under testdata/corpus.
func corpus(t testing.TB) (rows []fit.Row) {
	files, err := filepath.Glob("testdata/corpus/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		more, err := fit.ReadCorpus(f, filepath.Base(name))
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, more...)
	}
	return rows
}

func read(r *fit.Row) when.Reading { return when.Read(r.Text, r.Context) }

// floors are the shares of rows, in percent, that must be read right. What a form means
// is a matter of rules; whose a date is, a matter of evidence, and some rows are there
// because they are hard.
func floor(kind string) float64 {
	if strings.HasPrefix(kind, "owners-") || strings.HasPrefix(kind, "events-") {
		return 77
	}
	return 96
}

func TestCorpus(t *testing.T) {
	rows := corpus(t)
	scores := map[string]*fit.Score{}
	for i := range rows {
		r := &rows[i]
		s := scores[r.Kind]
		if s == nil {
			s = &fit.Score{}
			scores[r.Kind] = s
		}
		if got := read(r); !s.Add(r, got) {
			t.Logf("%s: %q (published %s)\n got  %s – %s %s\n want %v", r.ID, r.Text, r.Context.Ref.Format(time.DateOnly), got.Start, got.End, got.None, r.Accepted)
		}
	}
	for kind, s := range scores {
		if share := fit.Share(s.Right, s.Rows); share < floor(kind) {
			t.Errorf("%s: %.1f %% of %d rows are read right, want at least %.0f", kind, share, s.Rows, floor(kind))
		}
	}
	if len(rows) < 1200 {
		t.Errorf("the corpus has %d rows; at least 1200 are needed to speak of the language", len(rows))
	}
}
