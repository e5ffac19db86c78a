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

// A Message is what a reader sees of a message.
type Message struct {
	Header     mail.Header
	Subject    string
	Text, HTML string
}

// once are the headers that a message has once and must have (RFC 5322 section 3.6,
// RFC 2045 section 4); never are those it must not have: they tell of others, or are
// for servers to write.
var (
	once = []string{
		"Date",
		"From",
		"To",
		"Subject",
		"Message-Id",
		"Mime-Version",
		"Content-Type",
		"Auto-Submitted",
	}
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
func Read(message []byte) (Message, error) {
	m, err := mail.ReadMessage(bytes.NewReader(message))
	if err != nil {
		return Message{}, err
	}
	l := Message{Header: m.Header}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	return l, l.part(
		m.Header.Get("Content-Type"),
		m.Header.Get("Content-Transfer-Encoding"),
		m.Body,
	)
}

func (m *Message) part(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if kind == "multipart/alternative" {
		return m.alternatives(multipart.NewReader(body, params["boundary"]))
	}
	if !strings.EqualFold(params["charset"], "utf-8") {
		return fmt.Errorf("a part is in %q", params["charset"])
	}
	b, err := io.ReadAll(decoded(encoding, body))
	if err != nil {
		return err
	}
	if !utf8.Valid(b) {
		return fmt.Errorf("%s is not UTF-8", kind)
	}
	return m.keep(kind, string(b))
}

func (m *Message) alternatives(parts *multipart.Reader) error {
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
			return err
		}
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// keep takes a part, the text before the HTML and each once.
func (m *Message) keep(kind, text string) error {
	switch {
	case kind == "text/plain" && m.Text+m.HTML == "":
		m.Text = text
	case kind == "text/html" && m.HTML == "":
		m.HTML = text
	default:
		return fmt.Errorf("%s is one part too many, or out of order", kind)
	}
	return nil
}

// A report takes what is wrong with a message.
type report func(format string, args ...any)

// Check returns what is wrong with a message, nothing where it is right.
func Check(message []byte) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	checkLines(message, say)
	m, err := Read(message)
	if err != nil {
		say("it cannot be read: %v", err)
		return wrong
	}
	m.checkHeaders(say)
	m.checkUnsubscribe(say)
	checkEncodedWords(message, say)
	m.checkBody(say)
	return wrong
}

// checkLines checks line ends, lengths and octets.
func checkLines(message []byte, say report) {
	breaks := bytes.Count(message, []byte("\r\n"))
	feeds, returns := bytes.Count(message, []byte("\n")), bytes.Count(message, []byte("\r"))
	say.unless(feeds == breaks, "a line does not end in CRLF")
	say.unless(returns == breaks, "a CR stands alone")
	head, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		checkOctets(line, say)
		checkHeaderLine(line, say)
	}
	for line := range bytes.SplitSeq(body, []byte("\r\n")) {
		checkOctets(line, say)
		say.unless(len(line) <= longestBody, "a body line of %d octets", len(line))
	}
}

func checkOctets(line []byte, say report) {
	i := bytes.IndexFunc(line, isForeign)
	say.unless(i < 0, "the octet %#x in %q", line[max(i, 0):], line)
	say.unless(len(line) <= longestLine, "a line of %d octets", len(line))
}

// isForeign reports what no line of a message holds: anything beyond ASCII, and
// control characters except tabs.
func isForeign(r rune) bool {
	isControl := r < ' ' && r != '\t'
	return isControl || r >= utf8.RuneSelf
}

func checkHeaderLine(line []byte, say report) {
	text := bytes.TrimSpace(line)
	say.unless(len(text) > 0 || len(line) == 0, "a header line of blanks")
	say.unless(
		len(line) <= longestHeader || !bytes.ContainsRune(text, ' '),
		"a header line of %d octets that could be folded: %q",
		len(line),
		line,
	)
}

