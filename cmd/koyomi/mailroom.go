package main

import (
	"net/mail"
	"strings"
	"time"

	"koyomi/internal/config"
	"koyomi/internal/delivery"
	smtp "koyomi/internal/mail"
	"koyomi/internal/subscriber"
)

// newOffice joins the rooms that see the daily mail off, nil where the config names no
// mail server.
func (a *app) newSender(db delivery.Store, now func() time.Time) *delivery.Sender {
	m := a.config.Mail
	from, err := mail.ParseAddress(m.From)
	if m.Host == "" || err != nil {
		return nil
	}
	bounces := m.Bounces
	if bounces == "" {
		bounces = from.Address
	}
	return &delivery.Sender{
		Settings: delivery.Settings{
			Site: a.site(), From: *from, Bounces: bounces, Operator: subscriber.Address(m.Operator),
			CatchUp: time.Duration(m.CatchUp), MaxAge: time.Duration(m.MaxAge), Resend: m.Unknown == "resend",
		},
		Store: db, Publication: a.paper(), Now: now, Log: a.log,
		Open: func() delivery.Transport { return smtp.Open(mailServer(m, a.config.MailPassword(), from.Address)) },
	}
}

// mailServer gives the way to the mail server, which is greeted with the domain of the
// sender.
func mailServer(m config.Mail, password config.Secret, from string) smtp.Server {
	return smtp.Server{
		Host: m.Host, Port: m.Port, TLS: m.TLS, User: m.User, Password: password.Reveal(), Rate: m.Rate,
		Hello: from[strings.LastIndexByte(from, '@')+1:],
	}
}
