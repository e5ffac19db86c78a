// Package doctor examines an installation: config, source files, disk and database. It
// returns what is wrong, with cause and next step, and changes nothing.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"koyomi/internal/config"
	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/strict"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// An Doctor looks at config, source files, disk and database.
type Doctor struct {
	Config config.Config
	// ConfigName is the operator's file, whether there is one or not.
	ConfigName string
	Catalogue  func() *source.Catalogue
	// Problems are those of source files, which are left out.
	Problems func() []strict.Problem
	// Database and archive are where they lie or will lie; open opens the database for
	// reading.
	Database, Archive string
	// Server says that the database lies on a server.
	Server bool
	Open   func(ctx context.Context) (Store, error)
	Now    func() time.Time
	// Resolver is asked about the sender's domain; nil asks nobody.
	Resolver Resolver
	// Authority is whose word each source is.
	Authority func(id string) ledger.Authority
}

// A Store is what a database tells of itself.
type Store interface {
	store.Store
	// Queue returns how the outbox fares.
	Queue(ctx context.Context, now time.Time) (store.Queue, error)
}

// source returns the source with an id, nil where there is none.
func (d *Doctor) source(id string) *source.Source {
	for _, s := range d.Catalogue().Sources() {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// exists reports whether there is a file of that name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// Examine returns all that is wrong, the most harmful first.
func (d *Doctor) Examine(ctx context.Context) ([]Finding, error) {
	found, err := d.all(ctx)
	slices.SortStableFunc(found, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(impacts, x.Impact), slices.Index(impacts, y.Impact)), cmp.Compare(y.weight, x.weight))
	})
	return found, err
}

// all looks at everything.
func (d *Doctor) all(ctx context.Context) ([]Finding, error) {
	found := d.examineFiles()
	name := d.Database
	db, err := d.Open(ctx)
	switch {
	case d.missing(err):
		return append(found, Finding{
			Impact: Stopped, Subject: "database", What: fmt.Sprintf("there is none at %s yet", usage.Quote(name)),
			Next: "`koyomi serve` makes one and polls on schedule; `koyomi sync` polls once",
		}), nil
	case err != nil:
		return append(found, brokenDatabase(name, err)), nil
	}
	defer db.Close()
	found = append(append(found, d.examineDisk(name)...), d.examineModes(name)...)
	x := &examination{of: d, db: db, now: d.Now()}
	for _, look := range []func(context.Context) error{x.recall, x.clock, x.names, x.schedule, x.failing, x.addresses, x.held, x.leftOut, x.quiet, x.contradictions, x.mail, x.sender, x.mailbox} {
		if err := look(ctx); err != nil {
			return nil, err
		}
	}
	return append(found, x.found...), nil
}

// missing reports whether there is no database yet, as opening it told.
func (d *Doctor) missing(err error) bool {
	if d.Server {
		return errors.Is(err, store.ErrEmpty)
	}
	return errors.Is(err, fs.ErrNotExist) || !exists(d.Database)
}

// examineFiles looks at config and source files.
func (d *Doctor) examineFiles() []Finding {
	var found []Finding
	for _, p := range d.Problems() {
		found = append(found, Finding{
			Impact: Missed, Subject: p.File, What: "the file is left out: nothing of it is polled", Cause: p.String(),
			Next: "fix the file, see that `koyomi config check` is content, and send the daemon a SIGHUP",
		})
	}
	for _, p := range d.Config.SecretProblems() {
		found = append(found, Finding{Impact: Missed, Subject: p.File, What: "a secret cannot be had", Cause: p.String(), Next: "set the variable or fix the file, and start the daemon again"})
	}
	found = append(found, d.wanted()...)
	for _, p := range d.Config.Against(d.Catalogue()) {
		found = append(found, Finding{Impact: Note, Subject: p.File, What: "the config names a source that is none", Cause: p.String(), Next: "`koyomi source list --all` names them all"})
	}
	for _, p := range d.Config.Warnings() {
		found = append(found, Finding{Impact: Note, Subject: p.File, What: p.Message, Next: "see " + p.String()})
	}
	name := d.ConfigName
	if d.Config.Contact == "" && exists(name) {
		found = append(found, Finding{
			Impact: Stopped, Subject: name, What: "contact is not set, and sites are not polled without it",
			Next: "set contact: to an e-mail address or a page by which sites reach you",
		})
	}
	if d.Config.PublicURL == "" && exists(name) && isReachable(d.Config.Listen) {
		found = append(found, Finding{
			Impact: Doubtful, Subject: name, What: "public_url is not set: links in calendars and mails lead to " + d.Config.Listen,
			Next: "set public_url: to the address under which readers reach this koyomi",
		})
	}
	return found
}

