package bind

import (
	"strings"

	"koyomi/internal/when/fold"
	"koyomi/internal/when/parse"
)

// A Tense says whether a clause speaks of what was or of what is to come.
type Tense int8

// The tenses.
const (
	TenseNone Tense = iota
	TensePast
	TenseToCome
)

// maxVerb and maxClause bound how far an ending is looked for, in runes.
const (
	maxVerb   = 14
	maxClause = 160
)

// verbTense reads the ending of a verb that stands at i: 開催しました, 開催されます.
func (s *Set) verbTense(i int) Tense {
	for j := i - 1; j < i+maxVerb; j++ {
		if tense := s.ending(j); tense != TenseNone {
			return tense
		}
		c := or(s.Doc.Text.At(j))
		goesOn := j < i || fold.IsKana(c) || strings.ContainsRune("致行来", c)
		if !goesOn {
			return TenseNone
		}
	}
	return TenseNone
}

// ending returns the tense of a verb that ends at j.
func (s *Set) ending(j int) Tense {
	t := s.Doc.Text
	switch t.At(j) {
	case 'た':
		if s.pastEnding(j) {
			return TensePast
		}
	case 'す':
		if t.Has(j-1, "ます") && t.At(j+1) != 'る' {
			return TenseToCome
		}
	case '予', '決':
		return TenseToCome
	case 'る':
		if !strings.ContainsRune("ことの", or(t.At(j+1))) {
			return TenseToCome
		}
	}
	return TenseNone
}

func or(r rune) rune {
	if r == 0 {
		return 'x'
	}
	return r
}

// pastEnding reports whether the た at j ends a verb of the past: しました, but not
// したい.
func (s *Set) pastEnding(j int) bool {
	t := s.Doc.Text
	goesOn := strings.ContainsRune("しだいめくちり", or(t.At(j+1)))
	return !goesOn && strings.ContainsRune("しっいれきけえねめべじりびみわ", or(t.At(j-1)))
}

// clauseTense looks for the ending of the clause that item n stands in.
func (s *Set) clauseTense(n int) Tense {
	it := &s.Items[n]
	if !s.Doc.Japanese {
		return s.englishTense(it)
	}
	t := s.Doc.Text
	for j := int(it.To); j < min(len(t), int(it.To)+maxClause); j++ {
		switch t[j].R {
		case '。', '\n', '!':
			return TenseNone
		case 'た':
			if s.politePast(j) {
				return TensePast
			}
		}
	}
	return TenseNone
}

// politePast reports whether the た at j ends ました, でした or てきた, and a clause.
func (s *Set) politePast(j int) bool {
	t := s.Doc.Text
	ended := t.Has(j-2, "ました") || t.Has(j-2, "でした") || t.Has(j-2, "てきた")
	return ended && !fold.IsKana(t.At(j+1))
}

// tenseOf are the English words that tell the tense of a clause.
var tenseOf = words(map[Tense]string{
	TenseToCome: "will shall upcoming next join going coming invite please",
	TensePast: "was were held hosted took met gathered attended presented celebrated visited" +
		" had gave spoke participated received won enjoyed organised",
})

func words(lists map[Tense]string) map[string]Tense {
	m := map[string]Tense{}
	for tense, list := range lists {
		for _, w := range strings.Fields(list) {
			m[w] = tense
		}
	}
	return m
}

// englishTense looks for words that tell the tense in the sentence around an item; one
// of the future is stronger (will be held).
func (s *Set) englishTense(it *parse.Item) Tense {
	tense := TenseNone
	from, to := s.sentence(it)
	for i := from; i < to; i++ {
		if !fold.IsLetter(s.Doc.Text[i].R) {
			continue
		}
		var buf [12]byte
		n := 0
		for ; i < to && fold.IsLetter(s.Doc.Text[i].R); i++ {
			if n < len(buf) {
				buf[n] = byte(s.Doc.Text[i].R)
				n++
			}
		}
		switch tenseOf[string(buf[:n])] {
		case TenseToCome:
			return TenseToCome
		case TensePast:
			tense = TensePast
		}
	}
	return tense
}

// sentence returns the runes of the sentence around an item, bounded.
func (s *Set) sentence(it *parse.Item) (from, to int) {
	t := s.Doc.Text
	from, to = int(it.From), int(it.To)
	for from > max(0, int(it.From)-maxClause) && !ends(t, from-1) {
		from--
	}
	for to < min(len(t), int(it.To)+maxClause) && !ends(t, to) {
		to++
	}
	return from, to
}

// ends reports whether a sentence ends at i.
func ends(t fold.Text, i int) bool {
	switch t[i].R {
	case '\n', '。', '!', '?', '|':
		return true
	case '.':
		return t.At(i+1) == ' ' && fold.IsLetter(t.At(i-1)) && fold.IsLetter(t.At(i-2))
	}
	return false
}
