package ics

import (
	"strings"

	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// Registration is the kind "ics" for the catalogue of kinds.
var Registration = extract.Registration{
	Definition: source.Definition{
		Kind:    source.ICS,
		New:     func() source.Settings { return &Settings{} },
		Basis:   source.BasisFeed,
		Address: source.Webcal,
	},
	Reader: Kind{},
}

// Settings tell how a calendar is read.
type Settings struct {
	// URL is the pattern of an event's page, with {uid}, for calendars that have
	// none: "https://example.org/event/{uid}".
	URL string `yaml:"url,omitempty"`
	// Partial marks a calendar of the nearest events only.
	Partial bool `yaml:"partial,omitempty"`
}

// Templates are the texts in which {group} may stand.
func (set *Settings) Templates() []*string { return []*string{&set.URL} }

// Check notes what is wrong with the settings.
func (set *Settings) Check(c *source.Checker, at string) {
	at += ".url"
	switch {
	case set.URL == "":
	case !strings.Contains(set.URL, "{uid}"):
		c.Wrong(
			at,
			"expected an address with {uid}, found %s (use https://example.org/event/{uid})",
			source.Quote(set.URL),
		)
	default:
		c.Link(at, strings.ReplaceAll(set.URL, "{uid}", "uid"))
	}
}
