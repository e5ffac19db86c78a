package fetch

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// This is robots.txt as RFC 9309 has it: the longest rule that matches decides, of
// equals Allow; what cannot be read is passed over. Of the records outside the
// standard only Crawl-delay is read.

// A rule allows or forbids the paths that its pattern matches.
type rule struct {
	// pattern is normalised; * stands for anything, $ at the end for the end.
	pattern string
	allow   bool
	// line counts from 1.
	line int
}

// rules are those of one robots.txt that are for us.
type rules struct {
	list []rule
	// delay is the Crawl-delay, at most a day.
	delay time.Duration
}

// parseRules reads the rules for our name, else those for all (section 2.2.1).
func parseRules(text string) rules {
	var own, all rules
	named := false
	var inOwn, inAll, inRules bool
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		key, value, ok := record(line)
		if !ok {
			continue
		}
		switch key {
		case "user-agent", "useragent", "user agent":
			if inRules {
				inOwn, inAll, inRules = false, false, false
			}
			inAll = inAll || value == "*"
			if strings.EqualFold(token(value), product) {
				inOwn, named = true, true
			}
		case "allow", "disallow", "crawl-delay", "crawldelay":
			inRules = inRules || key[0] != 'c'
			if inOwn {
				own.add(key, value, number)
			}
			if inAll {
				all.add(key, value, number)
			}
		}
	}
	if named {
		return own
	}
	return all
}

// record splits a line into key, in lower case, and value.
func record(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value), ok
}

// token gives the product token at the beginning of a User-agent line's value.
func token(value string) string {
	for i, c := range []byte(value) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return value[:i]
		}
	}
	return value
}

func (r *rules) add(key, value string, line int) {
	if key[0] == 'c' {
		if d, ok := crawlDelay(value); ok {
			r.delay = d
		}
		return
	}
	if value == "" {
		return // forbids nothing
	}
	if value[0] != '/' && value[0] != '*' {
		value = "/" + value
	}
	r.list = append(r.list, rule{pattern: normalise(value), allow: key == "allow", line: line})
}

func crawlDelay(value string) (time.Duration, bool) {
	s, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(s) || s < 0 {
		return 0, false
	}
	if s >= longestRest.Seconds() {
		return longestRest, true
	}
	return time.Duration(s * float64(time.Second)), true
}

// decide tells whether a path (with its query, escaped) may be asked for, and by
// which rule; nil where none matches.
func (r rules) decide(path string) (bool, *rule) {
	path = normalise(path)
	if path == "/robots.txt" {
		return true, nil
	}
	var best *rule
	for i := range r.list {
		c := &r.list[i]
		if best != nil && (len(c.pattern) < len(best.pattern) || len(c.pattern) == len(best.pattern) && !c.allow) {
			continue
		}
		if match(c.pattern, path) {
			best = c
		}
	}
	return best == nil || best.allow, best
}

// match reports whether a pattern matches the beginning of a path (section 2.2.3).
func match(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	first, rest, star := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	if !star {
		return !whole || path == ""
	}
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			if whole {
				return strings.HasSuffix(path, part)
			}
			return strings.Contains(path, part)
		}
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path, rest = path[i+len(part):], next
	}
}

const upperHex = "0123456789ABCDEF"

// normalise writes the same path in one way (section 2.2.2): octets beyond ASCII
// escaped, unreserved characters not, digits of escapes in upper case.
func normalise(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
			if hi >= 0 && lo >= 0 {
				i += 2
				if v := byte(hi<<4 | lo); unreserved(v) {
					b.WriteByte(v)
				} else {
					b.Write([]byte{'%', upperHex[hi], upperHex[lo]})
				}
				continue
			}
		}
		if c >= 0x80 || c <= 0x20 {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
