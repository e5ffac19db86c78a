package grammar

import (
	"strings"
	"testing"

	"koyomi/internal/when/fold"
)

// TestExamples reads the example of every pattern of the data files by that pattern.
func TestExamples(t *testing.T) {
	read := 0
	for _, f := range compiled.forms {
		for i := range f.patterns {
			p := &f.patterns[i]
			_, example, ok := strings.Cut(p.line, "  #")
			if !ok {
				continue
			}
			read++
			if !p.reads(strings.TrimSpace(example)) {
				t.Errorf("%s\n does not read its example", p.line)
			}
		}
	}
	if read < 40 {
		t.Errorf("%d examples", read)
	}
}

// reads reports whether the pattern fits somewhere in text.
func (p *pattern) reads(text string) bool {
	m := Matcher{Toks: Tokens(nil, fold.Fold(nil, text))}
	for i := range m.Toks {
		if j, ok := m.steps(p.steps, i); ok && j >= i {
			return true
		}
	}
	return false
}
