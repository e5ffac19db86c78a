package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"

	"koyomi/internal/mail/mailtest"
)

// A postbox is a mail server that takes every message, except for some addresses.
type postbox struct {
	server *smtp.Server
	port   int
	// refuse is an address that it does not know; slow is how long it thinks over a
	// message.
	refuse string
	slow   time.Duration

	mu    sync.Mutex
	wrong []string
	// came returns the messages as they come.
	came chan arrived
}

type arrived struct {
	to string
	mailtest.Message
}

func newPostbox() (*postbox, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &postbox{port: l.Addr().(*net.TCPAddr).Port, came: make(chan arrived, 1000)}
	p.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &postboxSession{box: p}, nil }))
	p.server.Domain = "postbox.example"
	go func() { _ = p.server.Serve(l) }()
	return p, nil
}

// settings are what a config says of it.
func (p *postbox) settings() string {
	return fmt.Sprintf("public_url: https://koyomi.example.org\nmail:\n  host: 127.0.0.1\n  port: %d\n  tls: none\n  from: koyomi <koyomi@koyomi.example.org>\n  rate: 10000\n", p.port)
}

// message waits for the next message.
func (p *postbox) message(t *testing.T) arrived {
	t.Helper()
	select {
	case a := <-p.came:
		return a
	case <-time.After(patience):
		t.Fatal("no message came")
	}
	return arrived{}
}

type postboxSession struct {
	box *postbox
	to  string
}

func (*postboxSession) Reset()                               {}
func (*postboxSession) Logout() error                        { return nil }
func (*postboxSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *postboxSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.to = to; to == s.box.refuse {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	return nil
}

func (s *postboxSession) Data(r io.Reader) error {
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	time.Sleep(s.box.slow)
	l, err := mailtest.Read(message)
	s.box.mu.Lock()
	s.box.wrong = append(s.box.wrong, mailtest.Check(message)...)
	s.box.mu.Unlock()
	s.box.came <- arrived{s.to, l}
	return err
}

// mailing returns a script a mail server and a config that names it; what comes stands in
// mail/N.txt. An argument is an address that it does not know.
func mailing(ts *testscript.TestScript, neg bool, args []string) {
	p, err := newPostbox()
	ts.Check(err)
	if neg || len(args) > 1 {
		ts.Fatalf("usage: postbox [UNKNOWN]")
	}
	if len(args) == 1 {
		p.refuse = args[0]
	}
	dir := ts.MkAbs("mail")
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(os.WriteFile(ts.MkAbs("config.yaml"), []byte(p.settings()+"  operator: operator@example.org\n"), 0o600))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		n := 0
		for a := range p.came {
			n++
			text := fmt.Sprintf("To: %s\nSubject: %s\n\n%s", a.to, a.Subject, strings.ReplaceAll(a.Text, "\r\n", "\n"))
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.txt", n)), []byte(text), 0o600)
		}
	}()
	ts.Defer(func() {
		_ = p.server.Close()
		close(p.came)
		<-ended
		for _, w := range p.wrong {
			ts.Logf("a message is wrong: %s", w)
		}
	})
}

// subscribing subscribes so many addresses.
func subscribing(t *testing.T, dir, now string, names ...string) {
	t.Helper()
	for _, n := range names {
		must(t, 0, dir, "subscriber", "add", n+"@example.org", "--hour", "12:00", "--now", now)
	}
}

