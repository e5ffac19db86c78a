package wording

import (
	"slices"
	"testing"
)

// TestReword: what is said is found whole, with what is filled in, and what is not known
// stays as it is.
func TestReword(t *testing.T) {
	for english, want := range map[string]string{
		"":              "",
		"nothing found": "見つかりませんでした",
		"Nothing found": "Nothing found",
		"part 2":        "第2部",
		"koyomi: --from \"xx\": \"xx\" is no day; use 6/10, today":                         `koyomi: --from "xx": "xx" は日にちとして読めません（書き方: 6/10, today）`,
		"koyomi: --grid \"year\": expected week or month":                                  `koyomi: --grid "year": 使えるのは week or month です`,
		"koyomi: unknown flag \"--form\"; did you mean --from?\nsee: koyomi events --help": "koyomi: \"--form\" という指定はありません。--from のことですか？\n使い方: koyomi events --help",
		"your own question: open":                                                          "自分の条件：open",
		"now open":                                                                         "いまは受付中",
		"something else":                                                                   "something else",
	} {
		if got := Reword(Japanese, english); got != want {
			t.Errorf("%q: %q, want %q", english, got, want)
		}
		if got := Reword(English, english); got != english {
			t.Errorf("%q in English: %q", english, got)
		}
	}
}

// TestSaid: both texts have the same places, and no text is there twice.
func TestSaid(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range said {
		if !slices.Equal(place.FindAllString(s[0], -1), place.FindAllString(s[1], -1)) || s[1] == "" || seen[s[0]] {
			t.Errorf("%q: %q", s[0], s[1])
		}
		seen[s[0]] = true
	}
	for _, s := range said {
		example := place.ReplaceAllString(s[0], "x")
		if got, want := Reword(Japanese, example), place.ReplaceAllString(s[1], "x"); got != want {
			t.Errorf("%q is said as %q, not %q: another phrase before it fits", example, got, want)
		}
	}
}

// FuzzReword: whatever is said comes back whole, and at once.
func FuzzReword(f *testing.F) {
	for _, s := range said {
		f.Add(s[0])
	}
	f.Fuzz(func(t *testing.T, words string) {
		if got := Reword(Japanese, words); got == "" && words != "" {
			t.Errorf("%q is lost", words)
		}
	})
}
