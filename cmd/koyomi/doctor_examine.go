package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// examine looks at everything that the doctor looks at.
func (a *app) examine(ctx context.Context) ([]finding, error) {
	found := a.examineFiles()
	name, err := a.databaseName()
	if err != nil {
		return nil, err
	}
	db, err := a.openReader(ctx)
	switch {
	case notThere(err) || !exists(name):
		return append(found, finding{
			Harm: harmStopped, Subject: "database", What: fmt.Sprintf("there is none at %s yet", quoted(name)),
			Next: "`koyomi serve` makes one and polls on schedule; `koyomi sync` polls once",
		}), nil
	case err != nil:
		return append(found, brokenDatabase(name, err)), nil
	}
	defer db.Close()
	found = append(found, a.examineDisk(name)...)
	x := &examination{app: a, db: db, now: a.now()}
	for _, look := range []func(context.Context) error{x.recall, x.schedule, x.failing, x.addresses, x.held, x.leftOut, x.quiet, x.contradictions} {
		if err := look(ctx); err != nil {
			return nil, err
		}
	}
	return append(found, x.found...), nil
}

// brokenDatabase tells of a database that cannot be opened.
func brokenDatabase(name string, err error) finding {
	f := finding{Harm: harmDown, Subject: "database", What: fmt.Sprintf("%s cannot be read", quoted(name)), Cause: err.Error()}
	switch {
	case errors.Is(err, store.ErrCorrupt):
		f.Next = "keep a copy of the file, stop the daemon and put a backup in its place: koyomi restore FILE"
	case errors.Is(err, store.ErrNewer):
		f.Next = "use the koyomi that wrote it, or a later one"
	case errors.Is(err, store.ErrForeign):
		f.Next = "name another file with --database, or database: in the config"
	default:
		f.Next = "see that this user may read and write the file and its directory"
	}
	return f
}

