package doctor

// A Impact is how bad a finding is; the worst comes first.
type Impact string

// The impacts, worst first.
const (
	Down       Impact = "down"       // koyomi cannot work
	Stopped    Impact = "stopped"    // nothing is polled
	Missed     Impact = "missed"     // events are missed
	Doubtful   Impact = "doubtful"   // what is shown may be wrong
	Incomplete Impact = "incomplete" // some of what was announced is left out
	Note       Impact = "note"       // worth a look
)

var impacts = []Impact{Down, Stopped, Missed, Doubtful, Incomplete, Note}

// ImpactWords are what impacts are called for people.
var ImpactWords = map[Impact]string{
	Down:       "koyomi cannot work",
	Stopped:    "nothing is polled",
	Missed:     "events are missed",
	Doubtful:   "what is shown may be wrong",
	Incomplete: "something is left out",
	Note:       "worth a look",
}

// A Finding is one thing that is wrong.
type Finding struct {
	Impact Impact `json:"harm"`
	// Subject is the source, event or file that it is about.
	Subject string `json:"subject"`
	What    string `json:"what"`
	Cause   string `json:"cause,omitempty"`
	// Next is the next step: a command, or what to look at.
	Next string `json:"next"`
	// weight orders findings of one impact, the heaviest first.
	weight int
}
