package grammar

import (
	"fmt"
	"maps"
	"slices"
)

// A beginning is what a pattern may begin with.
type beginning struct {
	syms map[uint16]bool
	any  bool // anything
	none bool // it may read nothing
}

func (b *beginning) join(o beginning) {
	for s := range o.syms {
		b.syms[s] = true
	}
	b.any = b.any || o.any
}

// index fills the lists of every form; a form that is named but has no pattern is a
// mistake.
func (c *compiler) index() error {
	for _, f := range c.forms {
		if len(f.patterns) == 0 {
			return fmt.Errorf("no pattern for <%s>", f.name)
		}
		all := map[uint16]bool{}
		starts := make([]beginning, len(f.patterns))
		for i := range f.patterns {
			starts[i] = first(f.patterns[i].steps, 0)
			for s := range starts[i].syms {
				all[s] = true
			}
		}
		f.fill(all, starts)
		for i := range f.patterns {
			f.patterns[i].second = second(f.patterns[i].steps)
		}
	}
	return nil
}

// second returns the symbols that may follow a number at the beginning of steps, nil for
// any.
func second(steps []step) []uint64 {
	i := slices.IndexFunc(
		steps,
		func(s step) bool { return !s.looks() && !(s.optional && !s.beginsWithNumber()) },
	)
	if i < 0 || steps[i].optional {
		return nil
	}
	switch s := &steps[i]; s.op {
	case opClass:
		return bitsOf(first(steps[i+1:], 0))
	case opRef:
		return s.form.second(steps[i+1:])
	}
	return nil
}

// second returns the symbols that may follow a number at the beginning of f and what
// stands behind it.
func (f *Form) second(rest []step) []uint64 {
	all := make([]uint64, vocab.next/64+1)
	for i := range f.patterns {
		steps := slices.Concat(f.patterns[i].steps, rest)
		if !beginsWithNumber(first(steps, 0)) {
			continue
		}
		bits := second(steps)
		if bits == nil {
			return nil
		}
		for n := range all {
			all[n] |= bits[n]
		}
	}
	return all
}

// bitsOf is a beginning as a set of bits, nil where it may be anything.
func bitsOf(b beginning) []uint64 {
	if b.any || b.none {
		return nil
	}
	bits := make([]uint64, vocab.next/64+1)
	for sym := range b.syms {
		bits[sym/64] |= 1 << (sym % 64)
	}
	return bits
}

// beginsWithNumber reports whether a step may read a number.
func (s *step) beginsWithNumber() bool { return beginsWithNumber(s.begins(0)) }

func beginsWithNumber(b beginning) bool {
	for sym := range b.syms {
		if sym < firstSym {
			return true
		}
	}
	return b.any
}

// fill makes one list of patterns for each symbol that some pattern may begin with,
// and the first list for all other symbols.
func (f *Form) fill(all map[uint16]bool, starts []beginning) {
	f.lists = [][]int{listFor(starts, noSym)}
	f.listOf = make([]uint8, vocab.next)
	for _, s := range slices.Sorted(maps.Keys(all)) {
		list := listFor(starts, s)
		n := slices.IndexFunc(f.lists, func(l []int) bool { return slices.Equal(l, list) })
		if n < 0 {
			n = len(f.lists)
			f.lists = append(f.lists, list)
		}
		f.listOf[s] = uint8(n)
	}
}

func listFor(starts []beginning, sym uint16) (list []int) {
	for i, b := range starts {
		if b.any || b.none || b.syms[sym] {
			list = append(list, i)
		}
	}
	return list
}

// first returns what steps may begin with; depth bounds forms that name each other.
func first(steps []step, depth int) beginning {
	b := beginning{syms: map[uint16]bool{}, none: true}
	for i := range steps {
		s := &steps[i]
		if s.looks() {
			continue
		}
		o := s.begins(depth)
		b.join(o)
		if !s.optional && !o.none {
			b.none = false
			return b
		}
	}
	return b
}

// looks reports whether a step consumes nothing.
func (s *step) looks() bool { return s.not || s.and || s.back || s.op == opSay }

// begins returns what one step may begin with.
func (s *step) begins(depth int) beginning {
	b := beginning{syms: map[uint16]bool{}}
	switch s.op {
	case opLiteral:
		for _, w := range s.words {
			b.syms[w[0].sym] = true
		}
	case opSet:
		for _, y := range s.syms {
			b.syms[y] = true
		}
	case opClass:
		for n := s.class.short; n <= s.class.long; n++ {
			b.syms[numberSym+uint16(n)] = true
			b.syms[kanjiSym+uint16(n)] = true
		}
	case opRef:
		return s.form.first(depth + 1)
	default:
		b.any = true
	}
	return b
}

func (f *Form) first(depth int) beginning {
	b := beginning{syms: map[uint16]bool{}}
	if depth > 20 {
		b.any = true
		return b
	}
	for i := range f.patterns {
		o := first(f.patterns[i].steps, depth)
		b.join(o)
		b.none = b.none || o.none
	}
	return b
}
