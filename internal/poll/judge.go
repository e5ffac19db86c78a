package poll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

const added = event.ChangeAdded

// visitOf returns the ledger's visit of what a source listed at a moment. Everything
// that the ledger is asked about a poll begins here.
func (p *Poller) visitOf(
	s *source.Source,
	at time.Time,
	listings []event.Listing,
	partial bool,
) ledger.Visit {
	return ledger.Visit{
		Source:    s.ID,
		Community: s.Community,
		Origin:    s.Origin(),
		At:        at,
		Listings:  listings,
		Authority: p.authority(s.Community),
		Partial:   partial,
		Assumed:   p.Assumed,
	}
}

// standing says whose word a source is; without a catalogue all are the community's.
func (p *Poller) authority(community string) func(string) ledger.Authority {
	if p.Authority != nil {
		return p.Authority
	}
	return func(string) ledger.Authority { return ledger.Authority{Community: community} }
}

// recollect makes the ledger's visit of what was read, and asks the own pages of
// what is missing.
func (v *visit) recollect(
	ctx context.Context,
	res extract.Result,
) (m ledger.Visit, f *health.Failure) {
	defer v.survive(&f)
	m = v.poller.visitOf(v.source, v.at, res.Listings, res.Partial)
	m.Profile, m.MayAsk = v.profile, v.mayAsk
	var err error
	if err = v.foundingOf(ctx, &m); err != nil {
		return m, storageFailure(ctx, err)
	}
	if v.profile.Polls == 0 {
		return m, nil
	}
	if v.known, v.mark, err = v.poller.known(ctx, ledger.NeedFor(m)); err != nil {
		return m, storageFailure(ctx, err)
	}
	if m.Reread, err = v.reread(ctx); err != nil {
		return m, storageFailure(ctx, err)
	}
	m.Misread = v.misread(v.known, m.Reread)
	m.Pages = v.askMissing(ctx, m, v.known)
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

// judge asks the ledger what the visit would change, health what of it to believe,
// and puts into o what is to be written.
func (v *visit) judge(
	ctx context.Context,
	m ledger.Visit,
	o *store.Outcome,
) *health.Failure {
	known, mark, err := v.knownNow(ctx, m)
	if err != nil {
		return storageFailure(ctx, err)
	}
	o.Mark = mark
	m = v.withoutOld(m, known)
	if v.poller.Watch != nil {
		v.poller.Watch(m, known)
	}
	old, err := v.poller.Memory.Candidates(ctx, v.source.ID, true)
	if err != nil {
		return storageFailure(ctx, err)
	}
	m.Blank = isBlank(old)
	r := ledger.Reconcile(m, known)
	v.impact(r)
	verdict := v.verdict()
	if verdict.State == health.Held {
		return v.refuse(m, known, r, verdict, old, o)
	}
	opinions := health.Weigh(v.reading(), r.Items, doubtsBefore(old))
	for _, o := range opinions {
		if o.Believed {
			v.believed = append(v.believed, o.Item)
		}
	}
	belief := health.BeliefOf(opinions)
	if len(belief.Doubts) == 0 {
		v.believe(r, verdict.Words, o)
		return nil
	}
	v.doubt(m, known, opinions, belief, old, o)
	return nil
}

// withoutOld leaves out of the visit what is an old copy of what is known.
func (v *visit) withoutOld(m ledger.Visit, known ledger.Known) ledger.Visit {
	m, old := ledger.Fresh(m, known)
	for _, title := range old {
		v.note(
			"%s: what the source says was changed before what is known of it; it is left as it is",
			title,
		)
	}
	return m
}

func (v *visit) note(format string, args ...any) {
	v.report.Poll.Notes = append(v.report.Poll.Notes, fmt.Sprintf(format, args...))
}

func (v *visit) reading() health.Reading {
	return health.Reading{
		At:       v.at,
		Returned: v.isOldCopy(),
		Figures:  v.report.Poll.Figures,
		Profile:  v.profile,
	}
}

// doubtsBefore returns what the poll before left in doubt.
func doubtsBefore(old []store.Candidate) []health.Doubt {
	if len(old) == 0 || old[0].Choice != "" {
		return nil
	}
	return old[0].Doubts
}

// isBlank reports whether the poll before was held for it showed nothing.
func isBlank(old []store.Candidate) bool {
	return len(old) > 0 && old[0].Choice == "" && old[0].Cause == health.CauseEmpty
}

// believe applies what a poll means.
func (v *visit) believe(r ledger.Result, words string, o *store.Outcome) {
	p := &v.report.Poll
	p.State, p.Message = health.Applied, words
	if len(r.Changes) == 0 {
		p.State = health.Unchanged
	}
	o.State.Recheck = r.Recheck
	v.departed = r.Departed
	v.take(r, o)
}

// refuse holds a poll whole, until it has repeated for so long that it is decided what it
// means: then it is believed, or the source is broken.
func (v *visit) refuse(
	m ledger.Visit,
	known ledger.Known,
	r ledger.Result,
	verdict health.Verdict,
	old []store.Candidate,
	o *store.Outcome,
) *health.Failure {
	c := v.candidate(m, verdict.Cause, verdict.Words, old)
	run := health.Run{Cause: c.Cause, Since: c.Since, Polls: c.Polls}
	run.Unreadable = health.IsUnreadable(v.report.Poll.Figures, v.profile)
	switch {
	case !run.IsDecided(v.at, r.LastAhead):
		c.Until = run.Until(r.LastAhead)
		v.hold(c, m, known, run, old, o)
		return nil
	case run.Means() == health.Failed:
		err := fmt.Errorf("no row can be read since %s: %s", minuteOf(c.Since), verdict.Words)
		return &health.Failure{Cause: health.CauseUnreadable, URL: v.source.URL, Err: err}
	}
	words := fmt.Sprintf(
		"believed after %d polls that said the same since %s: %s",
		c.Polls,
		minuteOf(c.Since),
		verdict.Words,
	)
	v.believe(r, words, o)
	return nil
}

// doubt applies what is believed of a poll, and holds the rest.
func (v *visit) doubt(
	m ledger.Visit,
	known ledger.Known,
	opinions []health.Opinion,
	belief health.Belief,
	old []store.Candidate,
	o *store.Outcome,
) {
	whole := m
	m.Doubted = ledger.Doubts(opinions)
	r := ledger.Reconcile(m, known)
	v.believe(r, "", o)
	v.kept = true
	c := v.candidate(whole, belief.Cause, belief.Words, old)
	c.Doubts, c.Until = belief.Doubts, belief.Until
	run := health.Run{Cause: c.Cause, Since: c.Since, Polls: c.Polls}
	p := &v.report.Poll
	state := p.State
	v.hold(c, whole, known.With(r), run, old, o)
	if !belief.Most {
		v.note("in doubt: %s", p.Message)
		p.State, p.Cause, p.Message = state, "", ""
	}
}

// hold keeps a poll for a person.
func (v *visit) hold(
	c candidate,
	m ledger.Visit,
	known ledger.Known,
	run health.Run,
	old []store.Candidate,
	o *store.Outcome,
) {
	c.Message += fmt.Sprintf(
		"; believed at the latest on %s",
		event.DateOf(c.Until.In(event.Tokyo)),
	)
	if run.Lasting(v.at) && !discarded(old, c.Digest) {
		c.Told = true
		c.Message += fmt.Sprintf(
			"; the same in %d polls since %s: a person should look",
			c.Polls,
			minuteOf(c.Since),
		)
	}
	c.keep(m, known)
	p := &v.report.Poll
	p.State, p.Cause, p.Message = health.Held, c.Cause, c.Message
	v.report.Held, o.Held = &c.Candidate, &c.Candidate
}

// minuteOf writes a moment for people.
func minuteOf(t time.Time) string { return t.In(event.Tokyo).Format("2006-01-02 15:04") }

// knownNow returns what is known: what was read before the missing pages were asked,
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

// known returns what is known, and the mark that is refused where it has changed by
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

// A candidate is what a person decides on of a poll that is held.
type candidate struct{ store.Candidate }

// candidate makes what a person decides on, beside those of before, the newest first.
func (v *visit) candidate(
	m ledger.Visit,
	cause health.Cause,
	words string,
	old []store.Candidate,
) candidate {
	c := store.Candidate{
		Poll:     v.report.Poll.ID,
		Source:   v.source.ID,
		At:       v.at,
		Since:    v.at,
		Polls:    1,
		Cause:    cause,
		Message:  words,
		Digest:   digest(m.Listings),
		Listings: m.Listings,
		Partial:  m.Partial,
		Figures:  v.report.Poll.Figures,
	}
	if len(old) > 0 && old[0].Choice == "" && old[0].Cause == c.Cause {
		c.Since, c.Polls = old[0].Since, old[0].Polls+1
	}
	return candidate{c}
}

// keep reckons what letting the poll through changes, and keeps it whole: it is what a
// person is shown, and what approving applies.
func (c *candidate) keep(m ledger.Visit, known ledger.Known) {
	m.Approved = true
	r := ledger.Reconcile(m, known)
	c.Writing = store.Writing{
		Events:  r.Events,
		Claims:  r.Claims,
		Changes: r.Changes,
	}
	c.Past = known.Digest()
}

// discarded reports whether a person has dropped a poll that said the same.
func discarded(old []store.Candidate, digest string) bool {
	return slices.ContainsFunc(
		old,
		func(o store.Candidate) bool { return o.Choice == store.Discarded && o.Digest == digest },
	)
}

// digest names what was read, as far as a reader would see it.
func digest(listings []event.Listing) string {
	lines := make([]string, len(listings))
	for i, l := range listings {
		lines[i] = fmt.Sprintf(
			"%s\t%s\t%s\t%s\t%s\t%s\n",
			l.Key,
			l.Title,
			l.Start,
			l.End,
			l.Status,
			l.Location,
		)
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		_, _ = io.WriteString(h, line)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
