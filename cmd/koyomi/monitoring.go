package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"koyomi/internal/observe"
)

// watchers let the operator see what is done: the private listener and the heartbeat, as
// the config names them; none in a replay.
func (h *instance) watchers() []func(ctx context.Context) error {
	m := h.app().config.Monitoring
	var all []func(ctx context.Context) error
	if h.deps.options.fetcher != nil {
		return nil
	}
	if m.Listen != "" {
		all = append(all, func(ctx context.Context) error {
			l, err := new(net.ListenConfig).Listen(ctx, "tcp", m.Listen)
			if err != nil {
				return err
			}
			figures := func(w http.ResponseWriter, r *http.Request) { h.current.Load().site.Figures(w, r) }
			return observe.Private(ctx, l, http.HandlerFunc(figures))
		})
	}
	if m.Heartbeat != "" {
		beat := &observe.Heartbeat{
			URL: m.Heartbeat, Every: time.Duration(m.HeartbeatEvery), Log: h.app().log,
			Well: observe.Lively{
				Latest: h.deps.store.Latest, Now: h.deps.options.now, Polls: func() bool { return len(h.app().live()) > 0 },
			}.Well,
		}
		all = append(all, beat.Run)
	}
	return all
}
