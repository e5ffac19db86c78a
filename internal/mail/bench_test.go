package mail

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// A slow server takes 20 ms to answer for each message.
type slow struct{ took time.Duration }

func (s *slow) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *slow) Mail(string, *smtp.MailOptions) error        { return nil }
func (s *slow) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (s *slow) Reset()                                      {}
func (s *slow) Logout() error                               { return nil }

func (s *slow) Data(r io.Reader) error {
	begin := time.Now()
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	time.Sleep(20 * time.Millisecond)
	s.took += time.Since(begin)
	return nil
}

// BenchmarkCarry carries messages of 60 kB to a server that takes 20 ms for each;
// busy-% is the share of the time in which the server has a message to work on.
func BenchmarkCarry(b *testing.B) {
	l, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	backend := new(slow)
	server := smtp.NewServer(backend)
	go server.Serve(l)
	defer server.Close()
	transport := Open(Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: TLSNone})
	defer transport.Close()
	m := message(1)
	for len(m.Text) < 45_000 {
		m.Text += "仮想化友の会 第9回の会場が変わりました。\n"
	}
	bytes := composed(b, m)
	for b.Loop() {
		if got := transport.Deliver(b.Context(), "a@koyomi.example", "you@example.org", bytes); got.Result != Accepted {
			b.Fatal(got)
		}
	}
	b.ReportMetric(100*float64(backend.took)/float64(b.Elapsed()), "busy-%")
}
