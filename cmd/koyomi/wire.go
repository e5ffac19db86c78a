package main

import (
	"cmp"
	"context"
	"net/mail"
	"slices"
	"strings"
	"time"

	"koyomi/internal/ask"
	"koyomi/internal/coverage"

	"koyomi/internal/config"
	"koyomi/internal/daemon"
	smtp "koyomi/internal/mail"
	"koyomi/internal/probe"
	"koyomi/internal/store"

	"koyomi/internal/archive"
	"koyomi/internal/delivery"
	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/fetch"
	"koyomi/internal/observe"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store/postgres"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/subscriber"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/internal/web"
)

// engines are the kinds of databases, by what their addresses begin with; the first
// that fits is taken.
var engines = []engine{
	{prefix: "postgres://", server: true, exists: serverExists, open: openPostgres, restore: postgres.Restore},
	{prefix: "postgresql://", server: true, exists: serverExists, open: openPostgres, restore: postgres.Restore},
	{prefix: "sqlite:", exists: exists, open: openSQLite, restore: sqlite.Restore},
	{prefix: "", exists: exists, open: openSQLite, restore: sqlite.Restore},
}

func openSQLite(ctx context.Context, name string, how access) (database, error) {
	db, err := sqlite.Open(ctx, name, sqlite.Options{ReadOnly: how.readOnly, Lock: how.lock})
	if err != nil {
		return nil, err
	}
	return db, nil
}

// serverExists reports that there may be a database at an address: opening it tells.
func serverExists(string) bool { return true }

// openPostgres opens a database that several koyomi may work on at a time: none of them
// locks the others out.
func openPostgres(ctx context.Context, address string, how access) (database, error) {
	db, err := postgres.Open(ctx, address, postgres.Options{ReadOnly: how.readOnly, Missing: how.present, AtWork: how.lock})
	if err != nil {
		return nil, err
	}
	return db, nil
}

// depsOptions say what the deps are for.
type depsOptions struct {
	// lock refuses to work beside a daemon.
	lock bool
	// dry writes nothing; quiet sends no mail.
	dry, quiet bool
	// fetcher stands for the network, now for the clock; nil for the real ones.
	fetcher poll.Fetcher
	now     func() time.Time
}

// deps are the concrete services, joined.
type deps struct {
	store   database
	archive *archive.Archive
	options depsOptions
	// client asks the network; a reload goes on where it is.
	client *fetch.Client
	// gate counts who asks for the daily mail; a reload does not forget it.
	gate subscriber.Gate
	// post wakes the rounds of the daily mail.
	post chan struct{}
	// tally counts what readers were answered, over reloads too.
	tally web.Tally
	// metrics and tracer see what is done; a reload goes on with them.
	metrics *observe.Metrics
	tracer  *observe.Tracer
	*services
	closers []func() error
}

// nudge has the daily mail looked after at once.
func (w *deps) nudge() {
	select {
	case w.post <- struct{}{}:
	default: // it is about to be
	}
}

// services are those that a reload makes again.
type services struct {
	app    *app
	poller *poll.Poller
	site   *web.Site
	// sender is nil where no mail is sent.
	sender *delivery.Sender
}

