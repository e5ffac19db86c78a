package when

import (
	"unicode/utf8"

	"koyomi/internal/event"
)

// The reasons and warnings of a reading, as people read them.
const (
	reasonEvent       = "event: named by its label or verb"
	reasonBare        = "event: the only date that nothing takes away"
	reasonField       = "event: the text is a date field"
	reasonYearPrinted = "year: printed"
	reasonYearRef     = "year: from publication"
	reasonYearHint    = "year: from the heading or title"
	reasonYearText    = "year: from the text beside it"
	reasonYearWord    = "year: from 今年, 来年 or 昨年"
	reasonRelative    = "date: counted from publication"
	reasonMonthRef    = "month: from publication"
	reasonMonthText   = "month: from the text or heading"
	reasonRule        = "date: next occurrence of a rule"
	reasonWeekday     = "weekday: proves"
	reasonStart       = "start: the programme's, doors kept apart"
	reasonMoved       = "date: the one it was moved to"

	warnTextAM     = "time: 午前/AM with an hour past noon, read as of 24 hours"
	warnTextTypo   = "time: 10:00-10-15 read as a range"
	warnTextGuess  = "time: hours without am or pm read as in the afternoon"
	warnTextBad    = "time: minutes past 59, left out"
	warnTextEnd    = "end: before the start, left out"
	warnTextDoors  = "start: only doors or reception are named"
	warnTextNotSet = "date: said to be undecided"
)

// Why no date was read.
const (
	noneEmpty    = "no date in text"
	noneDeadline = "only a deadline or a registration period"
	noneUpdate   = "only a date of publication or update"
	noneHours    = "opening hours, no event"
	noneHistory  = "a date of history, no event"
	noneAlt      = "only a day kept in reserve"
	noneVersion  = "a version, no date"
	noneUndated  = "the date is undecided"
	noneMonth    = "a month without a day"
	noneTime     = "a time without a date"
	noneStruck   = "the date is struck out"
	noneEnd      = "only an end, no start"
	noneInvalid  = "a day that the calendar does not have"
	noneWeak     = "a date that nothing names as the event's"
)

// build makes the reading of the candidate k.
func (s *scan) build(text string, k int) Reading {
	c := &s.cands[k]
	r := Reading{Reasons: make([]string, 0, 4), Parts: make([]Part, 0, 4)}
	r.Start, r.End, r.Doors = s.moment(c.start), s.moment(c.end), s.moment(c.doors)
	if c.rule > 0 {
		rule := s.rules[c.rule-1]
		r.Rule = &rule
	}
	s.sessions(&r, k)
	r.Struck = s.its[c.it].struck
	s.explain(&r, c)
	s.partsOf(&r, text, k)
	r.Confidence = s.confidence(c)
	return r
}

// sessions fills the parts of the event that the candidate k begins.
func (s *scan) sessions(r *Reading, k int) {
	c := &s.cands[k]
	s.addParts(r, c)
	last, end := k, k
	for end+1 < len(s.cands) && s.follows(last, end+1) {
		if len(r.Sessions) == 0 {
			r.Sessions = append(r.Sessions, Session{Start: r.Start, End: r.End})
		}
		end++
		n := &s.cands[end]
		if n.nparts > 0 {
			s.addParts(r, n)
		} else {
			r.Sessions = append(r.Sessions, Session{Start: s.moment(n.start), End: s.moment(n.end)})
		}
		last = end
	}
	if end == k || len(r.Sessions) > maxSessions {
		return
	}
	day := c.start.day
	for j := k + 1; j <= end; j++ {
		if s.cands[j].start.day != max(day, s.cands[j-1].b)+1 {
			return
		}
		day = s.cands[j].start.day
	}
	if e := &s.cands[end]; e.end.ok {
		r.End = s.moment(e.end)
	} else {
		r.End = event.On(civil(max(e.start.day, e.b)))
	}
	if r.Start.AllDay() {
		r.Sessions = nil
	}
}

