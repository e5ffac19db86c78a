package poll

import (
	"context"
	"slices"
	"time"

	"koyomi/internal/charset"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
)

// learntFrom is how many good polls a profile is learnt from where none is kept.
const learntFrom = 10

// profileOf returns what is usual of the source. Where it was last polled before
// profiles were kept, it is learnt from its polls.
func (v *visit) profileOf(ctx context.Context) (health.Profile, error) {
	p := v.before.Profile
	if p.Polls > 0 || v.before.LastGood.IsZero() {
		return p, nil
	}
	good, err := v.poller.Memory.Good(ctx, v.source.ID, learntFrom)
	if err != nil {
		return p, err
	}
	for _, old := range slices.Backward(good) {
		p = p.Learn(health.Lesson{At: old.At, Figures: old.Figures})
	}
	p.News, err = v.poller.Memory.News(ctx, v.source.ID, health.NewsKept)
	return p, err
}

// count notes what was read, in numbers.
func (v *visit) count(res extract.Result) {
	v.report.Listings = res.Listings
	p := &v.report.Poll
	p.Figures = health.Count(res.Listings, v.at, v.poller.Assumed)
	p.Rejected, p.Excluded, p.Partial = len(res.Rejections), res.Excluded, res.Partial
	p.Rejections = res.Rejections
	p.Notes = append(p.Notes, res.Notes...)
}

// keptLong is how long ago the last good poll may be that tells how long a source keeps
// what is over: what it showed before that may have had its time since.
const keptLong = 30 * 24 * time.Hour

// impact adds to the poll's figures what it would mean for what is known. Of a list
// that goes empty, what is over for too long to be at hand counts as kept.
func (v *visit) impact(r ledger.Result) {
	f := &v.report.Poll.Figures
	f.Impact = r.Impact
	recent := v.at.Sub(v.profile.At) <= keptLong
	if f.Read == 0 && recent {
		f.Kept += max(0, v.profile.Last.Read-f.Recalled)
	}
}

// lesson returns what a good poll teaches.
func (v *visit) lesson() health.Lesson {
	p := &v.report.Poll
	l := health.Lesson{
		At:       p.At,
		Figures:  p.Figures,
		Listings: v.report.Listings,
		Departed: v.departed,
		Items:    v.believed,
		Charset:  v.charset,
		Modified: v.modified,
	}
	l.Added = p.Changes[added] > 0
	return l
}

// isOldCopy reports whether the pages are older, by their own word, than what was read
// of the source before.
func (v *visit) isOldCopy() bool {
	return !v.modified.IsZero() && v.modified.Before(v.profile.Modified)
}

// charsetOf returns the encoding of a page, "" where it has none.
func charsetOf(p extract.Page, override string) string {
	t, err := charset.Read(p.Body, p.ContentType, override)
	if err != nil {
		return ""
	}
	return t.Name
}

func good(
	p store.Poll,
) bool {
	return p.State == health.Applied || p.State == health.Unchanged
}
