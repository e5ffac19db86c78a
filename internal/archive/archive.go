// Package archive answers for the bytes of every response, kept by their content
// in a directory beside the database. It does not know what they say.
//
// A body lies compressed (zstd) at ab/abcd….zst, named by the SHA-256 of its
// content; equal bodies lie there once. Files appear whole or not at all: they are
// written under tmp/, synced and renamed. All access goes through os.Root, so that
// no name and no symbolic link leads out of the directory.
package archive

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"syscall"
	"time"

	"github.com/klauspost/compress/zstd"

	"koyomi/internal/store"
	"koyomi/internal/text"
)

// The errors of the archive; branch on them with errors.Is. A full disk is
// store.ErrFull.
var (
	// ErrMissing: nothing is kept under that hash.
	ErrMissing = errors.New("not in the archive")
	// ErrDamaged: what is kept under that hash is not what was put there.
	ErrDamaged = errors.New("damaged in the archive")
	// ErrHash: that is not a SHA-256 in lower-case hex.
	ErrHash = errors.New("expected a SHA-256 in hex")
)

// maxBody is the size of the largest body in octets; what claims to be larger
// when read back is damaged.
const maxBody = 64 << 20

// refresh is the age from which a body that is put again counts as new, so that a
// Sweep at the same time does not take it away.
const refresh = time.Hour

// An Archive is a directory of bodies. Its methods may be called from several
// goroutines, and several processes may work on one directory.
type Archive struct {
	root    *os.Root
	encoder *zstd.Encoder
	decoder *zstd.Decoder

	mu sync.Mutex
	// damaged are the hashes that Get found damaged: Put writes them again.
	damaged map[string]bool

	// write is replaced by tests of full disks.
	write func(w io.Writer, b []byte) error
}

// Path is where the archive lies.
func (a *Archive) Path() string { return a.root.Name() }

// Open opens the archive in dir, which is made if need be (mode 0700), and clears
// away what writers that died left there more than a day ago.
func Open(dir string) (*Archive, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the archive: %w", full(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	a := &Archive{
		root:    root,
		damaged: map[string]bool{},
		write:   writeAll,
	}
	if err := a.prepare(); err != nil {
		return nil, errors.Join(
			fmt.Errorf("open the archive %s: %w", dir, full(err)),
			root.Close(),
		)
	}
	a.clearTemporary(time.Now().Add(-24 * time.Hour))
	return a, nil
}

// prepare makes what an archive works with.
func (a *Archive) prepare() (err error) {
	a.encoder, err = zstd.NewWriter(
		nil,
		zstd.WithEncoderConcurrency(1),
		zstd.WithLowerEncoderMem(true),
	)
	if err != nil {
		return err
	}
	a.decoder, err = zstd.NewReader(
		nil,
		zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(maxBody),
	)
	return errors.Join(err, a.makeDir("tmp"))
}

// Close ends the use of the archive.
func (a *Archive) Close() error {
	a.decoder.Close()
	return errors.Join(a.encoder.Close(), a.root.Close())
}