// openDeps opens database and archive and joins the services.
func (a *app) openDeps(ctx context.Context, o depsOptions) (*deps, error) {
	if a.flags.server != "" {
		return nil, usage.Errorf("this works on a database: it takes --database, not --server")
	}
	e, name, err := a.engine()
	if err != nil {
		return nil, err
	}
	w := &deps{options: o, post: make(chan struct{}, 1), metrics: observe.NewMetrics()}
	if w.tracer, err = observe.NewTracer(ctx, a.config.Monitoring.Traces, versionName()); err != nil {
		return nil, err
	}
	w.closers = append(w.closers, w.tracer.Close)
	if w.store, err = e.open(ctx, name, access{lock: o.lock}); err != nil {
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
	w.services = a.join(w)
	return w, nil
}

// join makes the services that depend on config and catalogue, around the database and
// the archive, which stay as they are over a reload.
func (a *app) join(w *deps) *services {
	fetcher := w.options.fetcher
	if fetcher == nil {
		if w.client == nil {
			w.client = a.newClient(w.options.now, w.store)
		} else {
			w.client = w.client.Renew(a.fetchOptions(w.options.now, w.store))
		}
		w.closers = append(w.closers, w.client.Close)
		fetcher = w.client
	}
	a.growing.Remember(w.store)
	r := &services{app: a, poller: a.newPoller(w, fetcher), site: a.newSite(w)}
	if !w.options.quiet {
		r.sender = a.newSender(w.store, w.options.now)
	}
	return r
}

// clockOf returns the clock: fixed by --now, or the machine's.
func (a *app) clockOf() func() time.Time {
	if !a.fixed.IsZero() {
		return func() time.Time { return a.fixed }
	}
	return time.Now
}

// archiveName returns the directory of the archive: the config's, or beside the database;
// in the working directory for a database on a server.
func (a *app) archiveName(database string) string {
	if a.config.Archive.Directory != "" {
		return a.config.Archive.Directory
	}
	if isServer(database) {
		return "koyomi.archive"
	}
	return database + ".archive"
}

// newKeeper remembers hosts while there is no database.
func newKeeper(now func() time.Time) keeper { return fetch.NewMemory(now) }

// newClient makes a client that remembers in hosts what hosts ask for; nil for as long
// as it lives.
func (a *app) newClient(now func() time.Time, hosts store.Hosts) *fetch.Client {
	return fetch.New(a.fetchOptions(now, hosts))
}

func (a *app) fetchOptions(now func() time.Time, hosts store.Hosts) fetch.Options {
	return fetch.Options{
		Version: versionName(), PublicURL: a.config.PublicURL, Contact: a.config.Contact,
		Secret: a.config.Secret, Allow: a.config.Allow, MinGap: a.config.MinGap, Now: now, Hosts: hosts,
	}
}

// readers names the readers of documents: another program reads again what was read before.
const readers = "1"

func (a *app) newPoller(w *deps, fetcher poll.Fetcher) *poll.Poller {
	return &poll.Poller{
		Step: w.tracer.Step, Fetcher: w.tracer.Fetcher(fetcher), Archive: w.archive, Memory: w.store, Kinds: kinds.All, Now: w.options.now,
		Groups: a.growing, Next: a.next, Authority: a.authority, Siblings: a.siblings, Assumed: a.assumed(), Version: readers, DryRun: w.options.dry,
		Relaid: probe.Relaid(a.catalogue()),
	}
}

func (a *app) newSite(w *deps) *web.Site {
	return web.New(web.Options{
		Reader: w.store, Communities: func() []*source.Community { return a.catalogue().Communities },
		Calendars: a.namedCalendars, Calendar: a.config.Calendar(), PublicURL: a.publicURL(),
		Contact: a.config.Contact, Version: versionName(), Mailing: a.newMailing(w), Now: w.options.now, Fresh: fresh, Log: a.log, Tally: &w.tally,
		Gatherer: w.metrics.Gatherer(), Rendered: w.metrics.Rendered,
		Memory: web.DocumentMemory(web.LimitMemory()), Coverage: a.cover(w.options.fetcher != nil),
		Waits: func(s *source.Source) bool { return w.options.fetcher == nil && a.config.Waits(s) != "" },
	})
}

// cover makes the report of what is known and not seen. A replay needs no key.
func (a *app) cover(isReplay bool) func([]event.Event, event.Date) coverage.Report {
	waits := a.config.Waits
	if isReplay {
		waits = func(*source.Source) string { return "" }
	}
	return func(events []event.Event, today event.Date) coverage.Report {
		return ask.Cover(events, a.catalogue(), waits, today)
	}
}

// publicURL is what the links of pages begin with.
func (a *app) publicURL() string { return cmp.Or(a.config.PublicURL, a.published) }

// fresh is how late a reader may hear of a change; a busy site asks the database so
// often and no more.
const fresh = 200 * time.Millisecond

// namedCalendars returns the config's, by name.
func (a *app) namedCalendars() []web.NamedCalendar {
	var all []web.NamedCalendar
	for _, name := range a.config.CalendarNames() {
		c := a.config.Calendars[name]
		all = append(all, web.NamedCalendar{Name: name, Title: c.Title, Query: c.Query, Cancelled: c.Cancelled})
	}
	return all
}

// tidier forgets what is old, by the configuration of now.
func (w *deps) tidier(a func() *app) *daemon.Tidier {
	keep := func() time.Duration { return time.Duration(a().config.Archive.Keep) }
	return &daemon.Tidier{Store: w.store, Archive: w.archive, Keep: keep, Now: w.options.now, Log: a().log}
}

// close ends the use of the deps, last opened first.
func (w *deps) close() {
	for _, end := range slices.Backward(w.closers) {
		_ = end() // what was written is committed already
	}
}

// extractTools returns `extract` what it needs of the rest.
func (a *app) extractTools() extractTools {
	return extractTools{
		Documents: probe.Documents{
			Now: a.now, Kinds: kinds.All,
			Source: func(id string) (*source.Source, error) {
				s, err := a.catalogue().Find(id)
				if err != nil {
					return nil, err
				}
				own := *s
				return &own, nil
			},
			Platform: func(name string) (*source.Source, error) { return a.catalogue().OfPlatform(name, "") },
			Fetch: func(ctx context.Context, s *source.Source, r extract.Request) (extract.Page, error) {
				k := a.newProber()
				defer k.Close()
				return k.Fetch(ctx, s, r)
			},
			Find: func(p extract.Page, at time.Time) discover.Report {
				return (&discover.Finder{Kinds: kinds.All}).Find(p, at)
			},
		},
		out: a.ui.Out, errOut: a.ui.ErrOut, tty: func() bool { return a.ui.OutTTY },
		table: func(events []event.Event, now time.Time) []byte { return view.LayOut(a.ui, events, now) },
	}
}

// newProber returns what looks at one address; the caller closes it.
func (a *app) newProber() *probe.Prober {
	return &probe.Prober{
		Catalogue: a.catalogue(), Secret: a.config.Secret, At: a.now().Truncate(time.Second), Follow: 2,
		Connect: func() (probe.Connection, error) {
			if err := a.config.Live(); err != nil {
				return nil, usage.Of(err)
			}
			return a.newVisitor(context.Background())
		},
	}
}

// keeps reports what the archive of a database holds; nothing where there is none.
func (a *app) keeps(database string) func(hash string) bool {
	dir := a.archiveName(database)
	if !exists(dir) {
		return func(string) bool { return false }
	}
	kept, err := archive.Open(dir)
	if err != nil {
		return func(string) bool { return false }
	}
	return kept.Has
}

// keptPage returns a page of a poll as the archive keeps it.
func (a *app) keptPage(p store.Page) (extract.Page, bool) {
	name, err := a.databaseName()
	if err != nil || p.Status != 200 || !a.keeps(name)(p.Hash) {
		return extract.Page{}, false
	}
	kept, err := archive.Open(a.archiveName(name))
	if err != nil {
		return extract.Page{}, false
	}
	body, err := kept.Get(p.Hash)
	return extract.Page{Requested: p.Requested, URL: p.URL, Status: p.Status, ContentType: p.ContentType, Body: body}, err == nil
}

// newSender joins the services that see the daily mail off, nil where the config names no
// mail server.
func (a *app) newSender(db delivery.Store, now func() time.Time) *delivery.Sender {
	m := a.config.Mail
	from, err := mail.ParseAddress(m.From)
	if m.Host == "" || err != nil {
		return nil
	}
	return &delivery.Sender{
		Mailbox: smtp.MailboxAt(m.MailboxURL, a.config.MailboxPassword().Reveal()),
		Settings: delivery.Settings{
			Site: a.site(), From: *from, Bounces: cmp.Or(m.Bounces, from.Address), Operator: subscriber.Address(m.Operator),
			CatchUp: time.Duration(m.CatchUp), MaxAge: time.Duration(m.MaxAge), Resend: m.Unknown == "resend",
		},
		Store: db, Publication: a.publication(), Now: now, Log: a.log,
		Open: func() delivery.Transport {
			return smtp.Open(mailServer(m, a.config.MailPassword(), a.config.MailToken(), from.Address))
		},
	}
}

// mailServer returns the way to the mail server, which is greeted with the domain of the
// sender.
func mailServer(m config.Mail, password config.Secret, read func() (config.Secret, error), from string) smtp.Server {
	var token func() (string, error)
	if read != nil {
		token = func() (string, error) {
			secret, err := read()
			return secret.Reveal(), err
		}
	}
	return smtp.Server{
		Token: token, Host: m.Host, Port: m.Port, TLS: m.TLS, User: m.User, Password: password.Reveal(), Rate: m.Rate,
		Hello: from[strings.LastIndexByte(from, '@')+1:],
	}
}

// newMailing returns the pages around the daily mail their services. Readers can ask for it
// where there is a server that sends it, and not in a replay, which sends nothing;
// links in mails that were sent work all the same.
func (a *app) newMailing(w *deps) *web.Mailing {
	m := a.config.Mail
	minute, err := subscriber.ParseHour(m.Hour)
	if err != nil {
		minute = 7 * 60 // the config was checked: it is a time of day
	}
	return &web.Mailing{
		Signup: &delivery.Signup{Outbox: w.store, Site: a.publicURL(), Domain: a.mailDomain(), Posted: w.nudge},
		Offer:  m.Host != "" && w.options.fetcher == nil,
		Even:   evenly, Queue: w.store.Queue,
		Gate: &w.gate, Own: a.own(), Minute: minute, Zone: m.Zone, Proxies: a.config.Proxies(),
	}
}

// evenly is how long every answer to the form takes: more than the database does.
const evenly = 300 * time.Millisecond

// spoken returns a database's name as it may be said: without a password.
func spoken(name string) string {
	if isServer(name) {
		return postgres.Masked(name)
	}
	return name
}
