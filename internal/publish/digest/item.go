package digest

import (
	"net/url"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// A teller puts what is told of events into a reader's words.
type teller struct {
	edition *Edition
	reader  Reader
	words   words
	zone    *time.Location
	// google adds a link to Google's calendar.
	google bool
}

// item tells one event.
func (t teller) item(one tale) Item {
	ev := one.doc.Event
	i := Item{UID: ev.UID, Title: titleOf(ev), Mark: t.mark(one)}
	i.Lines = t.lines(one)
	i.Links = t.links(one)
	i.Next = t.next(one)
	return i
}

func titleOf(e event.Event) string {
	if e.Title == "" {
		return publish.Untitled
	}
	return e.Title
}

// mark tells a standing that the section does not.
func (t teller) mark(one tale) string {
	ev, was := one.doc.Event, one.before
	switch {
	case one.kind == Cancelled:
		return t.words.cancelled
	case ev.Withdrawn:
		return t.words.withdrawn
	case ev.Status == event.Postponed:
		return t.words.postponed
	case was != nil && one.kind == Changed && (was.Withdrawn || statusOf(*was) != statusOf(ev)):
		return t.words.reinstated
	case one.opens && !one.closes:
		return t.words.opening
	}
	return ""
}

// lines gives the facts of an event: what changed with its old value, and what one
// needs to know.
func (t teller) lines(one tale) []Line {
	ev, w := one.doc.Event, t.words
	var lines []Line
	add := func(label, was, now string) {
		if now != "" || was != "" {
			lines = append(lines, Line{label, was, now})
		}
	}
	was := event.Event{}
	if one.before != nil && one.kind == Changed && !ev.Withdrawn {
		was = *one.before
	}
	changed := was.UID != ""
	old := func(differs bool, value string) string {
		if !changed || !differs {
			return ""
		}
		if value == "" {
			return w.unknown
		}
		return value
	}
	add(w.title, old(wordsDiffer(was.Title, ev.Title), was.Title), onlyIf(changed && wordsDiffer(was.Title, ev.Title), titleOf(ev)))
	add(w.when, old(spanDiffers(was, ev), t.span(was)), t.span(ev))
	add(w.where, old(placeDiffers(was, ev), was.Location), t.place(ev, changed && placeDiffers(was, ev)))
	if changed && modeDiffers(was, ev) {
		add(w.mode, t.modeWord(was.Mode), t.modeWord(ev.Mode))
	}
	if changed && linkDiffers(was, ev) {
		add(w.attend, was.OnlineURL, ev.OnlineURL)
	}
	for _, r := range []struct {
		label    string
		was, now event.Moment
	}{{w.opens, was.RegistrationOpens, ev.RegistrationOpens}, {w.closes, was.RegistrationCloses, ev.RegistrationCloses}} {
		if moved := changed && momentDiffers(r.was, r.now); moved || t.ahead(r.now) && one.kind != Cancelled {
			add(r.label, onlyIf(moved, t.moment(r.was)), t.moment(r.now))
		}
	}
	add(w.who, "", t.edition.in.Calendar.CommunityName(ev.Community))
	return lines
}

func onlyIf(wanted bool, s string) string {
	if wanted {
		return s
	}
	return ""
}

// ahead reports whether a moment is still to come.
func (t teller) ahead(m event.Moment) bool {
	return !m.IsZero() && m.Over(event.Tokyo).After(t.edition.in.Now)
}

// span writes when an event is, in its own zone; where the reader's clock shows
// another hour then, that is added.
func (t teller) span(e event.Event) string {
	if e.Start.IsZero() {
		return ""
	}
	s := t.style().Span(e.Span)
	if e.AllDay() {
		return s
	}
	_, here := e.Start.Time.In(t.zone).Zone()
	loc := e.Span.Location()
	if _, there := e.Start.Time.In(loc).Zone(); here == there {
		return s
	}
	return s + " " + loc.String() + " (" + t.words.yours + " " + t.style().Moment(e.Start.In(t.zone)) + ")"
}

// style is how the reader's mails write times.
func (t teller) style() wording.Style { return wording.Mail(t.reader.Lang, t.reader.Date) }

func (t teller) moment(m event.Moment) string {
	return t.style().Moment(m.In(t.zone))
}

// place writes where an event is.
func (t teller) place(e event.Event, told bool) string {
	switch {
	case e.Mode == event.Online && (e.Location == languages[Japanese].online || strings.EqualFold(e.Location, languages[English].online)):
		return t.words.online
	case e.Location != "":
		return text.Line(e.Location, 120)
	case e.Mode == event.Online:
		return t.words.online
	case told:
		return t.words.unknown
	}
	return e.Area
}

func (t teller) modeWord(m event.Mode) string {
	switch m {
	case event.Online:
		return t.words.online
	case event.Hybrid:
		return t.words.hybrid
	}
	return t.words.onsite
}

// links gives the ways on from an event: its page here, the announcement, and the
// ways into a calendar. What is off needs none of the last.
func (t teller) links(one tale) []Link {
	ev, w := one.doc.Event, t.words
	page := t.edition.in.Calendar.EventBase + ev.ID()
	links := []Link{{w.page, page}}
	if ev.URL != "" {
		links = append(links, Link{w.source, ev.URL})
	}
	if one.kind == Cancelled || ev.Withdrawn || ev.Status == event.Postponed {
		return links
	}
	links = append(links, Link{w.calendar, page + ".ics"})
	if t.google {
		links = append(links, Link{"Google", googleURL(ev, page, t.edition.in.Calendar.Assumed)})
	}
	return links
}

// googleURL gives the address that offers an event to Google's calendar. It names
// no place, to stay short: the event's page, which it does name, has everything.
func googleURL(e event.Event, page string, assumed time.Duration) string {
	v := url.Values{"action": {"TEMPLATE"}, "text": {text.Line(e.Title, 40)}, "details": {page}}
	const day, instant = "20060102", "20060102T150405Z"
	if e.AllDay() {
		last := e.Start.Date
		if !e.End.IsZero() {
			last = e.End.Date
		}
		v.Set("dates", e.Start.Date.Begin(time.UTC).Format(day)+"/"+last.Add(1).Begin(time.UTC).Format(day))
	} else {
		end := e.End.Time
		if end.IsZero() {
			end = e.Start.Time.Add(assumed)
		}
		v.Set("dates", e.Start.Time.UTC().Format(instant)+"/"+end.UTC().Format(instant))
	}
	return "https://calendar.google.com/calendar/render?" + strings.ReplaceAll(v.Encode(), "%2F", "/")
}
