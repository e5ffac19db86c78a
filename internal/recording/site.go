package recording

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
)

// A Site answers from recordings like the sites did. It may be asked from several
// goroutines.
type Site struct {
	// visits are those of each source, oldest first.
	visits map[string][]Visit
	now    func() time.Time
}

var _ poll.Fetcher = (*Site)(nil)

// NewSite returns the site that these recordings make, by a clock.
func NewSite(visits []Visit, now func() time.Time) *Site {
	s := &Site{visits: map[string][]Visit{}, now: now}
	for _, v := range visits {
		s.visits[v.Source] = append(s.visits[v.Source], v)
	}
	for _, all := range s.visits {
		slices.SortStableFunc(all, func(a, b Visit) int { return a.At.Compare(b.At) })
	}
	return s
}

// Fetch answers with the source's newest recording not later than now. A page has
// the ETag that was recorded, else one made from its bytes, so that the same bytes
// again are NotModified. A page that is not in the recording is a failure, never a
// 404: nobody knows whether it was there.
func (s *Site) Fetch(ctx context.Context, ask poll.Ask) (poll.Answer, error) {
	if ctx.Err() != nil {
		return poll.Answer{}, &health.Failure{
			Cause: health.CauseStopped,
			URL:   ask.URL,
			Err:   ctx.Err(),
		}
	}
	now := s.now()
	v, ok := s.newest(ask.Source, now)
	if !ok {
		return poll.Answer{}, unrecorded(
			ask.URL,
			"no visit to %s was recorded by %s",
			ask.Source,
			now.Format("2006-01-02 15:04"),
		)
	}
	return v.asAsked(ask.URL).answer(ask, now)
}

func (s *Site) newest(source string, now time.Time) (Visit, bool) {
	for _, v := range slices.Backward(s.visits[source]) {
		if !v.At.After(now) {
			return v, true
		}
	}
	return Visit{}, false
}

// answer returns what the site said to one question at this visit.
func (v Visit) answer(ask poll.Ask, now time.Time) (poll.Answer, error) {
	p, ok := v.page(ask.URL)
	if !ok {
		return poll.Answer{}, unrecorded(
			ask.URL,
			"the recording %s does not hold this page",
			v.name(),
		)
	}
	if f := p.refusal(ask.Probe, now); f != nil {
		f.URL = ask.URL
		return poll.Answer{}, f
	}
	a := poll.Answer{ETag: p.etag(), LastModified: p.Header["last-modified"]}
	a.Page = extract.Page{
		Requested:   ask.URL,
		URL:         p.Final,
		Status:      p.Status,
		ContentType: p.Header["content-type"],
	}
	if ask.ETag != "" && ask.ETag == a.ETag {
		a.NotModified = true
		return a, nil
	}
	a.Page.Body = p.Body
	return a, nil
}

func unrecorded(url, format string, args ...any) *health.Failure {
	return &health.Failure{
		Cause: health.CauseConnect,
		URL:   url,
		Err:   fmt.Errorf(format, args...),
	}
}

// etag returns the recorded ETag, else one that names the bytes.
func (p Page) etag() string {
	sum := sha256.Sum256(p.Body)
	return cmp.Or(p.Header["etag"], `"`+hex.EncodeToString(sum[:8])+`"`)
}

// firstRest is how long a host rests that asks for it without saying how long.
const firstRest = 15 * time.Minute

// causes are those that statuses stand for; further ones from 500 on are the
// server's.
var causes = map[int]health.Cause{
	401: health.CauseBlocked,
	403: health.CauseBlocked,
	407: health.CauseBlocked,
	451: health.CauseBlocked,
	404: health.CauseMissing,
	410: health.CauseGone,
	429: health.CauseLimited,
}

// refusal returns the failure that a status stands for, by the same causes as on the
// network; nil for 200, and for a probe that asks whether the page is gone.
func (p Page) refusal(probe bool, now time.Time) *health.Failure {
	isMissing := p.Status == 404 || p.Status == 410
	if p.Status == okStatus || probe && isMissing {
		return nil
	}
	rest, said := retryAfter(p.Header["retry-after"], now)
	f := &health.Failure{
		Cause: causeOf(p.Status, said),
		Err:   fmt.Errorf("status %d", p.Status),
	}
	if f.Cause == health.CauseLimited {
		f.RetryAfter = rest
	}
	return f
}

// causeOf returns the cause that a status stands for; asksRest says that a rest was
// asked for beside it.
func causeOf(status int, asksRest bool) health.Cause {
	if status == 503 && asksRest {
		return health.CauseLimited
	}
	other := health.CauseStatus
	if status >= 500 {
		other = health.CauseServer
	}
	return cmp.Or(causes[status], other)
}

// longestRest is the longest time for which a host is let rest.
const longestRest = 24 * time.Hour

// retryAfter reads a Retry-After (RFC 9110 section 10.2.3): seconds or a date; it
// is firstRest where none is said.
func retryAfter(value string, now time.Time) (rest time.Duration, said bool) {
	value = strings.TrimSpace(value)
	if n, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, longestRest), true
	}
	at, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", value)
	if err != nil {
		return firstRest, false
	}
	return min(max(at.Sub(now), 0), longestRest), true
}
