package text

import (
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

// URL gives the canonical form of the address ref as found on the page base:
// absolute, http or https, no user, no fragment, no tracking parameters (utm_*,
// fbclid, gclid), the host in ASCII and lower case, no default port, only ASCII,
// percent-encodings in upper case.
// A link through google.com/url is followed to what it names. An empty base
// allows absolute addresses only.
func URL(base, ref string) (string, error) {
	if canonicalAlready(ref) {
		return ref, nil
	}
	if strings.HasPrefix(ref, "/") && !strings.HasPrefix(ref, "//") && !strings.Contains(ref, "/.") {
		if host := strings.Index(base, "://") + len("://"); host >= len("://") {
			if end := strings.IndexByte(base[host:], '/'); end > 0 {
				if s := base[:host+end] + ref; canonicalAlready(s) {
					return s, nil
				}
			}
		}
	}
	return urlOf(base, ref)
}

// canonicalAlready reports whether an address is plainly in the form that URL gives,
// as most are: a scheme, a host of letters in lower case, a path of letters.
func canonicalAlready(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	slash := strings.IndexByte(rest, '/')
	if !ok || slash <= 0 || slash > 253 || len(s) > MaxURL || rest[slash-1] < 'a' || rest[slash-1] > 'z' {
		return false // none, or perhaps an address of figures
	}
	label := 0
	for i := range slash {
		switch c := rest[i]; {
		case c == '.' && label > 0:
			label = 0
			continue
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-' && label > 0:
		default:
			return false
		}
		if label++; label > 63 {
			return false
		}
	}
	for i := slash; i < len(rest); i++ {
		if !isAlnum(rest[i]) && strings.IndexByte("/-_.~", rest[i]) < 0 {
			return false
		}
	}
	return !strings.Contains(rest[:slash], "--") && !strings.Contains(rest[:slash], "-.")
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

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
	if target := redirected(u); target != "" {
		if t, err := parseURL(target); err == nil {
			if inner, err := canonical(t); err == nil {
				return inner, nil
			}
		}
	}
	return s, nil
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

func canonical(u *url.URL) (string, error) {
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" {
		return "", fmt.Errorf("address %q: neither http nor https", Line(u.Redacted(), 200))
	}
	host, err := asciiHost(u.Hostname())
	if err != nil {
		return "", fmt.Errorf("address %q: %w", Line(u.Redacted(), 200), err)
	}
	if p := u.Port(); p != "" && !(scheme == "http" && p == "80") && !(scheme == "https" && p == "443") {
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
	if err != nil || host == "" || len(host) > 253 || strings.ContainsAny(host, " %/:@[]<>\"\\?#") {
		return "", errors.New("not a host name")
	}
	return host, nil
}

// query drops tracking parameters and keeps the order of the rest.
func query(raw string) string {
	var kept []string
	for part := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(strings.ToLower(part), "=")
		if part == "" || strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "gclid" {
			continue
		}
		kept = append(kept, ascii(part))
	}
	return strings.Join(kept, "&")
}

// ascii percent-encodes whatever may not stand in an address, and writes what is
// encoded already in upper case (RFC 3986, section 6.2.2.1).
func ascii(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
			continue
		}
		if c <= 0x20 || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// redirected gives the address that a link through Google's redirect names.
func redirected(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if host != "google.com" && host != "google.co.jp" || u.Path != "/url" {
		return ""
	}
	q := u.Query()
	if t := q.Get("q"); t != "" {
		return t
	}
	return q.Get("url")
}
