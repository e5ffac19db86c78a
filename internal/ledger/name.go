package ledger

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"koyomi/internal/text"
)

// A name is a title as the rules see it: what it says of how the event stands, and
// all punctuation, left away.
type name struct {
	// core is the letters and digits, folded; bare the same without the issue.
	core, bare string
	// series is what is numbered: the words before "#21", or those after 第21回.
	series string
	// cut is set where the end of the title is missing: "…".
	cut bool
	// aside is set for what is held beside a main event: 懇親会.
	aside bool
	// telling holds, by class, which words stand in it that tell events of one
	// season apart: Online and Tokyo, Spring and Fall, 1日目 and 2日目.
	telling [classes]uint64
	grams   []uint64
}

// The patterns work on folded text.
var (
	inBrackets = text.NewPattern(`[【\[(〔<≪「『{*]([^】\])〕>≫」』}*]{1,40})[】\])〕>≫」』}*]`)
	// standing are words of how an event stands; in brackets they take the whole
	// bracket with them.
	standing = text.NewPattern(`中止|延期|順延|変更|満員|満席|増枠|増席|募集|受付|締切|残席|残り|きゃんせる|取りやめ|開催決定|開催済|終了|再掲|再送|告知|おんらいん開催|^おんらいん$|^online$|^はいぶりっど$|^りもーと$|cancel|postpone|resched|sold ?out|^new$`)
	// loose are the same words outside brackets, with what belongs to them.
	loose = text.NewPattern(`[※*]?(?:開催)?(?:中止|延期|順延|日程変更|会場変更|きゃんせる|cancell?ed|postponed|rescheduled)(?:のお知らせ|になりました|となりました|いたします|致します|しました|します|決定)?`)
	// notice is what blogs end the titles of all announcements with.
	notice = text.NewPattern(`(?:開催|募集|参加者募集)?の?(?:お知らせ|おしらせ|御知らせ|ご?案内)[!。]*$`)
	issued = text.NewPattern(`# ?[0-9]+|第 ?[0-9〇一二三四五六七八九十百]+ ?[回期夜弾号章]|vol(?:ume)?[. ]{0,2}[0-9]+|\b(?:no|nr|ver|ep|episode|round)[. ]{0,2}[0-9]+|[0-9]+ ?回目|その ?[0-9一二三四五六七八九十]+|[0-9]+(?:st|nd|rd|th)\b`)
	until  = text.NewPattern(`[~:「『【\[(|/]| - `)
)

// read keeps the names of titles that were read of late: a source lists the same ones
// poll after poll.
var read names

// names are two halves of bounded size; what is in neither is read anew.
type names struct {
	mu         sync.Mutex
	young, old map[string]*name
}

// namesKept is how many names each half holds.
const namesKept = 4096

// nameOf reads a title. What it gives is shared and not to be changed.
func nameOf(title string) *name {
	read.mu.Lock()
	n, ok := read.young[title]
	if !ok {
		n, ok = read.old[title]
	}
	read.mu.Unlock()
	if !ok {
		n = readName(title)
		read.keep(title, n)
	}
	return n
}

func (r *names) keep(title string, n *name) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.young == nil || len(r.young) >= namesKept {
		r.young, r.old = map[string]*name{}, r.young
	}
	r.young[strings.Clone(title)] = n
}

func readName(title string) *name {
	t := text.Fold(title)
	n := &name{aside: holdsAny(t, asides), cut: strings.HasSuffix(t, "...")}
	n.telling = tellingWords(t)
	t = plainTitle(t)
	n.core = letters(t)
	n.bare = n.core
	if at := issued.FindStringIndex(t); at != nil {
		before, after := t[:at[0]], t[at[1]:]
		n.bare = letters(before + " " + after)
		if n.series = letters(before); n.series == "" {
			if end := until.FindStringIndex(after); end != nil && end[0] > 0 {
				after = after[:end[0]]
			}
			n.series = letters(after)
		}
	}
	if n.core == "" {
		n.core = letters(text.Fold(title))
	}
	if n.bare == "" {
		n.bare = n.core
	}
	n.grams = gramsOf(n.bare)
	return n
}

// plainTitle takes what a title says of how the event stands out of it.
func plainTitle(t string) string {
	t = inBrackets.ReplaceAllStringFunc(t, func(m string) string {
		inner := []rune(m)
		if standing.MatchString(strings.TrimSpace(string(inner[1 : len(inner)-1]))) {
			return " "
		}
		return m
	})
	t = strings.TrimSpace(loose.ReplaceAllString(t, " "))
	if bare := notice.ReplaceAllString(t, ""); letters(bare) != "" {
		t = bare
	}
	return t
}

func letters(t string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, t)
}

// asides mark what is held beside an event of the same number and day.
var asides = folded("懇親会", "二次会", "2次会", "打ち上げ", "アフターパーティ", "after party", "afterparty", "前夜祭", "ネットワーキングディナー", "ランチ会")

func folded(words ...string) []string {
	for i, w := range words {
		words[i] = text.Fold(w)
	}
	return words
}

func holdsAny(t string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(t, w) })
}

// gramsOf gives the pairs of neighbouring characters, sorted.
func gramsOf(s string) []uint64 {
	runes := []rune(s)
	grams := make([]uint64, 0, len(runes))
	for i := 1; i < len(runes); i++ {
		grams = append(grams, uint64(runes[i-1])<<32|uint64(runes[i]))
	}
	slices.Sort(grams)
	return grams
}

// dice is how alike two sorted lists are, 0 to 100 (Sørensen and Dice).
func dice(a, b []uint64) int {
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
	return 200 * same / (len(a) + len(b))
}

// oneSeries reports whether two numbered titles may be of the same series.
func oneSeries(a, b *name) bool {
	x, y := a.series, b.series
	return x == "" || y == "" || strings.Contains(x, y) || strings.Contains(y, x) ||
		dice(gramsOf(x), gramsOf(y)) >= 50
}

// TitleCore gives what a title names, for comparing: folded, without punctuation
// and without what it says of how the event stands (中止, 満員).
func TitleCore(title string) string { return nameOf(title).core }
