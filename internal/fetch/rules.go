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

// A recordKind is what a line of robots.txt is about.
type recordKind int

const (
	otherRecord recordKind = iota
	agentRecord
	allowRecord
	disallowRecord
	delayRecord
)

// recordKinds are the keys of records, misspelt as people do.
var recordKinds = map[string]recordKind{
	"user-agent": agentRecord, "useragent": agentRecord, "user agent": agentRecord,
	"allow": allowRecord, "disallow": disallowRecord,
	"crawl-delay": delayRecord, "crawldelay": delayRecord,
}

// A ruleReader reads the records of a robots.txt one after the other.
type ruleReader struct {
	own, all rules
	// named is set once a record is for our name; inOwn and inAll say for whom the
	// records at hand are, inRules that the next User-agent begins another group.
	named, inOwn, inAll, inRules bool
}

// parseRules reads the rules for our name, else those for all (section 2.2.1).
func parseRules(text string) rules {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var r ruleReader
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		key, value, _ := strings.Cut(line, ":")
		r.record(
			recordKinds[strings.ToLower(strings.TrimSpace(key))],
			strings.TrimSpace(value),
			i+1,
		)
	}
	if r.named {
		return r.own
	}
	return r.all
}

// record reads one record.
func (r *ruleReader) record(kind recordKind, value string, line int) {
	switch kind {
	case otherRecord:
		return
	case agentRecord:
		r.agent(value)
		return
	case allowRecord, disallowRecord:
		r.inRules = true
	}
	if r.inOwn {
		r.own.add(kind, value, line)
	}
	if r.inAll {
		r.all.add(kind, value, line)
	}
}

// agent reads for whom the records that follow are.
func (r *ruleReader) agent(name string) {
	if r.inRules {
		r.inOwn, r.inAll, r.inRules = false, false, false
	}
	ours := strings.EqualFold(token(name), product)
	r.inAll = r.inAll || name == "*"
	r.inOwn = r.inOwn || ours
	r.named = r.named || ours
}

const (
	digits     = "0123456789"
	letters    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	tokenChars = letters + "-_"
	// unreserved may stand in a path as it is (RFC 3986 section 2.3).
	unreserved = letters + digits + "-._~"
)

// token returns the product token at the beginning of a User-agent line's value.
func token(value string) string {
	return value[:len(value)-len(strings.TrimLeft(value, tokenChars))]
}

func (r *rules) add(kind recordKind, value string, line int) {
	switch {
	case kind == delayRecord:
		r.delay = crawlDelay(value, r.delay)
		return
	case value == "":
		return // forbids nothing
	case !strings.ContainsAny(value[:1], "/*"):
		value = "/" + value
	}
	r.list = append(r.list, rule{
		pattern: normalise(value),
		allow:   kind == allowRecord,
		line:    line,
	})
}

// crawlDelay reads a Crawl-delay; one that is not a number leaves the one before.
func crawlDelay(value string, before time.Duration) time.Duration {
	s, err := strconv.ParseFloat(value, 64)
	if isNumber := err == nil && s >= 0; !isNumber {
		return before
	}
	return time.Duration(math.Min(s, longestRest.Seconds()) * float64(time.Second))
}

// decide reports whether a path (with its query, escaped) may be asked for, and by
// which rule; nil where none matches.
func (r rules) decide(path string) (bool, *rule) {
	path = normalise(path)
	if path == "/robots.txt" {
		return true, nil
	}
	var best *rule
	for i := range r.list {
		if c := &r.list[i]; c.over(best) && match(c.pattern, path) {
			best = c
		}
	}
	return best == nil || best.allow, best
}

// over reports whether a rule that matches decides in place of another that does.
func (r *rule) over(other *rule) bool {
	if other == nil {
		return true
	}
	longer := len(r.pattern) - len(other.pattern)
	return longer > 0 || longer == 0 && r.allow
}

// match reports whether a pattern matches the beginning of a path (section 2.2.3).
func match(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	path, begins := strings.CutPrefix(path, first)
	switch {
	case !begins:
		return false
	case len(parts) == 1:
		return !whole || path == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, found := strings.Cut(path, part)
		if !found {
			return false
		}
		path = rest
	}
	if whole {
		return strings.HasSuffix(path, last)
	}
	return strings.Contains(path, last)
}

const upperHex = "0123456789ABCDEF"

// normalise writes the same path in one way (section 2.2.2): octets beyond ASCII
// escaped, unreserved characters not, digits of escapes in upper case.
func normalise(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c, escaped := unescape(s[i:])
		if escaped {
			i += 2
		}
		plain := strings.IndexByte(unreserved, c) >= 0
		printable := c > 0x20 && c < 0x80
		if plain || printable && !escaped {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
	}
	return b.String()
}

// unescape returns the first octet of a text, and whether it is written as an escape.
func unescape(s string) (c byte, escaped bool) {
	if len(s) < 3 || s[0] != '%' {
		return s[0], false
	}
	n, err := strconv.ParseUint(s[1:3], 16, 8)
	if err != nil {
		return s[0], false
	}
	return byte(n), true
}
