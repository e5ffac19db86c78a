package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"koyomi/internal/delivery"
	"koyomi/internal/event"
	"koyomi/internal/mail"
	"koyomi/internal/mail/mailtest"
	"koyomi/internal/publish/site"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// A brokenDesk fails.
type brokenSignup struct{ Signup }

func (brokenSignup) Ask(context.Context, subscriber.Address, subscriber.Wish, netip.Addr, time.Time) error {
	return store.ErrStale
}

func (brokenSignup) Confirm(context.Context, string, time.Time) error { return store.ErrStale }
func (brokenSignup) Leave(context.Context, string, time.Time) error   { return store.ErrStale }

// TestSecretsStayOutOfLogs: where the store fails the reader hears so, and the log
// holds one line of it, with neither a whole token nor an address.
func TestSecretsStayOutOfLogs(t *testing.T) {
	o := openSender(t, func(m *Mailing) { m.Signup = brokenSignup{} })
	token := "Abcdefghijklmnopqrstuvwxyz0"
	for _, target := range []string{"/confirm/" + token, "/unsubscribe/" + token} {
		if w := o.post(target); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if w := o.fill(nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("the form: %d", w.Code)
	}
	log := o.log.String()
	if strings.Contains(log, token[5:]) || strings.Contains(log, "you@") || strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "/confirm/Abcd…") {
		t.Errorf("logged: %s", log)
	}
}

// TestWithoutAMailServer: nothing is offered, and links that were sent still work.
func TestWithoutAMailServer(t *testing.T) {
	o := openSender(t, func(m *Mailing) { m.Offer = false })
	out := o.subscribed("you@example.org")
	if page(t, o.Site, "/").Find(".mail").Length() != 0 {
		t.Error("the box offers a mail that nobody sends")
	}
	if w, form := o.fill(nil), get(o, "/subscribe"); w.Code != 404 || form.Code != 404 {
		t.Errorf("the form is answered %d, %d", form.Code, w.Code)
	}
	if w := o.post(out); w.Code != 200 || o.state("you@example.org") != subscriber.Left || strings.Contains(w.Body.String(), "/subscribe") {
		t.Errorf("the way out: %d %s", w.Code, w.Body)
	}
	h, _ := open(may2009())
	for _, target := range []string{"/subscribe", "/confirm/x", "/unsubscribe/x"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if w := ask(h, method, target); w.Code != 404 {
				t.Errorf("%s %s without a database of readers: %d", method, target, w.Code)
			}
		}
	}
	static := New(Options{Reader: may2009(), Static: true, Mailing: &Mailing{Offer: true}, PublicURL: "https://koyomi.example"})
	if strings.Contains(get(static, "/").Body.String(), "/subscribe") {
		t.Error("pages written as files lead to a form that nobody answers")
	}
}

// TestMailPagesSpeakBothLanguages: every step, by what the browser prefers and by
// what the reader chose.
func TestMailPagesSpeakBothLanguages(t *testing.T) {
	o := openSender(t)
	for target, words := range map[string][2]string{
		"/subscribe":     {"メールで受け取る", "Get it by e-mail"},
		"/confirm/x":     {"登録を確かめる", "Confirm"},
		"/unsubscribe/x": {"配信を止める", "Unsubscribe"},
	} {
		for i, l := range []string{site.Japanese, site.English} {
			for _, w := range []*httptest.ResponseRecorder{get(o, target, "Accept-Language", l), get(o, target+"?lang="+l)} {
				d := parsed(t, w)
				if d.Find("h1").Text() != words[i] || d.Find("html").AttrOr("lang", "") != l {
					t.Errorf("%s in %s: %q", target, l, d.Find("h1").Text())
				}
			}
		}
		if got := page(t, o.Site, target+"?lang=en").Find("form[method=post]").AttrOr("action", ""); got != target+"?lang=en" {
			t.Errorf("%s: the button forgets the language: %s", target, got)
		}
	}
	for i, l := range []string{site.Japanese, site.English} {
		o.fill([]string{"address", l + "@example.org", "lang", l}, "Accept-Language", l)
		all := o.messages()
		if got, want := all[i].Body.Lang+" "+all[i].Body.Subject, []string{"ja [koyomi] 登録の確認", "en [koyomi] Please confirm"}[i]; got != want {
			t.Errorf("the message is %q, want %q", got, want)
		}
	}
}