// examineFiles looks at config and source files.
func (a *app) examineFiles() []finding {
	var found []finding
	for _, p := range a.problems() {
		found = append(found, finding{
			Harm: harmMissed, Subject: p.File, What: "the file is left out: nothing of it is polled", Cause: p.String(),
			Next: "mend the file, see that `koyomi config check` is content, and send the daemon a SIGHUP",
		})
	}
	for _, p := range a.config.SecretProblems() {
		found = append(found, finding{Harm: harmMissed, Subject: p.File, What: "a secret cannot be had", Cause: p.String(), Next: "set the variable or mend the file, and start the daemon again"})
	}
	for _, p := range a.config.Against(a.catalogue()) {
		found = append(found, finding{Harm: harmNote, Subject: p.File, What: "the config names a source that is none", Cause: p.String(), Next: "`koyomi source list --all` names them all"})
	}
	for _, p := range a.config.Warnings() {
		found = append(found, finding{Harm: harmNote, Subject: p.File, What: p.Message, Next: "see " + p.String()})
	}
	name, _ := a.configName()
	if a.config.Contact == "" && exists(name) {
		found = append(found, finding{
			Harm: harmStopped, Subject: name, What: "contact is not set, and sites are not polled without it",
			Next: "set contact: to an e-mail address or a page by which sites reach you",
		})
	}
	if host, _, err := net.SplitHostPort(a.config.Listen); err == nil && a.config.PublicURL == "" && exists(name) && !loopback(host) {
		found = append(found, finding{
			Harm: harmDoubtful, Subject: name, What: "public_url is not set: links in calendars and mails lead to " + a.config.Listen,
			Next: "set public_url: to the address under which readers reach this koyomi",
		})
	}
	return found
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// leastSpace is how much room a disk should have, in octets.
const leastSpace = 512 << 20

// examineDisk looks whether there is room for what is to come.
func (a *app) examineDisk(database string) []finding {
	var found []finding
	seen := map[unix.Fsid]bool{}
	for _, dir := range []string{filepath.Dir(database), filepath.Dir(a.archiveName(database))} {
		var s unix.Statfs_t
		if err := unix.Statfs(dir, &s); err != nil || seen[s.Fsid] {
			continue
		}
		seen[s.Fsid] = true
		if free := int64(s.Bavail) * s.Bsize; free < leastSpace {
			found = append(found, finding{
				Harm: harmNote, Subject: dir, What: fmt.Sprintf("the disk has %s left", sizeWords(free)),
				Next: "make room: a full disk stops polling", weight: 1,
			})
		}
	}
	return found
}

// An examination looks at a database.
type examination struct {
	app   *app
	db    *sqlite.DB
	now   time.Time
	found []finding
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
		src := x.app.source(s.ID)
		if src == nil || !x.app.config.Polls(src) && x.now.Sub(s.LastPoll) > late {
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
	if x.events, err = x.db.Events(ctx, store.Window{From: x.now, AssumedLength: x.app.assumed()}); err != nil {
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
		x.add(finding{Harm: harmStopped, Subject: "polling", What: "nothing was polled yet", Next: "koyomi serve (on schedule), or koyomi sync (once)"})
	case behind == len(x.states):
		x.add(finding{
			Harm: harmStopped, Subject: "polling", What: fmt.Sprintf("nothing was polled since %s, though all %s are due", minuteWords(newest), counted(behind, "source")),
			Cause: "no daemon is at work on this database", Next: "start it: koyomi serve",
		})
	case waiting > 0:
		x.add(finding{
			Harm: harmMissed, Subject: "polling", What: fmt.Sprintf("%d of %s are more than twelve hours late", waiting, counted(len(x.states), "source")),
			Next: "koyomi source list tells which; a slow host keeps only its own sources waiting",
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
			since = "last read " + minuteWords(s.LastGood)
		}
		h := harmMissed
		if s.Failures < 3 && x.now.Sub(s.LastGood) < 24*time.Hour {
			h = harmNote // it may pass by itself
		}
		x.add(finding{
			Harm: h, Subject: s.ID, weight: x.stake[s.ID]*1000 + s.Failures,
			What:  fmt.Sprintf("failed (%s) %s in a row, %s; %s known from it stay", p.Cause, counted(s.Failures, "time"), since, counted(x.stake[s.ID], "upcoming event")),
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
		x.add(finding{
			Harm: harmDoubtful, Subject: c.Source, weight: weight,
			What:  fmt.Sprintf("held (%s) since %s", c.Cause, sinceWords(c)),
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
		f := finding{
			Harm: harmIncomplete, Subject: s.ID, weight: p.Rejected,
			What: fmt.Sprintf("%s could not be read, %s could", counted(p.Rejected, "item"), counted(p.Read, "event")),
			Next: "koyomi source show " + s.ID + " tells which and why; what is no event can be left out with exclude: in the source file",
		}
		if len(p.Rejections) > 0 {
			r := p.Rejections[0]
			f.Cause = shown(r.Text, r.Item) + ": " + r.Reason
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
			x.add(finding{
				Harm: harmNote, Subject: s.ID, What: r.Words(x.now),
				Next: "see whether the community announces elsewhere now: " + x.app.source(s.ID).URL,
			})
		}
	}
	return nil
}

// mostExamined is how many upcoming events are looked through for contradictions.
const mostExamined = 5000

// contradictions looks at upcoming events of which the sources tell different days.
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
		for _, o := range ledger.Origins(claims, corrections, x.app.standing) {
			if o.Field != "start" || o.Source == "" || len(o.Others) == 0 {
				continue // a person has decided, or nobody objects
			}
			x.add(finding{
				Harm: harmDoubtful, Subject: shortID(e), What: fmt.Sprintf("%s: its sources tell different days", e.Title),
				Cause: fmt.Sprintf("%s says %s, which holds; %s says %s", o.Source, o.Value, o.Others[0].Source, o.Others[0].Value),
				Next:  fmt.Sprintf("koyomi show %s; to decide: koyomi event edit %s start=%s", shortID(e), shortID(e), o.Value),
			})
		}
	}
	return nil
}

func (x *examination) add(f finding) { x.found = append(x.found, f) }

// advice says what to do next about a source that fails.
func advice(c health.Cause, id string) string {
	try := "koyomi source try " + id
	for _, row := range []struct {
		causes []health.Cause
		next   string
	}{
		{[]health.Cause{health.CauseDNS, health.CauseConnect, health.CauseTimeout, health.CauseServer, health.CauseLimited, health.CauseIncomplete}, "the site's trouble most likely: it is asked again by itself; look at it in a browser if it lasts"},
		{[]health.Cause{health.CauseTLS}, "the site's certificate is not valid: tell the site, and wait; koyomi does not look away"},
		{[]health.Cause{health.CauseMissing, health.CauseGone, health.CauseRedirect}, "the page has moved: find the new address and set url: in the source file"},
		{[]health.Cause{health.CauseRobots}, "the site forbids it in robots.txt: ask its owner, or turn the source off (disable: in the config)"},
		{[]health.Cause{health.CauseSecret}, "set the key in the environment of the daemon, or name its file under secret_files: in the config"},
		{[]health.Cause{health.CauseBlocked}, "the site turns koyomi away: ask its owner, or read it through its API or feed"},
		{[]health.Cause{health.CauseForbidden}, "the address is private: list it under allow: in the config if that is meant"},
		{[]health.Cause{health.CauseDamaged, health.CauseProtocol, health.CauseStatus, health.CauseTooLarge}, "see what is read there now: " + try},
		{[]health.Cause{health.CausePanic}, "an error in koyomi itself: report it with what `koyomi source show " + id + "` says"},
		{[]health.Cause{health.CauseStorage, health.CauseStopped}, "see the disk and the database; the source is asked again by itself"},
	} {
		if slices.Contains(row.causes, c) {
			return row.next
		}
	}
	return "see what is read there now: " + try
}
