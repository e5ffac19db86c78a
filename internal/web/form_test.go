package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"koyomi/internal/publish/site"
	"koyomi/internal/query"
	"koyomi/internal/subscriber"
)

// TestFormSaysWhatIsWrong: beside the field, in the reader's language, with what was
// filled in, for eyes and for screen readers alike (B80–B87 on the page).
func TestFormSaysWhatIsWrong(t *testing.T) {
	o := openSender(t)
	for _, c := range []struct{ name, field, in, ja, en string }{
		{"no address", "address", "", "you@example.jp のように書いてください", "Please write an e-mail address"},
		{"B81 quoted", "address", `"very> ORCPT=x"@example.com`, "@ の前に「\"」は使えません", "cannot stand before the @"},
		{"B82 a header", "address", "a@example.com\r\nBcc: b", "見えない文字（U+000D）", "cannot be seen (U+000D)"},
		{"B82 two", "address", "a@b.jp,c@d.jp", "アドレスをひとつだけ", "write one address"},
		{"B82 two in one", "address", "a@b.jp@c.jp", "@ がふたつ以上", "more than one @"},
		{"B82 with a name", "address", "Name <a@b.jp>", "アドレスをひとつだけ", "write one address"},
		{"B83 a name of another script", "address", "用户@例え.jp", "@ の前に「用」があります", "There is “用” before the @"},
		{"B84 localhost", "address", "a@localhost", "「localhost」には、メールを送れません", "No mail can be sent to “localhost”"},
		{"B84 a literal", "address", "a@[127.0.0.1]", "正しいドメインではありません", "is no domain"},
		{"B84 hidden", "address", "a@exam\u200cple.jp", "見えない文字（U+200C）", "cannot be seen (U+200C)"},
		{"B85 long", "address", strings.Repeat("a", 65) + "@example.jp", "64 文字まで", "at most 64"},
		{"B85 longer", "address", "a@" + strings.Repeat("b.", 200) + "jp", "254 文字まで", "at most 254"},
		{"B87 a robot", "address", "MAILER-DAEMON@example.jp", "人が受け取るアドレスではない", "not a person's mailbox"},
		{"B87 an own address", "address", "Koyomi@koyomi.example", "このサイト自身のアドレス", "of this site itself"},
		{"a field that is none", "q", "foo:bar", "1 文字目: 「foo:」という項目はありません。使える項目は community", `column 1: unknown field "foo:"; the fields are`},
		{"a slip", "q", "東京 comunity:bpstudy", "4 文字目: 「comunity:」という項目はありません。「community:」のことでしょうか。", "column 4: "},
		{"an open bracket", "q", "area:東京 (", "10 文字目", "column 10"},
		{"an open quote", "q", `"LT`, "引用符が閉じていません", "this quote is not closed"},
		{"a long filter", "q", strings.Repeat("長", 200), "条件が長すぎます", "too long"},
		{"an hour", "hour", "25:00", "時刻を 07:00 のように", "Please choose a time of day"},
		{"markup", "q", `x:"><script>alert(1)</script>`, "「x:」という項目はありません", "unknown field"},
	} {
		for lang, want := range map[string]string{site.Japanese: c.ja, site.English: c.en} {
			fields := []string{"q", "kvm", "hour", "18:00", "lang", lang, c.field, c.in}
			w := o.fill(fields, "Accept-Language", lang)
			d := parsed(t, w)
			input := d.Find("form.ask #" + c.field)
			if w.Code != http.StatusBadRequest || len(o.messages()) != 0 {
				t.Errorf("%s: %d, %d messages", c.name, w.Code, len(o.messages()))
				continue
			}
			if d.Find("html").AttrOr("lang", "") != lang || !strings.HasPrefix(d.Find("title").Text(), d.Find(".wrong strong").Text()) || d.Find(".wrong[role=alert]").Length() != 1 {
				t.Errorf("%s: the page does not begin with what is wrong: %s", c.name, d.Find("title").Text())
			}
			if d.Find("script").Length() != 0 {
				t.Errorf("%s: it became markup", c.name)
			}
			if input.AttrOr("aria-invalid", "") != "true" || d.Find("[autofocus]").AttrOr("id", "") != c.field || d.Find("[aria-invalid]").Length() != 1 {
				t.Errorf("%s: the reader is not put at the field", c.name)
			}
			described := ""
			for id := range strings.FieldsSeq(input.AttrOr("aria-describedby", "")) {
				by := d.Find("#" + id)
				if by.Length() != 1 {
					t.Errorf("%s: described by %q, which is not there", c.name, id)
				}
				described += by.Text() + " "
			}
			if problem := d.Find(`.wrong a[href="#` + c.field + `"]`).Text(); !strings.Contains(problem, want) || !strings.HasSuffix(problem, strings.TrimSpace(d.Find("#"+c.field+"-wrong").Text())) || !strings.Contains(described, want) {
				t.Errorf("%s in %s: %q, beside the field %q, want %q", c.name, lang, problem, described, want)
			}
			if c.field != "hour" && input.AttrOr("value", "") != strings.NewReplacer("\r", "", "\n", "").Replace(c.in) {
				t.Errorf("%s: the field holds %q", c.name, input.AttrOr("value", ""))
			}
			if c.field != "hour" && d.Find("#hour [selected]").Text() != "18:00" || d.Find("#lang [selected]").AttrOr("value", "") != lang {
				t.Errorf("%s: the choices are lost", c.name)
			}
		}
	}
}

