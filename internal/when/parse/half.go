package parse

// How far 午後 and pm reach: in runes, and in minutes from one time to the next.
const (
	maxHalfGap   = 20
	maxHalfAhead = 6 * 60
)

// sameHalf hands 午後 and pm to the next time of a sentence, which would lie before the
// first without: 午後0時45分開場、1時30分開演; doors 6:30pm, show 7:30.
func (p *parser) sameHalf(t *Times, from int32) {
	before := p.timeBefore(from)
	if before == nil || before.Ranged() || before.A.Half != halfPM {
		return
	}
	a := &t.A
	later := a.Min + halfDay
	tellsHalf := a.Half != 0 || a.Iso || a.Min >= halfDay
	if tellsHalf || a.Min >= before.A.Min {
		return
	}
	if later <= before.A.Min || later-before.A.Min > maxHalfAhead {
		return
	}
	a.Min, a.Half = later, halfPM
	if t.B.Min >= 0 {
		p.carryHalf(t)
	}
}

// timeBefore returns the time that stands last before a rune, on its line and near, with
// at most a word between; nil for none.
func (p *parser) timeBefore(from int32) *Times {
	for n := len(p.doc.Items) - 1; n >= 0; n-- {
		it := &p.doc.Items[n]
		if it.Line != p.place.Line || from-it.To > maxHalfGap {
			return nil
		}
		switch it.Kind {
		case Time:
			return &p.doc.Times[it.X]
		case Word:
		default:
			return nil
		}
	}
	return nil
}
