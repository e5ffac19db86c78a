package fetch

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/dns/dnsmessage"

	"koyomi/internal/health"
)

// names is a name server that returns every A question one address, or fails.
func names(t testing.TB, address [4]byte, code dnsmessage.RCode) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil {
				continue
			}
			m.Response, m.RCode, m.Additionals = true, code, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA && code == dnsmessage.RCodeSuccess {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1},
					Body:   &dnsmessage.AResource{A: address},
				}}
			}
			if out, err := m.Pack(); err == nil {
				server.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// canary listens on loopback and counts who comes.
func canary(t testing.TB) (port string, came *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	came = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			c.Close()
		}
	}()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port, came
}

// ssrfForms are the ways to write an address inside. Where forms are many the
// first ones are those of row B12.
var ssrfForms = []string{
	"127.0.0.1", "[::1]", "0.0.0.0", "[::]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1",
	"[::ffff:127.0.0.1]", "localhost", "rebound.example.org",
	"169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "198.18.0.1", "192.0.0.1",
	"224.0.0.1", "240.0.0.1", "255.255.255.255", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]",
	"[2002:7f00:1::]", "[2001::1]", "[fc00::1]", "[fe80::1]", "[fe80::1%25lo]", "[ff02::1]",
	"0x7f.0.0.1", "0", "１２７.０.０.１",
}

// TestSSRF: row B12. No form of an address inside is connected to, neither asked
// for nor by way of a redirect, on any port.
func TestSSRF(t *testing.T) {
	port, came := canary(t)
	for _, form := range ssrfForms {
		t.Run(form, func(t *testing.T) {
			target := "http://" + form + ":" + port + "/"
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", target)
				w.WriteHeader(http.StatusFound)
			})
			c := client(t, Options{Resolver: names(t, [4]byte{127, 0, 0, 1}, dnsmessage.RCodeSuccess)}, base)
			// Without this the port alone would be the reason.
			c.guard = guard{control: ssrf.New(ssrf.WithAnyPort()).Safe, anyPort: true}
			for _, u := range []string{target, base} {
				_, err := get(t, c, u)
				var f *health.Failure
				if !errors.As(err, &f) || f.Cause != health.CauseForbidden {
					t.Errorf("%s: got %v, want a refused address", u, err)
				}
			}
		})
	}
	if came.Load() != 0 {
		t.Errorf("%d connections came to the canary", came.Load())
	}
}

// TestRefusedURLs: what is refused before anything is looked up.
func TestRefusedURLs(t *testing.T) {
	c := client(t, Options{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		t.Error("a name was looked up")
		return nil, errors.New("no")
	}}}, "http://allowed.example:8080")
	for _, u := range []string{
		"", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "http:///path",
		"http://user:pass@example.com/", "http://example.com:22/", "http://example.com:8080/", "https://allowed.example:8081/",
		"http://example.com:0/", "http://[::1/", "http://exa mple.com/", "http://a\x00b/", "javascript:alert(1)",
		"http://example.com/" + strings.Repeat("a", maxURL), "%zz", "http://127.0.0.1/", "http://127.0.0.1:8080/",
	} {
		_, err := get(t, c, u)
		var f *health.Failure
		if !errors.As(err, &f) || f.Cause != health.CauseForbidden {
			t.Errorf("%.60q: got %v, want a refused address", u, err)
		}
	}
}

// TestDNS: row F44, names that are not found are told from hosts that are down.
func TestDNS(t *testing.T) {
	for name, code := range map[string]dnsmessage.RCode{"NXDOMAIN": dnsmessage.RCodeNameError, "SERVFAIL": dnsmessage.RCodeServerFailure} {
		t.Run(name, func(t *testing.T) {
			c := client(t, Options{Resolver: names(t, [4]byte{}, code)})
			_, err := get(t, c, "http://community.example.org/")
			wantCause(t, err, health.CauseDNS)
			page := ask("http://community.example.org/")
			page.Page = true
			_, err = c.Fetch(t.Context(), page)
			if f := wantCause(t, err, health.CauseDNS); !strings.HasSuffix(f.URL, "/robots.txt") {
				t.Errorf("the failure names %s, want its robots.txt", f.URL)
			}
		})
	}
	t.Run("no server", func(t *testing.T) {
		c := client(t, Options{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, syscall.ENETUNREACH
		}}})
		_, err := get(t, c, "http://community.example.org/")
		wantCause(t, err, health.CauseDNS)
	})
}

func TestConnectionRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + l.Addr().String()
	l.Close()
	_, err = get(t, client(t, Options{}, base), base)
	wantCause(t, err, health.CauseConnect)
}

// secure makes a server with a certificate of its own, and who signed it.
func secure(t *testing.T, c x509.Certificate, most uint16) (base string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber, c.Subject = big.NewInt(1), pkix.Name{CommonName: "test"}
	c.IsCA, c.BasicConstraintsValid = true, true
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "safe") }))
	s.Config.ErrorLog = quiet()
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS10, MaxVersion: most}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots = x509.NewCertPool()
	roots.AddCert(parsed)
	return s.URL, roots
}

// TestTLS: row F51, certificates are verified and old versions refused.
func TestTLS(t *testing.T) {
	now := time.Now()
	here := []net.IP{net.IPv4(127, 0, 0, 1)}
	day := 24 * time.Hour
	good := x509.Certificate{NotBefore: now.Add(-day), NotAfter: now.Add(day), IPAddresses: here}
	for _, c := range []struct {
		name string
		cert x509.Certificate
		most uint16
		know bool
		want health.Cause
	}{
		{"good", good, tls.VersionTLS13, true, ""},
		{"TLS 1.2", good, tls.VersionTLS12, true, ""},
		{"TLS 1.1", good, tls.VersionTLS11, true, health.CauseTLS},
		{"expired", x509.Certificate{NotBefore: now.Add(-2 * day), NotAfter: now.Add(-day), IPAddresses: here}, tls.VersionTLS13, true, health.CauseTLS},
		{"not yet valid", x509.Certificate{NotBefore: now.Add(day), NotAfter: now.Add(2 * day), IPAddresses: here}, tls.VersionTLS13, true, health.CauseTLS},
		{"another name", x509.Certificate{NotBefore: now.Add(-day), NotAfter: now.Add(day), DNSNames: []string{"else.example"}}, tls.VersionTLS13, true, health.CauseTLS},
		{"unknown authority", good, tls.VersionTLS13, false, health.CauseTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			base, roots := secure(t, c.cert, c.most)
			if !c.know {
				roots = x509.NewCertPool()
			}
			answer, err := get(t, client(t, Options{Roots: roots}, base), base)
			if c.want != "" {
				wantCause(t, err, c.want)
			} else if err != nil || string(answer.Page.Body) != "safe" {
				t.Errorf("got %q, %v", answer.Page.Body, err)
			}
		})
	}
	t.Run("not TLS at all", func(t *testing.T) {
		base := strings.Replace(rogue(t, say(ok)), "http:", "https:", 1)
		_, err := get(t, client(t, Options{Timeout: time.Second}, base), base)
		var f *health.Failure
		if !errors.As(err, &f) || f.Cause != health.CauseTLS && f.Cause != health.CauseTimeout {
			t.Errorf("got %v, want a failure of TLS", err)
		}
	})
}

// TestProxyIgnored: an environment that names a proxy changes nothing.
func TestProxyIgnored(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("ALL_PROXY", "http://127.0.0.1:1")
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "direct") })
	if _, err := get(t, client(t, Options{}, base), base); err != nil {
		t.Error(err)
	}
}

// childMain is what a child process does for TestFileDescriptors.
func childMain() bool {
	base := os.Getenv("FETCH_TEST_BASE")
	if base == "" {
		return false
	}
	if err := exhaust(base); err != nil {
		io.WriteString(os.Stdout, "FAIL "+err.Error())
		os.Exit(1)
	}
	io.WriteString(os.Stdout, "recovered")
	return true
}

// exhaust uses up the file descriptors, asks, frees them and asks again.
func exhaust(base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	c := New(Options{Allow: []string{u.Host}, MinGap: func(string) (time.Duration, bool) { return 0, true }})
	defer c.Close()
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 64, Max: 64}); err != nil {
		return err
	}
	var held []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		held = append(held, f)
	}
	_, err = c.Fetch(context.Background(), ask(base))
	var f *health.Failure
	if !errors.As(err, &f) || f.Cause != health.CauseConnect || !errors.Is(err, syscall.EMFILE) {
		return errors.Join(errors.New("want a failure to connect for want of descriptors, got"), err)
	}
	for _, f := range held {
		f.Close()
	}
	_, err = c.Fetch(context.Background(), ask(base))
	return err
}

// TestFileDescriptors: row F54, no descriptor left is a soft failure that passes.
func TestFileDescriptors(t *testing.T) {
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FETCH_TEST_BASE="+base)
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != "recovered" {
		t.Errorf("the child said %q, %v", out, err)
	}
}
