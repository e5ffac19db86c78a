// Package place knows which prefecture an address or a venue lies in, and by
// which words people say how one attends.
package place

import (
	"slices"
	"strings"
	"sync"

	"koyomi/internal/text"
)

// A name stands for a prefecture, the more surely the lower its tier: full names
// of prefectures, towns with their suffix, venues, and last the short names, which
// are also surnames and parts of longer words, and those in Latin letters.
type name struct {
	prefecture string
	tier       int
}

const (
	tierFull = iota
	tierTown
	tierVenue
	tierShort
	tierLatin
	tiers
)

// names are all names, folded.
var names = sync.OnceValue(func() index[name] {
	x := index[name]{}
	byShort := map[string]string{}
	for _, p := range prefectures {
		byShort[p.short] = p.name
		x.add(text.Fold(p.name), name{p.name, tierFull})
		x.add(text.Fold(p.short), name{p.name, tierShort})
		x.add(text.Fold(p.short)+"市", name{p.name, tierTown})
		x.add(p.romaji, name{p.name, tierLatin})
		for town := range strings.FieldsSeq(p.towns) {
			w := text.Fold(town)
			if strings.HasSuffix(w, "市") || strings.HasSuffix(w, "区") || strings.HasSuffix(w, "町") {
				x.add(w, name{p.name, tierTown})
				continue
			}
			x.add(w+"市", name{p.name, tierTown})
			if p.short == "東京" {
				x.add(w+"区", name{p.name, tierTown})
			}
			x.add(w, name{p.name, tierShort})
		}
	}
	for v, p := range venues {
		if p != "" {
			x.add(text.Fold(v), name{byShort[p], tierVenue})
		}
	}
	for w, p := range romajiTowns {
		x.add(w, name{byShort[p], tierLatin})
	}
	return x
})

// Area gives the prefecture ("東京都") that an address, a venue or an area word
// names, "" where none is named or it cannot be told. Full names count before
// towns, towns before well-known venues, and the earliest, longest name before
// others of its sort.
func Area(address string) string {
	a := text.Fold(address)
	var best [tiers]struct {
		prefecture string
		at, length int
	}
	names().each(a, func(at int, word string, n name) bool {
		b := &best[n.tier]
		if (b.prefecture == "" || at == b.at && len(word) > b.length) && counts(a, at, word, n.tier) {
			b.prefecture, b.at, b.length = n.prefecture, at, len(word)
		}
		return true
	})
	for _, b := range best {
		if b.prefecture != "" {
			return b.prefecture
		}
	}
	return ""
}

// counts reports whether a word found in a names a place there: a name before 大学
// (a university with a campus elsewhere) does not, nor 京都 inside 東京都; Latin
// names do as whole words only.
func counts(a string, at int, word string, tier int) bool {
	before, after := a[:at], a[at+len(word):]
	switch {
	case tier == tierLatin && (endsInLetter(before) || startsWithLetter(after)),
		strings.HasPrefix(after, "大学") && !strings.Contains(after, "大学院大学"),
		strings.HasPrefix(word, "京都") && strings.HasSuffix(before, "東"):
		return false
	}
	return true
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
