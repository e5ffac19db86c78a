package daemon

import (
	"context"
	"sync"
)

// Lanes have the work of lanes done: that of one name by one at a time.
type Lanes interface {
	// Start begins to have drive do what is submitted, until ctx ends. free is called
	// whenever a lane is free again.
	Start(
		ctx context.Context,
		drive func(ctx context.Context, lane string),
		free func(),
	) error
	// Submit has lanes driven, except those that wait for it or are being driven already.
	Submit(ctx context.Context, lanes []string) error
	// Wait waits, once ctx has ended, until nothing is driven any more.
	Wait()
}

// goroutines are the Lanes of one process.
type goroutines struct {
	ctx   context.Context
	drive func(ctx context.Context, lane string)
	free  func()
	mu    sync.Mutex
	busy  map[string]bool
	all   sync.WaitGroup
}

// Start begins to drive what is submitted.
func (g *goroutines) Start(
	ctx context.Context,
	drive func(ctx context.Context, lane string),
	free func(),
) error {
	g.ctx, g.drive, g.free, g.busy = ctx, drive, free, map[string]bool{}
	return nil
}

// Submit drives the lanes that are free, each in a goroutine.
func (g *goroutines) Submit(ctx context.Context, lanes []string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, name := range lanes {
		if g.busy[name] {
			continue
		}
		g.busy[name] = true
		g.all.Go(func() {
			defer g.leave(name)
			g.drive(g.ctx, name)
		})
	}
	return nil
}

func (g *goroutines) leave(name string) {
	g.mu.Lock()
	delete(g.busy, name)
	g.mu.Unlock()
	g.free()
}

// Wait waits until nothing is driven any more.
func (g *goroutines) Wait() { g.all.Wait() }
