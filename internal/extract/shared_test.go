package extract

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

func TestTitleStatus(t *testing.T) {
	for title, want := range map[string]event.Status{
		"【中止】第12回 勉強会":                 event.Cancelled,
		"【開催中止】OSC 2020 Tokyo/Spring":  event.Cancelled,
		"第12回 勉強会【中止のお知らせ】":            event.Cancelled,
		"[CANCELED] Go meetup":         event.Cancelled,
		"CANCELLED: Go meetup":         event.Cancelled,
		"Cancelled - Go meetup":        event.Cancelled,
		"※中止 もくもく会":                    event.Cancelled,
		"（新型コロナウイルスの影響により中止）第3回LT会":    event.Cancelled,
		"第3回LT会 ＊新型コロナウイルス感染拡大防止のため中止": event.Cancelled,
		"Interop Tokyo 2020 開催中止のお知らせ": event.Cancelled,
		"第5回勉強会は中止となりました":              event.Cancelled,
		"【キャンセル】読書会":                   event.Cancelled,
		"【延期】BPStudy#150":              event.Postponed,
		"[Postponed] RubyKaigi":        event.Postponed,
		"延期：Perl入学式 第6回":               event.Postponed,
		"【開催延期】勉強会":                    event.Postponed,
		"勉強会（延期になりました）":                event.Postponed,
		"【キャンセル待ち】人気の会":                "",
		"キャンセル待ちの会":                    "",
		"キャンセルについて":                    "",
		"花見（雨天中止）":                     "",
		"花見 ※雨天中止":                     "",
		"台風の場合は中止":                     "",
		"伝統の延期戦":                       "",
		"【延期開催】勉強会":                    "",
		"【日程変更】勉強会":                    "",
		"【満員御礼】勉強会":                    "",
		"中止の場合は連絡します":                  "",
		"キャンセルの技術 #3":                  "",
		"Cancellation tokens in Go":    "",
		"中止しません！夏の会":                   "",
		"":                             "",
	} {
		got, ok := TitleStatus(title)
		if got != want || ok != (want != "") {
			t.Errorf("TitleStatus(%q) = %q, want %q", title, got, want)
		}
	}
}

