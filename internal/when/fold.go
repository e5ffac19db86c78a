package when

import (
	"strings"
	"unicode/utf8"
)

// A cell is one rune of the text as it is compared: width folded, lower case,
// one space for many, markup gone.
type cell struct {
	r   rune
	off int32 // byte offset in the text as given
	fl  uint8
}

const (
	cUpper  = 1 << iota // an ASCII capital
	cStruck             // within <s>, <del>, <strike> or ~~
)

// opaque stands for what is no text: a web address.
const opaque = '￼'

// fold fills s.rs from text: one pass, every byte looked at a bounded number of times.
func (s *scan) fold(text string) {
	s.rs = s.rs[:0]
	s.struck = false
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(text[i:])
			s.foldWide(r, i)
			i += n
			continue
		}
		if n := s.foldMarkup(text, i, c); n > 0 {
			i += n
			continue
		}
		s.ascii(rune(c), i)
		i++
	}
}

// foldMarkup handles what begins at i and is more than its characters; it
// gives the number of bytes used, 0 for plain text.
func (s *scan) foldMarkup(text string, i int, c byte) int {
	switch c {
	case '<':
		return s.tag(text, i)
	case '&':
		return s.entity(text, i)
	case '~':
		return s.tildes(text, i)
	case '\\':
		return s.backslash(text, i)
	case 'h', 'H', 'w':
		return s.address(text, i)
	case '(':
		if n := len(s.rs); n > 0 && s.rs[n-1].r == ']' && i > 0 && text[i-1] == ']' {
			return s.target(text, i, ')')
		}
	case '[':
		if i > 0 && text[i-1] == ']' {
			return s.target(text, i, ']')
		}
	case '-', '=':
		if i+1 < len(text) && text[i+1] == '>' {
			s.put('→', i)
			return 2
		}
	}
	return 0
}

// target skips a markdown link's target, (…) or [1], on one line.
func (s *scan) target(text string, i int, end byte) int {
	limit := min(len(text), i+512)
	for j := i + 1; j < limit; j++ {
		switch text[j] {
		case end:
			if end == ']' && j-i > 8 || end == ')' && strings.IndexByte(text[i:j], '/') < 0 && text[i+1] != '#' {
				return 0
			}
			s.put(opaque, i)
			return j - i + 1
		case '\n':
			return 0
		}
	}
	return 0
}

// address skips a web address; it ends at the first byte that is not ASCII or
// cannot stand in one.
func (s *scan) address(text string, i int) int {
	t := text[i:]
	switch {
	case hasFold(t, "http://"), hasFold(t, "https://"):
	case hasFold(t, "www.") && (i == 0 || !isAlnum(rune(text[i-1]))):
	default:
		return 0
	}
	n := 4
	for n < len(t) && t[n] > ' ' && t[n] < 0x7f && strings.IndexByte("\"'<>()[]{}|`,\\", t[n]) < 0 {
		n++
	}
	s.put(opaque, i)
	return n
}

func hasFold(t, prefix string) bool {
	return len(t) >= len(prefix) && strings.EqualFold(t[:len(prefix)], prefix)
}

// tildes reads ~~ as the start or end of struck-out text; a ~~ that nothing
// closes is a range.
func (s *scan) tildes(text string, i int) int {
	if i+1 >= len(text) || text[i+1] != '~' {
		return 0
	}
	if !s.struck {
		rest := text[i+2 : min(len(text), i+2+256)]
		end := strings.Index(rest, "~~")
		if end <= 0 || strings.IndexByte(rest[:end], '\n') >= 0 || rest[0] == ' ' {
			s.put('~', i)
			return 2
		}
	}
	s.struck = !s.struck
	s.put(' ', i)
	return 2
}

func (s *scan) backslash(text string, i int) int {
	if i+1 >= len(text) {
		return 1
	}
	switch c := text[i+1]; {
	case c == 'n':
		s.put('\n', i)
		return 2
	case c == 't' || c == 'r':
		s.put(' ', i)
		return 2
	case c < utf8.RuneSelf && !isAlnum(rune(c)):
		return 1
	}
	return 0
}

// tag drops a tag of HTML; those of blocks become line ends, of cells bars.
func (s *scan) tag(text string, i int) int {
	j := i + 1
	closing := j < len(text) && text[j] == '/'
	if closing {
		j++
	}
	start := j
	for j < len(text) && j-start < 12 && isAlnum(rune(text[j])) {
		j++
	}
	if j == start || text[start] < 'A' {
		return 0
	}
	end := strings.IndexByte(text[j:min(len(text), j+400)], '>')
	if end < 0 {
		return 0
	}
	s.tagNamed(text[start:j], closing, i)
	return j + end + 1 - i
}

