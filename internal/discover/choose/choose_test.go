package choose

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

var published = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

func visitOf(name, body string) extract.Visit {
	p := extract.Page{URL: "https://try.example.org/" + name, Status: 200, Body: []byte(body)}
	return extract.Visit{Source: &source.Source{ID: "try", Kind: source.HTML}, At: published, Pages: []extract.Page{p}}
}

// readOf returns what is read of a document, a line an event.
func readOf(t *testing.T, name, body string) []string {
	t.Helper()
	r, err := Read(visitOf(name, body))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range r.Listings {
		line := l.Start.String() + " " + l.Title
		if l.Location != "" {
			line += " @" + l.Location
		}
		if l.Status != event.Confirmed {
			line += " " + string(l.Status)
		}
		out = append(out, line)
	}
	return out
}

// siblings are how many pages of each class are made.
const siblings = 10

var (
	names  = []string{"読書会", "もくもく会", "朝の勉強会", "ライトニングトーク大会", "写真展", "朗読の夕べ", "科学カフェ", "俳句の会", "木工教室", "星見の集い"}
	venues = []string{"緑町公民館", "港ホール", "駅前図書館", "東会議室", "南センター"}
)

// A made page is one sibling of a class, with the events that are to be read.
type made struct {
	name, body string
	want       []string
}

func pick(list []string, k int) string { return list[k%len(list)] }

// classes make the pages, by their number.
var classes = map[string]func(k int) made{
	"table": func(k int) made {
		var b strings.Builder
		var want []string
		b.WriteString("<title>行事予定</title><h1>行事予定</h1><table><tr><th>日時</th><th>行事名</th><th>会場</th></tr>")
		for i := range 4 {
			title, place := fmt.Sprintf("第%d回%s", i+1, pick(names, k+i)), pick(venues, k+i)
			fmt.Fprintf(&b, "<tr><td>2026年%d月%d日 19:00〜21:00</td><td>%s</td><td>%s</td></tr>", 6+i, 3+k, title, place)
			want = append(want, fmt.Sprintf("2026-%02d-%02dT19:00:00+09:00 %s @%s", 6+i, 3+k, title, place))
		}
		return made{"yotei.html", b.String() + "</table>", want}
	},
	"sections": func(k int) made {
		var b strings.Builder
		var want []string
		b.WriteString("# 勉強会の予定\n\n")
		for i := range 4 {
			title := fmt.Sprintf("第%d回 %s", k+i+1, pick(names, k))
			fmt.Fprintf(&b, "## %s\n\n- 日時: 2026年%d月%d日 19:00〜21:00\n- 会場: %s\n\n", title, 6+i, 3+k, pick(venues, i))
			want = append(want, fmt.Sprintf("2026-%02d-%02dT19:00:00+09:00 %s @%s", 6+i, 3+k, title, pick(venues, i)))
		}
		return made{"yotei.md", b.String(), want}
	},
	"data": func(k int) made {
		var b strings.Builder
		var want []string
		b.WriteString("events:\n")
		for i := range 4 {
			title := fmt.Sprintf("第%d回%s", i+1, pick(names, k))
			fmt.Fprintf(&b, "  - title: %s\n    date: 2026-%02d-%02d\n    venue: %s\n", title, 6+i, 3+k, pick(venues, i))
			want = append(want, fmt.Sprintf("2026-%02d-%02d %s @%s", 6+i, 3+k, title, pick(venues, i)))
		}
		return made{"events.yml", b.String(), want}
	},
	"one announcement": func(k int) made {
		title := fmt.Sprintf("第%d回%s", k+1, pick(names, k))
		body := fmt.Sprintf("<title>%s</title><h1>%s</h1><p>参加をお待ちしています。</p><dl><dt>日時</dt><dd>2026年7月%d日 14:00〜16:00</dd><dt>会場</dt><dd>%s</dd><dt>参加費</dt><dd>無料</dd></dl>", title, title, k+3, pick(venues, k))
		return made{"annai.html", body, []string{fmt.Sprintf("2026-07-%02dT14:00:00+09:00 %s @%s", k+3, title, pick(venues, k))}}
	},
	"change log": func(k int) made {
		var b strings.Builder
		b.WriteString("# Changelog\n\n")
		for i := range 6 {
			fmt.Fprintf(&b, "## 1.%d.0 (2025-%02d-%02d)\n\n- Fixed a crash when the list is empty\n- Updated the library\n\n", 9-i, 9-i, 3+k)
		}
		return made{"CHANGELOG.md", b.String(), nil}
	},
	"data with maps within": func(k int) made {
		var talks, want []string
		for i := range 4 {
			title := fmt.Sprintf("第%d回%s", i+1, pick(names, k+i))
			talks = append(talks, fmt.Sprintf(`{"id":%d,"title":%q,"startTime":"2026-07-%02dT19:00:00+09:00","speakers":[{"id":1,"name":"山田 花子"},{"id":2,"name":"John Smith"}]}`, i+100*k, title, i+k+3))
			want = append(want, fmt.Sprintf("2026-07-%02dT19:00:00+09:00 %s", i+k+3, title))
		}
		return made{"talks.json", "[" + strings.Join(talks, ",") + "]", want}
	},
	"a post": func(k int) made {
		body := fmt.Sprintf("---\nlayout: post\ntitle: ホームページを新しくしました\ndate: 2026-05-%02d 10:23:41 +0900\n---\n\n%sのホームページを作りなおしました。これからもよろしくお願いします。\n", k+3, pick(names, k))
		return made{"post.md", body, nil}
	},
	"a weekly club": func(k int) made {
		day := pick([]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}, k)
		return made{"index.html", fmt.Sprintf("<title>Chess Club</title><h1>Chess Club</h1><p>We meet every %s 18:00 - 20:00 in room %d.</p><p>Everyone is welcome, whether beginner or master.</p>", day, k+1), nil}
	},
	"a path with a day": func(k int) made {
		return made{"post.md", fmt.Sprintf("+++\npath = \"2026/05/%02d/new-site\"\ntitle = \"A new look for our site\"\naliases = [\"2026/05/%02d/new-site.html\"]\n+++\n\nWe hope that you like it.\n", k+3, k+3), nil}
	},
	"no dates": func(k int) made {
		return made{"about.html", "<title>会について</title><h1>会について</h1><p>" + strings.Repeat("私たちは"+pick(names, k)+"を続けています。", k+1) + "</p>", nil}
	},
}

