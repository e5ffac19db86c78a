package subscriber

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"koyomi/internal/text"
)

// An Address is a mail address as it is written to: the part before @ as it was
// given, the domain in small ASCII letters.
type Address string

// The bounds of an address, in octets (RFC 5321 section 4.5.3.1).
const (
	maxAddress = 254
	maxLocal   = 64
)

// signs are what the part before @ may hold besides letters, digits and dots: the
// atext of RFC 5322 section 3.2.3, without % and !, by which old relays route on.
const signs = "#$&'*+-/=?^_`{|}~"

const (
	smallASCII = "abcdefghijklmnopqrstuvwxyz0123456789"
	localSigns = smallASCII + "ABCDEFGHIJKLMNOPQRSTUVWXYZ." + signs
)

// robots are mailboxes that answer, forward or bounce by themselves (RFC 2142,
// RFC 5321): a mail to them may come back for ever.
var robots = []string{
	"mailer-daemon", "postmaster", "majordomo", "listserv", "mdaemon", "noreply", "no-reply", "bounce", "bounces",
}

// nowhere are the top-level names at which nobody can be written to (RFC 6761, RFC
// 6762, RFC 7686, RFC 3172).
var nowhere = []string{"localhost", "local", "invalid", "test", "onion", "arpa"}

// A Fault is what an address is turned down for.
type Fault int

// The faults.
const (
	// Incomplete has no name, no @ or no domain, TooLong too many octets.
	Incomplete Fault = iota
	TooLong
	// LocalTooLong, LocalForeign and LocalSign are about the part before the @: its
	// length, a letter outside ASCII, and a sign that is not taken.
	LocalTooLong
	LocalForeign
	LocalSign
	// DomainHidden holds what cannot be seen, DomainNone is no domain, DomainNowhere
	// is one that no mail can be sent to.
	DomainHidden
	DomainNone
	DomainNowhere
	// Robot is a mailbox that answers by itself, Own one of koyomi's own.
	Robot
	Own
)

// An AddressError is an address that is not taken.
type AddressError struct {
	Fault Fault
	// Part is what of it is meant, short and printable; "" for all of it.
	Part    string
	message string
}

func (e *AddressError) Error() string { return e.message }

func refuse(f Fault, part, format string, args ...any) error {
	return &AddressError{f, text.Line(part, 80), fmt.Sprintf(format, args...)}
}

// ParseAddress reads an address from outside. It takes what people have, dots side
// by side or before the @ too (docomo.ne.jp and ezweb.ne.jp gave such out for years),
// and nothing that could be read as more than one address. own are addresses and
// domains (as "@lists.example.jp") that mail must not be sent to, because it would
// come back. Its errors are AddressErrors.
func ParseAddress(s string, own ...string) (Address, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxAddress {
		return "", refuse(
			TooLong,
			"",
			"an address has at most %d octets, this one has %d",
			maxAddress,
			len(s),
		)
	}
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return "", refuse(
			Incomplete,
			"",
			"an address has a name, an @ and a domain, as you@example.org",
		)
	}
	local, domain := s[:at], s[at+1:]
	if err := checkLocal(local); err != nil {
		return "", err
	}
	domain, err := asciiDomain(domain)
	if err != nil {
		return "", err
	}
	a := Address(local + "@" + domain)
	switch {
	case len(a) > maxAddress:
		return "", refuse(
			TooLong,
			"",
			"an address has at most %d octets, this one has %d",
			maxAddress,
			len(a),
		)
	case slices.Contains(robots, strings.ToLower(local)):
		return "", refuse(Robot, local, "%s is not a person's mailbox", local)
	}
	if slices.ContainsFunc(own, a.covered) {
		return "", refuse(Own, string(a), "%s is an address of koyomi's own", a)
	}
	return a, nil
}

// covered reports whether an entry of koyomi's own, an address or "@" and a domain,
// stands for a.
func (a Address) covered(entry string) bool {
	entry = strings.ToLower(entry)
	return entry == a.Key() || entry == "@"+a.Domain()
}

