package mail_test

import (
	"errors"
	"strings"
	"testing"

	"koyomi/internal/mail"
)

// dsn is a notification as servers write it, with a status and an action.
func dsn(status, action, to string) string {
	return strings.ReplaceAll(`From: MAILER-DAEMON@mx.example.jp
To: `+to+`
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

5.1.1 everything failed, says this text

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp
Arrival-Date: Mon, 30 Nov 2026 07:00:00 +0900

Final-Recipient: rfc822; you@example.org
Action: `+action+`
Status: `+status+`
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Return-Path: <bounce+token@koyomi.example>
Subject: x

--b--
`, "\n", "\r\n")
}

// arf is a complaint.
const arf = `From: feedback@provider.example
To: abuse@koyomi.example
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1
Version: 1
Original-Mail-From: <bounce+token@koyomi.example>

--b
Content-Type: message/rfc822

Return-Path: <bounce+token@koyomi.example>
Subject: x

body
--b--
`

// TestReadReport reads what programs write for programs, and believes no words.
func TestReadReport(t *testing.T) {
	for name, c := range map[string]struct {
		raw                        string
		failed, delayed, complaint bool
		wrong                      bool
	}{
		"given up":               {raw: dsn("5.1.1", "failed", "bounce+token@koyomi.example"), failed: true},
		"given up for now":       {raw: dsn("4.2.2", "failed", "bounce+token@koyomi.example"), delayed: true},
		"delayed":                {raw: dsn("4.4.1", "delayed", "bounce+token@koyomi.example"), delayed: true},
		"delivered after all":    {raw: dsn("2.0.0", "delivered", "bounce+token@koyomi.example"), wrong: true},
		"relayed":                {raw: dsn("2.0.0", "relayed", "bounce+token@koyomi.example"), wrong: true},
		"a complaint":            {raw: arf, complaint: true},
		"not spam":               {raw: strings.Replace(arf, "abuse\nUser", "not-spam\nUser", 1), wrong: true},
		"words of a person":      {raw: "To: bounce+token@koyomi.example\n\n550 5.1.1 no such user\n", wrong: true},
		"words in a multipart":   {raw: "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n550\n--b--\n", wrong: true},
		"nothing":                {raw: "", wrong: true},
		"a report without end":   {raw: dsn("5.1.1", "failed", "x@y.example")[:300], wrong: true},
		"a report without parts": {raw: "Content-Type: multipart/report; boundary=b\n\n", wrong: true},
	} {
		r, err := mail.ReadReport(strings.NewReader(c.raw))
		if errors.Is(err, mail.ErrNoReport) != c.wrong {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.wrong {
			continue
		}
		if r.Failed != c.failed || r.Delayed != c.delayed || r.Complaint != c.complaint || r.Cause == "" || strings.Contains(r.Cause, "\n") {
			t.Errorf("%s: %+v", name, r)
		}
		if !strings.Contains(strings.Join(r.To, " "), "bounce+token@koyomi.example") {
			t.Errorf("%s: to %v", name, r.To)
		}
	}
}

// FuzzReadReport: whatever comes is read without harm.
func FuzzReadReport(f *testing.F) {
	f.Add(dsn("5.1.1", "failed", "x@y.example"))
	f.Add(arf)
	f.Fuzz(func(t *testing.T, raw string) {
		if r, err := mail.ReadReport(strings.NewReader(raw)); err == nil && strings.ContainsAny(r.Cause, "\r\n\x1b") {
			t.Errorf("%q", r.Cause)
		}
	})
}
