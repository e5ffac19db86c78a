package digest

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// A writer puts entries into a reader's words.
type writer struct {
	planner *Planner
	reader  Reader
	words   words
	zone    *time.Location
	// google adds a link to Google's calendar.
	google bool
}

// item writes one event.
func (w writer) item(one entry) Item {
	ev := one.doc.Event
	return Item{
		UID:   ev.UID,
		Title: titleOf(ev),
		Mark:  w.mark(one),
		Lines: w.lines(one),
		Links: w.links(one),
		Next:  w.next(one),
	}
}

func titleOf(e event.Event) string { return cmp.Or(e.Title, publish.Untitled) }

// marks are what a section does not say of an event; the first that holds counts.
var marks = []struct {
	holds func(one entry) bool
	word  func(words) string
}{
	{
		func(one entry) bool { return one.kind == Cancelled },
		func(w words) string { return w.cancelled },
	},
	{
		func(one entry) bool { return one.doc.Event.Withdrawn },
		func(w words) string { return w.withdrawn },
	},
	{
		func(one entry) bool { return one.doc.Event.Status == event.Postponed },
		func(w words) string { return w.postponed },
	},
	{entry.reinstated, func(w words) string { return w.reinstated }},
	{
		func(one entry) bool { return one.opens && !one.closes },
		func(w words) string { return w.opening },
	},
}

// reinstated reports whether the event was off when the reader last heard of it.
func (one entry) reinstated() bool {
	if one.before == nil || one.kind != Changed {
		return false
	}
	return one.before.Withdrawn || statusOf(*one.before) != statusOf(one.doc.Event)
}

// mark returns a word on the event that the section does not say.
func (w writer) mark(one entry) string {
	for _, m := range marks {
		if m.holds(one) {
			return m.word(w.words)
		}
	}
	return ""
}

// A fact is one line of an entry.
type fact struct {
	label func(words) string
	// text writes it; changed is set where it differs from what it was.
	text func(w writer, e event.Event, changed bool) string
	// differs reports whether its former value is worth a word.
	differs func(was, now event.Event) bool
	// shown reports whether it stands there though it did not change.
	shown func(w writer, one entry) bool
}

func always(writer, entry) bool { return true }
func never(writer, entry) bool  { return false }

func same(_, _ event.Event) bool { return false }

var factTable = []fact{
	{
		label: func(w words) string { return w.title }, differs: titleDiffers, shown: never,
		text: func(_ writer, e event.Event, _ bool) string { return titleOf(e) },
	},
	{
		label: func(w words) string { return w.when }, differs: spanDiffers, shown: always,
		text: func(w writer, e event.Event, _ bool) string { return w.span(e) },
	},
	{
		label:   func(w words) string { return w.where },
		differs: placeDiffers,
		shown:   always,
		text:    writer.place,
	},
	{
		label: func(w words) string { return w.mode }, differs: modeDiffers, shown: never,
		text: func(w writer, e event.Event, _ bool) string { return w.modeWord(e.Mode) },
	},
	{
		label: func(w words) string { return w.attend }, differs: linkDiffers, shown: never,
		text: func(_ writer, e event.Event, _ bool) string { return e.OnlineURL },
	},
	{
		label: func(w words) string { return w.opens }, differs: opensDiffer,
		shown: func(w writer, one entry) bool { return w.signup(one, one.doc.Event.RegistrationOpens) },
		text:  func(w writer, e event.Event, _ bool) string { return w.moment(e.RegistrationOpens) },
	},
	{
		label: func(w words) string { return w.closes }, differs: closesDiffer,
		shown: func(w writer, one entry) bool { return w.signup(one, one.doc.Event.RegistrationCloses) },
		text:  func(w writer, e event.Event, _ bool) string { return w.moment(e.RegistrationCloses) },
	},
	{
		label: func(w words) string { return w.seats }, differs: same, shown: writer.seated,
		text: func(w writer, e event.Event, _ bool) string { return w.seats(e) },
	},
	{
		label: func(w words) string { return w.doubt }, differs: same, shown: always,
		text: func(w writer, e event.Event, _ bool) string { return w.doubtOf(e) },
	},
	{
		label: func(w words) string { return w.who }, differs: same, shown: always,
		text: func(w writer, e event.Event, _ bool) string {
			return w.planner.in.Calendar.CommunityName(e.Community)
		},
	},
}

// doubtOf says that the sources have not shown an event for days, "" where they have.
func (w writer) doubtOf(e event.Event) string {
	days, doubtful := health.Doubtful(w.planner.in.Shown[e.UID], w.planner.in.Now)
	settled := e.Withdrawn || !isOn(e)
	if !doubtful || settled {
		return ""
	}
	return fmt.Sprintf(w.words.unseen, days)
}

// signup reports whether a moment of registration matters to the reader.
func (w writer) signup(
	one entry,
	m event.Moment,
) bool {
	return one.kind != Cancelled && w.ahead(m)
}

