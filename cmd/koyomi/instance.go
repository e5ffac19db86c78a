package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"koyomi/internal/daemon"
	"koyomi/internal/delivery"
	"koyomi/internal/jobs"
	"koyomi/internal/poll"
	"koyomi/internal/service"
	"koyomi/internal/source"
	"koyomi/internal/view"
	"koyomi/internal/web"
)

// stopWithin is how long a stop may take before what is left is cut off.
const stopWithin = 8 * time.Second

// A instance is a running daemon. A reload replaces its services while visits and readers
// go on.
type instance struct {
	deps    *deps
	current atomic.Pointer[services]
	// roles are what this process does.
	roles []string
}

func newInstance(w *deps) *instance {
	h := &instance{deps: w, roles: daemon.AllRoles}
	h.current.Store(w.services)
	return h
}

func (h *instance) app() *app { return h.current.Load().app }

// visit polls one source with the services as they stand.
func (h *instance) visit(ctx context.Context, s *source.Source) (poll.Report, error) {
	return h.current.Load().poller.Visit(ctx, s)
}

// has reports whether this process has a role.
func (h *instance) has(role string) bool { return slices.Contains(h.roles, role) }

// ServeHTTP answers readers with the site as it stands; without the role, only those who
// ask whether this process is well.
func (h *instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isHealth := r.URL.Path == "/healthz" || r.URL.Path == "/readyz"; !isHealth && !h.has(daemon.RoleWeb) {
		http.NotFound(w, r)
		return
	}
	h.current.Load().site.ServeHTTP(w, r)
}

// run polls and serves until ctx ends, then stops both within bounds.
func (h *instance) run(ctx context.Context, l net.Listener, sources func() []*source.Source) error {
	u := h.app().ui
	polls, metrics := view.NewPollLog(u, u.Out), h.deps.metrics
	d := &daemon.Daemon{
		Sources: sources,
		Store:   h.deps.store,
		Visit:   h.deps.tracer.Visit(h.visit),
		Now:     h.deps.options.now,
		Log:     h.app().log,
		Next:    func(s *source.Source, last time.Time) time.Time { return h.app().next(s, last) },
		Report:  func(r poll.Report) { polls.Write(r); metrics.Poll(r) },
	}
	server := web.NewServer(h)
	group, ctx := errgroup.WithContext(ctx)
	shared := jobs.On(h.deps.store, h.app().log)
	d.Lanes, d.Shared = shared.Lanes(jobs.Polls, jobs.Parallel), shared != nil
	if h.has(daemon.RolePoll) {
		group.Go(func() error { return d.Run(ctx) })
	}
	duties := &daemon.Duties{All: h.duties(shared), Store: h.deps.store, Now: d.Now, Log: d.Log}
	group.Go(func() error { return duties.Run(ctx) })
	group.Go(func() error {
		return daemon.Listen(ctx, h.deps.store, func() { h.current.Load().site.Changed(); duties.Look() })
	})
	for _, watch := range h.watchers() {
		group.Go(func() error { return watch(ctx) })
	}
	group.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("publish on %s: %w", l.Addr(), err)
		}
		return nil
	})
	group.Go(func() error { return service.Watch(ctx, h.alive) })
	service.Ready()
	group.Go(func() error {
		<-ctx.Done()
		service.Stopping()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if err := server.Shutdown(end); err != nil {
			return server.Close()
		}
		return nil
	})
	return group.Wait()
}

// alive asks the database: a daemon whose database never answers is to be started again.
func (h *instance) alive(ctx context.Context) error {
	_, err := h.deps.store.Revision(ctx)
	return err
}

// duties are what recurs besides polls, and one process of all on the database does: the
// rounds of the daily mail, and what is published.
func (h *instance) duties(shared *jobs.Shared) (all []*daemon.Duty) {
	rounds := &delivery.Round{Now: h.deps.options.now, Log: h.app().log}
	rounds.Sender = func() *delivery.Sender { return h.current.Load().sender }
	if here := h.has(daemon.RoleMail); here || shared != nil {
		all = []*daemon.Duty{rounds.Duty(shared.Lanes, here, h.deps.post)}
	}
	for _, p := range h.publishers() {
		all = append(all, p.Duty(shared.Lanes))
	}
	if h.deps.options.fetcher != nil {
		return all
	}
	return append(all, h.deps.tidier(h.app).Duties(shared.Lanes)...)
}

// reloadOnHangup reads config and sources again at each SIGHUP, until the returned
// function is called, which waits for a reload under way.
func (h *instance) reloadOnHangup() func() {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-hangup:
				h.reload()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hangup)
		close(done)
		<-ended
	}
}

// reload reads config and sources again. Where anything is wrong with them the old
// ones stay, and it is said why.
func (h *instance) reload() {
	old := h.app()
	a := &app{
		ui:        old.ui,
		flags:     old.flags,
		log:       old.log,
		fixed:     old.fixed,
		embedded:  old.embedded,
		published: old.published,
	}
	err := a.load()
	if err == nil {
		err = a.config.Live()
	}
	switch {
	case err != nil:
		if !errors.Is(err, errUsage) {
			a.ui.Sayf("koyomi: %v", err)
		}
		a.ui.Sayf("the config is as it was before")
		return
	case a.say(a.problems()):
		a.ui.Sayf("config and sources are as they were before")
		return
	}
	if a.config.Listen != old.config.Listen || a.config.Database != old.config.Database {
		a.ui.Sayf("another listen or database takes effect when koyomi is started again")
	}
	h.current.Store(a.join(h.deps))
	h.deps.nudge()
	a.ui.Sayf("config and sources were read again: koyomi watches %s", view.Counted(len(a.live()), "source"))
}
