package web

import (
	"context"
	"net/http"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/site"
	"koyomi/internal/query"
)

// The bounds of one page of a list.
const (
	// onPage is how many events it has at most.
	onPage = 100
	// onFirst is how many the first page of all has where the days until the end of next
	// week have fewer.
	onFirst = 40
)

// upcoming answers /.
func (s *Site) upcoming(w http.ResponseWriter, r *http.Request, _ string) error {
	v, to, err := s.readView(r, "from", "month", "cursor", "cancelled", "days")
	if err != nil {
		return err
	}
	if to != "" {
		return redirect(w, r, to)
	}
	l := listSpec{query: v.query, now: v.now, limit: onPage}
	if l.from, _, err = v.days("from", l.now, s.calendar.Zone); err != nil {
		return err
	}
	month, err := v.month()
	if err != nil {
		return err
	}
	if !month.IsZero() {
		l.begins, l.to = month, lastOf(month)
		if today := s.calendar.Day(v.now); l.to.Compare(today) < 0 {
			l.from = month
		}
	}
	if l.after, err = parseCursor(v.params["cursor"]); err != nil {
		return err
	}
	page := site.Upcoming{
		From:  l.from,
		Month: month,
		After: l.after.set,
		Now:   v.now.In(s.calendar.Zone),
	}
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		return w.upcomingPage(ctx, v, l, page)
	})
}

func (w *maker) upcomingPage(
	ctx context.Context,
	v view,
	l listSpec,
	page site.Upcoming,
) ([]byte, error) {
	all, err := w.recent(ctx)
	if err != nil {
		return nil, err
	}
	page.Base, page.Filter = v.base, v.filter(all.counts)
	page.Communities = len(w.names.all)
	if v.wrong == nil {
		page.Months, page.Coming = w.months(all.docs, l)
		if page.Events, page.More, err = w.list(ctx, l); err != nil {
			return nil, err
		}
	}
	if page.Front() {
		n := w.firstPart(page.Events)
		page.More = page.More || n < len(page.Events)
		page.Events = page.Events[:n]
	}
	if page.More {
		page.Cursor = cursorOf(page.Events[len(page.Events)-1]).String()
	}
	if len(page.Events) == 0 {
		if page.Read, page.Unread, err = w.firstVisits(ctx, w.waits); err != nil {
			return nil, err
		}
	}
	if page.Calendar, err = w.calOf(ctx, page.Events...); err != nil {
		return nil, err
	}
	return site.RenderUpcoming(page)
}

// firstPart returns how many of the events belong on the first page: those until the end
// of next week, and more where they are few.
func (w *maker) firstPart(events []event.Event) int {
	_, last := site.Grid(w.day.Year, w.day.Month)
	for last.Sub(w.day) >= 14 {
		last = last.Add(-7)
	}
	n := 0
	for n < len(events) && (n < onFirst || events[n].Start.Date.Compare(last) <= 0) {
		n++
	}
	return n
}

// months counts what answers a list's query and is not over, by the month in which it
// begins; what is on already counts for this month.
func (w *maker) months(docs []query.Doc, l listSpec) (months []site.MonthCount, total int) {
	_, until := w.calendar.Window(w.day)
	for i := range docs {
		d := &docs[i]
		e := &d.Event
		isComing := e.Over(w.calendar.Assumed).After(l.now) && e.Start.Begin(e.Span.Location()).Before(until)
		if !isComing || !l.query.MatchDoc(d) {
			continue
		}
		day := e.Start.Date
		if day.Compare(w.day) < 0 {
			day = w.day
		}
		last := len(months) - 1
		if last < 0 || months[last].Year != day.Year || months[last].Month != day.Month {
			months = append(months, site.MonthCount{Year: day.Year, Month: day.Month})
			last++
		}
		months[last].Count++
		total++
	}
	return months, total
}

// month reads the parameter month, the zero day where it is not given.
func (v view) month() (event.Date, error) {
	text := v.params["month"]
	if text == "" {
		return event.Date{}, nil
	}
	t, err := time.Parse("2006-01", text)
	if err != nil || t.Year() < 1970 || t.Year() > 2100 {
		return event.Date{}, badParameter("month", "is no month (use 2026-06)")
	}
	return event.DateOf(t), nil
}

// lastOf returns the last day of the month of a day.
func lastOf(d event.Date) event.Date {
	return event.DateOf(time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC))
}

// similar returns the events of the day of e, besides it, that are in its area or on one
// of its topics, and the next ones of its community.
func (w *maker) similar(docs []query.Doc, e event.Event) (sameDay, next []event.Event) {
	for i := range docs {
		o := docs[i].Event
		if o.UID == e.UID || !isEvent(&o) || !publish.Published(o) {
			continue
		}
		isNext := o.Community == e.Community && o.Start.Date.Compare(e.Start.Date) > 0
		switch {
		case isNext && len(next) < mostSimilar:
			next = append(next, o)
		case o.Start.Date == e.Start.Date && alike(o, e) && len(sameDay) < mostSimilar:
			sameDay = append(sameDay, o)
		}
	}
	return sameDay, next
}

// mostSimilar is how many similar events a page names.
const mostSimilar = 5

// alike reports whether two events may draw the same people.
func alike(a, b event.Event) bool {
	if a.Area != "" && a.Area == b.Area || a.Mode == event.Online && b.Mode == event.Online {
		return true
	}
	for _, t := range a.Tags {
		for _, o := range b.Tags {
			if t == o {
				return true
			}
		}
	}
	return false
}
