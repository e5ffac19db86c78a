package extract

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/when"
)

// A Raw is what a document says of one item, before it is cleaned and checked.
// Texts may still hold whatever a source sends. Where Span is set it is the
// date; else Start and End are read as machines write them or as prose; else
// When is, with Time for the hours where they stand apart.
type Raw struct {
	// Item says which item it is ("item 3"), Text what it says, for a rejection,
	// which cleans and cuts it.
	Item, Text string
	// Key is the source's own id. KeyPrefix is put before whatever becomes the key.
	Key, Occurrence string
	Title           string
	// Span and Reading are the date where the kind itself has read it.
	Span    event.Span
	Reading event.Reading
	// When is prose that holds the date; Label says what is known of it.
	When  string
	Label when.Label
	// Start, End, Time and Duration are fields. An all-day End is the last day;
	// EndExclusive says that it is the day after.
	Start, End, Time, Duration string
	EndExclusive, AllDay       bool
	// Zone is the IANA zone of the item, "" for the source's.
	Zone string
	// Ref is when the item was published, zero for the moment of the visit; Year
	// and Month are known from a heading, title or address.
	Ref   time.Time
	Year  int
	Month time.Month
	// Status is the value of a status field; Cancelled that of a flag; Known a
	// status that the kind itself has read; Struck marks an item struck out.
	Status    string
	Cancelled bool
	Known     event.Status
	Struck    bool
	Mode      event.Mode

	URL, Location, Address, OnlineURL string
	// Description is HTML or plain text. Plain says that it, like the other texts,
	// has been decoded and is text alone.
	Description   string
	Plain         bool
	Tags          []string
	Lat, Lon      string
	Number        string
	Sequence      int
	Updated       string
	Opens, Closes string
	// Limit, Accepted and Waiting are numbers of people; Left that of the seats left,
	// where Accepted is not told.
	Limit, Accepted, Waiting, Left string
	// Fees are prices, one for each way of taking part, as they are written; Currency is
	// that of those that name none, yen where empty.
	Fees     []string
	Currency string
	// Group, GroupName and GroupURL are the community that announces it, where the source
	// lists several.
	Group, GroupName, GroupURL string
	// Registration is how signing up stands, in the words of the source.
	Registration string
	// Record are the parts of the item as it stands in the document, its cells or
	// lines, in which a notice may say that it is cancelled.
	Record []string
	// Warnings are oddities met on the way.
	Warnings []string
}

// Set fills a field by the name that settings use (source.FieldNames) with its
// values, the first of which counts except for tags and fees. Empty values change nothing;
// it is false for a name that is no field.
func (r *Raw) Set(field string, values ...string) bool {
	value := firstOf(values)
	if text, ok := textFields[field]; ok {
		if value != "" {
			*text(r) = value
		}
		return true
	}
	switch field {
	case "tags":
		r.Tags = append(r.Tags, values...)
		return true
	case "fee":
		r.Fees = append(r.Fees, values...)
		return true
	}
	set, ok := otherFields[field]
	if ok {
		set(r, value)
	}
	return ok
}

// firstOf returns the first value that says something.
func firstOf(values []string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

// textFields are the fields that hold text.
var textFields = map[string]func(*Raw) *string{
	"accepted":     func(r *Raw) *string { return &r.Accepted },
	"address":      func(r *Raw) *string { return &r.Address },
	"currency":     func(r *Raw) *string { return &r.Currency },
	"group":        func(r *Raw) *string { return &r.Group },
	"group_name":   func(r *Raw) *string { return &r.GroupName },
	"group_url":    func(r *Raw) *string { return &r.GroupURL },
	"left":         func(r *Raw) *string { return &r.Left },
	"limit":        func(r *Raw) *string { return &r.Limit },
	"registration": func(r *Raw) *string { return &r.Registration },
	"waiting":      func(r *Raw) *string { return &r.Waiting },
	"closes":       func(r *Raw) *string { return &r.Closes },
	"description":  func(r *Raw) *string { return &r.Description },
	"duration":     func(r *Raw) *string { return &r.Duration },
	"end":          func(r *Raw) *string { return &r.End },
	"key":          func(r *Raw) *string { return &r.Key },
	"lat":          func(r *Raw) *string { return &r.Lat },
	"location":     func(r *Raw) *string { return &r.Location },
	"lon":          func(r *Raw) *string { return &r.Lon },
	"number":       func(r *Raw) *string { return &r.Number },
	"online_url":   func(r *Raw) *string { return &r.OnlineURL },
	"opens":        func(r *Raw) *string { return &r.Opens },
	"start":        func(r *Raw) *string { return &r.Start },
	"status":       func(r *Raw) *string { return &r.Status },
	"time":         func(r *Raw) *string { return &r.Time },
	"title":        func(r *Raw) *string { return &r.Title },
	"updated":      func(r *Raw) *string { return &r.Updated },
	"url":          func(r *Raw) *string { return &r.URL },
	"when":         func(r *Raw) *string { return &r.When },
	"zone":         func(r *Raw) *string { return &r.Zone },
}

// otherFields are those that hold a flag, a number or a word of ours; what they do
// not understand changes nothing.
var otherFields = map[string]func(*Raw, string){
	"all_day":   func(r *Raw, value string) { r.AllDay = r.AllDay || Flag(value) },
	"cancelled": func(r *Raw, value string) { r.Cancelled = r.Cancelled || Flag(value) },
	"mode":      func(r *Raw, value string) { r.Mode = cmp.Or(modeOf(value), r.Mode) },
	"sequence":  func(r *Raw, value string) { r.Sequence = cmp.Or(max(number(value), 0), r.Sequence) },
	"year":      func(r *Raw, value string) { r.Year = cmp.Or(yearIn(value), r.Year) },
}

// Fill takes from the facts of an announcement what r does not say yet.
func (r *Raw) Fill(l Labelled) {
	isDated := r.When != "" || r.Start != ""
	if !isDated && r.Span.Start.IsZero() {
		r.fillDate(l)
	}
	if r.Location == "" {
		r.Location = placeIn(l["location"])
	}
	r.Address = cmp.Or(r.Address, l.First("address"))
	r.Status = cmp.Or(r.Status, l.First("status"))
	r.Limit = cmp.Or(r.Limit, l.First("seats"))
	if len(r.Fees) == 0 {
		r.Fees = l["fee"]
	}
	r.Title = cmp.Or(r.Title, l.First("title"))
}

// fillDate takes the date of an announcement.
func (r *Raw) fillDate(l Labelled) {
	r.When, r.Label = l.First("when"), when.LabelDate
	if r.When == "" {
		r.Start, r.End = l.First("start"), l.First("end")
	}
	r.Time = l.First("time")
	if r.End == "" && hoursAlone.MatchString(l.First("end")) {
		r.End = l.First("end")
	}
}

// maxPlace is how many characters a place may have that stands behind a label.
const maxPlace = 100

// placeIn returns the first value that is a place: one line, no sentence.
func placeIn(values []string) string {
	for _, v := range values {
		v, _, _ = strings.Cut(v, "。")
		v = strings.TrimSpace(v)
		if v != "" && utf8.RuneCountInString(v) <= maxPlace {
			return v
		}
	}
	return ""
}