// TestClasses: at least nine of ten siblings of each class are read to the letter.
func TestClasses(t *testing.T) {
	for class, make := range classes {
		right := 0
		for k := range siblings {
			m := make(k)
			if got := readOf(t, m.name, m.body); slices.Equal(got, m.want) {
				right++
			} else {
				t.Logf("%s %d: read %q, wanted %q", class, k, got, m.want)
			}
		}
		if right < siblings-1 {
			t.Errorf("%s: %d of %d pages are read right", class, right, siblings)
		}
	}
}

// TestStatus: a row says that it is off wherever it says so.
func TestStatus(t *testing.T) {
	for _, cell := range []string{
		"<td>2026年7月5日 中止</td><td>夏の集い</td>",
		"<td>2026年7月5日</td><td>【中止】夏の集い</td>",
		"<td>2026年7月5日</td><td>夏の集い</td><td>台風のため中止</td>",
		"<td>2026年7月5日→中止</td><td>夏の集い</td>",
		"<td>2026年7月5日</td><td>夏の集い</td><td>開催中止</td>",
	} {
		body := "<title>行事予定</title><h1>行事予定</h1><table><tr><th>日時</th><th>行事名</th><th>備考</th></tr><tr><td>2026年6月7日</td><td>春の集い</td><td></td></tr><tr>" + cell +
			"</tr><tr><td>2026年9月6日</td><td>秋の集い</td><td></td></tr><tr><td>2026年11月1日</td><td>冬の集い</td><td></td></tr></table>"
		got := readOf(t, "yotei.html", body)
		if len(got) != 4 || !strings.HasSuffix(got[1], " cancelled") || strings.HasSuffix(got[0], "cancelled") {
			t.Errorf("%s: %q", cell, got)
		}
	}
}

// days are many days that differ.
func days(n int, sep string) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, "%d年%d月%d日%s", 2000+k/336, k/28%12+1, k%28+1, sep)
	}
	return b.String()
}

// TestHostile: each is read to its end within a bound of work.
func TestHostile(t *testing.T) {
	for name, body := range map[string]string{
		"deep.html":  strings.Repeat("<div>", 50_000) + "2026年6月1日 会",
		"wide.html":  "<ul>" + strings.Repeat("<li>2026/6/1 <a href=/x>会</a>", 20_000) + "</ul>",
		"spans.html": "<table>" + strings.Repeat("<tr><td rowspan=1000 colspan=1000>2026/6/1<td rowspan=60>会", 2_000),
		"deep.json":  strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000),
		"many.csv":   "date,title\n" + strings.Repeat("2026-06-01,会\n", 20_000),
		"alias.yml":  "a: &a [2026-06-01]\n" + strings.Repeat("b: *a\n", 100),
		"front.md":   "---\n" + strings.Repeat("a:\n- ", 2_000) + "\n---\n# 会\n",
		"empty.json": "[]",
		"days.html":  "<p>" + days(9_000, "<br>") + "</p>",
		"line.html":  "<p>" + days(3_000, " ") + "</p>",
		"cells.html": "<table><tr><td>" + days(9_000, "<td>19:00<td>会<tr><td>") + "</table>",
		"days.yml":   "a:\n" + days(9_000, "\n") + "",
		"bars.html":  strings.Repeat("<b>2026年6月1日</b>", 20_000),
	} {
		begin := time.Now()
		r, err := Read(visitOf(name, body))
		if len(r.Listings) > 5_000 {
			t.Errorf("%s: %d listings (%v)", name, len(r.Listings), err)
		}
		t.Logf("%s: %d listings, %v, %v", name, len(r.Listings), err, time.Since(begin).Round(time.Millisecond))
	}
}

// TestFit: the same examples give the same weights, and the choice that deserves more wins.
func TestFit(t *testing.T) {
	var all []example
	for k := range 40 {
		x := [][]float64{{1, float64(k % 3)}, {0, float64(k % 5)}}
		all = append(all, example{x: x, worth: []float64{0.9, 0.1}, weight: 1})
	}
	a, b := fit(all, make([]float64, 2), 0.1), fit(all, make([]float64, 2), 0.1)
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			t.Errorf("weight %d: %v, then %v", i, a[i], b[i])
		}
	}
	if a[0] <= 0 {
		t.Errorf("the better choice does not win: %v", a)
	}
}

// TestTable: the table that is checked in is complete, and written as it is read.
func TestTable(t *testing.T) {
	m := Fitted()
	if m.Text() != weightsText {
		t.Error("weights.txt is not what Text writes of it: run go test ./internal/discover/choose -run TestWeights -update")
	}
	if slices.Max(m.Title) <= 0 || slices.Max(m.Item) <= 0 {
		t.Error("the table has no weights")
	}
}
