package charset

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// TestWesternTextIsNotJapanese: one octet that could lead a character of Shift_JIS
// or EUC-JP between letters is a quotation mark or an accent.
func TestWesternTextIsNotJapanese(t *testing.T) {
	for _, s := range []string{
		"Tokyo’s study sessions",
		"Tokyo’s events, Osaka’s events, it’s all here",
		"“Go in practice” – don’t miss it",
		"Café à Paris, déjà vu",
		"naïve façade, Zoë’s résumé",
		"El Niño, señor",
		"Größe und Maß für Bücher",
		"price: £20 • free",
	} {
		got, err := Read(encode(t, charmap.Windows1252, s), "text/html", "")
		if err != nil || got.Name != windows1252 || got.Body != s {
			t.Errorf("%q was read as %q in %s (%v), expected windows-1252", s, got.Body, got.Name, err)
		}
	}
}

// TestMostlyUTF8StaysUTF8: damage in a part of a text, and foreign octets pasted
// into it, do not change what the rest is in.
func TestMostlyUTF8StaysUTF8(t *testing.T) {
	whole := strings.Repeat("第21回 勉強会を渋谷で開催します。", 4)
	pasted := string(encode(t, japanese.ShiftJIS, "会場のご案内"))
	cut := whole[:len(whole)-1]
	for name, body := range map[string]string{
		"a page with a part in Shift_JIS": whole + pasted,
		"one of three characters lost":    strings.ReplaceAll(whole, "を", "\xe3"),
		"cut off in a character":          cut,
		"an English page with one":        "Study session " + pasted[:2] + " 勉強会 in 東京",
	} {
		for _, label := range []string{"", "text/html; charset=Shift_JIS", "text/html; charset=utf-8"} {
			got, err := Read([]byte(body), label, "")
			if err != nil || got.Name != utf8Name {
				t.Errorf("%s, labelled %q: read as %s (%v), expected UTF-8", name, label, got.Name, err)
				continue
			}
			if got.Bad == 0 {
				t.Errorf("%s: the damage is not counted", name)
			}
		}
	}
}

// TestGarbled tells text that was decoded wrongly from text that is only foreign.
func TestGarbled(t *testing.T) {
	misread := func(s string, as interface{ Bytes([]byte) ([]byte, error) }) string {
		b, err := as.Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, s := range []string{"こんにちは", "第21回 仮想化友の会 勉強会", "【重要】開催中止のお知らせ", "オープンソースカンファレンス東京"} {
		if Garbled(s) {
			t.Errorf("%q is taken for garbled", s)
		}
		for name, bad := range map[string]string{
			"windows-1252": misread(s, charmap.Windows1252.NewDecoder()),
			"Shift_JIS":    misread(s, japanese.ShiftJIS.NewDecoder()),
			"ISO-8859-1":   misread(s, charmap.ISO8859_1.NewDecoder()),
		} {
			if !Garbled(bad) {
				t.Errorf("%q read as %s is %q, and is not taken for garbled", s, name, bad)
			}
		}
	}
	for _, s := range []string{"", "plain", "Café à Paris", "서울에서 열리는 모임", "Größe", "ｾﾐﾅｰ", "Ã© is é read wrongly", "髙橋①㈱"} {
		if Garbled(s) {
			t.Errorf("%q is taken for garbled", s)
		}
	}
}
