package grammar

import (
	"fmt"
	"math/bits"
	"slices"
)

// A beginning is what steps may begin with.
type beginning struct {
	syms symbolSet
	any  bool // anything
	none bool // it may read nothing
}

func (b *beginning) join(o *beginning) {
	b.syms.join(&o.syms)
	b.any = b.any || o.any
}

// isOpen reports whether b says nothing of what stands there.
func (b *beginning) isOpen() bool { return b.any || b.none }

// maxPatterns is how many patterns a form may have: a bit each.
const maxPatterns = 64

// index prepares every form for matching; a form that is named but has no pattern is a
// mistake.
func (c *compiler) index() error {
	if vocab.next > maxSymbols {
		return fmt.Errorf("%d symbols, expected at most %d", vocab.next, maxSymbols)
	}
	for _, f := range c.forms {
		if n := len(f.patterns); n == 0 || n > maxPatterns {
			return fmt.Errorf(
				"%d patterns for <%s>, expected 1 to %d",
				n,
				f.name,
				maxPatterns,
			)
		}
	}
	for _, f := range c.forms {
		f.index()
	}
	return nil
}

// index fills the filters of f.
func (f *Form) index() {
	var all [maxSymbols]uint64
	for n := range f.patterns {
		b := first(f.patterns[n].steps, 0)
		add(&all, n, &b)
	}
	for y, set := range all[:vocab.next] {
		if set != 0 {
			f.begins.add(uint16(y))
		}
	}
	f.byFirst = shared(&all)
	f.behindNumber = f.behind(true)
	f.behindOther = f.behind(false)
}

// behind is the filter by the token behind a first one that is a number, or is none.
func (f *Form) behind(number bool) filter {
	var all [maxSymbols]uint64
	for n := range f.patterns {
		b := second(sequence{steps: f.patterns[n].steps}, number)
		add(&all, n, &b)
	}
	return shared(&all)
}

// A filter says for each symbol which patterns of a form it leaves possible, a bit each.
type filter struct {
	of   []uint8 // the set of each symbol
	sets []uint64
}

// at returns the patterns that the symbol y leaves possible.
func (f *filter) at(y uint16) uint64 { return f.sets[f.of[y]] }

// add lets pattern n pass for the symbols of b.
func add(all *[maxSymbols]uint64, n int, b *beginning) {
	if b.isOpen() {
		for y := range all {
			all[y] |= 1 << n
		}
		return
	}
	for k, word := range b.syms {
		for ; word != 0; word &= word - 1 {
			all[k*64+bits.TrailingZeros64(word)] |= 1 << n
		}
	}
}

// same is the table of a filter that leaves the same for all symbols.
var same [maxSymbols]uint8

// shared keeps each set once.
func shared(all *[maxSymbols]uint64) filter {
	f := filter{of: same[:]}
	last := 0
	for y, set := range all[:vocab.next] {
		if y > 0 && set == f.sets[last] {
			f.of[y] = uint8(last)
			continue
		}
		if last = slices.Index(f.sets, set); last < 0 {
			last = len(f.sets)
			f.sets = append(f.sets, set)
		}
		if last > 0 && &f.of[0] == &same[0] {
			f.of = make([]uint8, maxSymbols)
		}
		f.of[y] = uint8(last)
	}
	return f
}

// A sequence is steps with others behind them.
type sequence struct {
	steps []step
	rest  *sequence
}

// next returns the first step of s and what stands behind it; nil at the end.
func (s sequence) next() (*step, sequence) {
	for len(s.steps) == 0 {
		if s.rest == nil {
			return nil, s
		}
		s = *s.rest
	}
	return &s.steps[0], sequence{s.steps[1:], s.rest}
}

// second returns what may follow the first token of s where that is a number, or where
// it is none.
func second(s sequence, number bool) (all beginning) {
	for st, rest := s.next(); st != nil; st, rest = rest.next() {
		if st.looks() {
			continue
		}
		if b := st.begins(0); b.any || b.syms.holds(number) {
			st.second(rest, number, &all)
		}
		if !st.optional || all.any {
			return all
		}
	}
	all.any = true
	return all
}

// second adds what may follow the first token that s reads; rest stands behind s.
func (s *step) second(rest sequence, number bool, all *beginning) {
	switch s.op {
	case opClass, opSet:
		all.joinOpen(follows(rest))
	case opRef:
		for i := range s.form.patterns {
			all.joinOpen(second(sequence{s.form.patterns[i].steps, &rest}, number))
		}
	default:
		for _, w := range s.words {
			if len(w) > 1 {
				all.syms.add(w[1].sym)
			} else {
				all.joinOpen(follows(rest))
			}
		}
	}
}

// joinOpen adds o; where it may be nothing, anything may stand there.
func (b *beginning) joinOpen(o beginning) {
	b.syms.join(&o.syms)
	b.any = b.any || o.isOpen()
}

// follows returns what may stand where s goes on: what it begins with, or what it asks
// for without reading it.
func follows(s sequence) (all beginning) {
	for st, rest := s.next(); st != nil; st, rest = rest.next() {
		if st.looks() && !st.isAhead() {
			continue
		}
		o := st.begins(0)
		all.join(&o)
		if st.isAhead() {
			all.any = all.any || o.none
			return all
		}
		if !st.optional && !o.none {
			return all
		}
	}
	all.none = true
	return all
}

// isAhead reports whether s asks what follows without reading it.
func (s *step) isAhead() bool {
	if s.op == opAsk || s.optional {
		return false
	}
	return s.and && !s.back
}

// first returns what steps may begin with; depth bounds forms that name each other.
func first(steps []step, depth int) (b beginning) {
	for i := range steps {
		s := &steps[i]
		if s.looks() {
			continue
		}
		o := s.begins(depth)
		b.join(&o)
		if !s.optional && !o.none {
			return b
		}
	}
	b.none = true
	return b
}

// looks reports whether a step consumes nothing.
func (s *step) looks() bool {
	switch s.op {
	case opSay, opAsk:
		return true
	}
	return s.not || s.and || s.back
}

// begins returns what one step may begin with.
func (s *step) begins(depth int) (b beginning) {
	switch s.op {
	case opLiteral:
		for _, w := range s.words {
			b.syms.add(w[0].sym)
		}
	case opSet:
		b.syms = *s.syms
	case opClass:
		for n := uint16(s.class.short); n <= uint16(s.class.long); n++ {
			b.syms.add(numberSym + n)
			b.syms.add(kanjiSym + n)
		}
	case opRef:
		return *s.form.mayBegin(depth + 1)
	default:
		b.any = true
	}
	return b
}

// maxDepth bounds forms that name each other.
const maxDepth = 20

// mayBegin returns what f may begin with; it is found once.
func (f *Form) mayBegin(depth int) *beginning {
	if f.beginning != nil {
		return f.beginning
	}
	b := &beginning{any: depth > maxDepth}
	for i := range f.patterns {
		if b.any {
			return b
		}
		o := first(f.patterns[i].steps, depth)
		b.join(&o)
		b.none = b.none || o.none
	}
	f.beginning = b
	return b
}
