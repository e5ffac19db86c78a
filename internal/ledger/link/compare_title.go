package link

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

func compareTitles(x, y Announcement, corpus *Corpus) TitleComparison {
	a, b := x.Title, y.Title
	c := TitleComparison{
		Same: a.Core == b.Core && a.Cut == b.Cut,
		Held: holds(a.Core, b.Core),

		Likeness:   dice(a.grams, b.grams),
		Continues:  continues(a, b) || continues(b, a),
		Translated: a.ascii != b.ascii || a.other != b.other,
	}
	common, ownA := split(a, b, y.places, corpus, &c.Rarest)
	_, ownB := split(b, a, x.places, corpus, &c.Rarest)
	if all := 2*common + ownA + ownB; all > 0 {
		c.Common = 2 * common / all
	}
	c.Shared, c.Own = common, min(ownA, ownB)
	if a.Vague || b.Vague {
		c.Own = 0 // other words than one that names nothing say nothing
	}
	c.Apart, c.OnePart = compareQualifiers(a, b, c.Continues)
	return c
}

// split returns how rare the words of a title are together that another has too, and
// those that it has for itself; a word that is the other's place is neither.
func split(
	t, other *Title,
	place []string,
	corpus *Corpus,
	most *float64,
) (common, own float64) {
	for _, w := range t.words {
		rarity := corpus.Rarity(w)
		switch {
		case other.has(w):
			common += rarity
			*most = max(*most, rarity)
		case !slices.Contains(place, w) && other.couldHave(w):
			own += rarity
		}
	}
	return common, own
}

// has reports whether a title has a word, be it written as one with its neighbour.
func (t *Title) has(w string) bool {
	if _, found := slices.BinarySearch(t.words, w); found {
		return true
	}
	if !isASCII(w) {
		return false
	}
	switch n := len(w); {
	case n >= joined:
		return strings.Contains(t.latin, w)
	case n > 1:
		return strings.HasPrefix(t.latin, w) || strings.HasSuffix(t.latin, w)
	}
	return false
}

// couldHave reports whether a title has any word in the script of one.
func (t *Title) couldHave(w string) bool {
	if isASCII(w) {
		return t.ascii
	}
	return t.other
}

// joined is how long a Latin word is at least that is found inside of another.
const joined = 4

// holds reports whether a core has the other, of six characters or more, in it.
func holds(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len([]rune(a)) >= 6 && strings.Contains(b, a)
}

// continues reports whether b goes on where a is cut off.
func continues(a, b *Title) bool { return a.Cut && strings.HasPrefix(b.Core, a.Core) }

// parts are the classes of words that stand for a part of something, for whom it is or
// what sort of thing it is: where one of two titles names one, it may be that part alone.
var parts = []string{"part", "level", "kind", "track", "audience"}

// compareQualifiers returns the class of words that tells two titles apart, and whether
// one of them alone names a part. What one says where the other ends unfinished says
// nothing.
func compareQualifiers(a, b *Title, continued bool) (apart string, onePart bool) {
	switch {
	case continued:
		return "", false
	case a.Beside != b.Beside:
		return "beside", false
	}
	for _, class := range slices.Sorted(maps.Keys(a.qualifiers)) {
		if contrary(a.qualifiers[class], b.qualifiers[class]) {
			apart = cmp.Or(apart, class)
		}
	}
	whole := !a.Cut && !b.Cut
	return apart, whole &&
		slices.ContainsFunc(
			parts,
			func(class string) bool { return a.names(class) != b.names(class) },
		)
}

// contrary reports whether two titles each name groups of a class, and none of both.
func contrary(ours, theirs []string) bool {
	return len(theirs) > 0 &&
		!slices.ContainsFunc(
			ours,
			func(g string) bool { return slices.Contains(theirs, g) },
		)
}

// names reports whether a title names a group of a class that says something alone.
func (t *Title) names(class string) bool {
	return slices.ContainsFunc(
		t.qualifiers[class],
		func(group string) bool { return !strings.HasPrefix(group, vagueGroup) },
	)
}

// dice is how alike two sorted lists are, 0 to 1 (Sørensen and Dice).
func dice(a, b []uint64) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	same, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			same, i, j = same+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(2*same) / float64(len(a)+len(b))
}
