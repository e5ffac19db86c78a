package source

import "koyomi/internal/event"

// Paths are alternatives, tried in order; in YAML one string or a list.
type Paths []string

// OneOrMany lets a list of one stand as a bare value.
func (Paths) OneOrMany() {}

// Statuses turn a source's own words for how an event stands into ours, before
// the built-in ones ("cancelled", 中止 …) are tried. Words are compared folded.
type Statuses map[string]event.Status

// FieldNames are the fields of a listing that settings may name.
var FieldNames = []string{
	"key",
	"title",
	"when",
	"start",
	"end",
	"time",
	"duration",
	"all_day",
	"zone",
	"status",
	"cancelled",
	"mode",
	"url",
	"location",
	"address",
	"online_url",
	"description",
	"tags",
	"lat",
	"lon",
	"number",
	"sequence",
	"updated",
	"opens",
	"closes",
	"year",
	"limit",
	"accepted",
	"waiting",
	"left",
	"fee",
	"currency",
	"registration",
	"group",
	"group_name",
	"group_url",
}
