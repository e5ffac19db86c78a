package poll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// Groups knows the sources that stand for the groups of platforms.
type Groups interface {
	// Take returns the sources of groups that a source of many communities lists, by
	// the groups' names in lower case. A group that nobody knew becomes a community of
	// the catalogue; one that is left out has no source.
	Take(
		ctx context.Context,
		many *source.Source,
		groups []event.Group,
	) (map[string]*source.Source, error)
}

const (
	// overlap is for how long before the last look changes are asked for again: the
	// platform's clock is not ours, and its lists lag.
	overlap = 15 * time.Minute
	// firstLook is how far back changes are asked for at the first look.
	firstLook = 24 * time.Hour
)

// since returns from when on changes are asked for, zero where all is.
func (v *visit) since() time.Time {
	many := v.source.Many
	switch {
	case many == nil || !many.Incremental:
		return time.Time{}
	case v.before.LastGood.IsZero():
		return v.at.Add(-firstLook)
	}
	return v.before.LastGood.Add(-overlap)
}

// runMany takes the visit to a source of many communities to its outcome: what it
// lists is reconciled community by community, as if each had been visited.
func (v *visit) runMany(ctx context.Context) error {
	result, failure := v.read(ctx)
	if failure != nil || v.quiet() {
		return v.end(ctx, store.Outcome{State: v.before}, failure)
	}
	v.count(result)
	if failure := v.emptied(); failure != nil {
		return v.end(ctx, store.Outcome{State: v.before}, failure)
	}
	portions, failure := v.divide(ctx, result)
	if failure != nil {
		return v.end(ctx, store.Outcome{State: v.before}, failure)
	}
	r := v.report
	r.Poll.Changes = map[event.ChangeKind]int{}
	for _, p := range portions {
		if v.wasFed(p) {
			continue
		}
		if ctx.Err() != nil {
			return v.end(ctx, store.Outcome{State: v.before}, asFailure(ctx, ctx.Err()))
		}
		done, err := v.feed(ctx, p)
		if err != nil {
			return v.end(ctx, store.Outcome{State: v.before}, storageFailure(ctx, err))
		}
		r.Changes, r.Events = append(
			r.Changes,
			done.Changes...), append(
			r.Events,
			done.Events...)
		for kind, n := range done.Poll.Changes {
			r.Poll.Changes[kind] += n
		}
		if done.Held != nil {
			v.note("%s: held: %s", done.Source, done.Poll.Message)
			continue
		}
		v.noteFed(p)
	}
	r.Poll.State = health.Applied
	if len(r.Changes) == 0 {
		r.Poll.State = health.Unchanged
	}
	return v.end(ctx, store.Outcome{State: v.before}, nil)
}

// emptied fails a visit that lists nothing where there always is something to come.
func (v *visit) emptied() *health.Failure {
	empty := v.report.Poll.Read == 0 && v.profile.Last.Read > 0
	if !empty || v.source.Many.Incremental {
		return nil
	}
	return &health.Failure{
		Cause: health.CauseEmpty,
		URL:   v.source.URL,
		Err: fmt.Errorf(
			"no event was read, where the last good poll had %d: nothing is removed or changed",
			v.profile.Last.Read,
		),
	}
}

// A portion is what a source of many communities lists of one of them.
type portion struct {
	source   *source.Source
	listings []event.Listing
	// whole is set where the community has nothing else to come.
	whole bool
}

// divide hands what was read to the sources of the communities that announce it, in
// order of their ids.
func (v *visit) divide(
	ctx context.Context,
	result extract.Result,
) ([]portion, *health.Failure) {
	many := v.source.Many
	byGroup := map[string][]event.Listing{}
	var groups []event.Group
	for _, l := range result.Listings {
		key := strings.ToLower(l.Group.ID)
		if key != "" && byGroup[key] == nil {
			groups = append(groups, l.Group)
		}
		byGroup[key] = append(byGroup[key], l)
	}
	for _, name := range many.Members {
		if byGroup[strings.ToLower(name)] == nil {
			groups = append(groups, event.Group{ID: name})
		}
	}
	sources, err := v.poller.Groups.Take(ctx, v.source, groups)
	if err != nil {
		return nil, storageFailure(ctx, err)
	}
	var all []portion
	for _, g := range groups {
		key := strings.ToLower(g.ID)
		if s := sources[key]; s != nil {
			all = append(all, portion{s, byGroup[key], v.isWhole()})
		}
	}
	if rest := byGroup[""]; len(rest) > 0 && many.Rest != nil {
		all = append(all, portion{many.Rest, rest, false})
	}
	slices.SortFunc(
		all,
		func(a, b portion) int { return strings.Compare(a.source.ID, b.source.ID) },
	)
	return all, nil
}

// isWhole reports whether what is missing from the visit may be gone: all of some
// groups was asked for, and the answer is about as long as ever.
func (v *visit) isWhole() bool {
	return !v.source.Many.Partial() && v.report.Poll.Read*2 >= v.profile.Last.Read
}

// A fed is what was reconciled last of one item, and on which day: claims are to be
// seen again each day. whole is set where all of its community was listed.
type fed struct {
	day   event.Date
	sum   uint64
	whole bool
}

