package digest

import (
	"cmp"
	"fmt"
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
	// adds writes links into a calendar beside each event.
	adds bool
}

// item writes one event.
func (w writer) item(one entry) Item {
	ev := one.doc.Event
	i := Item{
		UID:     ev.UID,
		Title:   titleOf(ev),
		Mark:    w.mark(one),
		Place:   w.place(ev, false),
		Who:     w.planner.in.Calendar.CommunityName(ev.Community),
		Page:    w.planner.in.Calendar.EventBase + ev.ID(),
		Lines:   w.lines(one),
		Running: one.running,
	}
	i.Day, i.Time = w.when(one)
	isOff := off[ev.Status] || ev.Withdrawn
	if w.adds && !isOff {
		i.File, i.Google = i.Page+".ics", i.Page+"/google"
	}
	return i
}

func titleOf(e event.Event) string { return cmp.Or(e.Title, publish.Untitled) }

// dayless are the sections that do not go by days: what each event is about comes first.
var dayless = map[Kind]bool{Cancelled: true, Changed: true}

// when returns the day under which an event stands, and its time.
func (w writer) when(one entry) (day, at string) {
	ev := one.doc.Event
	switch {
	case ev.Start.IsZero():
		return "", ""
	case dayless[one.kind]:
		return "", w.span(ev)
	}
	start := ev.Start.In(ev.Span.Location()).Date
	if one.kind == Today {
		return w.dayName(w.reader.Date), w.within(ev, w.reader.Date)
	}
	return w.dayName(start), w.within(ev, start)
}

// dayName names a day; today and tomorrow as such, with their date.
func (w writer) dayName(d event.Date) string {
	name := wording.NearDay(w.reader.Lang, d, w.reader.Date)
	switch d {
	case w.reader.Date:
		return w.words.today + " " + name
	case w.reader.Date.Add(1):
		return w.words.tomorrow + " " + name
	}
	return name
}

// within writes when an event is to one who sees the day above it.
func (w writer) within(e event.Event, day event.Date) string {
	start, end := e.Start.In(e.Span.Location()), e.End.In(e.Span.Location())
	isOneDay := end.IsZero() || end.Date == start.Date
	switch {
	case start.Date != day:
		return w.span(e)
	case !e.Span.TimeAnnounced():
		return wording.Unannounced(w.reader.Lang)
	case e.AllDay() && isOneDay:
		return w.words.allDay
	case e.AllDay():
		return wording.Until(w.reader.Lang, end.Date)
	case end.IsZero():
		return wording.Clock(start.Time) + w.elsewhere(e)
	case isOneDay:
		return wording.Clock(start.Time) + "–" + wording.Clock(end.Time) + w.elsewhere(e)
	}
	return wording.Clock(start.Time) + w.words.to + w.style().Moment(end) + w.elsewhere(e)
}

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
	{
		func(one entry) bool { return one.fresh },
		func(w words) string { return w.short[New] },
	},
}

// reinstated reports whether the event was off when the reader last heard of it.
func (one entry) reinstated() bool {
	if one.before == nil || one.kind != Changed {
		return false
	}
	return one.before.Withdrawn || statusOf(*one.before) != statusOf(one.doc.Event)
}

// mark returns words on the event that the section does not say.
func (w writer) mark(one entry) string {
	for _, m := range marks {
		if m.holds(one) {
			return m.word(w.words)
		}
	}
	if one.kind == Changed {
		return w.changeWords(one)
	}
	return ""
}

// changeWords names what changed: "日時・場所の変更".
func (w writer) changeWords(one entry) string {
	var names []string
	for _, f := range factTable {
		if f.differs(*one.before, one.doc.Event) {
			names = append(names, f.label(w.words))
		}
	}
	return w.words.change(strings.Join(names, w.words.between))
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
	// how says in words what changed, nil for nothing.
	how func(w writer, was, now event.Event) string
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
		label: func(w words) string { return w.when }, differs: spanDiffers, shown: never,
		text: func(w writer, e event.Event, _ bool) string { return w.span(e) },
		how:  writer.shift,
	},
	{
		label: func(w words) string { return w.yours }, differs: same, shown: always,
		text: func(w writer, e event.Event, _ bool) string { return w.yours(e) },
	},
	{
		label:   func(w words) string { return w.where },
		differs: placeDiffers,
		shown:   never,
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
		label:   func(w words) string { return w.opens },
		differs: opensDiffer,
		shown:   func(w writer, one entry) bool { return w.signup(one, one.doc.Event.RegistrationOpens) },
		text:    func(w writer, e event.Event, changed bool) string { return w.moment(e.RegistrationOpens, changed) },
	},
	{
		label:   func(w words) string { return w.closes },
		differs: closesDiffer,
		shown:   func(w writer, one entry) bool { return w.signup(one, one.doc.Event.RegistrationCloses) },
		text:    func(w writer, e event.Event, changed bool) string { return w.moment(e.RegistrationCloses, changed) },
	},
	{
		label: func(w words) string { return w.seats }, differs: same, shown: writer.seated,
		text: func(w writer, e event.Event, _ bool) string { return w.seats(e) },
	},
	{
		label: func(w words) string { return w.doubt }, differs: same, shown: always,
		text: func(w writer, e event.Event, _ bool) string { return w.doubtOf(e) },
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
	return words + w.words.between + fee
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
		if f.how != nil {
			l.How = f.how(w, was, now)
		}
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

// span writes when an event is, in its own zone, which is named where the reader's clock
// shows another hour then.
func (w writer) span(e event.Event) string {
	if e.Start.IsZero() {
		return ""
	}
	return w.style().Span(e.Span) + w.elsewhere(e)
}

// elsewhere names the zone of an event, "" where the reader's clock shows the same hour.
func (w writer) elsewhere(e event.Event) string {
	if e.AllDay() {
		return ""
	}
	_, here := e.Start.Time.In(w.zone).Zone()
	loc := e.Span.Location()
	if _, there := e.Start.Time.In(loc).Zone(); here == there {
		return ""
	}
	return " " + loc.String()
}

// yours writes what the reader's clock shows at the start of an event elsewhere.
func (w writer) yours(e event.Event) string {
	if w.elsewhere(e) == "" {
		return ""
	}
	return w.style().Moment(e.Start.In(w.zone))
}

// style is how the reader's mails write times.
func (w writer) style() wording.Style { return wording.Mail(w.reader.Lang, w.reader.Date) }

// moment writes a moment of registration; one that did not change as 今日 or 明日 where
// it is near.
func (w writer) moment(m event.Moment, changed bool) string {
	if m = m.In(w.zone); changed {
		return w.style().Moment(m)
	}
	return w.near(m)
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
