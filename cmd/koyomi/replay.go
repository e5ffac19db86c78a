package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"koyomi/internal/delivery"
	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// replayStart is the week in which the owner's notes begin.
var replayStart = time.Date(2009, 5, 18, 9, 0, 0, 0, event.Tokyo)

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

// A clock is the time of a replay: it is set while the past is applied, and then
// runs on from where it was set.
type clock struct{ ahead atomic.Int64 }

// setAt makes it t now.
func (c *clock) setAt(t time.Time) { c.ahead.Store(int64(time.Until(t))) }

// Now gives the time of the replay.
func (c *clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.ahead.Load())).In(event.Tokyo)
}

// A replay is recordings, the clock they are played by, and the works they feed.
type replay struct {
	app    *app
	works  *works
	clock  *clock
	visits []recording.Visit
	temp   string
}

// openReplay opens the recordings and a database, a fresh one unless one is named.
func (a *app) openReplay(ctx context.Context, f replayFlag) (*replay, error) {
	visits, err := a.recordings(f.dir)
	if err != nil {
		return nil, err
	}
	r := &replay{app: a, clock: &clock{}, visits: visits}
	if a.flags.database == "" {
		if r.temp, err = os.MkdirTemp("", "koyomi-replay-"); err != nil {
			return nil, fmt.Errorf("make a temporary database: %w", err)
		}
		a.flags.database = filepath.Join(r.temp, "koyomi.db")
	}
	site := recording.NewSite(visits, r.clock.Now)
	r.works, err = a.openWorks(ctx, worksOptions{lock: true, quiet: true, fetcher: site, now: r.clock.Now})
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *replay) close() {
	if r.works != nil {
		r.works.close()
	}
	if r.temp != "" {
		os.RemoveAll(r.temp)
	}
}

// recordings gives those in dir, or the ones that come with koyomi.
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

// start gives the moment at which the replay's clock starts: --now, or the
// default, or where this database left off if that is later.
func (r *replay) start(ctx context.Context) (time.Time, error) {
	start := replayStart
	if r.app.flags.now != "" {
		start = r.app.fixed
	}
	latest, err := r.works.store.Latest(ctx)
	if err != nil {
		return start, err
	}
	if latest.After(start) {
		r.app.ui.Sayf("this database has seen %s already: the clock goes on from there", latest.In(event.Tokyo).Format("2006-01-02 15:04"))
		start = latest
	}
	return start, nil
}

// catchUp applies every recording up to start that the database has not seen,
// oldest to newest, each at its own time, and sets the clock to start.
func (r *replay) catchUp(ctx context.Context, start time.Time, only []string) (attention bool, err error) {
	if _, err := r.works.store.Abandoned(ctx, start); err != nil {
		return false, err
	}
	states, err := r.works.store.Sources(ctx)
	if err != nil {
		return false, err
	}
	seen := map[string]store.SourceState{}
	for _, s := range states {
		seen[s.ID] = s
	}
	tell := view.NewStory(r.app.ui, r.app.ui.Out)
	for _, v := range r.due(start) {
		s := r.app.source(v.Source)
		if s == nil || len(only) > 0 && !slices.Contains(only, s.ID) || !v.At.After(seen[s.ID].LastPoll) {
			continue
		}
		r.clock.setAt(v.At)
		report, err := r.works.poller.Visit(ctx, s)
		if err != nil {
			return false, err
		}
		if ctx.Err() != nil {
			return false, fmt.Errorf("stopped in the middle: started again on the same database it goes on from here")
		}
		tell.Tell(report)
		attention = attention || needsAttention(report)
	}
	r.clock.setAt(start)
	return attention, nil
}

// due gives the recordings up to a moment, oldest first.
func (r *replay) due(start time.Time) []recording.Visit {
	var all []recording.Visit
	for _, v := range r.visits {
		if !v.At.After(start) {
			all = append(all, v)
		}
	}
	for _, s := range r.app.all() {
		if since, ok := keptSince(s); ok && !since.After(start) {
			all = append(all, recording.Visit{Source: s.ID, At: since})
		}
	}
	slices.SortStableFunc(all, func(a, b recording.Visit) int { return a.At.Compare(b.At) })
	return all
}

