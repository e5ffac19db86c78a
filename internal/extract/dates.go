package extract

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// dates reads the date of r; reason says why there is none.
func (b *Builder) dates(r *Raw) (span event.Span, reading event.Reading, reason string) {
	zone, clock := b.clock(r)
	r.joinHours(clock)
	switch {
	case !r.Span.Start.IsZero():
		span, reading = r.Span, r.Reading
		if span.Zone == "" {
			span.Zone = zone
		}
	case r.Start != "":
		span, reading, reason = b.fields(r, zone, clock)
	case r.When != "":
		if _, ok := clock.Moment(r.When); ok { // as machines write it, after all
			r.Start = r.When
			span, reading, reason = b.fields(r, zone, clock)
			break
		}
		span, reading, reason = b.prose(r, r.When, r.Label, zone, clock)
	default:
		return span, reading, "no start date"
	}
	if reason != "" {
		return span, reading, reason
	}
	reading.Warnings = append(reading.Warnings, r.Warnings...)
	reason = b.sound(&span, &reading)
	return span, reading, reason
}

// hoursAlone is a time of the day without a day: 15:00, 午後3時, 9:30pm.
var hoursAlone = text.NewPattern(`^\s*(?:午前|午後|[AaPp]\.?[Mm]\.?)?\s*[0-9０-９]{1,2}\s*(?:[:：][0-9０-９]{2}(?:[:：][0-9０-９]{2})?|時(?:[0-9０-９]{1,2}分|半)?)\s*(?:[AaPp]\.?[Mm]\.?)?\s*$`)

// joinHours puts an end that is told by its hours alone behind what it ends.
func (r *Raw) joinHours(c Clock) {
	if r.End == "" || !hoursAlone.MatchString(r.End) {
		return
	}
	if r.Time != "" && hoursAlone.MatchString(r.Time) {
		r.Time, r.End = r.Time+" 〜 "+r.End, ""
		return
	}
	if start, ok := c.Moment(r.Start); ok && !start.AllDay() {
		r.End = start.Date.String() + " " + strings.TrimSpace(r.End)
	}
}

// endTold takes the end that is told apart from a date in prose by its hours.
func (r *Raw) endTold(s *event.Span, c Clock, zone string) {
	if !s.End.IsZero() || s.Start.IsZero() || s.Start.AllDay() || !hoursAlone.MatchString(r.End) {
		return
	}
	got := when.Read(s.Start.Date.String()+" "+r.End, when.Context{Ref: s.Start.Time, Zone: c.Zone, Label: when.LabelDate})
	if end := got.Span(zone).Start; !end.IsZero() && !end.AllDay() && end.Time.After(s.Start.Time) {
		s.End = end
	}
}

// clock gives the zone of r and how its times are read.
func (b *Builder) clock(r *Raw) (string, Clock) {
	zone, loc := b.zone, b.location(b.zone)
	if r.Zone != "" {
		if own := b.location(r.Zone); own != nil {
			zone, loc = r.Zone, own
		}
	}
	return zone, Clock{Zone: loc, IgnoreOffset: b.visit.Source.IgnoreOffset}
}

// location gives the zone of an IANA name, nil where there is none; each is looked
// up once.
func (b *Builder) location(name string) *time.Location {
	loc, ok := b.locations[name]
	if !ok {
		if loc = event.Zone(name); loc.String() != name {
			loc = nil
		}
		b.locations[name] = loc
	}
	return loc
}

