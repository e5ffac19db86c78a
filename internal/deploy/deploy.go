// Package deploy puts a site where readers get it without koyomi: into a directory, or
// into a bucket of an S3-compatible store. It renders nothing. Each file takes its place
// whole; one that has not changed is left untouched; what koyomi wrote before and is no
// more is taken away, and nothing else ever is.
package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"koyomi/internal/web"
)

// Manifest names what koyomi wrote into a target, one file a line: the SHA-256 of what
// was written in hex, or "-" for what may not be whole yet, and the path.
const Manifest = ".koyomi-files"

// ErrShrunk is a site without events in the place of one with some.
var ErrShrunk = errors.New("no event is left")

// A Counts counts what a deployment did.
type Counts struct{ Written, Unchanged, Removed int }

// A Target is a place that one site is put into: Begin, then Put for each file, then
// Finish. A run that was ended in between is taken up by the next one.
type Target interface {
	// Begin tells the paths of all files that are to come. It returns ErrShrunk, and
	// nothing has changed, where the target shows events and the new site has none.
	Begin(ctx context.Context, paths []string) error
	// Put writes one file, unless it is there already. It may be called from one
	// goroutine only, and returns before the file is there.
	Put(ctx context.Context, f web.File) error
	// Finish waits for what was put and takes away what is no more.
	Finish(ctx context.Context) (Counts, error)
	// Close ends the use of the target.
	Close()
}

// unknown stands in the manifest for the sum of a file that may not be whole.
const unknown = "-"

// files are the paths of a target with the sums of what they hold.
type files map[string]string

// parseManifest reads a manifest. A line without a sum is one of an earlier koyomi.
func parseManifest(text string) files {
	all := files{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		sum, path, both := strings.Cut(line, " ")
		switch {
		case line == "":
		case both:
			all[path] = sum
		default:
			all[line] = unknown
		}
	}
	return all
}

// manifest writes them, sorted by path.
func (f files) manifest() []byte {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&b, "%s %s\n", f[path], path)
	}
	return []byte(b.String())
}

func (f files) hasEvent() bool {
	for path := range f {
		if strings.HasPrefix(path, "events/") {
			return true
		}
	}
	return false
}

// A plan is what stands in a target and what is to stand there.
type plan struct {
	// before is what the manifest named, now what is known to be there, coming what was
	// announced.
	before, now files
	coming      map[string]bool
	counts      Counts
}

// begin notes what is coming, and adds it to what may be there: a path that is named and
// is not there harms nobody, one that is there and not named would stay for ever.
func (p *plan) begin(paths []string) error {
	p.now, p.coming = maps.Clone(p.before), map[string]bool{}
	fresh := files{}
	for _, path := range paths {
		fresh[path] = unknown
		p.coming[path] = true
		if _, known := p.now[path]; !known {
			p.now[path] = unknown
		}
	}
	if p.before.hasEvent() && !fresh.hasEvent() {
		return ErrShrunk
	}
	return nil
}

// leftOver returns the files of last time that are not in the site any more, sorted.
func (p *plan) leftOver() []string {
	var gone []string
	for _, path := range slices.Sorted(maps.Keys(p.before)) {
		if !p.coming[path] {
			gone = append(gone, path)
		}
	}
	return gone
}

// sumOf is that of a file's bytes and of the headers it is served with.
func sumOf(f web.File, encoding string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", f.Type, f.Cache, encoding)
	h.Write(f.Body)
	return hex.EncodeToString(h.Sum(nil))
}
