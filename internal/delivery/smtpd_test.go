package delivery

import (
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"koyomi/internal/mail"
	"koyomi/internal/mail/mailtest"
)

// A postbox is a mail server that keeps what it takes, and misbehaves as a test says.
type postbox struct {
	t      testing.TB
	server *smtp.Server
	port   int

	// turn is held while at is asked.
	turn, mu sync.Mutex
	// now dates what comes; nil is the machine's clock.
	now func() time.Time
	// at is called at each step (mail, rcpt, data, end, answered) of a message, and may
	// answer for it; nil for one that behaves. What is answered at end was kept.
	at func(step, to string) error
	// got are the messages that were taken, broken what is wrong with any of them.
	got    []carried
	broken []string
}

// The ways to hang up: before a message is kept, or after.
var (
	errHangUp = errors.New("hangs up")
	errLost   = errors.New("hangs up after the message was kept")
)

func newPostbox(t testing.TB) *postbox {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postbox{t: t, port: l.Addr().(*net.TCPAddr).Port}
	p.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &postSession{box: p, conn: c}, nil }))
	p.server.Domain = "postbox.example"
	p.server.ErrorLog = silent{}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = p.server.Serve(l) }()
	t.Cleanup(func() { p.server.Close(); <-ended })
	return p
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// open returns a transport to it.
func (p *postbox) open() Transport { return mail.Open(toPort(p.port)) }

func toPort(port int) mail.Server {
	return mail.Server{Host: "127.0.0.1", Port: port, TLS: mail.TLSNone}
}

func (p *postbox) step(step, to string) error {
	p.mu.Lock()
	at := p.at
	p.mu.Unlock()
	if at == nil {
		return nil
	}
	p.turn.Lock()
	defer p.turn.Unlock()
	return at(step, to)
}

// behave sets how it behaves from now on.
func (p *postbox) behave(at func(step, to string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = at
}

// messages returns what was taken so far.
func (p *postbox) messages() []carried {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, wrong := range p.broken {
		p.t.Error(wrong)
	}
	p.broken = nil
	return append([]carried(nil), p.got...)
}

func (p *postbox) keep(to string, message []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.now != nil {
		now = p.now()
	}
	c, err := readMessage(now, to, message)
	if err != nil {
		p.broken = append(p.broken, err.Error())
	}
	for _, wrong := range mailtest.Check(message) {
		p.broken = append(p.broken, strconv.Quote(c.Subject)+": "+wrong)
	}
	p.got = append(p.got, c)
}

type postSession struct {
	box  *postbox
	conn *smtp.Conn
	to   string
}

func (s *postSession) Reset()        {}
func (s *postSession) Logout() error { return nil }

// say answers for a step; what hangs up does not answer.
func (s *postSession) say(step string) error {
	err := s.box.step(step, s.to)
	if errors.Is(err, errHangUp) || errors.Is(err, errLost) {
		s.conn.Conn().Close()
	}
	return err
}

func (s *postSession) Mail(string, *smtp.MailOptions) error { return s.say("mail") }

func (s *postSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.say("rcpt")
}

func (s *postSession) Data(r io.Reader) error {
	if err := s.say("data"); err != nil {
		return err
	}
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	err = s.say("end")
	if err == nil || errors.Is(err, errLost) {
		s.box.keep(s.to, message)
	}
	if err == nil {
		go s.box.step("answered", s.to)
	}
	return err
}
