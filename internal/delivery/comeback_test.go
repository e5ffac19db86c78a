package delivery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/subscriber"
)

// comebackExim takes every mail on a port of this machine, gives up what goes to
// example.jp and puts what comes back to koyomi.example into a maildir.
const comebackExim = `
spool_directory = DIR/spool
log_file_path = DIR/spool/log-%%s
pid_file_path = DIR/spool/pid
keep_environment =
primary_hostname = mail.example
exim_user = nobody
exim_group = nogroup
daemon_smtp_ports = %d
local_interfaces = 127.0.0.1
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = accept
acl_smtp_data = accept
tls_advertise_hosts =
begin acl
begin routers
gone:
  driver = redirect
  domains = example.jp
  allow_fail
  data = :fail: 550 5.1.1 no such user here
box:
  driver = accept
  domains = koyomi.example
  local_parts = bounce
  local_part_suffix = +*
  transport = box
begin transports
box:
  driver = appendfile
  directory = DIR/box
  maildir_format
  create_directory
  user = nobody
  group = nogroup
begin retry
* * F,2m,1s
`

// comebackDovecot shows that maildir by IMAP on a port of this machine.
const comebackDovecot = `
protocols = imap
listen = 127.0.0.1
base_dir = DIR/run
state_dir = DIR/run
log_path = DIR/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:DIR/box
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = static
  args = password=s3cret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=DIR/box
}
service imap-login {
  inet_listener imap {
    port = %d
  }
  inet_listener imaps {
    port = 0
  }
}
`

// freePort returns a port of this machine that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// server starts a program with a config in dir and waits until it takes connections.
func server(t *testing.T, dir, config string, port int, program string, args ...string) {
	t.Helper()
	name := filepath.Join(dir, filepath.Base(program)+".conf")
	text := strings.ReplaceAll(fmt.Sprintf(config, port), "DIR", dir)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "CONFIG", name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, program, args...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 5 * time.Second
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = run.Wait() })
	if !eventually(func() bool {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			c.Close()
		}
		return err == nil
	}) {
		t.Fatalf("%s takes no connection", program)
	}
}

// eventually asks until an answer is yes, for half a minute.
func eventually(is func() bool) bool {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 600 {
		if is() {
			return true
		}
		<-tick.C
	}
	return false
}

// TestWhatComesBack: a digest to an address that exim gives up comes back as its report,
// which is read from a mailbox of dovecot and counted against the reader.
func TestWhatComesBack(t *testing.T) {
	exim, dovecot := os.Getenv("KOYOMI_MAILSERVER"), "/usr/sbin/dovecot"
	if exim == "" {
		t.Skip("KOYOMI_MAILSERVER names no exim")
	}
	if _, err := os.Stat(dovecot); err != nil {
		t.Skip("dovecot is not here (.ci/parts.sh installs it)")
	}
	dir, err := os.MkdirTemp("", "koyomi-back-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	for _, sub := range []string{"spool", "box", "run"} {
		sub = filepath.Join(dir, sub)
		if err := errors.Join(os.Mkdir(sub, 0o755), os.Chmod(dir, 0o755)); err != nil {
			t.Fatal(err)
		}
		if filepath.Base(sub) == "run" {
			continue
		}
		if err := os.Chown(sub, uid, -1); err != nil {
			t.Skipf("exim needs a user of its own: %v", err)
		}
	}
	smtp, imap := freePort(t), freePort(t)
	server(t, dir, comebackExim, smtp, exim, "-C", "CONFIG", "-bdf", "-q1s")
	server(t, dir, comebackDovecot, imap, dovecot, "-F", "-c", "CONFIG")
	t.Cleanup(func() {
		if t.Failed() {
			for _, name := range []string{"spool/log-main", "dovecot.log"} {
				log, _ := os.ReadFile(filepath.Join(dir, name))
				t.Logf("%s:\n%s", name, log)
			}
		}
	})

	b := newBureau(t)
	b.Bounces = "bounce+@koyomi.example"
	b.Open = func() Transport {
		return mail.Open(mail.Server{Host: "127.0.0.1", Port: smtp, TLS: "none", Rate: 1000, Hello: "koyomi.example"})
	}
	b.Mailbox = mail.NewMailbox(&url.URL{
		Scheme: "imap", User: url.User("bounce"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(imap)),
	}, "s3cret")
	s := b.readers("", "a")[0]
	b.tell(1, 3)
	b.day()
	var got Collected
	if !eventually(func() bool {
		c, err := b.Collect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got.Counted, got.Left = got.Counted+c.Counted, got.Left+c.Left
		return got.Counted > 0
	}) {
		t.Fatalf("nothing came back: %+v", got)
	}
	if stands := b.stands(s); got.Counted != 1 || got.Left != 0 || stands.Bounces != subscriber.HardBounce {
		t.Errorf("%+v, %d points", got, stands.Bounces)
	}
	if c, err := b.Collect(t.Context()); err != nil || c != (Collected{}) {
		t.Errorf("read again: %+v, %v", c, err)
	}
}
