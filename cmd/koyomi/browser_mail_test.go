package main

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// mailWords are the headings of the steps, and the buttons that lead on.
var mailWords = map[string]struct{ asked, confirm, confirmed string }{
	"ja": {"確認のメールを送りました", "登録を確かめる", "受け付けました"},
	"en": {"A mail to confirm was sent", "Confirm", "Done"},
}

var linkInAMessage = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+(/(?:confirm|unsubscribe)/[^\s>]+)`)

// TestMailInABrowser goes the whole way of the daily mail as people do, in both
// languages: box, form, message, button, digest, and the way out.
func TestMailInABrowser(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	for language := range mailWords {
		t.Run(language, func(t *testing.T) { mailInABrowser(t, b, language) })
	}
}

// letterLink returns where the first link of a text leads on this site.
func (p *tab) messageLink(text string) string {
	p.Helper()
	found := linkInAMessage.FindStringSubmatch(text)
	if found == nil {
		p.Fatalf("no link in %s", text)
	}
	return found[1]
}

// step looks at a page in every window.
func (p *tab) step(b *browser, name, language string) {
	p.Helper()
	for _, w := range []window{{390, "light"}, {390, "dark"}, {1280, "dark"}, {1280, "light"}} {
		p.size(w.width, w.scheme)
		name := fmt.Sprintf("mail-%s-%s-%d-%s", name, language, w.width, w.scheme)
		for _, barrier := range p.barriers(b.axe) {
			p.Errorf("%s: %s", name, barrier)
		}
		if wide := evaluate[int64](p, "document.documentElement.scrollWidth"); wide > w.width {
			p.Errorf("%s is %d wide", name, wide)
		}
		p.keep(b, name)
	}
}

// freeAddress returns an address of this machine at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func mailInABrowser(t *testing.T, b *browser, language string) {
	const now, tomorrow = "2026-06-08T11:00:00+09:00", "2026-06-09T12:00:00+09:00"
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	box, err := newPostbox()
	if err != nil {
		t.Fatal(err)
	}
	defer box.server.Close()
	config, err := os.ReadFile(r.config)
	if err != nil {
		t.Fatal(err)
	}
	// A form is taken from a page of the public address alone.
	listen := freeAddress(t)
	settings := strings.Replace(box.settings(), "https://koyomi.example.org", "http://"+listen, 1)
	r.write(t, "config.yaml", string(config)+settings)
	must(t, 0, r.dir, "sync", "garden", "--now", now)
	s := startProgram(t, r.dir, "serve", "--listen", listen, "--now", now)
	s.waitFor("publishes on")
	p := b.tab(t, "http://"+listen, language)

	p.open("/calendar?q=community:garden")
	p.follow(chromedp.Click(chromedp.CSS("main a[href^='/subscribe']")))
	p.step(b, "form", language)
	p.open("/subscribe/preview?q=community:garden")
	p.step(b, "sample", language)
	p.open("/issues")
	p.step(b, "issues", language)
	p.open("/subscribe?q=community:garden")
	p.do(chromedp.SendKeys(chromedp.CSS("#address"), "you@"), chromedp.SetValue(chromedp.CSS("#hour"), "12:00"))
	// Whoever fills the form in under three seconds is asked to send it again.
	began := chromedp.CSS("input[name=began]")
	p.do(chromedp.SetAttributeValue(began, "value", fmt.Sprint(evaluate[int64](p, "Number(document.querySelector('input[name=began]').value) - 60"))))
	p.follow(chromedp.Click(chromedp.CSS(".ask button")))
	p.expect("400 (Bad Request)")
	p.do(chromedp.WaitReady(chromedp.CSS("#address[aria-invalid]:focus")))
	if got := evaluate[string](p, "document.querySelector('#hour').value + ' ' + document.querySelector('#q').value"); got != "12:00 community:garden" {
		t.Errorf("after a slip the form holds %s", got)
	}
	p.step(b, "slip", language)
	p.do(chromedp.SetValue(chromedp.CSS("#address"), "you@example.org"))
	p.follow(chromedp.Click(chromedp.CSS(".ask button")))
	words := mailWords[language]
	if got := p.text("h1") + " " + p.text(".to"); got != words.asked+" you@example.org" {
		t.Fatalf("the form leads to %q", got)
	}
	p.step(b, "asked", language)

	message := box.message(t)
	if message.to != "you@example.org" {
		t.Fatalf("a message came to %s", message.to)
	}
	p.open(p.messageLink(message.Text))
	if got := p.text("h1"); got != words.confirm {
		t.Errorf("the message leads to %q", got)
	}
	p.step(b, "confirm", language)
	if out := must(t, 0, r.dir, "subscriber", "list", "--format", "jsonl", "--now", now).out; out != "" {
		t.Errorf("a look subscribed %s", out)
	}
	p.follow(chromedp.Click(chromedp.CSS("main form button")))
	if got := p.text("h1"); got != words.confirmed {
		t.Errorf("the button leads to %q", got)
	}
	p.step(b, "confirmed", language)

	must(t, 0, r.dir, "digest", "send", "--now", tomorrow)
	digest := box.message(t)
	if digest.to != "you@example.org" || !strings.Contains(digest.Text, "庭の勉強会") {
		t.Fatalf("the digest to %s says %s", digest.to, digest.Text)
	}
	p.open(strings.TrimPrefix(regexp.MustCompile(`http://\S+/me/\S+`).FindString(digest.Text), p.home))
	p.step(b, "own", language)
	p.open(p.messageLink(digest.Header.Get("List-Unsubscribe")))
	p.step(b, "leave", language)
	p.follow(chromedp.Click(chromedp.CSS("main form button")))
	p.step(b, "left", language)
	if out := must(t, 0, r.dir, "subscriber", "list", "--format", "jsonl", "--now", tomorrow).out; strings.Contains(out, `"active"`) {
		t.Errorf("after the button there is still %s", out)
	}
	for _, w := range box.wrong {
		t.Errorf("a message is wrong: %s", w)
	}
}
