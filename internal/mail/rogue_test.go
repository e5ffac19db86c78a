package mail

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What a rogue does at a step instead of answering.
const (
	hangUp = "(hangs up)"
	stall  = "(says nothing)"
)

// A rogue is a mail server that does at each step what it is told: the answers of a
// step are given in turn, the last one again and again; a step without any is
// answered well.
type rogue struct {
	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool
	implicit atomic.Bool
	// offers are the extensions told by EHLO.
	offers []string
	answer map[string][]string

	mu sync.Mutex
	// taken are the messages it answered for or not, in the order of their dots; seen
	// counts the steps, clear those commands that came in clear.
	taken []string
	seen  map[string]int
	clear []string
	// auth is the last AUTH command.
	auth  string
	conns sync.WaitGroup
	ended chan struct{}
}

func newRogue(t testing.TB, answer map[string][]string, offers ...string) *rogue {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewTLSServer(nil)
	r := &rogue{
		listener: l, tls: web.TLS.Clone(), roots: x509.NewCertPool(), offers: offers, answer: answer,
		seen: map[string]int{}, ended: make(chan struct{}),
	}
	r.tls.NextProtos = nil
	r.roots.AddCert(web.Certificate())
	web.Close()
	r.conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.conns.Go(func() { r.talk(c) })
		}
	})
	t.Cleanup(func() {
		close(r.ended)
		l.Close()
		r.conns.Wait()
	})
	return r
}

// server returns the settings to reach it, with limits that end soon.
func (r *rogue) server(way string) Server {
	const soon = 300 * time.Millisecond
	return Server{
		Host: "127.0.0.1", Port: r.listener.Addr().(*net.TCPAddr).Port, TLS: way, Roots: r.roots,
		Limits: Limits{Connect: soon, Command: soon, Block: soon, End: soon},
	}
}

// next returns what it does at a step.
func (r *rogue) next(step, well string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.answer[step]
	n := r.seen[step]
	r.seen[step]++
	switch {
	case len(all) == 0:
		return well
	case n >= len(all):
		n = len(all) - 1
	}
	if all[n] == "" {
		return well
	}
	return all[n]
}

// say does what is to be done at a step; false ends the connection.
func (r *rogue) say(c net.Conn, step, well string) bool {
	switch what := r.next(step, well); what {
	case hangUp:
		return false
	case stall:
		<-r.ended
		return false
	default:
		_, err := fmt.Fprintf(c, "%s\r\n", what)
		return err == nil
	}
}

func (r *rogue) talk(c net.Conn) {
	defer func() { c.Close() }()
	private := r.implicit.Load()
	if private {
		c = tls.Server(c, r.tls)
	}
	in := bufio.NewReader(c)
	if !r.say(c, "greeting", "220 rogue.example") {
		return
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		word, _, _ := strings.Cut(strings.ToUpper(line), " ")
		word, _, _ = strings.Cut(word, ":")
		if !private {
			r.mu.Lock()
			r.clear = append(r.clear, word)
			r.mu.Unlock()
		}
		switch word {
		case "EHLO":
			well := "250-rogue.example"
			for _, one := range r.offers {
				if one != "STARTTLS" || !private {
					well += "\r\n250-" + one
				}
			}
			if !r.say(c, word, well+"\r\n250 HELP") {
				return
			}
		case "STARTTLS":
			if what := r.next(word, "220 go on"); !strings.HasPrefix(what, "220") {
				fmt.Fprintf(c, "%s\r\n", what)
				continue
			}
			fmt.Fprint(c, "220 go on\r\n")
			c, private = tls.Server(c, r.tls), true
			in = bufio.NewReader(c)
		case "DATA":
			if !r.say(c, word, "354 go on") {
				return
			}
			if r.answer[word] != nil && !strings.HasPrefix(r.answer[word][min(r.seen[word], len(r.answer[word]))-1], "354") && r.answer[word][min(r.seen[word], len(r.answer[word]))-1] != "" {
				continue
			}
			if !r.message(in) || !r.say(c, "dot", "250 2.0.0 taken") {
				return
			}
		case "QUIT":
			r.say(c, word, "221 bye")
			return
		case "AUTH":
			r.mu.Lock()
			r.auth = line
			r.mu.Unlock()
			if !r.say(c, word, "235 2.7.0 welcome") {
				return
			}
		default:
			if !r.say(c, word, "250 2.1.0 fine") {
				return
			}
		}
	}
}

// message reads up to the last dot; false where it hangs up in the middle.
func (r *rogue) message(in *bufio.Reader) bool {
	var b strings.Builder
	middle := r.next("block", "")
	for {
		line, err := in.ReadString('\n')
		switch {
		case err != nil, middle == hangUp:
			return false
		case middle == stall:
			<-r.ended
			return false
		case line == ".\r\n":
			r.mu.Lock()
			r.taken = append(r.taken, b.String())
			r.mu.Unlock()
			return true
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}
