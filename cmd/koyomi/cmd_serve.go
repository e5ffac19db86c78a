package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"koyomi/internal/daemon"
	"koyomi/internal/service"
	"koyomi/internal/source"
	"koyomi/internal/usage"
	"koyomi/internal/view"

	"github.com/spf13/cobra"
)

func newServeCmd(a *app) *cobra.Command {
	var listen, roles string
	var replay replayFlag
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "run the daemon: poll on schedule, publish over HTTP",
		Long: "Poll the sources on schedule and publish the calendar over HTTP, until stopped.\n" +
			"SIGTERM stops it cleanly; SIGHUP reloads configuration and sources.\n" +
			"With --replay it polls the recordings that come with koyomi instead of the sites,\n" +
			"and needs neither network nor setup. Several can run on one PostgreSQL database.\n\n" + replayMoments,
		Example: "  koyomi serve --replay\n  koyomi serve --replay --now 2020-03-02T09:00:00+09:00\n  koyomi serve --listen :8080",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if replay.set {
				return a.serveReplay(cmd.Context(), replay, listen)
			}
			return a.serve(cmd.Context(), listen, roles)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "`ADDRESS` to publish on (default 127.0.0.1:8080)")
	cmd.Flags().StringVar(&roles, "roles", strings.Join(daemon.AllRoles, ","), "what this process does: a `LIST` of poll, web, mail")
	replay.register(cmd)
	return cmd
}

// serve is live mode.
func (a *app) serve(ctx context.Context, listen, list string) error {
	roles, ok := daemon.ParseRoles(list)
	if !ok {
		return usage.Errorf("--roles %s: expected some of poll, web, mail (use --roles poll,mail)", usage.Quote(list))
	}
	if err := a.config.Live(); err != nil {
		return usage.Of(err)
	}
	a.sayProblems()
	l, err := a.listen(ctx, listen)
	if err != nil {
		return err
	}
	defer l.Close()
	w, err := a.openDeps(ctx, depsOptions{lock: true})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // stopped before it began
	case err != nil:
		return err
	}
	defer w.close()
	h := newInstance(w)
	h.roles = roles
	stop := h.reloadOnHangup()
	defer stop()
	a.ui.Sayf("koyomi watches %s and publishes on http://%s/", view.Counted(len(a.live()), "source"), l.Addr())
	a.sayWanted()
	a.ui.Sayf("subscribe to http://%s/calendar.ics; stop with Ctrl-C", l.Addr())
	return h.run(ctx, l, func() []*source.Source { return h.app().live() })
}

// listen takes the port before anything else is touched, so that a taken one
// leaves no trace.
func (a *app) listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := service.Listener()
	if err != nil || l != nil {
		return l, err
	}
	if address == "" {
		address = a.config.Listen
	}
	l, err = new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("the address %s is taken, perhaps by another koyomi: choose another with --listen, as --listen 127.0.0.1:8081", address)
	case err != nil:
		return nil, fmt.Errorf("cannot publish on %s: %w", address, err)
	}
	a.published = "http://" + reachable(l.Addr().String())
	return l, nil
}

// reachable returns an address that this machine reaches one by that is listened on.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}
