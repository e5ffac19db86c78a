// Package store answers for the contract between koyomi and the database that
// remembers: polls, claims, events, changes, held polls and a person's
// corrections. It holds the words and the promises; an implementation holds the SQL.
package store

import (
	"context"
	"errors"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/query"
	"koyomi/internal/source"
)

// The errors an implementation answers with; branch on them with errors.Is.
var (
	// ErrNotFound: nothing has that id.
	ErrNotFound = errors.New("not found")
	// ErrAmbiguous: several events begin with that id.
	ErrAmbiguous = errors.New("several begin so")
	// ErrLocked: another daemon works on this database.
	ErrLocked = errors.New("another koyomi works on this database")
	// ErrNewer: the database was written by a newer koyomi.
	ErrNewer = errors.New("the database is newer than this koyomi")
	// ErrForeign: the file is not a koyomi database.
	ErrForeign = errors.New("not a koyomi database")
	// ErrEmpty: there is a database, and nothing of koyomi's in it yet.
	ErrEmpty = errors.New("the database is still empty")
	// ErrCorrupt: the database file is damaged.
	ErrCorrupt = errors.New("the database is damaged")
	// ErrReplaced: the file was deleted or replaced while in use.
	ErrReplaced = errors.New(
		"the database file was deleted or replaced while koyomi was running",
	)
	// ErrFull: no space is left on the disk.
	ErrFull = errors.New("the disk is full")
	// ErrBusy: another process has kept the database from being written for too long;
	// it may be tried again.
	ErrBusy = errors.New("another process keeps the database from being written")
	// ErrUnreachable: no database server answers.
	ErrUnreachable = errors.New("the database cannot be reached")
	// ErrStale: the poll is no longer the source's open one, or a person has decided
	// on it already; nothing was written.
	ErrStale = errors.New("the poll was overtaken by a later one")
	// ErrMark: what a Writing was computed from has changed meanwhile; nothing was
	// written, and it is to be computed again.
	ErrMark = errors.New("what is known has changed meanwhile")
)

// A Page is one page of a poll; its bytes are in the archive under Hash.
type Page struct {
	Requested, URL string
	Status         int
	ContentType    string
	// Hash is the SHA-256 of the body in hex, Size its octets.
	Hash string
	Size int64
}

// A Poll is one visit to a source and its outcome.
type Poll struct {
	ID     int64
	Source string
	// At is the moment of the visit, Closed the moment its outcome was written
	// (zero while it is open).
	At, Closed time.Time
	State      health.State
	Cause      health.Cause
	// Message is the cause in words, for people.
	Message string
	// Figures are what it read and what that means, in numbers.
	health.Figures
	// Changes counts what was applied, by kind.
	Changes    map[event.ChangeKind]int
	Rejections []event.Rejection
	Notes      []string
	Pages      []Page
}

// A Validator is what a host gave to ask again with (RFC 9110 section 8.8),
// verbatim, for one URL.
type Validator struct {
	URL          string
	ETag         string
	LastModified string
	// Hash is that of the body last read, in hex.
	Hash string
}

// A SourceState is what is remembered of one source between polls.
type SourceState struct {
	ID string
	// NextAt is when it is due; the zero time means that it never was polled.
	NextAt time.Time
	// LastPoll is the moment of the last poll that ended, LastGood of the last
	// one that was unchanged or applied, FirstGood of the first such.
	LastPoll, LastGood, FirstGood time.Time
	// Recheck is when something that the source shows no more is to be looked
	// after, even if its pages have not changed; the zero time stands for nothing.
	Recheck time.Time
	// Failures counts the polls in a row that failed or were held.
	Failures int
	// Fingerprint is that of the definition and the readers by which the
	// validators were won; another one makes them void.
	Fingerprint string
	Validators  []Validator
	// Profile is what is usual of the source, learnt from its good polls.
	Profile health.Profile
}

// A DueSource is a source and since when it is due.
type DueSource struct {
	ID string
	At time.Time
}

// An Outcome is all that one poll changes. It is written whole or not at all.
type Outcome struct {
	// Poll is closed; its ID is that of the open poll.
	Poll Poll
	// State replaces the source's state.
	State SourceState
	Writing
	// Held keeps the poll for a person to decide on, in place of the source's open
	// candidate if there is one. Where it is nil and the poll was unchanged or
	// applied, an open candidate of the source is closed as superseded; a failed
	// poll leaves it as it is.
	Held *Candidate
}

// IsQuiet reports whether the poll was good and brought nothing.
func (o *Outcome) IsQuiet() bool {
	return o.Poll.State == health.Unchanged && o.Held == nil && o.Writing.IsEmpty()
}

// A Writing is what becomes different of events.
type Writing struct {
	// Events replace those of the same UID or are new; Claims likewise by
	// (Source, Key); Changes are appended, in order, and get their IDs. Their Poll
	// is set by the store: the poll's of an Outcome or a Decision, 0 otherwise.
	Events  []event.Event
	Claims  []event.Claim
	Changes []event.Change
	// Mark, where it is not 0, is the Mark that was read before the Known from which
	// this was reckoned. Where it has grown since, ErrMark refuses the whole.
	Mark int64
}

