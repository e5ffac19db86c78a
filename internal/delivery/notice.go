package delivery

import (
	"context"
	"fmt"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/store"
	"koyomi/internal/text"
)

// A notice is what the operator is told, once a key.
type notice struct{ key, subject, text string }

// noticeFor is how long a notice may take to be sent: it is of use after the mail
// server was out of reach for some days too.
const noticeFor = 5 * 24 * time.Hour

// keepLetters is how long closed messages are kept, so that nothing is told twice;
// deadSince is how old the death of a source may be that is still news.
const (
	keepMessages = 90 * 24 * time.Hour
	deadSince    = 30 * 24 * time.Hour
)

// noticeKey is what the keys of notices begin with.
const noticeKey = "notice "

// notice posts a message to the operator, where there is one.
func (o *Sender) notice(
	ctx context.Context,
	state store.MailState,
	now time.Time,
	n notice,
) error {
	if o.Operator == "" {
		return nil
	}
	body := store.Body{
		Subject: text.Line("[koyomi] "+n.subject, 100),
		Lang:    digest.English,
	}
	body.Text[0] = n.text + "\n-- \n" + o.Site + "/sources\n"
	_, err := o.Store.Post(ctx, store.Message{
		Key:       noticeKey + n.key,
		Kind:      store.Notice,
		To:        o.Operator,
		Format:    "text",
		MessageID: state.Secret.OtherID(n.key, o.domain()),
		Body:      body,
		Planned:   now,
		Next:      now,
		Expires:   now.Add(noticeFor),
	})
	return err
}

// Dead tells the operator of sources that have not been read well for a day, once
// each time that happens.
func (o *Sender) Dead(ctx context.Context) error {
	now := o.Now()
	state, err := o.state(ctx, now)
	if err != nil {
		return err
	}
	states, err := o.Store.Sources(ctx)
	if err != nil {
		return err
	}
	var all []notice
	for _, s := range stale(states, o.Publication.Communities, now) {
		// What died long ago was told long ago, or died before there was mail.
		if isNews := s.Since.IsZero() || now.Sub(s.Since) <= deadSince; isNews {
			all = append(all, deadNotice(s))
		}
	}
	return o.notices(ctx, state, now, all)
}

// notices posts several.
func (o *Sender) notices(
	ctx context.Context,
	state store.MailState,
	now time.Time,
	all []notice,
) error {
	for _, n := range all {
		if err := o.notice(ctx, state, now, n); err != nil {
			return err
		}
	}
	return nil
}

// A report of what was given up comes at most so often, and tells of no more than was
// given up within reportBack.
const (
	reportEvery = 24 * time.Hour
	reportBack  = 3 * 24 * time.Hour
	// mostReported is how many messages are looked at.
	mostReported = 10_000
	givenUpKey   = "given up "
)

// GivenUp tells the operator of digests that were not delivered since the last report.
func (o *Sender) GivenUp(ctx context.Context) error {
	now := o.Now()
	state, err := o.state(ctx, now)
	if err != nil {
		return err
	}
	last, err := o.Store.Posted(ctx, noticeKey+givenUpKey)
	if err != nil || now.Sub(last) < reportEvery {
		return err
	}
	since := now.Add(-reportBack)
	if last.After(since) {
		since = last
	}
	lost, err := o.Store.GivenUp(ctx, since, mostReported)
	if err != nil || len(lost) == 0 {
		return err
	}
	return o.notice(ctx, state, now, givenUpNotice(lost, now))
}

// outcomes are what became of a digest that was given up.
var outcomes = map[store.MessageState]string{
	store.Failed: "was turned down", store.Expired: "was not accepted in time", store.Unknown: "was never answered for",
}

// givenUpNotice tells of digests that were not delivered.
func givenUpNotice(lost []store.Message, now time.Time) notice {
	var lines []string
	for _, l := range lost[:min(len(lost), shownInNotice)] {
		lines = append(
			lines,
			fmt.Sprintf(
				"  %s, the digest of %s %s: %s",
				l.To,
				l.Day,
				outcomes[l.State],
				text.Line(l.Cause, 200),
			),
		)
	}
	if more := len(lost) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", more))
	}
	return notice{
		key:     givenUpKey + now.UTC().Format(time.RFC3339),
		subject: fmt.Sprintf("%d of the daily mails were given up", len(lost)),
		text: "These were not delivered, and are not sent again:\n" + strings.Join(
			lines,
			"\n",
		) +
			"\n\nWhat they say stands in the next digest, except where one may have arrived. See `koyomi digest status`.\n",
	}
}

// shownInNotice is how many readers a notice names.
const shownInNotice = 10

func deadNotice(s digest.Stale) notice {
	since := "it has never been read"
	key := fmt.Sprintf("source %s never", s.Name)
	if !s.Since.IsZero() {
		since = "it was last read well on " + s.Since.In(event.Tokyo).
			Format("2006-01-02 15:04 MST")
		key = fmt.Sprintf("source %s %d", s.Name, s.Since.Unix())
	}
	return notice{
		key:     key,
		subject: "source " + s.Name + " is not being updated",
		text: fmt.Sprintf(
			"The source %s is in trouble: %s (%s).\nWhat it told before stays in the calendar.\n\n",
			s.Name,
			since,
			s.Cause,
		) +
			"See what is wrong:\n  koyomi source show " + s.Name + "\n  koyomi held list\n\nYou are told once; it says so no more until the source was read well again.\n",
	}
}

func filterNotice(f failure, day event.Date) notice {
	var to []string
	for _, s := range f.readers[:min(len(f.readers), shownInNotice)] {
		to = append(to, "  "+string(s.Address))
	}
	if more := len(f.readers) - len(to); more > 0 {
		to = append(to, fmt.Sprintf("  and %d more", more))
	}
	return notice{
		key: fmt.Sprintf("digest %d %s", f.readers[0].ID, day),
		subject: fmt.Sprintf(
			"the digest of %s could not be made for %d",
			day,
			len(f.readers),
		),
		text: fmt.Sprintf(
			"The digest of %s could not be made: %s.\n\nIt was not sent to\n%s\nThe others got theirs; these are tried again tomorrow.\n",
			day,
			f.err,
			strings.Join(to, "\n"),
		),
	}
}

// serverNotice tells of a server that does not take mail, once a day and reason.
func serverNotice(s Stop, now time.Time) notice {
	day := event.DateOf(now.In(event.Tokyo))
	return notice{
		key:     fmt.Sprintf("server %s %s", s.Reason, day),
		subject: "the mail server " + s.Reason.Says(),
		text: fmt.Sprintf(
			"At %s sending was stopped: the mail server %s.\nThe last it said:\n  %s\n\n",
			now.In(event.Tokyo).Format("2006-01-02 15:04 MST"),
			s.Reason.Says(),
			s.Cause,
		) +
			"Nothing is lost: what waits is tried again, and what is not sent in time stands in the next digest.\nNo reader is blamed for it. See `koyomi digest status`.\n",
	}
}