// A pigeon carries messages nowhere, and keeps them.
type pigeon struct{ carried [][]byte }

func (p *pigeon) Deliver(_ context.Context, _, _ string, message []byte) mail.Outcome {
	p.carried = append(p.carried, bytes.Clone(message))
	return mail.Outcome{Result: mail.Accepted, Code: 250}
}

func (p *pigeon) Close() error { return nil }

// TestLettersOfTheWholeWay: the messages themselves, as the mail server gets them: the
// one that asks is fit and no mailing of a list; its link confirms; the digest's header
// ends it with one click.
func TestLettersOfTheWholeWay(t *testing.T) {
	o := openSender(t)
	bird := new(pigeon)
	sender := &delivery.Sender{
		Settings: delivery.Settings{Site: "https://koyomi.example", From: netmail.Address{Name: "koyomi", Address: "koyomi@koyomi.example"}, CatchUp: 6 * time.Hour, MaxAge: 20 * time.Hour},
		Store:    o.db, Open: func() delivery.Transport { return bird }, Now: o.now, Log: slog.New(slog.DiscardHandler),
	}
	send := func() mailtest.Message {
		t.Helper()
		bird.carried = nil
		if _, err := sender.Send(t.Context()); err != nil || len(bird.carried) != 1 {
			t.Fatalf("%d messages, %v", len(bird.carried), err)
		}
		if wrong := mailtest.Check(bird.carried[0]); len(wrong) > 0 {
			t.Errorf("%v\n%s", wrong, bird.carried[0])
		}
		l, err := mailtest.Read(bird.carried[0])
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	o.fill([]string{"address", "a..b@docomo.ne.jp"})
	asks := send()
	if asks.Subject != "[koyomi] 登録の確認" || asks.HTML != "" || asks.Header.Get("List-Unsubscribe") != "" || asks.Header.Get("To") != `<"a..b"@docomo.ne.jp>` {
		t.Errorf("%v", asks.Header)
	}
	link := confirmLink.FindStringSubmatch(asks.Text)
	if link == nil {
		t.Fatalf("no link in %s", asks.Text)
	}
	get(o, link[1])
	o.post(link[1])
	s := o.subscribers()
	if len(s) != 1 || s[0].State != subscriber.Active {
		t.Fatalf("%+v", s)
	}
	day := store.Planning{
		Now: o.now(), Day: event.DateOf(o.now()), Expires: o.now().Add(20 * time.Hour),
		Bodies:  []store.Body{{Subject: "[koyomi] 新着1", Lang: "ja", Leave: "配信停止", Text: [3]string{"新着\n", "\n本文\n", "\n"}, HTML: [3]string{"<html lang=\"ja\"><p>新着 ", "</p><p>本文 ", "</p></html>"}}},
		Readers: []store.Recipient{{Subscriber: s[0], MessageID: "<d.2009-05-18.x@koyomi.example>"}},
	}
	if n, err := o.db.Plan(t.Context(), day); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	digest := send()
	way := regexp.MustCompile(`<https://koyomi\.example(/unsubscribe/[^>]+)>`).FindStringSubmatch(digest.Header.Get("List-Unsubscribe"))
	if way == nil || digest.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Fatalf("%v", digest.Header)
	}
	w := o.answer(sending(way[1], formType, digest.Header.Get("List-Unsubscribe-Post"), "Origin", "", "Accept", ""))
	if w.Code != 200 || o.state(s[0].Address) != subscriber.Left {
		t.Errorf("%d, and it is %s", w.Code, o.state(s[0].Address))
	}
}
