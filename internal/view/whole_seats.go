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
func registration(d event.Details) string {
	var parts []string
	if m := d.RegistrationOpens; !m.IsZero() {
		parts = append(parts, "opens "+publish.When(m, event.Moment{}))
	}
	if m := d.RegistrationCloses; !m.IsZero() {
		parts = append(parts, "closes "+publish.When(m, event.Moment{}))
	}
	if d.RegistrationState != "" {
		parts = append(parts, "now "+string(d.RegistrationState))
	}
	return strings.Join(parts, ", ")
}

// seatsWords write how many seats are left, and how fast the community's events fill.
func seatsWords(w ask.Whole) string {
	words := []string{
		wording.Seats(wording.English, w.Event.Seats),
		wording.UsuallyFull(wording.English, w.UsuallyFull),
	}
	return strings.Join(
		slices.DeleteFunc(words, func(s string) bool { return s == "" }),
		"; ",
	)
}
