package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ it, in, want string }{
		{"leaves plain text alone", "Go Conference 2019", "Go Conference 2019"},
		{"composes", "か\u3099くえん", "がくえん"},
		{"squeezes every sort of blank", "\u3000 第9回\t\u00a0 勉強会\r\n", "第9回 勉強会"},
		{"makes separators blanks", "a\u2028b\u2029c\u0085d", "a b c d"},
		{"drops controls", "a\x00b\x1bc\u009bd\x7fe", "abcde"},
		{"drops bidi controls", "ab\u202ecd\u2066ef\u200f", "abcdef"},
		{"drops zero-width characters", "勉\u200b強\ufeff会\u200d\u00ad", "勉強会"},
		{"keeps the joiners of an emoji", "👩\u200d💻 会", "👩\u200d💻 会"},
		{"drops a joiner between letters", "a\u200db", "ab"},
		{"keeps the selector of an emoji", "❤\ufe0f", "❤\ufe0f"},
		{"keeps a keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"drops the selector of a letter", "葛\U000e0100城", "葛城"},
		{"bounds combining marks", "Z" + strings.Repeat("\u0335", 40), "Z" + strings.Repeat("\u0335", 8)},
		{"makes invalid bytes visible", "a\xffb", "a\ufffdb"},
		{"takes letters that show nothing for blanks", "\u3164\u115fa\u2800", "a"},
		{"drops tags and non-characters", "a\U000e0041\ufffeb\ufdd0", "ab"},
	} {
		if got := Line(c.in, 0); got != c.want {
			t.Errorf("Line %s: got %+q, want %+q", c.it, got, c.want)
		}
	}
}

func TestLineCuts(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"勉強会のお知らせ", 3, "勉強会"},
		{"勉強 会", 3, "勉強"},
		{"ab👩\u200d💻", 4, "ab"},
		{"a🇯🇵b", 2, "a"},
		{"き\u309a\u309aく", 2, ""},
	} {
		if got := Line(c.in, c.limit); got != c.want {
			t.Errorf("Line(%+q, %d) = %+q, want %+q", c.in, c.limit, got, c.want)
		}
	}
}

func TestBlock(t *testing.T) {
	in := "  日時\u30005月28日 \r\n\r\n \n\n会場\t渋谷  \u2028以上\n\n"
	want := "日時 5月28日\n\n会場 渋谷\n以上"
	if got := Block(in, 0); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFold(t *testing.T) {
	for _, pair := range [][2]string{
		{"ＢＰＳｔｕｄｙ＃２１", "bpstudy#21"},
		{"ｶﾞｲﾄﾞ", "がいど"},
		{"か゛", "か゛"},
		{"19:00〜21:00", "19:00~21:00"},
		{"19:00～21:00", "19:00~21:00"},
		{"6−8", "6-8"},
		{"ヴァーチャル", "ゔぁーちゃる"},
		{"①", "1"},
		{"オープン\u3000ソース", "おーぷん そーす"},
		{"㈱Straße", "(株)straße"},
	} {
		if got := Fold(pair[0]); got != Fold(pair[1]) {
			t.Errorf("Fold(%q) = %q, want %q", pair[0], got, Fold(pair[1]))
		}
	}
}

func TestFromHTML(t *testing.T) {
	for _, c := range []struct{ it, in, want string }{
		{"breaks lines at blocks", "<p>開催日時: 5月21日<br />場所: 渋谷</p><div>以上</div>", "開催日時: 5月21日\n場所: 渋谷\n以上"},
		{"keeps cells apart", "<table><tr><th>時間</th><td>内容</td></tr><tr><td>19:00</td><td>開会</td></tr></table>", "時間\t内容\n19:00\t開会"},
		{"decodes entities once", "a &amp;lt;b&amp;gt; &#x1F600;&nbsp;&hellip;", "a &lt;b&gt; 😀\u00a0…"},
		{"drops scripts and styles", "a<script>var x='<p>'</script>b<style>p{}</style>c", "abc"},
		{"marks what was struck out", "延期<s>2020年03月07日（土）</s> 未定", "延期~~2020年03月07日（土）~~ 未定"},
		{"closes what was struck out", "<del>3月7日", "~~3月7日~~"},
		{"keeps lines of pre", "<pre>a\n  b</pre>c", "a\n  b\nc"},
		{"joins inline elements", "<b>第</b><i>9</i>回 <a href=x>勉強会</a>", "第9回 勉強会"},
		{"leaves text alone", "1 < 2 and 日時", "1 < 2 and 日時"},
		{"survives an open tag", "日時 <a href='", "日時"},
	} {
		if got := FromHTML(c.in); got != c.want {
			t.Errorf("FromHTML %s: got %q, want %q", c.it, got, c.want)
		}
	}
}

func TestWidthAndCut(t *testing.T) {
	for s, w := range map[string]int{"abc": 3, "勉強会": 6, "ｶﾅ": 2, "👩\u200d💻": 2, "か\u3099": 2, "": 0} {
		if got := Width(s); got != w {
			t.Errorf("Width(%q) = %d, want %d", s, got, w)
		}
	}
	for _, c := range []struct {
		in      string
		columns int
		want    string
	}{{"勉強会", 6, "勉強会"}, {"勉強会", 5, "勉強…"}, {"勉強会", 4, "勉…"}, {"abc", 2, "a…"}, {"abc", 0, ""}, {"勉", 1, "…"}} {
		if got := Cut(c.in, c.columns); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.columns, got, c.want)
		}
	}
}

