package link

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"koyomi/internal/event"
	"koyomi/internal/place"
	"koyomi/internal/text"
)

// A Title is what one title says, read once: its words without what it says of how
// the event stands, the series and issue it prints, and what tells it from others.
type Title struct {
	// Core is the letters and digits, folded; Bare the same without the issue.
	Core, Bare string
	// Series is what is numbered: the words before "#21", or those after 第21回.
	Series string
	// Cut is set where the end of the title is missing: "…".
	Cut bool
	// Beside is set for what is held beside a main event: 懇親会.
	Beside bool
	// Vague is set where it names nothing: 次回の集まり.
	Vague bool
	// Repeats is set for a reminder and a report: of an event announced before.
	Repeats bool
	// qualifiers are the groups that are named of each class, sorted.
	qualifiers map[string][]string
	grams      []uint64
	words      []string
	// latin is Bare without accents, in which words written as one are found.
	latin string
	// ascii and other are set where words are in Latin letters and in others.
	ascii, other bool
}

// The patterns work on folded text.
var (
	inBrackets = text.NewPattern(`[【\[(〔<≪「『{*]([^】\])〕>≫」』}*]{1,40})[】\])〕>≫」』}*]`)
	issued     = text.NewPattern(
		`# ?[0-9]+|第 ?[0-9〇一二三四五六七八九十百]+ ?[回期夜弾号章]|vol(?:ume)?[. ]{0,2}[0-9]+|\b(?:no|nr|ver|ep|episode|round)[. ]{0,2}[0-9]+|[0-9]+ ?回目|その ?[0-9一二三四五六七八九十]+|[0-9]+(?:st|nd|rd|th)\b`,
	)
	until = text.NewPattern(`[~:「『【\[(|/]| - `)
	aYear = text.NewPattern(`^(?:19|20)[0-9]{2}$`)
	years = text.NewPattern(`(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)`)
)

// kept keeps the titles that were read of late: a source lists the same ones poll
// after poll.
var kept titles

// titles are two halves of bounded size; what is in neither is read again.
type titles struct {
	mu         sync.Mutex
	young, old map[string]*Title
}

// titlesKept is how many titles each half holds.
const titlesKept = 4096

// ReadTitle reads a title. What it returns is shared and not to be changed.
func ReadTitle(title string) *Title {
	kept.mu.Lock()
	t, ok := kept.young[title]
	if !ok {
		t, ok = kept.old[title]
	}
	kept.mu.Unlock()
	if !ok {
		t = readTitle(title)
		kept.keep(title, t)
	}
	return t
}

func (r *titles) keep(title string, t *Title) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.young == nil || len(r.young) >= titlesKept {
		r.young, r.old = map[string]*Title{}, r.young
	}
	r.young[strings.Clone(title)] = t
}

func readTitle(title string) *Title {
	folded := text.Fold(title)
	plain := withoutNotices(folded)
	t := &Title{
		Core:       Letters(plain),
		Cut:        strings.HasSuffix(folded, "..."),
		qualifiers: qualifiersOf(folded),
	}
	rest := plain
	if at := issued.FindStringIndex(plain); at != nil {
		before, after := plain[:at[0]], plain[at[1]:]
		rest, t.Series = before+" "+after, seriesOf(before, after)
	}
	t.Core = cmp.Or(t.Core, Letters(folded))
	if t.Bare = Letters(rest); t.Bare == "" {
		t.Bare, rest = t.Core, plain
	}
	t.Beside, t.Repeats = holdsAny(t.Core, beside), again.MatchString(folded)
	t.Vague = vague.MatchString(t.Bare)
	t.words = wordsOf(rest)
	t.ascii = slices.ContainsFunc(t.words, isASCII)
	t.other = slices.ContainsFunc(t.words, func(w string) bool { return !isASCII(w) })
	t.latin = withoutAccents(t.Bare)
	t.grams = gramsOf(t.latin)
	return t
}

// seriesOf returns what an issue is one of: the words before it, else those after.
func seriesOf(before, after string) string {
	if series := Letters(before); series != "" {
		return series
	}
	return Letters(until.Regexp().Split(after, 2)[0])
}

