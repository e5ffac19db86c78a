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
var hosts = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
)

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
	return lowerBytes[host[len(host)-1]]
}

func isPlainLabel(label string) bool {
	isLong := !hasLength(label, maxLabel)
	if isLong || strings.Contains(label, "--") {
		return false
	}
	return strings.Trim(label, "-") == label && consists(label, &hostBytes)
}

func isPlainPath(path string) bool { return consists(path, &pathBytes) }

// consists reports whether every byte of s is of a class.
func consists(s string, class *ByteSet) bool {
	for i := range len(s) {
		if !class[s[i]] {
			return false
		}
	}
	return true
}

// A ByteSet is a class of bytes.
type ByteSet [256]bool

// Bytes returns the class of the bytes from the first to the second of each pair:
// "az09".
func Bytes(pairs string) (set ByteSet) {
	for i := 0; i < len(pairs); i += 2 {
		for c := int(pairs[i]); c <= int(pairs[i+1]); c++ {
			set[c] = true
		}
	}
	return set
}

var (
	lowerBytes = Bytes("az")
	hexBytes   = Bytes("09AFaf")
	hostBytes  = Bytes("az09--")
	pathBytes  = Bytes("azAZ09//--__..~~")
	// urlBytes are those that stand in an address as they are: what is printable
	// except "<>\^`{|}
	urlBytes = Bytes("!!#;==?[]]__az~~")
)

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
	t, err := parseURL(redirected(u))
	if err != nil {
		return ""
	}
	s, _ := canonical(t)
	return s
}

// starts and ends are what the elements of a class do to the text around them;
// nil for nothing.
var (
	starts = [lineBreak + 1]func(*htmlWalk){
		block:        (*htmlWalk).line,
		preformatted: func(w *htmlWalk) { w.pre++; w.line() },
		raw:          func(w *htmlWalk) { w.skip = true },
		lineBreak:    (*htmlWalk).breakLine,
		cell:         (*htmlWalk).cell,
		struck:       (*htmlWalk).openStrike,
	}
	ends = [lineBreak + 1]func(*htmlWalk){
		block:        (*htmlWalk).line,
		preformatted: func(w *htmlWalk) { w.pre = max(0, w.pre-1); w.line() },
		struck:       (*htmlWalk).endStrike,
	}
)

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
	s := scheme + "://" + host + ascii(cmp.Or(u.EscapedPath(), "/"))
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
		return ipHost(ip), nil
	}
	host, err := hosts.ToASCII(name)
	host = strings.TrimRight(strings.ToLower(host), ".")
	isHost := hasLength(host, maxHost) && !strings.ContainsAny(host, " %/:@[]<>\"\\?#")
	if err != nil || !isHost {
		return "", errors.New("not a host name")
	}
	return host, nil
}

// ipHost writes an address of figures as it stands in a URL.
func ipHost(ip netip.Addr) string {
	if ip.Is6() {
		return "[" + ip.WithZone("").String() + "]"
	}
	return ip.String()
}

// tracking are the parameters that say where a reader came from, beside utm_*.
var tracking = map[string]bool{"fbclid": true, "gclid": true}

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
	return tracking[name] || strings.HasPrefix(name, "utm_")
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
		case urlBytes[s[i]]:
			b.WriteByte(s[i])
		default:
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

// isEncoded reports whether s begins with a percent-encoding.
func isEncoded(s string) bool {
	return len(s) >= 3 && s[0] == '%' && consists(s[1:3], &hexBytes)
}

// redirectors are the hosts whose path /url leads on to another address.
var redirectors = map[string]bool{"google.com": true, "google.co.jp": true}

// redirected returns the address that a link through Google's redirect names.
func redirected(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if !redirectors[host] || u.Path != "/url" {
		return ""
	}
	q := u.Query()
	return cmp.Or(q.Get("q"), q.Get("url"))
}
