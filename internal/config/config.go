package config

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/strict"
)

// A Config is what the operator's file says, with the defaults filled in. Text may
// hold ${NAME}, a value of the environment.
type Config struct {
	// Contact is how the people who run the sites that are polled reach the
	// operator: an e-mail address, or the address of a page. It is part of the
	// name by which koyomi asks. Nothing is polled live without it.
	Contact string `yaml:"contact"`
	// PublicURL is the address under which readers reach this koyomi; it may
	// have a path. Every link in calendars and mails begins with it. "" is the address
	// that is listened on.
	PublicURL string `yaml:"public_url"`
	// Listen is the address and port to publish on.
	Listen string `yaml:"listen"`
	// Database is the path of the database; relative paths start in the working
	// directory.
	Database string `yaml:"database"`
	// Archive holds every answer that came from a site.
	Archive Archive `yaml:"archive"`
	// Sources is a directory of source files of the operator's own, which add to
	// the ones that come with koyomi or take the place of those with the same
	// name; "" for none.
	Sources string `yaml:"sources"`
	// Enable turns on sources that are off as they come, by their id, each with a
	// word on why that is right here (what was read and agreed to).
	Enable map[string]string `yaml:"enable"`
	// Disable turns off sources, or all those of a community, by id.
	Disable []string `yaml:"disable"`
	// Schedule says how often sources are polled that do not say so themselves: a
	// cron line of five fields in Asia/Tokyo, or "@every 6h". Once an hour is the
	// most.
	Schedule source.Schedule `yaml:"schedule"`
	// MinGaps are the gaps between two requests to a host where they are not
	// those of koyomi (2 s), by registrable domain ("connpass.com") or, for an IP
	// address, address and port. 0s is for this machine alone.
	MinGaps map[string]source.Duration `yaml:"min_gap"`
	// Allow lists what may be polled although it is private, or on a port other
	// than 80 and 443: host:port.
	Allow []string `yaml:"allow"`
	// SecretFiles are files that hold the secret NAME of a ${NAME} in a source's
	// headers, or in mail.password; without one it is the environment's NAME.
	SecretFiles map[string]string `yaml:"secret_files"`
	// CalendarSettings are the rules of every calendar that is published.
	CalendarSettings Calendar `yaml:"calendar"`
	// Calendars are named calendars, published as /c/NAME.ics.
	Calendars map[string]Named `yaml:"calendars"`
	// Mail is how the daily digest is sent; there is none without a host.
	Mail Mail `yaml:"mail"`
	// Publish are the places that the whole site is kept in as files.
	Publish []Publication `yaml:"publish"`
	// Monitoring is how the operator sees what koyomi does.
	Monitoring Monitoring `yaml:"monitoring"`
	// TrustedProxies are the addresses or networks of proxies whose word on who
	// asks (X-Forwarded-For) is believed.
	TrustedProxies []string `yaml:"trusted_proxies"`

	secrets  secrets
	password Secret
	mailbox  Secret
	// token reads the bearer token for the mail server; nil without one.
	token func() (Secret, error)
	doc   *strict.Document
}

// An Archive is where answers are kept, and for how long.
type Archive struct {
	// Directory is "" for one beside the database.
	Directory string `yaml:"directory"`
	// Keep is how long an answer is kept that nothing depends on any more.
	Keep source.Duration `yaml:"keep"`
}

// A Calendar is how calendars are made.
type Calendar struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	// Past and Ahead bound the window around today, in whole days.
	Past  source.Duration `yaml:"past"`
	Ahead source.Duration `yaml:"ahead"`
	// MaxSize is the size in bytes that a calendar stays within; Google drops
	// events from calendars of 1,000,000 and more.
	MaxSize int `yaml:"max_size"`
	// AssumedLength is that of an event whose end is not announced.
	AssumedLength source.Duration `yaml:"assumed_length"`
	// Cancelled is keep (STATUS:CANCELLED), mark (【中止】 before the title) or
	// hide; a reader may choose another with ?cancelled=.
	Cancelled publish.Policy `yaml:"cancelled"`
	// KeepCancelled is how long after its cancellation an event stays at least.
	KeepCancelled source.Duration `yaml:"keep_cancelled"`
	// Refresh is how often clients are asked to come.
	Refresh source.Duration `yaml:"refresh"`
	// Parts is how an event of several days is shown: auto, joined or each.
	Parts Parts `yaml:"parts"`
}

// Parts is publish.Parts with a word for the zero value.
type Parts string

// A Named is a calendar with a name of its own.
type Named struct {
	// Query is what is in it, in the language of `koyomi events`.
	Query       string `yaml:"query"`
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	// Cancelled is keep, mark or hide; "" is what calendar.cancelled says.
	Cancelled publish.Policy `yaml:"cancelled"`
}

