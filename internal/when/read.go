package when

// Read gives the event date that text announces.
func Read(text string, c Context) Reading { return Reading{None: "no date in text"} }

// Dates gives every event-date candidate of text, in order of text; struck-out
// ones are marked.
func Dates(text string, c Context) []Reading { return nil }

// ParseRule reads a rule (毎月第3水曜, every Thursday); false where text names none.
func ParseRule(text string) (Rule, bool) { return Rule{}, false }
