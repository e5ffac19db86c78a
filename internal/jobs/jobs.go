// Package jobs answers for which of several koyomi on one PostgreSQL does what: River
// (riverqueue.com) keeps the lanes of hosts, the rounds of the daily mail and the sites
// that are published as jobs, unique by name, each worked on by one process at a time.
//
// When something is due stands in koyomi's own rows, not in jobs: every process looks and
// submits, and a job that exists is not submitted again. A process that is alive says so
// every few seconds; the jobs of one that is not heard of for Lease are given to others.
// It may live on and come back later: what it writes then is refused by the store, since
// its poll is not the source's open one any more.
package jobs

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"koyomi/internal/daemon"
)

// Lease is how long a process may be silent before its work is given to others, and
// beat how often it says that it is there.
const (
	Lease = 20 * time.Second
	beat  = 4 * time.Second
)

// A Shared is the part of one process in the jobs of all on a database.
type Shared struct {
	pool *pgxpool.Pool
	// id names this process among those on the database.
	id  string
	log *slog.Logger

	mu     sync.Mutex
	client *river.Client[pgx.Tx]
	ctx    context.Context
	queues map[string]*Lanes
	ending sync.Once
	all    sync.WaitGroup
}

// Lanes have the work of the lanes of one queue done by whichever process is free; they are
// daemon.Lanes.
type Lanes struct {
	*Shared
	queue    string
	parallel int
	drive    func(ctx context.Context, lane string)
	free     func()
	driving  context.Context
}

// Parallel is how many hosts one of several koyomi visits at once.
const Parallel = 8

// On returns the jobs of a database that several koyomi share, nil where it is one
// process's.
func On(database any, log *slog.Logger) *Shared {
	db, ok := database.(interface{ Pool() *pgxpool.Pool })
	if !ok {
		return nil
	}
	host, err := os.Hostname()
	if err != nil {
		host = "koyomi"
	}
	return &Shared{
		pool:   db.Pool(),
		id:     fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:8]),
		log:    log,
		queues: map[string]*Lanes{},
	}
}

// Lanes returns those of a queue, of which this process works on so many at a time; 0 has
// others do the work. They are nil where nothing is shared.
func (s *Shared) Lanes(queue string, parallel int) daemon.Lanes {
	if s == nil {
		return nil
	}
	return &Lanes{Shared: s, queue: queueName(queue), parallel: parallel}
}

// queueName returns a name that River takes for a queue: that of its default for what is
// polled, a hash for what has other characters than letters, digits and "-".
func queueName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

var plainName = regexp.MustCompile("^[a-z]+$")

// A laneJob is the work of one lane.
type laneJob struct {
	Lane string `json:"lane"`
}

// Kind names the sort of job.
func (laneJob) Kind() string { return "lane" }

// A worker drives the lanes of jobs.
type worker struct {
	river.WorkerDefaults[laneJob]
	shared *Shared
}

// Work drives a lane until nothing of it is due, or its turn is over.
func (w *worker) Work(ctx context.Context, job *river.Job[laneJob]) error {
	w.shared.mu.Lock()
	lanes := w.shared.queues[job.Queue]
	w.shared.mu.Unlock()
	if lanes == nil {
		return nil // whoever finds it due submits it again
	}
	driving, cancel := context.WithCancel(lanes.driving)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	lanes.drive(driving, job.Args.Lane)
	lanes.free()
	return nil
}

// Timeout bounds a turn of polls. What is mailed or published takes as long as it takes:
// it is given on once its process is not heard of.
func (w *worker) Timeout(job *river.Job[laneJob]) time.Duration {
	if job.Queue == Polls {
		return turnWithin
	}
	return -1
}

// Polls is the queue of what is polled.
const Polls = river.QueueDefault

// turnWithin bounds a turn of polls, which is a minute, and a visit.
const turnWithin = 10 * time.Minute

