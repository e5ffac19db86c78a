package source

import (
	"cmp"
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
	"{group}":     "group",
	"{year}":      "2026",
	"{next_year}": "2027",
	"{last_year}": "2025",
	"{month}":     "06",
	"{yyyymm}":    "202606",
	"{months}":    "202606,202607",
}

var placeholder = text.NewPattern(`\{[^{}]*\}`)

// sample fills the placeholders of a template, so that it can be looked at as the
// address that it will be.
func sample(template string) string {
	return placeholder.ReplaceAllStringFunc(
		template,
		func(p string) string { return cmp.Or(placeholders[p], p) },
	)
}

// canonicalTemplate returns an address such that two of the same page are equal.
func canonicalTemplate(template string) string {
	if strings.Contains(template, "{") {
		return template
	}
	u, err := text.URL("", Webcal(template))
	if err != nil {
		return template
	}
	return u
}

// Host returns the registrable domain of the source's address, the address and
// port of one that names an IP address, "" where nothing is fetched. Requests to
// one host wait for each other.
func (s *Source) Host() string {
	u, err := url.Parse(sample(s.firstAddress()))
	if err != nil || u.Host == "" {
		return ""
	}
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	isAddress := strings.Trim(name, "0123456789.") == ""
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil || isAddress {
		return strings.ToLower(u.Host)
	}
	return domain
}

// firstAddress is the first of a source's addresses, "" for none.
func (s *Source) firstAddress() string { return cmp.Or(append([]string{s.URL}, s.URLs...)...) }

// addresses checks where a source is read.
func (c *Checker) addresses(s *Source, at string) {
	def, known := c.kinds.Find(s.Kind)
	isFetched := known && !def.ByHand
	c.MissingIf(
		isFetched && s.firstAddress() == "",
		under(at, "url"),
		"expected the address that is read",
	)
	if s.URL != "" {
		c.address(s, def, under(at, "url"), s.URL)
	}
	for i, u := range s.URLs {
		c.address(s, def, fmt.Sprintf("%s[%d]", under(at, "urls"), i), u)
	}
}

// address checks one address that is fetched.
func (c *Checker) address(s *Source, def Definition, at, address string) {
	if c.placeholder(at, address) {
		return
	}
	if strings.Contains(address, "${") {
		c.Wrong(
			at,
			"a secret has no place in an address, which is logged (use a header with ${NAME})",
		)
		return
	}
	filled := sample(address)
	if def.Address != nil {
		filled = def.Address(filled)
	}
	if wrong := CheckURL(filled); wrong != "" {
		c.Wrong(at, "%s", wrong)
		return
	}
	if !def.Page {
		return
	}
	if err := s.Forbidden(filled); err != nil {
		c.Wrong(at, "%s", err)
	}
}

func unknownPlaceholder(template string) string {
	all := placeholder.FindAllString(strings.ReplaceAll(template, "${", "$"), -1)
	return cmp.Or(
		slices.DeleteFunc(all, func(p string) bool { return placeholders[p] != "" })...)
}

// webPorts are the low ports that web servers use.
var webPorts = []uint64{80, 443}

// CheckURL returns what is wrong with an address that is to be fetched or linked
// to, "" where nothing is: it is absolute, http or https, with a host, without a
// user, an IPv6 zone, or a port of another service.
func CheckURL(address string) string {
	const expected = "expected an address that begins with https://, found "
	u, err := url.Parse(address)
	if hasZone(address, u, err) {
		return "expected a host without an IPv6 zone, found " + Quote(address)
	}
	if err != nil {
		return expected + Quote(address)
	}
	if wrong := checkParts(u); wrong != "" {
		return wrong
	}
	if _, err := text.URL("", address); err != nil {
		return expected + Quote(address)
	}
	return ""
}

