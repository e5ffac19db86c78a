package extract

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// A dating is the date of one item being read: how its times are read, and what
// has been found.
type dating struct {
	b       *Builder
	r       *Raw
	zone    string
	clock   Clock
	span    event.Span
	reading event.Reading
}

// dates reads the date of r; reason says why there is none.
func (b *Builder) dates(r *Raw) (span event.Span, reading event.Reading, reason string) {
	d := dating{b: b, r: r}
	d.zone, d.clock = b.clock(r)
	r.joinHours(d.clock)
	if reason = d.read(); reason != "" {
		return d.span, d.reading, reason
	}
	d.reading.Warnings = append(d.reading.Warnings, r.Warnings...)
	reason = d.sound()
	return d.span, d.reading, reason
}

// read takes the date from where the item states it.
func (d *dating) read() (reason string) {
	r := d.r
	switch {
	case !r.Span.Start.IsZero():
		d.span, d.reading = r.Span, r.Reading
		d.span.Zone = cmp.Or(d.span.Zone, d.zone)
		return ""
	case r.Start != "":
		return d.fields()
	case r.When == "":
		return "no start date"
	}
	if _, ok := d.clock.Moment(r.When); ok { // as machines write it, after all
		r.Start = r.When
		return d.fields()
	}
	return d.prose(r.When, r.Label)
}

// hoursAlone is a time of the day without a day: 15:00, 午後3時, 9:30pm.
var hoursAlone = text.NewPattern(
	`^\s*(?:午前|午後|[AaPp]\.?[Mm]\.?)?\s*[0-9０-９]{1,2}\s*(?:[:：][0-9０-９]{2}(?:[:：][0-9０-９]{2})?|時(?:[0-9０-９]{1,2}分|半)?)\s*(?:[AaPp]\.?[Mm]\.?)?\s*$`,
)

// joinHours puts an end that is stated by its hours alone behind what it ends.
func (r *Raw) joinHours(c Clock) {
	if !hoursAlone.MatchString(r.End) {
		return
	}
	if hoursAlone.MatchString(r.Time) {
		r.Time, r.End = r.Time+" 〜 "+r.End, ""
		return
	}
	start, ok := c.Moment(r.Start)
	if ok && !start.AllDay() {
		r.End = start.Date.String() + " " + strings.TrimSpace(r.End)
	}
}

// endApart takes the end that is stated apart from a date in prose by its hours.
func (d *dating) endApart() {
	s := &d.span
	isOpen := isTimed(s.Start) && s.End.IsZero()
	if !isOpen || !hoursAlone.MatchString(d.r.End) {
		return
	}
	ctx := when.Context{
		Ref:   s.Start.Time,
		Zone:  d.clock.Zone,
		Label: when.LabelDate,
	}
	got := when.Read(s.Start.Date.String()+" "+d.r.End, ctx)
	end := got.Span(d.zone).Start
	if isTimed(end) && end.Time.After(s.Start.Time) {
		s.End = end
	}
}

// isTimed reports whether a moment is known to the hour.
func isTimed(m event.Moment) bool { return !m.IsZero() && !m.AllDay() }

// clock returns the zone of r and how its times are read.
func (b *Builder) clock(r *Raw) (string, Clock) {
	zone, loc := b.zone, b.location(b.zone)
	if own := b.location(r.Zone); own != nil {
		zone, loc = r.Zone, own
	}
	return zone, Clock{Zone: loc, IgnoreOffset: b.visit.Source.IgnoreOffset}
}

// location returns the zone of an IANA name, nil where there is none; each is
// looked up once.
func (b *Builder) location(name string) *time.Location {
	loc, known := b.locations[name]
	if known {
		return loc
	}
	loc = event.Zone(name)
	if loc.String() != name {
		loc = nil
	}
	b.locations[name] = loc
	return loc
}

// fields reads start and end as machines write them, else together as prose.
func (d *dating) fields() string {
	r := d.r
	start, ok := d.clock.Moment(r.Start)
	hoursElsewhere := start.AllDay() && r.Time != ""
	if !ok || hoursElsewhere {
		words := r.Start
		if r.End != r.Start && r.End != "" {
			words += " 〜 " + r.End
		}
		return d.prose(words, when.LabelDate)
	}
	d.span = event.Span{Start: start, Zone: d.zone}
	d.reading = event.Reading{Text: text.Line(r.Start, 100), Confidence: 100}
	d.end()
	called := r.AllDay || fullDays(d.span)
	if called || start.AllDay() {
		d.span = wholeDays(d.span, r.EndExclusive)
		d.span.WholeDay = called
	}
	return ""
}

