package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newSyncCmd(a *app) *cobra.Command {
	var dry bool
	var replay replayFlag
	cmd := &cobra.Command{
		Use:   "sync [SOURCE…]",
		Short: "poll the sources now, once",
		Long: "Poll all sources, or the named ones, once, and print the result of each.\n" +
			"A community's ID stands for its first source.\n\n" +
			"Exit status 3: done, but a source needs attention.",
		Example: "  koyomi sync bpstudy\n  koyomi sync --dry-run\n  koyomi sync --replay --now 2009-05-18T09:00:00+09:00 --database /tmp/try.db",
		RunE: func(cmd *cobra.Command, args []string) error {
			if replay.set {
				return a.syncReplay(cmd.Context(), replay, args)
			}
			return a.sync(cmd.Context(), args, dry)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print what would change and change nothing")
	replay.register(cmd)
	return cmd
}

// parallelHosts is how many hosts a sync asks at a time.
const parallelHosts = 8

// sync polls sources, host by host side by side, and reports each poll as it ends.
func (a *app) sync(ctx context.Context, ids []string, dry bool) error {
	if err := a.config.Live(); err != nil {
		return usage.Of(err)
	}
	sources, err := a.choose(ids)
	if err != nil {
		return err
	}
	w, err := a.openDeps(ctx, depsOptions{lock: !dry, dry: dry})
	if errors.Is(err, store.ErrLocked) {
		return a.askDaemon(ctx, sources)
	}
	if err != nil {
		return err
	}
	defer w.close()
	attention := a.sayProblems()
	r := &round{
		app:   a,
		deps:  w,
		polls: view.NewPollLog(a.ui, a.ui.Out),
		all:   len(sources),
	}
	if dry {
		a.ui.Sayf("dry run: nothing is written")
	}
	if err := r.run(ctx, sources); err != nil {
		return err
	}
	if !dry && len(ids) == 0 {
		if err := w.tidier(func() *app { return a }).Once(ctx, w.store); err != nil {
			return err
		}
	}
	if attention || r.attention {
		return errAttention
	}
	return nil
}

// askDaemon has the daemon that is at work on the database poll sources at once:
// two askers would not know of each other's distance to a host. What rests because
// its host failed or asked for it goes on resting.
func (a *app) askDaemon(ctx context.Context, sources []*source.Source) error {
	db, err := a.openWriter(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	states, err := db.Sources(ctx)
	if err != nil {
		return err
	}
	resting := map[string]time.Time{}
	for _, s := range states {
		if s.Failures > 0 && s.NextAt.After(a.now()) {
			resting[s.ID] = s.NextAt
		}
	}
	due := map[string]time.Time{}
	for _, s := range sources {
		if at, rests := resting[s.ID]; rests {
			a.ui.Sayf("%s rests after a failure and is polled again at %s", s.ID, at.In(event.Tokyo).Format("2006-01-02 15:04"))
			continue
		}
		due[s.ID] = a.now()
	}
	if err := db.Schedule(ctx, due); err != nil {
		return err
	}
	a.ui.Sayf("a daemon is at work on this database: it polls %s within a minute", view.Counted(len(due), "source"))
	if len(due) < len(sources) {
		return errAttention
	}
	return nil
}

// A round is one sync over many sources.
type round struct {
	app   *app
	deps  *deps
	polls *view.PollLog
	all   int

	mu        sync.Mutex
	done      int
	attention bool
}

// run polls the sources, those of one host one after the other.
func (r *round) run(ctx context.Context, sources []*source.Source) error {
	lanes := map[string][]*source.Source{}
	for _, s := range sources {
		lane := s.Host()
		if lane == "" {
			lane = "source " + s.ID
		}
		lanes[lane] = append(lanes[lane], s)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelHosts)
	stop := r.app.ui.Progress(func() string {
		r.mu.Lock()
		defer r.mu.Unlock()
		return fmt.Sprintf("%d of %d polled", r.done, r.all)
	})
	defer stop()
	for _, name := range slices.Sorted(maps.Keys(lanes)) {
		group.Go(func() error {
			for _, s := range lanes[name] {
				if err := r.visit(ctx, s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (r *round) visit(ctx context.Context, s *source.Source) error {
	report, err := r.deps.poller.Visit(ctx, s)
	if ctx.Err() != nil {
		return fmt.Errorf("stopped before %s was polled", s.ID)
	}
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.app.ui.ClearProgress()
	r.polls.Write(report)
	r.attention = r.attention || needsAttention(report)
	return nil
}

// needsAttention reports whether a person should look at a poll. One that was applied
// may hold some of its items.
func needsAttention(r poll.Report) bool {
	held := r.Held != nil
	return r.Poll.State == health.Failed || held || r.Poll.Rejected > 0
}

// choose returns the sources that ids name, or all live ones.
func (a *app) choose(ids []string) ([]*source.Source, error) {
	if len(ids) == 0 {
		a.sayWanted()
		return a.live(), nil
	}
	var chosen []*source.Source
	for _, id := range ids {
		s, err := a.catalogue().Find(id)
		if err != nil {
			return nil, usage.Of(err)
		}
		if s.Archived != "" {
			return nil, usage.Errorf("%s is archived and polled no more: %s", s.ID, s.Archived)
		}
		if many := a.source(s.FedBy); many != nil {
			s = many // it has no address of its own
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

// chooseAny returns the ids of the sources that ids name, archived ones too; none
// for all.
func (a *app) chooseAny(ids []string) ([]string, error) {
	var chosen []string
	for _, id := range ids {
		s, err := a.catalogue().Find(id)
		if err != nil {
			return nil, usage.Of(err)
		}
		chosen = append(chosen, s.ID)
	}
	return chosen, nil
}
