package place

import (
	"strings"
	"unicode/utf8"
)

// An index finds words in text in one walk over it: the words by their first
// character.
type index[T any] map[rune][]entry[T]

type entry[T any] struct {
	word  string
	value T
}

func (x index[T]) add(word string, value T) {
	if word == "" {
		return
	}
	r, _ := utf8.DecodeRuneInString(word)
	x[r] = append(x[r], entry[T]{word, value})
}

// each hands every occurrence of a word in s to found, in order of text, until it
// returns false.
func (x index[T]) each(s string, found func(at int, word string, value T) bool) {
	for i, r := range s {
		for _, e := range x[r] {
			if strings.HasPrefix(s[i:], e.word) && !found(i, e.word, e.value) {
				return
			}
		}
	}
}

// any reports whether s holds one of the words.
func (x index[T]) any(s string) bool {
	hit := false
	x.each(s, func(int, string, T) bool {
		hit = true
		return false
	})
	return hit
}
