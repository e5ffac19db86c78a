// Package mailtest holds a message to the rules that mail servers and readers go by.
// It is for tests: it reads with the standard library, and shares no code with what
// writes.
package mailtest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A Letter is what a reader sees of a message.
type Letter struct {
	Header     mail.Header
	Subject    string
	Text, HTML string
}

// once are the headers that a message has once and must have (RFC 5322 section 3.6,
// RFC 2045 section 4); never are those it must not have: they tell of others, or are
// for servers to write.
var (
	once  = []string{"Date", "From", "To", "Subject", "Message-Id", "Mime-Version", "Content-Type", "Auto-Submitted"}
	never = []string{"Bcc", "Cc", "Return-Path", "Received", "Sender"}
)

// The bounds of lines, in octets (RFC 5322 section 2.1.1, RFC 2045 section 6.8).
const (
	longestLine   = 998
	longestHeader = 78
	longestBody   = 76
	// clipped is where Gmail cuts a page off, and with it the way out.
	clipped = 102_000
)

// Read takes a message apart.
func Read(message []byte) (Letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(message))
	if err != nil {
		return Letter{}, err
	}
	l := Letter{Header: m.Header}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	return l, l.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

func (l *Letter) part(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if kind == "multipart/alternative" {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := l.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
				return err
			}
		}
	}
	if !strings.EqualFold(params["charset"], "utf-8") {
		return fmt.Errorf("a part is in %q", params["charset"])
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	switch {
	case !utf8.Valid(b):
		return fmt.Errorf("%s is no UTF-8", kind)
	case kind == "text/plain" && l.Text == "" && l.HTML == "":
		l.Text = string(b)
	case kind == "text/html" && l.HTML == "":
		l.HTML = string(b)
	default:
		return fmt.Errorf("%s is one part too many, or out of order", kind)
	}
	return nil
}

// Check returns what is wrong with a message, nothing where it is right.
func Check(message []byte) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	lines(message, say)
	l, err := Read(message)
	if err != nil {
		say("it cannot be read: %v", err)
		return wrong
	}
	l.headers(say)
	l.words(message, say)
	l.body(say)
	return wrong
}

// lines checks line ends, lengths and octets.
func lines(message []byte, say func(string, ...any)) {
	if bytes.Count(message, []byte("\n")) != bytes.Count(message, []byte("\r\n")) || bytes.Count(message, []byte("\r")) != bytes.Count(message, []byte("\r\n")) {
		say("a line does not end in CRLF")
	}
	header := true
	for line := range bytes.SplitSeq(message, []byte("\r\n")) {
		for _, c := range line {
			if c >= 0x80 || c < 0x20 && c != '\t' {
				say("the octet %#x in %q", c, line)
				break
			}
		}
		switch {
		case len(line) == 0:
			header = false
		case len(line) > longestLine:
			say("a line of %d octets", len(line))
		case header && len(line) > longestHeader && bytes.ContainsRune(bytes.TrimSpace(line), ' '):
			say("a header line of %d octets that could be folded: %q", len(line), line)
		case !header && len(line) > longestBody:
			say("a body line of %d octets", len(line))
		}
		if header && len(line) > 0 && len(bytes.TrimSpace(line)) == 0 {
			say("a header line of blanks")
		}
	}
}

var (
	messageID = regexp.MustCompile(`^<[^\s<>@]+@[^\s<>@]+>$`)
	listID    = regexp.MustCompile(`<[a-z0-9.-]+>$`)
	webLink   = regexp.MustCompile(`^<https?://[^\s<>,]+>$`)
	mailLink  = regexp.MustCompile(`^<mailto:[^\s<>,]+>$`)
)

func (l Letter) headers(say func(string, ...any)) {
	for _, name := range once {
		if n := len(l.Header[name]); n != 1 {
			say("%s is there %d times", name, n)
		}
	}
	for _, name := range never {
		if len(l.Header[name]) > 0 {
			say("%s is there", name)
		}
	}
	if _, err := l.Header.Date(); err != nil {
		say("Date: %v", err)
	}
	for _, name := range []string{"From", "To"} {
		if all, err := l.Header.AddressList(name); err != nil || len(all) != 1 {
			say("%s: %q is not one address", name, l.Header.Get(name))
		}
	}
	if id := l.Header.Get("Message-Id"); !messageID.MatchString(id) {
		say("Message-ID: %q", id)
	}
	if n := utf8.RuneCountInString(l.Subject); n == 0 || n > 120 {
		say("Subject: %d characters", n)
	}
	post, out := l.Header.Get("List-Unsubscribe-Post"), l.Header.Get("List-Unsubscribe")
	if (post != "") != strings.Contains(out, "<http") || post != "" && post != "List-Unsubscribe=One-Click" {
		say("List-Unsubscribe-Post: %q beside %q", post, out)
	}
	for one := range strings.SplitSeq(out, ",") {
		if one = strings.TrimSpace(one); one != "" && !webLink.MatchString(one) && !mailLink.MatchString(one) {
			say("List-Unsubscribe: %q", one)
		}
	}
	if id := l.Header.Get("List-Id"); id != "" && !listID.MatchString(id) {
		say("List-Id: %q", id)
	}
}

var encodedWord = regexp.MustCompile(`=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=`)

// words checks that each encoded word stands for itself (RFC 2047 section 2).
func (l Letter) words(message []byte, say func(string, ...any)) {
	head, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	for _, w := range encodedWord.FindAllString(string(head), -1) {
		s, err := new(mime.WordDecoder).Decode(w)
		if len(w) > 75 || err != nil || !utf8.ValidString(s) {
			say("the encoded word %q", w)
		}
	}
}

func (l Letter) body(say func(string, ...any)) {
	if strings.TrimSpace(l.Text) == "" {
		say("there is no text part")
	}
	for name, part := range map[string]string{"text": l.Text, "HTML": l.HTML} {
		if strings.ContainsAny(part, "\x00\x1b\u202e\u2066") {
			say("the %s part holds a control character", name)
		}
	}
	if len(l.HTML) >= clipped {
		say("the HTML part has %d octets", len(l.HTML))
	}
	low := strings.ToLower(l.HTML)
	for _, tag := range []string{"<script", "<img", "<form", "<iframe", "<object", "javascript:", " onerror=", " onload=", "<link", "<base"} {
		if strings.Contains(low, tag) {
			say("the HTML part holds %s", tag)
		}
	}
	if l.HTML != "" && !strings.Contains(low, " lang=") {
		say("the HTML part does not say its language")
	}
	if out := l.Header.Get("List-Unsubscribe"); out != "" {
		link, _, _ := strings.Cut(strings.TrimPrefix(out, "<"), ">")
		for name, part := range map[string]string{"text": l.Text, "HTML": l.HTML} {
			if part != "" && !strings.Contains(part, link) {
				say("the %s part does not show the way out", name)
			}
		}
	}
}
