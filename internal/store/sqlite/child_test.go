package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

// A test that needs another process starts its own binary with this variable: the
// name of a task, which works on the database named by the second one.
const (
	taskVariable = "KOYOMI_SQLITE_TEST_TASK"
	fileVariable = "KOYOMI_SQLITE_TEST_FILE"
)

// tasks are what other processes do; they print a line a step.
var tasks = map[string]func(path string) error{
	"hold":    holdTask,
	"write":   writeTask,
	"migrate": migrateTask,
	"limited": limitedTask,

	"checkpoint":      checkpointTask,
	"checkpoint full": fullCheckpointTask,
}

func TestMain(m *testing.M) {
	name := os.Getenv(taskVariable)
	if name == "" {
		goleak.VerifyTestMain(m)
		return
	}
	if err := tasks[name](os.Getenv(fileVariable)); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A child is a process at work on a database.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	// said are the lines it printed.
	said []string
}

// start begins a task in another process.
func start(t *testing.T, task, path string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0], "-test.run=^$")}
	c.cmd.Env = append(os.Environ(), taskVariable+"="+task, fileVariable+"="+path)
	out, err := c.cmd.StdoutPipe()
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(out)
	t.Cleanup(c.kill)
	return c
}

// next waits for the next line; "" when there are no more.
func (c *child) next() string {
	if !c.lines.Scan() {
		return ""
	}
	c.said = append(c.said, c.lines.Text())
	return c.lines.Text()
}

// await waits for a line.
func (c *child) await(t *testing.T, line string) {
	t.Helper()
	if got := c.next(); got != line {
		t.Fatalf("the other process said %q, want %q", got, line)
	}
}

// kill ends the process at once, as kill -9 does, and reads what it still said.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	for c.next() != "" {
	}
	_ = c.cmd.Wait()
}

// holdTask holds a database until it is killed.
func holdTask(path string) error {
	_, err := Open(context.Background(), path, Options{Lock: true})
	if err != nil {
		return err
	}
	fmt.Println("open")
	select {}
}

// perPoll is how many events each poll of writeTask writes.
const perPoll = 12

// writeTask polls without end; each poll changes the same events and notes a change
// of each.
func writeTask(path string) error {
	d, err := Open(context.Background(), path, Options{Lock: true})
	if err != nil {
		return err
	}
	if _, err := d.Abandoned(context.Background(), time.Now()); err != nil {
		return err
	}
	fmt.Println("open")
	for {
		id, err := writeOne(d)
		if err != nil {
			return err
		}
		fmt.Println("closed", id)
	}
}

// writeOne makes one poll.
func writeOne(d *DB) (int64, error) {
	ctx := context.Background()
	id, err := d.OpenPoll(ctx, "src", time.Now())
	if err != nil {
		return 0, err
	}
	return id, d.ClosePoll(ctx, onePoll(id))
}

// onePoll is the outcome of a poll: every event bears its number.
func onePoll(id int64) store.Outcome {
	now := time.Now()
	o := store.Outcome{
		Poll:  store.Poll{ID: id, Source: "src", At: now, Closed: now, State: health.Applied},
		State: store.SourceState{ID: "src", LastPoll: now, Fingerprint: strconv.FormatInt(id, 10)},
	}
	for n := range perPoll {
		e := event.Event{UID: fmt.Sprintf("%08x-0000-5000-8000-000000000000", n), Community: "c", Sequence: int(id)}
		e.Title, e.Start, e.Zone = fmt.Sprintf("第%d回", id), event.At(now.Add(time.Duration(n)*time.Hour).In(event.Tokyo)), "Asia/Tokyo"
		e.Description = strings.Repeat("長い説明。", 200)
		o.Events = append(o.Events, e)
		o.Claims = append(o.Claims, event.Claim{Source: "src", Key: e.UID, UID: e.UID, From: now, Seen: now, Listing: event.Listing{Key: e.UID, Details: e.Details}})
		o.Changes = append(o.Changes, event.Change{UID: e.UID, Kind: event.ChangeEdited, At: now, Source: "src"})
	}
	return o
}

// migrateTask takes the steps of a later koyomi.
func migrateTask(path string) error {
	d, err := Open(context.Background(), path, Options{Lock: true})
	if err != nil {
		return err
	}
	fmt.Println("open")
	if err := d.migrate(context.Background(), laterSteps()); err != nil {
		return err
	}
	fmt.Println("done")
	return d.Close()
}

// limitedTask polls until a limit on the size of its files stops it, then says what
// came of it, has the limit lifted and goes on.
func limitedTask(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	d, err := Open(context.Background(), path, Options{Lock: true})
	if err != nil {
		return err
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 300 << 10, Max: old.Max}); err != nil {
		return err
	}
	for n := 0; ; n++ {
		if _, err = writeOne(d); err != nil {
			break
		}
		if n == 10000 {
			return errors.New("the limit was never met")
		}
	}
	if !errors.Is(err, store.ErrFull) {
		return fmt.Errorf("at the limit: %w", err)
	}
	fmt.Println("full")
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if _, err := writeOne(d); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	fmt.Println("recovered")
	return d.Close()
}

// checkpointTask polls without end and copies the log into the file after each poll.
func checkpointTask(path string) error {
	d, err := Open(context.Background(), path, Options{Lock: true})
	if err != nil {
		return err
	}
	if _, err := d.Abandoned(context.Background(), time.Now()); err != nil {
		return err
	}
	fmt.Println("open")
	for {
		id, err := writeOne(d)
		if err != nil && !errors.Is(err, store.ErrFull) {
			return err
		}
		fmt.Println("closed", id)
		fmt.Println("checkpoint")
		if _, err := d.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil && !errors.Is(d.translate(err), store.ErrFull) {
			return err
		}
	}
}

// fullCheckpointTask is checkpointTask where the file may not grow.
func fullCheckpointTask(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	limit := uint64(info.Size()) + 64<<10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: old.Max}); err != nil {
		return err
	}
	return checkpointTask(path)
}