// isReachable reports whether an address that is listened on can be reached from other
// machines.
func isReachable(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && !loopback(host)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// leastSpace is how much room a disk should have, in octets.
const leastSpace = 512 << 20

// examineDisk looks whether there is room for what is to come.
func (d *Doctor) examineDisk(database string) []Finding {
	var found []Finding
	dirs := []string{filepath.Dir(database), filepath.Dir(d.Archive)}
	if d.Server {
		dirs = dirs[1:]
	}
	for _, dir := range slices.Compact(dirs) {
		if free, known := freeSpace(dir); known && free < leastSpace {
			found = append(found, Finding{
				Impact: Note, Subject: dir, What: fmt.Sprintf("the disk has %s left", view.SizeWords(free)),
				Next: "make room: a full disk stops polling", weight: 1,
			})
		}
	}
	return found
}

// An examination looks at a database.
type examination struct {
	of    *Doctor
	db    Store
	now   time.Time
	found []Finding
	// states are those of sources that are polled, or were of late; last their
	// latest polls; events the upcoming ones, stake how many of them each source
	// lists.
	states []store.SourceState
	last   map[string]store.Poll
	events []event.Event
	stake  map[string]int
}

// late is how long ago a source may have been polled that is polled no more.
const late = 30 * 24 * time.Hour

// recall reads what is known of the sources.
func (x *examination) recall(ctx context.Context) error {
	states, err := x.db.Sources(ctx)
	if err != nil {
		return err
	}
	x.last, x.stake = map[string]store.Poll{}, map[string]int{}
	for _, s := range states {
		src := x.of.source(s.ID)
		longAgo := x.now.Sub(s.LastPoll) > late
		if src == nil || longAgo && !x.of.Config.Polls(src) {
			continue
		}
		x.states = append(x.states, s)
		polls, err := x.db.Polls(ctx, s.ID, 1)
		if err != nil {
			return err
		}
		if len(polls) > 0 {
			x.last[s.ID] = polls[0]
		}
	}
	return x.recallEvents(ctx)
}

// recallEvents reads the upcoming events.
func (x *examination) recallEvents(ctx context.Context) (err error) {
	if x.events, err = x.db.Events(ctx, store.Window{From: x.now, AssumedLength: x.of.Config.Calendar().WithDefaults().Assumed}); err != nil {
		return err
	}
	for _, e := range x.events {
		for _, s := range e.Sources {
			x.stake[s]++
		}
	}
	return nil
}

// overdue is how late all polls may be before nothing is taken to poll, stuck how
// late one of them.
const (
	overdue = 2 * time.Hour
	stuck   = 12 * time.Hour
)

// schedule looks whether anything polls at all.
func (x *examination) schedule(context.Context) error {
	var newest time.Time
	behind, waiting := 0, 0
	for _, s := range x.states {
		if s.LastPoll.After(newest) {
			newest = s.LastPoll
		}
		if x.now.Sub(s.NextAt) > overdue {
			behind++
		}
		if x.now.Sub(s.NextAt) > stuck {
			waiting++
		}
	}
	switch {
	case len(x.states) == 0:
		x.add(Finding{Impact: Stopped, Subject: "polling", What: "nothing was polled yet", Next: "koyomi serve (on schedule), or koyomi sync (once)"})
	case behind == len(x.states):
		x.add(Finding{
			Impact: Stopped, Subject: "polling", What: fmt.Sprintf("nothing was polled since %s, though all %s are due", view.MinuteWords(newest), view.Counted(behind, "source")),
			Cause: "no daemon is at work on this database", Next: "start it: koyomi serve",
		})
	case waiting > 0:
		x.add(Finding{
			Impact: Missed, Subject: "polling", What: fmt.Sprintf("%d of %s are more than twelve hours late", waiting, view.Counted(len(x.states), "source")),
			Next: "koyomi source list shows which; a slow host keeps only its own sources waiting",
		})
	}
	return nil
}

// failing looks at sources whose polls fail.
func (x *examination) failing(context.Context) error {
	for _, s := range x.states {
		p, ok := x.last[s.ID]
		if !ok || p.State != health.Failed {
			continue
		}
		since := "ever since it was first asked"
		if !s.LastGood.IsZero() {
			since = "last read " + view.MinuteWords(s.LastGood)
		}
		h := Missed
		if s.Failures < 3 && x.now.Sub(s.LastGood) < 24*time.Hour {
			h = Note // it may pass by itself
		}
		x.add(Finding{
			Impact: h, Subject: s.ID, weight: x.stake[s.ID]*1000 + s.Failures,
			What:  fmt.Sprintf("failed (%s) %s in a row, %s; %s known from it stay", p.Cause, view.Counted(s.Failures, "time"), since, view.Counted(x.stake[s.ID], "upcoming event")),
			Cause: p.Message, Next: advice(p.Cause, s.ID),
		})
	}
	return nil
}

// held looks at polls that wait for a person.
func (x *examination) held(ctx context.Context) error {
	held, err := x.db.Candidates(ctx, "", false)
	for _, c := range held {
		weight := x.stake[c.Source]*1000 + c.Polls
		if c.Told {
			weight += 1_000_000
		}
		x.add(Finding{
			Impact: Doubtful, Subject: c.Source, weight: weight,
			What:  fmt.Sprintf("held (%s) since %s", c.Cause, view.SinceWords(c)),
			Cause: c.Message, Next: fmt.Sprintf("look with `koyomi held show %s`, then approve or discard it", c.Source),
		})
	}
	return err
}

// leftOut looks at items that could not be read.
func (x *examination) leftOut(context.Context) error {
	for _, s := range x.states {
		p := x.last[s.ID]
		if p.Rejected == 0 {
			continue
		}
		f := Finding{
			Impact: Incomplete, Subject: s.ID, weight: p.Rejected,
			What: fmt.Sprintf("%s could not be read, %s could", view.Counted(p.Rejected, "item"), view.Counted(p.Read, "event")),
			Next: "koyomi source show " + s.ID + " shows which and why; what is no event can be left out with exclude: in the source file",
		}
		if len(p.Rejections) > 0 {
			r := p.Rejections[0]
			f.Cause = view.Shown(r.Text, r.Item) + ": " + r.Reason
		}
		x.add(f)
	}
	return nil
}

// quiet looks at sources that have nothing new for unusually long.
func (x *examination) quiet(ctx context.Context) error {
	for _, s := range x.states {
		news, err := x.db.News(ctx, s.ID, health.NewsKept)
		if err != nil {
			return err
		}
		if r := health.RhythmOf(news, x.now); r.Quiet {
			x.add(Finding{
				Impact: Note, Subject: s.ID, What: r.Words(x.now),
				Next: "see whether the community announces elsewhere now: " + x.of.source(s.ID).URL,
			})
		}
	}
	return nil
}

// mostExamined is how many upcoming events are looked through for contradictions.
const mostExamined = 5000

// contradictions looks at upcoming events of which the sources state different days.
func (x *examination) contradictions(ctx context.Context) error {
	for _, e := range x.events[:min(mostExamined, len(x.events))] {
		if len(e.Sources) < 2 {
			continue
		}
		claims, err := x.db.Claims(ctx, e.UID)
		if err != nil {
			return err
		}
		corrections, err := x.db.Corrections(ctx, e.UID)
		if err != nil {
			return err
		}
		for _, o := range ledger.Origins(claims, corrections, x.of.Authority) {
			if o.Field != "start" || o.Source == "" || len(o.Others) == 0 {
				continue // a person has decided, or nobody objects
			}
			x.add(Finding{
				Impact: Doubtful, Subject: view.ShortID(e), What: fmt.Sprintf("%s: its sources state different days", e.Title),
				Cause: fmt.Sprintf("%s says %s, which holds; %s says %s", o.Source, o.Value, o.Others[0].Source, o.Others[0].Value),
				Next:  fmt.Sprintf("koyomi show %s; to decide: koyomi event edit %s start=%s", view.ShortID(e), view.ShortID(e), o.Value),
			})
		}
	}
	return nil
}

func (x *examination) add(f Finding) { x.found = append(x.found, f) }
