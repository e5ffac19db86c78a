package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"koyomi/internal/commandline"
	"koyomi/internal/view"

	"github.com/spf13/cobra"

	"koyomi/internal/delivery"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

// A sending is what `digest send` is asked for.
type sending struct {
	dry, trust bool
	format     string
}

func newDigestSendCmd(a *app) *cobra.Command {
	var s sending
	cmd := &cobra.Command{
		Use:   "send",
		Short: "send the digests that are due now",
		Long: "Plan the digests whose hour has come and send what is queued, once. `koyomi serve` does\n" +
			"the same every minute; both can run at the same time, and no reader gets a digest twice.",
		Example: "  koyomi digest send --dry-run\n  koyomi digest send",
		Args:    commandline.Exactly(0, "digest send takes no arguments: each reader's own hour says what is due"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.digestSend(cmd.Context(), s) },
	}
	f := cmd.Flags()
	f.BoolVar(&s.dry, "dry-run", false, "list what would be sent and send nothing")
	f.BoolVar(&s.trust, "trust-clock", false, "believe the clock although it showed a later time before")
	f.StringVar(&s.format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) digestSend(ctx context.Context, s sending) error {
	write, err := terminal.RowsWriter(a.ui, s.format, a.printer().SentTable)
	if err != nil {
		return err
	}
	if a.flags.server != "" {
		return usage.Errorf("messages stand in a database: it takes --database, not --server")
	}
	if a.config.Mail.Host == "" {
		return usage.Errorf("the config names no mail server: expected mail.host, mail.from and public_url (use `koyomi init`)")
	}
	if s.dry {
		return a.sendDry(ctx, write)
	}
	if a.say(a.config.SecretProblems()) {
		return errUsage
	}
	db, err := a.openWriter(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return a.sendNow(ctx, a.newSender(db, a.now), s.trust, write)
}

// sendNow plans and sends, and reports each message.
func (a *app) sendNow(ctx context.Context, o *delivery.Sender, trust bool, write func(io.Writer, []view.SentLine) error) error {
	if trust {
		if err := o.TrustClock(ctx); err != nil {
			return err
		}
	}
	lines := map[int64]int{}
	var all []view.SentLine
	o.Report = func(s delivery.Sent) {
		i, told := lines[s.Message.ID]
		if !told {
			i = len(all)
			lines[s.Message.ID] = i
			all = append(all, view.SentLine{})
		}
		all[i] = view.SentLineOf(s)
	}
	planned, err := o.Plan(ctx)
	if err != nil {
		return err
	}
	counts, err := o.Send(ctx)
	if err := errors.Join(err, write(a.ui.Out, all)); err != nil {
		return err
	}
	switch {
	case counts.Stop.Reason != delivery.Done:
		return fmt.Errorf("sending was stopped: the mail server %s (%s); what waits is tried again by the daemon or the next `koyomi digest send`",
			counts.Stop.Reason.Says(), text.Line(counts.Stop.Cause, 400))
	case ctx.Err() != nil:
		return errors.New("stopped before everything was sent; what waits is sent next time")
	case len(all) == 0:
		a.ui.Sayf("nothing is due and nothing waits")
	}
	if planned.Failed > 0 || counts.Attention() {
		return errAttention
	}
	return nil
}

// sendDry lists what would be sent.
func (a *app) sendDry(ctx context.Context, write func(io.Writer, []view.SentLine) error) error {
	db, err := a.openReader(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	drafts, err := a.newSender(db, a.now).Drafts(ctx)
	if err != nil {
		return err
	}
	var all []view.SentLine
	failed := false
	due := map[string]bool{}
	for _, d := range drafts {
		line := view.SentLine{
			To:      string(d.To),
			Kind:    string(store.Digest),
			Date:    d.Day.String(),
			Subject: d.Subject,
			State:   "due",
			Cause:   d.Cause,
		}
		if d.Cause != "" {
			line.State, failed = "failed", true
		}
		due[line.To] = true
		all = append(all, line)
	}
	waiting, err := a.waiting(ctx, db)
	if err != nil {
		return err
	}
	for _, l := range waiting {
		if l.Kind != string(store.Digest) || !due[l.To] {
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		a.ui.Sayf("nothing is due and nothing waits")
	}
	if err := a.ui.Page(func(w io.Writer) error { return write(w, all) }); err != nil {
		return err
	}
	if failed {
		return errAttention
	}
	return nil
}

// waiting returns the messages that wait and may be tried now, oldest first.
func (a *app) waiting(ctx context.Context, db database) ([]view.SentLine, error) {
	messages, err := db.Messages(ctx, 0)
	if err != nil {
		return nil, err
	}
	now := a.now()
	var all []view.SentLine
	for i := len(messages) - 1; i >= 0; i-- {
		l := messages[i]
		open := l.Done.IsZero() && l.State != store.Sending
		if open && !l.Next.After(now) && l.Expires.After(now) {
			all = append(all, view.SentLine{
				To:    string(l.To),
				Kind:  string(l.Kind),
				Date:  l.Day.String(),
				State: string(l.State),
				Cause: l.Cause,
			})
		}
	}
	return all, nil
}