// TestRecordStatus: a cell or line that is a notice and nothing else says how the event
// stands, whatever its column.
func TestRecordStatus(t *testing.T) {
	for cell, want := range map[string]event.Status{
		"中止": event.Cancelled, "開催中止": event.Cancelled, "台風のため中止": event.Cancelled, "→中止": event.Cancelled, "※中止": event.Cancelled,
		"6月10日(水) 中止": event.Cancelled, "6/10(水) 19:00〜【中止】": event.Cancelled, "キャンセル": event.Cancelled, "CANCELLED": event.Cancelled,
		"延期": event.Postponed, "6月10日(水)→延期": event.Postponed, "Postponed": event.Postponed,
		"雨天中止": "", "キャンセル待ち": "", "中止の場合は連絡します": "", "型を語る夜": "", "": "",
	} {
		if got, _ := recordStatus([]string{"型を語る夜", cell, "渋谷"}); got != want {
			t.Errorf("recordStatus(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestFieldStatus(t *testing.T) {
	own := source.Statuses{"満員": event.Confirmed, "お休み": event.Cancelled}
	for value, want := range map[string]event.Status{
		"cancelled": event.Cancelled, "CANCELED": event.Cancelled, "https://schema.org/EventCancelled": event.Cancelled, "http://schema.org/EventPostponed": event.Postponed,
		"close": event.Confirmed, "確定": event.Confirmed, "TENTATIVE": event.Tentative, "お休み": event.Cancelled, "weird": "", "": "",
	} {
		if got, _ := FieldStatus(value, own); got != want {
			t.Errorf("FieldStatus(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestNoticeStatus(t *testing.T) {
	for said, want := range map[string]event.Status{
		"Interop Tokyo 2020（4月13日〜15日）は、開催を中止することを決定いたしました。": event.Cancelled,
		"開催延期のお知らせ":          event.Postponed,
		"台風の場合は中止することがあります。": "",
		"キャンセルについて":          "",
		"来場登録を開始しました":        "",
	} {
		if got, _ := NoticeStatus(said); got != want {
			t.Errorf("NoticeStatus(%q) = %q, want %q", said, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for title, want := range map[string]string{
		"BPStudy#21": "21", "BPStudy#143 懇親会": "143", "仮想化友の会 第9回 5月勉強会": "9", "第十回 読書会": "10", "第二十一回": "21",
		"OpenID TechNight vol.7": "7", "OpenID TechNight Vol. 23": "23", "Go Conference 2019": "", "OSC2009 Tokyo/Spring": "", "第１２回 勉強会": "12",
		"JANOG #1024": "1024", "Meetup No.5": "5", "C#7 勉強会": "", "F# 読書会": "", "C# Tokyo #3": "3", "その三 もくもく": "3", "3回目の会": "3",
		"12th Shibuya.pm": "12", "BPStudy#213〜題": "213", "#2009": "", "勉強会": "", "第0回": "", "Kanazawa.rb meetup #1": "1", "第100回記念": "100", "#007 秘密の会": "7",
	} {
		if got := Number(title); got != want {
			t.Errorf("Number(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestMoment(t *testing.T) {
	c := Clock{Zone: event.Tokyo}
	for in, want := range map[string]string{
		"2026-05-22T09:30:00.000Z": "2026-05-22T18:30:00+09:00", "2026-08-08 12:30:00": "2026-08-08T12:30:00+09:00", "2026-10-01 18:00:00 +0900": "2026-10-01T18:00:00+09:00",
		"2026/11/02 09:00:00": "2026-11-02T09:00:00+09:00", "2026-06-10": "2026-06-10", "20260610": "2026-06-10", "20260610T190000": "2026-06-10T19:00:00+09:00",
		"20260610T100000Z": "2026-06-10T19:00:00+09:00", "2026-06-10T24:00:00+09:00": "2026-06-11T00:00:00+09:00", "2019-04-01T19:00:00-0800": "2019-04-02T12:00:00+09:00",
		"Mon, 02 Nov 2026 09:00:00 JST": "2026-11-02T09:00:00+09:00", "Mon, 02 Nov 2026 09:00:00 GMT": "2026-11-02T18:00:00+09:00", "02 Nov 2026 09:00:00 +0000": "2026-11-02T18:00:00+09:00",
		"1313042400000": "2011-08-11T15:00:00+09:00", "2026-02-30": "", "2026-06-10T25:00": "", "6月10日": "", "": "", "123": "", "2026-6-1T9:05": "2026-06-01T09:05:00+09:00",
		"2026-06-10T19:00:00+99:00": "",
	} {
		got, ok := c.Moment(in)
		if got.String() != want || ok != (want != "") {
			t.Errorf("Moment(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	c.IgnoreOffset = true
	if got, _ := c.Moment("2026-06-10T19:00:00Z"); got.String() != "2026-06-10T19:00:00+09:00" {
		t.Errorf("IgnoreOffset: got %s", got)
	}
}

func TestDuration(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"PT1H30M": 90 * time.Minute, "P1D": 24 * time.Hour, "P2W": 336 * time.Hour, "90": 90 * time.Minute, "-PT1H": 0, "P999999999999999999W": 0, "P": 0, "PT": 0, "P1DT": 0, "": 0, "P500D": 0, "PT0S": 0, "+PT5M": 5 * time.Minute,
	} {
		if got, ok := Duration(in); got != want || ok != (want > 0) {
			t.Errorf("Duration(%q) = %v, %v; want %v", in, got, ok, want)
		}
	}
}

func TestProse(t *testing.T) {
	for _, c := range []struct{ it, in, want string }{
		{"reads colons", "日時：5月28日（木）19:00〜20:40\n会場：渋谷", "when=5月28日（木）19:00〜20:40 location=渋谷"},
		{"reads bullets and wide blanks", "■日　時　2009年5月22日\n■会　場　渋谷マークシティ", "when=2009年5月22日 location=渋谷マークシティ"},
		{"reads brackets", "【日時】6月3日 19:00\n【場所】六本木\n【参加費】無料\n【定員】30名", "when=6月3日 19:00 location=六本木 fee=無料 seats=30名"},
		{"reads cells", "開催日時\t2026/06/10\n開催場所\tオンライン", "when=2026/06/10 location=オンライン"},
		{"reads the line below a label", "日時\n2009年5月28日 19:00\n\n会場\nレッドハット", "when=2009年5月28日 19:00 location=レッドハット"},
		{"reads several days", "日時：\n2008年11月7日（金）13:00〜18:00\n2008年11月8日（土）10:00〜18:00\n会場：鳥取", "when=2008年11月7日（金）13:00〜18:00|2008年11月8日（土）10:00〜18:00 location=鳥取"},
		{"takes labels within a line apart", "期間: 2014/02/28 (金) 10:30～18:00 JST 場所: 東京 予定のステータス: 確定", "when=2014/02/28 (金) 10:30～18:00 JST location=東京 status=確定"},
		{"does not take a registration period for the date", "申込期間：5月1日〜5月20日\n日時：5月28日", "opens=5月1日〜5月20日 when=5月28日"},
		{"does not take a posting date", "公開日：2018/03/19\n掲載日 2018/03/20", "description=2018/03/19 description=2018/03/20"},
		{"leaves sentences alone", "先日の勉強会はたいへん楽しい会場でした", ""},
		{"reads English", "When: June 3rd, 7pm\nWhere: Tokyo", "when=June 3rd, 7pm location=Tokyo"},
		{"reads numbered headings", "1. 日時 6月1日\n2. 場所 京都", "when=6月1日 location=京都"},
		{"reads markdown", "- **日時**: 6月1日\n* 会場: 京都", "when=6月1日 location=京都"},
	} {
		got := Prose(c.in)
		if s := flat(got, c.want); s != "" {
			t.Errorf("Prose %s: %s; got %q", c.it, s, got)
		}
	}
	if got := Prose("勉強会の日：5月28日", "勉強会の日"); got.First("when") != "5月28日" {
		t.Errorf("Prose with a label of the settings: %q", got)
	}
}

// flat compares facts with "field=value field=value", "|" for line breaks; it says
// what differs.
func flat(got Labelled, want string) string {
	n := 0
	rest := want
	for rest != "" {
		field, after, _ := strings.Cut(rest, "=")
		value := after
		rest = ""
		for _, f := range []string{"when", "location", "fee", "seats", "status", "opens", "description"} {
			if i := strings.Index(value, " "+f+"="); i >= 0 {
				if len(value)-i > len(rest) {
					rest = value[i+1:]
				}
			}
		}
		if rest != "" {
			value = strings.TrimSuffix(value, " "+rest)
		}
		value = strings.ReplaceAll(value, "|", "\n")
		n++
		found := false
		for _, v := range got[field] {
			found = found || v == value
		}
		if !found {
			return field + " is not " + value
		}
	}
	for f := range got {
		n -= len(got[f])
	}
	if n != 0 {
		return "another number of facts"
	}
	return ""
}

func TestExpand(t *testing.T) {
	at := time.Date(2009, 12, 31, 16, 0, 0, 0, time.UTC) // 2010 in Tokyo
	s := &source.Source{Group: "bp/study"}
	if got, want := Expand("https://e.org/{group}/{year}/{next_year}/{last_year}/{month}/{yyyymm}?p={page}", s, at), "https://e.org/bp%2Fstudy/2010/2011/2009/01/201001?p={page}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := YearOf("https://www.interop.example/2009/exhibit/"); got != 2009 {
		t.Errorf("YearOf = %d", got)
	}
	if got := YearOf("https://example.org/event/2091x/"); got != 0 {
		t.Errorf("YearOf = %d", got)
	}
}

func TestColumns(t *testing.T) {
	got := strings.Join(Columns([]string{"回", "日付", "テーマ", "会場", "備考", "URL", "参加者数"}, nil), " ")
	if want := "number when title location status url "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	own := map[string]source.Paths{"title": {"名", "2"}, "when": {"ひづけ"}}
	if got := strings.Join(Columns([]string{"ヒヅケ", "x"}, own), " "); got != "when title" {
		t.Errorf("own: got %q", got)
	}
}

// FuzzShared holds that the readers of foreign text neither break nor hang, and
// that what they return is of the text.
func FuzzShared(f *testing.F) {
	for _, s := range []string{"【中止】第9回", "日時：5月28日\n会場：渋谷", "2026-06-10T19:00:00+09:00", "PT1H", "■日　時　2009年"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		TitleStatus(s)
		NoticeStatus(s)
		FieldStatus(s, nil)
		Duration(s)
		if n := Number(s); len(n) > 4 {
			t.Errorf("Number(%q) = %q", s, n)
		}
		if m, ok := (Clock{}).Moment(s); ok && m.IsZero() {
			t.Errorf("Moment(%q) is true and zero", s)
		}
		for _, values := range Prose(s) {
			for _, v := range values {
				for line := range strings.SplitSeq(v, "\n") {
					if !strings.Contains(s, strings.TrimSpace(line)) {
						t.Errorf("Prose(%q) made up %q", s, line)
					}
				}
			}
		}
		Announced(s, true)
		Behind(s, "日", []string{"時"})
	})
}

// TestNumberAsWritten holds that the issue behind # and 第 is found as the patterns
// say that describe it.
func TestNumberAsWritten(t *testing.T) {
	hash := regexp.MustCompile(`(?:^|[^a-z&]|[^cf]|[a-z][cf])# ?([0-9]{1,4})(?:[^0-9a-z.]|\.[^0-9]|\.?$)`)
	kai := regexp.MustCompile(`第 ?([0-9]{1,4}|[〇一二三四五六七八九十百]{1,5}) ?(?:回|期|夜|弾|号|章)`)
	first := func(re *regexp.Regexp, s string) string {
		if m := re.FindStringSubmatch(s); m != nil {
			return m[1]
		}
		return ""
	}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"#", "第", "1", "23", "4567", " ", ".", "c", "f", "a", "&", "回", "期", "一", "十百", "会"}), 0, 12).Draw(t, "parts"), "")
		if got, want := hashed(s), first(hash, s); got != want {
			t.Fatalf("# in %q: %q, want %q", s, got, want)
		}
		if got, want := ordinal(s), first(kai, s); got != want {
			t.Fatalf("第 in %q: %q, want %q", s, got, want)
		}
	})
}
