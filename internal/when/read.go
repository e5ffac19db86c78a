package when

// Read gives the event date that text announces. It is pure: the same text and
// context give the same reading.
func Read(text string, c Context) Reading {
	if !mayHold(text) {
		return Reading{None: noneEmpty}
	}
	s := newScan(text, c)
	defer s.free()
	s.weigh()
	k := s.best()
	if k < 0 {
		return s.none(text)
	}
	return s.build(text, k)
}

// mayHold reports whether text has anything a date could be made of.
func mayHold(text string) bool { return text != "" }

// Dates gives every event-date candidate of text, in order of text; struck-out
// ones are marked. Dates that belong to something else (deadlines, updates) are
// not among them.
func Dates(text string, c Context) []Reading {
	s := newScan(text, c)
	defer s.free()
	s.weigh()
	var out []Reading
	for k := 0; k < len(s.cands) && len(out) < maxDates; k++ {
		d := &s.cands[k]
		if d.score < believeFrom || d.taken || !d.start.ok || d.until {
			continue
		}
		if k > 0 && s.follows(k-1, k) && len(out) > 0 {
			continue // a further session of the one before
		}
		out = append(out, s.build(text, k))
	}
	return out
}

// maxDates bounds the candidates of one text.
const maxDates = 500

// ParseRule reads a rule (毎月第3水曜, every Thursday); false where text names none.
func ParseRule(text string) (Rule, bool) {
	s := newScan(text, Context{})
	defer s.free()
	for k := range s.its {
		if s.its[k].k == kRule {
			return s.rules[s.its[k].x], true
		}
	}
	return Rule{}, false
}