// Put keeps a body and returns the SHA-256 of its content in lower-case hex. One
// that is there already costs little more than its hash. After an error nothing
// of it is left behind; where no space is left that is store.ErrFull.
func (a *Archive) Put(body []byte) (hash string, err error) {
	hash = hashOf(body)
	if len(body) > maxBody {
		return hash, fmt.Errorf(
			"archive %s: %d octets; at most %d are kept",
			hash,
			len(body),
			maxBody,
		)
	}
	if a.kept(hash) {
		return hash, nil
	}
	if err := a.put(hash, body); err != nil {
		return hash, fmt.Errorf("archive %s: %w", hash, full(err))
	}
	a.mu.Lock()
	delete(a.damaged, hash)
	a.mu.Unlock()
	return hash, nil
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// kept reports whether a body is there and need not be written.
func (a *Archive) kept(hash string) bool {
	a.mu.Lock()
	bad := a.damaged[hash]
	a.mu.Unlock()
	info, err := a.root.Lstat(name(hash))
	if bad || err != nil {
		return false
	}
	whole := info.Mode().IsRegular() && info.Size() > 0
	now := time.Now()
	if !whole || now.Sub(info.ModTime()) <= refresh {
		return whole
	}
	// Where this fails, a Sweep may have come first: write it again.
	return a.root.Chtimes(name(hash), now, now) == nil
}

// put writes a body under a temporary name and renames it.
func (a *Archive) put(hash string, body []byte) error {
	dir := path.Dir(name(hash))
	if err := a.makeDir(dir); err != nil {
		return err
	}
	temp := "tmp/" + rand.Text()
	err := a.writeFile(temp, a.encoder.EncodeAll(body, nil))
	if err == nil {
		err = a.root.Rename(temp, name(hash))
	}
	if err != nil {
		return errors.Join(err, a.root.Remove(temp))
	}
	return a.syncDir(dir)
}

// writeFile writes a new file to the disk.
func (a *Archive) writeFile(name string, b []byte) error {
	f, err := a.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err = a.write(f, b); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Get returns a body: ErrMissing, ErrDamaged, ErrHash.
func (a *Archive) Get(hash string) ([]byte, error) {
	if err := check(hash); err != nil {
		return nil, err
	}
	packed, err := a.read(hash)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", hash, ErrMissing)
	case errors.Is(err, ErrDamaged):
		return nil, a.spoilt(hash, err)
	case err != nil:
		return nil, fmt.Errorf("archive %s: %w", hash, err)
	}
	body, err := a.decoder.DecodeAll(packed, nil)
	if err == nil && hashOf(body) != hash {
		err = errors.New("the content has another hash")
	}
	if err != nil {
		return nil, a.spoilt(hash, fmt.Errorf("%w: %w", ErrDamaged, err))
	}
	return body, nil
}

// read returns the file of a hash.
func (a *Archive) read(hash string) ([]byte, error) {
	info, err := a.root.Lstat(name(hash))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a file", ErrDamaged, name(hash))
	}
	if info.Size() > maxBody+maxBody/128 {
		return nil, fmt.Errorf("%w: %s has %d octets", ErrDamaged, name(hash), info.Size())
	}
	return a.root.ReadFile(name(hash))
}

// spoilt remembers damage, so that the next Put repairs it.
func (a *Archive) spoilt(hash string, why error) error {
	a.mu.Lock()
	a.damaged[hash] = true
	a.mu.Unlock()
	return fmt.Errorf("archive %s: %w", hash, why)
}

// Has reports whether a body is kept, without reading it.
func (a *Archive) Has(hash string) bool {
	if check(hash) != nil {
		return false
	}
	info, err := a.root.Lstat(name(hash))
	return err == nil && info.Mode().IsRegular()
}

// Remove takes a body away; one that is not there is not an error.
func (a *Archive) Remove(hash string) error {
	if err := check(hash); err != nil {
		return err
	}
	if err := ignoring(a.root.Remove(name(hash)), fs.ErrNotExist); err != nil {
		return fmt.Errorf("archive %s: %w", hash, err)
	}
	return nil
}

// ignoring returns an error unless it is the one that is as good as none.
func ignoring(err, harmless error) error {
	if errors.Is(err, harmless) {
		return nil
	}
	return err
}

// name returns the path of a hash within the directory.
func name(hash string) string { return hash[:2] + "/" + hash + ".zst" }

// hashes are 64 digits of lower-case hex.
var hashes = text.NewPattern(`^[0-9a-f]{64}$`)

// check refuses what is not a hash.
func check(hash string) error {
	if !hashes.MatchString(hash) {
		return fmt.Errorf("archive: %w, got %.80q", ErrHash, hash)
	}
	return nil
}

func (a *Archive) makeDir(dir string) error {
	err := a.root.Mkdir(dir, 0o700)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := a.root.Lstat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("expected a directory: %s is in the way", dir)
	}
	return err
}

// syncDir makes a rename last through a loss of power.
func (a *Archive) syncDir(dir string) error {
	d, err := a.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func writeAll(w io.Writer, b []byte) error {
	_, err := w.Write(b)
	return err
}

// full names the want of space.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return err
}
