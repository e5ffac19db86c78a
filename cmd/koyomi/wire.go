package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"koyomi/internal/archive"
	"koyomi/internal/config"
	"koyomi/internal/delivery"
	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/fetch"
	"koyomi/internal/ledger"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/strict"
	"koyomi/internal/subscriber"
	"koyomi/internal/web"
	"koyomi/sources"
)

// An app is what all commands share: flags, config, catalogue, clock. It does not
// change once it is prepared; a reload makes another one.
type app struct {
	ui    *ui
	flags struct{ config, database, server, now, logLevel, color string }
	log   *slog.Logger
	// fixed is the moment of --now, zero without it.
	fixed time.Time

	config config.Config
	// published is the address that is listened on, which links begin with where the
	// config names no public_url; "" where nothing listens.
	published string
	embedded  fs.FS
	// catalogue is what is watched, problems those of its files, which are left out,
	// live the sources that are polled. They are read when they are first asked for:
	// most questions need none of it.
	catalogue func() *source.Catalogue
	problems  func() []strict.Problem
	live      func() []*source.Source
}

// prepare reads flags, config and catalogue before any command runs.
func (a *app) prepare() error {
	if err := a.ui.setColor(a.flags.color); err != nil {
		return err
	}
	if a.flags.now != "" {
		t, err := parseNow(a.flags.now)
		if err != nil {
			return err
		}
		a.fixed = t
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(a.flags.logLevel)); err != nil {
		return usagef("--log-level %s: would be right: debug, info, warn, error", quoted(a.flags.logLevel))
	}
	a.log = slog.New(slog.NewTextHandler(a.ui.errOut, &slog.HandlerOptions{Level: level}))
	a.embedded = sources.Files
	return a.load()
}

// load reads config and catalogue.
func (a *app) load() error {
	cfg, problems, err := a.readConfig()
	if err != nil {
		return err
	}
	if a.say(problems) {
		return errUsage
	}
	a.config = cfg
	read := sync.OnceValues(func() (*source.Catalogue, []strict.Problem) { return a.readCatalogue(cfg) })
	a.catalogue = func() *source.Catalogue { c, _ := read(); return c }
	a.problems = func() []strict.Problem { _, p := read(); return p }
	a.live = sync.OnceValue(a.enabled)
	return nil
}

// configName gives the operator's file: --config, $KOYOMI_CONFIG or config.yaml,
// and whether it was named, so that it has to be there.
func (a *app) configName() (name string, named bool) {
	if a.flags.config != "" {
		return a.flags.config, true
	}
	if env := os.Getenv("KOYOMI_CONFIG"); env != "" {
		return env, true
	}
	return "config.yaml", false
}

// readConfig reads the operator's file; where there is none the defaults serve.
func (a *app) readConfig() (config.Config, []strict.Problem, error) {
	name, named := a.configName()
	data, err := readBounded(name)
	switch {
	case notThere(err) && !named:
		return config.Default(), nil, nil
	case notThere(err):
		return config.Config{}, nil, usagef("--config %s: no such file", quoted(name))
	case err != nil:
		return config.Config{}, nil, usagef("read the config: %w", err)
	}
	cfg, problems := config.Parse(data, name, config.Env{Lookup: os.LookupEnv, ReadFile: readBounded})
	return cfg, problems, nil
}

// readBounded reads a file that people write, one byte more than it may have at most.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, strict.MaxSize+1))
}

// readCatalogue reads the communities that come with koyomi and the operator's own.
func (a *app) readCatalogue(cfg config.Config) (*source.Catalogue, []strict.Problem) {
	files := []fs.FS{a.embedded}
	if cfg.Sources != "" {
		files = append(files, source.Named(cfg.Sources, os.DirFS(cfg.Sources)))
	}
	return source.Load(files...)
}

// say prints problems, each at its place, and reports whether there are any.
func (a *app) say(problems []strict.Problem) bool {
	for _, p := range problems {
		a.ui.sayf("%s", p)
	}
	return len(problems) > 0
}

// sayOpenSecrets tells which secrets any user of this machine may read.
func (a *app) sayOpenSecrets(files map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if info, err := os.Stat(files[name]); err == nil && info.Mode()&0o004 != 0 {
			a.ui.sayf("note: secret_files.%s: every user of this machine may read %s; `chmod 600` would be right", name, quoted(files[name]))
		}
	}
}

// sayProblems tells which source files are out, and why; before that, which secrets
// lie open.
func (a *app) sayProblems() bool {
	a.sayOpenSecrets(a.config.SecretFiles)
	if !a.say(a.problems()) {
		return false
	}
	a.ui.sayf("these source files are left out until they are mended; the others are polled")
	return true
}

// now is the clock of commands that do not run on.
func (a *app) now() time.Time {
	if !a.fixed.IsZero() {
		return a.fixed
	}
	return time.Now().In(event.Tokyo)
}