// Mail is the way to a mail server, and the digest's own settings.
type Mail struct {
	// Host is the server's name; "" sends no mail.
	Host string `yaml:"host"`
	// Port is 587 for TLS starttls, 465 for implicit.
	Port int `yaml:"port"`
	// TLS is starttls (required), implicit, or none, which is for this machine alone.
	TLS string `yaml:"tls"`
	// User and Password are for the server; "" for one that asks for none. The
	// password is ${NAME} of the environment, or what PasswordFile holds.
	User         string `yaml:"user"`
	Password     string `yaml:"password"`
	PasswordFile string `yaml:"password_file"`
	// TokenFile holds a bearer token in place of a password: with it koyomi logs in by
	// XOAUTH2. It is read at each login.
	TokenFile string `yaml:"token_file"`
	// From is the sender: "koyomi <koyomi@example.jp>".
	From string `yaml:"from"`
	// Bounces is the address that mail which cannot be delivered goes back to; ""
	// is the sender's.
	Bounces string `yaml:"bounces"`
	// Mailbox is where what comes back to Bounces is read: imaps://user@host/folder;
	// MailboxPasswordFile holds its password.
	Mailbox             string `yaml:"mailbox"`
	MailboxPasswordFile string `yaml:"mailbox_password_file"`
	// DKIMSelector names the key that the server signs with, for doctor to look at.
	DKIMSelector string `yaml:"dkim_selector"`
	// Operator is mailed about sources that fail; "" is nobody.
	Operator string `yaml:"operator"`
	// Hour is when the digest goes out, HH:MM in Zone, unless a reader chose
	// another.
	Hour string `yaml:"hour"`
	Zone string `yaml:"zone"`
	// Rate is how many mails a minute the server takes.
	Rate int `yaml:"rate"`
	// CatchUp is how late a digest may still go out that was missed while koyomi
	// was down; MaxAge how long one that the server does not take is tried.
	CatchUp source.Duration `yaml:"catch_up"`
	MaxAge  source.Duration `yaml:"max_age"`
	// Unknown says what becomes of a mail whose receipt the server never
	// confirmed: resend (the copy has the same Message-ID) or skip.
	Unknown string `yaml:"unknown"`
}

// Default is what holds where there is no file.
func Default() Config {
	return Config{
		Listen:   "127.0.0.1:8080",
		Database: "koyomi.db",
		Archive:  Archive{Keep: days(400)},
		CalendarSettings: Calendar{
			Name:          "koyomi",
			Description:   "コミュニティの勉強会・イベント",
			Past:          days(publish.DefaultPast),
			Ahead:         days(publish.DefaultAhead),
			MaxSize:       publish.DefaultMaxBytes,
			AssumedLength: source.Duration(publish.DefaultAssumed),
			Cancelled:     publish.Keep,
			KeepCancelled: source.Duration(publish.DefaultKeep),
			Refresh:       source.Duration(publish.DefaultRefresh),
			Parts:         "auto",
		},
		Monitoring: Monitoring{
			HeartbeatEvery: source.Duration(5 * time.Minute),
			Log:            LogText,
		},
		Mail: Mail{
			Port:    587,
			TLS:     TLSStart,
			Hour:    "07:00",
			Zone:    "Asia/Tokyo",
			Rate:    60,
			CatchUp: source.Duration(6 * time.Hour),
			MaxAge:  source.Duration(20 * time.Hour),
			Unknown: "resend",
		},
	}
}

func days(
	n int,
) source.Duration {
	return source.Duration(time.Duration(n) * 24 * time.Hour)
}

// How the connection to a mail server is kept private.
const (
	TLSStart    = "starttls"
	TLSImplicit = "implicit"
	TLSNone     = "none"
)

// Calendar returns the rules of the combined calendar. Names and addresses are
// filled in by whoever publishes it.
func (c Config) Calendar() publish.Calendar {
	s := c.CalendarSettings
	out := publish.Calendar{
		Name:          s.Name,
		Description:   s.Description,
		Cancelled:     s.Cancelled,
		Parts:         publish.Parts(s.Parts),
		Assumed:       time.Duration(s.AssumedLength),
		Past:          wholeDays(s.Past),
		Ahead:         wholeDays(s.Ahead),
		KeepCancelled: time.Duration(s.KeepCancelled),
		MaxBytes:      s.MaxSize,
		Refresh:       time.Duration(s.Refresh),
	}
	if s.Parts == "auto" {
		out.Parts = publish.PartsAuto
	}
	return out
}

func wholeDays(d source.Duration) int { return int(time.Duration(d) / (24 * time.Hour)) }

// Polls reports whether a source is polled: one that is live as it comes or turned
// on here, and that is not turned off here. What is archived is never polled.
func (c Config) Polls(s *source.Source) bool {
	isDisabled := slices.Contains(c.Disable, s.ID) ||
		slices.Contains(c.Disable, s.Community)
	isEnabled := s.Archived == "" && c.Enable[s.ID] != ""
	return !isDisabled && (isEnabled || s.Live())
}

// Waits returns the name of the first secret that a source needs and that is not there,
// "" for none.
func (c Config) Waits(s *source.Source) string {
	for _, name := range s.Secrets() {
		if _, ok := c.Secret(name); !ok {
			return name
		}
	}
	return ""
}

// Wanted returns the keys that are not there and that sources wait for which are on.
func (c Config) Wanted(catalogue *source.Catalogue) []source.Want {
	return catalogue.Wanted(catalogue.Sources(), func(s *source.Source) string {
		if !c.Polls(s) {
			return ""
		}
		return c.Waits(s)
	})
}

// MinGap returns the gap between two requests to a host where the operator set one.
// The host is a registrable domain, or address and port.
func (c Config) MinGap(host string) (gap time.Duration, ok bool) {
	d, ok := c.MinGaps[host]
	return time.Duration(d), ok
}

// Proxies returns the networks of proxies whose word on who asks is believed.
func (c Config) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range c.TrustedProxies {
		if prefix, ok := network(p); ok {
			out = append(out, prefix)
		}
	}
	return out
}

// network reads an address or a network.
func network(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}

// CalendarNames returns the names of the named calendars, sorted.
func (c Config) CalendarNames() []string { return slices.Sorted(maps.Keys(c.Calendars)) }