// IsEmpty reports whether nothing becomes different.
func (w *Writing) IsEmpty() bool {
	return len(w.Events)+len(w.Claims)+len(w.Changes) == 0
}

// Choice is what became of a candidate.
type Choice string

// The choices. The zero Choice is one still to be made.
const (
	Approved   Choice = "approved"
	Discarded  Choice = "discarded"
	Superseded Choice = "superseded" // a later poll was good
)

// A Candidate is a held poll, kept until a person lets it through or drops it, or a
// good poll takes its place. A source has one open candidate at most.
type Candidate struct {
	// Poll is the latest poll that was held alike, At its moment.
	Poll   int64
	Source string
	At     time.Time
	// Since is the moment of the first poll in a row that was held, Polls how many
	// there were, this one included.
	Since time.Time
	Polls int
	// Cause and Message say why it was held.
	Cause   health.Cause
	Message string
	// Digest names what was read: equal for what a reader would see as the same.
	Digest string
	// Doubts are the items that are held, those of a poll that was not refused whole:
	// everything else of it is applied. Until is when what is held is believed at the
	// latest, should the source go on saying it.
	Doubts []health.Doubt
	Until  time.Time
	// Told is set once it has repeated for long enough that a person must look.
	Told bool
	// Listings are all that was read, Partial whether that is the newest items only,
	// Figures the same in numbers.
	Listings []event.Listing
	Partial  bool
	Figures  health.Figures
	// Writing is what letting it through would have written at At; its Changes, by ID
	// 0 and Poll 0, are the diff that a person looks at. Its Mark is not kept.
	Writing
	// Past names what was known when it was reckoned (ledger.Known.Digest): with
	// another past it would be another one. It is "" for what was held by a koyomi
	// that did not keep it.
	Past string
	// Choice is what was decided, Decided when.
	Choice  Choice
	Decided time.Time
}

// A Decision is a person's on a candidate. It is written whole or not at all.
type Decision struct {
	// Poll is the candidate's, Choice Approved or Discarded, At the moment.
	Poll   int64
	Choice Choice
	At     time.Time
	// Writing is what approving changes; empty for Discarded. An approved poll
	// becomes an applied one: its State is set, its Changes counted by kind, and its
	// source's Failures go to 0, its LastGood (and an unset FirstGood) to the
	// poll's moment, its Profile to the one here.
	Profile health.Profile
	Writing
}

// An Amendment is a person's correction and what it changes. It is written whole or
// not at all.
type Amendment struct {
	// Correction is appended where its ID is 0, and gets its ID. Otherwise it is
	// taken back: the stored one of that ID gets its Undone, the rest of it stays.
	Correction ledger.Correction
	Writing
}

// Need, Known and Correction are the ledger's: which part of the past a poll is
// reconciled with, that part, and a person's word.
type (
	Need       = ledger.Need
	Known      = ledger.Known
	Correction = ledger.Correction
)

// A Window chooses events to show. Zero fields do not choose.
type Window struct {
	// From and Until choose events that are over after From and start before Until.
	From, Until time.Time
	// AssumedLength is how long a timed event without an end counts as lasting.
	AssumedLength time.Duration
	Community     string
	// Hidden includes withdrawn and merged events.
	Hidden bool
	// IndexTerms, of which a sought event has one of each list, may be looked for in the
	// database: what is given then has all events that have them, and perhaps others.
	IndexTerms [][]query.IndexTerm
}

// SeatsKept is how long a row of the history of seats is kept at least; older ones are
// removed when new ones are written.
const SeatsKept = 400 * 24 * time.Hour

// GoodKept is how many good polls of a source are kept however old they are: a source that
// has been away is judged by them when it is back.
const GoodKept = 10