func (m Message) checkHeaders(say report) {
	for _, name := range once {
		say.unless(
			len(m.Header[name]) == 1,
			"%s is there %d times",
			name,
			len(m.Header[name]),
		)
	}
	for _, name := range never {
		say.unless(len(m.Header[name]) == 0, "%s is there", name)
	}
	_, err := m.Header.Date()
	say.unless(err == nil, "Date: %v", err)
	for _, name := range []string{"From", "To"} {
		all, _ := m.Header.AddressList(name)
		say.unless(len(all) == 1, "%s: %q is not one address", name, m.Header.Get(name))
	}
	id := m.Header.Get("Message-Id")
	say.unless(messageID.MatchString(id), "Message-ID: %q", id)
	n := utf8.RuneCountInString(m.Subject)
	say.unless(n > 0 && n <= longestSubject, "Subject: %d characters", n)
}

// unless reports something where it does not hold.
func (say report) unless(holds bool, format string, args ...any) {
	if !holds {
		say(format, args...)
	}
}

// longestSubject is in characters.
const longestSubject = 120

// checkUnsubscribe checks what mail programs leave a list by (RFC 2369, RFC 8058, RFC 2919).
func (m Message) checkUnsubscribe(say report) {
	post, out := m.Header.Get("List-Unsubscribe-Post"), m.Header.Get("List-Unsubscribe")
	want := map[bool]string{true: "List-Unsubscribe=One-Click"}[strings.Contains(out, "<http")]
	say.unless(post == want, "List-Unsubscribe-Post: %q beside %q", post, out)
	for one := range strings.SplitSeq(out, ",") {
		one = strings.TrimSpace(one)
		say.unless(leaveLink.MatchString(one), "List-Unsubscribe: %q", one)
	}
	id := m.Header.Get("List-Id")
	say.unless(listID.MatchString(id), "List-Id: %q", id)
}

// The shapes of what headers hold; the last two may be empty, where there is none.
var (
	messageID = regexp.MustCompile(`^<[^\s<>@]+@[^\s<>@]+>$`)
	listID    = regexp.MustCompile(`<[a-z0-9.-]+>$|^$`)
	leaveLink = regexp.MustCompile(`^<(?:https?://|mailto:)[^\s<>,]+>$|^$`)
)

var encodedWord = regexp.MustCompile(`=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=`)

// checkEncodedWords checks what stands for other characters in headers (RFC 2047).
func checkEncodedWords(message []byte, say report) {
	head, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	for _, w := range encodedWord.FindAllString(string(head), -1) {
		s, err := new(mime.WordDecoder).Decode(w)
		say.unless(err == nil, "the encoded word %q: %v", w, err)
		say.unless(len(w) <= longestWord, "the encoded word %q is too long", w)
		say.unless(utf8.ValidString(s), "the encoded word %q is not UTF-8", w)
	}
}

// longestWord is how long an encoded word may be, in octets (RFC 2047 section 2).
const longestWord = 75

// forbidden is what no HTML part holds: programs, and what is loaded from elsewhere.
var forbidden = []string{
	"<script",
	"<img",
	"<form",
	"<iframe",
	"<object",
	"javascript:",
	" onerror=",
	" onload=",
	"<link",
	"<base",
}

func (m Message) checkBody(say report) {
	say.unless(strings.TrimSpace(m.Text) != "", "there is no text part")
	m.checkPart("text", m.Text, say)
	m.checkPart("HTML", m.HTML, say)
	say.unless(len(m.HTML) < clipped, "the HTML part has %d octets", len(m.HTML))
	low := strings.ToLower(m.HTML)
	for _, tag := range forbidden {
		say.unless(!strings.Contains(low, tag), "the HTML part holds %s", tag)
	}
	say.unless(
		m.HTML == "" || strings.Contains(low, " lang="),
		"the HTML part does not say its language",
	)
}

// checkPart checks a part that is there: no control characters, and the way to leave
// where the message has one.
func (m Message) checkPart(name, part string, say report) {
	if part == "" {
		return
	}
	link, _, _ := strings.Cut(
		strings.TrimPrefix(m.Header.Get("List-Unsubscribe"), "<"),
		">",
	)
	say.unless(
		!strings.ContainsAny(part, "\x00\x1b\u202e\u2066"),
		"the %s part holds a control character",
		name,
	)
	say.unless(strings.Contains(part, link), "the %s part does not show the way out", name)
}
