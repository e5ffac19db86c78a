package block

import (
	"strings"
	"unicode/utf8"

	"koyomi/internal/extract"
)

// described takes the term before a description as its label.
func (w *walker) described(l *Line) {
	tag := w.doc.Elems[w.stack[len(w.stack)-1]].Tag
	switch {
	case tag == "dt" && extract.IsLabel(l.Text):
		w.term = l.Text
	case tag == "dt":
		w.term = ""
	case tag == "dd" && l.Label == "":
		l.Label = w.term
	}
}

// maxLabel is how many bytes stand before the colon of a label.
const maxLabel = 40

// label takes the word before a colon, or in brackets at the start, as the label.
func (l *Line) label() {
	i := strings.IndexAny(l.Text, ":：")
	if i < 0 || i > maxLabel {
		l.bracketed()
		return
	}
	_, n := utf8.DecodeRuneInString(l.Text[i:])
	word, value := strings.Trim(l.Text[:i], " 　■●◆・【】*-○◯"), strings.TrimSpace(l.Text[i+n:])
	if word == "" || strings.ContainsAny(word, "0123456789０１２３４５６７８９") {
		return
	}
	l.Label, l.Value = word, value
}

// bracketed takes 【会場】… as a label.
func (l *Line) bracketed() {
	s := strings.TrimLeft(l.Text, "■●◆・ 　")
	for _, pair := range []string{"【】", "［］", "[]", "〔〕", "＜＞", "《》"} {
		open, _ := utf8.DecodeRuneInString(pair)
		rest, ok := strings.CutPrefix(s, string(open))
		if !ok {
			continue
		}
		word, value, ok := strings.Cut(rest, pair[len(string(open)):])
		if ok && extract.IsLabel(word) {
			l.Label, l.Value = word, strings.TrimLeft(strings.TrimSpace(value), ":： ")
		}
	}
}
