// Package poll makes one visit to one source: fetch, read, judge, reconcile, store.
// It only leads from one to the next; the packages it calls do the work.
package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// An Archive keeps the bytes of pages by the SHA-256 of their content, in hex.
type Archive interface {
	Put(body []byte) (hash string, err error)
	Get(hash string) ([]byte, error)
}

// Memory is the part of the store that a visit reads and writes.
type Memory interface {
	store.Writer
	Source(ctx context.Context, id string) (store.SourceState, error)
	Sources(ctx context.Context) ([]store.SourceState, error)
	News(ctx context.Context, source string, limit int) ([]time.Time, error)
	Good(ctx context.Context, source string, limit int) ([]store.Poll, error)
	Candidates(ctx context.Context, source string, decided bool) ([]store.Candidate, error)
	Candidate(ctx context.Context, poll int64) (store.Candidate, error)
	Mark(ctx context.Context) (int64, error)
}

// A Poller visits sources.
type Poller struct {
	Fetcher Fetcher
	Archive Archive
	Memory  Memory
	Kinds   map[source.Kind]extract.Kind
	// Groups knows the sources of groups; nil where no source is one of many communities.
	Groups Groups
	// Now is the clock.
	Now func() time.Time
	// Next says when the schedule of a source has it next after a moment.
	Next func(s *source.Source, after time.Time) time.Time
	// Authority says whose word a source is.
	Authority func(source string) ledger.Authority
	// Siblings returns the sources of a community, perhaps with others; nil where all that
	// the database knows are looked at.
	Siblings func(community string) []string
	// Assumed is how long a timed event without an end counts as lasting; two hours
	// where it is 0.
	Assumed time.Duration
	// Version names the readers: with another one, what was read before is read
	// again even where the host says that it has not changed.
	Version string
	// Relaid, where it is set, reads a page by other settings than the source's: ok is
	// false where they do not show all that is known, or contradict it.
	Relaid func(p extract.Page, known []event.Listing, at time.Time) (res extract.Result, ok bool)
	// Watch, where it is set, sees each visit with the past that it is reconciled with.
	Watch func(ledger.Visit, ledger.Known)
	// Step, where it is set, is called at each step of a visit (read, recall, conclude) and
	// returns what is called when it ends.
	Step func(ctx context.Context, name string) (context.Context, func())
	// DryRun writes nothing; the report says what would change.
	DryRun bool

	// writing is held from reading what is known to writing what becomes of it: two
	// sources of one community, visited at once, must not both find an event new.
	writing sync.Mutex

	// fed is what was reconciled today of what sources of many communities list, by
	// source and key; feeding guards it.
	feeding sync.Mutex
	fed     map[[2]string]fed
	fedDay  event.Date
}

// A Report is what a visit did, for people and for the log.
type Report struct {
	Source    string
	Community string
	Poll      store.Poll
	Next      time.Time
	Listings  []event.Listing
	Changes   []event.Change
	Events    []event.Event
	// Held is set where the poll was held: what a person can decide on.
	Held *store.Candidate
	// Recovered is set by the first good poll after failed or held ones.
	Recovered bool
	// Relaid is set where the page is laid out again and was read by other settings.
	Relaid bool
	// NotModified counts the pages for which the host sent 304.
	NotModified int
	// Err is set where the outcome could not be stored.
	Err error
}

// Visit polls a source once. What goes wrong with the source is in the report; an
// error is returned only where the outcome could not be written.
func (p *Poller) Visit(ctx context.Context, s *source.Source) (Report, error) {
	r := &Report{Source: s.ID, Community: s.Community}
	v := &visit{
		poller: p,
		source: s,
		at:     p.Now(),
		report: r,
	}
	if err := v.recall(ctx); err != nil {
		return *r, fmt.Errorf("poll %s: %w", s.ID, err)
	}
	r.Poll = store.Poll{Source: s.ID, At: v.at, State: health.Open}
	if !p.DryRun {
		var err error
		if r.Poll.ID, err = p.Memory.OpenPoll(ctx, s.ID, v.at); err != nil {
			return *r, fmt.Errorf("poll %s: %w", s.ID, err)
		}
	}
	run := v.run
	if s.Many != nil {
		run = v.runMany
	}
	if err := run(ctx); err != nil {
		r.Err = err
		return *r, fmt.Errorf("poll %s: write the outcome: %w", s.ID, err)
	}
	return *r, nil
}

