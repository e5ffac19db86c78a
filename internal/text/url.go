package text

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// MaxURL is the length in bytes of the longest address that is kept.
const MaxURL = 2048

// hosts maps names in any script to the ASCII form that travels; underscores
// occur in real names and are let through.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// URL returns the canonical form of the address ref as found on the page base:
// absolute, http or https, no user, no fragment, no tracking parameters (utm_*,
// fbclid, gclid), the host in ASCII and lower case, no default port, only ASCII,
// percent-encodings in upper case.
// A link through google.com/url is followed to what it names. An empty base
// allows absolute addresses only.
func URL(base, ref string) (string, error) {
	if isCanonical(ref) {
		return ref, nil
	}
	if s := joined(base, ref); isCanonical(s) {
		return s, nil
	}
	return urlOf(base, ref)
}

// joined returns the address of a plain path on the host of base; "" where that
// takes more than joining two texts.
func joined(base, ref string) string {
	isPath := strings.HasPrefix(ref, "/") && !strings.HasPrefix(ref, "//")
	if !isPath || strings.Contains(ref, "/.") {
		return ""
	}
	scheme, rest, ok := strings.Cut(base, "://")
	host, _, found := strings.Cut(rest, "/")
	if !ok || !found {
		return ""
	}
	return scheme + "://" + host + ref
}

// isCanonical reports whether an address is plainly in the form that URL returns,
// as most are: a scheme, a host of letters in lower case, a path of letters.
func isCanonical(s string) bool {
	rest, ok := cutScheme(s)
	host, _, found := strings.Cut(rest, "/")
	if !ok || !found {
		return false
	}
	return len(s) <= MaxURL && isPlainHost(host) && isPlainPath(rest[len(host):])
}

func cutScheme(s string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(s, "https://")
	if ok {
		return rest, true
	}
	return strings.CutPrefix(s, "http://")
}

const (
	maxHost  = 253 // RFC 1035, section 2.3.4
	maxLabel = 63
)

// hasLength reports whether s is not empty and no longer than most.
func hasLength(s string, most int) bool { return s != "" && len(s) <= most }

// isPlainHost reports whether a host is of letters, digits and hyphens and is not
// an address of figures. Punycode is left to the library.
func isPlainHost(host string) bool {
	if !hasLength(host, maxHost) {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if !isPlainLabel(label) {
			return false
		}
	}
	return isLower(host[len(host)-1])
}

func isPlainLabel(label string) bool {
	if !hasLength(label, maxLabel) {
		return false
	}
	isEdged := label[0] == '-' || label[len(label)-1] == '-'
	return !isEdged && !strings.Contains(label, "--") && consists(label, isHostByte)
}

func isPlainPath(path string) bool { return consists(path, isPathByte) }

// consists reports whether every byte of s is of a class.
func consists(s string, class func(byte) bool) bool {
	for i := range len(s) {
		if !class(s[i]) {
			return false
		}
	}
	return true
}

func isLower(c byte) bool    { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool    { return c >= '0' && c <= '9' }
func isHostByte(c byte) bool { return isLower(c) || isDigit(c) || c == '-' }
func isAlnum(c byte) bool    { return isLower(c|0x20) || isDigit(c) }
func isPathByte(c byte) bool { return isAlnum(c) || strings.IndexByte("/-_.~", c) >= 0 }

func urlOf(base, ref string) (string, error) {
	u, err := parseURL(ref)
	if err != nil {
		return "", err
	}
	if base != "" && !u.IsAbs() {
		b, err := parseURL(base)
		if err != nil {
			return "", err
		}
		u = b.ResolveReference(u)
	}
	s, err := canonical(u)
	if err != nil {
		return "", err
	}
	if inner := redirectTarget(u); inner != "" {
		return inner, nil
	}
	return s, nil
}

// redirectTarget returns the canonical address that a link through a redirect
// names; "" for any other link, and for one that names none.
func redirectTarget(u *url.URL) string {
	target := redirected(u)
	if target == "" {
		return ""
	}
	t, err := parseURL(target)
	if err != nil {
		return ""
	}
	s, _ := canonical(t)
	return s
}

func parseURL(s string) (*url.URL, error) {
	s = Line(strings.TrimSpace(s), 0)
	if len(s) > 2*MaxURL {
		return nil, fmt.Errorf("an address of %d bytes; %d are kept", len(s), MaxURL)
	}
	u, err := url.Parse(strings.ReplaceAll(s, " ", "%20"))
	if err != nil {
		return nil, fmt.Errorf("address %q: not a URL", Line(s, 200))
	}
	return u, nil
}

// defaultPorts are the schemes that are read, with the port of each.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

func canonical(u *url.URL) (string, error) {
	scheme := strings.ToLower(u.Scheme)
	if defaultPorts[scheme] == "" {
		return "", fmt.Errorf("address %q: neither http nor https", Line(u.Redacted(), 200))
	}
	host, err := asciiHost(u.Hostname())
	if err != nil {
		return "", fmt.Errorf("address %q: %w", Line(u.Redacted(), 200), err)
	}
	if p := u.Port(); p != defaultPorts[scheme] && p != "" {
		host += ":" + p
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	s := scheme + "://" + host + ascii(path)
	if q := query(u.RawQuery); q != "" {
		s += "?" + q
	}
	if len(s) > MaxURL {
		return "", fmt.Errorf("an address of %d bytes; %d are kept", len(s), MaxURL)
	}
	return s, nil
}

func asciiHost(name string) (string, error) {
	name = strings.TrimRight(name, ".")
	if ip, err := netip.ParseAddr(name); err == nil {
		if ip.Is6() {
			return "[" + ip.WithZone("").String() + "]", nil
		}
		return ip.String(), nil
	}
	host, err := hosts.ToASCII(name)
	host = strings.TrimRight(strings.ToLower(host), ".")
	if err != nil || !hasLength(host, maxHost) || strings.ContainsAny(host, " %/:@[]<>\"\\?#") {
		return "", errors.New("not a host name")
	}
	return host, nil
}

// query drops tracking parameters and keeps the order of the rest.
func query(raw string) string {
	var kept []string
	for part := range strings.SplitSeq(raw, "&") {
		if part != "" && !isTracking(part) {
			kept = append(kept, ascii(part))
		}
	}
	return strings.Join(kept, "&")
}

// isTracking reports whether a parameter says where a reader came from.
func isTracking(parameter string) bool {
	name, _, _ := strings.Cut(strings.ToLower(parameter), "=")
	return name == "fbclid" || name == "gclid" || strings.HasPrefix(name, "utm_")
}

// ascii percent-encodes whatever may not stand in an address, and writes what is
// encoded already in upper case (RFC 3986, section 6.2.2.1).
func ascii(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case isEncoded(s[i:]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case mayStand(s[i]):
			b.WriteByte(s[i])
		default:
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

// isEncoded reports whether s begins with a percent-encoding.
func isEncoded(s string) bool {
	return len(s) >= 3 && s[0] == '%' && isHex(s[1]) && isHex(s[2])
}

// mayStand reports whether an octet stands in an address as it is.
func mayStand(c byte) bool {
	isPrintable := c > 0x20 && c < 0x7f
	return isPrintable && strings.IndexByte("\"<>\\^`{|}", c) < 0
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// redirected returns the address that a link through Google's redirect names.
func redirected(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	isGoogle := host == "google.com" || host == "google.co.jp"
	if !isGoogle || u.Path != "/url" {
		return ""
	}
	q := u.Query()
	return cmp.Or(q.Get("q"), q.Get("url"))
}
