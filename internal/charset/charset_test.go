package charset

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

// encode writes a text in an encoding that can hold it.
func encode(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatalf("%q cannot be written so: %v", s, err)
	}
	return b
}

var encodings = map[string]encoding.Encoding{
	shiftJIS: japanese.ShiftJIS, eucJP: japanese.EUCJP, iso2022jp: japanese.ISO2022JP, utf8Name: encoding.Nop,
}

// words are what announcements are made of; each must be told without a label.
var words = []string{
	"勉強会", "東京", "大阪", "福岡", "仙台", "札幌", "名古屋", "開催", "中止", "延期", "日時", "会場", "場所", "定員",
	"参加費", "無料", "懇親会", "主催", "講師", "内容", "申込", "満席", "募集中", "受付", "第十二回", "仮想化友の会",
	"カンファレンス", "セミナー", "ワークショップ", "オンライン", "オープンソース", "ハンズオン", "ライブラリ", "イベント",
	"について", "お知らせ", "ありがとうございます", "ください", "のための", "はじめての", "プログラミング言語",
	"幕張メッセ", "渋谷区", "新宿", "秋葉原", "横浜", "京都", "神戸", "広島", "沖縄", "北海道", "午後七時", "月曜日",
	"１９：００", "（土）", "【重要】", "「入門」", "発表者", "懇親会費", "技術", "開発者", "研究会", "交流会", "情報",
	"共有", "紹介", "説明", "質疑応答", "休憩", "受付開始", "登録", "締切", "抽選", "先着順", "会員", "一般", "学生",
	"友の会", "読書会", "もくもく会", "ライトニングトーク", "アンカンファレンス",
}

// TestWords: texts of one word, unlabelled, in each encoding.
func TestWords(t *testing.T) {
	for name, e := range encodings {
		wrong := 0
		for _, w := range words {
			text, got, err := Decode(encode(t, e, w), "text/html", "")
			if err != nil || got != name || text != w {
				wrong++
				t.Logf("%s: %s read as %s: %q, %v", name, w, got, text, err)
			}
		}
		if wrong > 0 {
			t.Errorf("%s: %d of %d words are misread", name, wrong, len(words))
		}
	}
}

// TestFiveWords: texts of five words, unlabelled, in each encoding; all are told.
func TestFiveWords(t *testing.T) {
	for name, e := range encodings {
		for i := range words {
			s := ""
			for j := range 5 {
				s += words[(i+j*7)%len(words)] + " "
			}
			text, got, err := Decode(encode(t, e, s), "", "")
			if err != nil || got != name || text != s {
				t.Errorf("%s: %s read as %s: %q, %v", name, s, got, text, err)
			}
		}
	}
}

const announcement = "第21回 BPStudy のお知らせ。日時：5月22日（金）19:00〜、会場は新宿です。"

