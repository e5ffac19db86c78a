package web

import (
	"strings"
	"testing"

	"koyomi/internal/publish/site"
)

// TestProblemsSpeakTheReadersLanguage: a person whose address cannot be answered reads
// why in words, never an empty page.
func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	h, _ := open(may2009())
	for target, c := range map[string]struct {
		status int
		ja, en string
	}{
		"/?q=foo%3Abar":             {400, "1 文字目: 「foo:」という項目はありません", `column 1: unknown field "foo:"`},
		"/month/2009-05?q=%28":      {400, "2 文字目: 条件があるはずのところで終わっています", "column 2: the query ends"},
		"/clash?q=%22x":             {400, "引用符が閉じていません", "this quote is not closed"},
		"/clash?date=2009-99-99":    {400, "一日だけ書いてください", "Please write one day"},
		"/calendar.ics?q=weekday:x": {400, "「x」は曜日ではありません", `"x" is no day of the week`},
		"/calendar.ics?quary=x":     {400, "「quary」: ここでは使えません。使えるのは q, cancelled", `"quary": is not known here`},
		"/?days=0":                  {400, "「days」: 1 から 400 までの数を書いてください", "expected a number from 1 to 400"},
		"/calendar.ics?q=a&q=b":     {400, "「q」: 二回書かれています", "is given twice"},
		"/month/2009-13":            {404, "/month/2009-05 のように書きます", "there is no such month"},
		"/nothing":                  {404, "お探しのページはありません", "there is no such page"},
		"/events/zz":                {404, "お探しのページはありません", "there is no such event"},
		"/calendar.ics?q=" + strings.Repeat("a", 9000): {414, "アドレスが長すぎます", "at most 8192 are read"},
	} {
		for l, want := range map[string]string{site.Japanese: c.ja, site.English: c.en} {
			w := get(h, target, "Accept", "text/html", "Accept-Language", l)
			d := parsed(t, w)
			if w.Code != c.status || !strings.Contains(d.Find("main").Text(), want) || d.Find("html").AttrOr("lang", "") != l {
				t.Errorf("%.40s in %s: %d %s", target, l, w.Code, words(d.Find("main")))
			}
			if l == site.Japanese && d.Find("main [lang=en]").Length() != 0 {
				t.Errorf("%.40s: a reader of Japanese is told in English: %s", target, words(d.Find("main")))
			}
			if l == site.Japanese && d.Find("main p").First().AttrOr("lang", "") == "en" {
				t.Errorf("%.40s: a reader of Japanese is told in English first: %s", target, words(d.Find("main")))
			}
		}
	}
}
