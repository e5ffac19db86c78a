package doctor

import (
	"context"
	"fmt"
	"time"

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
