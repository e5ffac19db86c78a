// Package poll answers for one visit to one source: fetch, read, judge,
// reconcile, store. It is a corridor; the rooms it leads through do the work.
package poll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// maxPages is how many pages one visit may take.
const maxPages = 200

// An Archive keeps the bytes of pages by the SHA-256 of their content, in hex.
type Archive interface {
	Put(body []byte) (hash string, err error)
	Get(hash string) ([]byte, error)
}

// Memory is the part of the store that a visit reads and writes.
type Memory interface {
	store.Writer
	Sources(ctx context.Context) ([]store.SourceState, error)
	Polls(ctx context.Context, source string, limit int) ([]store.Poll, error)
}

// A Poller visits sources.
type Poller struct {
	Fetcher Fetcher
	Archive Archive
	Memory  Memory
	Kinds   map[source.Kind]extract.Kind
	// Now is the clock.
	Now func() time.Time
	// Next says when the schedule of a source has it next after a moment.
	Next func(s *source.Source, after time.Time) time.Time
	// Standing says whose word a source is.
	Standing func(source string) ledger.Standing
	// Version names the readers: with another one, what was read before is read
	// anew even where the host says that it has not changed.
	Version string
	// DryRun writes nothing; the report says what would change.
	DryRun bool
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
	// Recovered is set by the first good poll after failed or held ones.
	Recovered bool
	// NotModified counts the pages for which the host sent 304.
	NotModified int
	// Err is set where the outcome could not be stored.
	Err error
}

// Visit polls a source once. What goes wrong with the source is in the report; an
// error is returned only where the outcome could not be written.
func (p *Poller) Visit(ctx context.Context, s *source.Source) (Report, error) {
	at := p.Now()
	r := Report{Source: s.ID, Community: s.Community}
	state, past, err := p.past(ctx, s.ID)
	if err != nil {
		return r, fmt.Errorf("poll %s: %w", s.ID, err)
	}
	r.Poll = store.Poll{Source: s.ID, At: at, State: health.Open}
	if !p.DryRun {
		if r.Poll.ID, err = p.Memory.OpenPoll(ctx, s.ID, at); err != nil {
			return r, fmt.Errorf("poll %s: %w", s.ID, err)
		}
	}
	v := &visit{poller: p, source: s, at: at, before: state, past: past, report: &r}
	outcome := v.run(ctx)
	if p.DryRun {
		return r, nil
	}
	// A visit that was interrupted still notes that it ended.
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := p.Memory.ClosePoll(closing, outcome); err != nil {
		r.Err = err
		return r, fmt.Errorf("poll %s: write the outcome: %w", s.ID, err)
	}
	return r, nil
}

func (p *Poller) past(ctx context.Context, id string) (store.SourceState, []store.Poll, error) {
	states, err := p.Memory.Sources(ctx)
	if err != nil {
		return store.SourceState{}, nil, err
	}
	polls, err := p.Memory.Polls(ctx, id, 20)
	if err != nil {
		return store.SourceState{}, nil, err
	}
	for _, s := range states {
		if s.ID == id {
			return s, polls, nil
		}
	}
	return store.SourceState{ID: id}, polls, nil
}

// A visit is one run through the corridor.
type visit struct {
	poller *Poller
	source *source.Source
	at     time.Time
	before store.SourceState
	past   []store.Poll
	report *Report
	// won are the validators of the pages fetched in this visit.
	won []store.Validator
	// fresh counts pages whose bytes differ from those last read.
	fresh int
}

// run takes the visit to its outcome, whatever happens on the way.
func (v *visit) run(ctx context.Context) store.Outcome {
	result, failure := v.read(ctx)
	o := store.Outcome{State: v.before}
	var retry time.Duration
	switch {
	case failure != nil:
		v.fail(failure)
		retry = failure.RetryAfter
	case v.unchanged():
		v.report.Poll.State = health.Unchanged
		v.carryFigures()
	default:
		v.count(result)
		v.judge(ctx, result, &o)
	}
	v.settle(&o, retry)
	return o
}

// read fetches the pages and reads them. A reader that panics takes down its own
// source only.
func (v *visit) read(ctx context.Context) (res extract.Result, f *health.Failure) {
	defer func() {
		if p := recover(); p != nil {
			f = &health.Failure{Cause: health.CausePanic, Err: fmt.Errorf("the reader broke down: %v", p)}
			v.report.Poll.Notes = append(v.report.Poll.Notes, string(debug.Stack()))
		}
	}()
	kind, ok := v.poller.Kinds[v.source.Kind]
	if !ok {
		return res, &health.Failure{Cause: health.CauseDamaged, Err: fmt.Errorf("no reader for the kind %q", v.source.Kind)}
	}
	pages, err := v.gather(ctx, kind)
	if err != nil {
		return res, asFailure(ctx, err)
	}
	if v.unchanged() {
		return res, nil
	}
	res, err = kind.Read(extract.Visit{Source: v.source, At: v.at, Pages: pages})
	if err != nil {
		return res, asFailure(ctx, err)
	}
	return res, nil
}

// gather asks the kind which pages it needs until it needs no more.
func (v *visit) gather(ctx context.Context, kind extract.Kind) ([]extract.Page, error) {
	var pages []extract.Page
	for {
		need, err := kind.Need(extract.Visit{Source: v.source, At: v.at, Pages: pages})
		if err != nil {
			return nil, err
		}
		if len(need) == 0 {
			return pages, nil
		}
		for _, n := range need {
			if len(pages) >= maxPages {
				return nil, &extract.Damage{URL: n.URL, Reason: fmt.Sprintf("the list goes on after %d pages", maxPages)}
			}
			page, err := v.fetch(ctx, n)
			if err != nil {
				return nil, err
			}
			pages = append(pages, page)
		}
	}
}

