package delivery

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	netmail "net/mail"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"koyomi/internal/mail"
	"koyomi/internal/store/sqlite"
)

// A test that needs another process starts its own binary with these variables: the
// database to work on, the port of the mail server, and the moment of its clock.
const (
	bookVariable  = "KOYOMI_DELIVERY_TEST_BOOK"
	portVariable  = "KOYOMI_DELIVERY_TEST_PORT"
	clockVariable = "KOYOMI_DELIVERY_TEST_CLOCK"
)

func TestMain(m *testing.M) {
	db := os.Getenv(bookVariable)
	if db == "" {
		goleak.VerifyTestMain(m)
		return
	}
	if err := sendTask(db); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// sendTask plans and sends, as a daemon of its own.
func sendTask(path string) error {
	ctx := context.Background()
	port, err := strconv.Atoi(os.Getenv(portVariable))
	if err != nil {
		return err
	}
	start, err := time.Parse(time.RFC3339, os.Getenv(clockVariable))
	if err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	began := time.Now()
	o := &Sender{
		Settings: Settings{
			Site: "https://koyomi.example.jp", From: netmail.Address{Address: "koyomi@example.jp"}, Bounces: "koyomi@example.jp",
			CatchUp: 6 * time.Hour, MaxAge: 20 * time.Hour, Resend: true,
		},
		Store: db, Publication: paper(), Open: func() Transport { return mail.Open(toPort(port)) },
		Now: func() time.Time { return start.Add(time.Since(began)) }, Log: slog.New(slog.DiscardHandler),
	}
	fmt.Println("begins")
	if _, err := o.Plan(ctx); err != nil {
		return err
	}
	fmt.Println("planned")
	tally, err := o.Send(ctx)
	if err != nil {
		return err
	}
	fmt.Println("sent", tally.Sent)
	return db.Close()
}

// A sender is another process at work on a database.
type sender struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	once  sync.Once
}

func (b *bureau) start(p *postbox) *sender {
	b.t.Helper()
	s := &sender{cmd: exec.Command(os.Args[0], "-test.run=^$")}
	s.cmd.Env = append(os.Environ(), bookVariable+"="+b.path, portVariable+"="+strconv.Itoa(p.port), clockVariable+"="+b.clock().Format(time.RFC3339))
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	s.lines = bufio.NewScanner(out)
	return s
}

// kill ends the process as kill -9 does.
func (s *sender) kill() { s.once.Do(func() { _ = s.cmd.Process.Kill() }) }

// end waits for the process and returns what it said.
func (s *sender) end() (said []string) {
	for s.lines.Scan() {
		said = append(said, s.lines.Text())
	}
	_ = s.cmd.Wait()
	return said
}

// killRounds is how many rounds TestKilled has.
func killRounds(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("KOYOMI_MAIL_KILL_ROUNDS"))
	if err != nil || n < 1 {
		n = 20
	}
	if testing.Short() {
		n = 3
	}
	t.Logf("%d rounds", n)
	return n
}

// moments at which a sender is killed: at a step of the n-th message, or a while after
// it began to plan.
var moments = []string{"begins", "mail", "rcpt", "data", "end", "answered"}

// TestKilled: a sender is killed with -9 at random moments and another goes on. No
// digest is lost, and none comes twice with another Message-ID (F02, F03, F05).
func TestKilled(t *testing.T) {
	const readers = 8
	b, p := newBureau(t), newPostbox(t)
	var names []string
	for i := range readers {
		names = append(names, fmt.Sprintf("r%d", i))
	}
	b.settled(b.readers("", names...)...)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	kills, doubled := 0, 0
	for round := range killRounds(t) {
		b.tell(round, 40)
		before := len(p.messages())
		for again := range 1 + rng.IntN(2) {
			if again > 0 {
				b.pass(lease + time.Minute)
			}
			if b.killOnce(p, moments[rng.IntN(len(moments))], 1+rng.IntN(readers), time.Duration(rng.IntN(20))*time.Millisecond) {
				kills++
			}
		}
		b.finish(p)
		ids := map[string][]string{}
		for _, c := range p.messages()[before:] {
			ids[c.to] = append(ids[c.to], c.id())
		}
		for _, n := range names {
			mine := ids[n+"@example.jp"]
			if len(mine) == 0 {
				t.Errorf("round %d: the digest of %s is lost", round, n)
			}
			for _, id := range mine[min(1, len(mine)):] {
				doubled++
				if id != mine[0] {
					t.Errorf("round %d: %s got %s and %s", round, n, mine[0], id)
				}
			}
		}
		b.pass(nextMorning(b.now).Sub(b.now))
	}
	t.Logf("%d kills: 0 lost, %d doubled with the same Message-ID, 0 with another", kills, doubled)
	if doubled > kills {
		t.Errorf("%d copies after %d kills", doubled, kills)
	}
}

// killOnce starts a sender and kills it at a step of the n-th message, and reports
// whether it was killed before it was done.
func (b *bureau) killOnce(p *postbox, step string, n int, after time.Duration) bool {
	b.t.Helper()
	s := b.start(p)
	var mu sync.Mutex
	seen := 0
	p.behave(func(at, _ string) error {
		mu.Lock()
		defer mu.Unlock()
		if at != step {
			return nil
		}
		if seen++; seen == n {
			s.kill()
		}
		return nil
	})
	if step == "begins" {
		s.lines.Scan()
		t := time.AfterFunc(after, s.kill)
		defer t.Stop()
	}
	said := s.end()
	p.behave(nil)
	return len(said) == 0 || !strings.HasPrefix(said[len(said)-1], "sent ")
}

// finish lets the lease of the dead pass, and sends what is left.
func (b *bureau) finish(p *postbox) {
	b.t.Helper()
	b.Open = p.open
	for range 2 {
		b.pass(lease + time.Minute)
		b.day()
	}
}

// TestProcessesAtOnce: several processes send from one database at once, and no reader
// gets a digest twice (F20).
func TestProcessesAtOnce(t *testing.T) {
	b, p := newBureau(t), newPostbox(t)
	var names []string
	for i := range 30 {
		names = append(names, fmt.Sprintf("r%02d", i))
	}
	b.settled(b.readers("", names...)...)
	for round := range 3 {
		b.tell(round, 40)
		var all []*sender
		for range 3 {
			all = append(all, b.start(p))
		}
		for _, s := range all {
			if said := s.end(); len(said) != 3 {
				t.Errorf("a sender said %q", said)
			}
		}
		count := map[string]int{}
		for _, c := range p.messages() {
			count[c.to]++
		}
		for _, n := range names {
			if count[n+"@example.jp"] != round+1 {
				t.Errorf("round %d: %s has got %d digests", round, n, count[n+"@example.jp"])
			}
		}
		b.pass(24 * time.Hour)
	}
}
