package web

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// TestCrowdedFormStaysOpen: where too many ask the form comes back with a question; its
// answer, which a script finds, or some patience is enough.
func TestCrowdedFormStaysOpen(t *testing.T) {
	o := openSender(t)
	for i := range subscriber.NetworkAsks {
		if w := o.fill([]string{"address", fmt.Sprintf("a%d@example.org", i)}); w.Code != 200 {
			t.Fatalf("ask %d: %d", i, w.Code)
		}
	}
	w := o.fill(nil)
	d := parsed(t, w)
	field := d.Find("form.ask input[name=proof]")
	bits, err := strconv.Atoi(field.AttrOr("data-bits", ""))
	if w.Code != http.StatusTooManyRequests || err != nil || d.Find("script").Length() != 1 || d.Find("#work").AttrOr("data-ready", "") == "" || d.Find("#address").AttrOr("value", "") != "you@example.org" {
		t.Fatalf("%d, %d bits\n%s", w.Code, bits, w.Body)
	}
	question := field.AttrOr("value", "")
	if w := o.fill([]string{"proof", question}); w.Code != http.StatusTooManyRequests {
		t.Errorf("without work: %d", w.Code)
	}
	answer := subscriber.Question{Text: question, Bits: bits}.Solve()
	if w := o.fill([]string{"proof", answer, "q", "foo:bar"}); w.Code != 400 || parsed(t, w).Find("[name=proof]").AttrOr("value", "") != answer {
		t.Errorf("a slip loses the work: %d %s", w.Code, w.Body)
	}
	if w := o.fill([]string{"proof", answer}); w.Code != 200 || len(o.messages()) != subscriber.NetworkAsks+1 {
		t.Errorf("with work: %d, %d messages", w.Code, len(o.messages()))
	}
	if w := o.fill([]string{"proof", answer, "address", "b@example.org"}); w.Code != http.StatusTooManyRequests {
		t.Errorf("the same work again: %d", w.Code)
	}
	late := parsed(t, o.fill([]string{"address", "c@example.org"})).Find("[name=proof]").AttrOr("value", "")
	o.later(subscriber.Wait)
	if w := o.fill([]string{"proof", late, "address", "c@example.org"}); w.Code != 200 {
		t.Errorf("without a script, after a while: %d", w.Code)
	}
}

// unevenSignup takes its time over addresses that it knows.
type unevenSignup struct{ Signup }

func (unevenSignup) Ask(_ context.Context, to subscriber.Address, _ subscriber.Wish, _ netip.Addr, _ time.Time) error {
	if strings.HasPrefix(string(to), "known") {
		time.Sleep(80 * time.Millisecond)
	}
	return nil
}

// TestAnswersTakeTheSameTime: what is known of an address does not show in how long the
// answer takes.
func TestAnswersTakeTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := openSender(t, func(m *Mailing) { m.Signup, m.Even = unevenSignup{}, 300*time.Millisecond })
		for _, name := range []string{"known", "new"} {
			began := time.Now()
			w := o.fill([]string{"address", name + "@example.org"})
			if took := time.Since(began); w.Code != 200 || took != 300*time.Millisecond {
				t.Errorf("%s: %d after %s", name, w.Code, took)
			}
		}
		o.db.Close()
	})
}

