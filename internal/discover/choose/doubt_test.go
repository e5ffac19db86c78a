package choose

import (
	"strings"
	"testing"
)

// TestDoubt: what a page without events looks like is said in words.
func TestDoubt(t *testing.T) {
	for body, want := range map[string]string{
		"<title>会について</title><p>私たちは読書を続けています。</p>":                                                                             "no date of an event",
		"<title>お知らせ</title><ul><li>2024.05.01 サイトを更新しました</li><li>2024.04.01 ページを追加しました</li><li>2024.03.01 写真を掲載しました</li></ul>": "looks like",
	} {
		look, err := Look(visitOf("a.html", body), Fitted())
		if err != nil {
			t.Fatal(err)
		}
		if !look.Readings[0].None {
			t.Fatalf("%s: read as %s", body, look.Readings[0].Why())
		}
		got := Doubt(look.Readings)
		if !strings.Contains(got, want) || strings.Contains(got, "%") {
			t.Errorf("%s: %q", body, got)
		}
		t.Log(got)
	}
}
