package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/delivery"
	"koyomi/internal/event"
	"koyomi/internal/poll"
	"koyomi/internal/publish/digest"
	"koyomi/internal/recording"
	"koyomi/internal/replay"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// replayStart is a week of a full calendar: the groups of today in spring 2026.
var replayStart = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

// replayMoments are the moments that the recordings are about, as help shows them.
const replayMoments = "Moments that the recordings are about:\n" +
	"  --now 2026-06-01T09:00:00+09:00  a spring of today's groups (where no --now is named)\n" +
	"  --now 2020-03-02T09:00:00+09:00  the spring in which everything was cancelled\n" +
	"  --now 2009-05-18T09:00:00+09:00  a week of May 2009: a page that is suddenly empty, and recovers"

// A replayFlag is --replay or --replay=DIR.
type replayFlag struct {
	set bool
	dir string
}

func (r *replayFlag) register(cmd *cobra.Command) {
	f := cmd.Flags().VarPF(r, "replay", "", "poll recordings instead of the sites: those that come with koyomi, or those in `DIR`")
	f.NoOptDefVal = "-"
}

func (r *replayFlag) String() string { return r.dir }
func (r *replayFlag) Type() string   { return "DIR" }
func (r *replayFlag) Set(s string) error {
	r.set = true
	if s != "-" {
		r.dir = s
	}
	return nil
}

// An openedReplay is a replay, and the database and archive that it feeds.
type openedReplay struct {
	*replay.Replay
	app  *app
	deps *deps
	temp string
	log  *view.PollLog
}

// openReplay opens the recordings and a database, a fresh one unless one is named.
func (a *app) openReplay(ctx context.Context, f replayFlag) (*openedReplay, error) {
	visits, err := a.recordings(f.dir)
	if err != nil {
		return nil, err
	}
	r := &openedReplay{
		app: a,
		Replay: &replay.Replay{
			Visits:  visits,
			Clock:   &replay.Clock{},
			Sources: a.all,
		},
	}
	if a.flags.database == "" {
		if r.temp, err = os.MkdirTemp("", "koyomi-replay-"); err != nil {
			return nil, fmt.Errorf("make a temporary database: %w", err)
		}
		a.flags.database = filepath.Join(r.temp, "koyomi.db")
	}
	site := recording.NewSite(visits, r.Clock.Now)
	r.deps, err = a.openDeps(ctx, depsOptions{
		lock:    true,
		quiet:   true,
		fetcher: site,
		now:     r.Clock.Now,
	})
	if err != nil {
		r.close()
		return nil, err
	}
	polls := view.NewPollLog(a.ui, a.ui.Out)
	r.Store, r.Visit = r.deps.store, r.deps.poller.Visit
	r.Report = func(report poll.Report) bool {
		polls.Write(report)
		return needsAttention(report)
	}
	r.log = polls
	return r, nil
}

func (r *openedReplay) close() {
	if r.deps != nil {
		r.deps.close()
	}
	if r.temp != "" {
		os.RemoveAll(r.temp)
	}
}

// recordings returns those in dir, or the ones that come with koyomi.
func (a *app) recordings(dir string) ([]recording.Visit, error) {
	files := a.embedded
	if dir != "" {
		files = os.DirFS(dir)
	}
	if _, err := fs.Stat(files, "testdata"); err != nil {
		return nil, usage.Errorf("--replay=%s: no recordings there (a folder testdata is expected in it)", dir)
	}
	visits, problems := recording.Load(files)
	if a.say(problems) {
		return nil, errUsage
	}
	return visits, nil
}

// start returns the moment at which the replay's clock starts: --now, or the
// default, or where this database left off if that is later.
func (r *openedReplay) start(ctx context.Context) (time.Time, error) {
	start := replayStart
	if r.app.flags.now != "" {
		start = r.app.fixed
	}
	latest, err := r.deps.store.Latest(ctx)
	if err != nil {
		return start, err
	}
	if latest.After(start) {
		r.app.ui.Sayf("this database has seen %s already: the clock goes on from there", latest.In(event.Tokyo).Format("2006-01-02 15:04"))
		start = latest
	}
	return start, nil
}

// syncReplay applies everything up to --now and ends.
func (a *app) syncReplay(ctx context.Context, f replayFlag, ids []string) error {
	r, err := a.openReplay(ctx, f)
	if err != nil {
		return err
	}
	defer r.close()
	chosen, err := a.chooseAny(ids)
	if err != nil {
		return err
	}
	start, err := r.start(ctx)
	if err != nil {
		return err
	}
	attention, err := r.CatchUp(ctx, start, chosen)
	if err != nil {
		return err
	}
	if attention {
		return errAttention
	}
	return nil
}

// toldDays is for how many days before its start a replay tells the polls one by one.
const toldDays = 8

// serveReplay applies everything up to the start of the clock, says what is
// coming and where to look, and then runs like the daemon it is.
func (a *app) serveReplay(ctx context.Context, f replayFlag, listen string) error {
	l, err := a.listen(ctx, listen)
	if err != nil {
		return err
	}
	defer l.Close()
	r, err := a.openReplay(ctx, f)
	if err != nil {
		return err
	}
	defer r.close()
	start, err := r.start(ctx)
	if err != nil {
		return err
	}
	a.ui.Sayf("Replaying the recordings of community pages up to %s.\n", start.In(event.Tokyo).Format("2006-01-02 15:04 MST"))
	r.log.Since(start.AddDate(0, 0, -toldDays))
	if _, err := r.CatchUp(ctx, start, nil); err != nil {
		return err
	}
	r.log.Flush()
	file, err := r.writeDigest(ctx, start)
	if err != nil {
		return err
	}
	if err := r.writeComing(ctx, start, "http://"+l.Addr().String(), file); err != nil {
		return err
	}
	return newInstance(r.deps).run(ctx, l, r.Answering)
}

// writeDigest writes the daily mail of a moment, of all that came to be known in the
// week before it, beside the database; it returns the file, "" where there is nothing to
// tell. A replay sends none.
func (r *openedReplay) writeDigest(ctx context.Context, now time.Time) (string, error) {
	w, err := r.app.wish(nil, "", "", digest.Japanese, string(subscriber.Both))
	if err != nil {
		return "", err
	}
	today := event.DateOf(now.In(event.Zone(w.Zone)))
	reader := delivery.ReaderOf(subscriber.Subscriber{
		Wish:  w,
		Since: today.Add(-digest.FirstDays),
	}, today)
	if reader.Cursor, err = delivery.LastBefore(ctx, r.deps.store, now.AddDate(0, 0, -digest.FirstDays)); err != nil {
		return "", err
	}
	text, page, _, err := r.app.digestOf(ctx, r.deps.store, reader, now)
	if err != nil || text == "" {
		return "", err
	}
	name, err := r.app.databaseName()
	if err != nil {
		return "", err
	}
	if isServer(name) {
		name = "koyomi"
	}
	name += ".digest.html"
	if err := os.WriteFile(name, []byte(page), 0o600); err != nil {
		return "", fmt.Errorf("write the digest: %w", err)
	}
	return name, nil
}

// writeComing ends the report: who has said nothing yet, what is coming, where to look.
func (r *openedReplay) writeComing(ctx context.Context, now time.Time, url, digest string) error {
	events, err := r.deps.store.Events(ctx, store.Window{From: now, AssumedLength: r.app.assumed()})
	if err != nil {
		return err
	}
	return view.Coming{Now: now, Events: events, Silent: r.Silent(now), URL: url, Digest: digest}.Write(r.app.ui)
}
