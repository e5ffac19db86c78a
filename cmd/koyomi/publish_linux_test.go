package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"koyomi/internal/deploy"
)

// tree returns the files below a directory by their paths.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The site of one day and of the next one; every page differs, for its feed does.
var (
	firstDay = []string{"--public-url", "https://who.example/one", "--database", "koyomi.db", "--now", "2009-05-18T09:00:00+09:00"}
	nextDay  = []string{"--public-url", "https://who.example/other", "--database", "koyomi.db", "--now", "2009-05-19T09:00:00+09:00"}
)

func publishing(target string, flags []string) []string {
	return append([]string{"publish", target}, flags...)
}

// onDisk is how many octets files take in whole blocks.
func onDisk(files map[string]string) int {
	const block = 4 << 10
	all := 0
	for _, body := range files {
		all += (len(body) + block - 1) / block * block
	}
	return all
}

// torn returns a file that is neither as it was nor as it is to be.
func torn(now, before, after map[string]string) string {
	for name, body := range now {
		if name != deploy.Manifest && name != ".koyomi-new" && body != before[name] && body != after[name] {
			return name
		}
	}
	for name := range before {
		if _, stays := after[name]; stays && now[name] == "" && before[name] != "" {
			return name
		}
	}
	return ""
}

// TestKilledWhilePublishing: readers of the files get the old or the new one whole, and
// the next run leaves nothing of the dead one behind (F07).
func TestKilledWhilePublishing(t *testing.T) {
	if underRace {
		t.Skip("processes of their own share no memory; under the race detector each takes ten times as long")
	}
	t.Parallel()
	dir := t.TempDir()
	must(t, 3, dir, "sync", "--replay", "--database", "koyomi.db", "--now", "2009-05-18T09:00:00+09:00")
	must(t, 0, dir, publishing("before", firstDay)...)
	began := time.Now()
	must(t, 0, dir, publishing("after", nextDay)...)
	whole := time.Since(began)
	before, after := tree(t, filepath.Join(dir, "before")), tree(t, filepath.Join(dir, "after"))
	caught := 0
	for range 3 {
		if err := os.CopyFS(filepath.Join(dir, "public"), os.DirFS(filepath.Join(dir, "before"))); err != nil {
			t.Fatal(err)
		}
		s := startProgram(t, dir, publishing("public", nextDay)...)
		time.Sleep(whole/2 + rand.N(whole/2))
		s.signal(syscall.SIGKILL)
		s.end()
		now := tree(t, filepath.Join(dir, "public"))
		if name := torn(now, before, after); name != "" {
			t.Errorf("%s is torn", name)
		}
		if now["index.html"] != after["index.html"] || now["calendar.ics"] != after["calendar.ics"] || now[deploy.Manifest] != after[deploy.Manifest] {
			caught++
		}
		must(t, 0, dir, publishing("public", nextDay)...)
		now = tree(t, filepath.Join(dir, "public"))
		for name, body := range after {
			if now[name] != body {
				t.Errorf("%s is not as it is to be", name)
			}
			delete(now, name)
		}
		if len(now) > 0 {
			t.Errorf("left behind: %v", now)
		}
		if err := os.RemoveAll(filepath.Join(dir, "public")); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of 3 caught before the end", caught)
}

// TestPublishesOnAFullDisk: what there was stays, nothing is torn, and with room again
// the site is whole (F13). It needs the right to mount.
func TestPublishesOnAFullDisk(t *testing.T) {
	if underRace {
		t.Skip("processes of their own share no memory; under the race detector each takes ten times as long")
	}
	t.Parallel()
	dir := t.TempDir()
	must(t, 3, dir, "sync", "--replay", "--database", "koyomi.db", "--now", "2009-05-18T09:00:00+09:00")
	must(t, 0, dir, publishing("before", firstDay)...)
	must(t, 0, dir, publishing("after", nextDay)...)
	before, after := tree(t, filepath.Join(dir, "before")), tree(t, filepath.Join(dir, "after"))
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	room := 2<<20 + onDisk(before) + onDisk(after)/2
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, fmt.Sprintf("size=%d", room)); err != nil {
		t.Skip("no disk can be mounted here: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, 0) })
	must(t, 0, dir, publishing(filepath.Join("disk", "public"), firstDay)...)
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, room), 0o600); err == nil {
		t.Fatal("the disk is larger than it should be")
	}
	r := must(t, 1, dir, publishing(filepath.Join("disk", "public"), nextDay)...)
	if !strings.Contains(r.errOut, "no space left") {
		t.Errorf("it says %q", r.errOut)
	}
	now := tree(t, filepath.Join(disk, "public"))
	if name := torn(now, before, after); name != "" || now[".koyomi-new"] != "" {
		t.Errorf("%q is torn or left", name)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	must(t, 0, dir, publishing(filepath.Join("disk", "public"), nextDay)...)
	if now := tree(t, filepath.Join(disk, "public")); len(now) != len(after) || torn(now, after, after) != "" {
		t.Error("with room again, the site is not whole")
	}
}
