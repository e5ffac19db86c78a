package storetest

import (
	"slices"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

func emptyAtFirst(t *testing.T, open Open) {
	s, _ := open(t)
	same(t, "events", must(s.Events(ctx, store.Window{Hidden: true}))(t), []event.Event(nil))
	same(t, "claims", must(s.Claims(ctx, uid(1)))(t), []event.Claim(nil))
	same(t, "changes", must(s.Changes(ctx, "", 0, 0))(t), []event.Change(nil))
	same(t, "polls", must(s.Polls(ctx, "", 0))(t), []store.Poll(nil))
	same(t, "good polls", must(s.Good(ctx, "bpstudy", 0))(t), []store.Poll(nil))
	same(t, "news", must(s.News(ctx, "bpstudy", 0))(t), []time.Time(nil))
	same(t, "candidates", must(s.Candidates(ctx, "", true))(t), []store.Candidate(nil))
	same(t, "corrections", must(s.Corrections(ctx, ""))(t), []store.Correction(nil))
	same(t, "sources", must(s.Sources(ctx))(t), []store.SourceState(nil))
	same(t, "a source", must(s.Source(ctx, "bpstudy"))(t), store.SourceState{ID: "bpstudy"})
	same(t, "shown", must(s.Shown(ctx, []string{uid(1)}))(t), map[string]time.Time{})
	same(t, "revision", must(s.Revision(ctx))(t), int64(0))
	same(t, "latest", must(s.Latest(ctx))(t), time.Time{})
	same(t, "known", must(s.Known(ctx, store.Need{}))(t), store.Known{})
	same(t, "abandoned", must(s.Abandoned(ctx, at(0)))(t), []store.Poll(nil))
}

func eventsComeBack(t *testing.T, open Open) {
	s, again := open(t)
	all := gatherings()
	write(t, s, all...)
	slices.SortFunc(all, byUID)
	for s := range twice(s, again) {
		got := must(s.Events(ctx, store.Window{Hidden: true}))(t)
		slices.SortFunc(got, byUID)
		same(t, "events", got, all)
		for _, e := range got {
			if isEmpty(e.Tags) || isEmpty(e.Sessions) || isEmpty(e.Sources) {
				t.Errorf("%s: an empty list came back that is not nil", e.Title)
			}
			if !isUTC(e.Created) || !isUTC(e.Updated) {
				t.Errorf("%s: created %s: not in UTC", e.Title, e.Created)
			}
		}
		for _, want := range all {
			same(t, want.Title, must(s.Event(ctx, want.UID))(t), want)
		}
	}
}

// isEmpty reports whether a list is neither nil nor holds anything.
func isEmpty[T any](list []T) bool { return list != nil && len(list) == 0 }

// isUTC reports whether a moment is in UTC; the zero time is.
func isUTC(t time.Time) bool { return t.IsZero() || t.Location() == time.UTC }

// fieldsComeBack holds that every field of event.Fields is stored, of events and of
// changes: a new field needs a value in full.
func fieldsComeBack(t *testing.T, open Open) {
	s, again := open(t)
	e := gatherings()[1]
	var changes []event.Change
	for _, f := range event.Fields {
		v := f.Get(&e)
		if v == nil {
			t.Errorf("no gathering has a value in %s", f.Name)
		}
		changes = append(changes,
			event.Change{
				UID:    e.UID,
				Kind:   event.ChangeEdited,
				At:     at(1).UTC(),
				Source: "src",
				Field:  f.Name,
				Before: v,
			},
			event.Change{
				UID:    e.UID,
				Kind:   event.ChangeEdited,
				At:     at(1).UTC(),
				Source: "src",
				Field:  f.Name,
				Before: event.Words("words"),
				After:  v,
			})
	}
	poll := visit(t, s, "src", 1, store.Writing{
		Events:  []event.Event{e},
		Changes: changes,
	})
	for s := range twice(s, again) {
		got := must(s.Changes(ctx, e.UID, 0, 0))(t)
		for i := range changes {
			changes[i].ID, changes[i].Poll = got[i].ID, poll
		}
		same(t, "changes", got, changes)
		same(t, "the event", must(s.Event(ctx, e.UID))(t), e)
	}
}

func claimsComeBack(t *testing.T, open Open) {
	s, again := open(t)
	events := gatherings()
	var claims []event.Claim
	for i, e := range events {
		c := claim("platform", "key "+e.UID, e, 100-i)
		c.Listing.Derived = i%2 == 0
		claims = append(claims, c)
	}
	rich := &claims[1]
	rich.Until, rich.Absence = at(9).UTC(), event.Absence{
		Polls: 3,
		Since: at(4).UTC(),
		Last:  at(6).UTC(),
		Gone:  2,
		Asked: at(7).UTC(),
		Alive: true,
		Ended: "gone",
	}
	rich.Listing.Key, rich.Listing.Occurrence = "another key", "2009-05-28"
	rich.Listing.Reading = event.Reading{
		Text:       "5月28日(木) 19:00〜",
		Confidence: 90,
		Reasons:    []string{"year: from publication"},
		Warnings:   []string{"no weekday"},
	}
	rich.Listing.Sequence, rich.Listing.Updated = 4, at(2).UTC()
	visit(t, s, "platform", 0, store.Writing{Events: events, Claims: claims})
	for s := range twice(s, again) {
		for i, e := range events {
			same(t, e.Title, must(s.Claims(ctx, e.UID))(t), claims[i:i+1])
		}
	}

	s, _ = open(t)
	e, other := events[0], events[1]
	late, early := claim("b", "1", e, 5), claim("a", "1", e, 6)
	early.From = at(1).UTC()
	visit(t, s, "b", 0, store.Writing{
		Events: events[:2],
		Claims: []event.Claim{late, early},
	})
	same(t, "oldest first", must(s.Claims(ctx, e.UID))(t), []event.Claim{early, late})
	late.UID, late.Listing.Title = other.UID, "moved to another event"
	visit(t, s, "b", 1, store.Writing{Claims: []event.Claim{late}})
	same(t, "what is left", must(s.Claims(ctx, e.UID))(t), []event.Claim{early})
	same(t, "what was moved", must(s.Claims(ctx, other.UID))(t), []event.Claim{late})
}

func pollsComeBack(t *testing.T, open Open) {
	s, again := open(t)
	id := must(s.OpenPoll(ctx, "bpstudy", at(5)))(t)
	same(t, "an open poll", must(s.Polls(ctx, "bpstudy", 1))(t),
		[]store.Poll{{ID: id, Source: "bpstudy", At: at(5).UTC(), State: health.Open}})
	full := store.Outcome{
		Poll: store.Poll{
			ID:         id,
			Source:     "bpstudy",
			At:         at(5),
			Closed:     at(6),
			State:      health.Failed,
			Cause:      health.CauseIncomplete,
			Message:    "cut off",
			Figures:    figures(),
			Changes:    map[event.ChangeKind]int{event.ChangeAdded: 2, event.ChangeMoved: 1},
			Rejections: []event.Rejection{{Item: "row 7", Text: "締切", Reason: "no start date: deadline only"}},
			Notes:      []string{"a note"},
			Pages:      []store.Page{{Requested: "https://a/", URL: "https://b/", Status: 200, ContentType: "text/html", Hash: "00ff", Size: 1 << 40}},
		},
		State: store.SourceState{
			ID:          "bpstudy",
			NextAt:      at(9),
			LastPoll:    at(5),
			LastGood:    at(4),
			FirstGood:   at(1),
			Recheck:     at(20),
			Failures:    3,
			Fingerprint: "f/1",
			Validators:  []store.Validator{{URL: "https://a/", ETag: `W/"x"`, LastModified: "Mon, 18 May 2009 00:00:00 GMT", Hash: "00ff"}},
			Profile:     profile(),
		},
	}
	ok(t, s.ClosePoll(ctx, full))
	for s := range twice(s, again) {
		same(t, "the poll", must(s.Polls(ctx, "", 0))(t), []store.Poll{inUTC(full.Poll)})
		same(t, "the state", must(s.Sources(ctx))(t), []store.SourceState{stateInUTC(full.State)})
		same(t, "the state of the one source", must(s.Source(ctx, "bpstudy"))(t), stateInUTC(full.State))
		same(t, "the latest moment", must(s.Latest(ctx))(t), at(5).UTC())
	}
}

// figures are of a poll, each another number.
func figures() health.Figures {
	return health.Figures{
		Counts: health.Counts{
			Read:     1,
			Rejected: 2,
			Dated:    4,
			Titled:   5,
			Placed:   6,
			Timed:    11,
			Outside:  8,
		},
		First: event.Date{Year: 2009, Month: 5, Day: 22},
		Last: event.Date{
			Year:  2010,
			Month: 12,
			Day:   31,
		},
		Median:    event.Date{Year: 2009, Month: 7, Day: 1},
		Excluded:  3,
		Over:      7,
		CalledOff: 12,
		Partial:   true,
		Impact: health.Impact{
			Expected:    9,
			Found:       10,
			Unexplained: 13,
			Recalled:    14,
			Kept:        15,
			Moved:       16,
			Far:         17,
			Distant:     18,
			Cancelled:   19,
			Withdrawn:   20,
			Lost:        21,
		},
	}
}

// profile is what is usual of a source, with all there is to it.
func profile() health.Profile {
	return health.Profile{
		Polls:    3,
		At:       at(4).UTC(),
		Last:     figures(),
		Recent:   []health.Counts{{Read: 1}, {Read: 2, Rejected: 1}},
		Keeps:    50 * time.Hour,
		Departed: 2,
		Ahead:    60,
		Back:     7,
		News:     []time.Time{at(4).UTC(), at(2).UTC()},
		Hours:    map[int]int{19: 90, 0: 10},
		Zone:     "Asia/Tokyo",
		Charset:  "utf-8",
	}
}

func inUTC(p store.Poll) store.Poll {
	p.At, p.Closed = p.At.UTC(), p.Closed.UTC()
	return p
}

func stateInUTC(s store.SourceState) store.SourceState {
	for _, t := range []*time.Time{&s.NextAt, &s.LastPoll, &s.LastGood, &s.FirstGood, &s.Recheck} {
		if !t.IsZero() {
			*t = t.UTC()
		}
	}
	return s
}

func candidatesComeBack(t *testing.T, open Open) {
	s, again := open(t)
	var listings []event.Listing
	for i, e := range gatherings() {
		listings = append(listings, event.Listing{
			Key:      e.UID,
			Details:  e.Details,
			Sequence: i,
		})
	}
	id := must(s.OpenPoll(ctx, "bpstudy", at(5)))(t)
	c := store.Candidate{
		Poll:     id,
		Source:   "bpstudy",
		At:       at(5).UTC(),
		Since:    at(1).UTC(),
		Polls:    3,
		Cause:    health.CauseEmpty,
		Message:  "0 of 12 are left",
		Digest:   "d1",
		Told:     true,
		Partial:  true,
		Listings: listings,
		Figures:  figures(),
		Past:     "p1",
		Until:    at(90).UTC(),
		Doubts:   []health.Doubt{{Key: "k", Title: "t", Kind: health.KindMoved, Said: "s", Since: at(1).UTC(), Polls: 2, Until: at(90).UTC(), LogOdds: -1.5, Features: []health.Feature{{Name: "item", Value: 1}}}},
		Writing:  heldWriting(),
	}
	ok(t, s.ClosePoll(ctx, heldOutcome(id, c)))
	for s := range twice(s, again) {
		same(t, "the candidate", must(s.Candidate(ctx, id))(t), c)
		same(t, "the candidates", must(s.Candidates(ctx, "bpstudy", false))(t), []store.Candidate{c})
		same(t, "the events, which are not written", must(s.Events(ctx, store.Window{Hidden: true}))(t), []event.Event(nil))
	}
}

// heldWriting is what letting a held poll through writes.
func heldWriting() store.Writing {
	w := store.Writing{
		Events:  gatherings(),
		Changes: []event.Change{{UID: uid(1), Kind: event.ChangeMoved, At: at(5).UTC(), Source: "bpstudy", Field: "start", Before: onDay("2009-05-21"), After: onDay("2009-05-22"), Reasons: []string{"r"}}},
	}
	for i, e := range w.Events {
		c := claim("platform", "key "+e.UID, e, 100-i)
		c.Listing.Derived = i%2 == 0
		w.Claims = append(w.Claims, c)
	}
	rich := &w.Claims[1]
	rich.Until = at(9).UTC()
	rich.Absence = event.Absence{
		Polls: 3,
		Since: at(4).UTC(),
		Last:  at(6).UTC(),
		Gone:  2,
		Asked: at(7).UTC(),
		Alive: true,
		Ended: "gone",
	}
	rich.Listing.Key, rich.Listing.Sequence, rich.Listing.Updated = "another key", 4, at(2).UTC()
	return w
}

// heldOutcome is that of a poll that was held.
func heldOutcome(id int64, c store.Candidate) store.Outcome {
	return store.Outcome{
		Poll: store.Poll{
			ID:     id,
			Source: c.Source,
			At:     c.At,
			Closed: c.At.Add(time.Minute),
			State:  health.Held,
			Cause:  c.Cause,
		},
		State: store.SourceState{
			ID:       c.Source,
			LastPoll: c.At,
			Failures: c.Polls,
		},
		Held: &c,
	}
}
