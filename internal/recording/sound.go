package recording

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
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
	var drift faultList
	keys := map[string]bool{}
	for _, l := range r.Result.Listings {
		drift.add(keys[l.Key], "%q: the key is not unique", l.Key)
		keys[l.Key] = true
		for _, fault := range faults(l, r.Visit.At) {
			drift.add(true, "%q: %s", l.Key, fault)
		}
	}
	for _, j := range r.Result.Rejections {
		drift.add(
			j.Item == "" || j.Reason == "",
			"an item is left out without a word: %q",
			j.Text,
		)
	}
	return drift
}

// A faultList collects what cannot be true.
type faultList []string

func (f *faultList) add(wrong bool, format string, args ...any) {
	if wrong {
		*f = append(*f, fmt.Sprintf(format, args...))
	}
}

// faults says what cannot be true of one listing read at a moment.
func faults(l event.Listing, at time.Time) []string {
	var out faultList
	out.add(l.Key == "", "no key")
	out.add(l.Title == "", "no title")
	out.add(l.Status == "", "no status")
	out.add(!isLink(l.URL), "url: %q is not an absolute address", l.URL)
	out.add(!isLink(l.OnlineURL), "online_url: %q is not an absolute address", l.OnlineURL)
	_, err := time.LoadLocation(cmp.Or(l.Zone, "none"))
	if err != nil {
		out.add(true, "zone: %q is not known", l.Zone)
		return out
	}
	if l.Start.IsZero() {
		out.add(true, "no start")
		return out
	}
	out.span(l, at)
	return out
}

// isLink reports whether a listing may have an address: none, or one of the web.
func isLink(address string) bool { return address == "" || isAbsolute(address) }

// span says what cannot be true of the times of a listing.
func (f *faultList) span(l event.Listing, at time.Time) {
	loc := l.Span.Location()
	begin := l.Start.Begin(loc)
	f.add(
		begin.After(at.AddDate(0, 0, farthestAhead)),
		"start: %s is absurdly far ahead",
		l.Start,
	)
	f.add(
		begin.Before(at.AddDate(0, 0, -farthestBack)),
		"start: %s is absurdly long ago",
		l.Start,
	)
	if l.End.IsZero() {
		return
	}
	over := l.End.Over(loc)
	f.add(
		l.AllDay() != l.End.AllDay(),
		"start %s and end %s are of different sorts",
		l.Start,
		l.End,
	)
	f.add(over.Before(begin), "end: %s lies before the start %s", l.End, l.Start)
	f.add(over.Sub(begin) > longest*24*time.Hour, "lasts from %s to %s", l.Start, l.End)
}

// isAbsolute reports whether an address is one of the web, with a host.
func isAbsolute(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && isWeb[u.Scheme]
}

// isWeb are the schemes of the web.
var isWeb = map[string]bool{"http": true, "https": true}

// contradictions returns the warnings by which a printed day of the week contradicts
// the date beside it. They may stand only where want.jsonl names them.
func contradictions(l extract.Line) []string {
	return slices.DeleteFunc(
		slices.Clone(l.Reading.Warnings),
		func(w string) bool { return !strings.HasPrefix(w, "weekday") },
	)
}
