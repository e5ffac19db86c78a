package config

import (
	"errors"
	"net/url"
	"slices"
)

// MailboxURL returns the address of the mailbox, nil for none. It is imaps://user@host or
// imap://user@host, with a folder and a port where they are not the usual ones; the
// password stands elsewhere.
func (m Mail) MailboxURL() (*url.URL, error) {
	if m.Mailbox == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	u, err := url.Parse(m.Mailbox)
	if err != nil {
		return nil, errMailbox
	}
	_, hasPassword := u.User.Password()
	hasMore := u.RawQuery != "" || u.Fragment != ""
	switch {
	case !slices.Contains([]string{"imaps", "imap"}, u.Scheme),
		u.Hostname() == "",
		u.User.Username() == "",
		hasPassword,
		hasMore:
		return nil, errMailbox
	}
	return u, nil
}

var errMailbox = errors.New(
	"expected the address of a mailbox (use imaps://bounce@mail.example.org/INBOX; its password stands in mailbox_password_file)",
)

// MailboxPassword is that of the mailbox.
func (c Config) MailboxPassword() Secret { return c.mailbox }

// mailboxSecret checks where what comes back is read.
func (p *parser) mailboxSecret() {
	m := p.config.Mail
	u, err := m.MailboxURL()
	switch {
	case err != nil:
		p.wrong("mail.mailbox", "%s", err)
	case u == nil:
	case m.MailboxPasswordFile == "":
		p.wrong("mail.mailbox", "expected mailbox_password_file beside it, a file that holds its password")
	default:
		p.config.mailbox = p.readSecret("mail.mailbox_password_file", m.MailboxPasswordFile)
	}
}
