// Package digest makes the daily mail's content: what changed for one reader since
// that reader's last digest, and what is soon due. It reads no clock, stores
// nothing and sends nothing.
//
// A Planner makes all digests of one moment: For one reader's Digest, and Render its
// subject, text and HTML. Readers who want
// the same get the same bytes, so each sort of reader is rendered once.
package digest

import (
	"time"

	"koyomi/internal/event"
)

// A Reader is all that shapes a digest. Equal readers get equal digests.
type Reader struct {
	// Query is a filter in the query language, canonical; "" for all events.
	Query string
	// Zone is an IANA name, "" for Asia/Tokyo; days and hours are written in it.
	Zone string
	// Lang is Japanese or English.
	Lang string
	// Minute is the minute of the local day at which the digest is due.
	Minute int
	// Date is the local date the digest is for.
	Date event.Date
	// Cursor is the last change of which the reader heard.
	Cursor int64
	// Since is the date of the last digest, or of the last day that had nothing
	// to tell; zero where there was none: this digest is the first.
	Since event.Date
	// Operator is set where stale sources are listed.
	Operator bool
}

// First reports whether r never had a digest.
func (r Reader) First() bool { return r.Since.IsZero() }

// Kind is why an event is in a digest.
type Kind int

// The kinds, in the order of their sections.
const (
	Cancelled Kind = iota
	Changed
	New
	Registration
	Soon
	// Week is the one section of a first digest: what is on in the next days.
	Week
	kinds
)

// The bounds of a digest.
const (
	// Most is how many events are told; the rest is counted, with a link.
	Most = 60
	// Short is up to how many events each gets a link to Google's calendar.
	Short = 30
	// FirstDays is how many days ahead a first digest shows.
	FirstDays = 7
	// MaxBytes is the size of the text and HTML parts together, so that the
	// message, in base64, stays under 100 kB; Gmail clips HTML at 102 kB.
	MaxBytes = 71_000
)

// The distances at which a reader is reminded of what can be signed up for.
const (
	opensWithin  = 24 * time.Hour
	closesWithin = 48 * time.Hour
)

// A Digest is what one sort of reader gets on one day.
type Digest struct {
	Reader   Reader
	Sections []Section
	// Totals counts the events by kind, those that did not fit among them; More is
	// how many did not, MoreURL lists them.
	Totals  [kinds]int
	More    int
	MoreURL string
	// Stale is only for operators.
	Stale []Stale
	// Upto is the last change that was looked at: the next digest begins after it.
	Upto int64

	// home is the calendar's page.
	home string
}

// A Section is the events of one kind, soonest first.
type Section struct {
	Kind  Kind
	Items []Item
}

// An Item is one event as it is told, in the reader's language.
type Item struct {
	UID, Title string
	// Mark says in a word what it is about ("中止"), "" where the section does.
	Mark string
	// Next is what to do, in one short line.
	Next  string
	Lines []Line
	Links []Link
}

// A Line is one fact: Was is its former value where it changed.
type Line struct{ Label, Was, Now string }

// A Link is an address and what is there.
type Link struct{ Label, URL string }

// A Stale is a source that is not being updated.
type Stale struct {
	Name string
	// Since is when it was last read well; zero for never.
	Since time.Time
	// Cause is why, for people.
	Cause string
}

// Empty reports whether there is nothing to tell: no mail is sent then.
func (d Digest) Empty() bool { return len(d.Sections) == 0 }