// fetch gets one page, from the archive where the host says that it is the same.
func (v *visit) fetch(ctx context.Context, req extract.Request) (extract.Page, error) {
	ask := Ask{
		Request: req, Source: v.source.ID, IgnoreRobots: v.source.IgnoreRobots,
		Page: v.source.Kind == source.HTML || v.source.Kind == source.Structured,
	}
	old, held := v.validator(req.URL)
	if held {
		ask.ETag, ask.LastModified = old.ETag, old.LastModified
	}
	answer, err := v.poller.Fetcher.Fetch(ctx, ask)
	if err != nil {
		return extract.Page{}, err
	}
	page := answer.Page
	hash := old.Hash
	if answer.NotModified {
		v.report.NotModified++
		if page.Body, err = v.poller.Archive.Get(old.Hash); err != nil {
			return page, fmt.Errorf("the page is the same as before, and its archived copy cannot be read: %w", err)
		}
		page.Requested, page.Status = req.URL, 200
		if page.URL == "" {
			page.URL = req.URL
		}
	} else if hash, err = v.keep(page.Body); err != nil {
		return page, &health.Failure{Cause: health.CauseStorage, URL: req.URL, Err: err}
	}
	if !held || hash != old.Hash {
		v.fresh++
	}
	v.won = append(v.won, store.Validator{URL: req.URL, ETag: answer.ETag, LastModified: answer.LastModified, Hash: hash})
	v.report.Poll.Pages = append(v.report.Poll.Pages, store.Page{
		Requested: req.URL, URL: page.URL, Status: page.Status, ContentType: page.ContentType,
		Hash: hash, Size: int64(len(page.Body)),
	})
	return page, nil
}

// keep puts a body into the archive; a dry run only names it.
func (v *visit) keep(body []byte) (string, error) {
	if v.poller.DryRun {
		sum := sha256.Sum256(body)
		return hex.EncodeToString(sum[:]), nil
	}
	return v.poller.Archive.Put(body)
}

// validator gives what was won for a URL at the last good poll, unless source or
// readers have changed since.
func (v *visit) validator(url string) (store.Validator, bool) {
	if v.before.Fingerprint != v.fingerprint() {
		return store.Validator{}, false
	}
	for _, old := range v.before.Validators {
		if old.URL == url {
			return old, true
		}
	}
	return store.Validator{}, false
}

func (v *visit) fingerprint() string {
	return v.source.Fingerprint() + "/" + v.poller.Version
}

// unchanged reports whether all pages are those last read, byte for byte. A kind
// that needs no page is read each time.
func (v *visit) unchanged() bool {
	return len(v.won) > 0 && v.fresh == 0 && len(v.won) == len(v.before.Validators)
}

func asFailure(ctx context.Context, err error) *health.Failure {
	var f *health.Failure
	var d *extract.Damage
	switch {
	case ctx.Err() != nil:
		return &health.Failure{Cause: health.CauseStopped, Err: errors.New("stopped before the visit ended")}
	case errors.As(err, &f):
		return f
	case errors.As(err, &d):
		return &health.Failure{Cause: health.CauseDamaged, URL: d.URL, Err: d}
	}
	return &health.Failure{Cause: health.CauseDamaged, Err: err}
}

// fail notes why the visit brought nothing.
func (v *visit) fail(f *health.Failure) {
	v.report.Poll.State, v.report.Poll.Cause, v.report.Poll.Message = health.Failed, f.Cause, f.Error()
}

// judge asks health whether to believe the visit and, if so, the ledger what it
// changes.
func (v *visit) judge(ctx context.Context, res extract.Result, o *store.Outcome) {
	verdict := health.Judge(figures(v.report.Poll), goodFigures(v.past))
	v.report.Poll.State, v.report.Poll.Cause, v.report.Poll.Message = verdict.State, verdict.Cause, verdict.Words
	if verdict.State != health.Applied {
		return
	}
	lv := ledger.Visit{
		Source: v.source.ID, Community: v.source.Community, Origin: v.source.Origin(),
		At: v.at, Listings: res.Listings, Standing: v.poller.Standing, Partial: res.Partial,
	}
	known, err := v.poller.Memory.Known(ctx, ledger.NeedFor(lv))
	if err != nil {
		v.fail(&health.Failure{Cause: health.CauseStorage, Err: err})
		return
	}
	r := ledger.Reconcile(lv, known)
	o.Events, o.Claims, o.Changes = r.Events, r.Claims, r.Changes
	v.report.Events, v.report.Changes = r.Events, r.Changes
	v.report.Poll.Changes = map[event.ChangeKind]int{}
	for _, c := range r.Changes {
		v.report.Poll.Changes[c.Kind]++
	}
	if len(r.Changes) == 0 {
		v.report.Poll.State = health.Unchanged
	}
}

// settle writes what the visit leaves behind for the next one. Validators are
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
		s.Validators, s.Fingerprint = v.won, v.fingerprint()
	default:
		if poll.Cause != health.CauseStopped {
			s.Failures++
		}
		if poll.Cause == health.CauseProtocol {
			s.Validators = nil // ask unconditionally next time
		}
	}
	s.NextAt = Due(v.poller.Next(v.source, poll.Closed), *poll, s.Failures, retry)
	v.report.Next = s.NextAt
	o.Poll = *poll
}
