package when_test

import (
	"os"
	"path/filepath"
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

func TestCorpus(t *testing.T) {
	rows := corpus(t)
	for i := range rows {
		r := &rows[i]
		if got := read(r); !r.Right(got) {
			t.Errorf("%s: %q (published %s)\n got  %s – %s %s\n want %v", r.ID, r.Text, r.Context.Ref.Format(time.DateOnly), got.Start, got.End, got.None, r.Accepted)
		}
	}
	if len(rows) < 600 {
		t.Errorf("the corpus has %d rows; at least 600 are needed to speak of the language", len(rows))
	}
}
