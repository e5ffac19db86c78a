package mail

import (
	"context"
	"encoding/base64"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func message(i int) Message {
	return Message{
		ID: fmt.Sprintf("d.2026-11-24.%d@koyomi.example", i), Date: time.Date(2026, 11, 24, 7, 0, 0, 0, time.FixedZone("JST", 9*3600)),
		From: netmail.Address{Name: "暦", Address: "koyomi@koyomi.example"}, To: "you@example.org",
		Subject: "[koyomi] 11/24（火）新着3", Lang: "ja", Text: "新着が3件あります。\n.\n..\n", HTML: "<p>新着が3件あります。</p>",
		ListID: "koyomi daily <daily.koyomi.example>", Leave: Leave{URL: "https://koyomi.example/unsubscribe/abc"}, Bulk: true,
	}
}

func composed(t testing.TB, m Message) []byte {
	t.Helper()
	b, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOutcomes: rows F33, F35, F36, F38 to F42 and B88. Whatever the server does at a
// step, the transport knows what that means for the message, and the next message arrives
// where it can.
func TestOutcomes(t *testing.T) {
	long := "250-" + strings.Repeat("x", 70_000) + "\r\n250 fine"
	for name, c := range map[string]struct {
		answer map[string][]string
		want   Result
		code   int
		cause  string
		// next is what becomes of a second message, taken how many messages the
		// server had whole.
		next  Result
		taken int
	}{
		"all is well":                      {nil, Accepted, 250, "", Accepted, 2},
		"a long answer":                    {map[string][]string{"MAIL": {long}}, Accepted, 250, "", Accepted, 2},
		"no greeting":                      {map[string][]string{"greeting": {stall, ""}}, Unsent, 0, "greeting: ", Accepted, 1},
		"hangs up at once":                 {map[string][]string{"greeting": {hangUp, ""}}, Unsent, 0, "greeting: EOF", Accepted, 1},
		"greets with no":                   {map[string][]string{"greeting": {"554 5.7.1 go away", ""}}, Unsent, 554, "greeting: 554 5.7.1 go away", Accepted, 1},
		"greets with garbage":              {map[string][]string{"greeting": {"HTTP/1.1 400 Bad Request", ""}}, Unsent, 0, "greeting: ", Accepted, 1},
		"busy at the greeting":             {map[string][]string{"greeting": {"421 4.3.2 busy", ""}}, Unsent, 421, "greeting: 421 4.3.2 busy", Accepted, 1},
		"no EHLO":                          {map[string][]string{"EHLO": {"502 what"}}, Accepted, 250, "", Accepted, 2},
		"neither EHLO nor HELO":            {map[string][]string{"EHLO": {"502 what"}, "HELO": {"502 what"}}, Unsent, 502, "EHLO: 502 what", Unsent, 0},
		"MAIL put off":                     {map[string][]string{"MAIL": {"451 4.3.0 later", ""}}, Deferred, 451, "MAIL: 451 4.3.0 later", Accepted, 1},
		"MAIL refused":                     {map[string][]string{"MAIL": {"550 5.7.1 you are blocked", ""}}, RefusedMessage, 550, "MAIL: 550 5.7.1 you are blocked", Accepted, 1},
		"MAIL and 421":                     {map[string][]string{"MAIL": {"421 4.7.0 enough", ""}}, Unsent, 421, "MAIL: 421", Accepted, 1},
		"MAIL and gone":                    {map[string][]string{"MAIL": {hangUp, ""}}, Deferred, 0, "MAIL: EOF", Accepted, 1},
		"MAIL and silence":                 {map[string][]string{"MAIL": {stall, ""}}, Deferred, 0, "MAIL: ", Accepted, 1},
		"greylisted (greylist., rcpt450)":  {map[string][]string{"RCPT": {"450 4.2.0 greylisted", ""}}, DeferredRecipient, 450, "RCPT: 450 4.2.0 greylisted", Accepted, 1},
		"no such user (rcpt550)":           {map[string][]string{"RCPT": {"550 5.1.1 no such user", ""}}, RefusedRecipient, 550, "RCPT: 550 5.1.1 no such user", Accepted, 1},
		"full at RCPT (full.)":             {map[string][]string{"RCPT": {"552 5.2.2 mailbox full", ""}}, RefusedRecipient, 552, "RCPT: 552 5.2.2", Accepted, 1},
		"a policy at RCPT":                 {map[string][]string{"RCPT": {"550 5.7.1 listed", ""}}, RefusedMessage, 550, "RCPT: 550 5.7.1 listed", Accepted, 1},
		"RCPT and 421":                     {map[string][]string{"RCPT": {"421 4.7.0 enough", ""}}, Unsent, 421, "RCPT: 421", Accepted, 1},
		"RCPT and silence (stall)":         {map[string][]string{"RCPT": {stall, ""}}, Deferred, 0, "RCPT: ", Accepted, 1},
		"RCPT and gone (drop)":             {map[string][]string{"RCPT": {hangUp, ""}}, Deferred, 0, "RCPT: EOF", Accepted, 1},
		"RCPT and garbage (badreply)":      {map[string][]string{"RCPT": {"okay", ""}}, Deferred, 0, "RCPT: ", Accepted, 1},
		"several lines (multi451)":         {map[string][]string{"RCPT": {"451-4.7.1 please\r\n451 4.7.1 later", ""}}, DeferredRecipient, 451, "RCPT: 451 4.7.1 please 4.7.1 later", Accepted, 1},
		"hostile words":                    {map[string][]string{"RCPT": {"550 5.1.1 \x1b[31mno\x07 \u202esuch", ""}}, RefusedRecipient, 550, "RCPT: 550 5.1.1", Accepted, 1},
		"DATA put off":                     {map[string][]string{"DATA": {"451 4.3.0 later", ""}}, Deferred, 451, "DATA: 451", Accepted, 1},
		"DATA refused":                     {map[string][]string{"DATA": {"554 5.5.1 no", ""}}, RefusedContent, 554, "DATA: 554", Accepted, 1},
		"gone in the middle (dropbefore)":  {map[string][]string{"block": {hangUp, ""}}, Deferred, 0, "", Accepted, 1},
		"put off at the end (data451)":     {map[string][]string{"dot": {"451 4.3.0 later", ""}}, Deferred, 451, "the end of the message: 451", Accepted, 2},
		"refused at the end (data554)":     {map[string][]string{"dot": {"554 5.6.0 content", ""}}, RefusedContent, 554, "the end of the message: 554", Accepted, 2},
		"421 at the end":                   {map[string][]string{"dot": {"421 4.3.2 going down", ""}}, Unsent, 421, "the end of the message: 421", Accepted, 2},
		"no answer at the end (dropafter)": {map[string][]string{"dot": {hangUp, ""}}, Unknown, 0, "the end of the message: EOF", Accepted, 2},
		"silence at the end (stall)":       {map[string][]string{"dot": {stall, ""}}, Unknown, 0, "the end of the message: ", Accepted, 2},
		"garbage at the end (badreply)":    {map[string][]string{"dot": {"okay then", ""}}, Unknown, 0, "the end of the message: ", Accepted, 2},
		"another code at the end":          {map[string][]string{"dot": {"354 more", ""}}, Unknown, 0, "the end of the message: 354", Accepted, 2},
		"RSET refused":                     {map[string][]string{"RCPT": {"450 later", ""}, "RSET": {"500 what"}}, DeferredRecipient, 450, "RCPT: 450 later", Accepted, 1},
		"QUIT and silence":                 {map[string][]string{"QUIT": {stall}}, Accepted, 250, "", Accepted, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRogue(t, c.answer, "8BITMIME", "SMTPUTF8", "PIPELINING")
			transport := Open(r.server(TLSNone))
			big := message(1)
			big.Text = strings.Repeat("仮想化の話をします。\n", 3000)
			if c.answer["block"] != nil { // more than lies ready in the sockets between
				big.Text = strings.Repeat(big.Text, 100)
			}
			got := transport.Deliver(t.Context(), "bounces@koyomi.example", "you@example.org", composed(t, big))
			if got.Result != c.want || got.Code != c.code || !strings.HasPrefix(got.Cause, c.cause) || strings.ContainsAny(got.Cause, "\x1b\x07\r\n\u202e") {
				t.Errorf("the first message: %+v, want %v %d %s", got, c.want, c.code, c.cause)
			}
			if got := transport.Deliver(t.Context(), "bounces@koyomi.example", "you@example.org", composed(t, message(2))); got.Result != c.next {
				t.Errorf("the second message: %+v, want %v", got, c.next)
			}
			if err := transport.Close(); err != nil {
				t.Error(err)
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			if len(r.taken) != c.taken {
				t.Errorf("the server had %d messages whole, want %d", len(r.taken), c.taken)
			}
			if n := len(r.taken); n > 0 && r.taken[n-1] != string(composed(t, message(2))) {
				t.Errorf("the message arrived otherwise:\n%s", r.taken[n-1])
			}
		})
	}
}

// TestNothingInClear: rows F36 and F37. Where the connection cannot be made private, no
// login and no message goes out.
func TestNothingInClear(t *testing.T) {
	const password = "p4ss-wörd"
	for name, c := range map[string]struct {
		answer  map[string][]string
		offers  []string
		way     string
		strange bool
		cause   string
		code    int
	}{
		"no STARTTLS offered":  {nil, []string{"AUTH PLAIN"}, TLSStart, false, "STARTTLS: the server does not offer it", 0},
		"STARTTLS refused":     {map[string][]string{"STARTTLS": {"454 4.7.0 not now"}}, []string{"STARTTLS", "AUTH PLAIN"}, TLSStart, false, "STARTTLS: 454", 454},
		"a strange authority":  {nil, []string{"STARTTLS", "AUTH PLAIN"}, TLSStart, true, "STARTTLS: ", 0},
		"no TLS where implied": {nil, []string{"AUTH PLAIN"}, TLSImplicit, false, "greeting: ", 0},
		"a wrong password":     {map[string][]string{"AUTH": {"535 5.7.8 not " + password}}, []string{"STARTTLS", "AUTH PLAIN LOGIN"}, TLSStart, false, "AUTH: 535 5.7.8 not (secret)", 535},
		"no login just now":    {map[string][]string{"AUTH": {"454 4.7.0 later"}}, []string{"STARTTLS", "AUTH PLAIN"}, TLSStart, false, "AUTH: 454", 454},
		"no way to log in":     {nil, []string{"STARTTLS", "AUTH GSSAPI NTLM"}, TLSStart, false, "AUTH: the server offers no way that is known here (GSSAPI NTLM)", 0},
		"no AUTH at all":       {nil, []string{"STARTTLS"}, TLSStart, false, "AUTH: the server offers no way", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRogue(t, c.answer, c.offers...)
			s := r.server(c.way)
			s.User, s.Password = "koyomi", password
			if c.strange {
				s.Roots = nil
			}
			transport := Open(s)
			defer transport.Close()
			got := transport.Deliver(t.Context(), "a@koyomi.example", "you@example.org", composed(t, message(1)))
			if got.Result != Unsent || got.Code != c.code || !strings.HasPrefix(got.Cause, c.cause) || strings.Contains(got.Cause, password) {
				t.Errorf("got %+v, want %s", got, c.cause)
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, word := range []string{"AUTH", "MAIL", "DATA"} {
				if slices.Contains(r.clear, word) || word != "AUTH" && r.seen[word] > 0 {
					t.Errorf("%s went out: %v", word, r.clear)
				}
			}
		})
	}
}

// TestLogsInPrivately: with STARTTLS and with TLS from the start.
func TestLogsInPrivately(t *testing.T) {
	for _, way := range []string{TLSStart, TLSImplicit} {
		r := newRogue(t, nil, "STARTTLS", "AUTH PLAIN")
		r.implicit.Store(way == TLSImplicit)
		s := r.server(way)
		s.User, s.Password = "koyomi", "secret"
		transport := Open(s)
		if got := transport.Deliver(t.Context(), "a@koyomi.example", "you@example.org", composed(t, message(1))); got.Result != Accepted {
			t.Errorf("%s: %+v", way, got)
		}
		transport.Close()
		if r.seen["AUTH"] != 1 || len(r.taken) != 1 || slices.Contains(r.clear, "AUTH") {
			t.Errorf("%s: %v, in clear %v", way, r.seen, r.clear)
		}
	}
}

// TestLogsInWithAToken: XOAUTH2 is chosen where a token is there, which is asked for at
// each login and quoted nowhere; a server that does not offer it gets none.
func TestLogsInWithAToken(t *testing.T) {
	for name, c := range map[string]struct {
		offers string
		answer map[string][]string
		want   Result
		cause  string
	}{
		"offered":     {"AUTH PLAIN XOAUTH2", nil, Accepted, ""},
		"refused":     {"AUTH XOAUTH2", map[string][]string{"AUTH": {"535 5.7.8 bad token-1"}}, Unsent, "AUTH: 535 5.7.8 bad (secret)"},
		"not offered": {"AUTH PLAIN LOGIN", nil, Unsent, "AUTH: the server offers no way that is known here (PLAIN LOGIN)"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRogue(t, c.answer, "STARTTLS", c.offers)
			s := r.server(TLSStart)
			logins := 0
			s.User, s.PerConnection = "koyomi@koyomi.example", 1
			s.Token = func() (string, error) { logins++; return fmt.Sprint("token-", logins), nil }
			transport := Open(s)
			defer transport.Close()
			for i := range 2 {
				got := transport.Deliver(t.Context(), "a@koyomi.example", "you@example.org", composed(t, message(i)))
				if got.Result != c.want || i == 0 && got.Cause != c.cause {
					t.Errorf("message %d: %+v, want %v %s", i, got, c.want, c.cause)
				}
			}
			want := base64.StdEncoding.EncodeToString([]byte("user=koyomi@koyomi.example\x01auth=Bearer token-2\x01\x01"))
			r.mu.Lock()
			defer r.mu.Unlock()
			if c.want == Accepted && (logins != 2 || r.auth != "AUTH XOAUTH2 "+want) {
				t.Errorf("%d logins, the last with %q", logins, r.auth)
			}
		})
	}
}

// TestConnectionsAreKept: many messages go over one connection, and no more than it may
// carry; one that was closed while it lay idle is opened again.
func TestConnectionsAreKept(t *testing.T) {
	r := newRogue(t, nil)
	s := r.server(TLSNone)
	s.PerConnection = 4
	transport := Open(s)
	for i := range 10 {
		if got := transport.Deliver(t.Context(), "a@koyomi.example", "you@example.org", composed(t, message(i))); got.Result != Accepted {
			t.Fatalf("message %d: %+v", i, got)
		}
	}
	transport.Close()
	if r.seen["greeting"] != 3 || r.seen["QUIT"] != 3 || len(r.taken) != 10 {
		t.Errorf("%v, %d messages", r.seen, len(r.taken))
	}
	r = newRogue(t, map[string][]string{"MAIL": {"", hangUp, ""}})
	transport = Open(r.server(TLSNone))
	defer transport.Close()
	for i := range 2 {
		if got := transport.Deliver(t.Context(), "a@koyomi.example", "you@example.org", composed(t, message(i))); got.Result != Accepted {
			t.Errorf("message %d: %+v", i, got)
		}
	}
	if r.seen["greeting"] != 2 || len(r.taken) != 2 {
		t.Errorf("%v, %d messages", r.seen, len(r.taken))
	}
}

// TestEnvelopeIsGuarded: B82, what would be another command goes nowhere.
func TestEnvelopeIsGuarded(t *testing.T) {
	r := newRogue(t, nil)
	transport := Open(r.server(TLSNone))
	defer transport.Close()
	for _, to := range []string{"", "a@b.example\r\nDATA", "a b@c.example", "a@b.example> ORCPT=x", "<a@b.example", "é@b.example", strings.Repeat("a", 400) + "@b.example"} {
		if got := transport.Deliver(t.Context(), "a@koyomi.example", to, composed(t, message(1))); got.Result != RefusedMessage {
			t.Errorf("%q: %+v", to, got)
		}
	}
	if len(r.seen) != 0 {
		t.Errorf("the server was asked: %v", r.seen)
	}
}

// TestBreaksOff: a message that is given up is not said to be sent.
func TestBreaksOff(t *testing.T) {
	for step, want := range map[string]Result{"greeting": Unsent, "MAIL": Deferred, "RCPT": Deferred, "dot": Unknown} {
		r := newRogue(t, map[string][]string{step: {stall}})
		s := r.server(TLSNone)
		s.Limits = Limits{}
		transport := Open(s)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan Outcome)
		go func() { done <- transport.Deliver(ctx, "a@koyomi.example", "you@example.org", composed(t, message(1))) }()
		for reached := false; !reached; {
			r.mu.Lock()
			reached = r.seen[step] > 0
			r.mu.Unlock()
		}
		cancel()
		if got := <-done; got.Result != want {
			t.Errorf("%s: %+v, want %v", step, got, want)
		}
		transport.Close()
	}
}

// TestPace: F34, no more messages than the server takes; the first goes at once.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := Open(Server{Rate: 30})
		begin := time.Now()
		for i := range 5 {
			if err := transport.pace(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got, want := time.Since(begin), time.Duration(i)*2*time.Second; got != want {
				t.Errorf("message %d after %v, want %v", i, got, want)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := transport.pace(ctx); err == nil {
			t.Error("it does not stop waiting")
		}
	})
}
