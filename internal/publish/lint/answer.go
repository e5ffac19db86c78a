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

// answerRules are those for how a calendar is served.
var answerRules = []rule[Answer]{
	{
		Warning, "content-type", "RFC 5545 section 8.1", func(a Answer) bool { return a.kind() != "text/calendar" },
		"it is served as {value}; expected text/calendar; charset=utf-8",
	},
	{
		Error, "charset", "RFC 5545 section 3.1.4", Answer.otherCharset,
		"it is served as {value}, which ICSx5 believes; expected charset=utf-8",
	},
	{
		Warning, "validators", "RFC 9110 section 8.8", func(a Answer) bool { return a.ETag+a.LastModified == "" },
		"it comes with neither ETag nor Last-Modified: clients load it whole each time",
	},
	{
		Note,
		"insecure",
		"",
		func(a Answer) bool { return !a.Secure },
		"it is served without https, which Outlook on the web wants",
	},
}

func (a Answer) kind() string {
	kind, _, _ := strings.Cut(strings.ToLower(a.ContentType), ";")
	return strings.TrimSpace(kind)
}

// otherCharset reports whether a calendar is served as another charset than UTF-8.
func (a Answer) otherCharset() bool {
	_, parameters, _ := strings.Cut(strings.ToLower(a.ContentType), ";")
	named := strings.Contains(parameters, "charset") && a.kind() == "text/calendar"
	return named && !strings.Contains(parameters, "utf-8")
}

// CheckAnswer looks at how a calendar was served.
func CheckAnswer(a Answer) []Finding {
	c := &checker{told: map[string]int{}, severity: map[string]Severity{}}
	for _, r := range answerRules {
		if r.broken(a) {
			c.sayOf(
				&property{value: a.ContentType},
				r.severity,
				r.name,
				r.section,
				r.reason,
			)
		}
	}
	return c.finish()
}