// TestLabels: rows B29 to B32, what labels and bytes say, alone and against each other.
func TestLabels(t *testing.T) {
	sjis := func(s string) []byte { return encode(t, japanese.ShiftJIS, s) }
	euc := func(s string) []byte { return encode(t, japanese.EUCJP, s) }
	said := strings.ReplaceAll(announcement, "〜", "から")
	half := "ﾗｲﾄﾆﾝｸﾞﾄｰｸ 髙橋 ①②㈱ Ⅳ ～－∥"
	u16 := func(order unicode.Endianness, mark unicode.BOMPolicy, s string) []byte {
		return encode(t, unicode.UTF16(order, mark), s)
	}
	for _, c := range []struct {
		name        string
		body        []byte
		contentType string
		override    string
		text, enc   string
		how         string
		note        bool
	}{
		{"B29/cs-sjis-none", sjis(said), "", "", said, shiftJIS, "bytes", false},
		{"B29/cs-cp932", sjis(half), "text/html; charset=Shift_JIS", "", half, shiftJIS, "header", false},
		{"B29/cs-cp932-cp932", sjis(half), "text/html; charset=CP932", "", half, shiftJIS, "header", false},
		{"x-sjis", sjis(half), "text/html; charset=x-sjis", "", half, shiftJIS, "header", false},
		{"windows-31j", sjis(half), `text/html; charset="Windows-31J"`, "", half, shiftJIS, "header", false},
		{"ms932", sjis(half), "text/html;charset=ms932", "", half, shiftJIS, "header", false},
		{"Shift-JIS", sjis(half), "text/html; charset=Shift-JIS", "", half, shiftJIS, "header", false},
		{"half-width kana alone, labelled", sjis("ｾﾐﾅｰ"), "text/html; charset=Shift_JIS", "", "ｾﾐﾅｰ", shiftJIS, "header", false},
		{"B30/cs-euc-as-utf8", euc(said), "text/html; charset=utf-8", "", said, eucJP, "bytes", true},
		{"cs-sjis-as-utf8", sjis(said), "text/html; charset=utf-8", "", said, shiftJIS, "bytes", true},
		{"cs-euc-as-sjis", euc(said), "text/html; charset=shift_jis", "", said, eucJP, "bytes", true},
		{"cs-sjis-as-euc", sjis(said), "text/html; charset=euc-jp", "", said, shiftJIS, "bytes", true},
		{"cs-sjis-as-latin", sjis(said), "text/html; charset=iso-8859-1", "", said, shiftJIS, "bytes", true},
		{"cs-utf8-as-sjis", []byte(said), "text/html; charset=shift_jis", "", said, utf8Name, "bytes", false},
		{"B31/cs-iso2022jp", encode(t, japanese.ISO2022JP, said), "text/plain; charset=iso-2022-jp", "", said, iso2022jp, "escapes", false},
		{"cs-iso2022jp-none", encode(t, japanese.ISO2022JP, said), "", "", said, iso2022jp, "escapes", false},
		{"half-width kana by escape", []byte("\x1b(I>PE0\x1b(B"), "", "", "ｾﾐﾅｰ", iso2022jp, "escapes", false},
		{"an escape alone is none", []byte("a\x1b[31mb"), "", "", "a\x1b[31mb", utf8Name, "bytes", false},
		{"B31/cs-utf16", u16(unicode.LittleEndian, unicode.UseBOM, said), "", "", said, utf16LE, "mark", false},
		{"cs-utf16be", u16(unicode.BigEndian, unicode.UseBOM, said), "text/html; charset=utf-8", "", said, utf16BE, "mark", false},
		{"cs-utf16-no-mark", u16(unicode.LittleEndian, unicode.IgnoreBOM, "<rss><title>"+said), "", "", "<rss><title>" + said, utf16LE, "bytes", false},
		{"cs-utf16be-no-mark", u16(unicode.BigEndian, unicode.IgnoreBOM, "BEGIN:VCALENDAR"+said), "", "", "BEGIN:VCALENDAR" + said, utf16BE, "bytes", false},
		{"cs-utf16-label-only", u16(unicode.BigEndian, unicode.IgnoreBOM, "についてのお知らせ"), "text/plain; charset=utf-16", "", "についてのお知らせ", utf16BE, "bytes", false},
		{"B31/cs-bom", []byte("\xef\xbb\xbf" + said), "text/html; charset=shift_jis", "", said, utf8Name, "mark", false},
		{"two marks", []byte("\xef\xbb\xbf\xef\xbb\xbfa"), "", "", "a", utf8Name, "mark", false},
		{"B31/cs-conflict", sjis(`<meta charset="euc-jp">` + said), "text/html; charset=Shift_JIS", "", `<meta charset="euc-jp">` + said, shiftJIS, "header", false},
		{"cs-conflict, the other way", euc(`<meta charset="shift_jis">` + said), "", "", `<meta charset="shift_jis">` + said, eucJP, "bytes", true},
		{"meta", euc(`<html><meta http-equiv="Content-Type" content="text/html; charset=EUC-JP"><p>東京`), "text/html", "", `<html><meta http-equiv="Content-Type" content="text/html; charset=EUC-JP"><p>東京`, eucJP, "meta", false},
		{"meta in a comment", sjis(`<!-- <meta charset="euc-jp"> --><p>` + said), "", "", `<!-- <meta charset="euc-jp"> --><p>` + said, shiftJIS, "bytes", false},
		{"XML declaration", euc(`<?xml version="1.0" encoding="EUC-JP"?><rss>東京`), "", "", `<?xml version="1.0" encoding="EUC-JP"?><rss>東京`, eucJP, "xml", false},
		{"header before XML", sjis(`<?xml version="1.0" encoding="EUC-JP"?>` + said), "text/xml; charset=shift_jis", "", `<?xml version="1.0" encoding="EUC-JP"?>` + said, shiftJIS, "header", false},
		{"B32/cs-unknown", sjis(said), "text/html; charset=x-foo", "", said, shiftJIS, "bytes", true},
		{"cs-unknown, meta knows", euc(`<meta charset=euc-jp>` + said), "text/html; charset=none", "", `<meta charset=euc-jp>` + said, eucJP, "meta", true},
		{"cs-unknown on UTF-8", []byte(said), "text/html; charset=x-foo", "", said, utf8Name, "bytes", false},
		{"B32/cs-nul", []byte("a\x00b" + said), "", "", "ab" + said, utf8Name, "bytes", false},
		{"B32/cs-invalid", []byte(said[:len(said)-1] + " " + said), "", "", said[:len(said)-3] + "\ufffd " + said, utf8Name, "bytes", false},
		{"override", sjis("東京"), "text/html; charset=utf-8", "cp932", "東京", shiftJIS, "override", false},
		{"override by its old name", euc("東京"), "", " X-EUC-JP ", "東京", eucJP, "override", false},
		{"Latin", encode(t, charmap.Windows1252, "Café à Paris, déjà vu"), "", "", "Café à Paris, déjà vu", windows1252, "fallback", false},
		{"Latin, labelled", encode(t, charmap.Windows1252, "Café à Paris, déjà vu"), "text/html; charset=ISO-8859-1", "", "Café à Paris, déjà vu", windows1252, "header", false},
		{"Korean, labelled", encode(t, korean.EUCKR, "서울에서 열리는 모임"), "text/html; charset=euc-kr", "", "서울에서 열리는 모임", "euc-kr", "header", false},
		{"kanji that are valid UTF-8, labelled", []byte("\xc6\xab"), "text/html; charset=euc-jp", "", "陶", eucJP, "header", false},
		{"broken parameters", sjis("東京"), "text/html; charset=shift_jis; =x", "", "東京", shiftJIS, "header", false},
		{"empty", nil, "", "", "", utf8Name, "bytes", false},
		{"ASCII", []byte("<html>"), "text/html; charset=shift_jis", "", "<html>", utf8Name, "bytes", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read(c.body, c.contentType, c.override)
			if err != nil {
				t.Fatal(err)
			}
			if got.Body != c.text || got.Name != c.enc || got.How != c.how {
				t.Errorf("got %q as %s by its %s,\nwant %q as %s by its %s", got.Body, got.Name, got.How, c.text, c.enc, c.how)
			}
			if (got.Note != "") != c.note {
				t.Errorf("note %q, want one: %v", got.Note, c.note)
			}
			if got.Suspect() {
				t.Error("it is suspect")
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name                        string
		body, contentType, override string
		want                        error
	}{
		{"unknown override", "a", "", "klingon", ErrUnknown},
		{"an override that cannot be read", "a", "", "iso-2022-kr", ErrUnknown},
		{"an image", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06\x00\xff\xfe\x80\x01", "", "", ErrBinary},
		{"unknown label on what is nothing", "caf\xe9", "text/html; charset=klingon", "", ErrUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := Decode([]byte(c.body), c.contentType, c.override); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// TestSuspect: row B30, a text of which more than a hundredth makes no sense.
func TestSuspect(t *testing.T) {
	body := []byte(strings.Repeat("東京 \xff\xfe", 20))
	got, err := Read(body, "text/html; charset=utf-8", "utf-8")
	if err != nil || !got.Suspect() || got.Bad == 0 {
		t.Errorf("got %+v, %v, want a suspect text", got, err)
	}
	good, err := Read([]byte(strings.Repeat("東京", 400)+"\xff\xff\xff\xff"), "", "")
	if err != nil || good.Suspect() || good.Bad == 0 {
		t.Errorf("got %d bad, %v, want four that are let pass", good.Bad, err)
	}
}

// TestRoundTrip: Japanese prose of some length comes back whole from each encoding,
// labelled or not.
func TestRoundTrip(t *testing.T) {
	prose := rapid.SliceOfN(rapid.SampledFrom(words), 5, 40)
	for name, e := range encodings {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				s := strings.Join(prose.Draw(rt, "words"), "、")
				label := rapid.SampledFrom([]string{"", "text/html", "text/html; charset=" + name}).Draw(rt, "label")
				text, got, err := Decode(encode(t, e, s), label, "")
				if err != nil || text != s || got != name {
					rt.Errorf("%q came back as %q in %s, %v", s, text, got, err)
				}
			})
		})
	}
}

// FuzzDecode: whatever comes, what goes out is UTF-8 without NUL, or an error.
func FuzzDecode(f *testing.F) {
	for _, e := range encodings {
		f.Add(encode(f, e, "第21回 勉強会"), "text/html", "")
	}
	f.Add([]byte("<?xml version='1.0' encoding='utf-16'?>\xff\xfe"), "text/xml; charset=utf-16", "")
	f.Add([]byte("<meta charset=x><!--"), "; charset=", "cp932")
	f.Add([]byte("\x1b$B\x1b(I\x80"), "text/html; charset=\"", "jis")
	f.Add([]byte{0, 'a', 0, 'b', 0, 'c', 0, 'd', 0}, "", "")
	f.Fuzz(func(t *testing.T, body []byte, contentType, override string) {
		got, err := Read(body, contentType, override)
		if err != nil {
			if !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrBinary) || !utf8.ValidString(err.Error()) {
				t.Errorf("an error without a name: %v", err)
			}
			return
		}
		if !utf8.ValidString(got.Body) || strings.Contains(got.Body, "\x00") || got.Name == "" || got.How == "" {
			t.Errorf("got %+v", got)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat(strings.ReplaceAll(announcement, "〜", "から")+"<td class=\"date\">2026-06-10</td>\n", 400)
	for name, e := range encodings {
		body := encode(b, e, text)
		for how, label := range map[string]string{"labelled": "text/html; charset=" + name, "unlabelled": ""} {
			b.Run(name+"/"+how, func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					if _, got, err := Decode(body, label, ""); err != nil || got != name {
						b.Fatal(got, err)
					}
				}
			})
		}
	}
}
