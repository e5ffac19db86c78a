package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// A Resolver looks up the texts that stand under a name in the DNS; net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// lookupTime bounds all questions to the DNS together.
const lookupTime = 10 * time.Second

// sender looks whether mailboxes can tell that mails of the sender's domain are real: by
// SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489). Large mailboxes refuse lists that
// lack one of them.
func (x *examination) sender(ctx context.Context) error {
	m := x.of.Config.Mail
	from, err := netmail.ParseAddress(m.From)
	if err != nil || m.Host == "" || x.of.Resolver == nil {
		return nil //nolint:nilerr // the config says so already
	}
	domain := domainOf(from.Address)
	if isReserved(domain) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	envelope := domain
	if m.Bounces != "" {
		envelope = domainOf(m.Bounces)
	}
	for _, look := range []func() (Finding, error){
		func() (Finding, error) { return x.spf(ctx, envelope) },
		func() (Finding, error) { return x.dkim(ctx, domain, m.DKIMSelector) },
		func() (Finding, error) { return x.dmarc(ctx, domain) },
	} {
		f, err := look()
		if err != nil {
			f = Finding{
				Impact: Note,
				What:   "the DNS could not be asked about " + domain,
				Cause:  err.Error(),
				Next:   "see that this machine resolves names, and run `koyomi doctor` again",
			}
		}
		if f.What == "" {
			continue
		}
		f.Impact, f.Subject = cmp.Or(f.Impact, Missed), "mail"
		x.add(f)
		if err != nil {
			return nil //nolint:nilerr // it is told; the next question would fail alike
		}
	}
	return nil
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// isReserved reports whether a domain is one that no DNS has (RFC 2606, RFC 6761).
func isReserved(domain string) bool {
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	return slices.Contains([]string{"example", "test", "invalid", "localhost", "local"}, last)
}

// records returns the texts under a name that begin with a version tag.
func (x *examination) records(ctx context.Context, name, version string) ([]string, error) {
	all, err := x.of.Resolver.LookupTXT(ctx, name)
	if missing := (*net.DNSError)(nil); errors.As(err, &missing) && missing.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s string) bool { return !hasVersion(s, version) }), nil
}

// hasVersion reports whether a record begins with a version tag and ends there or goes on
// with another tag.
func hasVersion(record, version string) bool {
	record = strings.TrimSpace(record)
	if len(record) < len(version) || !strings.EqualFold(record[:len(version)], version) {
		return false
	}
	rest := record[len(version):]
	return rest == "" || strings.ContainsAny(rest[:1], " ;")
}

// spf looks for the record that says who may send for the domain of the envelope.
func (x *examination) spf(ctx context.Context, domain string) (f Finding, err error) {
	all, err := x.records(ctx, domain, "v=spf1")
	switch {
	case err != nil:
	case len(all) == 0:
		f.What = "no SPF record says who may send mail for " + domain
		f.Next = fmt.Sprintf("publish a TXT record at %s that includes your mail server, as \"v=spf1 include:… -all\"", domain)
	case len(all) > 1:
		f.What = fmt.Sprintf("%s has %d SPF records, which counts as none (RFC 7208 section 4.5)", domain, len(all))
		f.Next = "leave one of them"
	case allows(all[0]):
		f.What = "the SPF record of " + domain + " lets everybody send mail for it"
		f.Cause = all[0]
		f.Next = "end it with -all or ~all"
	}
	return f, err
}

// allows reports whether an SPF record passes whoever sends.
func allows(record string) bool {
	words := strings.Fields(strings.ToLower(record))
	return slices.Contains(words, "all") || slices.Contains(words, "+all")
}

// dkim looks for the key that the mail server signs with.
func (x *examination) dkim(ctx context.Context, domain, selector string) (f Finding, err error) {
	if selector == "" {
		f.What = "whether mails are signed (DKIM) is not known: mail.dkim_selector names no key"
		f.Next = "set mail.dkim_selector to the selector that your mail server signs with (s= in the DKIM-Signature of a mail that arrived)"
		f.Impact = Note
		return f, nil
	}
	name := selector + "._domainkey." + domain
	all, err := x.of.Resolver.LookupTXT(ctx, name)
	if missing := (*net.DNSError)(nil); errors.As(err, &missing) && missing.IsNotFound {
		err = nil
	}
	if err != nil || slices.ContainsFunc(all, hasKey) {
		return f, err
	}
	f.What = "there is no DKIM key at " + name
	f.Next = "publish the key that your mail server shows for this selector, or correct mail.dkim_selector"
	return f, nil
}

// hasKey reports whether a DKIM record holds a key: an empty one is revoked (RFC 6376
// section 3.6.1).
func hasKey(record string) bool { return tag(record, "p") != "" }

// dmarc looks for what mailboxes are asked to do with mails that are not real: at the
// domain, else at the one that was registered (RFC 7489 section 6.6.3).
func (x *examination) dmarc(ctx context.Context, domain string) (f Finding, err error) {
	names := []string{domain}
	if top, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil && top != domain {
		names = append(names, top)
	}
	for _, name := range names {
		all, err := x.records(ctx, "_dmarc."+name, "v=DMARC1")
		switch {
		case err != nil:
			return f, err
		case len(all) > 1:
			f.What = fmt.Sprintf("_dmarc.%s has %d DMARC records, which counts as none", name, len(all))
			f.Next = "leave one of them"
			return f, nil
		case len(all) == 1 && tag(all[0], "p") != "":
			return f, nil
		case len(all) == 1:
			f.What, f.Cause = "the DMARC record of "+name+" states no policy", all[0]
			f.Next = "add p=none, p=quarantine or p=reject"
			return f, nil
		}
	}
	f.What = "no DMARC record says what becomes of forged mails of " + domain
	f.Next = fmt.Sprintf("publish a TXT record at _dmarc.%s, as \"v=DMARC1; p=none\"", domain)
	return f, nil
}

// tag returns the value of a tag of a record, "" where it has none.
func tag(record, name string) string {
	for part := range strings.SplitSeq(record, ";") {
		key, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