// TestFormIsLabelled: each field has a name for a screen reader, and the trap none.
func TestFormIsLabelled(t *testing.T) {
	d := page(t, openSender(t).Site, "/subscribe")
	for _, id := range []string{"address", "q", "hour", "lang"} {
		field := d.Find("form.ask #" + id)
		if field.Length() != 1 || d.Find(`label[for="`+id+`"]`).Length() != 1 || field.AttrOr("tabindex", "") != "" {
			t.Errorf("%s has no label, or cannot be reached", id)
		}
	}
	trap := d.Find("#website")
	if trap.AttrOr("tabindex", "") != "-1" || trap.Closest("[aria-hidden=true]").Length() != 1 || trap.AttrOr("autocomplete", "") != "off" {
		t.Error("people meet the trap")
	}
}

// TestFormInGet: the address of the form says what is wrong with its query as well.
func TestFormInGet(t *testing.T) {
	o := openSender(t)
	w := get(o, "/subscribe?q=foo%3Abar", "Accept", "text/html")
	if d := parsed(t, w); w.Code != 400 || d.Find("#q").AttrOr("value", "") != "foo:bar" || !strings.Contains(d.Find("#q-wrong").Text(), "1 文字目") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(o, "/subscribe?hour=7"); w.Code != 400 || !strings.Contains(w.Body.String(), `\"hour\"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestFullWidthAddress: an address typed on a Japanese keyboard is taken.
func TestFullWidthAddress(t *testing.T) {
	o := openSender(t)
	o.fill([]string{"address", "ｙｏｕ＠ｅｘａｍｐｌｅ．ｏｒｇ"})
	if all := o.messages(); len(all) != 1 || all[0].To != "you@example.org" {
		t.Errorf("%+v", all)
	}
}

// A countingDesk counts who asks.
type countingSignup struct {
	Signup
	n int
}

func (d *countingSignup) Ask(context.Context, subscriber.Address, subscriber.Wish, netip.Addr, time.Time) error {
	d.n++
	return nil
}

// TestHostileForms: what is sent by programs, or from other people's pages (B74).
func TestHostileForms(t *testing.T) {
	const good = "address=you%40example.org&q=&hour=07%3A00&lang=ja&website="
	asked := new(countingSignup)
	o := openSender(t, func(m *Mailing) { m.Signup = asked })
	usual := o.fill(nil).Body.String()
	for _, c := range []struct {
		name, kind, body string
		headers          []string
		want, messages   int
	}{
		{"as a browser sends it", formType, good, nil, 200, 1},
		{"by fetch metadata", formType, good, []string{"Origin", "null", "Sec-Fetch-Site", "same-origin"}, 200, 1},
		{"from the same host in clear", formType, good, []string{"Origin", "http://koyomi.example"}, 403, 0},
		{"from the host that was asked, which is not the public one", formType, good, []string{"Origin", "https://rebound.test", "Host", "rebound.test"}, 403, 0},
		{"by fetch metadata of another host", formType, good, []string{"Origin", "", "Sec-Fetch-Site", "same-origin", "Host", "rebound.test"}, 403, 0},
		{"through a proxy that asks another host", formType, good, []string{"Host", "127.0.0.1:8080"}, 200, 1},
		{"with a charset", formType + "; charset=UTF-8", good, nil, 200, 1},
		{"only what must be", formType, "address=you%40example.org", nil, 200, 1},
		{"1 MB", formType, "address=" + strings.Repeat("a", 1<<20), nil, 413, 0},
		{"just too large", formType, good + "&q=" + strings.Repeat("a", maxForm), nil, 413, 0},
		{"JSON", "application/json", `{"address":"you@example.org"}`, nil, 415, 0},
		{"multipart", "multipart/form-data; boundary=b", "--b--", nil, 415, 0},
		{"plain text", "text/plain", good, nil, 415, 0},
		{"no type", "", good, nil, 415, 0},
		{"a type that is none", "a/b/c;;", good, nil, 415, 0},
		{"no origin", formType, good, []string{"Origin", ""}, 403, 0},
		{"an opaque origin", formType, good, []string{"Origin", "null"}, 403, 0},
		{"another site's origin", formType, good, []string{"Origin", "https://evil.test"}, 403, 0},
		{"an origin that begins like it", formType, good, []string{"Origin", "https://koyomi.example.evil.test"}, 403, 0},
		{"another site, by fetch metadata", formType, good, []string{"Sec-Fetch-Site", "cross-site"}, 403, 0},
		{"a sister site, by fetch metadata", formType, good, []string{"Sec-Fetch-Site", "same-site"}, 403, 0},
		{"the trap filled", formType, good + "x", nil, 200, 0},
		{"a field twice", formType, good + "&address=b%40example.org", nil, 400, 0},
		{"a field that is none", formType, good + "&admin=1", nil, 400, 0},
		{"500 fields", formType, strings.Repeat("a=1&", 500), nil, 400, 0},
		{"bad escapes", formType, "address=%zz", nil, 400, 0},
		{"no UTF-8", formType, "address=you%40example.org&q=%ff%fe", nil, 400, 0},
		{"a semicolon", formType, "address=a;b", nil, 400, 0},
		{"nothing", formType, "", nil, 400, 0},
		{"at once", formType, good + "&began=AGO1", nil, 400, 0},
		{"in the future", formType, good + "&began=AGO-99999", nil, 400, 0},
		{"in time", formType, good + "&began=AGO10", nil, 200, 1},
		{"days later", formType, good + "&began=AGO600000", nil, 200, 1},
		{"a time that is none", formType, good + "&began=x", nil, 400, 0},
	} {
		o.later(2 * time.Hour)
		// AGO is a moment before now.
		body := regexp.MustCompile(`AGO-?[0-9]+`).ReplaceAllStringFunc(c.body, func(m string) string {
			ago, _ := strconv.ParseInt(m[3:], 10, 64)
			return strconv.FormatInt(o.now().Unix()-ago, 10)
		})
		asked.n = 0
		w := o.answer(sending("/subscribe", c.kind, body, c.headers...))
		if w.Code != c.want || asked.n != c.messages {
			t.Errorf("%s: %d with %d messages, want %d with %d", c.name, w.Code, asked.n, c.want, c.messages)
		}
		if d := parsed(t, w); d.Find("h1").Text() == "" || d.Find(".wrong").Length() == 0 && c.want != 200 || d.Find("form.ask").Length() == 0 && c.want != 200 {
			t.Errorf("%s: the page does not say what is wrong: %s", c.name, w.Body)
		}
		if c.want == 200 && w.Body.String() != usual {
			t.Errorf("%s is told from others: %s", c.name, w.Body)
		}
		program := o.answer(sending("/subscribe", c.kind, body, append(c.headers, "Accept", "application/json")...))
		var p problem
		if c.want != 200 && (program.Code != c.want || json.Unmarshal(program.Body.Bytes(), &p) != nil || p.Detail == "") {
			t.Errorf("%s: a program hears %d %s", c.name, program.Code, program.Body)
		}
	}
}

// TestHastyReaderSendsAgain: whose browser fills in the form at once presses the
// button twice.
func TestHastyReaderSendsAgain(t *testing.T) {
	o := openSender(t)
	began := fmt.Sprint(o.now().Unix())
	o.later(time.Second)
	w := o.fill([]string{"began", began})
	d := parsed(t, w)
	if w.Code != 400 || !strings.Contains(d.Find(".wrong").Text(), "もう一度ボタンを押してください") || d.Find("[name=began]").AttrOr("value", "") != began || d.Find("#address").AttrOr("value", "") != "you@example.org" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	o.later(3 * time.Second)
	if w := o.fill([]string{"began", began}); w.Code != 200 || len(o.messages()) != 1 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestCrowds: 10,000 from one /64 get five messages, everybody together 200 an hour,
// and the operator hears of it (B74).
func TestCrowds(t *testing.T) {
	o := openSender(t)
	from := func(i int, address string) int {
		r := sending("/subscribe", formType, url.Values{"address": {fmt.Sprintf("a%d@example.org", i)}}.Encode(), "Accept", "")
		r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(address), 4711).String()
		return o.answer(r).Code
	}
	counts := map[int]int{}
	for i := range 10_000 {
		counts[from(i, fmt.Sprintf("2001:db8::%x:%x", i, i%7))]++
	}
	if counts[200] != subscriber.NetworkAsks || counts[429] != 10_000-subscriber.NetworkAsks || len(o.messages()) != subscriber.NetworkAsks {
		t.Fatalf("%v, %d messages", counts, len(o.messages()))
	}
	if from(10_000, "2001:db8:0:1::1") != 200 {
		t.Error("the next network is sent away too")
	}
	for i := range subscriber.AllAsks {
		from(20_000+i, fmt.Sprintf("198.51.%d.1", i))
	}
	if n := len(o.messages()); n != subscriber.AllAsks {
		t.Errorf("%d messages in an hour", n)
	}
	r := sending("/subscribe", formType, "address=you%40example.org")
	r.RemoteAddr = "203.0.113.9:1"
	w := o.answer(r)
	if w.Code != 429 || w.Header().Get("Retry-After") != "300" || !strings.Contains(w.Body.String(), "5 分ほどたってから") || !strings.Contains(o.log.String(), "too many ask") {
		t.Errorf("%d %v, logged %s", w.Code, w.Header(), o.log)
	}
	o.later(time.Hour + time.Second)
	if from(30_000, "203.0.113.9") != 200 {
		t.Error("an hour later nobody is let in")
	}
}

// TestAsker: whose address counts, and whose word on it (B73).
func TestAsker(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"itself", "192.0.2.7:1", nil, "192.0.2.7"},
		{"a stranger's word", "192.0.2.7:1", []string{"203.0.113.1"}, "192.0.2.7"},
		{"a proxy's word", "127.0.0.1:1", []string{"203.0.113.1"}, "203.0.113.1"},
		{"a proxy's word after a stranger's", "127.0.0.1:1", []string{"198.51.100.1, 203.0.113.1"}, "203.0.113.1"},
		{"in two headers", "127.0.0.1:1", []string{"198.51.100.1", "203.0.113.1"}, "203.0.113.1"},
		{"two proxies", "[::1]:1", []string{"198.51.100.1, 203.0.113.1, 10.1.2.3"}, "203.0.113.1"},
		{"proxies all the way", "127.0.0.1:1", []string{"10.0.0.2, 10.0.0.1"}, "10.0.0.2"},
		{"a word that is none", "127.0.0.1:1", []string{"203.0.113.1, unknown"}, "127.0.0.1"},
		{"an empty word", "127.0.0.1:1", []string{""}, "127.0.0.1"},
		{"with a port", "127.0.0.1:1", []string{"203.0.113.1:5678"}, "203.0.113.1"},
		{"version 6", "127.0.0.1:1", []string{"2001:db8::1"}, "2001:db8::1"},
		{"version 6 in brackets", "127.0.0.1:1", []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		{"version 4 as 6", "[::ffff:127.0.0.1]:1", []string{"::ffff:203.0.113.1"}, "203.0.113.1"},
		{"no address", "@", nil, "invalid IP"},
	} {
		r := sending("/subscribe", formType, "")
		r.RemoteAddr = c.remote
		r.Header["X-Forwarded-For"] = c.forwarded
		if got := asker(r, trusted).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	o := openSender(t)
	for range subscriber.NetworkAsks + 1 {
		o.fill(nil, "X-Forwarded-For", "203.0.113.1")
	}
	if !strings.Contains(o.log.String(), "trusted_proxies") {
		t.Errorf("an operator who forgot the proxy hears nothing: %q", o.log)
	}
}

// TestEveryQueryProblemHasJapanese: what the room of queries says of a query is said
// in Japanese too.
func TestEveryQueryProblemHasJapanese(t *testing.T) {
	for _, q := range []string{
		"foo:bar", "near:東京", "comunity:x", "tag:", "area:火星", "weekday:x", "time:x", "on:x", "after:9999-99-99", "is:x", "status:x", "type:x", `"open`, "(a", "a)", "()", "OR a", "a AND", "-", "a OR",
		"(((((((((a)))))))))", strings.Repeat("a ", 17), strings.Repeat("長", 1001), strings.Repeat("a", 5000), "a\x01", "\xff", `""`, "on:2300-01-01", "-(", "a -",
	} {
		_, wrong := query.Parse(q, query.Env{Now: monday})
		if wrong == nil {
			t.Errorf("%.40q is read", q)
			continue
		}
		ja, en := site.QueryProblem(site.Japanese, wrong), site.QueryProblem(site.English, wrong)
		if !strings.Contains(ja, fmt.Sprintf("%d 文字目: ", wrong.Column)) || !strings.Contains(en, wrong.Problem) {
			t.Errorf("%.40q: %s / %s", q, ja, en)
		}
		for _, foreign := range []string{" is ", " a ", "the ", "use ", "would", " not ", "remove", " with ", "nothing", "write", "quote", "most", "too "} {
			if strings.Contains(ja, foreign) {
				t.Errorf("%.40q is said in English: %s", q, ja)
				break
			}
		}
	}
}

