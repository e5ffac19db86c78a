// Package ledger answers for the truth over time: from what a believed poll
// listed and what was known before, it says which events there are and what
// happened to them. It reads no clock and stores nothing.
//
// A listing finds its event by the rules in rule_*.go, tried in order of how much
// they prove; what no rule claims is a new event. The event's content is then
// made anew from all its claims, field by field in order of authority, and what
// differs from before becomes the changes.
package ledger

import (
	"time"

	"koyomi/internal/event"
)

// A Need says which part of the past a poll is reconciled with.
type Need struct {
	Source, Community string
	// Keys are those of the listings read.
	Keys []string
	// From and To bound the starts of the listings, padded by Pad days; both
	// inclusive. They are zero where no listing was read.
	From, To event.Date
}

// Known is the part of the past that a poll is reconciled with.
type Known struct {
	// Claims are all current ones of the source whose event starts on or after
	// From or whose key was asked for, and the current ones of other sources on
	// any event in Events.
	Claims []event.Claim
	// Events are those named by Claims, and those of the community that start
	// within From and To.
	Events []event.Event
}

// Pad is how many days around the listings' own days the ledger wants to see.
const Pad = 60

// A Visit is a believed poll.
type Visit struct {
	Source, Community string
	// Origin is the platform, or the host of a source without one: with the key
	// it names an event the same way wherever it is seen.
	Origin   string
	At       time.Time
	Listings []event.Listing
	// Rank orders sources by authority, the lowest first.
	Rank func(source string) int
}

// A Result is what a visit changed: nothing where it brought no news.
type Result struct {
	Events  []event.Event
	Claims  []event.Claim
	Changes []event.Change
}

// NeedFor says which part of the past v is reconciled with.
func NeedFor(v Visit) Need {
	n := Need{Source: v.Source, Community: v.Community}
	for _, l := range v.Listings {
		n.Keys = append(n.Keys, l.Key)
		d := l.Start.Date
		if n.From.IsZero() || d.Compare(n.From) < 0 {
			n.From = d
		}
		if n.To.IsZero() || d.Compare(n.To) > 0 {
			n.To = d
		}
	}
	if len(n.Keys) > 0 {
		n.From, n.To = n.From.Add(-Pad), n.To.Add(Pad)
	}
	return n
}
