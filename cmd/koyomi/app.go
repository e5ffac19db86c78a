package main

import (
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/mail"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"koyomi/internal/extract/kinds"

	"koyomi/internal/config"
	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/observe"
	"koyomi/internal/setup"
	"koyomi/internal/source"
	"koyomi/internal/strict"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/sources"
)

// An app is what all commands share: flags, config, catalogue, clock. It does not
// change once it is prepared; a reload makes another one.
type app struct {
	ui    *terminal.UI
	flags struct{ config, database, server, now, lang, logLevel, color string }
	log   *slog.Logger
	// fixed is the moment of --now, zero without it.
	fixed time.Time

	config config.Config
	// user is the person's own file.
	user setup.User
	// published is the address that is listened on, which links begin with where the
	// config names no public_url; "" where nothing listens.
	published string
	embedded  fs.FS
	// catalogue is what is watched, problems those of its files, which are left out,
	// live the sources that are polled. They are read when they are first asked for:
	// most questions need none of it.
	catalogue func() *source.Catalogue
	growing   *source.Growing
	problems  func() []strict.Problem
	live      func() []*source.Source
}

// prepare reads flags, config and catalogue before any command runs.
func (a *app) prepare() error {
	if err := a.ui.SetColor(a.flags.color); err != nil {
		return err
	}
	user, problems, err := setup.ReadUser(os.Getenv)
	switch {
	case a.say(problems):
		return errUsage
	case err != nil:
		return err
	}
	a.user = user
	if a.ui.Lang, err = user.Language(a.flags.lang); err != nil {
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
		return usage.Errorf("--log-level %s: expected debug, info, warn, error", usage.Quote(a.flags.logLevel))
	}
	a.embedded = sources.Files
	if err := a.load(); err != nil {
		return err
	}
	a.log = observe.NewLog(a.ui.ErrOut, a.config.Monitoring.Log, level)
	return nil
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
	a.growing = &source.Growing{Files: func() *source.Catalogue { c, _ := read(); return c }}
	a.catalogue = a.growing.Catalogue
	a.problems = func() []strict.Problem { _, p := read(); return p }
	a.live = source.Kept(a.catalogue, a.enabled)
	return nil
}

// configName returns the operator's file: --config, $KOYOMI_CONFIG or config.yaml,
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
		return config.Config{}, nil, usage.Errorf("--config %s: no such file", usage.Quote(name))
	case err != nil:
		return config.Config{}, nil, usage.Errorf("read the config: %w", err)
	}
	cfg, problems := config.Parse(data, name, config.Env{
		Lookup:   os.LookupEnv,
		ReadFile: readBounded,
	})
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
	return source.Load(kinds.Definitions, files...)
}

// say prints problems, each at its place, and reports whether there are any.
func (a *app) say(problems []strict.Problem) bool {
	for _, p := range problems {
		a.ui.Sayf("%s", p)
	}
	return len(problems) > 0
}

// sayOpenSecrets writes which secrets any user of this machine may read.
func (a *app) sayOpenSecrets(files map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if info, err := os.Stat(files[name]); err == nil && info.Mode()&0o004 != 0 {
			a.ui.Sayf("note: secret_files.%s: every user of this machine may read %s (use `chmod 600`)", name, usage.Quote(files[name]))
		}
	}
}

// sayProblems writes which source files are out, and why; before that, which secrets
// lie open.
func (a *app) sayProblems() bool {
	a.sayOpenSecrets(a.config.SecretFiles)
	if !a.say(a.problems()) {
		return false
	}
	a.ui.Sayf("these source files are left out until they are fixed; the others are polled")
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

// all returns every source, archived ones and those turned off too.
func (a *app) all() []*source.Source { return a.catalogue().Sources() }

// enabled returns the sources that are visited: those that are on, and those that the
// operator turned on or off. What waits for a key is not asked until it is there.
func (a *app) enabled() []*source.Source {
	return a.catalogue().Visited(func(s *source.Source) bool {
		return a.config.Polls(s) && a.config.Waits(s) == ""
	})
}

// sayWanted says in one sentence a key what waits for it.
func (a *app) sayWanted() {
	for _, w := range a.config.Wanted(a.catalogue()) {
		a.ui.Sayf("%s wait for %s: %s", w.What(), w.Key, w.How())
	}
}

// source returns the source with an id, nil where there is none.
func (a *app) source(id string) *source.Source { return a.catalogue().Source(id) }

// next says when the schedule has a source next after a moment.
func (a *app) next(s *source.Source, after time.Time) time.Time {
	return s.Next(after, a.config.Schedule)
}

// authority says whose word a source is.
func (a *app) authority(id string) ledger.Authority {
	if s := a.source(id); s != nil {
		return ledger.Authority{
			Community:  s.Community,
			Rank:       a.catalogue().Rank(id),
			Aggregator: s.Role == source.Aggregator,
		}
	}
	return ledger.Authority{Rank: len(a.catalogue().Communities), Aggregator: true}
}

// siblings returns the sources of a community.
func (a *app) siblings(community string) []string {
	var ids []string
	if c := a.catalogue().Community(community); c != nil {
		for _, s := range c.Sources {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// printer returns what lays out for the person at the terminal.
func (a *app) printer() *view.Printer {
	return &view.Printer{
		UI:        a.ui,
		Now:       a.now,
		Catalogue: a.catalogue,
		Authority: a.authority,
	}
}

// mailDomain is what the Message-IDs of messages end with: the sender's domain.
func (a *app) mailDomain() string {
	from, err := mail.ParseAddress(a.config.Mail.From)
	if err != nil {
		return "koyomi.invalid"
	}
	return strings.ToLower(from.Address[strings.LastIndexByte(from.Address, '@')+1:])
}