// FuzzForm: whatever is sent, a page answers, nothing of it becomes markup, and a
// message goes to one address only.
func FuzzForm(f *testing.F) {
	for _, s := range []string{
		"address=you%40example.org&q=&hour=7&lang=ja&website=&began=1", "address=a%40b.jp%0d%0aBcc:c%40d.jp", "address=%22%3E%3Cscript%3E&q=%3Cscript%3E:", "q=foo%3Abar&hour=%00", "address=ａ＠ｂ．ｊｐ", "a=b;c", "%", "hour=23:59&lang=en&address=a..b%40docomo.ne.jp",
	} {
		f.Add(s, formType)
	}
	f.Add("{}", "application/json")
	o := openSender(f)
	f.Fuzz(func(t *testing.T, body, kind string) {
		o.later(25 * time.Hour)
		r := sending("/subscribe", formType, body)
		r.Header["Content-Type"] = []string{kind}
		w := o.answer(r)
		d := parsed(t, w)
		switch {
		case w.Code != 200 && w.Code != 400 && w.Code != 413 && w.Code != 415:
			t.Fatalf("%q: %d", body, w.Code)
		case d.Find("h1").Length() != 1 || d.Find("script, svg:not(.i), img, iframe, style, [onerror], [onload], [style]").Length() != 0:
			t.Fatalf("%q: %s", body, w.Body)
		case w.Code != 200 && d.Find("form").Length() != 1:
			t.Fatalf("%q: no form to correct it in", body)
		}
		if hour := d.Find("#hour [selected]").Text(); w.Code != 200 && len(hour) != 5 {
			t.Fatalf("%q: the hour offered is %q", body, hour)
		}
		messages, err := o.db.Ready(t.Context(), o.now(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range messages {
			if strings.ContainsAny(l.To.Wire(), "\r\n ,;<>") || strings.Count(string(l.To), "@") != 1 {
				t.Fatalf("%q: a message to %q", body, l.To)
			}
		}
	})
}
