package fetch

import (
	"bytes"
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// longestRest is how long a host can ask to be left alone; firstRest how long
	// it is left alone at first where it does not say.
	longestRest = 24 * time.Hour
	firstRest   = 15 * time.Minute
)

// retryAfter reads a Retry-After (RFC 9110 section 10.2.3): seconds or a date. It
// is never negative and at most a day; ok is false where it says nothing.
func retryAfter(value string, now time.Time) (d time.Duration, ok bool) {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0, false
	}
	if strings.Trim(value, digits) == "" {
		// More digits than any number of seconds needs are the largest number there is.
		seconds, _ := strconv.ParseUint(value, 10, 32)
		return min(time.Duration(seconds)*time.Second, longestRest), true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(at.Sub(now), 0), longestRest), true
}

// challengeMarks are what the pages of bot walls hold, each as their makers'
// scripts need it, and who sends them. None of them stands in a page that was let
// through.
var challengeMarks = []struct{ by, mark string }{
	{"Cloudflare", "window._cf_chl_opt"},
	{"Cloudflare", "<title>Just a moment...</title>"},
	{"Cloudflare", "<title>Attention Required! | Cloudflare</title>"},
	{"AWS WAF", "window.gokuProps"},
	{"AWS WAF", "AwsWafIntegration.checkForceRefresh"},
	{"DDoS-Guard", "/.well-known/ddos-guard/js-challenge/"},
	{"Sucuri", "sucuri_cloudproxy_js"},
	{"DataDome", "geo.captcha-delivery.com/captcha/"},
	{"PerimeterX", `id="px-captcha"`},
	{"Anubis", `id="anubis_challenge"`},
}

// challenge names who asks for a human in place of the page; "" for nobody.
func challenge(r *reply) string {
	return cmp.Or(wallByHeader(r), wallByBody(r.body))
}

// wallHeaders are what bot walls say in a header; "" stands for any value.
var wallHeaders = []struct{ by, header, value string }{
	{"Cloudflare", "Cf-Mitigated", "challenge"},
	{"AWS WAF", "X-Amzn-Waf-Action", ""},
}

func wallByHeader(r *reply) string {
	for _, w := range wallHeaders {
		value := r.header.Get(w.header)
		if value != "" && strings.EqualFold(value, cmp.Or(w.value, value)) {
			return w.by
		}
	}
	return ""
}

func wallByBody(body []byte) string {
	head := body[:min(len(body), 64<<10)]
	if !bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("<")) {
		return ""
	}
	for _, c := range challengeMarks {
		if bytes.Contains(head, []byte(c.mark)) {
			return c.by
		}
	}
	return imperva(body)
}

// imperva is challenge for Imperva, whose script stands in pages that were let through
// too; its wall is short.
func imperva(body []byte) string {
	marks := bytes.Contains(body, []byte("_Incapsula_Resource")) &&
		bytes.Contains(body, []byte("Request unsuccessful"))
	if len(body) < 4<<10 && marks {
		return "Imperva"
	}
	return ""
}
