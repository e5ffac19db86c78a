package query

import "strings"

// A word is a word or phrase, folded.
type word string

func (w word) match(d *Doc, _ *Env) bool {
	for i := range texts {
		if contains(d.text(i), string(w)) {
			return true
		}
	}
	return false
}

func (w word) text() string       { return quoted(string(w)) }
func (w word) bounds(*Env) Bounds { return Bounds{} }

// quoted writes a word so that it is read as that word again.
func quoted(w string) string {
	plain := !strings.HasPrefix(w, "-")
	if name, _, ok := strings.Cut(w, ":"); ok && isFieldName(name) {
		plain = false
	}
	if plain && !strings.ContainsAny(w, " \"()") {
		return w
	}
	return `"` + strings.ReplaceAll(w, `"`, `""`) + `"`
}

// quotedValue writes the value of a field so that it is read as that value again.
func quotedValue(v string) string {
	if !strings.ContainsAny(v, " \"()") {
		return v
	}
	return `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
}
