package parse

import (
	"koyomi/internal/when/grammar"
)

// The forms of times.
var (
	formClock     = grammar.Named("clock")
	formHour      = grammar.Named("hour")
	formBareClock = grammar.Named("bareclock")
	formMilitary  = grammar.Named("military")
	formBareStart = grammar.Named("barestart")
	formBareHours = grammar.Named("barehours")
	formBareEnd   = grammar.Named("bareend")
	formLength    = grammar.Named("length")
	formZone      = grammar.Named("zone")
	formIsoOffset = grammar.Named("isooffset")
	formUntilSign = grammar.Named("untilsign")
	formBegins    = grammar.Named("begins")
	formNotClock  = grammar.Named("notclock")
)

// The halves of the day, as the forms number them.
const (
	halfAM    = 1
	halfPM    = 2
	halfFixed = 3
	halfNoon  = 4
	halfNight = 5
)

// clockAt reads one time of day at token i.
func (p *parser) clockAt(f *grammar.Form, i int, warn *Warning) (c Clock, j int, ok bool) {
	v, j, ok := p.m.Match(f, i, nil)
	if !ok {
		return NoClock, i, false
	}
	if v.Flag(grammar.Invalid) {
		*warn |= BadMin
		return NoClock, i, false
	}
	if v.Flag(grammar.Slip) {
		*warn |= Typo
	}
	c = Clock{
		Min:  int16(v.Get(grammar.Hour)*60 + v.Get(grammar.Minute)),
		Sec:  int8(v.Get(grammar.Second)),
		Half: int8(v.Get(grammar.Half)),
		Next: v.Flag(grammar.NextDay),
		Bare: v.Flag(grammar.Bare),
		Secs: v.Has(grammar.Second),
		Iso:  v.Flag(grammar.Iso),
	}
	p.settle(&c, warn)
	return c, j, true
}

// settle turns the half of the day into hours of 24: 午後7時, 深夜1時, AM19:00.
func (p *parser) settle(c *Clock, warn *Warning) {
	hour := c.Min / 60
	switch c.Half {
	case halfAM:
		p.morning(c, hour, warn)
	case halfPM:
		if hour < 12 {
			c.Min += 12 * 60
		}
	case halfNoon:
		c.Half = halfPM
		if hour >= 1 && hour <= 4 {
			c.Min += 12 * 60
		}
	case halfNight:
		c.Half = halfFixed
		c.Min += night(hour)
	}
}

// morning handles 午前: its twelfth hour is noon as often as midnight, and noon is
// when events are.
func (p *parser) morning(c *Clock, hour int16, warn *Warning) {
	switch {
	case c.Min == 12*60 && p.doc.Japanese:
	case hour == 12:
		c.Min -= 12 * 60
	case hour > 12:
		*warn |= AM24
	}
}

// night is what 深夜 adds to an hour, in minutes.
func night(hour int16) int16 {
	switch {
	case hour < 6:
		return 24 * 60
	case hour >= 8 && hour < 12:
		return 12 * 60
	}
	return 0
}

// zoneAt reads the zone that may stand at token j.
func (p *parser) zoneAt(t *Times, j int) int {
	if p.m.At(j).Gap > grammar.Space {
		return j
	}
	v, k, ok := p.m.Match(formZone, j, nil)
	if !ok && (t.A.Secs || t.A.Iso) {
		v, k, ok = p.m.Match(formIsoOffset, j, nil)
	}
	if !ok {
		return j
	}
	t.setZone(&v)
	return k
}

func (t *Times) setZone(v *grammar.Value) {
	t.HasZone = true
	if v.Has(grammar.ZoneSign) {
		t.Zone = int16(
			v.Get(
				grammar.ZoneSign,
			) * (v.Get(grammar.ZoneHour)*60 + v.Get(grammar.ZoneMinute)),
		)
		return
	}
	t.Zone, t.Named = int16(v.Get(grammar.Zone)), true
}
