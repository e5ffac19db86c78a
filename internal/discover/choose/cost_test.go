package choose

import (
	"bytes"
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"koyomi/internal/extract"
)

// cheapest is the least processor time of a few runs.
func cheapest(runs int, f func()) time.Duration {
	least := time.Hour
	for range runs {
		before := spent()
		f()
		least = min(least, spent()-before)
	}
	return max(least, time.Microsecond)
}

// pageOfMany is a page of the kind that costs most: a table of many dates with links,
// hours, places and prose between them.
func pageOfMany() extract.Visit {
	var b strings.Builder
	b.WriteString("<title>ライブ日程</title><h1>ライブ日程</h1>")
	for k := range 120 {
		fmt.Fprintf(&b, "<div class=live><p><b>2026年%d月%d日(%s)</b> <a href=/e/%d>%s 第%d回「%sの夜」</a></p><p>会場: %s</p><p>開場 18:%02d / 開演 19:%02d</p><p>出演者は当日お知らせします。参加費 %d円。</p></div>",
			k%12+1, k%28+1, string([]rune("月火水木金土日")[k%7]), k, pick(names, k), k, pick(names, k+3), pick(venues, k), k%60, k%60, 500+k)
	}
	return visitOf("live.html", b.String())
}

// costly are the documents whose cost is measured.
func costly(t testing.TB) map[string]extract.Visit {
	all := map[string]extract.Visit{"made.html": pageOfMany()}
	for _, d := range documents(t) {
		all[d.File] = d.visit
	}
	return all
}

// mostOfParse bounds what it costs to find the readings of the page of many dates: how
// many times what a parser alone takes for it. Without the memo it is about a hundred.
const mostOfParse = 70

// TestCost: a page of many dates costs a bounded number of times its parse. It tells
// which documents cost most, those that KOYOMI_PAGES names among them.
func TestCost(t *testing.T) {
	type row struct {
		name   string
		look   time.Duration
		size   int
		ratio  float64
		isHTML bool
	}
	var rows []row
	for name, v := range costly(t) {
		body := v.Pages[0].Body
		look := cheapest(3, func() { _, _ = Look(v, Fitted()) })
		parse := cheapest(3, func() {
			for range 20 {
				_, _ = html.Parse(bytes.NewReader(body))
			}
		}) / 20
		rows = append(rows, row{name, look, len(body), float64(look) / float64(parse), filepath.Ext(name) == ".html"})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(b.look, a.look) })
	var ratios []float64
	sum := time.Duration(0)
	for i, r := range rows {
		sum += r.look
		if r.isHTML {
			ratios = append(ratios, r.ratio)
		}
		if r.name == "made.html" && r.ratio > mostOfParse {
			t.Errorf("%s costs %.0f times its parse, at most %d is right", r.name, r.ratio, mostOfParse)
		}
		if i < 12 {
			t.Logf("%8.1f ms %6.0f x %6d bytes %s", float64(r.look.Microseconds())/1000, r.ratio, r.size, r.name)
		}
	}
	slices.Sort(ratios)
	t.Logf("%d documents: %v in all; of the pages the median is %.0f times the parse, the most %.0f times", len(rows), sum, ratios[len(ratios)/2], ratios[len(ratios)-1])
}

// BenchmarkLook measures what it costs to find the readings of a page.
func BenchmarkLook(b *testing.B) {
	v := pageOfMany()
	for b.Loop() {
		_, _ = Look(v, Fitted())
	}
}
