package grammar

import "math/bits"

// endToken stands beyond either end of the text.
var endToken = Token{Gap: NoToken, Kind: Mark}

// A Matcher matches forms against the tokens of one text.
type Matcher struct {
	Toks []Token
	v    Value
}

// At returns the token at i; beyond the text one that nothing matches.
func (m *Matcher) At(i int) *Token {
	if uint(i) < uint(len(m.Toks)) {
		return &m.Toks[i]
	}
	return &endToken
}

// Match returns what the first pattern of f that fits at token i and satisfies accept
// has read, and the token behind it.
func (m *Matcher) Match(
	f *Form,
	i int,
	accept func(*Value) bool,
) (v Value, j int, ok bool) {
	k := m.At(i)
	if !f.begins.has(k.Sym) {
		return Value{}, i, false
	}
	for left := f.possible(k, m.At(i+1)); left != 0; left &= left - 1 {
		p := &f.patterns[bits.TrailingZeros64(left)]
		m.v.set, m.v.flags = 0, 0
		j, ok := m.steps(p.steps, i)
		if ok && (accept == nil || accept(&m.v)) {
			return m.v, j, true
		}
	}
	return Value{}, i, false
}

// Is reports whether f fits at token i, and what follows.
func (m *Matcher) Is(f *Form, i int) (int, bool) {
	_, j, ok := m.Match(f, i, nil)
	return j, ok
}

// possible returns the patterns that two tokens leave possible, a bit each; it spares the
// trial of most.
func (f *Form) possible(k, next *Token) uint64 {
	if k.Kind == Number {
		return f.byFirst.at(k.Sym) & f.behindNumber.at(next.Sym)
	}
	return f.byFirst.at(k.Sym) & f.behindOther.at(next.Sym)
}

// MayBegin reports whether f may begin with the token k.
func (f *Form) MayBegin(k *Token) bool { return f.begins.has(k.Sym) }

// steps matches one after the other; the gap before the first is the caller's affair.
func (m *Matcher) steps(steps []step, i int) (int, bool) {
	start := i
	for n := range steps {
		s := &steps[n]
		j, ok := m.step(s, i, i == start)
		if s.not {
			if ok {
				return i, false
			}
			continue
		}
		if !ok {
			if s.optional {
				continue
			}
			return i, false
		}
		if !s.and {
			i = j
		}
	}
	return i, true
}

// step matches one step at token i.
func (m *Matcher) step(s *step, i int, first bool) (int, bool) {
	if s.op == opSay {
		m.say(s)
		return i, true
	}
	if s.back {
		return m.before(s, i)
	}
	k := m.At(i)
	if k.Gap > s.gap && !first {
		return i, false
	}
	return m.compare(s, k, i)
}

// before matches a step with the token before i, if nothing stands between.
func (m *Matcher) before(s *step, i int) (int, bool) {
	if m.At(i).Gap != Glued || i == 0 {
		return i, false
	}
	_, ok := m.compare(s, m.At(i-1), i-1)
	return i, ok
}

// compare matches a step with the token k at i, whatever gap is before it.
func (m *Matcher) compare(s *step, k *Token, i int) (int, bool) {
	switch s.op {
	case opSet:
		return i + 1, k.Sym != noSym && s.syms.has(k.Sym)
	case opClass:
		return i + 1, m.class(s.class, k, i)
	case opAsk:
		return i, s.ask(k)
	case opRef:
		return m.ref(s, i)
	}
	for _, w := range s.words {
		if m.literal(w, i) {
			return i + len(w), true
		}
	}
	return i, false
}

// literal compares the tokens from i on; within a literal nothing stands between.
func (m *Matcher) literal(w []lit, i int) bool {
	for n, l := range w {
		k := m.At(i + n)
		if k.Sym != l.sym || k.N != l.n {
			return false
		}
		if n > 0 && k.Gap > Glued {
			return false
		}
	}
	return w[0].sym != noSym
}

// units are the characters that a Chinese numeral of a date or time stands before.
var units = setOf(symbols("年月日時分秒元週"))

// class matches a number. A Chinese numeral counts only before a unit or behind 第.
func (m *Matcher) class(c *class, k *Token, i int) bool {
	if !c.fits(k) {
		return false
	}
	if k.Kind == KanjiNumber && !m.counts(i) {
		return false
	}
	c.say(&m.v, k.N)
	return true
}

// fits reports whether the number k has the length and the size of the class.
func (c *class) fits(k *Token) bool {
	longest := KanjiNumber
	if c.digits {
		longest = Number
	}
	if k.Kind > longest {
		return false
	}
	sized := k.N >= c.lo && k.N <= c.hi
	return sized && k.Len >= c.short && k.Len <= c.long
}

var ordinalSign = setOf(symbols("第・"))

func (m *Matcher) counts(i int) bool {
	next := m.At(i + 1)
	return units.has(next.Sym) || ordinalSign.has(m.At(i-1).Sym)
}

// ref matches another form; what a pattern that did not fit said is forgotten.
func (m *Matcher) ref(s *step, i int) (int, bool) {
	k := m.At(i)
	if !s.form.begins.has(k.Sym) {
		return i, false
	}
	left := s.form.possible(k, m.At(i+1))
	if left == 0 {
		return i, false
	}
	saved := m.v
	for ; left != 0; left &= left - 1 {
		p := &s.form.patterns[bits.TrailingZeros64(left)]
		j, ok := m.steps(p.steps, i)
		if !ok || s.not || s.and {
			m.v = saved
		}
		if ok {
			return j, true
		}
	}
	return i, false
}

func (m *Matcher) say(s *step) {
	if s.slot == Is {
		m.v.Mark(s.n)
		return
	}
	m.v.Set(s.slot, int(s.n))
}
