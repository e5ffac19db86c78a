package extract

import (
	"fmt"
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

// Decode gives the text of a page as UTF-8, by the source's charset, the page's
// own word or what its bytes look like. A page that is empty, larger than most
// bytes or not text in that charset is a Damage.
func Decode(p Page, s *source.Source, most int) (string, error) {
	switch {
	case len(strings.TrimSpace(string(p.Body[:min(len(p.Body), 1024)]))) == 0 && len(p.Body) <= 1024:
		return "", &Damage{URL: p.URL, Reason: "the page is empty"}
	case len(p.Body) > most:
		return "", &Damage{URL: p.URL, Reason: fmt.Sprintf("the page has %d bytes; at most %d are read", len(p.Body), most)}
	}
	body, name, err := charset.Decode(p.Body, p.ContentType, s.Charset)
	if err != nil {
		return "", &Damage{URL: p.URL, Reason: err.Error()}
	}
	body = strings.TrimPrefix(body, "\ufeff")
	if bad := strings.Count(body, "\ufffd"); bad > 3 && bad*100 > utf8.RuneCountInString(body) {
		return "", &Damage{URL: p.URL, Reason: fmt.Sprintf("read as %s, %d characters make no sense; a charset in the source's settings would help", name, bad)}
	}
	return body, nil
}

// LooksLikeHTML reports whether text begins as a page for people does.
func LooksLikeHTML(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s[:min(len(s), 2048)]))
	for strings.HasPrefix(s, "<!--") {
		_, after, ok := strings.Cut(s, "-->")
		if !ok {
			return false
		}
		s = strings.TrimSpace(after)
	}
	return strings.HasPrefix(s, "<!doctype html") || strings.HasPrefix(s, "<html") || strings.HasPrefix(s, "<head") || strings.HasPrefix(s, "<body")
}