// A visit is one visit on its way.
type visit struct {
	poller *Poller
	source *source.Source
	at     time.Time
	before store.SourceState
	// profile is what is usual of the source.
	profile health.Profile
	// known is what was known before the missing pages were asked, mark its mark; 0
	// where nothing was asked.
	known  ledger.Known
	mark   int64
	report *Report
	// departed are the times for which what left the list was over, charset is the
	// encoding of the first fresh page: both are for the profile.
	departed []time.Duration
	// believed are the items that are, beside what the source said of them before.
	believed []health.Item
	charset  string
	// modified is the latest Last-Modified of its pages, kept is set where something of
	// the poll is held.
	modified time.Time
	kept     bool
	// won are the validators of the pages fetched in this visit.
	won []store.Validator
	// fed is the source of many communities that the visit was read with, nil where it
	// was made to the source itself; partial is set where it shows a part of the list.
	fed     *source.Source
	partial bool
	// fresh counts pages whose bytes differ from those last read.
	fresh int
}

// foundingDay is how long the UIDs of a community that is new here may still
// change: until then its sources are asked in whatever order, and nobody knows them.
const foundingDay = 24 * time.Hour

// recall reads what is remembered of the source.
func (v *visit) recall(ctx context.Context) (err error) {
	if v.before, err = v.poller.Memory.Source(ctx, v.source.ID); err != nil {
		return err
	}
	v.before.ID = v.source.ID
	v.profile, err = v.profileOf(ctx)
	return err
}

// founding reports whether it is the first day of the source's community. The other
// sources' states are read only where the source itself is new here.
func (v *visit) founding(ctx context.Context) (bool, error) {
	if first := v.before.FirstGood; !first.IsZero() && v.at.Sub(first) >= foundingDay {
		return false, nil
	}
	states, err := v.siblings(ctx)
	if err != nil {
		return false, err
	}
	authority := v.poller.authority(v.source.Community)
	return !slices.ContainsFunc(states, func(s store.SourceState) bool {
		old := !s.FirstGood.IsZero() && v.at.Sub(s.FirstGood) >= foundingDay
		return old && authority(s.ID).Community == v.source.Community
	}), nil
}

// siblings returns the states of the sources of the community.
func (v *visit) siblings(ctx context.Context) (states []store.SourceState, err error) {
	if v.poller.Siblings == nil {
		return v.poller.Memory.Sources(ctx)
	}
	for _, id := range v.poller.Siblings(v.source.Community) {
		s, err := v.poller.Memory.Source(ctx, id)
		if err != nil {
			return nil, err
		}
		states = append(states, s)
	}
	return states, nil
}

// step tells that a step begins, and returns what tells that it ends.
func (v *visit) step(ctx context.Context, name string) (context.Context, func()) {
	if v.poller.Step == nil {
		return ctx, func() {}
	}
	return v.poller.Step(ctx, name)
}

// run takes the visit to its outcome, whatever happens on the way, and writes it.
func (v *visit) run(ctx context.Context) error {
	reading, end := v.step(ctx, "read")
	result, failure := v.read(reading)
	end()
	if failure != nil || v.quiet() {
		return v.end(ctx, store.Outcome{State: v.before}, failure)
	}
	v.count(result)
	return v.weigh(ctx, result)
}

