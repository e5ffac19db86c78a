package mail

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// imapServer serves a mailbox with one message over TLS, from the beginning or with STARTTLS,
// and returns how koyomi reaches it.
func imapServer(t *testing.T, private bool) Mailbox {
	t.Helper()
	dir := t.TempDir()
	roots := certificate(t, dir)
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	user := imapmemserver.NewUser("bounce", "s3cret")
	message := "Subject: undelivered\r\n\r\nwords\r\n"
	if err := user.Create("Returns", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := user.Append("Returns", literal{strings.NewReader(message)}, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
	all := imapmemserver.New()
	all.AddUser(user)
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return all.NewSession(), nil, nil
		},
		Caps:      imap.CapSet{imap.CapIMAP4rev1: {}},
		TLSConfig: config,
	})
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if private {
		l = tls.NewListener(l, config)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-ended })
	return Mailbox{
		Host: "127.0.0.1", Port: strconv.Itoa(port), Private: private,
		User: "bounce", Password: "s3cret", Folder: "Returns", Roots: roots,
	}
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// TestMailboxOverTLS: a mailbox is read over TLS alone; a server that nobody vouches for
// gets no password, and looking at it changes nothing.
func TestMailboxOverTLS(t *testing.T) {
	for name, private := range map[string]bool{"imaps": true, "STARTTLS": false} {
		t.Run(name, func(t *testing.T) {
			m := imapServer(t, private)
			if err := m.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := readAll(t, m); len(got) != 1 || !strings.Contains(got[0], "undelivered") {
				t.Fatalf("read %q", got)
			}
			if got := readAll(t, m); len(got) != 0 {
				t.Errorf("read again: %q", got)
			}
			for what, change := range map[string]func(*Mailbox){
				"another password": func(m *Mailbox) { m.Password = "other" },
				"no such folder":   func(m *Mailbox) { m.Folder = "Nowhere" },
				"unknown roots":    func(m *Mailbox) { m.Roots = nil },
				"another host":     func(m *Mailbox) { m.Host = "localhost" },
				"no server":        func(m *Mailbox) { m.Port = "1" },
			} {
				wrong := m
				change(&wrong)
				if err := wrong.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "bounce at "+wrong.Host) {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

// TestMailboxWantsTLS: a server that offers no TLS is told no password.
func TestMailboxWantsTLS(t *testing.T) {
	m := imapServer(t, false)
	m.Private = true
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := m.Check(ctx); err == nil {
		t.Error("it was opened without TLS")
	}
}

func readAll(t *testing.T, m Mailbox) []string {
	t.Helper()
	var all []string
	err := m.Read(t.Context(), func(r io.Reader) (bool, error) {
		b, err := io.ReadAll(r)
		all = append(all, string(b))
		return true, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
