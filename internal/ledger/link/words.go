package link

import (
	"embed"
	"slices"
	"strings"

	"koyomi/internal/text"
)

//go:embed words weights.tsv
var files embed.FS

// lines returns the lines of a file that are no comment.
func lines(name string) []string {
	body, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is part of the binary
	}
	all := strings.Split(strings.TrimSpace(string(body)), "\n")
	return slices.DeleteFunc(
		all,
		func(line string) bool { return line == "" || strings.HasPrefix(line, "#") },
	)
}

// beside are the words for what is held beside an event, folded, without blanks.
var beside = func() []string {
	all := lines("words/beside.txt")
	for i, w := range all {
		all[i] = Letters(text.Fold(w))
	}
	return all
}()

// pattern joins the patterns of one sort of notice.
func pattern(sort string) *text.Pattern {
	var all []string
	for _, line := range lines("words/notice.txt") {
		if of, expression, _ := strings.Cut(line, " "); of == sort {
			all = append(all, expression)
		}
	}
	return text.AnyOf(all)
}

var (
	standing = pattern("bracket")
	loose    = pattern("loose")
	notice   = pattern("ending")
	off      = pattern("off")
	again    = pattern("again")
	amends   = pattern("amends")
	vague    = pattern("vague")
)

// A qualifier is one word that tells events apart: a group of a class.
type qualifier struct {
	word  string
	latin bool
	class string
	group string
}

// vagueGroup marks a group that says nothing where only one of two titles names it.
const vagueGroup = "~"

// qualifiers are those of words/apart.txt, folded.
var qualifiers = func() []qualifier {
	var all []qualifier
	for _, line := range lines("words/apart.txt") {
		fields := strings.Fields(line)
		for _, w := range fields[1:] {
			w = strings.TrimPrefix(w, vagueGroup)
			w = text.Fold(strings.ReplaceAll(w, "-", " "))
			all = append(all, qualifier{
				word:  w,
				latin: w[0] < 0x80,
				class: fields[0],
				group: fields[1],
			})
		}
	}
	return all
}()

// in reports whether the word stands in a folded text; a Latin one has to stand alone.
func (q qualifier) in(t string) bool {
	at := strings.Index(t, q.word)
	return at >= 0 && (!q.latin || alone(t, at, len(q.word)))
}

// alone reports whether no Latin letter touches what stands at a place.
func alone(t string, at, length int) bool {
	return !endsInLatin(t[:at]) && !beginsInLatin(t[at+length:])
}

func endsInLatin(t string) bool { return t != "" && isLatin(t[len(t)-1]) }

func beginsInLatin(t string) bool { return t != "" && isLatin(t[0]) }

func isLatin(c byte) bool {
	return c-'a' < 26
}
