package event

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/text"
)

// The ways in which a person's words are put into a field. What cannot be meant is
// an error.

func editTitle(d *Details, value string) error {
	line := text.Line(value, 200)
	if line == "" {
		return errors.New("an event needs a title")
	}
	d.Title = line
	return nil
}

func editStatus(d *Details, value string) error {
	s := Status(strings.ToLower(text.Line(value, 200)))
	if !slices.Contains([]Status{Confirmed, Tentative, Postponed, Cancelled}, s) {
		return fmt.Errorf(
			"status %q: expected confirmed, tentative, postponed or cancelled",
			text.Line(value, 200),
		)
	}
	d.Status = s
	return nil
}

func editLocation(d *Details, value string) error {
	d.Location = text.Line(value, 200)
	return nil
}

func editDescription(d *Details, value string) error {
	d.Description = text.Block(value, 4000)
	return nil
}

func editURL(d *Details, value string) (err error) {
	d.URL, err = webAddress(d.URL, value)
	return err
}

func editOnlineURL(d *Details, value string) (err error) {
	d.OnlineURL, err = webAddress(d.OnlineURL, value)
	return err
}

// webAddress returns the address that was typed; old where it is none.
func webAddress(old, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	u, err := text.URL("", value)
	if err != nil {
		return old, err
	}
	return u, nil
}

// editStart moves the whole span: an end keeps its distance. Between a day and an
// hour there is none, and the end is dropped.
func editStart(d *Details, value string) error {
	m, err := typedMoment(value, d.Span.Location())
	if err != nil {
		return err
	}
	old := d.Span
	d.Start, d.Sessions = m, nil
	d.WholeDay = d.WholeDay && m.AllDay()
	switch {
	case old.End.IsZero():
	case m.AllDay() != old.AllDay():
		d.End = Moment{}
	case m.AllDay():
		d.End = On(m.Date.Add(old.End.Date.Sub(old.Start.Date)))
	default:
		d.End = At(m.Time.Add(old.End.Time.Sub(old.Start.Time)))
	}
	return nil
}

// editWholeDay says of a day without times that it is a whole day, or that its time
// is not announced.
func editWholeDay(d *Details, value string) error {
	whole, known := map[string]bool{"yes": true, "no": false, "": false}[strings.ToLower(value)]
	switch {
	case !known:
		return fmt.Errorf("whole_day %q: expected yes or no", value)
	case whole && !d.AllDay():
		return errors.New(
			"whole_day: the event starts at an hour (use start=2026-06-10 first)",
		)
	}
	d.WholeDay = whole
	return nil
}

func editEnd(d *Details, value string) error {
	if value == "" {
		d.End = Moment{}
		return nil
	}
	m, err := typedMoment(value, d.Span.Location())
	switch {
	case err != nil:
		return err
	case m.AllDay() != d.AllDay():
		return fmt.Errorf("end %q: a day goes with a day, an hour with an hour", value)
	case m.before(d.Start):
		return fmt.Errorf("end %q: before the start", value)
	}
	d.End = m
	return nil
}

// before reports whether m is before o, which is of the same sort.
func (m Moment) before(o Moment) bool {
	if m.AllDay() {
		return m.Date.Compare(o.Date) < 0
	}
	return m.Time.Before(o.Time)
}

// typedMoment reads a moment as a person types it.
func typedMoment(value string, zone *time.Location) (Moment, error) {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return At(t), nil
		}
	}
	m, err := ParseMoment(value, zone)
	if err == nil && m.IsZero() {
		return m, errors.New("an event needs a start")
	}
	return m, err
}
