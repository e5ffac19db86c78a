// Package place knows which prefecture an address or a venue lies in, and by
// which words people say how one attends.
package place

import (
	"slices"
	"strings"
	"sync"

	"koyomi/internal/text"
)

// A name is a folded word with the prefecture it stands for.
type name struct{ word, prefecture string }

// The tables of names, by how sure they are: full names of prefectures, towns
// with their suffix, venues, and last the short names, which are also surnames
// and parts of longer words.
var tiers = sync.OnceValue(func() [][]name {
	var full, towns, halls, short []name
	byShort := map[string]string{}
	for _, p := range prefectures {
		byShort[p.short] = p.name
		full = append(full, name{text.Fold(p.name), p.name})
		short = append(short, name{text.Fold(p.short), p.name})
		for town := range strings.FieldsSeq(p.towns) {
			w := text.Fold(town)
			if strings.HasSuffix(w, "市") || strings.HasSuffix(w, "区") || strings.HasSuffix(w, "町") {
				towns = append(towns, name{w, p.name})
				continue
			}
			towns = append(towns, name{w + "市", p.name})
			if p.short == "東京" {
				towns = append(towns, name{w + "区", p.name})
			}
			short = append(short, name{w, p.name})
		}
	}
	for _, p := range prefectures {
		towns = append(towns, name{text.Fold(p.short) + "市", p.name})
	}
	for v, p := range venues {
		if p != "" {
			halls = append(halls, name{text.Fold(v), byShort[p]})
		}
	}
	var latin []name
	for _, p := range prefectures {
		latin = append(latin, name{p.romaji, p.name})
	}
	for w, p := range romajiTowns {
		latin = append(latin, name{w, byShort[p]})
	}
	return [][]name{full, towns, halls, short, latin}
})

// Area gives the prefecture ("東京都") that an address, a venue or an area word
// names, "" where none is named or it cannot be told. Full names count before
// towns, towns before well-known venues, and the earliest, longest name before
// others of its sort.
func Area(address string) string {
	a := text.Fold(address)
	if a == "" {
		return ""
	}
	all := tiers()
	for i, t := range all {
		if p := first(a, t, i == len(all)-1); p != "" {
			return p
		}
	}
	return ""
}

// first gives the prefecture of the earliest name in a, the longest of those at
// one place. Latin names count as whole words only.
func first(a string, names []name, latin bool) string {
	at, found := len(a), name{}
	for _, n := range names {
		i := find(a, n.word, latin)
		if i >= 0 && (i < at || i == at && len(n.word) > len(found.word)) {
			at, found = i, n
		}
	}
	return found.prefecture
}

// find gives the place of the first occurrence of word in a that counts, -1 if
// there is none: a name before 大学 (a university with a campus elsewhere) does
// not, nor 京都 inside 東京都.
func find(a, word string, latin bool) int {
	for from := 0; ; {
		i := strings.Index(a[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		before, after := a[:i], a[i+len(word):]
		switch {
		case latin && (endsInLetter(before) || startsWithLetter(after)),
			strings.HasPrefix(after, "大学") && !strings.Contains(after, "大学院大学"),
			strings.HasPrefix(word, "京都") && strings.HasSuffix(before, "東"):
			from = i + len(word)
			continue
		}
		return i
	}
}

func endsInLetter(s string) bool     { return s != "" && isLetter(s[len(s)-1]) }
func startsWithLetter(s string) bool { return s != "" && isLetter(s[0]) }
func isLetter(c byte) bool           { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// Lookup gives the prefectures that a word in a query stands for, in kanji and in
// official order: a prefecture in kanji (東京, 東京都), kana or romaji, or a
// region (関東, kansai, 首都圏). nil where the word is neither.
func Lookup(word string) []string {
	w := text.Fold(word)
	if w == "" {
		return nil
	}
	if r, ok := romajiRegions[strings.TrimSuffix(w, "-chiho")]; ok {
		w = r
	}
	w = text.Fold(w)
	if members := region(w); members != nil {
		return members
	}
	for _, p := range prefectures {
		if slices.Contains([]string{text.Fold(p.name), text.Fold(p.short), p.kana, p.romaji, p.romaji + "-ken", p.romaji + "-to", p.romaji + "-fu"}, w) {
			return []string{p.name}
		}
	}
	return nil
}

// region gives the members of a region, nil where w names none. 北海道 and 沖縄
// are regions of one.
func region(w string) []string {
	short := map[string]bool{}
	for name, members := range regions {
		if text.Fold(name) == w {
			for m := range strings.FieldsSeq(members) {
				short[m] = true
			}
		}
	}
	var members []string
	for _, p := range prefectures {
		if short[p.short] || len(short) == 0 && (text.Fold(p.region) == w || text.Fold(p.region+"地方") == w) {
			members = append(members, p.name)
		}
	}
	return members
}
