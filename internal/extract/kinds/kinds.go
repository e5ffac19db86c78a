// Package kinds is the catalogue of the kinds of sources.
package kinds

import (
	"koyomi/internal/extract"
	"koyomi/internal/extract/feed"
	"koyomi/internal/extract/file"
	"koyomi/internal/extract/html"
	"koyomi/internal/extract/ics"
	"koyomi/internal/extract/json"
	"koyomi/internal/extract/static"
	"koyomi/internal/extract/structured"
	"koyomi/internal/source"
)

// All are the kinds by name.
var All = map[source.Kind]extract.Kind{
	source.JSON:       json.Kind{},
	source.ICS:        ics.Kind{},
	source.Feed:       feed.Kind{},
	source.HTML:       html.Kind{},
	source.Structured: structured.Kind{},
	source.File:       file.Kind{},
	source.Static:     static.Kind{},
}