// TestConfirmationNamesWhatItChanges: the page behind the link shows the wish, and beside
// it the subscription that it would replace; the mail says that there is one, in fixed
// words.
func TestConfirmationNamesWhatItChanges(t *testing.T) {
	o := openSender(t)
	first := o.asked("you@example.org")
	if d := page(t, o.Site, first); d.Find(".to").Text() != "you@example.org" || !strings.Contains(d.Find("dl").Text(), "すべてのイベント") || d.Find("dl del").Length() != 0 {
		t.Errorf("of a new subscription: %s", d.Find("main").Text())
	}
	o.post(first)
	o.later(25 * time.Hour)
	o.fill([]string{"q", `area:東京 "<b>"`, "hour", "18:00", "lang", "en"})
	all := o.messages()
	m := all[len(all)-1]
	if !strings.Contains(m.Body.Text[0], "subscribed already") || strings.Contains(m.Body.Text[0], "東京") {
		t.Errorf("the mail says\n%s", m.Body.Text[0])
	}
	d := page(t, o.Site, o.link(m))
	for _, want := range []string{`すべてのイベント → area:東京 "<b>"`, "07:00 Asia/Tokyo → 18:00 Asia/Tokyo", "日本語 → English"} {
		if !strings.Contains(d.Find("dl").Text(), want) {
			t.Errorf("%q is not in\n%s", want, d.Find("dl").Text())
		}
	}
	if d.Find("dl b").Length() != 0 || !strings.Contains(d.Text(), "すでに登録があります") {
		t.Errorf("the page says\n%s", d.Text())
	}
}

// TestStrangersLockNobodyOut: what others ask for an address neither voids its owner's
// link nor takes the owner's turn.
func TestStrangersLockNobodyOut(t *testing.T) {
	o := openSender(t, func(m *Mailing) { m.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	from := func(network string, fields ...string) int {
		return o.fill(fields, "X-Forwarded-For", network).Code
	}
	for day := range 5 {
		if got := from("198.51.100.1", "address", "o.w.n.e.r+x@example.org", "q", "stranger"); got != 200 {
			t.Fatalf("day %d: %d", day, got)
		}
		o.later(25 * time.Hour)
	}
	if n := len(o.messages()); n != 0 && n > subscriber.AddressAsks {
		t.Errorf("a stranger had %d mails sent", n)
	}
	from("203.0.113.5", "address", "owner@example.org", "q", "kvm")
	all := o.messages()
	link := o.link(all[len(all)-1])
	from("198.51.7.1", "address", "owner@example.org", "q", "stranger")
	if o.post(link); len(o.subscribers()) != 1 || o.subscribers()[0].Query != "kvm" {
		t.Errorf("the owner's link brings %+v", o.subscribers())
	}
}

// TestMailHealthIsKnown: the queue's age, refusals and the last mail that was accepted.
func TestMailHealthIsKnown(t *testing.T) {
	o := openSender(t)
	o.asked("you@example.org")
	o.later(90 * time.Minute)
	m := o.messages()[0]
	ready := get(o, "/readyz")
	if ready.Code != 200 || ready.Body.String() != "ready\n" {
		t.Errorf("to strangers: %d %s", ready.Code, ready.Body)
	}
	r := watch(o.Site, "127.0.0.1:1")
	for _, want := range []string{"koyomi_mail_waiting 1\n", "koyomi_mail_queue_age_seconds 5400\n", "koyomi_mail_refused 0\n"} {
		if !strings.Contains(r.Body.String(), want) {
			t.Errorf("no %q in\n%s", want, r.Body)
		}
	}
	ctx := t.Context()
	if _, err := o.db.Begin(ctx, m.ID, "x", o.now(), o.now().Add(time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	if err := o.db.Settle(ctx, store.Settlement{ID: m.ID, By: "x", Now: o.now(), State: store.Sent}); err != nil {
		t.Fatal(err)
	}
	near := sending("/readyz", "", "")
	near.Method, near.RemoteAddr, near.Host = http.MethodGet, "127.0.0.1:1", "127.0.0.1:8080"
	want := "ready\nmail: 0 waiting, 0 refused, 0 expired and 0 unanswered within a day, last accepted at 2009-05-18T01:30:00Z\n"
	if got := o.answer(near).Body.String(); got != want {
		t.Errorf("readyz: %q, want %q", got, want)
	}
	if r := watch(o.Site, "127.0.0.1:1"); !strings.Contains(r.Body.String(), "koyomi_mail_last_accepted_timestamp_seconds 1.2426102e+09\n") {
		t.Errorf("no last mail in\n%s", r.Body)
	}
}
