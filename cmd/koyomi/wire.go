package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"koyomi/internal/archive"
	"koyomi/internal/delivery"
	"koyomi/internal/discover"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/fetch"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/subscriber"
	"koyomi/internal/web"
)

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
		Next: a.next, Standing: a.standing, Assumed: a.assumed(), Version: readers, DryRun: w.options.dry,
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
