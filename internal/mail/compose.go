package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"koyomi/internal/text"
)

// maxSubject is how long a Subject is at most, in characters.
const maxSubject = 120

// maxWord is how long a word of a header may be, in octets, so that a line of it stays
// below 998 (RFC 5322 section 2.1.1).
const maxWord = 900

// Compose writes m as bytes (RFC 5322, MIME): every header once, lines ended by CRLF
// and folded, texts in base64, the text part first. Equal messages make equal bytes.
// It refuses what no server would take: an address that is none, a Message-ID with
// blanks, a link that would not stand in a header.
func Compose(m Message) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	to, err := netmail.ParseAddress("<" + m.To + ">")
	if err != nil {
		return nil, fmt.Errorf("the recipient %q is no address", text.Line(m.To, 80))
	}
	g := gomail.NewMsg(
		gomail.WithNoDefaultUserAgent(),
		gomail.WithCharset(gomail.CharsetUTF8),
		gomail.WithEncoding(gomail.EncodingB64),
		gomail.WithBoundary(boundary(m.ID)),
	)
	from := m.From
	from.Name = strings.NewReplacer(`\`, "＼", `"`, "'").Replace(words(from.Name, 80))
	g.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &from)
	g.SetAddrHeaderFromMailAddress(gomail.HeaderTo, to)
	g.SetMessageIDWithValue(m.ID)
	g.SetGenHeader(
		gomail.HeaderDate,
		m.Date.Truncate(time.Second).Format("Mon, 02 Jan 2006 15:04:05 -0700"),
	)
	g.Subject(words(m.Subject, maxSubject))
	g.SetGenHeader("Content-Language", m.Lang)
	m.automatic(g)
	m.parts(g)
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// words cleans what people read in a header. What would be taken for an encoded word
// (RFC 2047) although it is none is written with a full-width sign.
func words(s string, limit int) string {
	return strings.ReplaceAll(text.Line(s, limit), "=?", "＝?")
}

// check refuses what would make a header that is none.
func (m Message) check() error {
	links := []string{m.Leave.URL, m.Leave.Mailto, m.ListID}
	for _, c := range []struct {
		wrong  bool
		format string
		about  string
	}{
		{!isID(m.ID), "%q is not a Message-ID (use x@example.org)", m.ID},
		{!strings.Contains(m.From.Address, "@"), "a message needs a sender, found %q", m.From.Address},
		{m.Text == "", "a message needs a text, found %q", ""},
		{!slices.Contains(languages, m.Lang), "%q is not a language of a message (use ja or en)", m.Lang},
		{slices.ContainsFunc(links, isNoHeader), "a link of %q does not stand in a header", m.ID},
		{strings.ContainsAny(m.Leave.URL+m.Leave.Mailto, "<> ,"), "%q is no link", m.Leave.URL},
	} {
		if c.wrong {
			return fmt.Errorf(c.format, text.Line(c.about, 80))
		}
	}
	return nil
}

// languages are those of messages.
var languages = []string{"ja", "en"}

// isNoHeader reports whether a value does not stand in a header.
func isNoHeader(s string) bool { return !visible(s, " ") || len(s) > maxWord }

// isID reports whether s is the inside of a Message-ID: something visible on both
// sides of one @.
func isID(s string) bool {
	left, right, _ := strings.Cut(s, "@")
	isWhole := left != "" && right != ""
	isPlain := visible(s, "") && !strings.ContainsAny(left+right, "<>\"(),:;[\\]@")
	return isWhole && isPlain && len(s) < maxWord
}

// visible reports whether s is visible ASCII, and besides.
func visible(s, besides string) bool {
	isHidden := func(r rune) bool { return r <= ' ' || r > '~' }
	for _, sign := range besides {
		s = strings.ReplaceAll(s, string(sign), "")
	}
	return !strings.ContainsFunc(s, isHidden)
}

// automatic sets what tells programs that no person wrote this message (RFC 3834), and
// how to end the subscription (RFC 2369, RFC 8058, RFC 2919).
func (m Message) automatic(g *gomail.Msg) {
	g.SetGenHeader("Auto-Submitted", "auto-generated")
	g.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	if m.Bulk {
		g.SetGenHeader(gomail.HeaderPrecedence, "list")
	}
	if m.ListID != "" {
		g.SetGenHeader("List-Id", m.ListID)
	}
	var out []string
	if m.Leave.URL != "" {
		out = append(out, "<"+m.Leave.URL+">")
		g.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	if m.Leave.Mailto != "" {
		out = append(out, "<mailto:"+strings.TrimPrefix(m.Leave.Mailto, "mailto:")+">")
	}
	if len(out) > 0 {
		g.SetGenHeader(gomail.HeaderListUnsubscribe, strings.Join(out, ", "))
	}
}

func (m Message) parts(g *gomail.Msg) {
	g.SetBodyString(gomail.TypeTextPlain, crlf(m.Text))
	if m.HTML != "" {
		g.AddAlternativeString(gomail.TypeTextHTML, crlf(m.HTML))
	}
}

// crlf returns a text with the line ends of mail, and without what no text holds.
func crlf(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(s)
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// boundary returns one that follows from the Message-ID.
func boundary(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "koyomi-" + hex.EncodeToString(sum[:16])
}
