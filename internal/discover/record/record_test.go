package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/discover/block"
	"koyomi/internal/discover/record"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

func pageOf(t *testing.T, name, body string) *record.Page {
	t.Helper()
	doc, err := block.Parse(
		extract.Page{URL: "https://x.example.org/" + name, Status: 200, Body: []byte(body)},
		&source.Source{},
	)
	if err != nil {
		t.Fatal(err)
	}
	return record.New(doc, time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo), event.Tokyo)
}

// cut tells of each record its first line and its days.
func cut(p *record.Page, s record.Set) []string {
	var out []string
	for _, r := range s.Records {
		line := p.Doc.Lines[r.Lines[0]].Text
		for _, k := range r.Dates {
			line += " " + p.Dates[k].Reading.Start.Date.String()
		}
		out = append(out, line)
	}
	return out
}

// TestSets: among the ways to cut a document is the one that its structure shows.
func TestSets(t *testing.T) {
	for _, c := range []struct {
		name, body string
		kind       record.Kind
		want       []string
	}{
		{
			"rows.html", "<table><tr><th>日時<th>行事名<tr><td>2026年6月10日<td>朝の会<tr><td>2026年7月10日<td>夜の会</table>", record.Subtree,
			[]string{"2026年6月10日 2026-06-10", "2026年7月10日 2026-07-10"},
		},
		{
			"sections.md", "# 予定\n\n## 朝の会\n\n2026年6月10日\n\n## 夜の会\n\n2026年7月10日\n", record.Section,
			[]string{"朝の会 2026-06-10", "夜の会 2026-07-10"},
		},
		{
			"flat.html", "<p>2026年6月10日</p><p>朝の会</p><p>2026年7月10日</p><p>夜の会</p>", record.DateFirst,
			[]string{"2026年6月10日 2026-06-10", "2026年7月10日 2026-07-10"},
		},
		{
			"flat.html", "<p>朝の会</p><p>2026年6月10日</p><p>夜の会</p><p>2026年7月10日</p>", record.DateLast,
			[]string{"朝の会 2026-06-10", "夜の会 2026-07-10"},
		},
		{
			"nested.json", `{"days":[{"date":"2026-06-10","events":[{"title":"朝の会"},{"title":"昼の会"}]},{"date":"2026-07-10","events":[{"title":"夜の会"}]}]}`, record.Subtree,
			[]string{"朝の会 2026-06-10", "昼の会 2026-06-10", "夜の会 2026-07-10"},
		},
		{
			"2024.csv", "title,date\n朝の会,6月10日\n夜の会,7月10日\n", record.Subtree,
			[]string{"朝の会 2024-06-10", "夜の会 2024-07-10"},
		},
		{
			"terms.yml", "- term: Spring 2017\n  meetings:\n  - date: Feb 8\n    paper: A\n- term: Fall 2016\n  meetings:\n  - date: Sep 14\n    paper: B\n", record.Subtree,
			[]string{"Feb 8 2017-02-08", "Sep 14 2016-09-14"},
		},
		{
			"month.html", "<h2>6月の予定</h2><table><tr><th>日<th>内容<tr><td>10<td>朝の会<tr><td>24<td>夜の会</table>", record.Subtree,
			[]string{"10 2026-06-10", "24 2026-06-24"},
		},
		{
			"dialect.md", "# 会\n\n| **日時** | 2026年6月10日(水) 19:00 |\n| **会場** | 公民館 |\n", record.Whole,
			[]string{"会 2026-06-10"},
		},
	} {
		p := pageOf(t, c.name, c.body)
		var all []string
		found := slices.ContainsFunc(p.Sets(), func(s record.Set) bool {
			got := cut(p, s)
			all = append(all, fmt.Sprintf("%d %q", s.Kind, got))
			return s.Kind == c.kind && slices.Equal(got, c.want)
		})
		if !found {
			t.Errorf("%s: no set of kind %d is %q; there are\n%s", c.name, c.kind, c.want, strings.Join(all, "\n"))
		}
	}
}

// TestSetsAreBounded: a document of any size is cut in a bounded number of ways.
func TestSetsAreBounded(t *testing.T) {
	var b strings.Builder
	for k := range 400 {
		fmt.Fprintf(&b, "<div class=%c%c><p>2026年%d月%d日 会</p></div>", 'a'+k%20, 'a'+k/20, k%12+1, k%28+1)
	}
	p := pageOf(t, "many.html", b.String())
	if n := len(p.Sets()); n > 24 {
		t.Errorf("%d sets", n)
	}
}