// assumed is how long a timed event without an end counts as lasting.
func (a *app) assumed() time.Duration { return a.config.Calendar().WithDefaults().Assumed }

// all gives every source, archived ones and those turned off too.
func (a *app) all() []*source.Source { return a.catalogue().Sources() }

// enabled gives the sources that are polled: those that are on, and those that the
// operator turned on or off.
func (a *app) enabled() []*source.Source {
	var on []*source.Source
	for _, s := range a.all() {
		if a.config.Polls(s) {
			on = append(on, s)
		}
	}
	return on
}

// source gives the source with an id, nil where there is none.
func (a *app) source(id string) *source.Source {
	for _, s := range a.all() {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// next says when the schedule has a source next after a moment.
func (a *app) next(s *source.Source, after time.Time) time.Time {
	return s.Next(after, a.config.Schedule)
}

// standing says whose word a source is: primaries come before aggregators, then
// counts its place in its community.
func (a *app) standing(id string) ledger.Standing {
	for _, c := range a.catalogue().Communities {
		for i, s := range c.Sources {
			if s.ID == id {
				return ledger.Standing{Community: c.ID, Rank: i, Aggregator: s.Role == source.Aggregator}
			}
		}
	}
	return ledger.Standing{Rank: len(a.catalogue().Communities), Aggregator: true}
}

// databaseName gives the path of the database.
func (a *app) databaseName() (string, error) {
	name := a.flags.database
	if name == "" {
		name = a.config.Database
	}
	if strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://") {
		return "", usagef("--database %s: PostgreSQL is reserved for a later koyomi; would be right: a path, or sqlite:PATH", quoted(name))
	}
	name = strings.TrimPrefix(name, "sqlite:")
	if name == "" {
		return "", usagef("--database: no path; would be right: --database koyomi.db")
	}
	return name, nil
}

// openReader opens the database for asking. What can ask a running koyomi as well has
// done so before.
func (a *app) openReader(ctx context.Context) (*sqlite.DB, error) {
	if a.flags.server != "" {
		return nil, usagef("a running koyomi does not tell this: it takes --database, not --server")
	}
	name, err := a.databaseName()
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(ctx, name, sqlite.Options{ReadOnly: true})
	if notThere(err) {
		return nil, noDatabase(name)
	}
	return db, err
}

// noDatabase says that there is none of that name, and what to do.
func noDatabase(name string) error {
	return fmt.Errorf("there is no database %s yet: `koyomi sync` or `koyomi serve` makes one, `--database` names another, `--server` a running koyomi", quoted(name))
}

// openWriter opens the database for a person's corrections, beside a daemon that
// may be at work on it.
func (a *app) openWriter(ctx context.Context) (*sqlite.DB, error) {
	if a.flags.server != "" {
		return nil, usagef("this changes the database itself: it takes --database, not --server")
	}
	name, err := a.databaseName()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(name); err != nil {
		return nil, noDatabase(name)
	}
	return sqlite.Open(ctx, name, sqlite.Options{})
}

// worksOptions say what the works are for.
type worksOptions struct {
	// lock refuses to work beside a daemon.
	lock bool
	// dry writes nothing; quiet sends no mail.
	dry, quiet bool
	// fetcher stands for the network, now for the clock; nil for the real ones.
	fetcher poll.Fetcher
	now     func() time.Time
}

// works are the concrete rooms, joined.
type works struct {
	store   *sqlite.DB
	archive *archive.Archive
	options worksOptions
	// client asks the network; a reload goes on where it is.
	client *fetch.Client
	// gate counts who asks for the daily mail; a reload does not forget it.
	gate subscriber.Gate
	// post wakes the rounds of the daily mail.
	post chan struct{}
	// tally counts what readers were answered, over reloads too.
	tally web.Tally
	*rooms
	closers []func() error
}

// nudge has the daily mail looked after at once.
func (w *works) nudge() {
	select {
	case w.post <- struct{}{}:
	default: // it is about to be
	}
}

// rooms are those that a reload makes anew.
type rooms struct {
	app    *app
	poller *poll.Poller
	site   *web.Site
	// office is nil where no mail is sent.
	office *delivery.Office
}

// openWorks opens database and archive and joins the rooms.
func (a *app) openWorks(ctx context.Context, o worksOptions) (*works, error) {
	if a.flags.server != "" {
		return nil, usagef("this works on a database: it takes --database, not --server")
	}
	name, err := a.databaseName()
	if err != nil {
		return nil, err
	}
	w := &works{options: o, post: make(chan struct{}, 1)}
	if w.store, err = sqlite.Open(ctx, name, sqlite.Options{Lock: o.lock}); err != nil {
		return nil, err
	}
	w.closers = append(w.closers, w.store.Close)
	if w.archive, err = archive.Open(a.archiveName(name)); err != nil {
		w.close()
		return nil, err
	}
	w.closers = append(w.closers, w.archive.Close)
	if w.options.now == nil {
		w.options.now = a.clockOf()
	}
	w.rooms = a.join(w)
	return w, nil
}

// join makes the rooms that depend on config and catalogue, around the database and
// the archive, which stay as they are over a reload.
func (a *app) join(w *works) *rooms {
	fetcher := w.options.fetcher
	if fetcher == nil {
		if w.client == nil {
			w.client = a.newClient(w.options.now)
		} else {
			w.client = w.client.Renew(a.fetchOptions(w.options.now))
		}
		w.closers = append(w.closers, w.client.Close)
		fetcher = w.client
	}
	r := &rooms{app: a, poller: a.newPoller(w, fetcher), site: a.newSite(w)}
	if !w.options.quiet {
		r.office = a.newOffice(w.store, w.options.now)
	}
	return r
}

// clockOf gives the clock: fixed by --now, or the machine's.
func (a *app) clockOf() func() time.Time {
	if !a.fixed.IsZero() {
		return func() time.Time { return a.fixed }
	}
	return time.Now
}

// archiveName gives the directory of the archive: the config's, or beside the database.
func (a *app) archiveName(database string) string {
	if a.config.Archive.Directory != "" {
		return a.config.Archive.Directory
	}
	return database + ".archive"
}

func (a *app) newClient(now func() time.Time) *fetch.Client {
	return fetch.New(a.fetchOptions(now))
}

func (a *app) fetchOptions(now func() time.Time) fetch.Options {
	return fetch.Options{
		Version: versionName(), PublicURL: a.config.PublicURL, Contact: a.config.Contact,
		Secret: a.config.Secret, Allow: a.config.Allow, MinGap: a.config.MinGap, Now: now,
	}
}

// readers names the readers of documents: another program reads anew what was read before.
const readers = "1"

func (a *app) newPoller(w *works, fetcher poll.Fetcher) *poll.Poller {
	return &poll.Poller{
		Fetcher: fetcher, Archive: w.archive, Memory: w.store, Kinds: kinds.All, Now: w.options.now,
		Next: a.next, Standing: a.standing, Version: readers, DryRun: w.options.dry,
	}
}

func (a *app) newSite(w *works) *web.Site {
	return web.New(web.Options{
		Reader: w.store, Communities: func() []*source.Community { return a.catalogue().Communities },
		Calendars: a.namedCalendars, Calendar: a.config.Calendar(), PublicURL: a.publicURL(),
		Contact: a.config.Contact, Version: versionName(), Mailing: a.newMailing(w), Now: w.options.now, Fresh: fresh, Log: a.log, Tally: &w.tally,
	})
}

// publicURL is what the links of pages begin with.
func (a *app) publicURL() string { return cmp.Or(a.config.PublicURL, a.published) }

// fresh is how late a reader may hear of a change; a busy site asks the database so
// often and no more.
const fresh = 200 * time.Millisecond

// namedCalendars gives the config's, by name.
func (a *app) namedCalendars() []web.NamedCalendar {
	var all []web.NamedCalendar
	for _, name := range a.config.CalendarNames() {
		c := a.config.Calendars[name]
		all = append(all, web.NamedCalendar{Name: name, Title: c.Title, Query: c.Query, Cancelled: c.Cancelled})
	}
	return all
}

// close ends the use of the works, last opened first.
func (w *works) close() {
	for _, end := range slices.Backward(w.closers) {
		_ = end() // what was written is committed already
	}
}

// extractTools gives `extract` what it needs of the rest.
func (a *app) extractTools() extractTools {
	return extractTools{
		out: a.ui.out, errOut: a.ui.errOut, now: a.now, kinds: kinds.All,
		source: func(id string) (*source.Source, error) {
			s, err := a.catalogue().Find(id)
			if err != nil {
				return nil, err
			}
			own := *s
			return &own, nil
		},
		platform: func(name string) (*source.Source, error) { return a.catalogue().OfPlatform(name, "") },
		fetch:    a.fetchPage,
		find: func(p extract.Page, at time.Time) discover.Report {
			return (&discover.Finder{Kinds: kinds.All}).Find(p, at)
		},
		tty:   func() bool { return a.ui.outTTY },
		table: a.ui.table,
	}
}

// fetchPage gets one page for a source that is not polled.
func (a *app) fetchPage(ctx context.Context, s *source.Source, r extract.Request) (extract.Page, error) {
	if err := a.config.Live(); err != nil {
		return extract.Page{}, usageError{err}
	}
	client := a.newClient(time.Now)
	defer client.Close()
	answer, err := client.Fetch(ctx, poll.Ask{
		Request: r, Source: s.ID, IgnoreRobots: s.IgnoreRobots,
		Page: s.Kind == source.HTML || s.Kind == source.Structured,
	})
	return answer.Page, err
}
