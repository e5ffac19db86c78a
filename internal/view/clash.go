package view

import (
	"fmt"
	"io"
	"strings"

	"koyomi/internal/holiday"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/terminal"
	"koyomi/internal/wording"
)

// WriteClash writes people of a day.
func (p *Printer) WriteClash(w io.Writer, c publish.ClashJSON) error {
	u := p.UI
	var b strings.Builder
	for _, part := range []struct {
		heading, none string
		rivals        []publish.RivalJSON
	}{
		{"on " + c.Date + special(c.Holiday), "nothing is on", c.On},
		{"within a week of it", "nothing is on near it that shares all of this", c.Near},
	} {
		b.WriteString(u.Style(terminal.Bold, u.Say(part.heading)) + "\n")
		events, err := rivalEvents(part.rivals)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			b.WriteString(
				strings.Join(terminal.Wrapped(u.Say(part.none), u.Columns-1), "\n") + "\n",
			)
		}
		b.Write(LayOut(u, events, p.Now()))
		b.WriteByte('\n')
	}
	if c.Left > 0 {
		b.WriteString(u.Say(fmt.Sprintf("%d more are not named", c.Left)) + "\n\n")
	}
	b.WriteString(u.Style(terminal.Bold, u.Say("free days around it")) + "\n")
	for _, line := range terminal.Wrapped(u.Say(freeDays(c.Free)), u.Columns-1) {
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func rivalEvents(all []publish.RivalJSON) ([]event.Event, error) {
	events := make([]event.Event, len(all))
	for i, r := range all {
		var err error
		if events[i], err = r.Event(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// special adds what is special about a day.
func special(words string) string {
	if words == "" {
		return ""
	}
	return " " + words
}

// holidayMark is what follows the weekday of a day on which many have other plans.
func holidayMark(d event.Date) string {
	switch {
	case holiday.Is(d):
		return "・祝"
	case holiday.IsYearEnd(d):
		return "・年末年始"
	}
	return ""
}

// freeDays writes days as people name them.
func freeDays(all []string) string {
	var days []string
	for _, s := range all {
		m, err := event.ParseMoment(s, event.Tokyo)
		if err != nil {
			continue
		}
		days = append(
			days,
			s[len("2006-"):]+"("+wording.Weekday(
				wording.Japanese,
				m.Date.Weekday(),
			)+holidayMark(
				m.Date,
			)+")",
		)
	}
	if len(days) == 0 {
		return "none"
	}
	return strings.Join(days, ", ")
}