// withoutNotices takes what a title says of how the event stands out of it.
func withoutNotices(t string) string {
	t = inBrackets.ReplaceAllStringFunc(t, func(m string) string {
		inner := []rune(m)
		if standing.MatchString(strings.TrimSpace(string(inner[1 : len(inner)-1]))) {
			return " "
		}
		return m
	})
	t = strings.TrimSpace(loose.ReplaceAllString(t, " "))
	if bare := notice.ReplaceAllString(t, ""); Letters(bare) != "" {
		return bare
	}
	return t
}

// SaysOff reports whether a title says that its event is called off.
func SaysOff(title string) bool { return off.MatchString(text.Fold(title)) }

// Amends reports whether a title says that its event is at another time than announced.
func Amends(title string) bool { return amends.MatchString(text.Fold(title)) }

// qualifiersOf returns what a folded title names of the classes that tell events apart.
func qualifiersOf(t string) map[string][]string {
	found := map[string][]string{}
	add := func(class, group string) {
		if !slices.Contains(found[class], group) {
			found[class] = append(found[class], group)
		}
	}
	for _, q := range qualifiers {
		if q.in(t) {
			add(q.class, q.group)
		}
	}
	for _, m := range years.FindAllStringSubmatch(t, 4) {
		add("year", m[1])
	}
	for _, area := range place.Named(t) {
		add("place", area)
	}
	if place.ToldIn(t, false) == event.Online {
		add("place", "online")
	}
	return found
}

// wordsOf returns the different words of a folded text, sorted: Latin ones whole and
// without accents, of Japanese the pairs of neighbouring characters. Years are none.
func wordsOf(t string) []string {
	var all []string
	for _, run := range strings.FieldsFunc(t, func(r rune) bool { return !isWord(r) }) {
		all = append(all, wordsOfRun(run)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// wordsOfRun cuts a run of letters where Latin ones meet others.
func wordsOfRun(run string) (all []string) {
	latin := func(r rune) bool { return r < 0x2e80 }
	for run != "" {
		of := latin([]rune(run)[0])
		end := strings.IndexFunc(run, func(r rune) bool { return latin(r) != of })
		if end < 0 {
			end = len(run)
		}
		part := run[:end]
		run = run[end:]
		switch {
		case !of:
			all = append(all, pairsOf([]rune(part))...)
		case !aYear.MatchString(part):
			all = append(all, withoutAccents(part))
		}
	}
	return all
}

func pairsOf(r []rune) []string {
	if len(r) < 2 {
		return []string{string(r)}
	}
	var all []string
	for i := 1; i < len(r); i++ {
		all = append(all, string(r[i-1:i+1]))
	}
	return all
}

// bare are letters that no decomposition takes their accent from.
var bare = strings.NewReplacer(
	"ø",
	"o",
	"ł",
	"l",
	"đ",
	"d",
	"ı",
	"i",
	"ß",
	"ss",
	"æ",
	"ae",
	"œ",
	"oe",
	"μ",
	"mu",
)

// latinMarks are the accents that letters are decomposed into.
var latinMarks = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x300, Hi: 0x36f, Stride: 1}},
}

// withoutAccents returns a folded text with plain Latin letters. Marks of kana stay.
func withoutAccents(s string) string {
	if isASCII(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		return choose(unicode.Is(latinMarks, r), -1, r)
	}, norm.NFD.String(bare.Replace(s)))
	return norm.NFC.String(s)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// Letters returns the letters and digits of a text. UIDs depend on it.
func Letters(t string) string {
	return strings.Map(func(r rune) rune {
		return choose(isWord(r), r, -1)
	}, t)
}

// isWord reports whether a character is part of a word: a letter, a digit or a mark.
func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.Nd, unicode.M) }

func holdsAny(t string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(t, w) })
}

// gramsOf returns the pairs of neighbouring characters, sorted.
func gramsOf(s string) []uint64 {
	runes := []rune(s)
	grams := make([]uint64, 0, len(runes))
	for i := 1; i < len(runes); i++ {
		grams = append(grams, uint64(runes[i-1])<<32|uint64(runes[i]))
	}
	slices.Sort(grams)
	return grams
}

// Head is the beginning of a title, for finding those that are like it.
func (t *Title) Head() string { return t.latin }

// Like is how alike two titles are written, 0 to 1.
func (t *Title) Like(o *Title) float64 { return dice(t.grams, o.grams) }
