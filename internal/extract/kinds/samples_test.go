package kinds

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// A sampleFacts is what a person read in a document of a real site: the
// settings a contributor would write for it, and the events in it.
type sampleFacts struct {
	// Sample is its path within the folder that KOYOMI_SAMPLES names.
	Sample string        `yaml:"sample"`
	At     string        `yaml:"at"`
	From   string        `yaml:"from,omitempty"`
	Source source.Source `yaml:"source"`
	// Count is how many events there are, LeftOut how many items are none.
	Count   int `yaml:"count"`
	LeftOut int `yaml:"left_out,omitempty"`
	// Refused says why nothing in the document may be believed.
	Refused string `yaml:"refused,omitempty"`
	// Events are all of them, or of a long document the first, the last, some
	// in the middle and every special one: "start/end | title | place | status".
	// An end or a place not stated is "-", a status not told is confirmed; the
	// place is part of what must be read, "online" and "hybrid" may follow.
	Events []string `yaml:"events,omitempty"`
}

// TestSamples holds that documents of real sites are read as people read them.
// The documents are not ours to keep here: KOYOMI_SAMPLES names their folder.
func TestSamples(t *testing.T) {
	folder := os.Getenv("KOYOMI_SAMPLES")
	if folder == "" {
		t.Skip("KOYOMI_SAMPLES names no folder of samples")
	}
	files, err := filepath.Glob("testdata/samples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no facts: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var all struct {
			Facts []sampleFacts `yaml:"facts"`
		}
		if _, problems := decode(data, file, &all); len(problems) > 0 {
			t.Fatalf("%v", problems)
		}
		for _, f := range all.Facts {
			t.Run(f.Sample, func(t *testing.T) { f.hold(t, folder) })
		}
	}
}

func (f sampleFacts) hold(t *testing.T, folder string) {
	body, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(f.Sample)))
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, f.At)
	if err != nil {
		t.Fatal(err)
	}
	f.Source.ID = "sample"
	if f.Source.URL == "" {
		f.Source.URL = "https://sample.example/" + f.Sample
	}
	v := extract.Visit{
		Source: &f.Source, At: at,
		Pages: []extract.Page{{Requested: f.Source.URL, URL: f.Source.URL, Status: 200, Body: body}},
	}
	if f.From != "" {
		from, err := event.ParseDate(f.From)
		if err != nil {
			t.Fatal(err)
		}
		v.From, v.To = from.Begin(event.Tokyo), at.AddDate(10, 0, 0)
	}
	r, err := All[f.Source.Kind].Read(v)
	if f.Refused != "" {
		if err == nil || !strings.Contains(err.Error(), f.Refused) {
			t.Errorf("got %v, want it refused with %q", err, f.Refused)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	checkSound(t, r)
	if len(r.Listings) != f.Count || len(r.Rejections) != f.LeftOut {
		t.Errorf("%d events and %d left out, want %d and %d", len(r.Listings), len(r.Rejections), f.Count, f.LeftOut)
		for i, j := range r.Rejections {
			if i < 5 {
				t.Logf("left out: %s: %s", j.Item, j.Reason)
			}
		}
	}
	for _, want := range f.Events {
		find(t, r.Listings, want)
	}
	if t.Failed() && len(r.Listings) <= 30 {
		for _, l := range r.Listings {
			t.Logf("read: %s/%s | %s | %s | %s %s", l.Start, l.End, l.Title, l.Location, l.Status, l.Mode)
		}
	}
}

// find holds that one of the listings is the event wanted.
func find(t *testing.T, all []event.Listing, want string) {
	t.Helper()
	parts := strings.Split(want, " | ")
	for len(parts) < 4 {
		parts = append(parts, "-")
	}
	start, end, _ := strings.Cut(parts[0], "/")
	status, mode := event.Confirmed, event.Mode("")
	for _, word := range strings.Fields(parts[3]) {
		switch word {
		case "online", "hybrid", "onsite":
			mode = event.Mode(word)
		case "-":
		default:
			status = event.Status(word)
		}
	}
	near := ""
	for _, l := range all {
		same := at(t, l.Start, start) && at(t, l.End, end)
		if !same || l.Title != parts[1] {
			if same || l.Title == parts[1] {
				near = l.Start.String() + "/" + l.End.String() + " | " + l.Title
			}
			continue
		}
		place := strings.Contains(l.Location, parts[2]) || parts[2] == "-" && l.Location == ""
		if !place || l.Status != status || mode != "" && l.Mode != mode {
			t.Errorf("want %s\n     got %q, %s, %s", want, l.Location, l.Status, l.Mode)
		}
		return
	}
	t.Errorf("want %s\n     nearest %s", want, near)
}

// at reports whether m is the time that people wrote: "-" for none, a day, or a
// time in Japan where no offset is written.
func at(t *testing.T, m event.Moment, want string) bool {
	t.Helper()
	if want == "" || want == "-" {
		return m.IsZero()
	}
	if len(want) == len(time.DateOnly) {
		return m.AllDay() && m.String() == want
	}
	if len(want) == len("2006-01-02T15:04") {
		want += "+09:00"
	}
	w, err := time.Parse("2006-01-02T15:04Z07:00", want)
	if err != nil {
		t.Fatal(err)
	}
	return !m.IsZero() && !m.AllDay() && m.Time.Equal(w)
}

// BenchmarkSamplePages measures what reading each page of a real site costs, and
// how many times that is of parsing it alone.
func BenchmarkSamplePages(b *testing.B) {
	folder := os.Getenv("KOYOMI_SAMPLES")
	if folder == "" {
		b.Skip("KOYOMI_SAMPLES names no folder of samples")
	}
	data, err := os.ReadFile("testdata/samples/pages.yaml")
	if err != nil {
		b.Fatal(err)
	}
	var all struct {
		Facts []sampleFacts `yaml:"facts"`
	}
	if _, problems := decode(data, "pages.yaml", &all); len(problems) > 0 {
		b.Fatalf("%v", problems)
	}
	for _, f := range all.Facts {
		body, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(f.Sample)))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(f.Sample, func(b *testing.B) {
			v := visitOf(&f.Source, string(body))
			v.Pages[0].ContentType = ""
			var read, parsed time.Duration
			for b.Loop() {
				start := time.Now()
				_, _ = All[f.Source.Kind].Read(v)
				middle := time.Now()
				_, _ = html.Parse(bytes.NewReader(body))
				read, parsed = read+middle.Sub(start), parsed+time.Since(middle)
			}
			b.ReportMetric(float64(read)/float64(parsed), "x-parse")
		})
	}
}