// hasZone reports whether the host of an address, parsed or not, is an IPv6 address
// with a zone.
func hasZone(address string, u *url.URL, err error) bool {
	if err != nil {
		return strings.Contains(address, "%25")
	}
	addr, err := netip.ParseAddr(u.Hostname())
	isZoned := err == nil && addr.Zone() != ""
	return isZoned || strings.Contains(u.Host, "%")
}

// checkParts checks what an address is made of.
func checkParts(u *url.URL) string {
	isWeb := u.Scheme == "http" || u.Scheme == "https"
	switch {
	case !isWeb, u.Opaque != "":
		return "expected an address that begins with https://, found " + Quote(u.Redacted())
	case u.Hostname() == "":
		return "expected an address with a host, found " + Quote(u.Redacted())
	case u.User != nil:
		return fmt.Sprintf(
			"expected an address without user and password, found %s (use a header with ${NAME})",
			Quote(u.Redacted()),
		)
	case !isWebPort(u):
		return fmt.Sprintf(
			"expected the port of a web server (80, 443, or 1024 and above), found %s",
			Quote(u.Host),
		)
	}
	return ""
}

// isWebPort reports whether an address names no port, or one that web servers use.
func isWebPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	isOpen := n >= 1024 || slices.Contains(webPorts, n)
	return err == nil && isOpen
}

// forbidding are hosts whose terms forbid reading their pages by program, with
// what may be done instead.
var forbidding = map[string]string{
	// connpass.com/about/api/ and the terms of use: the API, and nothing but it.
	"connpass.com": "its API may (platform: connpass)",
}

// Forbidden returns why a page made for people must not be read for this source,
// nil where it may be: its host's terms forbid pages to programs, and the source
// does not acknowledge that it holds a permission. Feeds, calendars and APIs are
// offered to programs and need not be asked about.
func (s *Source) Forbidden(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%q is not an address", cut(address, 200))
	}
	if s.Acknowledge != "" {
		return nil
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for domain, instead := range forbidding {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return fmt.Errorf(
				"%s does not allow its pages to be read by program; %s (use acknowledge: REASON where you hold a permission)",
				domain,
				instead,
			)
		}
	}
	return nil
}

// ReservedHeaders are the headers that a source cannot set.
var ReservedHeaders = []string{
	"User-Agent",
	"Accept-Encoding",
	"Host",
	"Content-Length",
	"Transfer-Encoding",
	"Connection",
	"Te",
	"Trailer",
	"Upgrade",
	"Referer",
	"If-None-Match",
	"If-Modified-Since",
	"Range",
}

var (
	// secretHeader finds headers whose values are nobody's business.
	secretHeader = text.NewPattern(`(?i)key|token|secret|passw|auth|cookie|signature`)
	// reference is a secret's name in a value.
	reference = text.NewPattern(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
)

// headers checks what goes with each request.
func (c *Checker) headers(s *Source, at string) {
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		if wrong := checkHeader(name, s.Headers[name]); wrong != "" {
			c.Wrong(under(at, "headers")+"."+name, "%s", wrong)
		}
	}
}

// checkHeader returns what is wrong with a header, "" where nothing is.
func checkHeader(name, value string) string {
	isReserved := slices.ContainsFunc(
		ReservedHeaders,
		func(r string) bool { return strings.EqualFold(r, name) },
	)
	isBare := secretHeader.MatchString(name) && !reference.MatchString(value)
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		return "expected the name of a header, found " + Quote(name)
	case isReserved:
		return fmt.Sprintf("the header %s is koyomi's own (leave the key out)", name)
	case isBare:
		return "expected a secret as ${NAME}, from the environment; what is written here is read by everyone"
	case strings.Contains(reference.ReplaceAllString(value, ""), "${"):
		return "expected a secret's name of letters, digits and _ within ${ }, found " + Quote(
			value,
		)
	case !httpguts.ValidHeaderFieldValue(value):
		return "expected a value of one line, found " + Quote(value)
	}
	return ""
}