// end reads the end, or how long the event lasts.
func (d *dating) end() {
	if end, ok := d.clock.Moment(d.r.End); ok {
		d.span.End = end
		return
	}
	if length, ok := Duration(d.r.Duration); ok {
		d.span.End = lasting(d.span.Start, length)
		return
	}
	if words := d.r.End + d.r.Duration; words != "" {
		d.warn("end: not a time: %s", text.Line(words, 60))
	}
}

func (d *dating) warn(format string, args ...any) {
	d.reading.Warnings = append(d.reading.Warnings, fmt.Sprintf(format, args...))
}

func lasting(start event.Moment, d time.Duration) event.Moment {
	if start.AllDay() {
		return event.On(start.Date.Add(int(d/(24*time.Hour)) - 1))
	}
	return event.At(start.Time.Add(d))
}

// fullDays reports whether times stand for days: from 0:00 to 23:59 o'clock.
func fullDays(s event.Span) bool {
	if !isTimed(s.Start) || !isTimed(s.End) {
		return false
	}
	return isMidnight(s.Start.Time) && s.End.Time.Format("15:04") == "23:59"
}

func isMidnight(t time.Time) bool { return t.Format(time.TimeOnly) == "00:00:00" }

// wholeDays makes a span one of days. An end at midnight is the end of the day
// before.
func wholeDays(s event.Span, exclusive bool) event.Span {
	days := event.Span{Start: event.On(s.Start.Date), Zone: s.Zone}
	if s.End.IsZero() {
		return days
	}
	isDayAfter := exclusive
	if isTimed(s.End) {
		isDayAfter = isMidnight(s.End.Time)
	}
	last := s.End.Date
	if isDayAfter && last.Compare(s.Start.Date) > 0 {
		last = last.Add(-1)
	}
	days.End = event.On(last)
	return days
}

// dayFirst is a date in the order of translated calendars: 07 6月 2026.
var dayFirst = text.NewPattern(`\b([0-9]{1,2}) ([0-9]{1,2})月,? ([0-9]{4})\b`)

// struckArrow leads from a date that was struck out to the one that holds.
var struckArrow = text.NewPattern(`~~\s*(?:→|⇒|➡|▶|->|=>)\s*`)

// prose reads a date as people write it.
func (d *dating) prose(words string, label when.Label) string {
	ctx := d.b.context(d.r, d.clock.Zone, label)
	if strings.Contains(words, "月") {
		words = dayFirst.ReplaceAllString(words, "${3}年${2}月${1}日")
	}
	if strings.Contains(words, "~~") {
		words = struckArrow.ReplaceAllString(words, "~~ ")
	}
	got := when.Read(words, ctx)
	hoursMissing := got.AllDay() || got.Start.IsZero()
	if d.r.Time != "" && hoursMissing {
		got, words = withHours(got, words, d.r.Time, ctx)
	}
	isOff := d.b.status == event.Postponed || d.b.status == event.Cancelled
	if got.Start.IsZero() && isOff {
		got = struckDate(words, ctx, got)
	}
	d.reading = event.Reading{
		Text:       text.Line(text.FromHTML(words), 200),
		Confidence: got.Confidence,
		Reasons:    got.Reasons,
		Warnings:   got.Warnings,
	}
	if got.Start.IsZero() {
		return "no start date: " + cmp.Or(got.None, "no date in text")
	}
	d.span = got.Span(d.zone)
	d.endApart()
	d.span.WholeDay = d.span.AllDay() && calledWholeDay.MatchString(words+" "+d.r.Time)
	return ""
}

// context returns what is known before a date of r is read.
func (b *Builder) context(r *Raw, zone *time.Location, label when.Label) when.Context {
	ctx := when.Context{
		Ref:   r.Ref,
		Zone:  zone,
		Year:  r.Year,
		Month: r.Month,
		Label: label,
	}
	if ctx.Ref.IsZero() {
		ctx.Ref = b.visit.At
	}
	if ctx.Year == 0 { // OSC2009 Tokyo/Spring, 2025 Osaka
		ctx.Year = yearIn(r.Title)
	}
	return ctx
}

// calledWholeDay finds the words by which a source calls a day a whole one.
var calledWholeDay = text.NewPattern(`終日|全日|(?i:all[ -]day)`)

