package main

import (
	"net/mail"
	"strings"

	"koyomi/internal/delivery"
	"koyomi/internal/subscriber"
	"koyomi/internal/web"
)

// newMailing gives the pages around the daily mail their rooms. Readers can ask for it
// where there is a server that sends it, and not in a replay, which sends nothing;
// links in mails that were sent work all the same.
func (a *app) newMailing(w *works) *web.Mailing {
	m := a.config.Mail
	minute, err := subscriber.ParseHour(m.Hour)
	if err != nil {
		minute = 7 * 60 // the config was checked: it is a time of day
	}
	return &web.Mailing{
		Signup: &delivery.Signup{Outbox: w.store, Site: a.publicURL(), Domain: a.mailDomain(), Posted: w.nudge},
		Offer:  m.Host != "" && w.options.fetcher == nil,
		Gate:   &w.gate, Own: a.own(), Minute: minute, Zone: m.Zone, Proxies: a.config.Proxies(),
	}
}

// mailDomain is what the Message-IDs of messages end with: the sender's domain.
func (a *app) mailDomain() string {
	from, err := mail.ParseAddress(a.config.Mail.From)
	if err != nil {
		return "koyomi.invalid"
	}
	return strings.ToLower(from.Address[strings.LastIndexByte(from.Address, '@')+1:])
}
