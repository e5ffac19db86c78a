package card

import (
	"strings"
	"unicode"
)

// notFirst are signs that begin no line, notLast those that end none (JIS X 4051).
const (
	notFirst = "、。，．,.・：；:;？！?!）］｝」』】〕〉》)]}ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ〜～…%％"
	notLast  = "（［｛「『【〔〈《([{#＃"
)

// wrap breaks a text into lines of at most a width: between any two Japanese characters
// where that is allowed, in Latin script between words.
func wrap(c *canvas, text string, size float64, width int) []string {
	var lines []string
	line := ""
	for _, piece := range pieces(c.readable(text)) {
		if line != "" && c.width(line+strings.TrimRight(piece, " "), size) > width {
			lines = append(lines, strings.TrimSpace(line))
			line = ""
		}
		for c.width(piece, size) > width {
			head, rest := cut(c, piece, size, width)
			lines = append(lines, head)
			piece = rest
		}
		line += piece
	}
	if line = strings.TrimSpace(line); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// pieces cuts a text where a line may end.
func pieces(text string) []string {
	var all []string
	runes := []rune(text)
	from := 0
	for i := 1; i < len(runes); i++ {
		if mayBreak(runes[i-1], runes[i]) {
			all = append(all, string(runes[from:i]))
			from = i
		}
	}
	return append(all, string(runes[from:]))
}

// mayBreak reports whether a line may end between two characters.
func mayBreak(a, b rune) bool {
	switch {
	case strings.ContainsRune(notFirst, b), strings.ContainsRune(notLast, a), b == ' ':
		return false
	case a == ' ':
		return true
	}
	return isWide(a) || isWide(b)
}

func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) ||
		r >= 0x3000 && r <= 0x30ff ||
		r >= 0xff00
}

// cut takes as much of a long piece as fits into a line, one character at least.
func cut(c *canvas, piece string, size float64, width int) (head, rest string) {
	r := []rune(piece)
	n := len(r)
	for n > 1 && c.width(string(r[:n]), size) > width {
		n--
	}
	return string(r[:n]), string(r[n:])
}