// withHours reads a date together with the hours that stand apart from it.
func withHours(
	got when.Reading,
	words, hours string,
	ctx when.Context,
) (when.Reading, string) {
	both := when.Read(words+" "+hours, ctx)
	isOneDay := got.AllDay() && got.End.IsZero()
	if isOneDay && !isTimed(both.Start) {
		ctx.Label = when.LabelDate
		both = when.Read(got.Start.Date.String()+" "+hours, ctx)
		both.Reasons = append(got.Reasons, both.Reasons...)
		both.Warnings = append(got.Warnings, both.Warnings...)
	}
	noHours := both.AllDay() && !got.Start.IsZero()
	if both.Start.IsZero() || noHours {
		return got, words
	}
	return both, words + " " + hours
}

// struckDate returns the first date that was struck out: the one at which an event
// that is cancelled or postponed was to be.
func struckDate(words string, ctx when.Context, none when.Reading) when.Reading {
	for _, d := range when.Dates(words, ctx) {
		if d.Struck && !d.Start.IsZero() {
			return d
		}
	}
	return none
}

// sound checks a span and corrects what can be: an end before the start is left
// out, one of another sort than the start made the same sort.
func (d *dating) sound() (reason string) {
	s := &d.span
	if reason := absurd(s.Start); reason != "" {
		return reason
	}
	if !s.End.IsZero() && !s.End.Date.Valid() {
		d.warn("end: %s is not a day and is left out", s.End)
		s.End = event.Moment{}
	}
	if s.End.IsZero() {
		return ""
	}
	d.sameSort()
	if isBefore(s.End, s.Start) {
		d.warn("end: %s lies before the start and is left out", s.End)
		s.End = event.Moment{}
	}
	if isTimed(s.End) && s.End.Time.Equal(s.Start.Time) {
		s.End = event.Moment{}
	}
	if reason := d.tooLong(); reason != "" {
		return reason
	}
	return absurd(s.End)
}

// isBefore reports whether a moment lies before another one of its sort.
func isBefore(a, b event.Moment) bool {
	switch {
	case a.IsZero():
		return false
	case a.AllDay():
		return a.Date.Compare(b.Date) < 0
	}
	return a.Time.Before(b.Time)
}

// sameSort makes start and end both times, or both days.
func (d *dating) sameSort() {
	s := &d.span
	switch {
	case s.Start.AllDay() && !s.End.AllDay():
		s.End = event.On(s.End.Date)
	case !s.Start.AllDay() && s.End.AllDay():
		s.End = lastHour(s)
	}
}

// tooLong says that a span is longer than the source's longest, "" where it is not.
func (d *dating) tooLong() string {
	limit := time.Duration(d.b.visit.Source.MaxDuration)
	if limit <= 0 || d.span.End.IsZero() {
		return ""
	}
	loc := d.span.Location()
	length := d.span.End.Over(loc).Sub(d.span.Start.Begin(loc))
	if length <= limit {
		return ""
	}
	return fmt.Sprintf("lasts %s; max_duration is %s", days(length), days(limit))
}

// maxSessions is how many days a span of hours that ends on another day may have.
const maxSessions = 31

// lastHour returns the end of a timed span whose end is stated as a day: that day's
// last minute cannot be known, so a span of several days is one of days, and one
// of a single day has no end.
func lastHour(s *event.Span) event.Moment {
	last := s.End
	if last.Date.Compare(s.Start.Date) <= 0 {
		return event.Moment{}
	}
	if len(s.Sessions) == 0 {
		s.Sessions = []event.Session{{Start: s.Start}}
		for d := s.Start.Date.Add(1); d.Compare(last.Date) <= 0 && len(s.Sessions) < maxSessions; d = d.Add(1) {
			s.Sessions = append(s.Sessions, event.Session{Start: event.On(d)})
		}
	}
	s.Start = event.On(s.Start.Date)
	return last
}

// absurd says why a moment is not believed.
func absurd(m event.Moment) string {
	isBelieved := m.Date.Year >= when.MinYear && m.Date.Year <= when.MaxYear
	if m.IsZero() || isBelieved {
		return ""
	}
	return fmt.Sprintf(
		"the year of %s is not believed (%d to %d is)",
		m,
		when.MinYear,
		when.MaxYear,
	)
}

func days(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(d/(24*time.Hour))) + " days"
	}
	return strings.TrimSuffix(d.String(), "0s")
}
