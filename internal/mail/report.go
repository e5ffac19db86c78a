package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"koyomi/internal/text"
)

// A Report is what a mail server or a mailbox provider says of a message that was sent: a
// delivery status notification (RFC 3464) or a complaint (RFC 5965).
type Report struct {
	// To are the addresses that it was sent to, and that the message came from on its
	// envelope: the one with our token is among them.
	To []string
	// Complaint is set where the reader called it abuse.
	Complaint bool
	// Failed is set where the message was given up for good, Delayed where it may still
	// arrive, or the reason may pass.
	Failed, Delayed bool
	// Cause is one clean line.
	Cause string
}

// ErrNoReport is a message that reports nothing: one of a person, or of a machine that
// answers in words alone, which are not believed.
var ErrNoReport = errors.New("no report of a delivery (RFC 3464) or a complaint (RFC 5965)")

// maxReport is how much of a report is read, maxParts how many parts it may have.
const (
	maxReport = 1 << 20
	maxParts  = 20
)

// ReadReport reads a report from the octets of a message.
func ReadReport(r io.Reader) (Report, error) {
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(r, maxReport)))
	if err != nil {
		return Report{}, fmt.Errorf("%w: %w", ErrNoReport, err)
	}
	kind, given, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" {
		return Report{}, ErrNoReport
	}
	var report Report
	for _, name := range []string{"To", "Delivered-To", "X-Original-To", "Envelope-To"} {
		for _, value := range m.Header[textproto.CanonicalMIMEHeaderKey(name)] {
			report.To = append(report.To, addresses.FindAllString(value, -1)...)
		}
	}
	parts := multipart.NewReader(m.Body, given["boundary"])
	known := false
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			break
		}
		read := reportParts[mediaType(part.Header.Get("Content-Type"))]
		if read == nil {
			continue
		}
		body, err := io.ReadAll(part)
		if err != nil {
			break
		}
		known = read(&report, body) || known
	}
	if !known {
		return report, ErrNoReport
	}
	return report, nil
}

func mediaType(s string) string {
	kind, _, err := mime.ParseMediaType(s)
	if err != nil {
		return ""
	}
	return kind
}

// addresses are what looks like one in a header.
var addresses = regexp.MustCompile(`[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]+@[A-Za-z0-9.-]+`)

// reportParts read the parts of a report, and say whether one says what happened.
var reportParts = map[string]func(*Report, []byte) bool{
	"message/delivery-status": (*Report).readStatus,
	"message/feedback-report": (*Report).readFeedback,
	"message/rfc822":          (*Report).readOriginal,
	"text/rfc822-headers":     (*Report).readOriginal,
}

// fields reads blocks of header fields, which blank lines part.
func fields(body []byte) []textproto.MIMEHeader {
	var all []textproto.MIMEHeader
	text := strings.ReplaceAll(string(body), "\r\n", "\n")
	for block := range strings.SplitSeq(text, "\n\n") {
		r := textproto.NewReader(
			bufio.NewReader(strings.NewReader(strings.Trim(block, "\n") + "\n\n")),
		)
		if h, err := r.ReadMIMEHeader(); err == nil && len(h) > 0 {
			all = append(all, h)
		}
	}
	return all
}

// readStatus reads what happened to each recipient (RFC 3464 section 2.3).
func (r *Report) readStatus(body []byte) bool {
	known := false
	for _, h := range fields(body) {
		action := strings.ToLower(strings.TrimSpace(h.Get("Action")))
		status := strings.TrimSpace(h.Get("Status"))
		switch {
		case action == "failed" && strings.HasPrefix(status, "5"):
			r.Failed = true
		case action == "failed", action == "delayed":
			r.Delayed = true
		default:
			continue
		}
		known = true
		r.Cause = text.Line(strings.TrimSpace(status+" "+h.Get("Diagnostic-Code")), 300)
	}
	return known
}

// readFeedback reads a complaint (RFC 5965 section 3).
func (r *Report) readFeedback(body []byte) bool {
	for _, h := range fields(body) {
		if kind := strings.ToLower(h.Get("Feedback-Type")); kind == "abuse" {
			r.Complaint = true
			r.Cause = "the reader reported it as " + kind
		}
		r.To = append(r.To, addresses.FindAllString(h.Get("Original-Mail-From"), -1)...)
	}
	return r.Complaint
}

// readOriginal reads which envelope the message had.
func (r *Report) readOriginal(body []byte) bool {
	head, _, _ := bytes.Cut(
		bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")),
		[]byte("\n\n"),
	)
	for _, h := range fields(head) {
		r.To = append(r.To, addresses.FindAllString(h.Get("Return-Path"), -1)...)
	}
	return false
}
