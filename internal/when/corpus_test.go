package when

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

// A snippet is one row of the corpus under testdata/corpus: a text, when it was
// published, and the event it announces. The files say it as
//
//	@ 2024-05-10 [Europe/Berlin]
//	text => start end
//
// with \n for a line end, "none" for no event, "-" for no end, and an end of the
// start's day as its time alone.
type snippet struct {
	place, text, start, end string
	ref                     time.Time
	zone                    *time.Location
}

// corpus gives the rows of every file under testdata/corpus.
func corpus(t testing.TB) map[string][]snippet {
	files, err := filepath.Glob("testdata/corpus/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	out := map[string][]snippet{}
	for _, name := range files {
		kind := strings.TrimSuffix(filepath.Base(name), ".txt")
		out[kind] = readCorpus(t, name)
	}
	return out
}

func readCorpus(t testing.TB, name string) (rows []snippet) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	now := snippet{zone: event.Tokyo}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		switch {
		case line == "", strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "@ "):
			now = head(t, line)
		default:
			text, want, ok := cutLast(line, " => ")
			if !ok || now.ref.IsZero() {
				t.Fatalf("%s:%d: no row: %s", name, n, line)
			}
			row := now
			row.place = filepath.Base(name) + ":" + itoa(n)
			row.text = strings.ReplaceAll(text, `\n`, "\n")
			row.start, row.end = wanted(t, want, now.zone)
			rows = append(rows, row)
		}
	}
	return rows
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func head(t testing.TB, line string) snippet {
	f := strings.Fields(line)
	s := snippet{zone: event.Tokyo}
	if len(f) > 2 {
		s.zone = event.Zone(f[2])
	}
	d, err := event.ParseDate(f[1])
	if err != nil {
		t.Fatal(err)
	}
	s.ref = d.Begin(s.zone).Add(12 * time.Hour)
	return s
}

// wanted gives start and end as Moment.String writes them.
func wanted(t testing.TB, want string, zone *time.Location) (start, end string) {
	if strings.HasPrefix(want, "none") {
		return "", ""
	}
	first, last, _ := strings.Cut(want, " ")
	m := wantedMoment(t, first, event.Date{}, zone)
	if last != "-" && last != "" {
		end = wantedMoment(t, last, m.Date, zone).String()
	}
	return m.String(), end
}

func wantedMoment(t testing.TB, s string, day event.Date, zone *time.Location) event.Moment {
	if len(s) <= 5 {
		s = day.String() + "T" + s
	}
	d, clock, timed := strings.Cut(s, "T")
	date, err := event.ParseDate(d)
	if err != nil {
		t.Fatal(err)
	}
	if !timed {
		return event.On(date)
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if c, err := time.Parse(layout, clock); err == nil {
			return event.At(time.Date(date.Year, date.Month, date.Day, c.Hour(), c.Minute(), c.Second(), 0, zone))
		}
	}
	t.Fatalf("%s: no time", s)
	return event.Moment{}
}

func (s snippet) read() Reading { return Read(s.text, Context{Ref: s.ref, Zone: s.zone}) }

// right reports whether r is what the row says.
func (s snippet) right(r Reading) bool {
	return r.Start.String() == s.start && r.End.String() == s.end
}

func TestCorpus(t *testing.T) {
	total := 0
	for kind, rows := range corpus(t) {
		total += len(rows)
		t.Run(kind, func(t *testing.T) {
			for _, row := range rows {
				if got := row.read(); !row.right(got) {
					t.Errorf("%s: %q (published %s)\n got  %q – %q %s\n want %q – %q", row.place, row.text, row.ref.Format(time.DateOnly), got.Start, got.End, got.None, row.start, row.end)
				}
			}
		})
	}
	if total < 600 {
		t.Errorf("the corpus has %d rows; at least 600 are needed to speak of the language", total)
	}
}
