package fit

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/when"
	"koyomi/internal/when/judge"
)

var (
	update = flag.Bool("update", false, "write the weights")
	wrong  = flag.Bool("wrong", false, "log the rows that are read wrong")
)

// penalty is the L2 penalty on each weight.
const penalty = 0.3

// moreRows names folders of further labelled rows, in the form of testdata/labels.
const moreRows = "KOYOMI_DATES"

func readRows(t testing.TB, name string, read func(io.Reader, string) ([]Row, error)) []Row {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := read(f, filepath.Base(name))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// repositoryRows are the rows that live in the repository.
func repositoryRows(t testing.TB) (rows []Row) {
	for _, name := range glob(t, "../testdata/corpus/*.txt") {
		rows = append(rows, readRows(t, name, ReadCorpus)...)
	}
	for _, name := range glob(t, "../testdata/labels/*.jsonl") {
		rows = append(rows, readRows(t, name, ReadLabels)...)
	}
	if len(rows) < 600 {
		t.Fatalf("%d rows in the repository; at least 600 are needed", len(rows))
	}
	return rows
}

// furtherRows are those of the folders that the environment names.
func furtherRows(t testing.TB) (rows []Row) {
	for _, dir := range filepath.SplitList(os.Getenv(moreRows)) {
		for _, name := range glob(t, filepath.Join(dir, "*.jsonl")) {
			if filepath.Base(name) != "heldout.jsonl" {
				rows = append(rows, readRows(t, name, ReadLabels)...)
			}
		}
	}
	return rows
}

func allRows(t testing.TB) []Row { return append(repositoryRows(t), furtherRows(t)...) }

func glob(t testing.TB, pattern string) []string {
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// TestWeights fits the weights and compares them with the table. The table is made from
// the rows of the repository and those of a folder of further ones:
//
//	KOYOMI_DATES=FOLDER go test ./internal/when/fit -run TestWeights -update
//
// Where the further rows are not at hand, it only sees that the same rows give the same
// table in any order of two runs.
func TestWeights(t *testing.T) {
	further := furtherRows(t)
	rows := append(repositoryRows(t), further...)
	model := Learn(rows, penalty)
	table := model.Table()
	again := Fit(Examples(rows), penalty).Decided(model.Decision()).Table()
	if again != table {
		t.Fatal("two fits of the same rows gave two tables")
	}
	if *update {
		if err := os.WriteFile(weightsFile, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	checkedIn, err := os.ReadFile(weightsFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(further) > 0 && string(checkedIn) != table {
		t.Errorf("%s is not what the rows give; run this test with -update", weightsFile)
	}
}

const weightsFile = "../judge/weights.txt"

// modelOf is the model of the rows of some sites. With few rows, the decision is the one
// checked in: to find it takes five fits more.
func modelOf(t *testing.T, rows []Row) *judge.Model {
	if len(furtherRows(t)) == 0 {
		return Fit(Examples(rows), penalty).Decided(judge.Fitted().Decision())
	}
	return Learn(rows, penalty)
}

// TestLeaveSitesOut fits without the rows of a fifth of the sites and reads those.
func TestLeaveSitesOut(t *testing.T) {
	rows := allRows(t)
	var total Score
	kinds, langs := map[string]*Score{}, map[string]*Score{}
	for f := range folds {
		test, train := split(rows, f)
		model := modelOf(t, train)
		t.Logf("fold %d: decision %+.2f", f+1, model.Decision())
		reader := when.NewReader(model)
		var s Score
		for i := range test {
			r := &test[i]
			got := reader.Read(r.Text, r.Context)
			if !s.Add(r, got) {
				explain(t, reader, r, got)
			}
			total.Add(r, got)
			of(kinds, r.Kind).Add(r, got)
			of(langs, r.Lang).Add(r, got)
		}
		report(t, fmt.Sprintf("fold %d", f+1), &s)
	}
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		report(t, "kind "+k, kinds[k])
	}
	for _, k := range slices.Sorted(maps.Keys(langs)) {
		report(t, "language "+k, langs[k])
	}
	report(t, "all sites", &total)
	if share := Share(total.Right, total.Rows); share < 90 {
		t.Errorf("%.1f %% of the rows of sites left out are read right, want at least 90", share)
	}
}

// explain logs a row that was read wrong.
func explain(t *testing.T, reader *when.Reader, r *Row, got when.Reading) {
	if !*wrong {
		return
	}
	t.Logf("WRONG %s %s %q\n   published %s: got %s – %s %s %.2f, want %v", r.ID, r.Kind, cut(r.Text, 300), r.Context.Ref.Format(time.DateOnly), got.Start, got.End, got.None, got.LogOdds, r.Accepted)
	for _, v := range reader.Explain(r.Text, r.Context) {
		t.Logf("STEPS %s %.2f %s %v", v.Reading.Start, v.LogOdds, v.Owner, v.Steps[:min(len(v.Steps), 9)])
	}
}

func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}

func of(m map[string]*Score, k string) *Score {
	if m[k] == nil {
		m[k] = &Score{}
	}
	return m[k]
}

func report(t *testing.T, name string, s *Score) {
	t.Logf("%-16s %4d rows %5.1f %% right, start date %5.1f, none %5.1f of %d", name, s.Rows, Share(s.Right, s.Rows), Share(s.StartDate, s.Events), Share(s.SaidNone, s.None), s.None)
}

// BenchmarkRead reads labelled rows, those of the folders of the environment as well.
func BenchmarkRead(b *testing.B) {
	rows := allRows(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		r := &rows[i%len(rows)]
		when.Read(r.Text, r.Context)
		i++
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "snippets/s")
}
