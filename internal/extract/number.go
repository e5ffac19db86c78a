package extract

import (
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
	{[]string{"no", "nr", "ver", "ep", "edition", "round"}, text.NewPattern(`(?:^|[^a-z])(?:no|nr|ver|ep|episode|edition|round)[. ]{0,2}([0-9]{1,4})(?:[^0-9.]|$)`)},
	{[]string{"回目"}, text.NewPattern(`(?:^|[^0-9])([0-9]{1,3}) ?回目`)},
	{[]string{"st", "nd", "rd", "th"}, text.NewPattern(`(?:^|[^0-9a-z])([0-9]{1,3})(?:st|nd|rd|th)(?:[^a-z]|$)`)},
	{[]string{"その"}, text.NewPattern(`その ?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:[^0-9年月日]|$)`)},
}

// Number gives the issue of a series that a title prints, in ASCII digits without
// leading zeros: "21" of BPStudy#21, "9" of 第9回, "10" of 第十回, "7" of vol.7; ""
// where it prints none. Years are no issues.
func Number(title string) string {
	return numberIn(text.Fold(title))
}

// numberIn is Number for text that is folded.
func numberIn(t string) string {
	for _, n := range [...]string{hashed(t), ordinal(t)} {
		if n = issue(n); n != "" {
			return n
		}
	}
	for _, n := range numbers {
		if !slices.ContainsFunc(n.hints, func(h string) bool { return strings.Contains(t, h) }) {
			continue
		}
		m := n.re.FindStringSubmatch(t)
		if m == nil {
			continue
		}
		if n := issue(m[1]); n != "" {
			return n
		}
	}
	return ""
}

// issue gives a number without leading zeros, "" for a year and for none.
func issue(s string) string {
	if s == "" {
		return ""
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		n = kanjiNumber(s)
	}
	if n > 0 && (n < 1970 || n > 2100) {
		return strconv.Itoa(n)
	}
	return ""
}

// hashed gives the digits of #9, up to four of them, but not of c# 9 and f# 9, of
// versions (#1.5) and of words (#9th).
func hashed(t string) string {
	for at := 0; ; at++ {
		i := strings.IndexByte(t[at:], '#')
		if i < 0 {
			return ""
		}
		at += i
		rest := strings.TrimPrefix(t[at+1:], " ")
		n := figures(rest)
		if n == 0 || n > 4 || language(t[:at]) || word(rest[n:]) {
			continue
		}
		return rest[:n]
	}
}

// language reports whether the # behind a text is that of C# or F#.
func language(before string) bool {
	n := len(before)
	return n > 0 && (before[n-1] == 'c' || before[n-1] == 'f') && (n == 1 || before[n-2] < 'a' || before[n-2] > 'z')
}

// word reports whether what follows a number makes it part of a word or version.
func word(after string) bool {
	switch {
	case after == "" || after == ".":
		return false
	case after[0] == '.':
		return figures(after[1:]) > 0
	}
	return after[0] >= 'a' && after[0] <= 'z'
}

// figures is how many digits a text begins with.
func figures(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// ordinal gives the number of 第9回, in up to four digits or five of Kanji.
func ordinal(t string) string {
	for {
		_, rest, found := strings.Cut(t, "第")
		if !found {
			return ""
		}
		t = rest
		rest = strings.TrimPrefix(rest, " ")
		n := figures(rest)
		if n == 0 {
			n = len(rest) - len(strings.TrimLeft(rest, "〇一二三四五六七八九十百"))
			if n > 5*len("一") {
				continue
			}
		} else if n > 4 {
			continue
		}
		counter := strings.TrimPrefix(rest[n:], " ")
		for _, c := range [...]string{"回", "期", "夜", "弾", "号", "章"} {
			if n > 0 && strings.HasPrefix(counter, c) {
				return rest[:n]
			}
		}
	}
}

// kanjiNumber reads 二十一 and 二一; 0 where it is no number below a thousand.
func kanjiNumber(s string) int {
	total, digit := 0, 0
	for _, r := range s {
		switch r {
		case '百':
			total += max(digit, 1) * 100
			digit = 0
		case '十':
			total += max(digit, 1) * 10
			digit = 0
		default:
			i := strings.Index("〇一二三四五六七八九", string(r))
			if i < 0 {
				return 0
			}
			digit = digit*10 + i/len("一")
		}
	}
	return total + digit
}