// fields reads start and end as machines write them, else together as prose.
func (b *Builder) fields(r *Raw, zone string, c Clock) (event.Span, event.Reading, string) {
	start, ok := c.Moment(r.Start)
	if !ok || start.AllDay() && r.Time != "" {
		words := r.Start
		if r.End != "" && r.End != r.Start {
			words += " 〜 " + r.End
		}
		return b.prose(r, words, when.LabelDate, zone, c)
	}
	span := event.Span{Start: start, Zone: zone}
	reading := event.Reading{Text: text.Line(r.Start, 100), Confidence: 100}
	if end, ok := c.Moment(r.End); ok {
		span.End = end
	} else if d, ok := Duration(r.Duration); ok {
		span.End = lasting(start, d)
	} else if r.End != "" || r.Duration != "" {
		reading.Warnings = append(reading.Warnings, "end: not a time: "+text.Line(r.End+r.Duration, 60))
	}
	called := r.AllDay || fullDays(span)
	if called || start.AllDay() {
		span = wholeDays(span, r.EndExclusive)
		span.WholeDay = called
	}
	return span, reading, ""
}

func lasting(start event.Moment, d time.Duration) event.Moment {
	if start.AllDay() {
		return event.On(start.Date.Add(int(d/(24*time.Hour)) - 1))
	}
	return event.At(start.Time.Add(d))
}

// fullDays reports whether times stand for days: from 0:00 to 23:59 o'clock.
func fullDays(s event.Span) bool {
	if s.Start.AllDay() || s.End.IsZero() || s.End.AllDay() {
		return false
	}
	from, to := s.Start.Time, s.End.Time
	return from.Hour()+from.Minute()+from.Second() == 0 && to.Hour() == 23 && to.Minute() == 59
}

// wholeDays makes a span one of days. An end at midnight is the end of the day
// before.
func wholeDays(s event.Span, exclusive bool) event.Span {
	end := s.End
	if !end.IsZero() {
		day := end.Date
		midnight := !end.AllDay() && end.Time.Hour()+end.Time.Minute()+end.Time.Second() == 0
		if (exclusive && end.AllDay() || midnight) && day.Compare(s.Start.Date) > 0 {
			day = day.Add(-1)
		}
		end = event.On(day)
	}
	return event.Span{Start: event.On(s.Start.Date), End: end, Zone: s.Zone}
}

// dayFirst is a date in the order of translated calendars: 07 6月 2026.
var dayFirst = text.NewPattern(`\b([0-9]{1,2}) ([0-9]{1,2})月,? ([0-9]{4})\b`)

// struckArrow leads from a date that was struck out to the one that holds.
var struckArrow = text.NewPattern(`~~\s*(?:→|⇒|➡|▶|->|=>)\s*`)

// prose reads a date as people write it.
func (b *Builder) prose(r *Raw, words string, label when.Label, zone string, c Clock) (event.Span, event.Reading, string) {
	ref := r.Ref
	if ref.IsZero() {
		ref = b.visit.At
	}
	ctx := when.Context{Ref: ref, Zone: c.Zone, Year: r.Year, Month: r.Month, Label: label}
	if i := strings.Index(words, "月"); i > 0 && strings.IndexByte(words[max(0, i-3):i], ' ') >= 0 {
		words = dayFirst.ReplaceAllString(words, "${3}年${2}月${1}日")
	}
	if strings.Contains(words, "~~") {
		words = struckArrow.ReplaceAllString(words, "~~ ")
	}
	if ctx.Year == 0 { // OSC2009 Tokyo/Spring, 2025 Osaka
		ctx.Year = yearIn(r.Title)
	}
	got := when.Read(words, ctx)
	if r.Time != "" && (got.AllDay() || got.Start.IsZero()) {
		got, words = withHours(got, words, r.Time, ctx)
	}
	if got.Start.IsZero() && (b.status == event.Postponed || b.status == event.Cancelled) {
		got = struckDate(words, ctx, got)
	}
	reading := event.Reading{
		Text: text.Line(text.FromHTML(words), 200), Confidence: got.Confidence,
		Reasons: got.Reasons, Warnings: got.Warnings,
	}
	if got.Start.IsZero() {
		reason := got.None
		if reason == "" {
			reason = "no date in text"
		}
		return event.Span{}, reading, "no start date: " + reason
	}
	span := got.Span(zone)
	r.endTold(&span, c, zone)
	span.WholeDay = span.AllDay() && calledWholeDay.MatchString(words+" "+r.Time)
	return span, reading, ""
}

