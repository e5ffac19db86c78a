package mail_test

import (
	"bytes"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/mail/mailtest"
	"koyomi/internal/text"
)

const leave = "https://koyomi.example/unsubscribe/0123456789abcdef"

func message() mail.Message {
	return mail.Message{
		ID: "d.2026-11-24.abc@koyomi.example", Date: time.Date(2026, 11, 24, 7, 0, 0, 0, time.FixedZone("JST", 9*3600)),
		From: netmail.Address{Name: "暦 koyomi", Address: "koyomi@koyomi.example"}, To: "you@example.org",
		ListID: "koyomi daily <daily.koyomi.example>", Subject: "[koyomi] 11/24（火）新着3・変更1・中止1", Lang: "ja",
		Text: "新着が3件あります。\n配信停止: " + leave + "\n", HTML: `<html lang="ja"><p>新着が3件あります。</p><a href="` + leave + `">配信停止</a></html>`,
		Leave: mail.Leave{URL: leave, Mailto: "stop@koyomi.example"}, Bulk: true,
	}
}

// TestCompose: messages as they are written, whatever is in them.
func TestCompose(t *testing.T) {
	for name, change := range map[string]func(*mail.Message){
		"a digest":                         func(*mail.Message) {},
		"text alone":                       func(m *mail.Message) { m.HTML = "" },
		"no way out":                       func(m *mail.Message) { m.Leave, m.Bulk, m.ListID = mail.Leave{}, false, "" },
		"B80: dots of docomo.ne.jp":        func(m *mail.Message) { m.To = `"a..b."@docomo.ne.jp` },
		"in English":                       func(m *mail.Message) { m.Lang, m.Subject = "en", "[koyomi] Tue 24 Nov: 3 new, 1 changed" },
		"330 kanji in the subject":         func(m *mail.Message) { m.Subject = strings.Repeat("暦", 330) },
		"one word of a subject":            func(m *mail.Message) { m.Subject = strings.Repeat("x", 330) },
		"CR and LF in the subject":         func(m *mail.Message) { m.Subject = "新着\r\nBcc: x@example.org\r\n\r\n<script>" },
		"LF in the sender's name":          func(m *mail.Message) { m.From.Name = "koyomi\nBcc: x@example.org" },
		"U+2028, bidi, NUL in the subject": func(m *mail.Message) { m.Subject = "a\u2028b\u202ec\x00d\x1b[31m" },
		"no UTF-8":                         func(m *mail.Message) { m.Subject += "\xff\xfe"; m.Text += "\xff" },
		"emoji joined":                     func(m *mail.Message) { m.Subject = strings.Repeat("👨‍👩‍👧‍👦", 30) },
		"an encoded word as subject":       func(m *mail.Message) { m.Subject = "=?UTF-8?B?5paw552A?= と =?utf-8?q?x?=" },
		"dots and From at line starts":     func(m *mail.Message) { m.Text = ".\n..\nFrom here\n" + leave + "\n" },
		"line ends of all sorts":           func(m *mail.Message) { m.Text = "a\rb\r\nc\nd\r\r\ne\x00 " + leave },
		"a long line":                      func(m *mail.Message) { m.Text = strings.Repeat("x", 5000) + " " + leave },
	} {
		t.Run(name, func(t *testing.T) {
			m := message()
			change(&m)
			b, err := mail.Compose(m)
			if err != nil {
				t.Fatal(err)
			}
			if wrong := mailtest.Check(b); len(wrong) > 0 {
				t.Errorf("%s\n%s", strings.Join(wrong, "\n"), b)
			}
			again, err := mail.Compose(m)
			if err != nil || !bytes.Equal(b, again) {
				t.Errorf("written twice it differs (%v)", err)
			}
		})
	}
}

func TestComposeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*mail.Message)
		want   string
	}{
		"no ID":                 {func(m *mail.Message) { m.ID = "" }, "is not a Message-ID"},
		"an ID of two lines":    {func(m *mail.Message) { m.ID = "a@b\r\nBcc: x" }, "is not a Message-ID"},
		"no sender":             {func(m *mail.Message) { m.From.Address = "" }, "sender"},
		"two recipients":        {func(m *mail.Message) { m.To = "a@b.example>, <c@d.example" }, "no address"},
		"a recipient's header":  {func(m *mail.Message) { m.To = "a@b.example\r\nBcc: x@y.example" }, "no address"},
		"no text":               {func(m *mail.Message) { m.Text = "" }, "text"},
		"a language":            {func(m *mail.Message) { m.Lang = "fr" }, "language"},
		"a link of two lines":   {func(m *mail.Message) { m.Leave.URL = "https://a.example/\r\nX: y" }, "does not stand in a header"},
		"a link that ends":      {func(m *mail.Message) { m.Leave.URL = "https://a.example/>,<https://b.example" }, "is no link"},
		"a list of two lines":   {func(m *mail.Message) { m.ListID = "a\n<b>" }, "does not stand in a header"},
		"a link without an end": {func(m *mail.Message) { m.Leave.URL = "https://a.example/" + strings.Repeat("x", 2000) }, "does not stand in a header"},
	} {
		t.Run(name, func(t *testing.T) {
			m := message()
			c.change(&m)
			if b, err := mail.Compose(m); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s\n%s", err, c.want, b)
			}
		})
	}
}

// FuzzCompose: whatever a title holds, the message is right and says the same.
func FuzzCompose(f *testing.F) {
	for _, s := range []string{"", "新着", "a\r\nBcc: b@c.example", "=?utf-8?b?5paw?=", strings.Repeat("あ", 300), "\x00\xff\u2028", " x  y ", "a\t\tb", `é\"`, "é\u0301"} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, subject, body, name string) {
		m := message()
		m.Subject, m.From.Name = "[koyomi] "+subject, name
		m.Text = text.Block(body, 4000) + "\n" + leave
		b, err := mail.Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := mailtest.Check(b); len(wrong) > 0 {
			t.Fatalf("%s\n%s", strings.Join(wrong, "\n"), b)
		}
		l, err := mailtest.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.ReplaceAll(m.Text, "\n", "\r\n"); l.Text != want {
			t.Errorf("text %q, want %q", l.Text, want)
		}
		if want := strings.ReplaceAll(text.Line(m.Subject, 120), "=?", "＝?"); l.Subject != want {
			t.Errorf("subject %q, want %q", l.Subject, want)
		}
	})
}
