package lint

import (
	"strings"
)

// An Answer is what came with a calendar that was fetched.
type Answer struct {
	ContentType        string
	ETag, LastModified string
	// Encoding is that of the body, as gzip; "" for none.
	Encoding string
	// Secure is set where it was fetched over https.
	Secure bool
}

// CheckAnswer looks at how a calendar was served.
func CheckAnswer(a Answer) []Finding {
	c := &checker{told: map[string]int{}, severity: map[string]Severity{}}
	kind, rest, _ := strings.Cut(strings.ToLower(a.ContentType), ";")
	switch kind = strings.TrimSpace(kind); {
	case kind != "text/calendar":
		c.say(0, Warning, "content-type", "RFC 5545 section 8.1", "it is served as %s; text/calendar; charset=utf-8 would be right", quoted(a.ContentType))
	case strings.Contains(rest, "charset") && !strings.Contains(rest, "utf-8"):
		c.say(0, Error, "charset", "RFC 5545 section 3.1.4", "it is served as %s, which ICSx5 believes; charset=utf-8 would be right", quoted(a.ContentType))
	}
	if a.ETag == "" && a.LastModified == "" {
		c.say(0, Warning, "validators", "RFC 9110 section 8.8", "it comes with neither ETag nor Last-Modified: clients load it whole each time")
	}
	if !a.Secure {
		c.say(0, Note, "insecure", "", "it is served without https, which Outlook on the web wants")
	}
	return c.finish()
}
