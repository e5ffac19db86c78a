package doctor

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"koyomi/internal/config"
)

// zone is a DNS: the texts under each name.
type zone map[string][]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	texts, ok := z[name]
	switch {
	case !ok:
		return nil, &net.DNSError{Name: name, Err: "no such host", IsNotFound: true}
	case len(texts) == 1 && texts[0] == "broken":
		return nil, errors.New("server misbehaving")
	}
	return texts, nil
}

// TestSender: what mailboxes ask of a sender's domain is looked for, and what lacks is told
// with what to publish.
func TestSender(t *testing.T) {
	good := zone{
		"koyomi.jp":                    {"google-site-verification=x", "v=spf1 include:smtp.host.jp -all"},
		"k1._domainkey.koyomi.jp":      {"v=DKIM1; k=rsa; p=MIIB"},
		"_dmarc.koyomi.jp":             {"v=DMARC1; p=none; rua=mailto:a@koyomi.jp"},
		"list.koyomi.jp":               {"v=spf1 a:smtp.host.jp ~all"},
		"k1._domainkey.list.koyomi.jp": {"p=MIIB"},
	}
	with := func(name string, texts ...string) zone {
		z := zone{}
		for at, all := range good {
			z[at] = all
		}
		if z[name] = texts; texts == nil {
			delete(z, name)
		}
		return z
	}
	mail := config.Mail{Host: "smtp.host.jp", From: "koyomi <a@koyomi.jp>", DKIMSelector: "k1"}
	below, bounces, unsigned, none, reserved := mail, mail, mail, mail, mail
	below.From = "a@list.koyomi.jp"
	bounces.Bounces = "b+@elsewhere.jp"
	unsigned.DKIMSelector = ""
	none.Host = ""
	reserved.From = "a@koyomi.example"
	for name, c := range map[string]struct {
		dns  zone
		mail config.Mail
		want []string
	}{
		"all there":                      {good, mail, nil},
		"DMARC of the registered domain": {good, below, nil},
		"no mail server":                 {zone{}, none, nil},
		"a domain that no DNS has":       {zone{}, reserved, nil},
		"nothing there":                  {zone{}, mail, []string{"no SPF record", "no DKIM key at k1._domainkey.koyomi.jp", "no DMARC record"}},
		"two SPF records":                {with("koyomi.jp", "v=spf1 -all", "v=spf1 a -all"), mail, []string{"2 SPF records"}},
		"SPF of a later version":         {with("koyomi.jp", "v=spf10 -all"), mail, []string{"no SPF record"}},
		"SPF for everybody":              {with("koyomi.jp", "v=spf1 +all"), mail, []string{"lets everybody send"}},
		"SPF of the envelope's domain":   {good, bounces, []string{"may send mail for elsewhere.jp"}},
		"a revoked key":                  {with("k1._domainkey.koyomi.jp", "v=DKIM1; p="), mail, []string{"no DKIM key"}},
		"no selector":                    {good, unsigned, []string{"is not known"}},
		"DMARC without a policy":         {with("_dmarc.koyomi.jp", "v=DMARC1; rua=mailto:a@koyomi.jp"), mail, []string{"states no policy"}},
		"two DMARC records":              {with("_dmarc.koyomi.jp", "v=DMARC1; p=none", "v=DMARC1; p=reject"), mail, []string{"2 DMARC records"}},
		"a DNS that does not answer":     {with("koyomi.jp", "broken"), mail, []string{"could not be asked"}},
	} {
		x := &examination{of: &Doctor{Config: config.Config{Mail: c.mail}, Resolver: c.dns}}
		if err := x.sender(t.Context()); err != nil {
			t.Fatal(name, err)
		}
		if len(x.found) != len(c.want) {
			t.Errorf("%s: %+v, want %q", name, x.found, c.want)
			continue
		}
		for i, f := range x.found {
			if !strings.Contains(f.What, c.want[i]) || f.Next == "" || f.Impact == "" {
				t.Errorf("%s: %+v, want %q", name, f, c.want[i])
			}
		}
	}
}

// TestMailbox: what comes back is looked for, and a mailbox that cannot be read is told.
func TestMailbox(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "imap://bounce@127.0.0.1:1": "cannot be read", "imaps://bounce@127.0.0.1:1/Returns": "cannot be read",
	} {
		x := &examination{of: &Doctor{Config: config.Config{Mail: config.Mail{Mailbox: address}}}}
		if err := x.mailbox(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range x.found {
			got += f.What + f.Cause + f.Next
		}
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: %q", address, got)
		}
	}
}
