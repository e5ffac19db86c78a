package structured

import (
	"encoding/json"
	"slices"
	"strings"

	"koyomi/internal/text"
)

// unwrapped takes off what writers put around JSON in a page.
func unwrapped(s string) string {
	return strings.TrimSpace(
		wrapped.ReplaceAllString(wrapping.ReplaceAllString(strings.TrimSpace(s), ""), ""),
	)
}

// wrapping is what stands before it, a comment or a CDATA section, wrapped what
// stands behind.
var (
	wrapping = text.NewPattern(`^(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?\s*)+`)
	wrapped  = text.NewPattern(`(?:\s*(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?|\s*;)+\s*$`)
)

// decode reads a block; line breaks inside strings, comments, escapes that JSON has
// not, and commas before a closing bracket are forgiven.
func decode(s string) (any, error) {
	var v any
	err := json.Unmarshal([]byte(s), &v)
	if err == nil {
		return v, nil
	}
	if json.Unmarshal([]byte(repaired(s)), &v) == nil {
		return v, nil
	}
	return nil, err
}

// The bounds of what is tried of a broken block: objects, and bytes of one.
const (
	maxSalvage  = 500
	maxSalvaged = 1 << 16
)

// salvage returns the events of a broken block that are whole in themselves.
func salvage(s string) []map[string]any {
	var out []map[string]any
	tried, taken := 0, 0
	for _, o := range objects(s) {
		from, to := o[0], o[1]
		isPart := from < taken || to-from > maxSalvaged
		if isPart || !strings.Contains(s[from:to], "startDate") {
			continue
		}
		if tried++; tried > maxSalvage {
			break
		}
		if o, ok := asEvent(s[from : to+1]); ok {
			out, taken = append(out, o), to
		}
	}
	return out
}

// objects returns where the objects of a text begin and end, the inner ones first.
func objects(s string) [][2]int {
	var open []int
	var out [][2]int
	eachMark(s, func(i int, mark byte) {
		switch mark {
		case '{':
			open = append(open, i)
		case '}':
			if n := len(open); n > 0 {
				out = append(out, [2]int{open[n-1], i})
				open = open[:n-1]
			}
		}
	})
	return out
}

// eachMark hands over the bytes outside texts, with their places.
func eachMark(s string, take func(i int, mark byte)) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '\\' && quoted:
			i++
		case !quoted:
			take(i, s[i])
		}
	}
}

func asEvent(s string) (map[string]any, bool) {
	v, err := decode(s)
	if err != nil {
		return nil, false
	}
	o, ok := v.(map[string]any)
	return o, ok && isEvent(o)
}

// repaired returns JSON without the faults that are forgiven.
func repaired(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(1, len(s))
		switch s[0] {
		case '"':
			n = quoted(&b, s)
		case '/':
			n = comment(s)
		case ',':
			if !slices.Contains([]byte("}]"), afterBlanks(s[1:])) {
				b.WriteByte(',')
			}
		default:
			b.WriteByte(s[0])
		}
		s = s[n:]
	}
	return b.String()
}

// quoted writes the text that s begins with and returns its length: control
// characters become blanks, escapes that JSON has not lose their backslash.
func quoted(b *strings.Builder, s string) int {
	b.WriteByte('"')
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			b.WriteByte('"')
			return i + 1
		case c == '\\' && i+1 < len(s):
			i++
			if strings.IndexByte(`"\/bfnrtu`, s[i]) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(max(c, ' '))
		}
	}
	return len(s)
}

// comments are how comments of JavaScript begin and end.
var comments = [][2]string{{"//", "\n"}, {"/*", "*/"}}

// comment is how long the comment of JavaScript is that s begins with; 1 where
// there is none.
func comment(s string) int {
	for _, c := range comments {
		if !strings.HasPrefix(s, c[0]) {
			continue
		}
		if i := strings.Index(s, c[1]); i >= 0 {
			return i + len(c[1])
		}
		return len(s)
	}
	return 1
}

// afterBlanks returns the first byte of s that is neither blank nor comment, 0 at
// its end.
func afterBlanks(s string) byte {
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" {
			return 0
		}
		if s[0] != '/' {
			return s[0]
		}
		s = s[comment(s):]
	}
}
