package mail

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"koyomi/internal/text"
)

// A session is one connection to the server, greeted, private and logged in.
type session struct {
	server    Server
	conn      *bounded
	client    *smtp.Client
	delivered int
	// broken is set once the connection cannot be used any more.
	broken bool
}

// connect opens a session, or says why there is none.
func (c *Transport) connect(ctx context.Context) (*session, Outcome) {
	open, cancel := context.WithTimeout(ctx, c.server.Connect)
	defer cancel()
	conn, err := c.dialer.DialContext(
		open,
		"tcp",
		net.JoinHostPort(strings.Trim(c.server.Host, "[]"), strconv.Itoa(c.server.Port)),
	)
	if err != nil {
		return nil, c.server.unsent("connect", err)
	}
	s := &session{server: c.server, conn: &bounded{Conn: conn}}
	defer s.until(ctx)()
	if step, err := s.begin(); err != nil {
		_ = conn.Close() // it is the error before that counts
		return nil, s.server.unsent(step, err)
	}
	return s, Outcome{}
}

// until breaks the session off when ctx ends; the function it returns ends that.
func (s *session) until(ctx context.Context) func() {
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

// within sets how long the next step may take.
func (s *session) within(d time.Duration) error {
	s.conn.left = maxAnswer
	return s.conn.SetDeadline(time.Now().Add(d))
}

// maxAnswer is how much a server may say at one step, in octets.
const maxAnswer = 1 << 20

// bounded is a connection that reads so much and no more.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the server does not stop talking")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// begin greets, makes the connection private and logs in; step says how far it got.
func (s *session) begin() (step string, err error) {
	if err := s.within(s.server.Connect); err != nil {
		return "connect", err
	}
	if step, err := s.greet(); err != nil {
		return step, err
	}
	if s.server.TLS == TLSStart {
		if err := s.startTLS(); err != nil {
			return "STARTTLS", err
		}
	}
	if s.server.User == "" {
		return "", nil
	}
	return "AUTH", s.logIn()
}

// greet begins to talk, in private where that is how a connection begins.
func (s *session) greet() (step string, err error) {
	conn := net.Conn(s.conn)
	switch s.server.TLS {
	case TLSImplicit:
		conn = tls.Client(conn, s.server.private())
	case TLSNone:
		if !onThisMachine(conn) {
			return "TLS", errors.New(
				"the server is not on this machine, and nothing is sent to another in clear",
			)
		}
	}
	if s.client, err = smtp.NewClient(conn, s.server.Host); err != nil {
		return "greeting", err
	}
	s.client.SkipSMTPUTF8(true)
	return "EHLO", s.client.Hello(s.server.Hello)
}

func (s *session) startTLS() error {
	if ok, _ := s.client.Extension("STARTTLS"); !ok {
		return errors.New("the server does not offer it, and nothing is sent in clear")
	}
	return s.client.StartTLS(s.server.private())
}

// logIn proves who sends, in the way that suits the server and what is known of it.
func (s *session) logIn() error {
	if s.server.Token != nil {
		token, err := s.server.Token()
		if err != nil {
			return err
		}
		s.server.Password = token
	}
	auth, err := s.login()
	if err != nil {
		return err
	}
	if err := s.within(s.server.Command); err != nil {
		return err
	}
	return s.client.Auth(auth)
}

// A way is one to log in, by its name in EHLO (RFC 4954); bearer ways take a token
// for a password.
type way struct {
	name   string
	bearer bool
	auth   func(s Server) smtp.Auth
}

// ways are those that are known, the best first.
var ways = []way{
	{
		"SCRAM-SHA-256",
		false,
		func(s Server) smtp.Auth { return smtp.ScramSHA256Auth(s.User, s.Password) },
	},
	{"PLAIN", false, func(s Server) smtp.Auth {
		return smtp.PlainAuth("", s.User, s.Password, s.Host, s.TLS == TLSNone)
	}},
	{
		"LOGIN",
		false,
		func(s Server) smtp.Auth { return smtp.LoginAuth(s.User, s.Password, s.Host, s.TLS == TLSNone) },
	},
	{
		"XOAUTH2",
		true,
		func(s Server) smtp.Auth { return smtp.XOAuth2Auth(s.User, s.Password) },
	},
}

// login chooses among the ways to log in that the server offers.
func (s *session) login() (smtp.Auth, error) {
	_, offered := s.client.Extension("AUTH")
	names := strings.Fields(strings.ToUpper(offered))
	for _, w := range ways {
		suits := w.bearer == (s.server.Token != nil)
		if suits && slices.Contains(names, w.name) {
			return w.auth(s.server), nil
		}
	}
	return nil, fmt.Errorf(
		"the server offers no way that is known here (%s)",
		text.Line(offered, 80),
	)
}

// message hands one message in. stale is set where the connection was dead before the
// server heard of it.
func (s *session) message(from, to string, message []byte) (o Outcome, stale bool) {
	if err := s.within(s.server.Command); err != nil {
		return s.broke("MAIL", err), true
	}
	if err := s.client.Mail("<" + from + ">"); err != nil {
		return s.outcome(
				"MAIL",
				err,
				aboutSender,
			), code(err) == 0 &&
				!errors.Is(err, os.ErrDeadlineExceeded)
	}
	_ = s.within(s.server.Command) // a connection that takes none fails at the next step
	if err := s.client.Rcpt("<" + to + ">"); err != nil {
		return s.outcome("RCPT", err, aboutRecipient), false
	}
	_ = s.within(s.server.Command)
	body, err := s.client.Data()
	if err != nil {
		return s.outcome("DATA", err, aboutContent), false
	}
	return s.data(body, message), false
}

// blockSize is how much of a message is given at a time.
const blockSize = 32 << 10

// data returns the message itself. Until its last dot is written nothing was handed
// over; after that only an answer tells.
func (s *session) data(body io.WriteCloser, message []byte) Outcome {
	for rest := message; len(rest) > 0; {
		n := min(len(rest), blockSize)
		_ = s.within(s.server.Block)
		if _, err := body.Write(rest[:n]); err != nil {
			return s.broke("DATA", err)
		}
		rest = rest[n:]
	}
	if err := s.client.Text.W.Flush(); err != nil {
		return s.broke("DATA", err)
	}
	_ = s.within(s.server.End)
	err := body.Close()
	if err == nil {
		return Outcome{Result: Accepted, Code: 250}
	}
	if code(err) == 0 {
		s.broken = true
		return Outcome{
			Result: Unknown,
			Cause:  s.server.cause("the end of the message", err),
		}
	}
	return s.outcome("the end of the message", err, aboutContent)
}

// A verdict is what a 4xx and a 5xx mean at a step.
type verdict struct{ deferred, refused Result }

// The verdicts: by whom or what a step is about.
var (
	aboutSender    = verdict{Deferred, RefusedMessage}
	aboutRecipient = verdict{DeferredRecipient, RefusedRecipient}
	aboutContent   = verdict{Deferred, RefusedContent}
)

// of returns what an answer means.
func (v verdict) of(err error) Result {
	switch {
	case code(err) < 500:
		return v.deferred
	case v.refused == RefusedRecipient && policy(err):
		return RefusedMessage
	}
	return v.refused
}

// outcome returns what an answer to a step means. What goes on with the same connection
// begins with RSET.
func (s *session) outcome(step string, err error, v verdict) Outcome {
	o := Outcome{Code: code(err), Cause: s.server.cause(step, err)}
	switch o.Code {
	case 0:
		return s.broke(step, err)
	case 421: // RFC 5321 section 3.8: the server closes
		s.broken = true
		o.Result = Unsent
		return o
	}
	o.Result = v.of(err)
	_ = s.within(s.server.Command)
	if err := s.client.Reset(); err != nil {
		s.broken = true
	}
	return o
}

// broke says that the connection ended before the message was handed over.
func (s *session) broke(step string, err error) Outcome {
	s.broken = true
	return Outcome{Result: Deferred, Cause: s.server.cause(step, err)}
}

// quit takes leave; what the server says to that does not matter.
func (s *session) quit() {
	_ = s.within(min(s.server.Command, quitWithin))
	_ = s.client.Quit()
}

// quitWithin is how long a server may take to say good-bye.
const quitWithin = 5 * time.Second

// code returns the reply code of an error, 0 where the server gave none that can be
// read.
func code(err error) int {
	var answer *textproto.Error
	if errors.As(err, &answer) && refusals[answer.Code/100] {
		return answer.Code
	}
	return 0
}

// refusals are the first digits of replies that turn something down.
var refusals = map[int]bool{4: true, 5: true}

// policy reports whether a refusal is about who sends, not about who receives: an
// enhanced code of 5.7 (RFC 3463 section 3.8).
func policy(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer) && strings.HasPrefix(answer.Msg, "5.7.")
}

// unsent says why there is no session.
func (s Server) unsent(step string, err error) Outcome {
	return Outcome{
		Result: Unsent,
		Code:   code(err),
		Cause:  s.cause(step, err),
	}
}

// cause says in one clean line what went wrong at a step. A server that repeats the
// password in its answer is not quoted with it.
func (s Server) cause(step string, err error) string {
	words := err.Error()
	var answer *textproto.Error
	if errors.As(err, &answer) {
		words = fmt.Sprintf("%d %s", answer.Code, answer.Msg)
	}
	if s.Password == "" {
		return text.Line(step+": "+words, 300)
	}
	for _, form := range []string{"%[2]s", "\x00%[1]s\x00%[2]s", "user=%[1]s\x01auth=Bearer %[2]s\x01\x01"} {
		secret := fmt.Sprintf(form, s.User, s.Password)
		for _, shown := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))} {
			words = strings.ReplaceAll(words, shown, "(secret)")
		}
	}
	return text.Line(step+": "+words, 300)
}

func onThisMachine(c net.Conn) bool {
	addr, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}
