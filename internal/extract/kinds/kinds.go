// Package kinds is the catalogue of the kinds of sources. A kind is a folder beside
// it and a line in the list.
package kinds

import (
	"koyomi/internal/extract"
	"koyomi/internal/extract/feed"
	"koyomi/internal/extract/file"
	"koyomi/internal/extract/ics"
	"koyomi/internal/extract/json"
	"koyomi/internal/extract/static"
	"koyomi/internal/extract/structured"
)

// registered are the kinds, in the order in which people are shown them.
var registered = []extract.Registration{
	json.Registration,
	ics.Registration,
	feed.Registration,
	pages,
	structured.Registration,
	file.Registration,
	static.Registration,
}

// All are the readers of the kinds by name.
var All = extract.Readers(registered)

// Definitions are what source files may say of the kinds, for source.Load.
var Definitions = extract.Definitions(registered)
