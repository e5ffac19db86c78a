// Package jobs answers for which of several koyomi on one PostgreSQL does what: River
// (riverqueue.com) keeps the lanes of hosts as jobs, unique by name, each worked on by
// one process at a time.
//
// When a source is due stands in koyomi's own rows, not in jobs: every process looks and
// submits, and a job that exists is not submitted again. A process that is alive says so
// every few seconds; the jobs of one that is not heard of for Lease are given to others.
// It may live on and come back later: what it writes then is refused by the store, since
// its poll is not the source's open one any more.
package jobs

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// Lease is how long a process may be silent before its work is given to others, and
// beat how often it says that it is there.
const (
	Lease = 20 * time.Second
	beat  = 4 * time.Second
)

// Lanes have the work of lanes done by whichever process is free; it is a daemon.Lanes.
type Lanes struct {
	pool *pgxpool.Pool
	// id names this process among those on the database.
	id       string
	log      *slog.Logger
	parallel int

	client *river.Client[pgx.Tx]
	ctx    context.Context
	drive  func(ctx context.Context, lane string)
	free   func()
	ending sync.Once
	all    sync.WaitGroup
}

// parallel is how many hosts one of several koyomi visits at once.
const parallel = 8

// On returns lanes on a database that several koyomi share, nil where it is one process's.
func On(database any, log *slog.Logger) *Lanes {
	shared, ok := database.(interface{ Pool() *pgxpool.Pool })
	if !ok {
		return nil
	}
	return New(shared.Pool(), parallel, log)
}

// New returns lanes on a database, of which this process works on so many at a time.
func New(pool *pgxpool.Pool, parallel int, log *slog.Logger) *Lanes {
	host, err := os.Hostname()
	if err != nil {
		host = "koyomi"
	}
	return &Lanes{
		pool:     pool,
		id:       fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:8]),
		log:      log,
		parallel: parallel,
	}
}

// A laneJob is the work of one lane.
type laneJob struct {
	Lane string `json:"lane"`
}

// Kind names the sort of job.
func (laneJob) Kind() string { return "lane" }

// A worker drives the lanes of jobs.
type worker struct {
	river.WorkerDefaults[laneJob]
	lanes *Lanes
}

// Work drives a lane until nothing of it is due, or its turn is over.
func (w *worker) Work(ctx context.Context, job *river.Job[laneJob]) error {
	driving, cancel := context.WithCancel(w.lanes.ctx)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	w.lanes.drive(driving, job.Args.Lane)
	w.lanes.free()
	return nil
}

// Start begins to work on what is submitted, by this process or another, until ctx ends.
func (l *Lanes) Start(
	ctx context.Context,
	drive func(ctx context.Context, lane string),
	free func(),
) error {
	l.ctx, l.drive, l.free = ctx, drive, free
	if err := l.persistent(ctx, "cannot make the table of jobs", l.prepare); err != nil {
		return err
	}
	if err := l.persistent(
		ctx,
		"cannot say that this koyomi is there",
		l.beat,
	); err != nil {
		return err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{lanes: l})
	client, err := river.NewClient(riverpgxv5.New(l.pool), &river.Config{
		ID: l.id,
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: l.parallel},
		},
		Workers:                     workers,
		JobTimeout:                  10 * time.Minute, // a turn is a minute, a visit bounded
		RescueStuckJobsAfter:        11 * time.Minute, // those of dead processes are given on sooner
		CompletedJobRetentionPeriod: time.Minute,
		FetchCooldown:               50 * time.Millisecond,
		MaxAttempts:                 1000, // each process that dies in it is one
		Logger:                      slog.New(warnings{l.log.Handler()}),
	})
	if err != nil {
		return err
	}
	l.client = client
	// Jobs under way end by ctx, which drive looks at; the client is stopped by Wait.
	start := func(ctx context.Context) error { return client.Start(context.WithoutCancel(ctx)) }
	if err := l.persistent(ctx, "cannot begin to work on jobs", start); err != nil {
		return err
	}
	l.all.Go(func() { l.keepBeating(ctx) })
	return nil
}

