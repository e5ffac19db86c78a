package query

// FieldTerms are the fields of the query language whose values are completed.
var FieldTerms = []string{
	"community:",
	"source:",
	"tag:",
	"area:",
	"is:",
	"status:",
	"type:",
	"weekday:",
	"time:",
	"after:",
	"before:",
	"on:",
	"seats:",
	"fee:",
}

// FixedValues are those of fields whose values are always the same.
var FixedValues = map[string][]string{
	"is:": {
		"online",
		"onsite",
		"hybrid",
	},
	"status:": {"confirmed", "tentative", "postponed", "cancelled"},
	"type:": {
		"event",
		"registration",
		"deadline",
		"cfp",
	},
	"weekday:": {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
	"time:": {
		"morning",
		"afternoon",
		"evening",
	},
	"on:":     queryDays,
	"after:":  queryDays,
	"before:": queryDays,
	"fee:":    {"free"},
	"seats:":  {"1", "no"},
}

// queryDays are the days that are completed.
var queryDays = []string{"today", "tomorrow", "今週末", "来週"}
