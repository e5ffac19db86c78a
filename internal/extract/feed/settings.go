package feed

import (
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// Registration is the kind "feed" for the catalogue of kinds.
var Registration = extract.Registration{
	Definition: source.Definition{
		Kind:    source.Feed,
		New:     func() source.Settings { return &Settings{} },
		Basis:   source.BasisFeed,
		Choices: map[string][]string{"Settings.dates": dates},
	},
	Reader: Kind{},
}

// dates are the places in which an item may hold the date of the event.
var dates = []string{"fields", "marked", "body", "title", "announced", "prose", "posted"}

// Settings tell where a feed's items hold the date of the event.
type Settings struct {
	// Dates are tried in order: fields (namespaced), marked (data for programs in
	// the item's HTML: a <time>, hCalendar, JSON-LD), body (labelled, as 日時),
	// title, announced (a sentence that announces), prose (any date in the text),
	// posted (the post's own date is the event's). Default: fields, marked,
	// body, title, announced.
	Dates []string `yaml:"dates,omitempty"`
	// Labels are words before the date in prose, added to the built-in ones.
	Labels []string `yaml:"labels,omitempty"`
	// Complete marks a feed that holds all events, not the newest alone.
	Complete bool `yaml:"complete,omitempty"`
}

// Check notes what is wrong with the settings.
func (set *Settings) Check(c *source.Checker, at string) {
	c.EachOneOf(at+".dates", set.Dates, "place of a date", dates)
}
