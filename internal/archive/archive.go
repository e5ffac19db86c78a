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
)

// The errors of the archive; branch on them with errors.Is. A full disk is
// store.ErrFull.
var (
	// ErrMissing: nothing is kept under that hash.
	ErrMissing = errors.New("not in the archive")
	// ErrDamaged: what is kept under that hash is not what was put there.
	ErrDamaged = errors.New("damaged in the archive")
	// ErrHash: that is no SHA-256 in lower-case hex.
	ErrHash = errors.New("no SHA-256 in hex")
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
	// damaged are the hashes that Get found damaged: Put writes them anew.
	damaged map[string]bool

	// write is replaced by tests of full disks.
	write func(w io.Writer, b []byte) error
}

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
	a := &Archive{root: root, damaged: map[string]bool{}, write: writeAll}
	if a.encoder, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true)); err == nil {
		a.decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBody))
	}
	if err == nil {
		err = a.makeDir("tmp")
	}
	if err != nil {
		root.Close()
		return nil, fmt.Errorf("open the archive %s: %w", dir, full(err))
	}
	a.clearTemporary(time.Now().Add(-24 * time.Hour))
	return a, nil
}

// Close ends the use of the archive.
func (a *Archive) Close() error {
	a.decoder.Close()
	return errors.Join(a.encoder.Close(), a.root.Close())
}

// Put keeps a body and gives the SHA-256 of its content in lower-case hex. One
// that is there already costs little more than its hash. After an error nothing
// of it is left behind; where no space is left that is store.ErrFull.
func (a *Archive) Put(body []byte) (hash string, err error) {
	sum := sha256.Sum256(body)
	hash = hex.EncodeToString(sum[:])
	if len(body) > maxBody {
		return hash, fmt.Errorf("archive %s: %d octets; at most %d are kept", hash, len(body), maxBody)
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

// kept reports whether a body is there and need not be written.
func (a *Archive) kept(hash string) bool {
	a.mu.Lock()
	bad := a.damaged[hash]
	a.mu.Unlock()
	if bad {
		return false
	}
	info, err := a.root.Lstat(name(hash))
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	if now := time.Now(); now.Sub(info.ModTime()) > refresh {
		// Where this fails, a Sweep may have come first: write it anew.
		return a.root.Chtimes(name(hash), now, now) == nil
	}
	return true
}

// put writes a body under a temporary name and renames it.
func (a *Archive) put(hash string, body []byte) error {
	if err := a.makeDir(path.Dir(name(hash))); err != nil {
		return err
	}
	temp := "tmp/" + rand.Text()
	f, err := a.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = a.write(f, a.encoder.EncodeAll(body, nil))
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = a.root.Rename(temp, name(hash))
	}
	if err != nil {
		return errors.Join(err, a.root.Remove(temp))
	}
	return a.syncDir(path.Dir(name(hash)))
}

// Get gives a body: ErrMissing, ErrDamaged, ErrHash.
func (a *Archive) Get(hash string) ([]byte, error) {
	if !valid(hash) {
		return nil, fmt.Errorf("archive: %w: %.80q", ErrHash, hash)
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
	if err != nil {
		return nil, a.spoilt(hash, err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != hash {
		return nil, a.spoilt(hash, errors.New("the content has another hash"))
	}
	return body, nil
}

// read gives the file of a hash.
func (a *Archive) read(hash string) ([]byte, error) {
	info, err := a.root.Lstat(name(hash))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is no file", ErrDamaged, name(hash))
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
	if errors.Is(why, ErrDamaged) {
		return fmt.Errorf("archive %s: %w", hash, why)
	}
	return fmt.Errorf("archive %s: %w: %w", hash, ErrDamaged, why)
}

// Has reports whether a body is kept, without reading it.
func (a *Archive) Has(hash string) bool {
	if !valid(hash) {
		return false
	}
	info, err := a.root.Lstat(name(hash))
	return err == nil && info.Mode().IsRegular()
}

// Remove takes a body away; one that is not there is no error.
func (a *Archive) Remove(hash string) error {
	if !valid(hash) {
		return fmt.Errorf("archive: %w: %.80q", ErrHash, hash)
	}
	if err := a.root.Remove(name(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("archive %s: %w", hash, err)
	}
	return nil
}

// name gives the path of a hash within the directory.
func name(hash string) string { return hash[:2] + "/" + hash + ".zst" }

// valid reports whether a hash is 64 digits of lower-case hex.
func valid(hash string) bool {
	if len(hash) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func (a *Archive) makeDir(dir string) error {
	err := a.root.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		info, err := a.root.Lstat(dir)
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%s is in the way; it should be a directory", dir)
		}
		return err
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
