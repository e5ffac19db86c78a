package extract

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"koyomi/internal/charset"
	"koyomi/internal/source"
)

// MaxDocument is the size in bytes of the largest page, feed or answer that is
// read; MaxCalendar that of a calendar or a file.
const (
	MaxDocument = 16 << 20
	MaxCalendar = 64 << 20
)

// Decode returns the text of a page as UTF-8, by the source's charset, the page's
// own word or what its bytes look like. A page that is empty, larger than most
// bytes or not text in that charset is a Damage.
func Decode(p Page, s *source.Source, most int) (string, error) {
	damage := func(format string, args ...any) (string, error) {
		return "", &Damage{URL: p.URL, Reason: fmt.Sprintf(format, args...)}
	}
	if len(p.Body) > most {
		return damage("the page has %d bytes; at most %d are read", len(p.Body), most)
	}
	if isBlank(p.Body) {
		return damage("the page is empty")
	}
	body, name, err := charset.Decode(p.Body, p.ContentType, s.Charset)
	if err != nil {
		return damage("%s", err)
	}
	body = strings.TrimPrefix(body, "\ufeff")
	bad := strings.Count(body, "\ufffd")
	isGarbled := bad > maxGarbled && bad*100 > utf8.RuneCountInString(body)
	if isGarbled {
		return damage(
			"read as %s, %d characters make no sense; a charset in the source's settings would help",
			name,
			bad,
		)
	}
	return body, nil
}

// maxGarbled is how many characters may be unreadable in a page that is believed.
const maxGarbled = 3

// isBlank reports whether a short page says nothing.
func isBlank(body []byte) bool {
	const short = 1024
	return len(body) <= short && len(bytes.TrimSpace(body)) == 0
}

// htmlStarts are how pages for people begin, behind comments.
var htmlStarts = []string{"<!doctype html", "<html", "<head", "<body"}

// LooksLikeHTML reports whether text begins as a page for people does.
func LooksLikeHTML(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s[:min(len(s), 2048)]))
	for strings.HasPrefix(s, "<!--") {
		_, after, _ := strings.Cut(s, "-->")
		s = strings.TrimSpace(after)
	}
	return slices.ContainsFunc(
		htmlStarts,
		func(start string) bool { return strings.HasPrefix(s, start) },
	)
}
