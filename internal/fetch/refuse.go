package fetch

import (
	"bytes"
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
	switch {
	case value == "":
		return 0, false
	case strings.Trim(value, "0123456789") == "":
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(longestRest/time.Second) {
			return longestRest, true // more digits than any number of seconds needs
		}
		return time.Duration(seconds) * time.Second, true
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

// challenge tells who asks for a human in place of giving the page; "" for nobody.
func challenge(r *reply) string {
	switch {
	case strings.EqualFold(r.header.Get("Cf-Mitigated"), "challenge"):
		return "Cloudflare"
	case r.header.Get("X-Amzn-Waf-Action") != "":
		return "AWS WAF"
	}
	head := r.body[:min(len(r.body), 64<<10)]
	if !bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("<")) {
		return ""
	}
	for _, c := range challengeMarks {
		if bytes.Contains(head, []byte(c.mark)) {
			return c.by
		}
	}
	// Incapsula puts its script into let-through pages too; its wall is short.
	if len(r.body) < 4<<10 && bytes.Contains(head, []byte("_Incapsula_Resource")) && bytes.Contains(head, []byte("Request unsuccessful")) {
		return "Imperva"
	}
	return ""
}