// A daemon and two `digest send` at once on one database: every reader gets one digest
// (F20). A stop in the middle of sending lets the message under way be finished, and
// what is left is sent by the next to come (F08).
func TestMailOfDaemonAndCommand(t *testing.T) {
	t.Parallel()
	const now = "2026-06-08T12:00:00+09:00"
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	p, err := newPostbox()
	if err != nil {
		t.Fatal(err)
	}
	defer p.server.Close()
	p.slow = 5 * time.Millisecond
	config, err := os.ReadFile(r.config)
	if err != nil {
		t.Fatal(err)
	}
	r.write(t, "config.yaml", string(config)+p.settings())
	must(t, 0, r.dir, "sync", "garden", "--now", now)
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("r%02d", i))
	}
	subscribing(t, r.dir, now, names...)
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0", "--now", now)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if out := runProgram(t, r.dir, "digest", "send", "--now", now); out.exit != 0 {
				t.Errorf("digest send: exit %d\n%s%s", out.exit, out.out, out.errOut)
			}
		})
	}
	first := p.message(t)
	if !strings.Contains(first.Text, "庭の勉強会") || !strings.Contains(first.Header.Get("List-Unsubscribe"), "https://koyomi.example.org/unsubscribe/") {
		t.Errorf("a message says %s\n%s", first.Header, first.Text)
	}
	both.Wait()
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 {
		t.Errorf("SIGTERM: exit %d\n%s", exit, s.all())
	}
	must(t, 0, r.dir, "digest", "send", "--now", now)
	got := []string{first.to}
	for len(p.came) > 0 {
		got = append(got, (<-p.came).to)
	}
	slices.Sort(got)
	var want []string
	for _, n := range names {
		want = append(want, n+"@example.org")
	}
	if !slices.Equal(got, want) {
		t.Errorf("digests came to %v", got)
	}
	for _, w := range p.wrong {
		t.Errorf("a message is wrong: %s", w)
	}
}

// SIGHUP takes new mail settings: what could not be sent goes to the new server at
// once, and the operator's rest after the old one's failure is over.
func TestMailAfterReload(t *testing.T) {
	t.Parallel()
	const now = "2026-06-08T12:00:00+09:00"
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	config, err := os.ReadFile(r.config)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPostbox()
	if err != nil {
		t.Fatal(err)
	}
	defer p.server.Close()
	r.write(t, "config.yaml", string(config)+strings.Replace(p.settings(), "tls: none", "tls: starttls", 1)) // which it does not offer
	must(t, 0, r.dir, "sync", "garden", "--now", now)
	subscribing(t, r.dir, now, "you")
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0", "--now", now)
	s.waitFor("cannot be reached")
	r.write(t, "config.yaml", string(config)+p.settings())
	s.signal(syscall.SIGHUP)
	if a := p.message(t); a.to != "you@example.org" {
		t.Errorf("a message came to %s", a.to)
	}
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 {
		t.Errorf("SIGTERM: exit %d\n%s", exit, s.all())
	}
}

// A replay sends nothing, whatever the config says; the digest stands in the file that
// it names.
func TestReplaySendsNoMail(t *testing.T) {
	t.Parallel()
	const now = "2009-05-18T09:00:00+09:00"
	p, err := newPostbox()
	if err != nil {
		t.Fatal(err)
	}
	defer p.server.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(p.settings()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := runProgram(t, dir, "sync", "--replay", "--now", now, "--database", "koyomi.db"); out.exit != 0 && out.exit != exitAttention {
		t.Fatalf("exit %d\n%s", out.exit, out.errOut)
	}
	must(t, 0, dir, "subscriber", "add", "you@example.org", "--hour", "09:00", "--now", now)
	s := startProgram(t, dir, "serve", "--replay", "--now", now, "--database", "koyomi.db", "--listen", "127.0.0.1:0")
	page, file := strings.TrimSpace(after(s.waitFor("  page "), "page")), strings.TrimSpace(after(s.waitFor("  digest "), "digest"))
	s.waitFor("Ctrl-C")
	if status, _, _ := get(t, page); status != 200 {
		t.Errorf("status %d", status)
	}
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 {
		t.Errorf("SIGTERM: exit %d", exit)
	}
	written, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil || !strings.Contains(string(written), "BPStudy#21") || !strings.Contains(string(written), "</html>") {
		t.Errorf("the digest: %v\n%.2000s", err, written)
	}
	if len(p.came) != 0 {
		t.Error("a replay sent mail")
	}
	// The message waits for nobody: it was never planned.
	if out := must(t, 0, dir, "digest", "status", "--database", "koyomi.db", "--now", now).out; out != "" {
		t.Errorf("messages of a replay: %s", out)
	}
}
