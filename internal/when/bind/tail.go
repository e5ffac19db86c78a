package bind

import (
	"koyomi/internal/when/fold"
	"koyomi/internal/when/parse"
)

// A Tail is what is glued to the end of a date.
type Tail uint8

// The tails.
const (
	TailNone   Tail = iota
	TailUntil       // まで, without a first day
	TailBy          // までに, をもって, by, before
	TailAfter       // 以降, after, since
	TailBefore      // 以前
	TailStamp       // 付, 号, 版, 発
	TailBorn        // 生
	TailAsOf        // 時点, as of
	NTails
)

// tails are the words glued to a date, the longer first.
var tails = [...]struct {
	word string
	tail Tail
}{
	{"までに", TailBy},
	{"まで", TailUntil},
	{"迄", TailUntil},
	{"をもって", TailBy},
	{"を持ちまして", TailBy},
	{"を持って", TailBy},
	{"をもちまして", TailBy},
	{"より前", TailBy},
	{"以降", TailAfter},
	{"以後", TailAfter},
	{"以前", TailBefore},
	{"付", TailStamp},
	{"号", TailStamp},
	{"版", TailStamp},
	{"分", TailStamp},
	{"発売", TailNone},
	{"発", TailStamp},
	{"時点", TailAsOf},
	{"現在", TailAsOf},
	{"生", TailBorn},
}

// tailBegins are the first runes of tails.
var tailBegins = func() *fold.Set {
	var first []rune
	for _, t := range tails {
		first = append(first, []rune(t.word)[0])
	}
	return fold.SetOf(string(first))
}()

// tail reads what is glued to item n and its times.
func (s *Set) tail(n int) Tail {
	if t := s.preposition(n); t != TailNone {
		return t
	}
	end, ranged := s.endOf(n)
	i := s.skipAside(s.skipClosing(end))
	if !tailBegins.Has(s.Doc.Text.At(i)) {
		return TailNone
	}
	for _, t := range tails {
		if !s.Doc.Text.Has(i, t.word) {
			continue
		}
		if t.tail == TailUntil && ranged {
			return TailNone
		}
		return t.tail
	}
	return TailNone
}

// endOf returns where item n ends with its times, and whether it is a range.
func (s *Set) endOf(n int) (end int, ranged bool) {
	it := &s.Items[n]
	to := it.To
	ranged = s.Doc.LastSpan(it).Ranged()
	for k := n + 1; s.InClause(k, it) && s.Items[k].Kind == parse.Time; k++ {
		p := &s.Items[k]
		if s.glued(to, p) == to {
			break
		}
		to = p.To
		ranged = ranged || s.Doc.TimesOf(p).Goes()
	}
	return int(to), ranged
}

// maxAside bounds an aside between a date and its まで, in runes.
const maxAside = 10

// skipAside skips an aside in brackets that まで follows: 11月14日(8日前)まで.
func (s *Set) skipAside(i int) int {
	t := s.Doc.Text
	if t.At(i) != '(' {
		return i
	}
	for j := i + 1; j < i+maxAside; j++ {
		if t.At(j) == ')' && t.HasAny(j+1, "まで", "迄") > 0 {
			return j + 1
		}
	}
	return i
}

// skipClosing skips a space, closing brackets and いっ (ぱい) before まで.
func (s *Set) skipClosing(i int) int {
	t := s.Doc.Text
	if t.At(i) == ' ' {
		i++
	}
	for t.At(i) == ')' {
		i++
	}
	if t.Has(i, "いっぱい") {
		i += 4
	}
	return i
}

// prepositions are the English words before a date that take it away.
var prepositions = map[string]Tail{
	"by": TailBy, "before": TailBy, "until": TailUntil, "till": TailUntil, "prior": TailBy, "after": TailAfter, "since": TailAfter, "of": TailAsOf,
}

// preposition reads the English word before item n.
func (s *Set) preposition(n int) Tail {
	t := s.Doc.Text
	j := int(s.Items[n].From)
	for j > 0 && t.At(j-1) == ' ' {
		j--
	}
	i := j
	for i > 0 && j-i < 7 && fold.IsLetter(t.At(i-1)) {
		i--
	}
	tail := prepositions[string(runes(t[i:j]))]
	if tail == TailAsOf && !t.Has(i-3, "as ") {
		return TailNone
	}
	return tail
}

func runes(t fold.Text) []byte {
	var buf [8]byte
	out := buf[:0]
	for _, r := range t {
		out = append(out, byte(r.R))
	}
	return out
}
