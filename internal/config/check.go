package config

import (
	"fmt"
	"maps"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// choices are the words that a setting may hold, by type and key.
var choices = map[string][]string{
	"Calendar.cancelled": {
		string(publish.Keep),
		string(publish.Mark),
		string(publish.Hide),
	},
	"Calendar.parts": {"auto", string(publish.PartsJoined), string(publish.PartsEach)},
	"Monitoring.log": {LogText, LogJSON},
	"Mail.tls":       {TLSStart, TLSImplicit, TLSNone},
	"Mail.unknown":   {"resend", "skip"},
}

// check holds every value against what it may be.
func (p *parser) check() {
	c := &p.config
	p.wrongIf(
		c.Contact != "" && !isContact(c.Contact),
		"contact",
		"expected an e-mail address or the address of a page, found %q (use you@example.org)",
		c.Contact,
	)
	p.publicURL()
	if host, _, ok := hostPort(c.Listen); !ok || strings.ContainsAny(host, "/ ") {
		p.wrong(
			"listen",
			"expected an address and port, found %q (use 127.0.0.1:8080, or :8080 for all addresses)",
			c.Listen,
		)
	}
	p.wrongIf(
		strings.TrimSpace(strings.TrimPrefix(c.Database, "sqlite:")) == "",
		"database",
		"expected the path of the database, found nothing (use koyomi.db)",
	)
	p.length("archive.keep", c.Archive.Keep, days(1), days(3660))
	p.enabled()
	p.gaps()
	p.allow()
	p.calendar()
	p.calendars()
	p.mail()
	p.monitoring()
	p.proxies()
}

func (p *parser) enabled() {
	for _, id := range slices.Sorted(maps.Keys(p.config.Enable)) {
		p.wrongIf(
			strings.TrimSpace(p.config.Enable[id]) == "",
			"enable."+id,
			"expected a word on why it is right to turn it on, found nothing (use \"read its terms on 2026-11-01\")",
		)
	}
}

func (p *parser) proxies() {
	for i, t := range p.config.TrustedProxies {
		if _, ok := network(t); !ok {
			p.wrong(
				fmt.Sprintf("trusted_proxies[%d]", i),
				"expected an IP address or network, found %q (use 127.0.0.1 or 10.0.0.0/8)",
				t,
			)
		}
	}
}

// isContact reports whether s is a bare e-mail address or the address of a page.
func isContact(s string) bool {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return source.CheckURL(s) == ""
	}
	return isAddress(strings.TrimPrefix(s, "mailto:"))
}

// isAddress reports whether s is an e-mail address with nothing around it.
func isAddress(s string) bool {
	if len(s) > 254 ||
		strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || isControl(r) }) {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

// isControl reports the control characters of ASCII.
func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

func (p *parser) publicURL() {
	s := p.config.PublicURL
	if s == "" {
		return
	}
	if wrong := source.CheckURL(s); wrong != "" {
		p.wrong("public_url", "%s", wrong)
		return
	}
	u, err := url.Parse(s)
	if err != nil {
		return // CheckURL parses it
	}
	if tail := u.RawQuery + u.Fragment; tail != "" {
		p.wrong(
			"public_url",
			"expected an address without a query, found %q (use %q)",
			s,
			u.Scheme+"://"+u.Host+u.Path,
		)
	}
}

// hostPort takes an address and its port apart; an IPv6 address stands in brackets.
func hostPort(s string) (host string, port int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return "", 0, false
	}
	host, number := s[:i], s[i+1:]
	inner, bracketed := strings.CutPrefix(host, "[")
	if bracketed {
		host, bracketed = strings.CutSuffix(inner, "]")
	}
	if strings.Contains(host, ":") != bracketed {
		return "", 0, false
	}
	n, err := strconv.ParseUint(number, 10, 16)
	return host, int(n), err == nil
}

// length checks a length of time.
func (p *parser) length(at string, d, least, most source.Duration) {
	if d < least || d > most {
		found := p.doc.Text(at)
		if found == "" {
			found = d.String()
		}
		p.wrong(at, "expected %s to %s, found %q", least, most, found)
	}
}

func (p *parser) number(at string, n, least, most int) {
	p.wrongIf(
		n < least || n > most,
		at,
		"expected a number from %d to %d, found %d",
		least,
		most,
		n,
	)
}

func (p *parser) gaps() {
	for _, host := range slices.Sorted(maps.Keys(p.config.MinGaps)) {
		at := "min_gap." + host
		least := source.Duration(time.Second)
		key, own := gapKey(host)
		switch {
		case key == "":
			p.wrong(
				at,
				"expected a registrable domain, or an IP address with its port, found %q (use connpass.com)",
				host,
			)
			continue
		case key != host:
			p.wrong(at, "hosts of one domain share a gap, found %q (use %s)", host, key)
			continue
		case own:
			least = 0
		}
		p.length(at, p.config.MinGaps[host], least, source.Duration(time.Hour))
	}
}

// gapKey returns what requests to a host are counted under, and whether it is this
// machine; "" for what is no host.
func gapKey(host string) (key string, own bool) {
	if ap, err := netip.ParseAddrPort(host); err == nil {
		return ap.String(), ap.Addr().Unmap().IsLoopback()
	}
	if host == "localhost" {
		return host, true
	}
	if _, err := netip.ParseAddr(host); err == nil || !hostName.MatchString(host) {
		return "", false
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(host))
	if err != nil {
		return strings.ToLower(host), false
	}
	return domain, false
}

