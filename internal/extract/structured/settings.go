package structured

import (
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// Registration is the kind "structured" for the catalogue of kinds.
var Registration = extract.Registration{
	Definition: source.Definition{
		Kind:    source.Structured,
		New:     func() source.Settings { return &Settings{} },
		Basis:   source.BasisPage,
		Page:    true,
		Choices: map[string][]string{"Settings.prefer": formats},
	},
	Reader: Kind{},
}

// formats are what is looked for, in the order of preference.
var formats = []string{"json-ld", "microdata", "rdfa", "hcalendar", "h-event", "opengraph"}

// Settings tell which structured data is preferred.
type Settings struct {
	// Prefer lists json-ld, microdata, rdfa, hcalendar, h-event, opengraph; the first
	// that holds an event is read. Default: this order.
	Prefer []string `yaml:"prefer,omitempty"`
	// Partial marks a page that shows the newest or nearest events only.
	Partial bool `yaml:"partial,omitempty"`
}

// Check notes what is wrong with the settings.
func (set *Settings) Check(c *source.Checker, at string) {
	c.EachOneOf(at+".prefer", set.Prefer, "format", formats)
}
