package event

import (
	"strings"
	"time"
)

// An Event is one real gathering, merged from the listings of its sources, with
// a UID for life.
type Event struct {
	// UID is letters, digits and "-" only (RFC 7986 section 5.3), and stands in
	// every calendar.
	UID       string
	Community string
	Details
	// Sources are the ids of the sources that list it, in order of authority.
	Sources []string
	// Sequence rises with time, place or status (RFC 5546 section 2.1.4).
	Sequence int
	// Created is when it was first seen, Updated when its content last changed
	// (CREATED, LAST-MODIFIED). Both are the moment of the poll, in UTC.
	Created, Updated time.Time
	// CancelledAt is when the cancellation was first seen; zero if it is not cancelled.
	CancelledAt time.Time
	// Withdrawn marks an event that is in no calendar any more: its own page is
	// gone, or a reading error was fixed. It is never shown as cancelled.
	Withdrawn bool
	// MergedInto is the UID that this event lives on under, "" otherwise.
	MergedInto string
	// Inherited names what is its community's, not its own: "area", "tags". It is told
	// to readers and never kept.
	Inherited []string
}

// ID returns the short form of the UID that people type and links carry: its
// first 16 letters and digits.
func (e Event) ID() string { return string(AppendID(make([]byte, 0, 16), e.UID)) }

// AppendID writes the ID of the event of a UID to the end of b.
func AppendID(b []byte, uid string) []byte {
	left := 16
	for part := range strings.SplitSeq(uid, "-") {
		n := min(len(part), left)
		b = append(b, part[:n]...)
		left -= n
	}
	return b
}

// A Claim is a source's own id for an event, with the time for which it held.
type Claim struct {
	Source, Key string
	UID         string
	// From is the moment of the first poll that saw it, Seen of the last;
	// Until is zero while it holds.
	From, Seen, Until time.Time
	// Listing is what the source last said under this claim.
	Listing Listing
	// Absence is what is known of a listing that the source shows no more; its
	// zero value stands for one that it shows.
	Absence Absence
}

// An Absence is what was seen of a listing since it was missing, poll by believed
// poll. A failed or held poll never adds to it.
type Absence struct {
	// Polls counts the believed polls in a row that missed it though they should
	// have shown it; Since is the moment of the first of them. Last is that of the
	// latest, or of the first poll that missed it where none should have shown it.
	Polls int       `json:"polls,omitempty"`
	Since time.Time `json:"since,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Gone counts the visits to its own page in a row that found none (404, 410).
	// Asked is the last visit, Alive its answer.
	Gone  int       `json:"gone,omitempty"`
	Asked time.Time `json:"asked,omitzero"`
	Alive bool      `json:"alive,omitempty"`
	// Ended says why the claim was ended without another in its place: "gone"
	// (withdrawn by the source) or "misread" (it never was there: a reading error
	// was fixed).
	Ended string `json:"ended,omitempty"`
}

// ChangeKind is what happened to an event.
type ChangeKind string

// The kinds of changes.
const (
	ChangeAdded      ChangeKind = "added"
	ChangeEdited     ChangeKind = "edited"
	ChangeMoved      ChangeKind = "moved"     // another time
	ChangeRelocated  ChangeKind = "relocated" // another place
	ChangePostponed  ChangeKind = "postponed" // no new date yet
	ChangeCancelled  ChangeKind = "cancelled"
	ChangeReinstated ChangeKind = "reinstated"
	ChangeWithdrawn  ChangeKind = "withdrawn"
	ChangeMerged     ChangeKind = "merged"
	ChangeSplit      ChangeKind = "split"
)

// A Change is one thing that happened to an event. Changes are only ever
// appended; SEQUENCE, history, digests and undo read them.
type Change struct {
	// ID is given by the store, rising.
	ID   int64
	UID  string
	Kind ChangeKind
	At   time.Time
	// Source and Poll are what it was learnt from; "" and 0 for a person's.
	Source string
	Poll   int64
	// Field is the name of the field that changed, see Fields; "event" for what was
	// merged or split (Before or After is then a UID), "" for what happened to the
	// event as a whole.
	Field string
	// Before and After are the field's values, of the type that the field has; nil
	// where it held nothing.
	Before, After Value
	// Reasons say why it was taken for this change.
	Reasons []string
}

// Old returns the former value without a language, "" for nothing.
func (c Change) Old() string { return stringOf(c.Before) }

// New returns the present value without a language, "" for nothing.
func (c Change) New() string { return stringOf(c.After) }

func stringOf(v Value) string {
	if v == nil {
		return ""
	}
	return v.String()
}