func (s *scan) addParts(r *Reading, c *cand) {
	for _, p := range s.parts[c.parts : c.parts+c.nparts] {
		r.Sessions = append(r.Sessions, Session{Start: s.moment(p.start), End: s.moment(p.end)})
	}
}

// explain fills reasons and warnings.
func (s *scan) explain(r *Reading, c *cand) {
	switch {
	case c.moved:
		r.Reasons = append(r.Reasons, reasonMoved)
	case c.why != "":
		r.Reasons = append(r.Reasons, c.why)
	case s.c.Label == LabelDate:
		r.Reasons = append(r.Reasons, reasonField)
	default:
		r.Reasons = append(r.Reasons, reasonBare)
	}
	if c.yearWhy != "" {
		r.Reasons = append(r.Reasons, c.yearWhy)
	}
	if c.proved && c.warn&warnWeekday == 0 {
		r.Reasons = append(r.Reasons, reasonWeekday)
	}
	if c.doors.ok {
		r.Reasons = append(r.Reasons, reasonStart)
	}
	if c.warn&warnWeekday != 0 {
		r.Warnings = append(r.Warnings, "weekday: contradicts (printed "+kanjiDays[c.printed]+", is "+s.contradicted(c)+")")
	}
	for _, w := range [...]struct {
		bit  uint8
		text string
	}{{warnAM24, warnTextAM}, {warnTypo, warnTextTypo}, {warnGuess, warnTextGuess}, {warnBad, warnTextBad}, {warnEnd, warnTextEnd}, {warnDoors, warnTextDoors}, {warnUndated, warnTextNotSet}} {
		if c.warn&w.bit != 0 {
			r.Warnings = append(r.Warnings, w.text)
		}
	}
}

// contradicted gives the weekday of the calendar for the day whose printed one is wrong.
func (s *scan) contradicted(c *cand) string {
	it := &s.its[c.it]
	for _, g := range s.segs[it.x : int(it.x)+int(it.n)] {
		for _, d := range [...]day{g.a, g.b} {
			if d.d != 0 && d.wd == c.printed && validYMD(int(d.y), int(d.m), int(d.d)) {
				if w := weekdayOf(int(d.y), int(d.m), int(d.d)); w != int(d.wd) {
					return kanjiDays[w]
				}
			}
		}
	}
	return "another"
}

// confidence is in percent: what is printed, proved and named counts.
func (s *scan) confidence(c *cand) int {
	n := 62
	switch {
	case c.score >= 8:
		n += 16
	case c.score >= 5:
		n += 12
	case c.score >= 3:
		n += 6
	}
	switch c.yearWhy {
	case reasonYearPrinted:
		n += 14
	case reasonYearHint, reasonYearText, reasonYearWord:
		n += 10
	case reasonRelative, reasonMonthRef:
		n -= 10
	}
	if c.proved {
		n += 8
	}
	if c.warn&warnWeekday != 0 {
		n -= 25
	}
	if c.warn&^warnWeekday != 0 {
		n -= 10
	}
	return max(5, min(n, 99))
}

// partsOf lists the stretches of text that the reading rests on, and those that
// it leaves out.
func (s *scan) partsOf(r *Reading, text string, k int) {
	c := &s.cands[k]
	role := RoleStart
	if c.rule > 0 {
		role = RoleRule
	}
	r.Parts = append(r.Parts, s.part(text, role, c.it, s.read(c)))
	for _, n := range s.hrs[c.first : c.first+c.count] {
		r.Parts = append(r.Parts, s.part(text, s.timeRole(n), n, s.times[s.its[n].x].String()))
	}
	for j := range s.cands {
		o := &s.cands[j]
		switch {
		case j == k || !o.start.ok:
		case c.other == j+1:
			r.Parts = append(r.Parts, s.part(text, RoleEnd, o.it, civil(o.start.day).String()))
		case s.its[o.it].struck:
			r.Parts = append(r.Parts, s.part(text, RoleStruck, o.it, civil(o.start.day).String()))
		case o.cls.bad():
			r.Parts = append(r.Parts, s.part(text, classRole(o.cls), o.it, civil(o.start.day).String()))
		case j > k && len(r.Sessions) > 0 && s.follows(j-1, j):
			r.Parts = append(r.Parts, s.part(text, RoleSession, o.it, civil(o.start.day).String()))
		default:
			r.Parts = append(r.Parts, s.part(text, RoleOther, o.it, civil(o.start.day).String()))
		}
		if len(r.Parts) > 24 {
			return
		}
	}
}

