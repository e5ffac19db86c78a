package event

import "time"

// Status is what is announced of an event taking place (RFC 5545 STATUS, and
// schema.org EventPostponed for an event without a new date).
type Status string

// The statuses a listing or an event can have.
const (
	Confirmed Status = "confirmed"
	Tentative Status = "tentative"
	Postponed Status = "postponed"
	Cancelled Status = "cancelled"
)

// Mode is how one attends (schema.org eventAttendanceMode); "" where nothing says so.
type Mode string

// The modes of attendance.
const (
	Onsite Mode = "onsite"
	Online Mode = "online"
	Hybrid Mode = "hybrid"
)

// Type is what an entry of the calendar stands for. Only TypeEvent is shown
// unless a reader asks for another.
type Type string

// The types of entries.
const (
	TypeEvent        Type = "event"
	TypeRegistration Type = "registration"
	TypeDeadline     Type = "deadline"
	TypeCFP          Type = "cfp"
)

// Geo is a position in degrees (WGS 84).
type Geo struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// Reading says how a date was read, so that a person can follow it.
type Reading struct {
	// Text is the text the date was read from, as written.
	Text string `json:"text,omitempty"`
	// Confidence is 0 to 100; 100 for a machine-readable date.
	Confidence int `json:"confidence,omitempty"`
	// Reasons and Warnings are words for people ("year: from publication").
	Reasons  []string `json:"reasons,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Details are what a source says of an event and what an event keeps of it. All
// text is clean: NFC, no control, bidi or zero-width characters, bounded.
type Details struct {
	// Title is one line of at most 200 runes.
	Title string
	Span
	Status Status
	Type   Type
	Mode   Mode
	// URL is the event's own page: absolute, http or https; "" if none is known.
	URL string
	// Location is venue and address in one line; for an online event the word
	// the source uses.
	Location string
	// Area is the prefecture in kanji ("東京都"), "" if unknown or online.
	Area string
	// OnlineURL is where to attend, only where the source publishes it.
	OnlineURL string
	// Description is plain text of at most 4,000 runes.
	Description string
	Tags        []string
	Geo         *Geo
	// Number is the issue of a series as printed ("21" of BPStudy#21), "" if none.
	Number string
	// Registration is when one can sign up; its zero moments are unknown.
	RegistrationOpens  Moment
	RegistrationCloses Moment
	// RegistrationState is how signing up stands, as the source puts it; Seats and Fee
	// likewise. Their zero values are unknown.
	RegistrationState RegistrationState
	Seats             Seats
	Fee               Fee
}

// A Group is a community as its platform knows it.
type Group struct {
	// ID is the platform's own name for it ("bpstudy"), "" for none.
	ID string `json:"id"`
	// Name is what people call it, URL its page there.
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

// A Listing is what one source says about one event at one visit.
type Listing struct {
	// Key is the source's own id for the event, unique within one visit and
	// stable over visits: a platform's number, a UID, else a canonical URL,
	// else a key made from what the source prints.
	Key string
	// Derived is set where the source prints no id of its own and Key was made
	// from title or date: such a key does not survive an edit.
	Derived bool
	// Occurrence is the RECURRENCE-ID (or the date) of one occurrence of a
	// recurring event, "" otherwise. It is part of Key.
	Occurrence string
	Details
	Reading Reading
	// Group is the community that announces it, where the source lists several.
	Group Group
	// Sequence and Updated are the source's own, where it has them.
	Sequence int
	Updated  time.Time
}

// A Rejection is an item that could not be read as an event.
type Rejection struct {
	// Item says which: "item 3", "VEVENT at line 120", "row 7".
	Item string
	// Text is the item's own text, clean and cut to 200 runes.
	Text string
	// Reason is for the person who fixes the source: "no start date: deadline only".
	Reason string
}