// checkLocal looks at the part before the @.
func checkLocal(local string) error {
	if len(local) > maxLocal {
		return refuse(
			LocalTooLong,
			"",
			"the part before the @ has at most %d octets, this one has %d",
			maxLocal,
			len(local),
		)
	}
	for _, r := range local {
		switch {
		case r > unicode.MaxASCII:
			return refuse(
				LocalForeign,
				string(r),
				"the part before the @ holds %q: only addresses in ASCII are taken, since many mail servers do not take others",
				r,
			)
		case !strings.ContainsRune(localSigns, r):
			return refuse(
				LocalSign,
				string(r),
				"the part before the @ holds %q, which is not taken",
				r,
			)
		}
	}
	return nil
}

// asciiDomain returns a domain in small ASCII letters, those of other scripts encoded
// (RFC 5891).
func asciiDomain(domain string) (string, error) {
	if i := strings.IndexFunc(domain, isHidden); i >= 0 {
		r, _ := utf8.DecodeRuneInString(domain[i:])
		return "", refuse(
			DomainHidden,
			fmt.Sprintf("%U", r),
			"the domain holds %U, which cannot be seen",
			r,
		)
	}
	ascii := stableASCII(domain)
	labels := strings.Split(ascii, ".")
	if slices.ContainsFunc(labels, isNoLabel) {
		return "", refuse(DomainNone, domain, "the domain %q is none", domain)
	}
	last := labels[len(labels)-1]
	switch {
	case len(labels) < 2, len(last) < 2, strings.Trim(last, "0123456789") == "":
		return "", refuse(
			DomainNowhere,
			domain,
			"the domain %q is none that mail can be sent to (use example.org)",
			domain,
		)
	case slices.Contains(nowhere, last):
		return "", refuse(
			DomainNowhere,
			domain,
			"no mail can be sent to names that end in .%s",
			last,
		)
	}
	return ascii, nil
}

func isHidden(
	r rune,
) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.White_Space)
}

// stableASCII returns the ASCII form of a domain; "" where there is none, or another
// one each time that it is made.
func stableASCII(domain string) string {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return ""
	}
	again, err := idna.Lookup.ToASCII(ascii)
	if err != nil || again != ascii {
		return ""
	}
	return ascii
}

// maxLabel is how long a part of a domain may be, in octets (RFC 1035 section 2.3.4).
const maxLabel = 63

// isNoLabel reports whether s is not a part of a domain: letters, digits and hyphens,
// none of these at either end.
func isNoLabel(s string) bool {
	isWhole := s != "" && len(s) <= maxLabel
	isPlain := strings.Trim(s, smallASCII+"-") == "" && strings.Trim(s, "-") == s
	return !isWhole || !isPlain
}

// Key returns what is equal for equal addresses: no mail server of today tells capital
// from small letters before the @.
func (a Address) Key() string { return strings.ToLower(string(a)) }

// Canonical returns what limits count an address by: without the tag after a + and
// without dots before the @, which many servers do not tell apart, and with one name for
// a server of two. It is never written to.
func (a Address) Canonical() string {
	local, domain, _ := strings.Cut(a.Key(), "@")
	name, _, _ := strings.Cut(local, "+")
	name = cmp.Or(name, local)
	return cmp.Or(
		strings.ReplaceAll(name, ".", ""),
		name,
	) + "@" + cmp.Or(
		sameServers[domain],
		domain,
	)
}

// sameServers are other names of servers, and the one they are counted by.
var sameServers = map[string]string{"googlemail.com": "gmail.com"}

// Wire returns a as it stands in a header and in RCPT: the part before the @ is quoted
// where it is no dot-atom (RFC 5321 section 4.1.2), so that every server takes it.
func (a Address) Wire() string {
	at := max(strings.LastIndexByte(string(a), '@'), 0)
	local, domain := string(a)[:at], string(a)[at:]
	if isDotAtom(local) {
		return string(a)
	}
	return `"` + local + `"` + domain
}

// isDotAtom reports whether each of the parts between dots holds something.
func isDotAtom(local string) bool { return !slices.Contains(strings.Split(local, "."), "") }

// Domain returns what follows the @.
func (a Address) Domain() string { return string(a)[strings.LastIndexByte(string(a), '@')+1:] }
