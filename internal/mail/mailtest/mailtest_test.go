package mailtest

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

const link = "https://koyomi.example/unsubscribe/abc"

// good returns a message that is right.
func good() string {
	part := func(kind, body string) string {
		return "--b\r\nContent-Type: " + kind + "; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(body)) + "\r\n\r\n"
	}
	return strings.Join([]string{
		"Auto-Submitted: auto-generated", "Date: Tue, 24 Nov 2026 07:00:00 +0900", "From: koyomi <koyomi@koyomi.example>",
		"To: <you@example.org>", "Subject: =?UTF-8?b?5paw552A?=", "Message-ID: <a@koyomi.example>", "MIME-Version: 1.0",
		"List-Unsubscribe: <" + link + ">", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
		"Content-Type: multipart/alternative; boundary=b", "", "",
	}, "\r\n") + part("text/plain", "新着 "+link) + part("text/html", `<p lang="ja">`+link) + "--b--\r\n"
}

func TestCheck(t *testing.T) {
	if wrong := Check([]byte(good())); len(wrong) > 0 {
		t.Fatalf("a right message: %q", wrong)
	}
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	html := encode(`<p lang="ja">` + link)
	for _, c := range []struct{ from, to, want string }{
		{"\r\n", "\n", "a line does not end in CRLF"},
		{"To: <you@example.org>", "To: <you@example.org>\r\nTo: <me@example.org>", "To is there 2 times"},
		{"To: <you@example.org>", "To: <you@example.org>, <me@example.org>", "is not one address"},
		{"From: koyomi", "Bcc: <a@b.example>\r\nFrom: koyomi", "Bcc is there"},
		{"<a@koyomi.example>", "a", "Message-ID"},
		{"Tue, 24 Nov 2026", "yesterday", "Date"},
		{"=?UTF-8?b?5paw552A?=", "=?UTF-8?b?5paw55?=", "encoded word"},
		{"=?UTF-8?b?5paw552A?=", "新着", "the octet"},
		{"=?UTF-8?b?5paw552A?=", strings.Repeat("word ", 30), "could be folded"},
		{"List-Unsubscribe-Post: List-Unsubscribe=One-Click", "X: y", "List-Unsubscribe-Post"},
		{"=One-Click", "=one-click", "List-Unsubscribe-Post"},
		{"<" + link + ">", "<" + link + "x>", "does not show the way out"},
		{html, encode(`<p>` + link), "language"},
		{html, encode(`<p lang="ja">` + link + `<IMG src=x>`), "<img"},
		{html, strings.Repeat("A", 80), "a body line of 80 octets"},
		{"text/html", "text/plain", "one part too many"},
		{"charset=UTF-8", "charset=ISO-2022-JP", "a part is in"},
	} {
		wrong := Check([]byte(strings.ReplaceAll(good(), c.from, c.to)))
		if !slices.ContainsFunc(wrong, func(s string) bool { return strings.Contains(s, c.want) }) {
			t.Errorf("%q for %q: %q, want %q", c.to, c.from, wrong, c.want)
		}
	}
}
