package source

import "koyomi/internal/event"

// By what right a source is read.
const (
	BasisAPIKey     = "api-key"
	BasisAPI        = "api"
	BasisFeed       = "feed"
	BasisPermission = "permission"
	BasisPage       = "page"
	BasisHandKept   = "hand-kept"
)

// Kinds are all kinds of sources.
var Kinds = []Kind{JSON, ICS, Feed, HTML, Structured, File, Static}

// Choices are the words that a setting may hold, by type and key; of a list, those
// of its items. Loading and the JSON Schema of source files both go by them.
var Choices = map[string][]string{
	"Source.kind":               words(Kinds...),
	"Source.basis":              {BasisAPIKey, BasisAPI, BasisFeed, BasisPermission, BasisPage, BasisHandKept},
	"Source.role":               words(Primary, Aggregator),
	"Source.mode":               words(event.Onsite, event.Online, event.Hybrid),
	"Paging.by":                 {"offset", "page", "next"},
	"FeedSettings.dates":        {"fields", "body", "title", "announced", "prose", "posted"},
	"StructuredSettings.prefer": {"json-ld", "microdata", "rdfa", "hcalendar", "h-event", "opengraph"},
	"FileSettings.format":       {"csv", "tsv", "yaml", "json", "markdown"},
	"StaticEvent.status":        words(event.Confirmed, event.Tentative, event.Postponed, event.Cancelled),
	"HTMLTable.fill_down":       FieldNames,
	"FileSettings.fill_down":    FieldNames,
}

func words[T ~string](all ...T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}
