package archive

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"koyomi/internal/poll"
	"koyomi/internal/store"
)

var _ poll.Archive = (*Archive)(nil)

func open(t testing.TB, dir string) *Archive {
	t.Helper()
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func put(t testing.TB, a *Archive, body string) string {
	t.Helper()
	hash, err := a.Put([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// files returns the regular files of a directory.
func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestRoundTrip: whatever is put comes back, under the SHA-256 of its content.
func TestRoundTrip(t *testing.T) {
	a := open(t, t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		hash, err := a.Put(body)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(body); hash != hex.EncodeToString(sum[:]) || !a.Has(hash) {
			t.Errorf("the hash is %s", hash)
		}
		got, err := a.Get(hash)
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("got %q, %v, want %q", got, err, body)
		}
	})
}

// TestOnce: equal bodies lie there once, small, and for nobody else to read.
func TestOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "archive")
	a := open(t, dir)
	body := strings.Repeat("<li>勉強会</li>\n", 10_000)
	hash := put(t, a, body)
	if again := put(t, a, body); again != hash {
		t.Errorf("another hash: %s, %s", hash, again)
	}
	if again := put(t, open(t, dir), body); again != hash {
		t.Errorf("another hash after opening again: %s, %s", hash, again)
	}
	names := files(t, dir)
	if len(names) != 1 || names[0] != filepath.Join(dir, hash[:2], hash+".zst") {
		t.Fatalf("got the files %v", names)
	}
	info, err := os.Stat(names[0])
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() > int64(len(body)/20) {
		t.Errorf("got %v, %d octets, %v", info.Mode(), info.Size(), err)
	}
	for _, d := range []string{dir, filepath.Dir(names[0]), filepath.Join(dir, "tmp")} {
		if info, err := os.Stat(d); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", d, info.Mode(), err)
		}
	}
}

// TestDamage: what is not what was put there is named, never returned, and repaired
// by putting it once more.
func TestDamage(t *testing.T) {
	other := func(size int) []byte {
		e, _ := zstd.NewWriter(nil)
		return e.EncodeAll(make([]byte, size), nil)
	}
	for name, spoil := range map[string]func(path string) error{
		"emptied":            func(p string) error { return os.Truncate(p, 0) },
		"cut":                func(p string) error { return os.Truncate(p, 10) },
		"overwritten":        func(p string) error { return os.WriteFile(p, []byte("nothing of zstd"), 0o600) },
		"another body":       func(p string) error { return os.WriteFile(p, other(100), 0o600) },
		"a bomb":             func(p string) error { return os.WriteFile(p, other(200<<20), 0o600) },
		"a link":             func(p string) error { return errors.Join(os.Remove(p), os.Symlink("/etc/passwd", p)) },
		"a link inside":      func(p string) error { return errors.Join(os.Rename(p, p+"x"), os.Symlink(filepath.Base(p)+"x", p)) },
		"an endless file":    func(p string) error { return os.Truncate(p, 1<<40) },
		"one octet is other": flip,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			a := open(t, dir)
			body := strings.Repeat("body of a page ", 10)
			hash := put(t, a, body)
			if err := spoil(filepath.Join(dir, hash[:2], hash+".zst")); err != nil {
				t.Fatal(err)
			}
			if got, err := a.Get(hash); !errors.Is(err, ErrDamaged) || got != nil {
				t.Fatalf("got %q, %v", got, err)
			}
			put(t, a, body)
			if got, err := a.Get(hash); err != nil || string(got) != body {
				t.Errorf("got %q, %v after putting it again", got, err)
			}
		})
	}
}

// flip changes one octet in the middle of a file.
func flip(p string) error {
	b, err := os.ReadFile(p)
	if err != nil {
		return err
	}
	b[len(b)/2] ^= 0x20
	return os.WriteFile(p, b, 0o600)
}

// TestMissing: what is not there, and what is not a hash.
func TestMissing(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.zst"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := open(t, filepath.Join(dir, "archive"))
	none := strings.Repeat("0", 64)
	if _, err := a.Get(none); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v", err)
	}
	if err := a.Remove(none); err != nil || a.Has(none) {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{"", "..", "../secret", "../../secret", strings.Repeat("A", 64), strings.Repeat("/", 64), "/etc/passwd", strings.Repeat("../", 21) + "x", none + "0", "\x00"} {
		if _, err := a.Get(bad); !errors.Is(err, ErrHash) {
			t.Errorf("get %q: %v", bad, err)
		}
		if err := a.Remove(bad); !errors.Is(err, ErrHash) || a.Has(bad) {
			t.Errorf("remove %q: %v", bad, err)
		}
	}
}

// TestLinkedDirectory: a link that leads out of the directory is not followed.
func TestLinkedDirectory(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	a := open(t, dir)
	sum := sha256.Sum256([]byte("page"))
	hash := hex.EncodeToString(sum[:])
	if err := os.Symlink(outside, filepath.Join(dir, hash[:2])); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Put([]byte("page")); err == nil {
		t.Error("it was put where the link leads")
	}
	if names := append(files(t, outside), files(t, filepath.Join(dir, "tmp"))...); len(names) != 0 {
		t.Errorf("left behind: %v", names)
	}
}

