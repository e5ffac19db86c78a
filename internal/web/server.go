package web

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"
)

// stopWithin is how long readers may take to finish when the server stops.
const stopWithin = 8 * time.Second

// NewServer returns a server with the bounds that a public one needs: a reader may
// be slow, but not for ever, and headers are small.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          newErrorLog(log.Default()),
	}
}

// Serve answers on l until ctx ends, then lets readers finish for 8 seconds and
// cuts off who is left. It returns nil after such a stop.
func Serve(ctx context.Context, l net.Listener, s *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("publish on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := s.Shutdown(end); err != nil {
		_ = s.Close() // what Shutdown could not end in time is cut off
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("publish on %s: %w", l.Addr(), err)
	}
	return nil
}