func (s *scan) tagNamed(name string, closing bool, off int) {
	switch strings.ToLower(name) {
	case "s", "del", "strike":
		s.put(' ', off)
		s.struck = !closing
	case "br", "p", "div", "li", "tr", "dt", "dd", "ul", "ol", "table", "dl", "title", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "pre", "hr":
		s.put('\n', off)
	case "td", "th":
		s.put('|', off)
	case "sup":
	default:
		s.put(' ', off)
	}
}

var entities = map[string]rune{
	"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\'', "nbsp": ' ', "ensp": ' ', "emsp": ' ',
	"ndash": '-', "mdash": '-', "minus": '-', "tilde": '~', "sim": '~', "rarr": '→', "middot": '・',
	"hellip": '…', "laquo": '「', "raquo": '」', "colon": ':', "sol": '/', "lpar": '(', "rpar": ')', "num": '#',
}

func (s *scan) entity(text string, i int) int {
	end := strings.IndexByte(text[i:min(len(text), i+10)], ';')
	if end < 2 {
		return 0
	}
	name := text[i+1 : i+end]
	if r, ok := entities[name]; ok {
		s.ascii(r, i)
		return end + 1
	}
	if name[0] != '#' {
		return 0
	}
	n, base := 0, 10
	digits := name[1:]
	if len(digits) > 1 && digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	for k := range len(digits) {
		v := hexVal(digits[k])
		if v < 0 || v >= base {
			return 0
		}
		n = n*base + v
	}
	if n < ' ' || n > utf8.MaxRune {
		return 0
	}
	s.foldWide(rune(n), i)
	return end + 1
}

