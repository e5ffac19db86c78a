package service

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// machine is a directory that stands for a machine run by systemd, and what systemctl was
// asked there.
func machine(t *testing.T) (Manager, *[]string) {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"run/systemd/system", "etc/systemd/system", "etc/koyomi", "usr/bin"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"usr/bin/koyomi", "etc/koyomi/config.yaml"} {
		if err := os.WriteFile(filepath.Join(root, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	asked := new([]string)
	return Manager{Root: root, Run: func(_ context.Context, args ...string) (string, error) {
		*asked = append(*asked, strings.Join(args, " "))
		if args[0] == "show" {
			return "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nMainPID=42\n", nil
		}
		return "", nil
	}}, asked
}

// TestInstall: the units stand where systemd looks, it takes them up, and uninstalling
// removes them and nothing else.
func TestInstall(t *testing.T) {
	m, asked := machine(t)
	p := DefaultPlan("/usr/bin/koyomi")
	for range 2 { // again is no error
		if err := m.Install(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	unit, err := os.ReadFile(m.path("koyomi.service"))
	if err != nil || !strings.Contains(string(unit), "ExecStart=/usr/bin/koyomi serve\n") {
		t.Errorf("%v\n%s", err, unit)
	}
	if want := "daemon-reload,enable koyomi.service,restart koyomi.service"; strings.Join((*asked)[:3], ",") != want {
		t.Errorf("asked %v, want %s", *asked, want)
	}
	s, err := m.Status(t.Context())
	if err != nil || !s.Installed || s.Active != "active" || s.PID != "42" {
		t.Errorf("%+v %v", s, err)
	}
	if err := m.Uninstall(t.Context()); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(m.Root, unitDirectory))
	if err != nil || len(left) != 0 {
		t.Errorf("%v are left, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(m.Root, p.Config)); err != nil {
		t.Error("the config is gone")
	}
	if err := m.Uninstall(t.Context()); err == nil {
		t.Error("what is not installed is uninstalled")
	}
}

// TestInstallRefuses: without systemd, config or program nothing is written.
func TestInstallRefuses(t *testing.T) {
	m, asked := machine(t)
	p := DefaultPlan("/usr/bin/koyomi")
	p.Config = "/etc/koyomi/none.yaml"
	if err := m.Install(t.Context(), p); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("without a config: %v", err)
	}
	bare := Manager{Root: t.TempDir(), Run: m.Run}
	if err := bare.Install(t.Context(), DefaultPlan("/usr/bin/koyomi")); !errors.Is(err, ErrNoSystemd) {
		t.Errorf("without systemd: %v", err)
	}
	if len(*asked) != 0 {
		t.Errorf("asked %v", *asked)
	}
}

// TestUnitsAreSound: systemd's own check has nothing to say of the units, and finds them
// well hardened.
func TestUnitsAreSound(t *testing.T) {
	program, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze on this machine")
	}
	dir := t.TempDir()
	units, err := DefaultPlan("/bin/true").Units()
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range units {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), program, "verify", "--man=no", filepath.Join(dir, name))
		cmd.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":/usr/lib/systemd/system")
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), name) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, "security", "--offline=true", "--threshold=20", filepath.Join(dir, "koyomi.service"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("exposure over 2.0: %v\n%s", err, out)
	}
}

// TestNotify: systemd hears that koyomi is ready and, as long as it is alive, that it is.
func TestNotify(t *testing.T) {
	name := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	t.Setenv("NOTIFY_SOCKET", name)
	t.Setenv("WATCHDOG_USEC", "30000")
	t.Setenv("WATCHDOG_PID", "")
	heard := func() string {
		b := make([]byte, 100)
		_ = socket.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, err := socket.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	Ready()
	if got := heard(); got != "READY=1" {
		t.Errorf("heard %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var asked atomic.Int64
	ended := make(chan error)
	go func() {
		ended <- Watch(ctx, func(context.Context) error {
			if asked.Add(1) == 1 {
				return errors.New("the database does not answer")
			}
			return nil
		})
	}()
	if got := heard(); got != "WATCHDOG=1" || asked.Load() < 2 {
		t.Errorf("heard %q after %d questions", got, asked.Load())
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	Stopping()
	for got := ""; got != "STOPPING=1"; {
		got = heard()
	}
}
