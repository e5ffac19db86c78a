package recording

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
)

// The bounds of what a community announces: how far ahead and back of the visit
// an event may lie, and how long it may last, in days.
const (
	farthestAhead = 3 * 366
	farthestBack  = 30 * 366
	longest       = 400
)

// unsound says what cannot be true of what was read, whatever want.jsonl says.
func unsound(r Report) []string {
	var drift []string
	keys := map[string]bool{}
	for _, l := range r.Result.Listings {
		if keys[l.Key] {
			drift = append(drift, fmt.Sprintf("%q: the key is not unique", l.Key))
		}
		keys[l.Key] = true
		for _, fault := range faults(l, r.Visit.At) {
			drift = append(drift, fmt.Sprintf("%q: %s", l.Key, fault))
		}
	}
	for _, j := range r.Result.Rejections {
		if j.Item == "" || j.Reason == "" {
			drift = append(drift, fmt.Sprintf("an item is left out without a word: %q", j.Text))
		}
	}
	return drift
}

// faults says what cannot be true of one listing read at a moment.
func faults(l event.Listing, at time.Time) []string {
	var out []string
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(l.Key == "", "no key")
	add(l.Title == "", "no title")
	add(l.Status == "", "no status")
	add(l.URL != "" && !absolute(l.URL), "url: %q is no absolute address", l.URL)
	add(l.OnlineURL != "" && !absolute(l.OnlineURL), "online_url: %q is no absolute address", l.OnlineURL)
	if _, err := time.LoadLocation(l.Zone); err != nil || l.Zone == "" {
		return append(out, fmt.Sprintf("zone: %q is not known", l.Zone))
	}
	if l.Start.IsZero() {
		return append(out, "no start")
	}
	loc := l.Span.Location()
	begin := l.Start.Begin(loc)
	add(begin.After(at.AddDate(0, 0, farthestAhead)), "start: %s is absurdly far ahead", l.Start)
	add(begin.Before(at.AddDate(0, 0, -farthestBack)), "start: %s is absurdly long ago", l.Start)
	if !l.End.IsZero() {
		add(l.AllDay() != l.End.AllDay(), "start %s and end %s are of different sorts", l.Start, l.End)
		add(l.End.Over(loc).Before(begin), "end: %s lies before the start %s", l.End, l.Start)
		add(l.End.Over(loc).Sub(begin) > longest*24*time.Hour, "lasts from %s to %s", l.Start, l.End)
	}
	return out
}

func absolute(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// contradictions gives the warnings by which a printed day of the week contradicts
// the date beside it. They may stand only where want.jsonl names them.
func contradictions(l extract.Line) []string {
	var out []string
	for _, w := range l.Reading.Warnings {
		if strings.HasPrefix(w, "weekday") {
			out = append(out, w)
		}
	}
	return out
}
