package text

import "strings"

// A Search finds one of several words in a text, whatever the case of their ASCII
// letters; it costs far less than a pattern that says the same.
type Search struct {
	words  []string
	begins [256]bool // bytes that a word may begin with
}

// NewSearch returns the search for words, which are not empty.
func NewSearch(words ...string) *Search {
	s := &Search{words: words}
	for _, w := range words {
		s.begins[strings.ToLower(w)[0]] = true
		s.begins[strings.ToUpper(w)[0]] = true
	}
	return s
}

// In reports whether one of the words stands in t.
func (s *Search) In(t string) bool {
	for i := range len(t) {
		if s.begins[t[i]] && s.at(t[i:]) {
			return true
		}
	}
	return false
}

// at reports whether t begins with one of the words.
func (s *Search) at(t string) bool {
	for _, w := range s.words {
		if len(t) >= len(w) && strings.EqualFold(t[:len(w)], w) {
			return true
		}
	}
	return false
}