// Reader is what readers of the calendar need. All methods may be called at any
// time from several goroutines and never wait for a writer. Events come sorted
// by start (all-day before timed on one day, by the civil day in their zone),
// then by UID.
type Reader interface {
	// Events returns those in the window, none being no error.
	Events(ctx context.Context, w Window) ([]event.Event, error)
	// Event returns the one whose UID or ID begins with id (dashes count for
	// nothing): ErrNotFound, ErrAmbiguous.
	Event(ctx context.Context, id string) (event.Event, error)
	// Claims returns all claims on an event, ended ones too, oldest first.
	Claims(ctx context.Context, uid string) ([]event.Claim, error)
	// Changes returns those of an event, oldest first; of all events where uid is
	// "". Only those with an ID above after; at most limit, 0 for all.
	Changes(ctx context.Context, uid string, after int64, limit int) ([]event.Change, error)
	// Moved returns the UIDs, of those asked for, of events of which a Change of kind
	// moved is stored, in no order.
	Moved(ctx context.Context, uids []string) ([]string, error)
	// Polls returns the latest polls of a source, newest first; of all sources
	// where source is ""; at most limit, 0 for all.
	Polls(ctx context.Context, source string, limit int) ([]Poll, error)
	// Good returns the latest polls of a source that were unchanged or applied, newest
	// first, at most limit: however often it failed since.
	Good(ctx context.Context, source string, limit int) ([]Poll, error)
	// News returns the moments at which a source brought a new event (a Change of kind
	// added with its Source), each once, newest first; at most limit, 0 for all.
	News(ctx context.Context, source string, limit int) ([]time.Time, error)
	// Candidates returns the held polls of a source, newest first, of all sources
	// where source is ""; those decided on as well where decided is set.
	Candidates(ctx context.Context, source string, decided bool) ([]Candidate, error)
	// Candidate returns the one of a poll: ErrNotFound. Decided ones are kept for 90
	// days at least.
	Candidate(ctx context.Context, poll int64) (Candidate, error)
	// Seats returns the history of seats of the events of the UIDs asked for, oldest
	// first: a row from each moment on at which an event was stored with other seats
	// than in the row before (the poll's At, the Decision's or the Correction's), the
	// first with any. A row is kept for SeatsKept at least.
	Seats(ctx context.Context, uids []string) ([]event.SeatsAt, error)
	// Corrections returns a person's corrections on an event (as Event or Other of
	// it), those undone as well, oldest first; all where uid is "".
	Corrections(ctx context.Context, uid string) ([]Correction, error)
	// Source returns the state of one source; where it was never polled or scheduled
	// that has nothing but its ID.
	Source(ctx context.Context, id string) (SourceState, error)
	// Shown returns, of the events of the UIDs asked for, when the sources that list
	// each were last seen to list it: a source that fails or is held shows nothing.
	// Events that no source lists any more are left out.
	Shown(ctx context.Context, uids []string) (map[string]time.Time, error)
	// Sources returns the states of all sources that were ever polled or
	// scheduled, by id.
	Sources(ctx context.Context) ([]SourceState, error)
	// Revision grows whenever an event changes, and only then; it starts at 0.
	Revision(ctx context.Context) (int64, error)
	// Mark grows whenever an event, claim or correction changes: whatever Known can
	// give. It starts at 1.
	Mark(ctx context.Context) (int64, error)
	// Latest returns the latest moment of any poll stored, the zero time where
	// there is none: the clock of a replay goes on from there.
	Latest(ctx context.Context) (time.Time, error)
}

// Writer is what polling needs. Writers wait for each other; a write that finds
// the database locked by another process waits, then fails.
type Writer interface {
	// OpenPoll notes the intent to visit a source before anything is fetched
	// and returns the poll's id. A poll of the source left open by a process that
	// died is closed as failed (CauseStopped).
	OpenPoll(ctx context.Context, source string, at time.Time) (int64, error)
	// Known returns the part of the past that n names, at one moment. Its order says
	// nothing. Where Source, Community and the days are empty, only UIDs choose. Each
	// Event and Claim comes once. Whoever stores an event stores ledger.Block of it
	// beside it, so that Blocks can be looked up.
	Known(ctx context.Context, n Need) (Known, error)
	// ClosePoll writes an outcome in one transaction: ErrStale where the poll
	// is not open any more, ErrFull, ErrReplaced.
	ClosePoll(ctx context.Context, o Outcome) error
	// Decide closes a candidate in one transaction: ErrNotFound, ErrStale where it is
	// not open any more.
	Decide(ctx context.Context, d Decision) error
	// Amend writes a correction, or its undoing, in one transaction and returns its ID:
	// ErrNotFound where the one to undo is not there or is undone already.
	Amend(ctx context.Context, a Amendment) (int64, error)
	// Schedule sets when sources are due, leaving the rest of their state alone.
	Schedule(ctx context.Context, due map[string]time.Time) error
	// ForgetPolls removes polls that were closed and are from before a moment, and says how
	// many. Each source keeps its last poll and its last GoodKept good ones; what is held
	// keeps its poll.
	ForgetPolls(ctx context.Context, before time.Time) (int64, error)
	// Abandoned closes all polls left open by a process that died as failed
	// (CauseStopped, at the moment now) and returns them.
	Abandoned(ctx context.Context, now time.Time) ([]Poll, error)
}

// Agenda tells which sources are to be polled.
type Agenda interface {
	// Due returns the sources that are due at a moment, those due longest first, and when
	// the next one is due after it, the zero time where none is. It looks at no others.
	Due(ctx context.Context, now time.Time) ([]DueSource, time.Time, error)
	// DueOf returns those of some sources that are due at a moment, likewise.
	DueOf(ctx context.Context, now time.Time, ids []string) ([]DueSource, error)
}

// Store is a database.
type Store interface {
	Agenda
	Reader
	Writer
	Hosts
	Duties
	// Memory keeps the communities that were found in the data of platforms, and those
	// that moved.
	source.Memory
	// Close ends its use; the file is then whole without its write-ahead log.
	Close() error
}
