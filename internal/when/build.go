package when

import (
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// build makes the reading of the candidate k.
func (w *work) build(k int) Reading {
	d := &w.dates[k]
	r := Reading{
		Start:   w.moment(d.start),
		End:     w.moment(d.end),
		Doors:   w.moment(d.doors),
		Owner:   OwnerEvent,
		LogOdds: w.odds[k],
		Struck:  w.struck(k),
		Reasons: make([]string, 0, 4),
		Parts:   make([]Part, 0, 4),
	}
	if x := w.resolver.Days[k].Rule; x > 0 {
		rule := w.doc.Rules[x-1]
		r.Rule = &rule
	}
	last := w.sessions(&r, k)
	w.explain(&r, k)
	w.partsOf(&r, k, last)
	r.Confidence = w.confidence(k)
	return r
}

// sessions fills the parts of the event that the candidate k begins and returns the last
// candidate that is one.
func (w *work) sessions(r *Reading, k int) int {
	r.Sessions = w.appendParts(nil, k)
	last := k
	for last+1 < len(w.dates) && w.follows(last, last+1) {
		if len(r.Sessions) == 0 {
			r.Sessions = append(r.Sessions, Session{Start: r.Start, End: r.End})
		}
		last++
		if parts := w.appendParts(r.Sessions, last); len(parts) > len(r.Sessions) {
			r.Sessions = parts
			continue
		}
		n := &w.dates[last]
		r.Sessions = append(r.Sessions, Session{
			Start: w.moment(n.start),
			End:   w.moment(n.end),
		})
	}
	if last > k && len(r.Sessions) <= maxSessions && w.daily(k, last) {
		w.wholeSpan(r, last)
	}
	return last
}

func (w *work) appendParts(dst []Session, k int) []Session {
	for _, p := range w.dates[k].parts {
		dst = append(dst, Session{Start: w.moment(p.start), End: w.moment(p.end)})
	}
	return dst
}

// daily reports whether the candidates from k to last follow on each other day by day.
func (w *work) daily(k, last int) bool {
	day := w.dates[k].last
	for j := k + 1; j <= last; j++ {
		if w.dates[j].start.day != day+1 {
			return false
		}
		day = max(w.dates[j].start.day, w.dates[j].last)
	}
	return true
}

// wholeSpan ends the reading with the candidate last.
func (w *work) wholeSpan(r *Reading, last int) {
	d := &w.dates[last]
	r.End = w.moment(d.end)
	if !d.end.ok {
		r.End = event.On(civil.Date(max(d.start.day, d.last)))
	}
	if r.Start.AllDay() {
		r.Sessions = nil
	}
}

// maxParts bounds the parts of a reading, and of one that names no date.
const (
	maxParts     = 24
	maxNoneParts = 8
)

// partsOf lists the stretches of text that the reading rests on, and those that it
// leaves out.
func (w *work) partsOf(r *Reading, k, last int) {
	role := RoleStart
	if r.Rule != nil {
		role = RoleRule
	}
	r.Parts = append(r.Parts, w.part(role, w.set.Candidates[k].Item, w.days(k)))
	for _, n := range w.dates[k].hours {
		r.Parts = append(
			r.Parts,
			w.part(timeRole(w.role(n)), n, timesText(w.doc.TimesOf(&w.set.Items[n]))),
		)
	}
	for j := range w.dates {
		if j == k || !w.dates[j].start.ok || len(r.Parts) > maxParts {
			continue
		}
		role := w.otherRole(j)
		switch {
		case w.dates[k].other == j+1:
			role = RoleEnd
		case j > k && j <= last:
			role = RoleSession
		}
		r.Parts = append(
			r.Parts,
			w.part(
				role,
				w.set.Candidates[j].Item,
				civil.Date(w.dates[j].start.day).String(),
			),
		)
	}
}

// days is the days of the candidate k as text.
func (w *work) days(k int) string {
	d := &w.resolver.Days[k]
	switch {
	case d.Rule > 0:
		return w.doc.Rules[d.Rule-1].String()
	case d.Last > d.First && w.dates[k].other == 0:
		return civil.Date(d.First).String() + "/" + civil.Date(d.Last).String()
	}
	return civil.Date(d.First).String()
}

var timeRoles = map[lexicon.Class]Role{
	lexicon.Doors: RoleDoors,
	lexicon.End:   RoleEnd,
	lexicon.Start: RoleStart,
}

func timeRole(c lexicon.Class) Role {
	if r, ok := timeRoles[c]; ok {
		return r
	}
	return RoleTime
}

// otherRole is the role of a candidate that is not the event.
func (w *work) otherRole(k int) Role {
	c := &w.set.Candidates[k]
	if w.struck(k) {
		return RoleStruck
	}
	for _, class := range [...]lexicon.Class{c.Before.Class, c.Behind.Class, c.Above.Class} {
		switch class {
		case lexicon.Deadline, lexicon.Registration:
			return RoleDeadline
		case lexicon.Stamp:
			return RoleMeta
		}
	}
	if c.LastDay() {
		return RoleDeadline
	}
	return RoleOther
}

// part is the stretch of item n in the text as given.
func (w *work) part(role Role, n int, read string) Part {
	it := &w.set.Items[n]
	t := w.doc.Text
	end := int(it.To)
	for end > int(it.From)+1 && (t[end-1].R == ' ' || t[end-1].R == '\n') {
		end--
	}
	last := int(t[end-1].Off)
	_, width := utf8.DecodeRuneInString(w.text[last:])
	return Part{
		Role: role,
		From: int(t[it.From].Off),
		To:   last + width,
		Read: read,
	}
}

// timesText is a time as announcements write it: 19:00, 19:00-20:40.
func timesText(t *parse.Times) string {
	var b [24]byte
	out := appendClock(b[:0], t.A)
	if t.B.Min >= 0 {
		out = appendClock(append(out, '-'), t.B)
	}
	return string(out)
}

func appendClock(b []byte, c parse.Clock) []byte {
	h, m := c.Min/60, c.Min%60
	return append(b, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
}