func hexVal(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// put appends one folded rune; spaces and line ends are not repeated.
func (s *scan) put(r rune, off int) {
	n := len(s.rs)
	if r == ' ' && (n == 0 || s.rs[n-1].r == ' ' || s.rs[n-1].r == '\n') {
		return
	}
	if r == '\n' {
		if n > 0 && s.rs[n-1].r == ' ' {
			n--
			s.rs = s.rs[:n]
		}
		if n == 0 || n > 1 && s.rs[n-1].r == '\n' && s.rs[n-2].r == '\n' {
			return
		}
	}
	var fl uint8
	if s.struck {
		fl = cStruck
	}
	s.rs = append(s.rs, cell{r, int32(off), fl})
}

func (s *scan) ascii(r rune, off int) {
	switch {
	case r >= 'A' && r <= 'Z':
		s.put(r|0x20, off)
		s.rs[len(s.rs)-1].fl |= cUpper
	case r == '\n':
		s.put('\n', off)
	case r <= ' ' || r == 0x7f || r == '*' || r == '`':
		s.put(' ', off)
	default:
		s.put(r, off)
	}
}

// foldWide folds one rune that is not plain ASCII in the text (or came from an entity).
func (s *scan) foldWide(r rune, off int) {
	switch {
	case r < utf8.RuneSelf:
		s.ascii(r, off)
	case r >= 0x3041 && r <= 0x3096, r >= 0x4e00 && r <= 0x9fff, r >= 0x30a1 && r <= 0x30fa, r == 'ー':
		s.put(r, off)
	case r >= 0xff01 && r <= 0xff5e:
		s.ascii(r-0xfee0, off)
	case r >= 0xff61 && r <= 0xff9f:
		s.halfKana(r, off)
	case r == 0x3099 || r == 0x309a:
		s.voice(r - 0x3098)
	default:
		s.foldRare(r, off)
	}
}

const halfKana = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜"

func (s *scan) halfKana(r rune, off int) {
	switch r {
	case 0xff9e:
		s.voice(1)
	case 0xff9f:
		s.voice(2)
	default:
		k, _ := utf8.DecodeRuneInString(halfKana[(r-0xff61)*3:])
		s.put(k, off)
	}
}

// voice puts the sound mark on the kana before: 1 dakuten, 2 handakuten.
func (s *scan) voice(n rune) {
	if len(s.rs) == 0 {
		return
	}
	p := &s.rs[len(s.rs)-1].r
	switch {
	case *p >= 0x304b && *p <= 0x3062 && n == 1, *p >= 0x30ab && *p <= 0x30c2 && n == 1,
		(*p == 0x3064 || *p == 0x3066 || *p == 0x3068 || *p == 0x30c4 || *p == 0x30c6 || *p == 0x30c8) && n == 1,
		*p >= 0x306f && *p <= 0x307b, *p >= 0x30cf && *p <= 0x30db:
		*p += n
	}
}

// foldRare folds dashes, waves, spaces and the squared and circled characters
// of old Japanese fonts.
func (s *scan) foldRare(r rune, off int) {
	switch r {
	case 0x3000, 0xa0, 0x202f, 0x205f:
		s.put(' ', off)
		return
	case 0x2028, 0x2029, 0x85:
		s.put('\n', off)
		return
	case 0x301c, 0x3030, 0x223c, 0x223e, 0x2dc, 0x2053:
		s.put('~', off)
		return
	case 0x2212, 0xfe58, 0xfe63, 0x2500, 0x2501, 0x2e3a, 0x2e3b, 0x207b:
		s.put('-', off)
		return
	case 0x21d2, 0x27a1, 0x2794, 0x279c, 0x25b6, 0x25b8, 0x21e8:
		s.put('→', off)
		return
	case 0x2236, 0xfe13, 0xfe55, 0xa789:
		s.put(':', off)
		return
	case 0x2018, 0x2019, 0x2032:
		s.put('\'', off)
		return
	case 0x201c, 0x201d:
		s.put('"', off)
		return
	case 0x2044, 0x2215:
		s.put('/', off)
		return
	case 0xb7, 0x2027:
		s.put('・', off)
		return
	case 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0xfeff, 0xad, 0x2060:
		return
	}
	switch {
	case r >= 0x2010 && r <= 0x2015:
		s.put('-', off)
	case r >= 0x2000 && r <= 0x200a:
		s.put(' ', off)
	case r >= 0x202a && r <= 0x202e, r >= 0x2061 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f:
	default:
		s.foldSquare(r, off)
	}
}

func (s *scan) foldSquare(r rune, off int) {
	switch {
	case r >= 0x2460 && r <= 0x249b, r >= 0x2776 && r <= 0x2793:
		s.put('•', off)
	case r >= 0x322a && r <= 0x3230: // ㈪ … ㈰
		s.putAll("("+circledDay(r-0x322a)+")", off)
	case r >= 0x328a && r <= 0x3290: // ㊊ … ㊐
		s.putAll("("+circledDay(r-0x328a)+")", off)
	case r == 0x3297: // ㊗
		s.put('祝', off)
	case r >= 0x32c0 && r <= 0x32cb: // ㋀ … ㋋
		s.putNum(int(r-0x32c0)+1, '月', off)
	case r >= 0x33e0 && r <= 0x33fe: // ㏠ … ㏾
		s.putNum(int(r-0x33e0)+1, '日', off)
	case r >= 0x3358 && r <= 0x3370: // ㍘ … ㍰
		s.putNum(int(r-0x3358), '時', off)
	case r == 0x32ff:
		s.putAll("令和", off)
	case r >= 0x337b && r <= 0x337e:
		s.putAll([...]string{"平成", "昭和", "大正", "明治"}[r-0x337b], off)
	case r >= 0x2f00 && r <= 0x2fd5:
		s.put(radical(r), off)
	default:
		s.put(r, off)
	}
}

func circledDay(i rune) string { return kanjiDays[(i+1)%7] }

func (s *scan) putAll(t string, off int) {
	for _, r := range t {
		s.put(r, off)
	}
}

func (s *scan) putNum(n int, unit rune, off int) {
	if n > 9 {
		s.put(rune('0'+n/10), off)
	}
	s.put(rune('0'+n%10), off)
	s.put(unit, off)
}

// radical gives the character for the Kangxi radicals that PDF files put in
// place of the characters dates are made of.
func radical(r rune) rune {
	const pairs = "⼀一⼆二⼋八⼗十⼟土⽇日⽉月⽊木⽔水⽕火⾦金⼈人⼤大⼩小⽣生⽤用⽬目⾏行⾳音⾼高⼒力⼝口⼦子⼿手⽂文⽅方"
	for i := 0; i+6 <= len(pairs); i += 6 {
		if p, _ := utf8.DecodeRuneInString(pairs[i:]); p == r {
			q, _ := utf8.DecodeRuneInString(pairs[i+3:])
			return q
		}
	}
	return r
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func isAlnum(r rune) bool  { return isDigit(r) || isLetter(r) }
func isKanji(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r == '々' || r == '〆' || r == 'ヶ'
}
func isKana(r rune) bool { return r >= 0x3041 && r <= 0x30ff && r != '・' }