// TestDiskFull: a write that fails in the middle leaves nothing behind.
func TestDiskFull(t *testing.T) {
	for _, cause := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		dir := t.TempDir()
		a := open(t, dir)
		a.write = func(w io.Writer, b []byte) error {
			_, err := w.Write(b[:len(b)/2])
			return errors.Join(err, &fs.PathError{Op: "write", Path: "tmp", Err: cause})
		}
		hash, err := a.Put([]byte(strings.Repeat("page", 100)))
		if !errors.Is(err, store.ErrFull) {
			t.Errorf("got %v, want a full disk", err)
		}
		if names := files(t, dir); len(names) != 0 || a.Has(hash) {
			t.Errorf("left behind: %v", names)
		}
		a.write = writeAll
		if _, err := a.Put([]byte(strings.Repeat("page", 100))); err != nil {
			t.Errorf("after there was room again: %v", err)
		}
	}
}

func TestTooLarge(t *testing.T) {
	dir := t.TempDir()
	if _, err := open(t, dir).Put(make([]byte, maxBody+1)); err == nil || len(files(t, dir)) != 0 {
		t.Errorf("got %v", err)
	}
}

// TestSweep: what is old and unwanted goes; what was put again lately stays, as
// does what lies there from others.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	now := time.Now()
	age := func(name string, d time.Duration) {
		t.Helper()
		if err := os.Chtimes(filepath.Join(dir, name), now.Add(-d), now.Add(-d)); err != nil {
			t.Fatal(err)
		}
	}
	wanted, old, again, fresh := put(t, a, "wanted"), put(t, a, "old"), put(t, a, "again"), put(t, a, "fresh")
	for _, h := range []string{wanted, old, again} {
		age(name(h), 48*time.Hour)
	}
	for _, f := range []string{"README", "tmp/dead", "tmp/alive"} {
		if err := os.WriteFile(filepath.Join(dir, f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	age("README", 48*time.Hour)
	age("tmp/dead", 48*time.Hour)
	put(t, a, "again")
	removed, err := a.Sweep(func(hash string) bool { return hash == wanted }, now.Add(-24*time.Hour))
	if err != nil || removed != 1 {
		t.Errorf("removed %d, %v, want 1", removed, err)
	}
	for hash, want := range map[string]bool{wanted: true, old: false, again: true, fresh: true} {
		if a.Has(hash) != want {
			t.Errorf("%s: %v, want %v", hash, a.Has(hash), want)
		}
	}
	for file, want := range map[string]bool{"README": true, "tmp/dead": false, "tmp/alive": true} {
		if _, err := os.Stat(filepath.Join(dir, file)); (err == nil) != want {
			t.Errorf("%s: %v, want it: %v", file, err, want)
		}
	}
	var all []string
	for e, err := range a.All() {
		if err != nil || e.Stored == 0 || e.At.IsZero() {
			t.Errorf("got %+v, %v", e, err)
		}
		all = append(all, e.Hash)
	}
	if len(all) != 3 {
		t.Errorf("listed %v, want three", all)
	}
	for range a.All() { // a loop that ends early
		break
	}
}

// TestTogether: several writers of the same and other bodies, in one process and
// another, while a sweep goes on.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	archives := []*Archive{open(t, dir), open(t, dir)}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			a := archives[i%2]
			for j := range 20 {
				body := fmt.Sprint("page ", j)
				hash, err := a.Put([]byte(body))
				if err != nil {
					t.Error(err)
				}
				if got, err := a.Get(hash); err != nil || string(got) != body {
					t.Errorf("got %q, %v", got, err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			if n, err := archives[0].Sweep(func(string) bool { return false }, time.Now().Add(-time.Minute)); n != 0 || err != nil {
				t.Errorf("swept %d, %v", n, err)
			}
		}
	})
	wg.Wait()
	if n := len(files(t, dir)); n != 20 {
		t.Errorf("%d files, want 20", n)
	}
}

// TestOpenErrors: a file in the way, and a directory that may not be written.
func TestOpenErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if a, err := Open(file); err == nil {
		a.Close()
		t.Error("a file was opened as an archive")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tmp"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if a, err := Open(dir); err == nil {
		a.Close()
		t.Error("tmp is a file")
	}
}

func benchBody() []byte {
	b := bytes.Repeat([]byte("<li class=\"event\"><a href=\"/event/123456/\">第21回 勉強会</a> 2026-06-10 19:00</li>\n"), 1200)
	noise := make([]byte, 8<<10)
	_, _ = rand.Read(noise) // never fails
	return append(b, []byte(hex.EncodeToString(noise))...)
}

// BenchmarkPutAgain is what the archive costs an unchanged poll.
func BenchmarkPutAgain(b *testing.B) {
	a := open(b, b.TempDir())
	body := benchBody()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := a.Put(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutNew(b *testing.B) {
	a := open(b, b.TempDir())
	body := benchBody()
	b.SetBytes(int64(len(body)))
	for i := 0; b.Loop(); i++ {
		copy(body, fmt.Sprintf("%20d", i))
		if _, err := a.Put(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	a := open(b, b.TempDir())
	body := benchBody()
	hash, err := a.Put(body)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := a.Get(hash); err != nil {
			b.Fatal(err)
		}
	}
}
