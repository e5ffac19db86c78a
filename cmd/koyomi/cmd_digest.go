package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/commandline"
	"koyomi/internal/view"

	"github.com/spf13/cobra"

	"koyomi/internal/delivery"
	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/setup"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
)

func newDigestCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "digest",
		Short:   "preview, send and inspect the daily mail",
		Long:    "The daily mail tells readers what is new, changed, cancelled, open for registration and\ncoming up. Preview it, send what is due, and see the state of each message.",
		Example: "  koyomi digest preview area:東京\n  koyomi digest send --dry-run\n  koyomi digest status",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDigestPreviewCmd(a), newDigestSendCmd(a), newDigestStatusCmd(a))
	return cmd
}

// A previewing is what `digest preview` is asked for.
type previewing struct {
	address, html, since string
	hour, zone, lang     string
	operator             bool
}

func newDigestPreviewCmd(a *app) *cobra.Command {
	var p previewing
	cmd := &cobra.Command{
		Use:   "preview [QUERY…]",
		Short: "show the current digest in the terminal",
		Long: "Show the digest that a reader would get now, for the events that match QUERY or for a\n" +
			"subscriber. Nothing is sent or stored.",
		Example: "  koyomi digest preview area:東京\n  koyomi digest preview --for you@example.org\n  koyomi digest preview --html digest.html",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.digestPreview(cmd.Context(), p, args) },
	}
	f := cmd.Flags()
	f.StringVar(&p.address, "for", "", "the digest of the subscriber with `ADDRESS`, since the last one delivered")
	f.StringVar(&p.html, "html", "", "write the HTML part to `FILE` too, which must not exist yet")
	f.StringVar(&p.since, "since", "1d", "how long ago the last digest was: `1d` to 30d, or first")
	f.StringVar(&p.hour, "hour", "", "`HH:MM` at which it is due (default mail.hour of the config)")
	f.StringVar(&p.zone, "zone", "", "`ZONE` of the reader (default mail.zone of the config)")
	f.StringVar(&p.lang, "lang", "ja", "ja or en")
	f.BoolVar(&p.operator, "operator", false, "report stale sources too")
	return cmd
}

func (a *app) digestPreview(ctx context.Context, p previewing, args []string) error {
	if a.flags.server != "" {
		return usage.Errorf("a digest is made from a database: it takes --database, not --server")
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := a.previewReader(ctx, db, p, args)
	if err != nil {
		return err
	}
	text, page, subject, err := a.digestOf(ctx, db, r, a.now())
	switch {
	case err != nil:
		return err
	case text == "":
		a.ui.Sayf("there is nothing to report: no mail is sent then")
		return nil
	}
	if p.html != "" {
		if err := setup.WriteNew(p.html, page, 0o644); err != nil {
			return err
		}
		a.ui.Sayf("%s holds the HTML part", usage.Quote(p.html))
	}
	return a.ui.Page(func(w io.Writer) error {
		_, err := io.WriteString(w, "Subject: "+subject+"\n\n"+text)
		return err
	})
}

// previewReader returns the reader whose digest is shown.
func (a *app) previewReader(ctx context.Context, db database, p previewing, args []string) (digest.Reader, error) {
	if p.address != "" {
		to, err := subscriber.ParseAddress(p.address)
		if err != nil {
			return digest.Reader{}, usage.Errorf("%s: %w", usage.Quote(p.address), err)
		}
		s, err := db.Subscriber(ctx, to)
		if errors.Is(err, store.ErrNotFound) {
			return digest.Reader{}, fmt.Errorf("%s gets no daily mail; `koyomi subscriber list` lists who does", to)
		}
		return delivery.ReaderOf(s, event.DateOf(a.now().In(event.Zone(s.Zone)))), err
	}
	w, err := a.wish(args, p.hour, p.zone, p.lang, string(subscriber.Both))
	if err != nil {
		return digest.Reader{}, err
	}
	r := delivery.ReaderOf(subscriber.Subscriber{Wish: w, Operator: p.operator}, event.DateOf(a.now().In(event.Zone(w.Zone))))
	if p.since == "first" {
		r.Cursor, err = db.LastChange(ctx)
		return r, err
	}
	number, inDays := strings.CutSuffix(p.since, "d")
	days, err := strconv.Atoi(number)
	known := inDays && err == nil && number == strconv.Itoa(days)
	if !known || days < 1 || days > 30 {
		return r, usage.Errorf("--since %s: expected 1d to 30d, or first", usage.Quote(p.since))
	}
	r.Since = r.Date.Add(-days)
	r.Cursor, err = delivery.LastBefore(ctx, db, a.now().Add(-time.Duration(days)*24*time.Hour))
	return r, err
}

// digestOf makes a reader's digest of a moment; the text is empty where there is nothing
// to write.
func (a *app) digestOf(ctx context.Context, db database, r digest.Reader, now time.Time) (text, page, subject string, err error) {
	e, _, err := delivery.Edition(ctx, db, a.publication(), now, r.Cursor)
	if err != nil {
		return "", "", "", err
	}
	d, body, err := e.Make(r)
	if err != nil || d.Empty() {
		return "", "", "", err
	}
	text, page = body.For(a.site()+"/unsubscribe/…", a.site()+"/me/…")
	return text, page, body.Subject, nil
}

// site returns the address that every link in a mail begins with.
func (a *app) site() string {
	if a.config.PublicURL != "" {
		return strings.TrimRight(a.config.PublicURL, "/")
	}
	return "http://" + a.config.Listen
}

// publication is whose digests they are.
func (a *app) publication() delivery.Publication {
	p := delivery.Publication{
		Calendar:    a.config.Calendar(),
		Communities: a.catalogue().Communities,
	}
	p.Calendar.URL, p.Calendar.EventBase = a.site()+"/", a.site()+"/events/"
	p.Calendar.Names = map[string]string{}
	for _, c := range p.Communities {
		p.Calendar.Names[c.ID] = c.Name
	}
	return p
}

func newDigestStatusCmd(a *app) *cobra.Command {
	var format string
	var limit int
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "list the latest messages and their state",
		Example: "  koyomi digest status",
		Args:    commandline.Exactly(0, "digest status takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.digestStatus(cmd.Context(), format, limit) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	cmd.Flags().IntVar(&limit, "limit", 50, "show at most `N` messages")
	return cmd
}

func (a *app) digestStatus(ctx context.Context, format string, limit int) error {
	if limit < 1 {
		return usage.Errorf("--limit %d: expected 1 or more", limit)
	}
	write, err := terminal.RowsWriter(a.ui, format, a.printer().MessageTable)
	if err != nil {
		return err
	}
	if a.flags.server != "" {
		return usage.Errorf("messages stand in a database: it takes --database, not --server")
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	messages, err := db.Messages(ctx, limit)
	if err != nil {
		return err
	}
	var lines []view.MessageLine
	for _, l := range messages {
		lines = append(lines, view.MessageLineOf(l))
	}
	if len(lines) == 0 && a.ui.OutTTY {
		a.ui.Sayf("no message was sent yet")
	}
	return a.ui.Page(func(w io.Writer) error { return write(w, lines) })
}
