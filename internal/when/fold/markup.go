package fold

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what is looked ahead, in bytes.
const (
	maxTag    = 400
	maxTarget = 512
	maxStruck = 256
)

// ahead returns the text from byte i on, at most n bytes of it.
func (f *folder) ahead(i, n int) string { return f.in[i:min(len(f.in), i+n)] }

// byteAt returns the byte at i, 0 beyond the text.
func (f *folder) byteAt(i int) byte {
	if uint(i) < uint(len(f.in)) {
		return f.in[i]
	}
	return 0
}

// arrow reads -> and =>.
func (f *folder) arrow(i int) int {
	if f.byteAt(i+1) != '>' {
		return 0
	}
	f.put('→', i)
	return 2
}

// emphasis drops the _ of Markdown around words; one inside a name stays.
func (f *folder) emphasis(i int) int {
	before, behind := f.byteAt(i-1), f.byteAt(i+1)
	if IsAlnum(rune(before)) && IsAlnum(rune(behind)) {
		return 0
	}
	f.put(' ', i)
	return 1
}

// target skips the target of a Markdown link, (…) or [1], behind a ].
func (f *folder) target(i int, open byte) int {
	if f.byteAt(i-1) != ']' {
		return 0
	}
	end, isTarget := byte(')'), isLinkTarget
	if open == '[' {
		end, isTarget = ']', isLinkNumber
	}
	line, _, _ := strings.Cut(f.ahead(i+1, maxTarget), "\n")
	n := strings.IndexByte(line, end)
	if n < 0 || !isTarget(line[:n]) {
		return 0
	}
	f.put(Opaque, i)
	return n + 2
}

func isLinkTarget(t string) bool { return strings.ContainsAny(t, "/#") }

func isLinkNumber(t string) bool { return len(t) < 8 }

// address skips a web address; it ends at the first byte that cannot stand in one.
func (f *folder) address(i int) int {
	t := f.in[i:]
	if !hasFold(t, "http://") && !hasFold(t, "https://") && !f.barePage(t, i) {
		return 0
	}
	n := 4
	for n < len(t) && inAddress(t[n]) {
		n++
	}
	f.put(Opaque, i)
	return n
}

func (f *folder) barePage(t string, i int) bool {
	return hasFold(t, "www.") && !IsAlnum(rune(f.byteAt(i-1)))
}

func inAddress(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("\"'<>()[]{}|`,\\", c) < 0
}

func hasFold(t, prefix string) bool {
	return len(t) >= len(prefix) && strings.EqualFold(t[:len(prefix)], prefix)
}

// tildes reads ~~ as the start or end of struck-out text; a ~~ that nothing closes
// is a range.
func (f *folder) tildes(i int) int {
	if f.byteAt(i+1) != '~' {
		return 0
	}
	if f.marks&Struck == 0 && !closes(f.ahead(i+2, maxStruck)) {
		f.put('~', i)
		return 2
	}
	f.marks ^= Struck
	f.put(' ', i)
	return 2
}

// closes reports whether struck-out text ends in rest, on its line.
func closes(rest string) bool {
	line, _, _ := strings.Cut(rest, "\n")
	end := strings.Index(line, "~~")
	return end > 0 && line[0] != ' '
}

// backslash reads \n, \t and escaped marks.
func (f *folder) backslash(i int) int {
	switch c := f.byteAt(i + 1); {
	case c == 'n':
		f.put('\n', i)
		return 2
	case c == 't', c == 'r':
		f.put(' ', i)
		return 2
	case c < utf8.RuneSelf && !IsAlnum(rune(c)):
		return 1
	}
	return 0
}

// tag takes out a tag of HTML; those of blocks become line ends, of cells bars.
// What an attribute says to readers (content="…") stays.
func (f *folder) tag(i int) int {
	name := i + 1
	closing := f.byteAt(name) == '/'
	if closing {
		name++
	}
	rest := name
	for ; rest-name < 12 && IsAlnum(rune(f.byteAt(rest))); rest++ {
	}
	if rest == name || f.in[name] < 'A' {
		return 0
	}
	end := strings.IndexByte(f.ahead(rest, maxTag), '>')
	if end < 0 {
		return 0
	}
	f.named(strings.ToLower(f.in[name:rest]), closing, i)
	f.attribute(rest, rest+end)
	return rest + end + 1 - i
}

// attribute folds the words in content="…" of a tag.
func (f *folder) attribute(from, to int) {
	for _, key := range attributes {
		at := strings.Index(f.in[from:to], key)
		if at < 1 || f.in[from+at-1] > ' ' { // a space or the end of a line
			continue
		}
		value := from + at + len(key) + 1
		n := strings.IndexByte(f.in[value:to], f.byteAt(value-1))
		if n <= 0 {
			continue
		}
		f.put('\n', value)
		for i, r := range f.in[value : value+n] {
			f.wide(r, value+i)
		}
		f.put('\n', value+n)
	}
}

// attributes hold words for readers; what follows is a quotation mark.
var attributes = [...]string{"content=", "alt=", "desc=", "description=", "label="}

// tags says what stands in the place of a tag; a space where none is named.
var tags = func() map[string]rune {
	m := map[string]rune{"td": '|', "th": '|', "sup": 0}
	for _, name := range strings.Fields("a b i u s em strong span small big font code kbd tt abbr cite q img input label button ins del strike mark time html head body center o nobr wbr sub ruby rt rp rb picture source svg path use form select option nav main header footer aside figure figcaption blockquote script style iframe object embed link meta base noscript address area map video audio canvas col colgroup caption tbody thead tfoot details summary dialog fieldset legend textarea template slot var samp data acronym") {
		m[name] = ' '
	}
	for _, name := range strings.Fields("br p div li tr dt dd ul ol table dl title h1 h2 h3 h4 h5 h6 section article pre hr meta figure figcaption blockquote header footer main nav aside option tbody caption summary address legend") {
		m[name] = '\n'
	}
	return m
}()

// marking are the tags that mark the text inside them.
var marking = map[string]uint8{"s": Struck, "del": Struck, "strike": Struck, "time": Time}

func (f *folder) named(name string, closing bool, off int) {
	r, ok := tags[name]
	switch {
	case !ok && !closing: // <lastmod> names what it holds
		f.putAll("\n"+name+": ", off)
	case !ok:
		f.put('\n', off)
	case r != 0:
		f.put(r, off)
	}
	f.marks &^= marking[name]
	if !closing {
		f.marks |= marking[name]
	}
}

var entities = map[string]rune{
	"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\'', "nbsp": ' ', "ensp": ' ', "emsp": ' ',
	"ndash": '-', "mdash": '-', "minus": '-', "tilde": '~', "sim": '~', "rarr": '→', "middot": '・',
	"hellip": '…', "laquo": '「', "raquo": '」', "colon": ':', "sol": '/', "lpar": '(', "rpar": ')', "num": '#',
	"rsquo": '\'', "lsquo": '\'', "ldquo": '"', "rdquo": '"',
}

// entity reads &amp; and &#12345;.
func (f *folder) entity(i int) int {
	end := strings.IndexByte(f.ahead(i, 10), ';')
	if end < 2 {
		return 0
	}
	name := f.in[i+1 : i+end]
	r, ok := entities[name]
	if !ok {
		r, ok = numeric(name)
	}
	if !ok {
		return 0
	}
	f.wide(r, i)
	return end + 1
}

func numeric(name string) (rune, bool) {
	digits, ok := strings.CutPrefix(name, "#")
	if !ok {
		return 0, false
	}
	base := 10
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || n < ' ' || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}