// seated reports whether the reader may still take a seat.
func (w writer) seated(one entry) bool {
	ev := one.doc.Event
	return one.kind != Cancelled && one.kind != Soon && isOn(ev) &&
		ev.RegistrationState != event.RegistrationClosed
}

// seats writes how many seats are left, and what one costs.
func (w writer) seats(e event.Event) string {
	words := wording.Seats(w.reader.Lang, e.Seats)
	fee := wording.Fee(w.reader.Lang, e.Fee)
	if words == "" || fee == "" {
		return words + fee
	}
	return words + ", " + fee
}

// lines returns the facts of an event: what changed with its old value, and what one
// needs to know.
func (w writer) lines(one entry) []Line {
	var lines []Line
	for _, f := range factTable {
		if l := w.line(one, f); l.Was+l.Now != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

func (w writer) line(one entry, f fact) Line {
	now := one.doc.Event
	l := Line{Label: f.label(w.words)}
	was, told := one.former()
	switch {
	case told && f.differs(was, now):
		l.Was, l.Now = cmp.Or(f.text(w, was, true), w.words.unknown), f.text(w, now, true)
	case f.shown(w, one):
		l.Now = f.text(w, now, false)
	}
	return l
}

// former returns the event as the reader knew it, and reports whether its old values
// are worth a word.
func (one entry) former() (event.Event, bool) {
	if one.before == nil || one.kind != Changed {
		return event.Event{}, false
	}
	return *one.before, !one.doc.Event.Withdrawn
}

// ahead reports whether a moment is still to come.
func (w writer) ahead(m event.Moment) bool {
	return !m.IsZero() && m.Over(event.Tokyo).After(w.planner.in.Now)
}

// span writes when an event is, in its own zone; where the reader's clock shows
// another hour then, that is added.
func (w writer) span(e event.Event) string {
	if e.Start.IsZero() {
		return ""
	}
	s := w.style().Span(e.Span)
	if e.AllDay() {
		return s
	}
	_, here := e.Start.Time.In(w.zone).Zone()
	loc := e.Span.Location()
	if _, there := e.Start.Time.In(loc).Zone(); here == there {
		return s
	}
	return s + " " + loc.String() + " (" + w.words.yours + " " + w.style().
		Moment(e.Start.In(w.zone)) +
		")"
}

// style is how the reader's mails write times.
func (w writer) style() wording.Style { return wording.Mail(w.reader.Lang, w.reader.Date) }

func (w writer) moment(m event.Moment) string {
	return w.style().Moment(m.In(w.zone))
}

// place writes where an event is; where that changed, also that it is not known.
func (w writer) place(e event.Event, changed bool) string {
	online := e.Mode == event.Online
	sayings := []string{
		"",
		languages[Japanese].online,
		strings.ToLower(languages[English].online),
	}
	switch {
	case online && slices.Contains(sayings, strings.ToLower(e.Location)):
		return w.words.online
	case e.Location != "":
		return text.Line(e.Location, 120)
	case changed:
		return w.words.unknown
	}
	return e.Area
}

func (w writer) modeWord(m event.Mode) string {
	switch m {
	case event.Online:
		return w.words.online
	case event.Hybrid:
		return w.words.hybrid
	}
	return w.words.onsite
}

// links returns the ways on from an event: its page here, the announcement, and the
// ways into a calendar. What is off needs none of the last.
func (w writer) links(one entry) []Link {
	ev := one.doc.Event
	page := w.planner.in.Calendar.EventBase + ev.ID()
	links := []Link{{w.words.page, page}}
	if ev.URL != "" {
		links = append(links, Link{w.words.source, ev.URL})
	}
	if off[ev.Status] || ev.Withdrawn {
		return links
	}
	links = append(links, Link{w.words.calendar, page + ".ics"})
	if w.google {
		links = append(
			links,
			Link{"Google", googleURL(ev, page, w.planner.in.Calendar.Assumed)},
		)
	}
	return links
}

// googleURL returns the address that offers an event to Google's calendar. It names
// no place, to stay short: the event's page, which it does name, has everything.
func googleURL(e event.Event, page string, assumed time.Duration) string {
	v := url.Values{
		"action":  {"TEMPLATE"},
		"text":    {text.Line(e.Title, 40)},
		"details": {page},
		"dates":   {googleDates(e, assumed)},
	}
	return "https://calendar.google.com/calendar/render?" + strings.ReplaceAll(
		v.Encode(),
		"%2F",
		"/",
	)
}

// googleDates writes from when to when, for an event of days to the day after.
func googleDates(e event.Event, assumed time.Duration) string {
	from, to := e.Start.Time.UTC(), cmp.Or(e.End.Time, e.Start.Time.Add(assumed)).UTC()
	layout := "20060102T150405Z"
	if e.AllDay() {
		layout = "20060102"
		from = e.Start.Date.Begin(time.UTC)
		to = cmp.Or(e.End.Date, e.Start.Date).Add(1).Begin(time.UTC)
	}
	return from.Format(layout) + "/" + to.Format(layout)
}
