package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/source"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/internal/web"
)

func newPublishCmd(a *app) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "publish TARGET",
		Short: "the whole site as static files, to a directory",
		Long: "Write the calendar, its pages and feeds as files into the directory TARGET, for a web\n" +
			"server that runs no program. Each file takes its place whole, those that have not\n" +
			"changed are left untouched, and those that koyomi wrote before and that are no more are\n" +
			"taken away. A database that has lost its events takes nothing away: it is an error.",
		Example: "  koyomi publish public --public-url https://example.github.io/koyomi",
		Args:    exactly(1, "publish takes one TARGET, a directory; would be right: koyomi publish public"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.publish(cmd.Context(), args[0], address) },
	}
	cmd.Flags().StringVar(&address, "public-url", "", "the `URL` that TARGET is served under (default public_url of the config)")
	return cmd
}

// publish writes the site into a directory.
func (a *app) publish(ctx context.Context, target, address string) error {
	if a.flags.server != "" {
		return usage.Errorf("a site is made of a database: it takes --database, not --server")
	}
	if strings.Contains(target, "://") {
		return usage.Errorf("%s: a directory would be right; buckets are for a later koyomi", usage.Quote(target))
	}
	if address == "" {
		address = a.config.PublicURL
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return usage.Errorf("--public-url %s: every link in the calendar begins with it; would be right: https://example.github.io/koyomi", usage.Quote(address))
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	site := web.New(web.Options{
		Reader: db, Communities: func() []*source.Community { return a.catalogue().Communities },
		Calendars: a.namedCalendars, Calendar: a.config.Calendar(), PublicURL: address, Static: true,
		Contact: a.config.Contact, Version: versionName(), Now: a.clockOf(), Log: a.log,
	})
	f, err := openShelf(target)
	if err != nil {
		return err
	}
	defer f.close()
	if err := site.Files(ctx, func(one web.File) error { return f.put(one.Path, one.Body) }); err != nil {
		return fmt.Errorf("publish to %s: %w", usage.Quote(target), err)
	}
	done, err := f.finish()
	switch {
	case errors.Is(err, errShrunk):
		return fmt.Errorf("the database knows no event any more, and %s shows some: it is left as it is; an empty TARGET would start anew", usage.Quote(target))
	case err != nil:
		return fmt.Errorf("publish to %s: %w", usage.Quote(target), err)
	}
	a.ui.Sayf("%s holds the site: %s written, %d unchanged, %d taken away", usage.Quote(target), view.Counted(done.written, "file"), done.unchanged, done.removed)
	return nil
}

// manifest names what koyomi wrote into a folder, one file a line.
const manifest = ".koyomi-files"

// errShrunk is a site without events in the place of one with some.
var errShrunk = errors.New("no event is left")

// A shelf is a directory that a site is written into. Nothing in it changes before
// finish: until then new files wait beside it in memory.
type shelf struct {
	root *os.Root
	// before are the files of last time, now those of this time, by path.
	before map[string]bool
	now    map[string]bool
	fresh  []web.File
	same   int
}

// A publication counts what finish did.
type publication struct{ written, unchanged, removed int }

// openShelf opens the directory, which is made where there is none. One with a page
// that koyomi did not write is somebody else's.
func openShelf(name string) (*shelf, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, fmt.Errorf("make the directory: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, usage.Errorf("%s: a directory would be right", usage.Quote(name))
	}
	f := &shelf{root: root, before: map[string]bool{}, now: map[string]bool{}}
	list, err := root.ReadFile(manifest)
	switch {
	case err == nil:
		for line := range strings.Lines(string(list)) {
			f.before[strings.TrimSpace(line)] = true
		}
	case !notThere(err):
		root.Close()
		return nil, err
	default:
		if _, err := root.Stat("index.html"); err == nil {
			root.Close()
			return nil, usage.Errorf("%s has an index.html that koyomi did not write; an empty directory would be right", usage.Quote(name))
		}
	}
	return f, nil
}

func (f *shelf) close() { f.root.Close() }

// put adds one file to the site.
func (f *shelf) put(path string, body []byte) error {
	f.now[path] = true
	old, err := f.root.ReadFile(path)
	if err == nil && string(old) == string(body) {
		f.same++
		return nil
	}
	f.fresh = append(f.fresh, web.File{Path: path, Body: body})
	return nil
}

// finish writes what is new and takes away what is no more.
func (f *shelf) finish() (publication, error) {
	done := publication{unchanged: f.same}
	if hasEvent(f.before) && !hasEvent(f.now) {
		return done, errShrunk
	}
	// The list comes first: what it names and is not there harms nobody, what is there
	// and not named would stay for ever.
	if err := f.list(f.before, f.now); err != nil {
		return done, err
	}
	for _, one := range f.fresh {
		if err := f.replace(one.Path, one.Body); err != nil {
			return done, err
		}
		done.written++
	}
	for path := range f.before {
		if path == "" || f.now[path] {
			continue
		}
		if err := f.root.Remove(path); err != nil && !notThere(err) {
			return done, err
		}
		done.removed++
	}
	return done, f.list(f.now)
}

func hasEvent(paths map[string]bool) bool {
	for path := range paths {
		if strings.HasPrefix(path, "events/") {
			return true
		}
	}
	return false
}

// list writes the manifest.
func (f *shelf) list(sets ...map[string]bool) error {
	all := map[string]bool{}
	for _, set := range sets {
		maps.Copy(all, set)
	}
	delete(all, "")
	body := []byte(strings.Join(slices.Sorted(maps.Keys(all)), "\n") + "\n")
	if old, err := f.root.ReadFile(manifest); err == nil && string(old) == string(body) {
		return nil
	}
	return f.replace(manifest, body)
}

// replace puts a file in its place in one step: a reader gets the old one or the new
// one whole.
func (f *shelf) replace(path string, body []byte) error {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		if err := f.root.MkdirAll(path[:i], 0o755); err != nil {
			return err
		}
	}
	const waiting = ".koyomi-new"
	w, err := f.root.Create(waiting)
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	err = errors.Join(err, w.Close())
	if err == nil {
		err = f.root.Rename(waiting, path)
	}
	if err != nil {
		return errors.Join(err, f.root.Remove(waiting))
	}
	return nil
}
