package source

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/net/publicsuffix"

	"koyomi/internal/text"
)

// placeholders are what an address may hold, each with something that it may
// stand for.
var placeholders = map[string]string{
	"{group}": "group", "{year}": "2026", "{next_year}": "2027", "{last_year}": "2025", "{month}": "06", "{yyyymm}": "202606",
}

var placeholder = text.NewPattern(`\{[^{}]*\}`)

// sample fills the placeholders of a template, so that it can be looked at as the
// address that it will be.
func sample(template string) string {
	return placeholder.ReplaceAllStringFunc(template, func(p string) string {
		if v, ok := placeholders[p]; ok {
			return v
		}
		return p
	})
}

// canonicalTemplate gives an address such that two of the same page are equal.
func canonicalTemplate(template string) string {
	if !strings.Contains(template, "{") {
		if u, err := text.URL("", webcal(template)); err == nil {
			return u
		}
	}
	return template
}

// webcal gives the address by which a calendar is fetched.
func webcal(address string) string {
	for _, scheme := range []string{"webcal://", "webcals://"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok {
			return "https://" + rest
		}
	}
	return address
}

// Host gives the registrable domain of the source's address, the address and
// port of one that names an IP address, "" where nothing is fetched. Requests to
// one host wait for each other.
func (s *Source) Host() string {
	raw := s.URL
	if raw == "" && len(s.URLs) > 0 {
		raw = s.URLs[0]
	}
	u, err := url.Parse(sample(raw))
	if err != nil || u.Host == "" {
		return ""
	}
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if domain, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil && strings.Trim(name, "0123456789.") != "" {
		return domain
	}
	return strings.ToLower(u.Host)
}

// addresses checks where a source is read.
func (c *checker) addresses(s *Source, at string) {
	if s.URL == "" && len(s.URLs) == 0 && s.Kind != Static && slices.Contains(Kinds, s.Kind) {
		c.missing(under(at, "url"), "the address that is read is expected")
	}
	if s.URL != "" {
		c.address(s, under(at, "url"), s.URL)
	}
	for i, u := range s.URLs {
		c.address(s, fmt.Sprintf("%s[%d]", under(at, "urls"), i), u)
	}
}

// address checks one address that is fetched.
func (c *checker) address(s *Source, at, address string) {
	if p := unknownPlaceholder(address); p != "" {
		c.guess(at, p, "placeholder", slices.Sorted(maps.Keys(placeholders)))
		return
	}
	if strings.Contains(address, "${") {
		c.wrong(at, "a secret has no place in an address, which is logged; a header with ${NAME} would be right")
		return
	}
	filled := sample(address)
	if s.Kind == ICS {
		filled = webcal(filled)
	}
	if wrong := CheckURL(filled); wrong != "" {
		c.wrong(at, "%s", wrong)
		return
	}
	if err := s.Forbidden(filled); err != nil {
		c.wrong(at, "%s", err)
	}
}

func unknownPlaceholder(template string) string {
	for _, p := range placeholder.FindAllString(strings.ReplaceAll(template, "${", "$"), -1) {
		if _, ok := placeholders[p]; !ok {
			return p
		}
	}
	return ""
}

// link checks the address of a page for people; "" is none.
func (c *checker) link(at, address string) {
	if address == "" {
		return
	}
	if p := unknownPlaceholder(address); p != "" {
		c.guess(at, p, "placeholder", slices.Sorted(maps.Keys(placeholders)))
		return
	}
	if wrong := CheckURL(sample(address)); wrong != "" {
		c.wrong(at, "%s", wrong)
	}
}

// CheckURL says what is wrong with an address that is to be fetched or linked to,
// "" where nothing is: it is absolute, http or https, with a host, without a user,
// an IPv6 zone, or a port of another service.
func CheckURL(address string) string {
	const right = "an address that begins with https:// is expected, found "
	u, err := url.Parse(address)
	switch {
	case err != nil && strings.Contains(address, "%25"), err == nil && strings.Contains(u.Host, "%"):
		return "a host without an IPv6 zone is expected, found " + quote(address)
	case err != nil:
		return right + quote(address)
	case u.Scheme != "http" && u.Scheme != "https", u.Opaque != "":
		return right + quote(u.Redacted())
	case u.Hostname() == "":
		return "an address with a host is expected, found " + quote(u.Redacted())
	case u.User != nil:
		return fmt.Sprintf("an address without user and password is expected, found %s; a header with ${NAME} would be right", quote(u.Redacted()))
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && addr.Zone() != "" {
		return "a host without an IPv6 zone is expected, found " + quote(address)
	}
	if p := u.Port(); p != "" || strings.HasSuffix(u.Host, ":") {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 65535 || n < 1024 && n != 80 && n != 443 {
			return fmt.Sprintf("the port of a web server is expected (80, 443, or 1024 and above), found %s", quote(u.Host))
		}
	}
	if _, err := text.URL("", address); err != nil {
		return right + quote(address)
	}
	return ""
}

// forbidding are hosts whose terms forbid reading their pages by program, with
// what may be done instead.
var forbidding = map[string]string{
	// connpass.com/about/api/ and the terms of use: the API, and nothing but it.
	"connpass.com": "its API may (platform: connpass)",
}

// Forbidden says why a page must not be read for this source, nil where it may be:
// its host's terms forbid pages to programs, and the source does not acknowledge
// that it holds a permission. Feeds, calendars and APIs are offered to programs.
func (s *Source) Forbidden(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%q is no address", cut(address, 200))
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for domain, instead := range forbidding {
		if host != domain && !strings.HasSuffix(host, "."+domain) || s.Acknowledge != "" || s.Kind != HTML && s.Kind != Structured {
			continue
		}
		return fmt.Errorf("%s does not allow its pages to be read by program; %s; acknowledge: REASON where you hold a permission would be right", domain, instead)
	}
	return nil
}

// ReservedHeaders are the headers that a source cannot set.
var ReservedHeaders = []string{
	"User-Agent", "Accept-Encoding", "Host", "Content-Length", "Transfer-Encoding", "Connection",
	"Te", "Trailer", "Upgrade", "Referer", "If-None-Match", "If-Modified-Since", "Range",
}

var (
	// secretHeader finds headers whose values are nobody's business.
	secretHeader = text.NewPattern(`(?i)key|token|secret|passw|auth|cookie|signature`)
	// reference is a secret's name in a value.
	reference = text.NewPattern(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
)

// headers checks what goes with each request.
func (c *checker) headers(s *Source, at string) {
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		value := s.Headers[name]
		at := under(at, "headers") + "." + name
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			c.wrong(at, "the name of a header is expected, found %s", quote(name))
		case slices.ContainsFunc(ReservedHeaders, func(r string) bool { return strings.EqualFold(r, name) }):
			c.wrong(at, "the header %s is koyomi's own; the key left out would be right", name)
		case secretHeader.MatchString(name) && !reference.MatchString(value):
			c.wrong(at, "a secret is expected as ${NAME}, from the environment; what is written here is read by everyone")
		case strings.Contains(reference.ReplaceAllString(value, ""), "${"):
			c.wrong(at, "a secret's name of letters, digits and _ is expected within ${ }, found %s", quote(value))
		case !httpguts.ValidHeaderFieldValue(value):
			c.wrong(at, "a value of one line is expected, found %s", quote(value))
		}
	}
}
