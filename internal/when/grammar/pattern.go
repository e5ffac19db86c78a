package grammar

import (
	"fmt"
	"slices"
	"strings"

	"koyomi/internal/when/fold"
)

// An op is what one step of a pattern does.
type op uint8

const (
	opLiteral op = iota // one of several sequences of symbols
	opSet               // one symbol of a set
	opClass             // a number
	opAsk               // a question about a token
	opRef               // another form
	opSay               // sets a slot
)

// A step is one element of a pattern.
type step struct {
	op       op
	optional bool
	not, and bool // look ahead: consume nothing
	back     bool // look at the token before
	gap      Gap  // the widest gap before it
	slot     Slot
	n        int32
	syms     *symbolSet
	words    [][]lit
	class    *class
	ask      func(*Token) bool
	form     *Form
}

// A lit is one token of a literal.
type lit struct {
	sym uint16
	n   int64 // of a number
}

// A pattern is one line of a form.
type pattern struct {
	steps []step
	line  string
}

// A Form is a named list of patterns; the first that fits is taken.
type Form struct {
	name     string
	patterns []pattern

	beginning    *beginning // what mayBegin has found
	begins       symbolSet  // what some pattern may begin with
	byFirst      filter     // by the first token
	behindNumber filter     // by the token behind a first one that is a number
	behindOther  filter     // by the token behind another first one
}

// compiler builds forms from their lines.
type compiler struct {
	forms map[string]*Form
}

// form returns the form of a name, to be filled later.
func (c *compiler) form(name string) *Form {
	f := c.forms[name]
	if f == nil {
		f = &Form{name: name}
		c.forms[name] = f
	}
	return f
}

// add compiles one line, "name: elements  # example".
func (c *compiler) add(line string) error {
	text, _, _ := strings.Cut(line, "  #")
	name, rest, ok := strings.Cut(text, ":")
	if !ok {
		return fmt.Errorf("%q: expected a form (use name: elements)", line)
	}
	p := pattern{line: line}
	for _, word := range strings.Fields(rest) {
		s, err := c.element(word)
		if err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		p.steps = append(p.steps, s)
	}
	f := c.form(strings.TrimSpace(name))
	f.patterns = append(f.patterns, p)
	return nil
}

// unsaid is the gap of an element without a prefix.
const unsaid = NoToken + 1

// prefixes of an element and what they say.
var prefixes = map[byte]func(*step){
	'!': func(s *step) { s.not = true },
	'&': func(s *step) { s.and = true },
	'@': func(s *step) { s.back = true },
	'^': func(s *step) { s.gap = Glued },
	'%': func(s *step) { s.gap = Line },
}

// element compiles one element of a pattern.
func (c *compiler) element(word string) (step, error) {
	s := step{gap: unsaid}
	for len(word) > 1 && prefixes[word[0]] != nil {
		prefixes[word[0]](&s)
		word = word[1:]
	}
	if n := len(word) - 1; n > 0 && word[n] == '?' {
		s.optional, word = true, word[:n]
	}
	if s.gap == unsaid {
		s.gap = Space
		if s.not || s.and {
			s.gap = NoToken
		}
	}
	err := c.core(&s, word)
	return s, err
}

// core compiles what an element compares.
func (c *compiler) core(s *step, word string) error {
	k, isClass := classes[word]
	ask, isQuestion := questions[word]
	switch {
	case isClass:
		s.op, s.class = opClass, &k
	case isQuestion:
		s.op, s.ask = opAsk, ask
	case enclosed(word, "<", ">"):
		s.op, s.form = opRef, c.form(inner(word))
	case enclosed(word, "[", "]"):
		s.op, s.syms = opSet, setOf(symbols(inner(word)))
	case enclosed(word, "{", "}"):
		return s.says(inner(word))
	default:
		s.op = opLiteral
		for w := range strings.SplitSeq(word, "|") {
			s.words = append(s.words, literal(w))
		}
	}
	return nil
}

func enclosed(word, open, end string) bool {
	return len(word) > 2 && strings.HasPrefix(word, open) && strings.HasSuffix(word, end)
}

func inner(word string) string { return word[1 : len(word)-1] }

// says compiles {slot=3} and {flag}.
func (s *step) says(text string) error {
	s.op, s.gap = opSay, NoToken
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		s.slot, s.n = Is, flagNames[name]
		if s.n == 0 {
			return fmt.Errorf("no flag %s", name)
		}
		return nil
	}
	slot, known := slotNames[name]
	if _, err := fmt.Sscan(value, &s.n); err != nil || !known {
		return fmt.Errorf("no slot %s", text)
	}
	s.slot = slot
	return nil
}

// literal turns text into what its tokens are compared with.
func literal(text string) (out []lit) {
	t := fold.Fold(nil, text)
	if len(t) == 0 { // a sign that says nothing by itself
		t = fold.Text{{R: []rune(text)[0]}}
	}
	for _, k := range Tokens(nil, t) {
		var b strings.Builder
		for _, r := range t[k.From:k.To] {
			b.WriteRune(r.R)
		}
		if k.Kind != Number && k.Kind != KanjiNumber {
			vocab.add(&k, b.String())
		}
		out = append(out, lit{k.Sym, k.N})
	}
	return out
}

func symbols(chars string) (out []uint16) {
	for _, r := range chars {
		for _, l := range literal(string(r)) {
			out = append(out, l.sym)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
