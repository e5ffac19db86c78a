package choose

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// halvesOf divides an expression.
func halvesOf(expression string) (h halves) {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return halves{rest: regexp.MustCompile(expression)}
	}
	parts := []*syntax.Regexp{re}
	if re.Op == syntax.OpAlternate {
		parts = re.Sub
	}
	var rest []*syntax.Regexp
	var texts []string
	for _, p := range parts {
		if words := wordsOfPart(p); words != nil {
			h.words = append(h.words, words...)
			continue
		}
		rest, texts = append(rest, p), append(texts, "(?:"+p.String()+")")
	}
	h.words = slices.Compact(slices.Sorted(slices.Values(h.words)))
	if len(rest) > 0 {
		h.rest = regexp.MustCompile(strings.Join(texts, "|"))
		h.needs = slices.Compact(slices.Sorted(slices.Values(needsOfAll(rest))))
	}
	if len(h.needs) == 0 {
		h.needs = nil
	}
	return h
}

// maxWords is how many words a part of an expression may stand for.
const maxWords = 200

// wordsOfPart returns in small letters the words that a part stands for, nil where it
// stands for anything else, minds case, or matches the empty text.
func wordsOfPart(re *syntax.Regexp) []string {
	words, ok := language(re)
	if !ok || slices.Contains(words, "") {
		return nil
	}
	return words
}

// language returns all texts that an expression matches, in small letters; ok is false
// where they are too many, or depend on case or on what stands around them.
func language(re *syntax.Regexp) (words []string, ok bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		isFree := re.Flags&syntax.FoldCase != 0 || !slices.ContainsFunc(re.Rune, hasCase)
		return []string{lower(string(re.Rune)).low}, isFree
	case syntax.OpCharClass:
		return languageOfClass(re.Rune)
	case syntax.OpCapture:
		return language(re.Sub[0])
	case syntax.OpQuest:
		words, ok = language(re.Sub[0])
		return append(words, ""), ok
	case syntax.OpConcat:
		return languageOfAll(re.Sub)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			more, isKnown := language(sub)
			if !isKnown || len(words)+len(more) > maxWords {
				return nil, false
			}
			words = append(words, more...)
		}
		return words, true
	}
	return nil, false
}

// languageOfAll returns the texts of parts that follow each other.
func languageOfAll(parts []*syntax.Regexp) ([]string, bool) {
	words := []string{""}
	for _, sub := range parts {
		more, ok := language(sub)
		if !ok || len(words)*len(more) > maxWords {
			return nil, false
		}
		var longer []string
		for _, head := range words {
			for _, tail := range more {
				longer = append(longer, head+tail)
			}
		}
		words = longer
	}
	return words, true
}

// languageOfClass returns the characters of a class that does not mind case.
func languageOfClass(bounds []rune) (words []string, ok bool) {
	isIn := func(r rune) bool {
		for k := 0; k < len(bounds); k += 2 {
			if r >= bounds[k] && r <= bounds[k+1] {
				return true
			}
		}
		return false
	}
	for k := 0; k < len(bounds); k += 2 {
		for r := bounds[k]; r <= bounds[k+1]; r++ {
			if len(words) == maxClass {
				return nil, false
			}
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				if !isIn(f) {
					return nil, false
				}
			}
			words = append(words, lower(string(r)).low)
		}
	}
	return words, true
}

func hasCase(r rune) bool { return unicode.SimpleFold(r) != r }