// unique has one job a lane, waiting or under way.
var unique = river.InsertOpts{UniqueOpts: river.UniqueOpts{
	ByArgs: true,
	ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
		rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	},
}}

// Submit has lanes driven, except those that are waiting or being driven already.
func (l *Lanes) Submit(ctx context.Context, lanes []string) error {
	if len(lanes) == 0 {
		return nil
	}
	all := make([]river.InsertManyParams, len(lanes))
	for i, name := range lanes {
		opts := unique
		all[i] = river.InsertManyParams{Args: laneJob{name}, InsertOpts: &opts}
	}
	_, err := l.client.InsertMany(ctx, all)
	return err
}

// endWithin is how long a stop waits for what is under way.
const endWithin = 8 * time.Second

// Wait waits, once ctx has ended, until nothing is driven any more, and says that this
// process is gone.
func (l *Lanes) Wait() {
	l.ending.Do(func() {
		if l.client == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), endWithin)
		defer cancel()
		if err := l.client.Stop(ctx); err != nil {
			now, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), time.Second)
			defer cancel()
			_ = l.client.StopAndCancel(now) // what is left is given to others after Lease
		}
		l.all.Wait()
		_, _ = l.pool.Exec(ctx, "DELETE FROM replicas WHERE id = $1", l.id)
	})
}

// prepare makes River's tables, or brings them up to date: one process does, the others
// wait, at most until the server ends the transaction of one that stands still.
func (l *Lanes) prepare(ctx context.Context) error {
	m, err := rivermigrate.New(
		riverpgxv5.New(l.pool),
		&rivermigrate.Config{Logger: slog.New(warnings{l.log.Handler()})},
	)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(
			ctx,
			"SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' jobs', 0))",
		); err != nil {
			return err
		}
		there, err := m.ExistingVersions(ctx)
		if err != nil || len(there) == len(m.AllVersions()) {
			return err
		}
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
}

// persistent does something until it succeeds or ctx ends: the database may be away as a
// process begins.
func (l *Lanes) persistent(
	ctx context.Context,
	what string,
	do func(context.Context) error,
) error {
	for {
		err := do(ctx)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		l.log.Warn(what+"; trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// keepBeating says again and again that this process is there, and has the work of those
// that are not taken over.
func (l *Lanes) keepBeating(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(beat):
		}
		if err := l.beat(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn(
				"cannot say that this koyomi is there; others may take its work over",
				"error",
				err,
			)
		}
	}
}

// beat goes by the clock of the database: those of processes may differ.
func (l *Lanes) beat(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, Lease/2)
	defer cancel()
	return pgx.BeginFunc(within, l.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(within, `INSERT INTO replicas (id, seen) VALUES ($1, `+clock+`)
			ON CONFLICT (id) DO UPDATE SET seen = excluded.seen`, l.id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(
			within,
			"DELETE FROM replicas WHERE seen < "+clock+" - $1",
			10*int64(Lease),
		); err != nil {
			return err
		}
		tag, err := tx.Exec(within, giveOn, int64(Lease))
		if err == nil && tag.RowsAffected() > 0 {
			l.log.Warn(
				"a koyomi on this database has not been heard of; its work is taken over",
				"lanes",
				tag.RowsAffected(),
			)
		}
		return err
	})
}

// clock is the database's, in nanoseconds.
const clock = "CAST(extract(epoch FROM clock_timestamp()) * 1000000000 AS bigint)"

// giveOn makes the jobs available again of processes that were not heard of for as long
// as $1: their last attempt names who works on them.
const giveOn = `UPDATE river_job SET state = 'available', scheduled_at = now()
	WHERE state = 'running' AND kind = 'lane' AND NOT EXISTS
		(SELECT 1 FROM replicas WHERE replicas.id = attempted_by[array_upper(attempted_by, 1)] AND seen >= ` + clock + ` - $1)`

// warnings pass what is a warning at least: River tells much of what it does.
type warnings struct{ slog.Handler }

// Enabled reports whether a level is said.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}
