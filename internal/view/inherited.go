package view

import (
	"slices"

	"koyomi/internal/event"
)

// inherited marks a value that is the community's, not the event's own.
func (p *Printer) inherited(e event.Event, member, value string) string {
	if slices.Contains(e.Inherited, member) {
		return value + p.UI.Say(" (its community's)")
	}
	return value
}
