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
	// Waiting is no fault: something is not set up, and nothing fails for it.
	Waiting Impact = "waiting"
)

var impacts = []Impact{Down, Stopped, Missed, Doubtful, Incomplete, Note, Waiting}

// ImpactWords are what impacts are called for people.
var ImpactWords = map[Impact]string{
	Down:       "koyomi cannot work",
	Stopped:    "nothing is polled",
	Missed:     "events are missed",
	Doubtful:   "what is shown may be wrong",
	Incomplete: "something is left out",
	Note:       "worth a look",
	Waiting:    "not set up",
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

// wanted says of each key that is not there what waits for it, and how to get it: it is
// not set up yet, and nothing fails.
func (d *Doctor) wanted() []Finding {
	var found []Finding
	for _, w := range d.Config.Wanted(d.Catalogue()) {
		found = append(found, Finding{
			Impact:  Waiting,
			Subject: w.Key,
			What:    w.What() + " wait for it",
			Next:    w.How(),
		})
	}
	return found
}
