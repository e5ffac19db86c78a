package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"

	"koyomi/internal/commandline"
	"koyomi/internal/delivery"

	"github.com/spf13/cobra"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newSubscriberCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "subscriber",
		Short:   "manage the readers of the daily mail",
		Long:    "List, add and remove the readers of the daily mail.",
		Example: "  koyomi subscriber list\n  koyomi subscriber add you@example.org area:東京",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSubscriberListCmd(a), newSubscriberAddCmd(a), newSubscriberRemoveCmd(a), newSubscriberBouncedCmd(a))
	return cmd
}

func newSubscriberListCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "list the readers of the daily mail, and those who left",
		Example: "  koyomi subscriber list",
		Args:    commandline.Exactly(0, "subscriber list takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.subscriberList(cmd.Context(), format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) subscriberList(ctx context.Context, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, a.printer().SubscriberTable)
	if err != nil {
		return err
	}
	if a.flags.server != "" {
		return usage.Errorf("addresses stand in a database: it takes --database, not --server")
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := db.Subscribers(ctx)
	if err != nil {
		return err
	}
	lines := make([]view.SubscriberLine, len(all))
	for i, s := range all {
		lines[i] = view.SubscriberLineOf(s)
	}
	if len(lines) == 0 && a.ui.OutTTY {
		a.ui.Sayf("nobody gets the daily mail; to add somebody: koyomi subscriber add you@example.org")
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, lines) })
}

func newSubscriberAddCmd(a *app) *cobra.Command {
	var hour, zone, lang, format string
	var operator bool
	cmd := &cobra.Command{
		Use:   "add ADDRESS [QUERY…]",
		Short: "send the daily mail to an address",
		Long: "Send the daily mail to ADDRESS from now on: changes to the events that match QUERY, or to\n" +
			"all events. The owner of the address must have asked for it. An address that is added\n" +
			"again is a new subscription: links in earlier mails do not end it.",
		Example: "  koyomi subscriber add you@example.org area:東京\n  koyomi subscriber add you@example.org --hour 18:30 --lang en",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage.Errorf("subscriber add takes an ADDRESS (use koyomi subscriber add you@example.org)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.wish(args[1:], hour, zone, lang, format)
			if err != nil {
				return err
			}
			return a.subscriberAdd(cmd.Context(), args[0], w, operator)
		},
	}
	f := cmd.Flags()
	f.StringVar(&hour, "hour", "", "`HH:MM` at which it is sent (default mail.hour of the config)")
	f.StringVar(&zone, "zone", "", "`ZONE` of the hour (default mail.zone of the config)")
	f.StringVar(&lang, "lang", "ja", "ja or en")
	f.StringVar(&format, "parts", "both", "both (text and HTML) or text")
	f.BoolVar(&operator, "operator", false, "report stale sources too")
	return cmd
}

// wish reads what a reader wishes for, from arguments and flags.
func (a *app) wish(args []string, hour, zone, lang, format string) (subscriber.Wish, error) {
	w, err := subscriber.ReadWish(strings.Join(args, " "), cmp.Or(hour, a.config.Mail.Hour), cmp.Or(zone, a.config.Mail.Zone), lang, format, a.now())
	if err != nil {
		return w, usage.Of(err)
	}
	return w, nil
}

// own returns the addresses that mail must not be sent to, because it would come back.
func (a *app) own() []string {
	all := []string{a.config.Mail.Bounces}
	if from, err := mail.ParseAddress(a.config.Mail.From); err == nil {
		all = append(all, from.Address)
	}
	return all
}

func (a *app) subscriberAdd(ctx context.Context, address string, w subscriber.Wish, operator bool) error {
	to, err := subscriber.ParseAddress(address, a.own()...)
	if err != nil {
		return usage.Errorf("%s: %w", usage.Quote(address), err)
	}
	db, err := a.openWriter(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := db.Subscribe(ctx, subscriber.Subscriber{
		Address:  to,
		Wish:     w,
		Operator: operator,
	}, a.now())
	switch {
	case errors.Is(err, store.ErrSuppressed):
		return fmt.Errorf("%s asked never to be written to again, and is not", to)
	case err != nil:
		return err
	}
	a.ui.Sayf("%s gets the daily mail at %s %s, from %s on", s.Address, subscriber.Hour(s.Minute), s.Zone, event.DateOf(a.now().In(event.Zone(s.Zone))))
	if a.config.Mail.Host == "" {
		a.ui.Sayf("the config names no mail server yet, so nothing is sent: mail.host, mail.from and public_url say where and as whom")
	}
	return nil
}

func newSubscriberRemoveCmd(a *app) *cobra.Command {
	var never bool
	cmd := &cobra.Command{
		Use:     "remove ADDRESS",
		Short:   "stop sending the daily mail to an address",
		Long:    "Stop sending the daily mail to ADDRESS, including queued messages. With --never the\naddress is never written to again, whoever asks.",
		Example: "  koyomi subscriber remove you@example.org",
		Args:    commandline.Exactly(1, "subscriber remove takes one ADDRESS (use koyomi subscriber remove you@example.org)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.subscriberRemove(cmd.Context(), args[0], never)
		},
	}
	cmd.Flags().BoolVar(&never, "never", false, "never write to the address again")
	return cmd
}

func (a *app) subscriberRemove(ctx context.Context, address string, never bool) error {
	to, err := subscriber.ParseAddress(address)
	if err != nil {
		return usage.Errorf("%s: %w", usage.Quote(address), err)
	}
	db, err := a.openWriter(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.Unsubscribe(ctx, to, a.now(), never)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("%s gets no daily mail; `koyomi subscriber list` lists who does", to)
	case err != nil:
		return err
	}
	a.ui.Sayf("%s gets no daily mail any more", to)
	return nil
}

func newSubscriberBouncedCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "bounced",
		Short: "process a bounce or complaint report",
		Long: "Read a message from standard input, as a mail server passes it to a pipe: a delivery\n" +
			"status notification (RFC 3464) or a complaint (RFC 5965). It counts if it was sent to the\n" +
			"envelope sender of a digest, which contains a token if mail.bounces ends in + before the\n" +
			"@. Anything else is ignored, with exit status 3.",
		Example: "  koyomi subscriber bounced",
		Args:    commandline.Exactly(0, "subscriber bounced takes no arguments: it reads the report from standard input"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.openWriter(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			said, err := delivery.CountReport(cmd.Context(), a.newSender(db, a.now), a.ui.In)
			a.ui.Sayf("%s", said)
			if errors.Is(err, delivery.ErrIgnored) {
				return errAttention
			}
			return err
		},
	}
}
