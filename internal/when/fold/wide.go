package fold

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wide folds a character that is not plain ASCII in the text.
func (f *folder) wide(r rune, off int) {
	for _, b := range blocks {
		if r >= b.from && r <= b.to {
			b.fold(f, r, off)
			return
		}
	}
	if to, ok := single[r]; ok {
		f.put(to, off)
		return
	}
	f.put(r, off)
}

// blocks are the stretches of Unicode that are folded alike, the frequent first.
var blocks = [...]struct {
	from, to rune
	fold     func(f *folder, r rune, off int)
}{
	{0x3041, 0x3096, (*folder).put},
	{0x4e00, 0x9fff, (*folder).put},
	{0x30a1, 0x30fc, (*folder).put},
	{0, 0x7f, (*folder).ascii},
	{0xff01, 0xff5e, func(f *folder, r rune, off int) { f.ascii(r-0xfee0, off) }},
	{0xff61, 0xff9d, halfKana},
	{0xff9e, 0xff9f, func(f *folder, r rune, _ int) { f.voice(r - 0xff9d) }},
	{0x3099, 0x309a, func(f *folder, r rune, _ int) { f.voice(r - 0x3098) }},
	{0x2000, 0x200a, func(f *folder, _ rune, off int) { f.put(' ', off) }},
	{0x200b, 0x200f, skip},
	{0x202a, 0x202e, skip},
	{0x2060, 0x206f, skip},
	{0xfe00, 0xfe0f, skip},
	{0xfeff, 0xfeff, skip},
	{0x2f00, 0x2fd5, same},
	{0xf900, 0xfaff, same},
	{0xad, 0xad, skip},
	{0x2010, 0x2015, func(f *folder, _ rune, off int) { f.put('-', off) }},
	{0x2460, 0x249b, func(f *folder, _ rune, off int) { f.put('•', off) }},
	{0x2776, 0x2793, func(f *folder, _ rune, off int) { f.put('•', off) }},
	{0x322a, 0x3230, func(f *folder, r rune, off int) { f.weekday(r-0x322a, off) }},
	{0x328a, 0x3290, func(f *folder, r rune, off int) { f.weekday(r-0x328a, off) }},
	{
		0x32c0,
		0x32cb,
		func(f *folder, r rune, off int) { f.number(int(r-0x32c0)+1, '月', off) },
	},
	{
		0x33e0,
		0x33fe,
		func(f *folder, r rune, off int) { f.number(int(r-0x33e0)+1, '日', off) },
	},
	{
		0x3358,
		0x3370,
		func(f *folder, r rune, off int) { f.number(int(r-0x3358), '時', off) },
	},
	{0x32ff, 0x32ff, func(f *folder, _ rune, off int) { f.putAll("令和", off) }},
	{0x337b, 0x337e, func(f *folder, r rune, off int) { f.putAll(eras[r-0x337b], off) }},
}

var eras = [...]string{"平成", "昭和", "大正", "明治"}

// single are characters that stand for another one: the dashes, waves and spaces of
// old fonts.
var single = pairs(
	"\u3000 \u00a0 \u202f \u205f ",
	"\u2028\n\u2029\n\u0085\n",
	"〜~〰~∼~∾~˜~⁓~",
	"−-﹘-﹣-─-━-⸺-⸻-⁻-",
	"⇒→➡→➔→➜→▶→▸→⇨→",
	"∶:︓:﹕:꞉:",
	"‘'’'′'“\"”\"",
	"⁄/∕/",
	"·・‧・",
	"㊗祝",
)

// pairs reads characters two by two: what is written and what it is folded to.
func pairs(lists ...string) map[rune]rune {
	m := map[rune]rune{}
	for _, l := range lists {
		rs := []rune(l)
		for i := 0; i+1 < len(rs); i += 2 {
			m[rs[i]] = rs[i+1]
		}
	}
	return m
}

// same folds a character that Unicode has twice: the radicals and the compatibility
// characters that PDF files and old fonts put in the place of characters.
func same(f *folder, r rune, off int) { f.putAll(norm.NFKC.String(string(r)), off) }

func skip(*folder, rune, int) {}

const halfKanas = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"

func halfKana(f *folder, r rune, off int) {
	k, _ := utf8.DecodeRuneInString(halfKanas[(r-0xff61)*3:])
	f.put(k, off)
}

// voiced are the kana that take a dakuten; the handakuten follows it where there is one.
const (
	voiced     = "かきくけこさしすせそたちつてとはひふへほカキクケコサシスセソタチツテトハヒフヘホ"
	halfVoiced = "はひふへほハヒフヘホ"
)

// voice puts the sound mark on the kana before: 1 dakuten, 2 handakuten.
func (f *folder) voice(mark rune) {
	if len(f.out) == 0 {
		return
	}
	takes := voiced
	if mark == 2 {
		takes = halfVoiced
	}
	last := &f.out[len(f.out)-1].R
	for _, k := range takes {
		if k == *last {
			*last += mark
			return
		}
	}
}

// weekday writes ㈪ and ㊊ as (月).
func (f *folder) weekday(i rune, off int) {
	days := []rune("月火水木金土日")
	f.put('(', off)
	f.put(days[i], off)
	f.put(')', off)
}

func (f *folder) putAll(t string, off int) {
	for _, r := range t {
		f.put(r, off)
	}
}

func (f *folder) number(n int, unit rune, off int) {
	if n > 9 {
		f.put(rune('0'+n/10), off)
	}
	f.put(rune('0'+n%10), off)
	f.put(unit, off)
}