// Start begins to work on what is submitted, by this process or another, until ctx ends.
func (l *Lanes) Start(
	ctx context.Context,
	drive func(ctx context.Context, lane string),
	free func(),
) error {
	l.driving, l.drive, l.free = ctx, drive, free
	s := l.Shared
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == nil {
		if err := s.begin(ctx); err != nil {
			return err
		}
	}
	if l.parallel == 0 {
		return nil
	}
	s.queues[l.queue] = l
	return s.client.Queues().Add(l.queue, river.QueueConfig{MaxWorkers: l.parallel})
}

// begin takes part in the jobs of the database.
func (s *Shared) begin(ctx context.Context) error {
	if err := s.persistent(ctx, "cannot make the table of jobs", s.prepare); err != nil {
		return err
	}
	if err := s.persistent(
		ctx,
		"cannot say that this koyomi is there",
		s.beat,
	); err != nil {
		return err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{shared: s})
	client, err := river.NewClient(riverpgxv5.New(s.pool), &river.Config{
		ID: s.id,
		// River wants one to begin with; the others are added as they start.
		Queues:                      map[string]river.QueueConfig{"none": {MaxWorkers: 1}},
		Workers:                     workers,
		JobTimeout:                  turnWithin,
		RescueStuckJobsAfter:        turnWithin + time.Minute, // those of dead processes are given on sooner
		CompletedJobRetentionPeriod: time.Minute,
		FetchCooldown:               50 * time.Millisecond,
		MaxAttempts:                 1000, // each process that dies in it is one
		Logger:                      slog.New(warnings{s.log.Handler()}),
	})
	if err != nil {
		return err
	}
	// Jobs under way end by their context; the client is stopped by Wait.
	start := func(ctx context.Context) error { return client.Start(context.WithoutCancel(ctx)) }
	if err := s.persistent(ctx, "cannot begin to work on jobs", start); err != nil {
		return err
	}
	s.client, s.ctx = client, ctx
	s.all.Go(func() { s.keepBeating(ctx) })
	return nil
}

// unique has one job a lane, waiting or under way.
var unique = river.InsertOpts{UniqueOpts: river.UniqueOpts{
	ByArgs:  true,
	ByQueue: true,
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
		opts.Queue = l.queue
		all[i] = river.InsertManyParams{Args: laneJob{name}, InsertOpts: &opts}
	}
	_, err := l.client.InsertMany(ctx, all)
	return err
}

// endWithin is how long a stop waits for what is under way.
const endWithin = 8 * time.Second

// Wait waits, once ctx has ended, until nothing is driven any more, and says that this
// process is gone.
func (s *Shared) Wait() {
	s.ending.Do(func() {
		s.mu.Lock()
		client := s.client
		s.mu.Unlock()
		if client == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), endWithin)
		defer cancel()
		if err := client.Stop(ctx); err != nil {
			now, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), time.Second)
			defer cancel()
			_ = client.StopAndCancel(now) // what is left is given to others after Lease
		}
		s.all.Wait()
		_, _ = s.pool.Exec(ctx, "DELETE FROM replicas WHERE id = $1", s.id)
	})
}

// prepare makes River's tables, or brings them up to date: one process does, the others
// wait, at most until the server ends the transaction of one that stands still.
func (s *Shared) prepare(ctx context.Context) error {
	m, err := rivermigrate.New(
		riverpgxv5.New(s.pool),
		&rivermigrate.Config{Logger: slog.New(warnings{s.log.Handler()})},
	)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
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
func (s *Shared) persistent(
	ctx context.Context,
	what string,
	do func(context.Context) error,
) error {
	for {
		err := do(ctx)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		s.log.Warn(what+"; trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// keepBeating says again and again that this process is there, and has the work of those
// that are not taken over.
func (s *Shared) keepBeating(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(beat):
		}
		if err := s.beat(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn(
				"cannot say that this koyomi is there; others may take its work over",
				"error",
				err,
			)
		}
	}
}

// beat goes by the clock of the database: those of processes may differ.
func (s *Shared) beat(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, Lease/2)
	defer cancel()
	return pgx.BeginFunc(within, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(within, `INSERT INTO replicas (id, seen) VALUES ($1, `+clock+`)
			ON CONFLICT (id) DO UPDATE SET seen = excluded.seen`, s.id)
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
			s.log.Warn(
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
