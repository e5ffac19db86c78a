package kinds

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// announcement is a page whose readable title shows that its bytes were understood.
const announcement = "<html><head>%s<title>第①回 髙島勉強会～夏の巻</title></head><body><h1>第①回 髙島勉強会～夏の巻</h1><p>日時：２０２６年６月１０日（水）１９：００～２１：００</p><p>会場：渋谷のﾗｳﾝｼﾞ</p></body></html>"

func encoded(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// readAs reads a page with the content type it came with.
func readAs(kind source.Kind, contentType, body string) (extract.Result, error) {
	v := visitOf(&source.Source{Kind: kind}, body)
	v.Pages[0].ContentType = contentType
	return All[kind].Read(v)
}

// TestB29ToB31Charsets holds that a page is readable in whatever charset it is,
// whether it says so, says nothing, or says something else.
func TestB29ToB31Charsets(t *testing.T) {
	plain := strings.ReplaceAll(announcement, "%s", "")
	euc := strings.NewReplacer("①", "1", "髙", "高", "ﾗｳﾝｼﾞ", "ラウンジ").Replace(plain)
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for name, c := range map[string]struct{ contentType, body, title string }{
		"B29-cs-sjis-none":   {"text/html", encoded(t, japanese.ShiftJIS, plain), ""},
		"B29-cs-cp932":       {"text/html; charset=Shift_JIS", encoded(t, japanese.ShiftJIS, plain), ""},
		"B29-cs-x-sjis":      {"", encoded(t, japanese.ShiftJIS, strings.ReplaceAll(announcement, "%s", `<meta http-equiv="Content-Type" content="text/html; charset=x-sjis">`)), ""},
		"B30-cs-euc-as-utf8": {"text/html; charset=utf-8", encoded(t, japanese.EUCJP, euc), "第1回 高島勉強会～夏の巻"},
		"B31-cs-iso2022jp":   {"text/html; charset=iso-2022-jp", encoded(t, japanese.ISO2022JP, euc), "第1回 高島勉強会～夏の巻"},
		"B31-cs-utf16":       {"text/html", encoded(t, utf16, plain), ""},
		"B31-cs-bom":         {"text/html; charset=Shift_JIS", "\ufeff" + plain, ""},
		"B31-cs-conflict":    {"text/html; charset=iso-8859-1", strings.ReplaceAll(announcement, "%s", `<meta charset="shift_jis">`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := readAs(source.HTML, c.contentType, c.body)
			if err != nil || len(r.Listings) != 1 {
				t.Fatalf("%d events, %v", len(r.Listings), err)
			}
			want := c.title
			if want == "" {
				want = "第①回 髙島勉強会～夏の巻"
			}
			if l := r.Listings[0]; l.Title != want || l.Start.String() != "2026-06-10T19:00:00+09:00" {
				t.Errorf("got %q at %s", l.Title, l.Start)
			}
		})
	}
}

// TestB32Bytes holds that bytes which are no text are cleaned away where they are
// few, and are named where they are not.
func TestB32Bytes(t *testing.T) {
	plain := strings.ReplaceAll(announcement, "%s", "")
	r, err := readAs(source.HTML, "text/html; charset=utf-8", strings.Replace(plain, "髙島", "髙\x00島", 2))
	if err != nil || len(r.Listings) != 1 || strings.Contains(r.Listings[0].Title, "\x00") {
		t.Errorf("cs-nul: %+v, %v", r.Listings, err)
	}
	r, err = readAs(source.HTML, "text/html; charset=utf-8", strings.Replace(plain, "会場", "\xff会場", 1))
	if err != nil || len(r.Listings) != 1 {
		t.Errorf("cs-invalid, one byte: %d events, %v", len(r.Listings), err)
	}
	if r, err = readAs(source.HTML, "text/html; charset=utf-8", strings.ReplaceAll(plain, "0", "\xff\xfe\xfd")+strings.Repeat("\xc0\xff ", 400)); err == nil && len(r.Listings) > 0 {
		t.Errorf("cs-invalid, many bytes: read %q", r.Listings[0].Title)
	}
	r, err = readAs(source.HTML, "text/html; charset=x-klingon", plain)
	if err != nil || len(r.Listings) != 1 {
		t.Errorf("cs-unknown: %d events, %v; UTF-8 shows what it is", len(r.Listings), err)
	}
	_, err = All[source.HTML].Read(visitOf(&source.Source{Kind: source.HTML, Charset: "klingon"}, plain))
	if err == nil || !strings.Contains(err.Error(), "klingon") {
		t.Errorf("a charset in the settings that is none: %v", err)
	}
}

// TestB33Widths holds that narrow and wide letters, tildes and composed kana mean
// the same to the reader, and are shown as written.
func TestB33Widths(t *testing.T) {
	for said, title := range map[string]string{
		"２０２６年６月１０日　１９：００～２１：００": "ﾃﾞｰﾀ勉強会",
		"2026年6月10日 19:00〜21:00": "か\u3099っこう勉強会",
		"2026年6月10日 19:00-21:00": "ＡＢＣ勉強会",
	} {
		r, err := readAs(source.Feed, "application/rss+xml", `<rss version="2.0"><channel><title>t</title><item><title>`+title+`</title><description>日時: `+said+`</description></item></channel></rss>`)
		if err != nil || len(r.Listings) != 1 {
			t.Fatalf("%s: %d events, %v", said, len(r.Listings), err)
		}
		l := r.Listings[0]
		if l.Start.String() != "2026-06-10T19:00:00+09:00" || l.End.String() != "2026-06-10T21:00:00+09:00" {
			t.Errorf("%s: got %s to %s", said, l.Start, l.End)
		}
		if want := strings.ReplaceAll(title, "か\u3099", "が"); l.Title != want {
			t.Errorf("title %q, want %q", l.Title, want)
		}
	}
}

// TestB08WrongType holds that what a document is tells how it is read, not the
// header it came with.
func TestB08WrongType(t *testing.T) {
	for kind, body := range map[source.Kind]string{
		source.ICS:  "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260610T100000Z\nSUMMARY:a\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nDTSTART:20260611T100000Z\nSUMMARY:b\nEND:VEVENT\nEND:VCALENDAR\n",
		source.Feed: `<rss version="2.0"><channel><title>t</title><item><title>a 2026/6/10 19:00</title></item><item><title>b 2026/6/11 19:00</title></item></channel></rss>`,
		source.JSON: `[{"title":"a","start":"2026-06-10T19:00:00+09:00"},{"title":"b","start":"2026-06-11T19:00:00+09:00"}]`,
	} {
		for _, contentType := range []string{"text/html", "text/plain; charset=utf-8", "application/octet-stream", "image/png", "", ";;"} {
			r, err := readAs(kind, contentType, body)
			if err != nil || len(r.Listings) != 2 {
				t.Errorf("%s as %q: %d events, %v", kind, contentType, len(r.Listings), err)
			}
		}
	}
}

// TestB41Inject holds that nothing of a calendar but its events comes through:
// no alarm, no guest, no organiser, no attachment, no method.
func TestB41Inject(t *testing.T) {
	r := readBody(t, source.ICS, "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nDTSTART:20260610T100000Z\nSUMMARY:会\\nBEGIN:VALARM\nATTENDEE;CN=Guest:mailto:guest@x.example\nORGANIZER:mailto:boss@x.example\nATTACH:https://x.example/evil.exe\nBEGIN:VALARM\nACTION:EMAIL\nSUMMARY:alarm\nDESCRIPTION:alarm\nDTSTART:20200101T000000Z\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n")
	if len(r.Listings) != 1 {
		t.Fatalf("%d events", len(r.Listings))
	}
	l := r.Listings[0]
	if l.Title != "会 BEGIN:VALARM" || l.Description != "" || l.URL != "" || l.Start.String() != "2026-06-10T19:00:00+09:00" {
		t.Errorf("got %+v", l)
	}
}

// TestB44Identity holds that the identity of events and their text survive long and
// odd UIDs, folds within characters, and components within events.
func TestB44Identity(t *testing.T) {
	long := strings.Repeat("u", 500)
	body := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:" + long + "1\r\nDTSTART:20260610T100000Z\r\nSUMMARY:勉\xe5\xbc\r\n \xb7会\r\nBEGIN:X-INNER\r\nSUMMARY:inner\r\nUID:inner\r\nEND:X-INNER\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nUID:" + long + "2\r\nDTSTART:20260611T100000Z\r\nSUMMARY:b\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nDTSTART:20260612T100000Z\r\nSUMMARY:no uid\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	r, again := readBody(t, source.ICS, body), readBody(t, source.ICS, body)
	if len(r.Listings) != 3 || r.Listings[0].Title != "勉強会" {
		t.Fatalf("got %+v", r.Listings)
	}
	keys := map[string]bool{}
	for i, l := range r.Listings {
		keys[l.Key] = true
		if again.Listings[i].Key != l.Key {
			t.Errorf("the key of %q is another the second time", l.Title)
		}
	}
	if len(keys) != 3 {
		t.Errorf("%d keys of 3 events", len(keys))
	}
}

// TestB45Recurrence holds that exceptions count in whatever order they come, and
// that one without its master is an event.
func TestB45Recurrence(t *testing.T) {
	master := "BEGIN:VEVENT\nUID:r\nDTSTART;TZID=Asia/Tokyo:20260603T190000\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:weekly\nEND:VEVENT\n"
	moved := "BEGIN:VEVENT\nUID:r\nRECURRENCE-ID;TZID=Asia/Tokyo:20260610T190000\nDTSTART;TZID=Asia/Tokyo:20260611T200000\nSUMMARY:moved\nEND:VEVENT\n"
	cal := func(s string) string { return "BEGIN:VCALENDAR\n" + s + "END:VCALENDAR\n" }
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"master first":   {cal(master + moved), []string{"2026-06-03T19:00:00+09:00 weekly", "2026-06-11T20:00:00+09:00 moved", "2026-06-17T19:00:00+09:00 weekly"}},
		"master last":    {cal(moved + master), []string{"2026-06-03T19:00:00+09:00 weekly", "2026-06-11T20:00:00+09:00 moved", "2026-06-17T19:00:00+09:00 weekly"}},
		"without master": {cal(moved), []string{"2026-06-11T20:00:00+09:00 moved"}},
		"future": {
			cal(strings.Replace(moved, "RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE", 1) + master),
			[]string{"2026-06-03T19:00:00+09:00 weekly", "2026-06-11T20:00:00+09:00 moved", "2026-06-18T20:00:00+09:00 moved"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBody(t, source.ICS, c.body)
			var got []string
			for _, l := range r.Listings {
				got = append(got, l.Start.In(event.Tokyo).String()+" "+l.Title)
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}
