package view

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/probe"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// PrintLook prints what a proposal reads, and its settings.
func (p *Printer) PrintLook(l *probe.Result, format string, yaml []byte) error {
	return p.UI.Page(func(w io.Writer) error {
		if format == "jsonl" {
			return WriteListings(w, l.Best.Result.Listings, false)
		}
		if format != "yaml" && len(l.Best.Result.Listings) > 0 {
			events := make([]event.Event, 0, len(l.Best.Result.Listings))
			for _, one := range l.Best.Result.Listings {
				events = append(events, event.Event{Details: one.Details})
			}
			slices.SortStableFunc(events, func(x, y event.Event) int {
				return x.Start.Begin(x.Span.Location()).
					Compare(y.Start.Begin(y.Span.Location()))
			})
			if _, err := fmt.Fprintf(w, "%s\n", LayOut(p.UI, events, p.Now())); err != nil {
				return err
			}
		}
		_, err := w.Write(yaml)
		return err
	})
}

// WriteLook says what was recognised, what else could be, and what was left out.
func (p *Printer) WriteLook(l *probe.Result) {
	u := p.UI
	if l.Refused != nil {
		u.Sayf("the page itself is not read: %s", text.Line(l.Refused.Error(), 400))
	}
	u.Sayf("%s: %s", u.Style(terminal.Bold, string(l.Best.Way)), text.Line(l.Best.Why, 300))
	p.writeOthers(l)
	for _, n := range slices.Concat(l.Notes, l.Best.Hints, l.Best.Result.Notes) {
		u.Sayf("note: %s", text.Line(n, 500))
	}
	if l.Unread != nil {
		u.Sayf("not read yet: %s", text.Line(l.Unread.Error(), 400))
	} else if l.Best.Err != nil {
		u.Sayf("not read: %s", text.Line(probe.UnwrapDamage(l.Best.Err).Error(), 400))
	}
	for _, j := range l.Best.Result.Rejections {
		u.Sayf("left out: %s: %s: %s", j.Item, text.Line(j.Reason, 300), j.Text)
	}
}

// mostOthers is how many other proposals are shown.
const mostOthers = 9

// writeOthers writes what else a page could be read as.
func (p *Printer) writeOthers(l *probe.Result) {
	shown := l.Proposals[:min(len(l.Proposals), mostOthers)]
	for i := range shown {
		if one := &shown[i]; one != l.Best {
			p.UI.Sayf(
				"  or --pick %d: %s: %s%s",
				i+1,
				one.Way,
				text.Line(one.Why, 200),
				brought(one),
			)
		}
	}
}

// brought writes in words what a proposal has read.
func brought(p *discover.Proposal) string {
	if !p.Tried {
		if p.Source.URL != "" {
			return " (" + text.Line(p.Source.URL, 200) + ")"
		}
		return ""
	}
	return fmt.Sprintf(
		" (%s, %d left out)",
		Counted(len(p.Result.Listings), "event"),
		len(p.Result.Rejections),
	)
}

// Nothing says that nothing was recognised, what was tried, and what to do.
func (p *Printer) Nothing(l *probe.Result) error {
	said := map[string]bool{}
	for _, tried := range l.Failed {
		line := fmt.Sprintf(
			"tried as %s (%s): %s",
			tried.Way,
			text.Line(tried.Why, 120),
			text.Line(whyNothing(tried), 200),
		)
		if !said[line] {
			p.UI.Sayf("%s", line)
		}
		said[line] = true
	}
	for _, n := range append(l.Notes, l.None) {
		if n != "" {
			p.UI.Sayf("note: %s", text.Line(n, 400))
		}
	}
	return fmt.Errorf(
		"%s: no events were recognised; a page that lists them, a calendar (.ics) or a feed may be found from it, or the events kept by hand (kind: static)",
		text.Line(strings.TrimSpace(l.Address), 200),
	)
}

// whyNothing says why a way to read a page found nothing.
func whyNothing(tried discover.Proposal) string {
	var damage *extract.Damage
	switch left := tried.Result.Rejections; {
	case errors.As(tried.Err, &damage):
		return damage.Reason
	case tried.Err != nil:
		return tried.Err.Error()
	case len(left) > 0:
		return fmt.Sprintf("%d items left out, the first: %s", len(left), left[0].Reason)
	}
	return "no event in it"
}
