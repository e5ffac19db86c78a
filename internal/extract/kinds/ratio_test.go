package kinds

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"
	emersion "github.com/emersion/go-ical"
	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"koyomi/internal/source"
)

// BenchmarkRatio measures in one run, turn by turn, what reading a document costs
// and how many times that is of what a parser alone takes for it: in processor
// time, which other programs do not disturb, and by the fastest turn of each.
func BenchmarkRatio(b *testing.B) {
	page, fields, prose, calendar := listPage(), feedOf(false), feedOf(true), calendarOf(20_000)
	parseHTML := func() error {
		_, err := html.Parse(strings.NewReader(page))
		return err
	}
	feed := func(body string) func() error {
		return func() error {
			_, err := gofeed.NewParser().Parse(strings.NewReader(body))
			return err
		}
	}
	for _, c := range []struct {
		name   string
		source *source.Source
		body   string
		parse  func() error
	}{
		{"page-to-net-html", pageSource(), page, parseHTML},
		{"fields-to-gofeed", &source.Source{Kind: source.Feed}, fields, feed(fields)},
		{"prose-to-gofeed", &source.Source{Kind: source.Feed}, prose, feed(prose)},
		{"calendar-to-arran4", &source.Source{Kind: source.ICS}, calendar, func() error {
			_, err := ical.ParseCalendar(strings.NewReader(calendar))
			return err
		}},
		{"calendar-to-emersion", &source.Source{Kind: source.ICS}, calendar, func() error {
			_, err := emersion.NewDecoder(bytes.NewReader([]byte(calendar))).Decode()
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			v := visitOf(c.source, c.body)
			against(b, func() error {
				_, err := All[c.source.Kind].Read(v)
				return err
			}, c.parse)
		})
	}
}

func against(b *testing.B, ours, theirs func() error) {
	b.Helper()
	var mine, other turns
	for b.Loop() {
		mine.run(b, ours)
		other.run(b, theirs)
	}
	b.ReportMetric(float64(mine.cpu)/float64(other.cpu), "x-cpu")
	b.ReportMetric(float64(mine.least)/float64(other.least), "x-least")
}

// turns are the runs of one side: processor time in all, the shortest of them.
type turns struct{ cpu, least time.Duration }

func (t *turns) run(b *testing.B, f func() error) {
	b.Helper()
	before, start := spent(), time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	t.cpu += spent() - before
	if t.least == 0 || took < t.least {
		t.least = took
	}
}