// calledWholeDay finds the words by which a source calls a day a whole one.
var calledWholeDay = text.NewPattern(`終日|全日|(?i:all[ -]day)`)

// withHours reads a date together with the hours that stand apart from it.
func withHours(got when.Reading, words, hours string, ctx when.Context) (when.Reading, string) {
	both := when.Read(words+" "+hours, ctx)
	if (both.Start.IsZero() || both.AllDay()) && got.AllDay() && got.End.IsZero() {
		ctx.Label = when.LabelDate
		both = when.Read(got.Start.Date.String()+" "+hours, ctx)
		both.Reasons = append(got.Reasons, both.Reasons...)
		both.Warnings = append(got.Warnings, both.Warnings...)
	}
	if both.Start.IsZero() || both.AllDay() && !got.Start.IsZero() {
		return got, words
	}
	return both, words + " " + hours
}

// struckDate gives the first date that was struck out: the one at which an event
// that is cancelled or postponed was to be.
func struckDate(words string, ctx when.Context, none when.Reading) when.Reading {
	for _, d := range when.Dates(words, ctx) {
		if d.Struck && !d.Start.IsZero() {
			return d
		}
	}
	return none
}

// sound checks a span and mends what can be mended: an end before the start is
// left out, one of another sort than the start made the same sort.
func (b *Builder) sound(s *event.Span, r *event.Reading) string {
	if reason := absurd(s.Start); reason != "" {
		return reason
	}
	if !s.End.IsZero() && !s.End.Date.Valid() {
		r.Warnings = append(r.Warnings, fmt.Sprintf("end: %s is no day and is left out", s.End))
		s.End = event.Moment{}
	}
	if s.End.IsZero() {
		return ""
	}
	if s.Start.AllDay() && !s.End.AllDay() {
		s.End = event.On(s.End.Date)
	}
	if !s.Start.AllDay() && s.End.AllDay() {
		s.End = b.lastHour(s)
	}
	switch {
	case s.End.IsZero():
	case s.AllDay() && s.End.Date.Compare(s.Start.Date) < 0, !s.AllDay() && s.End.Time.Before(s.Start.Time):
		r.Warnings = append(r.Warnings, fmt.Sprintf("end: %s lies before the start and is left out", s.End))
		s.End = event.Moment{}
	case !s.AllDay() && s.End.Time.Equal(s.Start.Time):
		s.End = event.Moment{}
	}
	if limit := time.Duration(b.visit.Source.MaxDuration); limit > 0 && !s.End.IsZero() {
		loc := s.Location()
		if d := s.End.Over(loc).Sub(s.Start.Begin(loc)); d > limit {
			return fmt.Sprintf("lasts %s; max_duration is %s", days(d), days(limit))
		}
	}
	return absurd(s.End)
}

// lastHour gives the end of a timed span whose end is told as a day: that day's
// last minute cannot be known, so a span of several days is one of days, and one
// of a single day has no end.
func (b *Builder) lastHour(s *event.Span) event.Moment {
	if s.End.Date.Compare(s.Start.Date) <= 0 {
		return event.Moment{}
	}
	last := s.End
	if len(s.Sessions) == 0 {
		s.Sessions = []event.Session{{Start: s.Start}}
		for d := s.Start.Date.Add(1); d.Compare(last.Date) <= 0 && len(s.Sessions) < 31; d = d.Add(1) {
			s.Sessions = append(s.Sessions, event.Session{Start: event.On(d)})
		}
	}
	s.Start = event.On(s.Start.Date)
	return last
}

// absurd says why a moment is not believed.
func absurd(m event.Moment) string {
	if !m.IsZero() && (m.Date.Year < when.MinYear || m.Date.Year > when.MaxYear) {
		return fmt.Sprintf("the year of %s is not believed (%d to %d is)", m, when.MinYear, when.MaxYear)
	}
	return ""
}

func days(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(d/(24*time.Hour))) + " days"
	}
	return strings.TrimSuffix(d.String(), "0s")
}
