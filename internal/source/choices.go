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

// Choices are the words that a setting of every source may hold, by type and key;
// those of a kind's own settings stand in its Definition. Loading and the JSON
// Schema of source files both go by them.
var Choices = map[string][]string{
	"Source.basis": {
		BasisAPIKey,
		BasisAPI,
		BasisFeed,
		BasisPermission,
		BasisPage,
		BasisHandKept,
	},
	"Source.role": Words(Primary, Aggregator),
	"Source.mode": Words(event.Onsite, event.Online, event.Hybrid),
	"Statuses": Words(
		event.Confirmed,
		event.Tentative,
		event.Postponed,
		event.Cancelled,
	),
}

// Words returns names as plain text.
func Words[T ~string](all ...T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}
