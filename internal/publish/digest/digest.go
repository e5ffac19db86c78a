// Package digest makes the daily mail's content: what changed for one reader since
// that reader's last digest, and what is soon due. It reads no clock, stores
// nothing and sends nothing.
//
// A Planner makes all digests of one moment: For one reader's Digest, and Render its
// subject, text and HTML. Readers who want
// the same get the same bytes, so each sort of reader is rendered once.
package digest

import (
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/subscriber"
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
	// Rhythm and Look are on which days there is one, and on which it lists the week
	// ahead, as in subscriber.Wish.
	Rhythm subscriber.Rhythm
	Look   int
	// Alerts is what this reader was told at once since Cursor (Alerted.String).
	Alerts string
	// Date is the local date the digest is for.
	Date event.Date
	// Cursor is the last change of which the reader heard, or the last there was when
	// the subscription began.
	Cursor int64
	// Since is the date of the last digest, or of the last day that had nothing
	// to tell; zero where there was none: this digest is the first.
	Since event.Date
	// Operator is set where stale sources are listed.
	Operator bool
}

// days is when r gets a digest.
func (r Reader) days() subscriber.Wish {
	return subscriber.Wish{Rhythm: r.Rhythm, Look: r.Look}
}

// looks reports whether this digest lists the week ahead.
func (r Reader) looks() bool { return r.First() || r.days().LooksOn(r.Date) }

// First reports whether r never had a digest.
func (r Reader) First() bool { return r.Since.IsZero() }

// Kind is why an event is in a digest.
type Kind int

// The kinds, in the order of their sections.
const (
	Cancelled Kind = iota
	Changed
	// Today is what is on on the day of the digest, whether it was told before or not.
	Today
	Registration
	// Soon is what is on before the next digest.
	Soon
	New
	// Week is what is on in the next days: in a first digest, and on the day of the
	// week that the reader chose.
	Week
	kinds
)

// The bounds of a digest.
const (
	// Most is how many events are told; the rest is counted, with a link.
	Most = 60
	// Short is up to how many events each gets its links into a calendar.
	Short = 30
	// FirstDays is how many days ahead a look at the week shows.
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
	// Ahead counts the events further ahead, in a first digest; MoreURL lists them too.
	Ahead int
	// Stale is only for operators.
	Stale []Stale
	// Upto is the last change that was looked at: the next digest begins after it.
	Upto int64

	// AtOnce is set where it tells of what is near, before the digest of the day.
	AtOnce bool

	// home is the calendar's page.
	home string
	// subject names the most important event.
	subject string
}

// A Section is the events of one kind, soonest first.
type Section struct {
	Kind  Kind
	Items []Item
}

// An Item is one event as it is told, in the reader's language.
type Item struct {
	UID, Title string
	// Mark says in words what it is about ("中止", "日時・場所の変更"), "" where the
	// section does.
	Mark string
	// Day is the day under which it stands, "" in a section without days; Time is when
	// it is, the day included where there is no Day.
	Day, Time string
	// Place is where it is and Who whose it is; "" where that is not known.
	Place, Who string
	// Page is its page here, File and Google lead into a calendar; both are "" for what
	// is off, and where there are too many.
	Page, File, Google string
	// Lines are what changed and what one needs to know besides.
	Lines []Line
	// Running is set for what began on an earlier day.
	Running bool
}

// A Line is one fact: Was is its former value where it changed, and How says in words
// what is between them, "" for nothing.
type Line struct{ Label, Was, Now, How string }

// A Stale is a source that is not being updated.
type Stale struct {
	Name string
	// Since is when it was last read well; zero for never.
	Since time.Time
	// Cause is why, for people.
	Cause string
}

// UIDs returns the events that stand in d.
func (d Digest) UIDs() []string {
	var all []string
	for _, s := range d.Sections {
		for _, i := range s.Items {
			all = append(all, i.UID)
		}
	}
	return all
}

// Empty reports whether there is nothing to tell: no mail is sent then. What goes on
// since an earlier day is no reason for one.
func (d Digest) Empty() bool {
	return !slices.ContainsFunc(d.Sections, func(s Section) bool {
		return slices.ContainsFunc(s.Items, func(i Item) bool { return !i.Running })
	})
}
