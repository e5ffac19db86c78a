package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"koyomi/internal/daemon"
	"koyomi/internal/delivery"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/view"
	"koyomi/internal/web"
)

// stopWithin is how long a stop may take before what is left is cut off.
const stopWithin = 8 * time.Second

// A house is a running daemon. A reload replaces its rooms while visits and readers
// go on.
type house struct {
	works   *works
	current atomic.Pointer[rooms]
}

func newHouse(w *works) *house {
	h := &house{works: w}
	h.current.Store(w.rooms)
	return h
}

func (h *house) app() *app { return h.current.Load().app }

// visit polls one source with the rooms as they stand.
func (h *house) visit(ctx context.Context, s *source.Source) (poll.Report, error) {
	return h.current.Load().poller.Visit(ctx, s)
}

// ServeHTTP answers readers with the site as it stands.
func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.current.Load().site.ServeHTTP(w, r)
}

// run polls and serves until ctx ends, then stops both within bounds.
func (h *house) run(ctx context.Context, l net.Listener, sources func() []*source.Source) error {
	u := h.app().ui
	tell := view.NewStory(u, u.Out)
	d := &daemon.Daemon{
		Sources: sources, Store: h.works.store, Visit: h.visit, Now: h.works.options.now, Log: h.app().log,
		Next:   func(s *source.Source, last time.Time) time.Time { return h.app().next(s, last) },
		Report: tell.Tell,
	}
	server := web.NewServer(h)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return d.Run(ctx) })
	group.Go(func() error { return h.mailRounds().Run(ctx) })
	group.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("publish on %s: %w", l.Addr(), err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if err := server.Shutdown(end); err != nil {
			return server.Close()
		}
		return nil
	})
	return group.Wait()
}

// mailRounds are those of the daily mail, with the office as it stands.
func (h *house) mailRounds() *delivery.Round {
	return &delivery.Round{
		Sender: func() *delivery.Sender { return h.current.Load().sender }, Now: h.works.options.now, Log: h.app().log,
		Wake: h.works.post,
	}
}

// reloadOnHangup reads config and sources again at each SIGHUP, until the returned
// function is called, which waits for a reload under way.
func (h *house) reloadOnHangup() func() {
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
func (h *house) reload() {
	old := h.app()
	a := &app{ui: old.ui, flags: old.flags, log: old.log, fixed: old.fixed, embedded: old.embedded, published: old.published}
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
	h.current.Store(a.join(h.works))
	h.works.nudge()
	a.ui.Sayf("config and sources were read again: koyomi watches %s", view.Counted(len(a.live()), "source"))
}
