// Package ledger answers for the truth over time: from what a believed poll
// listed and what was known before, it says which events there are and what
// happened to them. It reads no clock and stores nothing.
//
// A listing finds its event by the id under which it was known (known.go). All others
// are weighed against what has just gone from their source and what other sources and
// communities list (candidate.go, elsewhere.go), by the log-odds of package link; of all
// pairs that suffice for what the link would do, those are taken that together are
// likeliest, so that the order in which a page lists things says nothing. What finds no
// event is a new one. Then the events that turn out to be one are merged, what is missing
// is weighed (absence.go), and the content of each event touched is made again from all
// its claims, field by field in order of authority (compose.go) with a person's
// corrections on top (person.go). What differs from before becomes the changes.
package ledger

import (
	"cmp"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
)

// A Need says which part of the past a poll is reconciled with.
//
// For a correction Source and Community are empty and From and To zero: then
// nothing is chosen by them, only by UIDs.
type Need struct {
	Source, Community string
	// Keys are those of the listings read.
	Keys []string
	// From and To bound the starts of the listings and the day of the visit,
	// padded by Pad days; both inclusive.
	From, To event.Date
	// UIDs are those that the listings may be known under elsewhere, Blocks those
	// of Block for them.
	UIDs, Blocks []string
}

// Known is the part of the past that a poll is reconciled with.
type Known struct {
	// Claims are all (ended ones too) on any event in Events.
	Claims []event.Claim
	// Events are those that the source has a claim on and that start on or after
	// From, those that it claims under one of Keys, those of the community that
	// start within From and To, those with one of UIDs or Blocks, and what any of
	// them that was merged lives on under.
	Events []event.Event
	// Corrections are a person's on any of these events, oldest first, those
	// undone left out.
	Corrections []Correction
}

// Pad is how many days around the listings' own days the ledger wants to see.
const Pad = 60

// A Visit is a poll to reconcile: one that is believed, except what is doubted.
type Visit struct {
	Source, Community string
	// Origin is the platform, or the host of a source without one: with the key
	// it names an event the same way wherever it is seen.
	Origin   string
	At       time.Time
	Listings []event.Listing
	// Authority says whose word a source is, this one or any other.
	Authority func(source string) Authority
	// Partial marks a list of the newest or nearest items only.
	Partial bool
	// Profile is what is usual of the source: a list that is as long as ever may have
	// pushed out what comes last, and one that keeps what is over shows it for a while.
	Profile health.Profile
	// Assumed is how long a timed event without an end counts as lasting; two hours
	// where it is 0.
	Assumed time.Duration
	// Pages holds, by claim key, what the own pages of missing listings said.
	Pages map[string]Answer
	// Misread are keys that a fixed reader does not find any more in the very
	// pages they were read from: they never were there. Reread is what it
	// finds there, by key; both are nil where the readers are those of before.
	Misread map[string]bool
	Reread  map[string]event.Listing
	// Doubted are keys of listings, and of missing ones, that are not believed: what is
	// known of them stays as it is.
	Doubted map[string]bool
	// MayAsk reports whether a page may be read by program; nil where all may.
	MayAsk func(url string) bool
	// Blank is set where polls before this one, up to the last, showed nothing though
	// something was to be shown: a page that goes meanwhile explains nothing of that.
	Blank bool
	// Approved is set where a person has looked at the poll: what is missing then
	// counts as seen often enough.
	Approved bool
	// Founding is set on the first day of a community, while its sources are
	// asked for the first time: nobody has its UIDs yet, so the order in which
	// the sources were asked must not show in them.
	Founding bool
}

// An Authority is whose word a source is.
type Authority struct {
	// Community is the one whose events it announces.
	Community string
	// Rank orders the sources of a community by authority, the lowest first.
	Rank int
	// Aggregator marks a source that lists what others announce: it never
	// overrides one that does not.
	Aggregator bool
}

func (v Visit) authority(source string) Authority {
	if v.Authority == nil {
		return Authority{Community: v.Community}
	}
	return v.Authority(source)
}

func (v Visit) assumed() time.Duration { return cmp.Or(v.Assumed, health.DefaultAssumed) }

// last returns the moment of the last believed poll before, the zero time for none.
func (v Visit) last() time.Time { return v.Profile.At }

// A Result is what a visit changed: nothing where it brought no news.
type Result struct {
	Events  []event.Event
	Claims  []event.Claim
	Changes []event.Change
	// Impact is what the visit would mean for what was known, in numbers: health
	// judges by it.
	Impact health.Impact
	// Items are what the source says now, beside what it said before: health weighs
	// them one by one.
	Items []health.Item
	// LastAhead is when the last of what the visit misses, and should list, is over.
	LastAhead time.Time
	// Departed are the times for which what is over and has left the list was over.
	Departed []time.Duration
	// Recheck is when a page of a missing listing should be asked for again,
	// even if the source has not changed; zero for never.
	Recheck time.Time
}

// Added reports whether the visit brought an event that was not known.
func (r Result) Added() bool {
	return slices.ContainsFunc(
		r.Changes,
		func(c event.Change) bool { return c.Kind == event.ChangeAdded },
	)
}

// NeedFor says which part of the past v is reconciled with.
func NeedFor(v Visit) Need {
	day := event.DateOf(v.At.In(event.Tokyo))
	n := Need{
		Source:    v.Source,
		Community: v.Community,
		From:      day,
		To:        day,
		UIDs:      seedUIDs(v),
	}
	for _, l := range v.Listings {
		n.Keys = append(n.Keys, l.Key)
		if block := Block(l.Details); block != "" {
			n.Blocks = append(n.Blocks, block)
		}
		d := l.Start.Date
		if !d.IsZero() && d.Compare(n.From) < 0 {
			n.From = d
		}
		if d.Compare(n.To) > 0 {
			n.To = d
		}
	}
	n.From, n.To = n.From.Add(-Pad), n.To.Add(Pad)
	return n
}
