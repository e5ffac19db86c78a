package mail

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// eximConfig is that of a mail server on a free port of this machine: nothing without
// TLS and a login, and all mail goes on to a second server. It keeps everything in one
// directory.
const eximConfig = `
spool_directory = DIR/spool
log_file_path = DIR/spool/log-%%s
pid_file_path = DIR/spool/pid
keep_environment =
primary_hostname = mail.example
exim_user = nobody
exim_group = nogroup
tls_advertise_hosts = *
tls_certificate = DIR/cert.pem
tls_privatekey = DIR/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
daemon_smtp_ports = %d
local_interfaces = 127.0.0.1
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny !authenticated = *
  deny message = 5.1.1 no such user
       condition = ${if match{$local_part}{^nobody}}
  accept
begin routers
all:
  driver = manualroute
  transport = on
  route_list = * 127.0.0.1
  self = send
  host_find_failed = fail
begin transports
on:
  driver = smtp
  port = %d
  hosts_avoid_tls = *
  allow_localhost
begin retry
* * F,2m,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{koyomi}}{eq{$auth3}{s3cret}}}}
  server_set_id = $auth2
`

// certificate writes a pair for 127.0.0.1 into dir and returns who trusts it.
func certificate(t testing.TB, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(cert)
	return pool
}

// TestRealServer hands messages to exim, with STARTTLS and a login, which hands them on.
// KOYOMI_MAILSERVER names the program; without it the test is left out.
func TestRealServer(t *testing.T) {
	program := os.Getenv("KOYOMI_MAILSERVER")
	if program == "" {
		t.Skip("KOYOMI_MAILSERVER names no exim")
	}
	dir, err := os.MkdirTemp("", "koyomi-exim-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	roots := certificate(t, dir)
	next := newRogue(t, nil, "8BITMIME")
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	config := strings.ReplaceAll(fmt.Sprintf(eximConfig, port, next.listener.Addr().(*net.TCPAddr).Port), "DIR", dir)
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	// What exim keeps belongs to the user that it runs as.
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	spool := filepath.Join(dir, "spool")
	if err := errors.Join(os.Mkdir(spool, 0o700), os.Chmod(dir, 0o755), os.Chown(spool, uid, -1)); err != nil {
		t.Skipf("exim needs a user of its own: %v", err)
	}
	var said bytes.Buffer
	run := exec.Command(program, "-C", filepath.Join(dir, "config"), "-bdf", "-q1s")
	run.Stdout, run.Stderr = &said, &said
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = run.Process.Kill()
		_ = run.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "spool", "log-main"))
			t.Logf("exim said:\n%s%s", &said, log)
		}
	}()
	s := Server{Host: "127.0.0.1", Port: port, Roots: roots, User: "koyomi", Password: "s3cret", Limits: Limits{Connect: 5 * time.Second, Command: 10 * time.Second, End: 30 * time.Second}}
	transport := Open(s)
	defer transport.Close()
	var got Outcome
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if got = transport.Deliver(t.Context(), "bounces@koyomi.example", "you@example.org", composed(t, message(1))); got.Code != 0 || !strings.HasPrefix(got.Cause, "connect") {
			break
		}
	}
	if got.Result != Accepted {
		t.Fatalf("the first message: %+v", got)
	}
	for to, want := range map[string]Result{`"a..b."@docomo.ne.jp`: Accepted, "nobody@example.org": RefusedRecipient, "you+koyomi@example.org": Accepted} {
		if got := transport.Deliver(t.Context(), "bounces@koyomi.example", to, composed(t, message(2))); got.Result != want {
			t.Errorf("%s: %+v", to, got)
		}
	}
	s.Password = "wrong"
	wrong := Open(s)
	defer wrong.Close()
	if got := wrong.Deliver(t.Context(), "a@koyomi.example", "you@example.org", composed(t, message(3))); got.Result != Unsent || got.Code != 535 {
		t.Errorf("a wrong password: %+v", got)
	}
	arrived := func() (n int) {
		next.mu.Lock()
		defer next.mu.Unlock()
		for _, one := range next.taken {
			for i := range 3 {
				if strings.HasSuffix(one, string(composed(t, message(i)))) {
					n++
				}
			}
		}
		return n
	}
	for deadline := time.Now().Add(30 * time.Second); arrived() < 3 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
	}
	if n := arrived(); n != 3 {
		t.Errorf("%d messages came through as they were written, want 3: %q", n, next.taken)
	}
}
