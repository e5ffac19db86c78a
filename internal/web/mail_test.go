package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// TestSubscribesByMail goes the whole way: box, form, message, button, and the way out.
func TestSubscribesByMail(t *testing.T) {
	o := openSender(t)
	at := mailLink(page(t, o.Site, "/calendar?q=area%3A%E6%9D%B1%E4%BA%AC"))
	if at != "/subscribe?q=area%3A%E6%9D%B1%E4%BA%AC" {
		t.Fatalf("the page to subscribe leads to %q", at)
	}
	follow := page(t, o.Site, "/communities/bpstudy").Find(".box a.button").AttrOr("href", "")
	if got := mailLink(page(t, o.Site, follow)); got != "/subscribe?q=community%3Abpstudy" {
		t.Errorf("the page of a community leads to %q", got)
	}
	form := page(t, o.Site, at).Find("form.ask")
	fields := url.Values{}
	form.Find("input, select").Each(func(_ int, s *goquery.Selection) {
		value := s.AttrOr("value", "")
		if s.Is("select") {
			chosen := s.Find("[selected]")
			value = chosen.AttrOr("value", chosen.Text())
		}
		fields.Set(s.AttrOr("name", ""), value)
	})
	if got := fields.Encode(); got != "address=&began=1242604800&hour=07%3A00&lang=ja&q=area%3A%E6%9D%B1%E4%BA%AC&website=" || form.AttrOr("action", "") != "/subscribe" {
		t.Fatalf("the form holds %s", got)
	}
	fields.Set("address", " a..b@docomo.ne.jp ")
	fields.Set("hour", "18:00")
	o.later(20 * time.Second)
	w := o.answer(sending("/subscribe", formType, fields.Encode()))
	if d := parsed(t, w); w.Code != 200 || d.Find("h1").Text() != "確認のメールを送りました" || d.Find(".to").Text() != "a..b@docomo.ne.jp" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	all := o.messages()
	if len(all) != 1 || all[0].To != "a..b@docomo.ne.jp" || all[0].Kind != store.Confirm || all[0].Body.HTML != [3]string{} || all[0].Body.Leave != "" {
		t.Fatalf("%+v", all)
	}
	link := o.link(all[0])
	if d := page(t, o.Site, link); d.Find("form").AttrOr("action", "") != link || d.Find("form button").Text() != "メールを受け取る" || len(o.subscribers()) != 0 {
		t.Fatalf("the page to confirm: %s", d.Text())
	}
	if w := o.post(link); w.Code != 200 || !strings.Contains(w.Body.String(), "受け付けました") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	s := o.subscribers()
	if len(s) != 1 || s[0].State != subscriber.Active || s[0].Query != "area:東京" || s[0].Minute != 18*60 || s[0].Zone != "Asia/Tokyo" || s[0].Lang != "ja" || s[0].Format != subscriber.Both {
		t.Fatalf("%+v", s)
	}
	state, err := o.db.Mail(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := "/unsubscribe/" + state.Secret.Leave(s[0].ID, s[0].Generation)
	if d := page(t, o.Site, out); d.Find("form").AttrOr("action", "") != out || o.state(s[0].Address) != subscriber.Active {
		t.Fatal("a look at the page to leave ended it")
	}
	button := url.Values{}
	page(t, o.Site, out).Find("form input").Each(func(_ int, s *goquery.Selection) { button.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	if w := o.answer(sending(out, formType, button.Encode())); w.Code != 200 || o.state(s[0].Address) != subscriber.Left {
		t.Fatalf("%d, and it is %s", w.Code, o.state(s[0].Address))
	}
}

// TestAddressesCannotBeAskedAbout: what is known of an address shows in no answer.
func TestAddressesCannotBeAskedAbout(t *testing.T) {
	o := openSender(t, func(m *Mailing) { m.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	ctx := t.Context()
	o.subscribed("known@example.org")
	gone := o.subscribed("left@example.org")
	o.post(gone)
	o.subscribed("never@example.org")
	if err := o.db.Unsubscribe(ctx, "never@example.org", o.now(), true); err != nil {
		t.Fatal(err)
	}
	o.fill([]string{"address", "limited@example.org"}, "X-Forwarded-For", "198.51.105.1")
	want := 1 + 3 // of limited before, of known, left and new now
	first := ""
	for i, name := range []string{"new", "known", "left", "never", "limited"} {
		w := o.fill([]string{"address", name + "@example.org"}, "X-Forwarded-For", fmt.Sprintf("198.51.%d.1", 101+i))
		w.Header().Del("Content-Length")
		got := fmt.Sprintln(w.Code, w.Header(), strings.ReplaceAll(w.Body.String(), name+"@", "…@"))
		if first == "" {
			first = got
		}
		if got != first || w.Code != 200 {
			t.Errorf("%s is answered\n%s\nnew is answered\n%s", name, got, first)
		}
	}
	if n := len(o.messages()); n != want {
		t.Errorf("%d messages, want %d", n, want)
	}
	if o.log.Len() > 0 {
		t.Errorf("logged: %s", o.log)
	}
}

// TestLetterHoldsFixedText: nothing that who fills in the form has written is in it.
func TestLetterHoldsFixedText(t *testing.T) {
	o := openSender(t)
	for i, q := range []string{"", "今すぐhttps://evil.test/へ"} {
		if w := o.fill([]string{"address", fmt.Sprintf("you%d@example.org", i), "q", q}); w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
	}
	all := o.messages()
	for i := range all {
		all[i].Body.Text[0] = strings.ReplaceAll(all[i].Body.Text[0], o.link(all[i]), "")
	}
	if len(all) != 2 || fmt.Sprint(all[0].Body) != fmt.Sprint(all[1].Body) || strings.Contains(fmt.Sprint(all[0].Body, all[1].Body), "example.org") {
		t.Errorf("%+v", all)
	}
}

// TestAsksOfOneAddress: once a day, three times without an answer, the last link
// alone is good.
func TestAsksOfOneAddress(t *testing.T) {
	o := openSender(t)
	links := []string{o.asked("you@example.org")}
	o.later(23 * time.Hour)
	o.fill(nil)
	if n := len(o.messages()); n != 1 {
		t.Fatalf("%d messages after a day's second ask", n)
	}
	for range 2 {
		o.later(25 * time.Hour)
		o.fill(nil)
		all := o.messages()
		links = append(links, o.link(all[len(all)-1]))
	}
	if links[0] == links[1] || links[1] == links[2] {
		t.Fatalf("links %v", links)
	}
	for _, old := range links[:2] {
		if o.post(old); len(o.subscribers()) != 0 {
			t.Fatal("an old link confirms")
		}
	}
	o.later(25 * time.Hour)
	o.fill(nil)
	if all := o.messages(); o.link(all[len(all)-1]) != links[2] {
		t.Error("a fourth message was posted")
	}
	if o.post(links[2]); len(o.subscribers()) != 1 {
		t.Error("the last link does not confirm")
	}
}

// TestConfirmIsNeutral: expired, used, foreign, made up or after leaving, a link is
// answered alike and does nothing (B77).
func TestConfirmIsNeutral(t *testing.T) {
	o := openSender(t)
	used := o.asked("used@example.org")
	good := o.post(used)
	state, err := o.db.Mail(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := o.subscribers()[0]
	out := state.Secret.Leave(s.ID, s.Generation)
	left := o.asked("left@example.org")
	o.post(left)
	if err := o.db.Unsubscribe(t.Context(), "left@example.org", o.now(), false); err != nil {
		t.Fatal(err)
	}
	expired := o.asked("expired@example.org")
	o.later(48*time.Hour + time.Second)
	want := strings.ReplaceAll(good.Body.String(), used, "…")
	for name, target := range map[string]string{
		"used": used, "after leaving": left, "expired": expired, "another's": "/confirm/" + out, "made up": "/confirm/AAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"short": "/confirm/x", "long": "/confirm/" + strings.Repeat("A", 4000), "of another alphabet": "/confirm/%E3%81%82%3Cscript%3E",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := sending(target, formType, "")
			r.Method = method
			w := o.answer(r)
			if w.Code != 200 || strings.Contains(w.Body.String(), "<script>") {
				t.Errorf("%s %s: %d", method, name, w.Code)
			}
			got := w.Body.String()
			for _, path := range []string{target, strings.ReplaceAll(target, "%3C", "%3c"), r.URL.EscapedPath()} {
				got = strings.ReplaceAll(got, path, "…")
			}
			if method == http.MethodPost && len(target) == len(used) && got != want {
				t.Errorf("%s is answered\n%s\nwant\n%s", name, got, want)
			}
		}
	}
	if n := len(o.subscribers()); n != 2 || o.state("left@example.org") != subscriber.Left {
		t.Errorf("%d subscribers, and who left is %s", n, o.state("left@example.org"))
	}
}

// TestLooksChangeNothing: scanners that open links, and methods that are none (B75).
func TestLooksChangeNothing(t *testing.T) {
	o := openSender(t)
	out := o.subscribed("you@example.org")
	confirm := o.asked("new@example.org")
	for _, target := range []string{out, confirm, "/unsubscribe/AAAAAAAAAAAAAAAAAAAAAAAAAAA", "/subscribe"} {
		for range 100 {
			if w := get(o, target); w.Code != 200 {
				t.Fatalf("%s: %d", target, w.Code)
			}
		}
		g, h := get(o, target), ask(o, http.MethodHead, target)
		if h.Code != 200 || h.Body.Len() != 0 || fmt.Sprint(h.Header()) != fmt.Sprint(g.Header()) {
			t.Errorf("HEAD %s: %d, %d octets, %v", target, h.Code, h.Body.Len(), h.Header())
		}
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "UNSUBSCRIBE"} {
			if w := ask(o, method, target); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, POST" {
				t.Errorf("%s %s: %d, allowed %q", method, target, w.Code, w.Header().Get("Allow"))
			}
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "Set-Cookie": "", "Location": "", "X-Content-Type-Options": "nosniff"} {
			if got := g.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
		if got := g.Header().Get("Referrer-Policy"); target != "/subscribe" && got != "no-referrer" {
			t.Errorf("%s tells other sites of itself: %q", target, got)
		}
	}
	if o.state("you@example.org") != subscriber.Active || len(o.subscribers()) != 1 {
		t.Error("a look changed something")
	}
	bad, good := o.post("/unsubscribe/AAAAAAAAAAAAAAAAAAAAAAAAAAA"), o.post(out)
	if a, b := strings.ReplaceAll(bad.Body.String(), "AAAAAAAAAAAAAAAAAAAAAAAAAAA", "…"), strings.ReplaceAll(good.Body.String(), strings.TrimPrefix(out, "/unsubscribe/"), "…"); bad.Code != 200 || a != b {
		t.Errorf("a token that is none is answered %d\n%s\nwant\n%s", bad.Code, a, b)
	}
	if o.state("you@example.org") != subscriber.Left {
		t.Error("the button did not end it")
	}
}

// TestOneClick: what mail programs send to leave, and what they do not (B76, RFC 8058).
func TestOneClick(t *testing.T) {
	const multi = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
	for _, c := range []struct {
		name, kind, body string
		want             int
	}{
		{"as RFC 8058 says", formType, "List-Unsubscribe=One-Click", 200},
		{"with a charset", formType + "; charset=utf-8", "List-Unsubscribe=One-Click\r\n", 200},
		{"as multipart", "multipart/form-data; boundary=b", multi, 200},
		{"without a body", "", "", 200},
		{"without a body, with a type", "application/json", "", 200},
		{"as plain text", "text/plain", "List-Unsubscribe=One-Click", 200},
		{"without a type", "", "List-Unsubscribe=One-Click", 200},
		{"something else", formType, "action=subscribe", 400},
		{"JSON", "application/json", `{"a":1}`, 400},
		{"multipart of something else", "multipart/form-data; boundary=b", strings.ReplaceAll(multi, "One-Click", "Two-Click"), 400},
		{"multipart without a boundary", "multipart/form-data", multi, 400},
		{"multipart that ends early", "multipart/form-data; boundary=b", multi[:30], 400},
		{"1 MB", formType, strings.Repeat("a", 1<<20), 413},
	} {
		o := openSender(t)
		out := o.subscribed("you@example.org")
		for i := range 2 {
			// A mail program has no page: no Origin, no Accept, another host's name.
			w := o.answer(sending(out+"?utm_source=mail", c.kind, c.body, "Origin", "", "Accept", "*/*", "Sec-Fetch-Site", "cross-site", "Content-Type", c.kind))
			if w.Code != c.want || w.Header().Get("Location") != "" || w.Header().Get("Set-Cookie") != "" {
				t.Errorf("%s, time %d: %d %v", c.name, i+1, w.Code, w.Header())
			}
		}
		want := subscriber.Left
		if c.want != 200 {
			want = subscriber.Active
		}
		if got := o.state("you@example.org"); got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
	}
}

// TestOldLinkEndsNoNewSubscription: a way out is of one subscription.
func TestOldLinkEndsNoNewSubscription(t *testing.T) {
	o := openSender(t)
	old := o.subscribed("you@example.org")
	o.post(old)
	now := o.subscribed("you@example.org")
	if o.post(old); o.state("you@example.org") != subscriber.Active {
		t.Error("an old link ended a new subscription")
	}
	if o.post(now); o.state("you@example.org") != subscriber.Left {
		t.Error("the new link does not end it")
	}
}

// TestTwoConfirmAtOnce: a link that many press at the same time makes one subscription,
// and all of them hear the same.
func TestTwoConfirmAtOnce(t *testing.T) {
	o := openSender(t)
	link := o.asked("you@example.org")
	var group sync.WaitGroup
	answers := make([]string, 8)
	for i := range answers {
		group.Go(func() {
			w := o.post(link)
			answers[i] = fmt.Sprintln(w.Code, w.Body)
		})
	}
	group.Wait()
	for i, a := range answers {
		if a != answers[0] || !strings.HasPrefix(a, "200") {
			t.Errorf("answer %d: %s", i, a)
		}
	}
	if s := o.subscribers(); len(s) != 1 || s[0].Generation != 1 || s[0].State != subscriber.Active {
		t.Errorf("%+v", s)
	}
}

// mailLink returns where a page leads who wants the mail.
func mailLink(d *goquery.Document) string {
	return d.Find("main a[href^='/subscribe']").AttrOr("href", "")
}
