package mail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// A Mailbox is where mail comes back to that could not be delivered, read by IMAP
// (RFC 9051, RFC 3501).
type Mailbox struct {
	// Host and Port are those of the server. Private is set for TLS from the beginning
	// (port 993), Clear for none at all, as with a server on this machine, where nobody
	// listens in; otherwise STARTTLS is required.
	Host, Port     string
	Private, Clear bool
	User           string
	Password       string
	// Folder is INBOX or one beside it.
	Folder string
	// Roots are trusted in place of the system's where it is not nil.
	Roots *x509.CertPool
}

// NewMailbox returns the mailbox of an address, imaps://user@host/folder, or imap:// for
// STARTTLS; the port is the usual one and the folder INBOX unless it names others.
func NewMailbox(u *url.URL, password string) Mailbox {
	return Mailbox{
		Host:     u.Hostname(),
		Port:     cmp.Or(u.Port(), map[string]string{"imaps": "993", "imap": "143"}[u.Scheme]),
		Private:  u.Scheme == "imaps",
		Clear:    u.Scheme == "imap" && isHere(u.Hostname()),
		User:     u.User.Username(),
		Password: password,
		Folder:   cmp.Or(strings.Trim(u.Path, "/"), "INBOX"),
	}
}

// The bounds of one reading of a mailbox.
const (
	mailboxTime = 2 * time.Minute
	mostRead    = 500
)

// Check tells why the mailbox cannot be read, nil where it can. It changes nothing.
func (m Mailbox) Check(ctx context.Context) error {
	return m.with(ctx, func(c *imapclient.Client) error {
		_, err := c.Select(m.Folder, &imap.SelectOptions{ReadOnly: true}).Wait()
		return err
	})
}

// Read hands each message that nobody has read to take. One that take has done with is
// deleted, another is marked as read and stays for a person. An error of take ends it and
// leaves the message as it was.
func (m Mailbox) Read(ctx context.Context, take func(io.Reader) (done bool, err error)) error {
	return m.with(ctx, func(c *imapclient.Client) error { return m.each(c, take) })
}

// with does something with the mailbox while it is open.
func (m Mailbox) with(ctx context.Context, do func(*imapclient.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, mailboxTime)
	defer cancel()
	c, err := m.open(ctx)
	if err != nil {
		return fmt.Errorf("open the mailbox of %s at %s: %w", m.User, m.Host, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	defer c.Close()
	if err := do(c); err != nil {
		return fmt.Errorf("read the mailbox of %s at %s: %w", m.User, m.Host, err)
	}
	_ = c.Logout().Wait() // what was to be done is done
	return nil
}

// open connects, keeps the connection private and logs in.
func (m Mailbox) open(ctx context.Context) (*imapclient.Client, error) {
	dialer := net.Dialer{Timeout: mailboxTime}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(m.Host, m.Port))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}
	options := &imapclient.Options{TLSConfig: &tls.Config{
		ServerName: m.Host,
		RootCAs:    m.Roots,
		MinVersion: tls.VersionTLS12,
	}}
	var c *imapclient.Client
	switch {
	case m.Private:
		c = imapclient.New(tls.Client(conn, options.TLSConfig), options)
	case m.Clear:
		c = imapclient.New(conn, options)
	default:
		if c, err = imapclient.NewStartTLS(conn, options); err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	if err := c.Login(m.User, m.Password).Wait(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// isHere reports whether a host is this machine.
func isHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// each hands over the messages that nobody has read, oldest first.
func (m Mailbox) each(c *imapclient.Client, take func(io.Reader) (bool, error)) error {
	if _, err := c.Select(m.Folder, nil).Wait(); err != nil {
		return err
	}
	unread := &imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen, imap.FlagDeleted}}
	found, err := c.UIDSearch(unread, nil).Wait()
	if err != nil {
		return err
	}
	all := found.AllUIDs()
	for _, uid := range all[:min(len(all), mostRead)] {
		if err := m.one(c, uid, take); err != nil {
			return err
		}
	}
	return c.Expunge().Close()
}

// one hands over one message and marks it with what became of it.
func (m Mailbox) one(c *imapclient.Client, uid imap.UID, take func(io.Reader) (bool, error)) error {
	body := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxReport}}
	messages, err := c.Fetch(
		imap.UIDSetNum(uid),
		&imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{body}},
	).Collect()
	if err != nil {
		return err
	}
	var raw []byte
	for _, message := range messages {
		for _, section := range message.BodySection {
			raw = section.Bytes
		}
	}
	if raw == nil {
		return nil // somebody else was faster
	}
	done, err := take(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	flag := imap.FlagSeen
	if done {
		flag = imap.FlagDeleted
	}
	return c.Store(imap.UIDSetNum(uid), &imap.StoreFlags{
		Op:     imap.StoreFlagsAdd,
		Silent: true,
		Flags:  []imap.Flag{flag},
	}, nil).Close()
}

// A Reading is a mailbox that can be read.
type Reading interface {
	Read(ctx context.Context, take func(io.Reader) (done bool, err error)) error
}

// MailboxAt returns the mailbox at an address, nil where there is none or it is wrong.
func MailboxAt(address func() (*url.URL, error), password string) Reading {
	u, err := address()
	if err != nil || u == nil {
		return nil
	}
	return NewMailbox(u, password)
}
