package text

import "strings"

// A Search finds one of several words in a text, whatever the case of their ASCII
// letters; it costs far less than a pattern that says the same.
type Search struct {
	words  []string
	begins [256]bool // bytes that a word may begin with
	sign   byte      // the one byte that all begin with, if it is no letter
}

// NewSearch returns the search for words, which are not empty.
func NewSearch(words ...string) *Search {
	s := &Search{words: words, sign: words[0][0]}
	for _, w := range words {
		if c := w[0]; c != s.sign || c >= 'A' {
			s.sign = 0
		}
		s.begins[strings.ToLower(w)[0]] = true
		s.begins[strings.ToUpper(w)[0]] = true
	}
	return s
}

// In reports whether one of the words stands in t.
func (s *Search) In(t string) bool {
	if s.sign != 0 {
		return s.behindSign(t)
	}
	for i := range len(t) {
		if s.begins[t[i]] && s.at(t[i:]) {
			return true
		}
	}
	return false
}

// behindSign looks only where the sign stands.
func (s *Search) behindSign(t string) bool {
	for {
		i := strings.IndexByte(t, s.sign)
		if i < 0 {
			return false
		}
		if s.at(t[i:]) {
			return true
		}
		t = t[i+1:]
	}
}

// at reports whether t begins with one of the words.
func (s *Search) at(t string) bool {
	for _, w := range s.words {
		if len(t) < len(w) || (t[len(w)-1]^w[len(w)-1])&^0x20 != 0 {
			continue
		}
		if strings.EqualFold(t[:len(w)], w) {
			return true
		}
	}
	return false
}
