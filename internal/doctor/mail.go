package doctor

import (
	"context"
	"fmt"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/view"
)

// slow is for how long a mail may wait: longer says that nothing takes it.
const slow = time.Hour

// mail looks whether the daily mail goes out.
func (x *examination) mail(ctx context.Context) error {
	q, err := x.db.Queue(ctx, x.now)
	if err != nil {
		return err
	}
	accepted := "none was ever accepted"
	if !q.Accepted.IsZero() {
		accepted = "the last was accepted on " + view.MinuteWords(q.Accepted)
	}
	if q.Waiting > 0 && x.now.Sub(q.Oldest) > slow {
		x.add(Finding{
			Impact:  Missed,
			Subject: "mail",
			What: fmt.Sprintf(
				"%s since %s; %s",
				view.Counted(q.Waiting, "mail")+" waiting",
				view.MinuteWords(q.Oldest),
				accepted,
			),
			Cause: q.Cause,
			Next:  "`koyomi digest status` lists them; see that the mail server takes mail and the daemon runs: koyomi digest send",
		})
	}
	if lost := q.Refused + q.Expired + q.Unanswered; lost > 0 {
		x.add(Finding{
			Impact:  Incomplete,
			Subject: "mail",
			weight:  lost,
			What: fmt.Sprintf(
				"within a day %d were refused, %d not accepted in time and %d never answered for; %s",
				q.Refused,
				q.Expired,
				q.Unanswered,
				accepted,
			),
			Cause: q.Cause,
			Next:  "`koyomi digest status` lists them and what the server said",
		})
	}
	return nil
}

// mailboxTime is how long the mailbox is waited for.
const mailboxTime = 15 * time.Second

// mailbox looks whether what comes back can be read: unread, dead addresses are written to
// for ever, and large mailboxes take that for the habit of a spammer.
func (x *examination) mailbox(ctx context.Context) error {
	c := x.of.Config
	u, err := c.Mail.MailboxURL()
	if err != nil || u == nil {
		return nil //nolint:nilerr // the config says so already
	}
	ctx, cancel := context.WithTimeout(ctx, mailboxTime)
	defer cancel()
	if err := mail.NewMailbox(u, c.MailboxPassword().Reveal()).Check(ctx); err != nil {
		x.add(Finding{
			Impact:  Incomplete,
			Subject: "mail",
			What:    "what comes back undelivered cannot be read: dead addresses go on getting mail",
			Cause:   err.Error(),
			Next:    "see that mail.mailbox names the server, the user and the folder, and mailbox_password_file their password",
		})
	}
	return nil
}
