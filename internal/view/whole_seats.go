package view

import (
	"slices"
	"strings"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

// registration writes when one can sign up, and how that stands.
func (p *Printer) registration(d event.Details) string {
	var parts []string
	if m := d.RegistrationOpens; !m.IsZero() {
		parts = append(parts, p.UI.Say("opens "+publish.When(m, event.Moment{})))
	}
	if m := d.RegistrationCloses; !m.IsZero() {
		parts = append(parts, p.UI.Say("closes "+publish.When(m, event.Moment{})))
	}
	if d.RegistrationState != "" {
		parts = append(parts, p.UI.Say("now "+string(d.RegistrationState)))
	}
	return strings.Join(parts, ", ")
}

// seatsWords write how many seats are left, and how fast the community's events fill.
func (p *Printer) seatsWords(w ask.Whole) string {
	words := []string{
		wording.Seats(p.lang(), w.Event.Seats),
		wording.UsuallyFull(p.lang(), w.UsuallyFull),
	}
	return strings.Join(
		slices.DeleteFunc(words, func(s string) bool { return s == "" }),
		"; ",
	)
}
