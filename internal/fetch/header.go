package fetch

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// placeholder is a secret's name in a header: ${NAME}.
var placeholder = text.NewPattern(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// fill returns the headers of a source with its secrets filled in.
func fill(
	header map[string]string,
	secret func(string) (string, bool),
) (http.Header, error) {
	h := http.Header{}
	for k, v := range header {
		k = http.CanonicalHeaderKey(strings.TrimSpace(k))
		if !httpguts.ValidHeaderFieldName(k) || slices.Contains(source.ReservedHeaders, k) {
			return nil, fail(
				health.CauseProtocol,
				"the header %.40q cannot be set by a source",
				k,
			)
		}
		v, missing := fillValue(v, secret)
		if missing != "" {
			return nil, fail(
				health.CauseSecret,
				"it needs the key %s, which is not set",
				missing,
			)
		}
		if !httpguts.ValidHeaderFieldValue(
			v,
		) { // the value is not shown: it may be a secret
			return nil, fail(
				health.CauseSecret,
				"the value of the header %s holds a line break or another control character",
				k,
			)
		}
		h.Set(k, v)
	}
	return h, nil
}

// fillValue fills in the secrets of one header, and names one that is missing.
func fillValue(v string, secret func(string) (string, bool)) (filled, missing string) {
	filled = placeholder.ReplaceAllStringFunc(v, func(m string) string {
		name := m[2 : len(m)-1]
		s, _ := secret(name)
		if s = strings.TrimSpace(s); s == "" {
			missing = name
		}
		return s
	})
	return filled, missing
}

// longestValidator is the length of the longest ETag that is kept.
const longestValidator = 1 << 10

// keepable returns a validator as it is, or "" where it could not be sent again.
func keepable(v string) string {
	if !sendable(v) {
		return ""
	}
	return v
}

// modified returns the Last-Modified of a response where it can tell one body from the
// next: its date has to lie a whole second before the Date of the response. What was
// written in the second it was sent may be written again within that second, under the
// same date (RFC 9110, section 8.8.2.2). A response without a readable Date is believed.
func modified(h http.Header) string {
	v := keepable(h.Get("Last-Modified"))
	written, err := http.ParseTime(v)
	if err != nil {
		return v
	}
	sent, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return v
	}
	if sent.Sub(written) < time.Second {
		return ""
	}
	return v
}

func sendable(v string) bool {
	return v != "" && len(v) <= longestValidator && httpguts.ValidHeaderFieldValue(v)
}

// hidden finds the parameters of a URL whose values are nobody's business.
var hidden = text.NewPattern(
	`(?i)key|token|secret|passw|signature|^sig$|auth|access|session|^code$`,
)

// secretParameter finds a parameter in a query string: what stands before it, its name
// and its value.
var secretParameter = text.NewPattern(`(^|&)([^&=]*)=([^&]*)`)

// redact hides what in a URL may be a secret.
func redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	query := secretParameter.ReplaceAllStringFunc(u.RawQuery, func(p string) string {
		name, _, _ := strings.Cut(p, "=")
		if hidden.MatchString(strings.TrimPrefix(name, "&")) {
			return name + "=***"
		}
		return p
	})
	if query == u.RawQuery && u.User == nil {
		return raw // as it was written
	}
	u.RawQuery = query
	return u.Redacted()
}
