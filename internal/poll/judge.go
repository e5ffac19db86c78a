package poll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
)

// recollect makes the ledger's visit of what was read, and asks the own pages of
// what is missing.
func (v *visit) recollect(ctx context.Context, res extract.Result) (m ledger.Visit, f *health.Failure) {
	defer v.survive(&f)
	m = ledger.Visit{
		Source: v.source.ID, Community: v.source.Community, Origin: v.source.Origin(),
		At: v.at, Listings: res.Listings, Standing: v.standing, Partial: res.Partial,
		Most: health.Most(allFigures(v.past)), Founding: v.founding,
	}
	if len(v.past) == 0 {
		return m, nil
	}
	m.Last = v.past[0].At
	known, mark, err := v.poller.known(ctx, ledger.NeedFor(m))
	if err != nil {
		return m, storageFailure(ctx, err)
	}
	v.known, v.mark = known, mark
	m.Reread = v.reread()
	m.Misread = v.misread(known, m.Reread)
	m.Pages = v.askMissing(ctx, m, known)
	if ctx.Err() != nil {
		return m, asFailure(ctx, ctx.Err())
	}
	return m, nil
}

func storageFailure(ctx context.Context, err error) *health.Failure {
	if ctx.Err() != nil {
		return asFailure(ctx, err)
	}
	return &health.Failure{Cause: health.CauseStorage, Err: err}
}

// judge asks the ledger what the visit would change, health whether to believe
// it, and puts into o what is to be written.
func (v *visit) judge(ctx context.Context, m ledger.Visit, o *store.Outcome) *health.Failure {
	known, mark, err := v.knownNow(ctx, m)
	if err != nil {
		return storageFailure(ctx, err)
	}
	o.Mark = mark
	p := &v.report.Poll
	if v.poller.Watch != nil {
		v.poller.Watch(m, known)
	}
	r := ledger.Reconcile(m, known)
	f := counted(tallied(figures(*p), r.Tally, m.Partial, v.lastRead()), m.Listings)
	p.Expected, p.Found = f.Expected, f.Found
	verdict := health.Judge(f, allFigures(v.past))
	if verdict.State == health.Held {
		c, believed, err := v.candidate(ctx, m, known, f, verdict)
		if err != nil {
			return storageFailure(ctx, err)
		}
		if !believed {
			v.report.Held, o.Held = &c, &c
			p.State, p.Cause, p.Message = health.Held, verdict.Cause, c.Message
			if verdict.Adds {
				m.Held = true
				v.take(ledger.Reconcile(m, known), o)
			}
			return nil
		}
		verdict = health.Verdict{State: health.Applied, Words: c.Message}
	}
	p.State, p.Message = verdict.State, verdict.Words
	o.State.Recheck = r.Recheck
	if v.take(r, o); len(r.Changes) == 0 {
		p.State = health.Unchanged
	}
	return nil
}

// knownNow gives what is known: what was read before the missing pages were asked,
// where nothing has changed since.
func (v *visit) knownNow(ctx context.Context, m ledger.Visit) (ledger.Known, int64, error) {
	if v.mark != 0 {
		mark, err := v.poller.Memory.Mark(ctx)
		if err != nil || mark == v.mark {
			return v.known, mark, err
		}
	}
	return v.poller.known(ctx, ledger.NeedFor(m))
}

// known gives what is known, and the mark that is refused where it has changed by
// the time something is written.
func (p *Poller) known(ctx context.Context, n ledger.Need) (ledger.Known, int64, error) {
	mark, err := p.Memory.Mark(ctx)
	if err != nil {
		return ledger.Known{}, 0, err
	}
	k, err := p.Memory.Known(ctx, n)
	return k, mark, err
}

// take puts what the ledger found into the outcome and the report.
func (v *visit) take(r ledger.Result, o *store.Outcome) {
	o.Events, o.Claims, o.Changes = r.Events, r.Claims, r.Changes
	v.report.Events, v.report.Changes = r.Events, r.Changes
	v.report.Poll.Changes = byKind(r.Changes)
}

func byKind(changes []event.Change) map[event.ChangeKind]int {
	n := map[event.ChangeKind]int{}
	for _, c := range changes {
		n[c.Kind]++
	}
	return n
}

// candidate makes what a person decides on of a poll that is held, and tells
// whether it has repeated for long enough to be believed after all.
func (v *visit) candidate(ctx context.Context, m ledger.Visit, known ledger.Known, f health.Figures, verdict health.Verdict) (store.Candidate, bool, error) {
	old, err := v.poller.Memory.Candidates(ctx, v.source.ID, true)
	if err != nil {
		return store.Candidate{}, false, err
	}
	m.Approved = true
	c := store.Candidate{
		Poll: v.report.Poll.ID, Source: v.source.ID, At: v.at, Since: v.at, Polls: 1,
		Cause: verdict.Cause, Message: verdict.Words, Digest: digest(m.Listings),
		Listings: m.Listings, Partial: m.Partial, Changes: ledger.Reconcile(m, known).Changes,
	}
	if len(old) > 0 && old[0].Choice == "" && old[0].Cause == c.Cause {
		c.Since, c.Polls = old[0].Since, old[0].Polls+1
	}
	run := health.Run{Cause: c.Cause, Since: c.Since, Polls: c.Polls}
	if health.Accept(run, v.at, f) {
		c.Message = fmt.Sprintf("believed after %d polls that said the same since %s: %s", c.Polls, c.Since.In(event.Tokyo).Format("2006-01-02 15:04"), verdict.Words)
		return c, true, nil
	}
	if run.Lasting(v.at) && !slices.ContainsFunc(old, func(o store.Candidate) bool { return o.Choice == store.Discarded && o.Digest == c.Digest }) {
		c.Told = true
		c.Message += fmt.Sprintf("; the same in %d polls since %s: a person should look", c.Polls, c.Since.In(event.Tokyo).Format("2006-01-02 15:04"))
	}
	return c, false, nil
}

// digest names what was read, as far as a reader would see it.
func digest(listings []event.Listing) string {
	lines := make([]string, len(listings))
	for i, l := range listings {
		lines[i] = fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\n", l.Key, l.Title, l.Start, l.End, l.Status, l.Location)
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		h.Write([]byte(line))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
