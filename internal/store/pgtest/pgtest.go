// Package pgtest finds or starts a PostgreSQL for tests. The one at
// KOYOMI_TEST_POSTGRES is used where that is set; otherwise one is started from what
// Debian installs, on a socket of its own, and ends with the test's process.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// variable names an address at which a PostgreSQL answers whose user may make databases.
const variable = "KOYOMI_TEST_POSTGRES"

// errNone: there is none to be had on this machine.
var errNone = errors.New("no PostgreSQL: install postgresql, or set " + variable)

// shared is the server of this process, started when it is first needed.
var shared = sync.OnceValues(func() (string, error) {
	if address := os.Getenv(variable); address != "" {
		return address, nil
	}
	s, err := Start("")
	return s.Address, err
})

// made counts the databases that this process has made.
var made atomic.Int64

// Database returns the address of an empty database, which is dropped when the test ends.
// The test is skipped where no PostgreSQL is to be had.
func Database(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if errors.Is(err, errNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return On(t, server)
}

// Available returns why no PostgreSQL is to be had, nil where one is.
func Available() error {
	_, err := shared()
	return err
}

// On returns the address of an empty database on a server, which is dropped when the test
// ends.
func On(t testing.TB, server string) string {
	t.Helper()
	name := fmt.Sprintf("koyomi_test_%d_%d", os.Getpid(), made.Add(1))
	if err := Do(
		server,
		"CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'",
	); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Do(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Do does a statement at an address.
func Do(address, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, statement)
	return errors.Join(err, c.Close(ctx))
}

// A Server is a PostgreSQL that was started.
type Server struct {
	// Address is that of the database "postgres" on it.
	Address string
	// Dir holds its data, Programs its programs.
	Dir, Programs string
	account       *syscall.SysProcAttr
}

// Start starts a server with an empty cluster, which ends with this process. port is one
// of 127.0.0.1 to listen on, "" for a socket alone.
func Start(port string) (Server, error) {
	s := Server{Programs: programs()}
	if s.Programs == "" {
		return s, errNone
	}
	var err error
	if s.Dir, err = os.MkdirTemp("", "koyomi-postgres-"); err != nil {
		return s, err
	}
	if err := s.own(); err != nil {
		return s, err
	}
	s.Address = (&url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: "host=" + url.QueryEscape(s.Dir)}).String()
	if port != "" {
		s.Address = "postgres://postgres@127.0.0.1:" + port + "/postgres"
	}
	initdb := s.command(
		filepath.Join(s.Programs, "initdb"),
		"-D",
		s.data(),
		"-U",
		"postgres",
		"-A",
		"trust",
		"-E",
		"UTF8",
		"--locale=C",
		"--no-sync",
	)
	if out, err := initdb.CombinedOutput(); err != nil {
		return s, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s, s.run(port)
}

func (s Server) data() string { return filepath.Join(s.Dir, "data") }

// programs returns the directory of the newest PostgreSQL that is installed, "" for none.
func programs() string {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(slices.Max(found))
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

// own makes the account its owner that the server runs under: it refuses to run
// as root.
func (s *Server) own() error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return err
		}
		s.account = &syscall.SysProcAttr{
			Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)},
		}
		return os.Chown(s.Dir, int(uid), int(gid))
	}
	return errNone
}

// command returns a command that runs as the server's account.
func (s Server) command(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(context.Background(), name, args...)
	c.Dir = s.Dir
	c.SysProcAttr = s.account
	return c
}

// guard starts a server and stops it when its own input ends: with this process, however
// that ends. What it is given is: directory, program, arguments.
const guard = `dir=$1; shift
"$@" >"$dir/log" 2>&1 &
cat >/dev/null
kill -QUIT "$(head -n 1 "$dir/data/postmaster.pid")" 2>/dev/null
wait
while [ -e "$dir/data/postmaster.pid" ] && kill -0 "$(head -n 1 "$dir/data/postmaster.pid")" 2>/dev/null; do sleep 0.1; done
cd / && rm -rf "$dir"`

// run starts the server under its guard and waits until it answers.
func (s Server) run(port string) error {
	args := []string{
		"-c",
		guard,
		"guard",
		s.Dir,
		filepath.Join(s.Programs, "postgres"),
		"-D",
		s.data(),
		"-k",
		s.Dir,
		"-c",
		"fsync=off",
		"-c",
		"max_connections=200",
		"-c",
		"log_min_messages=fatal",
		"-c",
		"shared_buffers=64MB",
	}
	if port == "" {
		args = append(args, "-c", "listen_addresses=")
	} else {
		args = append(args, "-c", "listen_addresses=127.0.0.1", "-p", port)
	}
	c := s.command("/bin/sh", args...)
	if _, err := c.StdinPipe(); err != nil { // held open until this process ends
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	held = append(held, c)
	return s.Answers()
}

// Restart ends the server at once, cutting all connections, and starts it again.
func (s Server) Restart() error {
	// Its output goes to a file: the server would keep a pipe open.
	c := s.command(
		filepath.Join(s.Programs, "pg_ctl"),
		"restart",
		"-D",
		s.data(),
		"-m",
		"fast",
		"-w",
		"-s",
		"-l",
		filepath.Join(s.Dir, "log"),
	)
	if err := c.Run(); err != nil {
		return fmt.Errorf("restart PostgreSQL: %w", err)
	}
	return s.Answers()
}

// held keeps the guards, whose input must stay open.
var held []*exec.Cmd

// Answers waits until the server does.
func (s Server) Answers() error {
	var err error
	for start := time.Now(); time.Since(start) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		if err = Do(s.Address, "SELECT 1"); err == nil {
			return nil
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.Dir, "log")) // the error is said all the same
	return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, log)
}
