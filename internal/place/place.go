// Package place knows which prefecture an address or a venue lies in, which places
// a title names, and by which words people say how one attends.
package place

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

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
	g := places()
	for _, p := range g.prefectures {
		x.add(text.Fold(p.name), name{p.name, tierFull})
		x.add(text.Fold(p.short), name{p.name, tierShort})
		x.add(text.Fold(p.short)+"市", name{p.name, tierTown})
		x.add(p.romaji, name{p.name, tierLatin})
	}
	for _, t := range g.towns {
		addTown(x, t)
	}
	for _, v := range g.venues {
		x.add(text.Fold(v.name), name{v.prefecture, tierVenue})
	}
	return x
})

// addTown adds a town; one whose name ends in its suffix counts with it alone.
func addTown(x index[name], t town) {
	add := func(word string, tier int) { x.add(word, name{t.prefecture, tier}) }
	folded := text.Fold(t.name)
	add(t.romaji, tierLatin)
	if r, _ := utf8.DecodeLastRuneInString(folded); strings.ContainsRune("市区町", r) {
		add(folded, tierTown)
		return
	}
	add(folded, tierShort)
	add(folded+"市", tierTown)
	if t.prefecture == "東京都" {
		add(folded+"区", tierTown)
	}
}

// Area returns the prefecture ("東京都") that an address, a venue or an area word
// names, "" where none is named or it cannot be told. Full names count before
// towns, towns before well-known venues, and the earliest, longest name before
// others of its sort.
func Area(address string) string {
	a := text.Fold(address)
	var best [tiers]match
	names().each(a, func(at int, word string, n name) bool {
		m := match{n.prefecture, at, len(word)}
		if m.before(best[n.tier]) && counts(a, at, word, n.tier == tierLatin) {
			best[n.tier] = m
		}
		return true
	})
	i := slices.IndexFunc(best[:], func(m match) bool { return m.name != "" })
	if i < 0 {
		return ""
	}
	return best[i].name
}

// A match is a name found in a text.
type match struct {
	name       string
	at, length int
}

// before reports whether m counts before another one that was found no later.
func (m match) before(other match) bool {
	if other.name == "" {
		return true
	}
	return m.at == other.at && m.length > other.length
}

// counts reports whether a word found in a names a place there: a name before 大学
// (a university with a campus elsewhere) does not, nor 京都 inside 東京都; Latin
// names do as whole words only.
func counts(a string, at int, word string, latin bool) bool {
	before, after := a[:at], a[at+len(word):]
	isTokyo := strings.HasPrefix(word, "京都") && strings.HasSuffix(before, "東")
	switch {
	case isTokyo, isUniversity(after):
		return false
	case latin:
		return isWord(before, after)
	}
	return true
}

// isUniversity reports whether what follows a place makes it a university's name; one
// with a graduate school is a place.
func isUniversity(after string) bool {
	return strings.HasPrefix(after, "大学") && !strings.Contains(after, "大学院大学")
}

// isWord reports whether no Latin letter or digit stands right before or after.
func isWord(before, after string) bool {
	return strings.TrimRight(before, letters) == before &&
		strings.TrimLeft(after, letters) == after
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789"

// titled are the places that titles name to say where an event is: prefectures,
// regions, and the towns that are known beyond their prefecture; each by its name in
// the list.
var titled = sync.OnceValue(func() index[string] {
	x := index[string]{}
	g := places()
	for _, p := range g.prefectures {
		for _, word := range []string{text.Fold(p.name), text.Fold(p.short), p.romaji} {
			x.add(word, p.name)
		}
	}
	for _, r := range g.regions {
		x.add(text.Fold(r.name), r.name)
		x.add(r.romaji, r.name)
	}
	for _, t := range g.towns {
		if t.romaji != "" {
			x.add(text.Fold(t.name), t.name)
			x.add(t.romaji, t.name)
		}
	}
	for spelling, name := range spellings {
		x.add(text.Fold(spelling), name)
	}
	return x
})

// spellings are other ways to write the name of a town.
var spellings = map[string]string{"筑波": "つくば"}

// Named returns the places that a title names, as they are called in the list and
// in the order of the text: 東京都, 関西, 札幌. The title is folded (text.Fold).
func Named(folded string) []string {
	var found []string
	end := 0
	var best match
	take := func() {
		if best.name != "" && !slices.Contains(found, best.name) {
			found = append(found, best.name)
		}
		end, best = best.at+best.length, match{}
	}
	titled().each(folded, func(at int, word, place string) bool {
		latin := word[0] < 0x80
		if at < end || !counts(folded, at, word, latin) {
			return true
		}
		if best.name != "" && at >= best.at+best.length {
			take()
		}
		if m := (match{place, at, len(word)}); m.before(best) {
			best = m
		}
		return true
	})
	take()
	return found
}

// Lookup returns the prefectures that a word in a query stands for, in kanji and in
// official order: a prefecture in kanji (東京, 東京都), kana or romaji, or a
// region (関東, kansai, 首都圏). nil where the word is neither.
func Lookup(word string) []string {
	w := text.Fold(word)
	if w == "" {
		return nil
	}
	g := places()
	for _, r := range g.regions {
		if r.named(w) {
			return g.inOrder(r.members)
		}
	}
	for _, p := range g.prefectures {
		if slices.Contains(p.words(), w) {
			return []string{p.name}
		}
	}
	return nil
}

// named reports whether a folded word is a name of the region.
func (r region) named(w string) bool {
	own := text.Fold(r.name)
	isRomaji := r.romaji != "" && strings.TrimSuffix(w, "-chiho") == r.romaji
	return isRomaji || w == own || w == own+"地方"
}

// inOrder returns prefectures in official order.
func (g gazetteer) inOrder(members []string) []string {
	var out []string
	for _, p := range g.prefectures {
		if slices.Contains(members, p.name) {
			out = append(out, p.name)
		}
	}
	return out
}

// English returns the name of a prefecture or region in Latin letters, as Tokyo; what is
// neither stays as it is.
func English(name string) string {
	g := places()
	romaji := ""
	for _, p := range g.prefectures {
		if p.name == name || p.short == name {
			romaji = p.romaji
		}
	}
	for _, r := range g.regions {
		if r.name == name && romaji == "" {
			romaji = r.romaji
		}
	}
	if romaji == "" {
		return name
	}
	return strings.ToUpper(romaji[:1]) + romaji[1:]
}
