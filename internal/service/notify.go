package service

import (
	"context"
	"net"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"
)

// Listener returns the port that systemd keeps open for koyomi, nil where it keeps none.
func Listener() (net.Listener, error) {
	all, err := activation.Listeners()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	for _, l := range all[1:] {
		if l != nil {
			l.Close()
		}
	}
	return all[0], nil
}

// Ready tells systemd that koyomi serves. Without systemd it does nothing.
func Ready() { tell(daemon.SdNotifyReady) }

// Stopping tells systemd that koyomi ends. Without systemd it does nothing.
func Stopping() { tell(daemon.SdNotifyStopping) }

// tell sends a word to systemd. That nobody hears it is no failure of koyomi's.
func tell(word string) { _, _ = daemon.SdNotify(false, word) }

// Watch tells systemd again and again that koyomi is alive, for as long as alive returns
// no error, until ctx ends: systemd starts koyomi again when it hears nothing. Without a
// watchdog it only waits.
func Watch(ctx context.Context, alive func(ctx context.Context) error) error {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval == 0 {
		<-ctx.Done()
		return nil //nolint:nilerr // without a watchdog there is nothing to do
	}
	tick := time.NewTicker(interval / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			within, cancel := context.WithTimeout(ctx, interval/3)
			if alive(within) == nil {
				tell(daemon.SdNotifyWatchdog)
			}
			cancel()
		}
	}
}
