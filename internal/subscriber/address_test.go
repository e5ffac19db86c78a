package subscriber

import (
	"net/mail"
	"strings"
	"testing"
)

// TestAddresses: what people have is taken, what could be more than an address is not
// (B80–B87).
func TestAddresses(t *testing.T) {
	own := []string{"koyomi@koyomi.example", "bounce@koyomi.example", "@lists.koyomi.example"}
	for _, c := range []struct{ row, in, want, wire string }{
		{"plain", "a@example.com", "a@example.com", "a@example.com"},
		{"B80 two dots", "a..b@docomo.ne.jp", "a..b@docomo.ne.jp", `"a..b"@docomo.ne.jp`},
		{"B80 a dot before the @", "ab.@docomo.ne.jp", "ab.@docomo.ne.jp", `"ab."@docomo.ne.jp`},
		{"B80 a dot first", ".ab@ezweb.ne.jp", ".ab@ezweb.ne.jp", `".ab"@ezweb.ne.jp`},
		{"B81 quoted, with a parameter", `"very> ORCPT=x"@example.com`, "", ""},
		{"B81 quoted, with a blank", `"a b"@x.jp`, "", ""},
		{"B82 a header", "a@example.com\r\nBcc: b@c.d", "", ""},
		{"B82 a header before the @", "a\r\nBcc: b@c.dd", "", ""},
		{"B82 escaped", "a%0d%0aBcc:b@example.com", "", ""},
		{"B82 two", "a@b.jp,c@d.jp", "", ""},
		{"B82 two in one", "a@b,c@d.jp", "", ""},
		{"B82 with a name", "Name <a@b.jp>", "", ""},
		{"B82 a bare line feed", "a@b.jp\nRCPT TO:<c@d.jp>", "", ""},
		{"B83 a domain of another script", "a@例え.jp", "a@xn--r8jz45g.jp", "a@xn--r8jz45g.jp"},
		{"B83 a name of another script", "用户@例え.jp", "", ""},
		{"B83 full width", "a@ｅｘａｍｐｌｅ.jp", "a@example.jp", "a@example.jp"},
		{"B84 localhost", "a@localhost", "", ""},
		{"B84 a literal", "a@[127.0.0.1]", "", ""},
		{"B84 an IP address", "a@1.2.3.4", "", ""},
		{"B84 no top-level name", "a@x", "", ""},
		{"B84 a hyphen first", "a@-x.jp", "", ""},
		{"B84 a hyphen last", "a@x-.jp", "", ""},
		{"B84 a joiner", "a@exam\u200cple.jp", "", ""},
		{"B84 local", "a@printer.local", "", ""},
		{"B85 255 octets", strings.Repeat("a", 60) + "@" + strings.Repeat("b.", 96) + "jp", "", ""},
		{"B85 65 before the @", strings.Repeat("a", 65) + "@example.jp", "", ""},
		{"B85 64 before the @", strings.Repeat("a", 64) + "@example.jp", strings.Repeat("a", 64) + "@example.jp", strings.Repeat("a", 64) + "@example.jp"},
		{"B85 5 MB of comments", "a" + strings.Repeat("(c)", 5<<20/3) + "@example.jp", "", ""},
		{"B86 capitals", "A@Example.COM", "A@example.com", "A@example.com"},
		{"B86 a tag", "a+x@gmail.com", "a+x@gmail.com", "a+x@gmail.com"},
		{"B87 a robot", "MAILER-DAEMON@example.jp", "", ""},
		{"B87 a postmaster", "postmaster@example.jp", "", ""},
		{"B87 the sender", "Koyomi@koyomi.example", "", ""},
		{"B87 the bounce address", "bounce@koyomi.example", "", ""},
		{"B87 an own list", "daily@lists.koyomi.example", "", ""},
		{"a relay by %", "a%b.jp@c.jp", "", ""},
		{"a relay by !", "b.jp!a@c.jp", "", ""},
		{"nothing", "", "", ""},
		{"only an @", "@", "", ""},
		{"no name", "@example.jp", "", ""},
		{"blanks around", " a@example.jp\n", "a@example.jp", "a@example.jp"},
		{"an empty label", "a@example..jp", "", ""},
		{"a dot last", "a@example.jp.", "", ""},
	} {
		got, err := ParseAddress(c.in, own...)
		if string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %.80q = %q, %v; want %q", c.row, c.in, got, err, c.want)
			continue
		}
		if err == nil && got.Wire() != c.wire {
			t.Errorf("%s: on the wire %q, want %q", c.row, got.Wire(), c.wire)
		}
		if err != nil && len(err.Error()) > 400 {
			t.Errorf("%s: the message has %d octets", c.row, len(err.Error()))
		}
	}
	a, _ := ParseAddress("A@Example.COM")
	b, _ := ParseAddress("a@example.com")
	if a.Key() != b.Key() {
		t.Errorf("%q and %q count as two readers (B86)", a, b)
	}
}

// FuzzAddress: whatever is taken is one address, in one line, for a header and for
// RCPT alike.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"a..b@docomo.ne.jp", "a@例え.jp", "a@b.jp\r\nBcc: c@d.jp", `"a b"@x.jp`, "Name <a@b.jp>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		wire := a.Wire()
		if strings.ContainsAny(wire, "\r\n\x00 <>,;:()[]\\") || strings.Count(wire, "@") != 1 || len(wire) > maxAddress+2 {
			t.Fatalf("%q became %q", s, wire)
		}
		read, err := mail.ParseAddress("<" + wire + ">")
		if err != nil || read.Name != "" || read.Address != string(a) {
			t.Fatalf("%q: others read %q as %v, %v", s, wire, read, err)
		}
		if again, err := ParseAddress(string(a)); err != nil || again != a {
			t.Fatalf("%q: read again it is %q, %v", a, again, err)
		}
	})
}