// sumOf tells what is listed of an item from what else might be.
func sumOf(l *event.Listing) uint64 {
	h := fnv.New64a()
	_ = json.NewEncoder(h).Encode(l.Details) // what cannot be told is no difference
	return h.Sum64()
}

// today is the day of the visit.
func (v *visit) today() event.Date { return event.DateOf(v.at.In(event.Tokyo)) }

// holds reports whether what was reconciled of an item stands for what is listed of it on a
// day: the same day, or the next one where its community is asked for whole each day.
func (f fed) holds(sum uint64, day event.Date) bool {
	isRecent := f.day == day || f.whole && f.day.Add(1) == day
	return isRecent && f.sum == sum
}

// wasFed reports whether all that is listed of a community was reconciled lately as it
// is, by this process: the looks at changes overlap.
func (v *visit) wasFed(p portion) bool {
	if p.whole || v.poller.DryRun {
		return false
	}
	v.poller.feeding.Lock()
	defer v.poller.feeding.Unlock()
	return !slices.ContainsFunc(p.listings, func(l event.Listing) bool {
		return !v.poller.fed[[2]string{p.source.ID, l.Key}].holds(sumOf(&l), v.today())
	})
}

// noteFed notes what was reconciled of a community.
func (v *visit) noteFed(p portion) {
	v.poller.feeding.Lock()
	defer v.poller.feeding.Unlock()
	if v.poller.fed == nil {
		v.poller.fed = map[[2]string]fed{}
	}
	for i := range p.listings {
		l := &p.listings[i]
		v.poller.fed[[2]string{p.source.ID, l.Key}] = fed{v.today(), sumOf(l), p.whole}
	}
	if v.poller.fedDay != v.today() {
		v.forgetFed()
	}
}

// forgetFed drops what was reconciled before yesterday.
func (v *visit) forgetFed() {
	v.poller.fedDay = v.today()
	yesterday := v.poller.fedDay.Add(-1)
	maps.DeleteFunc(
		v.poller.fed,
		func(_ [2]string, f fed) bool { return f.day.Compare(yesterday) < 0 },
	)
}

// feed reconciles what was read of one community as a visit to its own source.
func (v *visit) feed(ctx context.Context, part portion) (Report, error) {
	one := &visit{
		poller:  v.poller,
		source:  part.source,
		at:      v.at,
		fed:     v.source,
		partial: !part.whole,
		report:  &Report{Source: part.source.ID, Community: part.source.Community},
	}
	r := one.report
	if err := one.recall(ctx); err != nil {
		return *r, err
	}
	r.Poll = store.Poll{Source: r.Source, At: v.at, State: health.Open}
	if !v.poller.DryRun {
		var err error
		if r.Poll.ID, err = v.poller.Memory.OpenPoll(ctx, r.Source, v.at); err != nil {
			return *r, err
		}
	}
	if part.whole {
		one.recognise(part.listings)
	}
	if one.quiet() {
		return *r, one.end(ctx, store.Outcome{State: one.before}, nil)
	}
	result := extract.Result{Listings: part.listings, Partial: one.partial}
	one.count(result)
	return *r, one.weigh(ctx, result)
}

// portionURL stands for all that is listed of one community where pages have addresses.
const portionURL = "koyomi:portion"

// recognise compares all that is listed of a community with what was last believed of it,
// as the bytes of pages are compared.
func (v *visit) recognise(listings []event.Listing) {
	h := sha256.New()
	for i := range listings {
		// What cannot be told is no difference.
		_, _ = fmt.Fprintf(h, "%q\n", listings[i].Key)
		_ = json.NewEncoder(h).Encode(listings[i].Details)
	}
	now := store.Validator{URL: portionURL, Hash: hex.EncodeToString(h.Sum(nil))}
	if old, known := v.validator(portionURL); !known || old != now {
		v.fresh++
	}
	v.won = []store.Validator{now}
}

// settleFed notes what a visit that was read with others leaves behind. What shows only
// a part of a list says nothing of what is usual, nor that the rest was seen; where it
// says something else, the whole is to be read again.
func (v *visit) settleFed(s *store.SourceState) {
	poll := v.report.Poll
	if v.partial {
		s.Profile, s.LastGood = v.before.Profile, v.before.LastGood
		if poll.Changes[added] > 0 {
			s.Profile = s.Profile.Brought(poll.At)
		}
		isSame := len(v.report.Events) == 0 && !v.kept
		if isSame && s.Fingerprint == v.before.Fingerprint {
			s.Validators = v.before.Validators
		}
	}
	s.NextAt = v.poller.Next(v.fed, poll.Closed)
}

// verdict is that on a visit that was read with others: that the answer as a
// whole is sound was judged before, and each item is weighed.
func (v *visit) verdict() health.Verdict {
	if v.fed != nil {
		return health.Verdict{State: health.Applied}
	}
	return health.Judge(v.at, v.report.Poll.Figures, v.profile)
}

// foundingOf reports whether it is the first day of the source's community; one that is
// read with others has no others whose order could show.
func (v *visit) foundingOf(ctx context.Context, m *ledger.Visit) (err error) {
	if v.fed == nil {
		m.Founding, err = v.founding(ctx)
	}
	return err
}