// read gives the days of c as text.
func (s *scan) read(c *cand) string {
	switch {
	case c.rule > 0:
		return s.rules[c.rule-1].String()
	case c.b > c.a && c.other == 0:
		return civil(c.a).String() + "/" + civil(c.b).String()
	}
	return civil(c.a).String()
}

func (s *scan) timeRole(n int) Role {
	switch s.its[n].owner {
	case cDoors:
		return RoleDoors
	case cEnd:
		return RoleEnd
	case cStart:
		return RoleStart
	}
	return RoleTime
}

func classRole(c class) Role {
	switch c {
	case cDeadline, cReg:
		return RoleDeadline
	case cMeta:
		return RoleMeta
	}
	return RoleOther
}

// part gives the stretch of its[n] in the text as given.
func (s *scan) part(text string, role Role, n int, read string) Part {
	it := &s.its[n]
	from, to := int(s.rs[it.from].off), len(text)
	end := int(it.to)
	for end > int(it.from)+1 && (s.rs[end-1].r == ' ' || s.rs[end-1].r == '\n') {
		end--
	}
	last := int(s.rs[end-1].off)
	if _, w := utf8.DecodeRuneInString(text[last:]); last+w < to {
		to = last + w
	}
	return Part{Role: role, From: from, To: to, Read: read}
}

// none says why nothing was read.
func (s *scan) none(text string) Reading {
	r := Reading{None: s.why()}
	for k := range s.cands {
		c := &s.cands[k]
		if !c.start.ok || len(r.Parts) > 8 {
			continue
		}
		role := classRole(c.cls)
		if s.its[c.it].struck {
			role = RoleStruck
		}
		r.Parts = append(r.Parts, s.part(text, role, c.it, s.read(c)))
	}
	return r
}

func (s *scan) why() string {
	worst := ""
	for k := range s.cands {
		c := &s.cands[k]
		switch {
		case s.its[c.it].struck:
			return noneStruck
		case c.score <= dead/2:
			worst = noneInvalid
		case worst != "":
		case c.until && c.cls == cDeadline:
			worst = noneDeadline
		case c.cls.bad():
			worst = noneOf(c.cls)
		case c.ends:
			worst = noneEnd
		default:
			worst = noneWeak
		}
	}
	if worst != "" {
		return worst
	}
	month, hour := false, false
	for k := range s.its {
		switch it := &s.its[k]; {
		case it.k == kRole && it.c == cUndated:
			return noneUndated
		case it.k == kMonth:
			month = true
		case it.k == kTime:
			hour = true
		}
	}
	switch {
	case month:
		return noneMonth
	case hour:
		return noneTime
	case s.bad:
		return noneInvalid
	}
	return noneEmpty
}

func noneOf(c class) string {
	switch c {
	case cDeadline, cReg:
		return noneDeadline
	case cMeta:
		return noneUpdate
	case cHours:
		return noneHours
	case cAlt:
		return noneAlt
	case cVersion:
		return noneVersion
	}
	return noneHistory
}

// String gives the time as announcements write it: 19:00, 19:00-20:40.
func (t *tspan) String() string {
	var b [24]byte
	out := appendClock(b[:0], t.a)
	if t.b.min >= 0 {
		out = appendClock(append(out, '-'), t.b)
	}
	return string(out)
}

func appendClock(b []byte, k clock) []byte {
	h, m := k.min/60, k.min%60
	return append(b, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
}