// answering gives the sources that have a recording by now, or need none.
func (r *replay) answering() []*source.Source {
	now := r.clock.Now()
	var all []*source.Source
	for _, s := range r.app.all() {
		if r.answers(s, now) {
			all = append(all, s)
		}
	}
	return all
}

func (r *replay) answers(s *source.Source, now time.Time) bool {
	if s.Kind == source.Static {
		since, ok := keptSince(s)
		return ok && !since.After(now)
	}
	return slices.ContainsFunc(r.visits, func(v recording.Visit) bool { return v.Source == s.ID && !v.At.After(now) })
}

// keptSince gives the moment from which a hand-kept list stands, and whether s is one.
func keptSince(s *source.Source) (time.Time, bool) {
	since, err := event.ParseDate(s.Since)
	return since.Begin(event.Tokyo), s.Kind == source.Static && s.Live() && err == nil
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
	attention, err := r.catchUp(ctx, start, chosen)
	if err != nil {
		return err
	}
	if attention {
		return errAttention
	}
	return nil
}

// serveReplay applies everything up to the start of the clock, tells what is
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
	if _, err := r.catchUp(ctx, start, nil); err != nil {
		return err
	}
	file, err := r.writeDigest(ctx, start)
	if err != nil {
		return err
	}
	if err := r.tellComing(ctx, start, "http://"+l.Addr().String(), file); err != nil {
		return err
	}
	return newHouse(r.works).run(ctx, l, r.answering)
}

// writeDigest writes the daily mail of a moment, of all that came to be known in the
// week before it, beside the database; it gives the file, "" where there is nothing to
// tell. A replay sends none.
func (r *replay) writeDigest(ctx context.Context, now time.Time) (string, error) {
	w, err := r.app.wish(nil, "", "", digest.Japanese, string(subscriber.Both))
	if err != nil {
		return "", err
	}
	today := event.DateOf(now.In(event.Zone(w.Zone)))
	reader := delivery.ReaderOf(subscriber.Subscriber{Wish: w, Since: today.Add(-digest.FirstDays)}, today)
	if reader.Cursor, err = lastBefore(ctx, r.works.store, now.AddDate(0, 0, -digest.FirstDays)); err != nil {
		return "", err
	}
	text, page, _, err := r.app.digestOf(ctx, r.works.store, reader, now)
	if err != nil || text == "" {
		return "", err
	}
	name, err := r.app.databaseName()
	if err != nil {
		return "", err
	}
	name += ".digest.html"
	if err := os.WriteFile(name, []byte(page), 0o600); err != nil {
		return "", fmt.Errorf("write the digest: %w", err)
	}
	return name, nil
}

// tellComing ends the story: who has said nothing yet, what is coming, where to look.
func (r *replay) tellComing(ctx context.Context, now time.Time, url, digest string) error {
	u := r.app.ui
	var silent []string
	for _, s := range r.app.all() {
		if !r.answers(s, now) {
			silent = append(silent, s.ID)
		}
	}
	const named = 8
	if n := len(silent) - named; n > 0 {
		silent = append(silent[:named], fmt.Sprintf("and %d more", n))
	}
	if len(silent) > 0 {
		fmt.Fprintln(u.Out, u.Style(terminal.Dim, strings.Join(terminal.Wrapped("No recording yet, left out: "+strings.Join(silent, ", "), u.Columns-1), "\n")))
	}
	events, err := r.works.store.Events(ctx, store.Window{From: now, AssumedLength: r.app.assumed()})
	if err != nil {
		return err
	}
	const most = 12
	fmt.Fprintf(u.Out, "\nComing up after %s:\n\n", now.In(event.Tokyo).Format("2006-01-02 15:04"))
	if _, err := u.Out.Write(view.LayOut(u, events[:min(most, len(events))], now)); err != nil {
		return err
	}
	if more := len(events) - most; more > 0 {
		fmt.Fprintf(u.Out, "\n  … and %d more\n", more)
	}
	fmt.Fprintf(u.Out, "\n  page       %s/\n  calendar   %s/calendar.ics\n  ask        go run ./cmd/koyomi events --server %s\n", url, url, url)
	if digest != "" {
		fmt.Fprintf(u.Out, "  digest     %s\n", digest)
	}
	fmt.Fprint(u.Out, "  stop       Ctrl-C\n\n")
	return nil
}