// weigh takes what was read to the visit's outcome, and writes it.
func (v *visit) weigh(ctx context.Context, result extract.Result) error {
	recalling, end := v.step(ctx, "recall")
	m, failure := v.recollect(recalling, result)
	end()
	if failure != nil {
		return v.end(ctx, store.Outcome{State: v.before}, failure)
	}
	notes := v.report.Poll.Notes
	var err error
	for range markTries {
		v.report.Poll.Notes = notes
		if err = v.conclude(ctx, m); !errors.Is(err, store.ErrMark) {
			return err
		}
	}
	return err
}

// markTries is how often a visit is reckoned again where another process changed
// what is known meanwhile.
const markTries = 60

// conclude judges a visit and writes what becomes of it, with nobody else writing.
func (v *visit) conclude(ctx context.Context, m ledger.Visit) error {
	ctx, end := v.step(ctx, "conclude")
	defer end()
	v.poller.writing.Lock()
	defer v.poller.writing.Unlock()
	v.report.Held = nil
	o := store.Outcome{State: v.before}
	failure := v.judge(ctx, m, &o)
	return v.end(ctx, o, failure)
}

// end closes the poll with its outcome.
func (v *visit) end(ctx context.Context, o store.Outcome, failure *health.Failure) error {
	var retry time.Duration
	switch {
	case failure != nil:
		o.Writing, o.Held = store.Writing{}, nil
		v.fail(failure)
		retry = failure.RetryAfter
	case v.report.Poll.State == health.Open:
		v.report.Poll.State = health.Unchanged
		v.report.Poll.Figures = v.profile.Last // of the pages that it saw again
	}
	v.settle(&o, retry)
	if v.poller.DryRun {
		return nil
	}
	// A visit that was interrupted still notes that it ended.
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return v.poller.Memory.ClosePoll(closing, o)
}

// settle notes what the visit leaves behind for the next one. Validators are
// taken over only from what was read and believed.
func (v *visit) settle(o *store.Outcome, retry time.Duration) {
	poll := &v.report.Poll
	poll.Closed = v.poller.Now()
	s := &o.State
	s.ID, s.LastPoll = v.source.ID, poll.At
	switch poll.State {
	case health.Applied, health.Unchanged:
		v.report.Recovered = s.Failures > 0
		s.Failures, s.LastGood = 0, poll.At
		if s.FirstGood.IsZero() {
			s.FirstGood = poll.At
		}
		s.Validators, s.Fingerprint = v.won, v.fingerprint()
		if v.kept {
			s.Validators = nil // what is in doubt is to be said again
		}
		s.Profile = v.profile.Learn(v.lesson())
	default:
		if poll.Changes[added] > 0 {
			s.Profile = v.profile.Brought(poll.At)
		}
		if poll.Cause != health.CauseStopped {
			s.Failures++
		}
		if poll.Cause == health.CauseProtocol {
			s.Validators = nil // ask unconditionally next time
		}
	}
	s.NextAt = Due(v.poller.Next(v.source, poll.Closed), *poll, s.Failures, retry)
	if v.fed != nil {
		v.settleFed(s)
	} else if good(*poll) {
		s.NextAt = sooner(s.NextAt, s.Recheck, poll.Closed)
	}
	v.report.Next = s.NextAt
	o.Poll = *poll
}

// fail notes why the visit brought nothing.
func (v *visit) fail(f *health.Failure) {
	r := v.report
	r.Poll.State, r.Poll.Cause, r.Poll.Message = health.Failed, f.Cause, f.Error()
	r.Events, r.Changes, r.Held, r.Poll.Changes = nil, nil, nil, nil
}

func asFailure(ctx context.Context, err error) *health.Failure {
	var f *health.Failure
	var d *extract.Damage
	switch {
	case ctx.Err() != nil:
		return &health.Failure{
			Cause: health.CauseStopped,
			Err:   errors.New("stopped before the visit ended"),
		}
	case errors.As(err, &f):
		return f
	case errors.As(err, &d):
		return &health.Failure{
			Cause: health.CauseDamaged,
			URL:   d.URL,
			Err:   d,
		}
	}
	return &health.Failure{Cause: health.CauseDamaged, Err: err}
}
