package extract

import (
	"strconv"
	"strings"

	"koyomi/internal/text"
)

// numbers are the ways to print the issue of a series, the surest first, each with
// what text must hold for it to be tried.
var numbers = []struct {
	hint string
	re   *text.Pattern
}{
	{"#", text.NewPattern(`(?:^|[^a-z&]|[^cf]|[a-z][cf])# ?([0-9]{1,4})(?:[^0-9a-z.]|\.[^0-9]|\.?$)`)},
	{"第", text.NewPattern(`第 ?([0-9]{1,4}|[〇一二三四五六七八九十百]{1,5}) ?(?:回|期|夜|弾|号|章)`)},
	{"vol", text.NewPattern(`(?:^|[^a-z])vol(?:ume)?[. ]{0,2}([0-9]{1,4})`)},
	{"", text.NewPattern(`(?:^|[^a-z])(?:no|nr|ver|ep|episode|edition|round)[. ]{0,2}([0-9]{1,4})(?:[^0-9.]|$)`)},
	{"目", text.NewPattern(`(?:^|[^0-9])([0-9]{1,3}) ?回目`)},
	{"", text.NewPattern(`(?:^|[^0-9a-z])([0-9]{1,3})(?:st|nd|rd|th)(?:[^a-z]|$)`)},
	{"その", text.NewPattern(`その ?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:[^0-9年月日]|$)`)},
}

// Number gives the issue of a series that a title prints, in ASCII digits without
// leading zeros: "21" of BPStudy#21, "9" of 第9回, "10" of 第十回, "7" of vol.7; ""
// where it prints none. Years are no issues.
func Number(title string) string {
	t := text.Fold(title)
	for _, n := range numbers {
		if n.hint != "" && !strings.Contains(t, n.hint) || n.hint == "" && !strings.ContainsAny(t, "0123456789") {
			continue
		}
		m := n.re.FindStringSubmatch(t)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = kanjiNumber(m[1])
		}
		if n > 0 && (n < 1970 || n > 2100) {
			return strconv.Itoa(n)
		}
	}
	return ""
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
