package sqlstore

import (
	"encoding/json"
	"fmt"
	"time"

	"koyomi/internal/event"
)

// Events and claims of a held poll are kept as JSON: they stand in no table until the
// poll is let through.

// A heldEvent is an event that letting a held poll through writes.
type heldEvent struct {
	listing
	UID       string    `json:"uid"`
	Community string    `json:"community"`
	Sources   []string  `json:"sources,omitempty"`
	Created   time.Time `json:"created,omitzero"`
	// Written is Event.Updated; the listing has the key "updated".
	Written    time.Time `json:"written,omitzero"`
	Cancelled  time.Time `json:"cancelled,omitzero"`
	Withdrawn  bool      `json:"withdrawn,omitempty"`
	MergedInto string    `json:"merged_into,omitempty"`
}

func heldEventOf(e event.Event) (heldEvent, error) {
	l, err := listingOf(event.Listing{Details: e.Details, Sequence: e.Sequence})
	k := heldEvent{
		listing:    l,
		UID:        e.UID,
		Community:  e.Community,
		Sources:    e.Sources,
		Created:    utc(e.Created),
		Written:    utc(e.Updated),
		Cancelled:  utc(e.CancelledAt),
		Withdrawn:  e.Withdrawn,
		MergedInto: e.MergedInto,
	}
	k.Description = e.Description
	return k, err
}

func (k heldEvent) event() (event.Event, error) {
	l, err := k.listing.listing("", k.Description)
	return event.Event{
		UID:         k.UID,
		Community:   k.Community,
		Details:     l.Details,
		Sources:     k.Sources,
		Sequence:    l.Sequence,
		Created:     k.Created,
		Updated:     k.Written,
		CancelledAt: k.Cancelled,
		Withdrawn:   k.Withdrawn,
		MergedInto:  k.MergedInto,
	}, err
}

// A heldClaim is a claim that letting a held poll through writes.
type heldClaim struct {
	Source  string        `json:"source"`
	Key     string        `json:"key"`
	UID     string        `json:"uid"`
	From    time.Time     `json:"from,omitzero"`
	Seen    time.Time     `json:"seen,omitzero"`
	Until   time.Time     `json:"until,omitzero"`
	Absence event.Absence `json:"absence,omitzero"`
	Listing listing       `json:"listing"`
}

func heldClaimOf(c event.Claim) (heldClaim, error) {
	l, err := heldListing(c.Listing)
	k := heldClaim{
		Source:  c.Source,
		Key:     c.Key,
		UID:     c.UID,
		From:    utc(c.From),
		Seen:    utc(c.Seen),
		Until:   utc(c.Until),
		Absence: c.Absence,
		Listing: l,
	}
	for _, t := range []*time.Time{&k.Absence.Since, &k.Absence.Last, &k.Absence.Asked} {
		*t = utc(*t)
	}
	return k, err
}

func (k heldClaim) claim() (event.Claim, error) {
	l, err := k.Listing.listing("", k.Listing.Description)
	return event.Claim{
		Source:  k.Source,
		Key:     k.Key,
		UID:     k.UID,
		From:    k.From,
		Seen:    k.Seen,
		Until:   k.Until,
		Absence: k.Absence,
		Listing: l,
	}, err
}

// heldListing returns a listing as it is kept where it has no columns of its own.
func heldListing(l event.Listing) (listing, error) {
	k, err := listingOf(l)
	k.Key, k.Description = &l.Key, l.Description
	return k, err
}

// heldJSON writes a list as JSON in the form in which it is kept, NULL where empty.
func heldJSON[T, K any](all []T, kept func(T) (K, error)) (any, error) {
	list := make([]K, len(all))
	for i, one := range all {
		var err error
		if list[i], err = kept(one); err != nil {
			return nil, err
		}
	}
	return jsonText(list)
}

// fromHeld reads what heldJSON wrote.
func fromHeld[T, K any](kept []K, whole func(K) (T, error)) (all []T, err error) {
	for _, k := range kept {
		one, err := whole(k)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// valueJSON returns a value as JSON to store, NULL where it is the zero value.
func valueJSON[T any](v T) (any, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%T: %w", v, err)
	}
	if string(b) == "{}" {
		return nil, nil
	}
	return string(b), nil
}