// TestURL: B52.
func TestURL(t *testing.T) {
	for _, c := range []struct{ base, ref, want string }{
		{"", "HTTP://Example.ORG:80", "http://example.org/"},
		{"https://example.org/a/b", "../c?p=31#x", "https://example.org/c?p=31"},
		{"https://example.org/", "//user:pw@cdn.example.org/日本 語", "https://cdn.example.org/%E6%97%A5%E6%9C%AC%20%E8%AA%9E"},
		{"", "https://勉強会.jp/?utm_source=x&id=3&fbclid=y", "https://xn--6oqq3g0uo.jp/?id=3"},
		{"", "https://www.google.com/url?q=https%3A%2F%2Fexample.org%2F9&sa=D", "https://example.org/9"},
		{"", "https://example.org./%7Ea?b=%E3", "https://example.org/%7Ea?b=%E3"},
		{"", "http://[::1]:8080/a", "http://[::1]:8080/a"},
	} {
		got, err := URL(c.base, c.ref)
		if err != nil || got != c.want {
			t.Errorf("URL(%q, %q) = %q, %v; want %q", c.base, c.ref, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "javascript:alert(1)", "mailto:a@example.org", "/relative", "http://", "https://a b.example/", "http://%zz/", "ftp://example.org/", "https://example.org/" + strings.Repeat("a", 2048)} {
		if got, err := URL("", bad); err == nil {
			t.Errorf("URL(%.60q) = %q, want an error", bad, got)
		}
	}
}

// hostile draws text of the characters that do harm.
func hostile() *rapid.Generator[string] {
	odd := []rune("aA1#  \t\n\r\u0085\u2028\u3000\u200b\u200d\ufe0f\ufe0e\u202e\u0301\u0344\u3099\u0327か은ᄀ\u1161\u11a8👩💻🏽🇯🇵ＡｶﾞヷİΣ①㍿〜～−\u034f\u3164\ufdfa\ufffd<&;")
	return rapid.StringOf(rapid.OneOf(rapid.SampledFrom(odd), rapid.Rune()))
}

func TestCleaningIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile().Draw(t, "s")
		limit := rapid.IntRange(0, 20).Draw(t, "limit")
		checkStable(t, s, limit)
	})
}

type failer interface {
	Fatalf(format string, args ...any)
}

// checkStable holds what must hold of every cleaned text.
func checkStable(t failer, s string, limit int) {
	line := Line(s, limit)
	if again := Line(line, limit); again != line {
		t.Fatalf("Line is not idempotent: %+q, then %+q", line, again)
	}
	if strings.ContainsAny(line, "\n\r\t\x00\u2028\u202e\u200b") || !utf8.ValidString(line) || !norm.NFC.IsNormalString(line) {
		t.Fatalf("Line(%+q) = %+q is not clean", s, line)
	}
	if limit > 0 && utf8.RuneCountInString(line) > limit {
		t.Fatalf("Line(%+q, %d) = %+q is too long", s, limit, line)
	}
	block := Block(s, limit)
	if again := Block(block, limit); again != block {
		t.Fatalf("Block is not idempotent: %+q, then %+q", block, again)
	}
	fold := Fold(s)
	if again := Fold(fold); again != fold {
		t.Fatalf("Fold is not idempotent: %+q: %+q, then %+q", s, fold, again)
	}
	if whole := Line(s, 0); Fold(whole) != fold {
		t.Fatalf("Fold of the clean text differs: %+q, %+q", Fold(whole), fold)
	}
	if cut := Cut(line, limit); Width(cut) > limit {
		t.Fatalf("Cut(%+q, %d) takes %d columns", line, limit, Width(cut))
	}
	if u, err := URL("https://example.org/a/", s); err == nil {
		if again, err := URL("", u); err != nil || again != u {
			t.Fatalf("URL is not idempotent: %q gives %q, then %q, %v", s, u, again, err)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"第9回\u3000勉強会", "か\u3099\u200d👩\u200d💻", "<p>a<s>b</p>&amp;lt;", "//例え.jp:80/%zz?utm_a=1&b", "\xff\xfe"} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		checkStable(t, s, min(max(limit, 0), 1000))
		plain := FromHTML(s)
		checkStable(t, plain, 0)
	})
}
