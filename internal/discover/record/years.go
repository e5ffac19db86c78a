package record

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/discover/block"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

var yearInAddress = text.NewPattern(`(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)`)

// addressYear returns the year that the end of an address names, "" for none.
func addressYear(address string) string {
	parts := strings.Split(strings.TrimRight(address, "/"), "/")
	m := yearInAddress.FindStringSubmatch(parts[len(parts)-1])
	if m == nil {
		return ""
	}
	return m[1] + "年"
}

// lineYear returns the year that stands apart from the date in a short line.
func lineYear(words string) int {
	mayName := strings.Contains(words, "19") || strings.Contains(words, "20")
	if !mayName || len(words) > 300 {
		return 0
	}
	all := yearInAddress.FindAllStringSubmatch(words, 2)
	if len(all) != 1 {
		return 0
	}
	n, _ := strconv.Atoi(all[0][1]) // the pattern has digits only
	return n
}

func titleYear(titles ...string) int {
	for _, t := range titles {
		if y := extract.YearIn(t); y > 0 {
			return y
		}
	}
	return 0
}

var (
	monthHead = text.NewPattern(`(?:^|[^0-9])(1[0-2]|0?[1-9])\s*月(?:[^0-9日]|$)`)
	monthKeys = map[string]bool{"month": true, "月": true, "mon": true}
	yearKeys  = map[string]bool{"year": true, "年": true, "年度": true}
	bareDay   = text.NewPattern(
		`^\s*([0-9]{1,2})\s*日?\s*(?:[（(]?([日月火水木金土])[^0-9]{0,3}[）)]?)?\s*$`,
	)
	dayHeads = map[string]bool{
		"日":    true,
		"日付":   true,
		"日にち":  true,
		"day":  true,
		"日程":   true,
		"日時":   true,
		"date": true,
	}
)

// yearTerm is a value that names a year and no day: a term, a season, an edition.
var yearTerm = text.NewPattern(`^[^0-9]{1,12}((?:19|20)[0-9]{2})(?:年度?)?$`)

// heads finds the last heading, and the year and month that headings name, for each line.
func (p *Page) heads() {
	n := len(p.Doc.Lines)
	p.Heads, p.years, p.month = make([]int, n), make([]int, n), make([]time.Month, n)
	head, year, month := -1, p.year, time.Month(0)
	if m := monthHead.FindStringSubmatch(text.Fold(p.Doc.Head)); m != nil {
		month = monthOf(m[1])
	}
	for i := range p.Doc.Lines {
		l := &p.Doc.Lines[i]
		if l.Level > 0 && !l.Aside {
			head = i
			year, month = headed(l.Text, year, month)
		}
		isProse := !l.Cell && !l.Data && utf8.RuneCountInString(l.Text) <= 16
		if isProse {
			month = monthIn(l.Text[:min(len(l.Text), 60)], month)
		}
		if l.Data || l.Cell {
			year, month = keyed(l, year, month)
		}
		p.Heads[i], p.years[i], p.month[i] = head, year, month
	}
}

// headed returns the year and month that hold below a heading.
func headed(head string, year int, month time.Month) (int, time.Month) {
	if utf8.RuneCountInString(head) > 40 {
		return year, month
	}
	if y := extract.YearIn(head); y > 0 {
		year = y
	}
	return year, monthIn(head, month)
}

// monthMarks are the characters that stand for a month, or fold to it.
const monthMarks = "月⽉㋀㋁㋂㋃㋄㋅㋆㋇㋈㋉㋊㋋"

// monthIn returns the month that words name, else month.
func monthIn(words string, month time.Month) time.Month {
	if !strings.ContainsAny(words, monthMarks) {
		return month
	}
	if m := monthHead.FindStringSubmatch(text.Fold(words)); m != nil {
		return monthOf(m[1])
	}
	return month
}

func keyed(l *block.Line, year int, month time.Month) (int, time.Month) {
	if m := yearTerm.FindStringSubmatch(l.Text[:min(len(l.Text), 40)]); m != nil && l.Data {
		year, _ = strconv.Atoi(m[1]) // the pattern has digits only
	}
	key := strings.ToLower(l.Label)
	n, err := strconv.Atoi(strings.TrimRight(strings.TrimSpace(l.Text), "年月"))
	if err != nil {
		return year, month
	}
	if yearKeys[key] && n > 1900 && n < 2200 {
		year = n
	}
	if monthKeys[key] && n >= 1 && n <= 12 {
		month = time.Month(n)
	}
	return year, month
}

func monthOf(s string) time.Month {
	n, _ := strconv.Atoi(s) // the pattern has digits only
	return time.Month(n)
}