var hostName = text.NewPattern(`^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$`)

func (p *parser) allow() {
	for i, a := range p.config.Allow {
		if host, port, _ := hostPort(a); port == 0 || !isHost(host) {
			p.wrong(
				fmt.Sprintf("allow[%d]", i),
				"expected host:port, found %q (use 127.0.0.1:8080)",
				a,
			)
		}
	}
}

// isHost reports whether host is an IP address or a name.
func isHost(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || hostName.MatchString(host)
}

func (p *parser) calendar() {
	c := p.config.CalendarSettings
	p.wrongIf(
		strings.TrimSpace(c.Name) == "",
		"calendar.name",
		"expected the name that clients show, found nothing",
	)
	p.length("calendar.past", c.Past, days(1), days(3660))
	p.length("calendar.ahead", c.Ahead, days(1), days(3660))
	for at, d := range map[string]source.Duration{"calendar.past": c.Past, "calendar.ahead": c.Ahead} {
		inRange := d > days(1) && d < days(3660)
		p.wrongIf(
			inRange && d%days(1) != 0,
			at,
			"expected whole days, found %s (use 180d)",
			d,
		)
	}
	p.number("calendar.max_size", c.MaxSize, 20_000, 100_000_000)
	p.length(
		"calendar.assumed_length",
		c.AssumedLength,
		source.Duration(15*time.Minute),
		days(1),
	)
	p.length("calendar.keep_cancelled", c.KeepCancelled, days(1), days(366))
	p.length("calendar.refresh", c.Refresh, source.Duration(15*time.Minute), days(7))
	p.policy("calendar.cancelled", c.Cancelled)
	p.oneOf(
		"calendar.parts",
		string(c.Parts),
		"way to show parts",
		choices["Calendar.parts"],
	)
}

func (p *parser) policy(at string, policy publish.Policy) {
	if policy != "" {
		p.oneOf(at, string(policy), "policy", choices["Calendar.cancelled"])
	}
}

var calendarName = text.NewPattern(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

func (p *parser) calendars() {
	for _, name := range p.config.CalendarNames() {
		at, n := "calendars."+name, p.config.Calendars[name]
		p.wrongIf(
			!calendarName.MatchString(name) || len(name) > 60,
			at,
			"expected a name of lower-case letters, digits and single -, found %q; it is part of the address /c/NAME.ics",
			name,
		)
		if _, err := query.Parse(n.Query, query.Env{Now: time.Unix(0, 0)}); err != nil {
			p.wrong(at+".query", "%s", err)
		}
		p.policy(at+".cancelled", n.Cancelled)
	}
}

// clock is a time of day.
var clock = text.NewPattern(`^(?:[01]\d|2[0-3]):[0-5]\d$`)

func (p *parser) mail() {
	m := p.config.Mail
	p.oneOf("mail.tls", m.TLS, "way to keep the connection private", choices["Mail.tls"])
	p.number("mail.port", m.Port, 1, 65535)
	p.number("mail.rate", m.Rate, 1, 10_000)
	p.length("mail.catch_up", m.CatchUp, source.Duration(10*time.Minute), days(2))
	p.length("mail.max_age", m.MaxAge, source.Duration(time.Hour), days(5))
	p.wrongIf(
		!clock.MatchString(m.Hour),
		"mail.hour",
		"expected a time of day, found %q (use \"07:00\")",
		m.Hour,
	)
	if _, err := source.LoadZone(m.Zone); err != nil {
		p.wrong("mail.zone", "%s", err)
	}
	p.oneOf(
		"mail.unknown",
		m.Unknown,
		"way with an unknown outcome",
		choices["Mail.unknown"],
	)
	for at, a := range map[string]string{"mail.bounces": m.Bounces, "mail.operator": m.Operator} {
		p.wrongIf(
			a != "" && !isAddress(a),
			at,
			"expected an e-mail address, found %q (use you@example.org)",
			a,
		)
	}
	if m.From != "" {
		p.sender(m.From)
	}
	if m.Host != "" {
		p.mailHost(m)
	}
}

const maxSender = 400

func (p *parser) sender(from string) {
	_, err := mail.ParseAddress(from)
	p.wrongIf(
		err != nil || len(from) > maxSender || strings.ContainsAny(from, "\r\n"),
		"mail.from",
		"expected a sender, found %q (use \"koyomi <koyomi@example.org>\")",
		from,
	)
}

// isThisMachine reports whether a host is a loopback address or localhost.
func isThisMachine(host string) bool {
	addr, _ := netip.ParseAddr(host)
	return host == "localhost" || addr.IsLoopback()
}

// mailHost checks what matters once there is a server.
func (p *parser) mailHost(m Mail) {
	host := strings.Trim(m.Host, "[]")
	switch {
	case !isHost(host):
		p.wrong(
			"mail.host",
			"expected the name of a mail server, found %q (use smtp.example.org, with its port under port)",
			m.Host,
		)
	case m.TLS == TLSNone && !isThisMachine(host):
		p.wrong(
			"mail.tls",
			"expected starttls or implicit for a server that is not on this machine, found none",
		)
	}
	p.wrongIf(
		m.From == "",
		"mail.from",
		"expected the sender of the digests (use \"koyomi <koyomi@example.org>\")",
	)
	p.wrongIf(
		p.config.PublicURL == "",
		"mail.host",
		"expected public_url beside it: every mail holds the links to stop it and to its events",
	)
}
