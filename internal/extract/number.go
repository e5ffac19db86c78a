package extract

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/text"
)

// numbers are the ways to print the issue of a series behind #9 and 第9回, the surest
// first, each with the words of which text must hold one.
var numbers = []struct {
	hints []string
	re    *text.Pattern
}{
	{[]string{"vol"}, text.NewPattern(`(?:^|[^a-z])vol(?:ume)?[. ]{0,2}([0-9]{1,4})`)},
	{
		[]string{"no", "nr", "ver", "ep", "edition", "round"},
		text.NewPattern(
			`(?:^|[^a-z])(?:no|nr|ver|ep|episode|edition|round)[. ]{0,2}([0-9]{1,4})(?:[^0-9.]|$)`,
		),
	},
	{[]string{"回目"}, text.NewPattern(`(?:^|[^0-9])([0-9]{1,3}) ?回目`)},
	{
		[]string{"st", "nd", "rd", "th"},
		text.NewPattern(`(?:^|[^0-9a-z])([0-9]{1,3})(?:st|nd|rd|th)(?:[^a-z]|$)`),
	},
	{[]string{"その"}, text.NewPattern(`その ?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:[^0-9年月日]|$)`)},
}

// Number returns the issue of a series that a title prints, in ASCII digits without
// leading zeros: "21" of BPStudy#21, "9" of 第9回, "10" of 第十回, "7" of vol.7; ""
// where it prints none. Years are no issues.
func Number(title string) string {
	return numberIn(text.Fold(title))
}

// numberIn is Number for text that is folded.
func numberIn(t string) string {
	if n := cmp.Or(issue(hashed(t)), issue(ordinal(t))); n != "" {
		return n
	}
	for _, n := range numbers {
		isHinted := slices.ContainsFunc(
			n.hints,
			func(h string) bool { return strings.Contains(t, h) },
		)
		if !isHinted {
			continue
		}
		m := append(n.re.FindStringSubmatch(t), "", "")
		if printed := issue(m[1]); printed != "" {
			return printed
		}
	}
	return ""
}

// The years that are no issue of a series.
const (
	firstYear = 1970
	lastYear  = 2100
)

// issue returns a number without leading zeros, "" for a year and for none.
func issue(s string) string {
	if s == "" {
		return ""
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		n = kanjiNumber(s)
	}
	isYear := n >= firstYear && n <= lastYear
	if n <= 0 || isYear {
		return ""
	}
	return strconv.Itoa(n)
}

// maxFigures is how many digits an issue has at most.
const maxFigures = 4

// hashed returns the digits of #9, but not of c# 9 and f# 9, of versions (#1.5) and
// of words (#9th).
func hashed(t string) string {
	for at := strings.IndexByte(t, '#'); at >= 0; {
		rest := strings.TrimPrefix(t[at+1:], " ")
		n := figures(rest)
		isNumber := n > 0 && n <= maxFigures && !partOfWord.MatchString(rest[n:])
		if isNumber && !language.MatchString(t[:at]) {
			return rest[:n]
		}
		next := strings.IndexByte(t[at+1:], '#')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return ""
}

var (
	// language ends what stands before the # of C# or F#.
	language = text.NewPattern(`(?:^|[^a-z])[cf]$`)
	// partOfWord follows a number that is part of a word or a version.
	partOfWord = text.NewPattern(`^(?:[a-z]|\.[0-9])`)
)

// figures is how many digits a text begins with.
func figures(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// ordinals finds 第9回, in up to four digits or five of Kanji.
var ordinals = text.NewPattern(`第 ?([0-9]{1,4}|[〇一二三四五六七八九十百]{1,5}) ?[回期夜弾号章]`)

// ordinal returns the number of 第9回.
func ordinal(t string) string {
	if !strings.Contains(t, "第") {
		return ""
	}
	return append(ordinals.FindStringSubmatch(t), "", "")[1]
}

// units are the figures of Kanji that multiply what stands before them.
var units = map[rune]int{'百': 100, '十': 10}

// kanjiNumber reads 二十一 and 二一; 0 where it is no number below a thousand.
func kanjiNumber(s string) int {
	total, digit := 0, 0
	for _, r := range s {
		if unit := units[r]; unit > 0 {
			total += max(digit, 1) * unit
			digit = 0
			continue
		}
		i := strings.Index("〇一二三四五六七八九", string(r))
		if i < 0 {
			return 0
		}
		digit = digit*10 + i/len("一")
	}
	return total + digit
}
