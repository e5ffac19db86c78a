package year

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
)

// An item is one line of a list as an outlet writes it.
type item struct {
	ID, Title, Start, End, Status, Place, Note, URL string
	// Wrong is what the faulty reader takes for the start.
	Wrong  string
	Trace  int
	Notice bool
}

// shows reports whether an outlet's list holds a posting on a day.
func (o *outlet) shows(p *posting, day int) bool {
	if p.hidden {
		return false
	}
	now := first.AddDate(0, 0, day)
	over := p.start.Add(p.of.over().Sub(p.of.start))
	switch o.habit {
	case groupPage:
		return over.After(now.AddDate(0, 0, -30))
	case handList:
		return over.After(now.AddDate(0, 0, -90))
	case cityList:
		return over.After(now)
	case yearPage:
		return p.start.Year() >= now.Year()
	case newsFeed:
		return slices.Contains(o.newest(), p)
	}
	return true
}

// newest gives the eight newest posts of a feed.
func (o *outlet) newest() []*posting {
	shown := slices.DeleteFunc(slices.Clone(o.postings), func(p *posting) bool { return p.hidden })
	return shown[max(0, len(shown)-8):]
}

func (o *outlet) list(day int) []*posting {
	return slices.DeleteFunc(slices.Clone(o.postings), func(p *posting) bool { return !o.shows(p, day) })
}

// write words a posting as its outlet does.
func (o *outlet) write(p *posting) item {
	it := item{ID: p.key, Title: p.title, Status: string(p.status), Place: p.place, Note: p.note, URL: p.url, Trace: p.trace}
	length := p.of.over().Sub(p.of.start)
	start, end := p.start.In(o.zone), p.start.Add(length).In(o.zone)
	layout := time.RFC3339
	switch o.habit {
	case calendarFile:
		layout = "2006-01-02T15:04:05"
	case cityList:
		start, end = start.UTC(), end.UTC()
	case handList:
		it.ID, it.URL = "", ""
		layout = "2006-01-02 15:04"
	}
	if p.of.days > 0 || p.vague {
		layout, end = time.DateOnly, end.AddDate(0, 0, -1)
	}
	it.Start, it.End = start.Format(layout), end.Format(layout)
	if p.blur > 0 {
		it.Wrong = start.AddDate(0, 0, p.blur).Format(layout)
	}
	if p.vague {
		it.End = ""
	}
	if o.yearless {
		it.Start, it.End = spoken(start)+"〜"+end.Format("15:04"), ""
	}
	return it
}

// spoken words a moment as people do, without its year.
func spoken(t time.Time) string {
	return t.Format("1月2日(") + []string{"日", "月", "火", "水", "木", "金", "土"}[t.Weekday()] + t.Format(") 15:04")
}

// body writes a list, one item a line between a head and an end.
func body(items []item) []byte {
	var b strings.Builder
	b.WriteString("list\n")
	for _, it := range items {
		line, _ := json.Marshal(it)
		b.Write(line)
		b.WriteByte('\n')
	}
	b.WriteString("end\n")
	return []byte(b.String())
}

// blank reports whether an outlet in health shows nothing although something that
// it showed is ahead and no page says that it is gone. "empty 200" answers the very
// same, list and pages: nobody can tell the two.
func (o *outlet) blank(day int) bool {
	if len(o.items(day)) > 0 {
		return o.cutOff(day)
	}
	now, speaks := first.AddDate(0, 0, day), false
	for _, p := range o.postings {
		speaks = speaks || p.url != "" && p.page == "alive" && !p.of.over().After(now)
	}
	return slices.ContainsFunc(o.postings, func(p *posting) bool {
		return p.hidden && p.of.over().After(now) && (p.url == "" || p.page == "alive" || p.page == "gone" && !speaks)
	})
}

// cutOff reports whether of two and more that were ahead without a page of their own
// nothing is shown any more, but for what is over: "cut short" answers the very same.
func (o *outlet) cutOff(day int) bool {
	now, gone := first.AddDate(0, 0, day), 0
	for _, p := range o.postings {
		switch {
		case !p.seen || !p.of.over().After(now):
		case !p.hidden || p.url != "":
			return false
		default:
			gone++
		}
	}
	return gone > 1
}

// seenOf counts what the list holds of what a poll in health has seen: of what came
// since, nobody can say that it is missing. What was over on one day and goes on one
// has had its time, for all that one can see.
func (o *outlet) seenOf(day int) (n int) {
	ahead, overOn := 0, map[string]bool{}
	for _, p := range o.list(day) {
		if p.seen {
			n++
			overOn[p.of.start.In(o.zone).Format(time.DateOnly)] = true
		}
		if p.seen && p.of.over().After(first.AddDate(0, 0, day)) {
			ahead++
		}
	}
	if ahead == 0 && len(overOn) == 1 {
		return 0
	}
	return n
}

func (o *outlet) items(day int) []item {
	var all []item
	for _, p := range o.list(day) {
		all = append(all, o.write(p))
	}
	for _, p := range o.ghosts {
		it := o.write(p)
		it.Notice = true
		all = append(all, it)
	}
	return all
}

// Fetch answers like the sites of this world do.
func (w *world) Fetch(_ context.Context, ask poll.Ask) (poll.Answer, error) {
	for _, o := range w.outlets {
		if o.source.URL == ask.URL {
			return o.answer(ask.URL, w.day)
		}
	}
	p, ok := w.byURL[ask.URL]
	if !ok {
		return page(ask.URL, 404, nil), nil
	}
	if f, broken := p.on.fault(w.day); broken {
		switch f.kind {
		case "unreachable":
			return poll.Answer{}, down(ask.URL)
		case "login wall":
			return page(ask.URL, 200, []byte(login)), nil
		case "site rebuilt":
			return page(ask.URL, 404, nil), nil
		}
	}
	switch p.page {
	case "gone":
		return page(ask.URL, 404, nil), nil
	case "alive":
		return page(ask.URL, 200, ownPage(p.title)), nil
	}
	return page(ask.URL, 200, ownPage(p.page)), nil
}

func ownPage(title string) []byte {
	t := html.EscapeString(title)
	return []byte("<html><head><meta charset=utf-8><title>" + t + "</title></head><body><h1>" + t + "</h1></body></html>")
}

func page(url string, status int, b []byte) poll.Answer {
	return poll.Answer{Page: extract.Page{Requested: url, URL: url, Status: status, ContentType: "text/html; charset=utf-8", Body: b}}
}

func down(url string) error {
	return &health.Failure{Cause: health.CauseConnect, URL: url, Err: errors.New("connection refused")}
}

// wire reads the lists: those of programs whole or not at all, those for people
// line by line, as far as they go. What every kind shares makes the listings.
type wire struct{ w *world }

func (wire) Need(v extract.Visit) ([]extract.Request, error) {
	return extract.Missing(v, extract.Requests(v)), nil
}

func (k wire) Read(v extract.Visit) (extract.Result, error) {
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	text := string(v.Pages[0].Body)
	if v.Source.Kind == source.JSON && (!strings.HasPrefix(text, "list\n") || !strings.HasSuffix(text, "end\n")) {
		return extract.Result{}, &extract.Damage{URL: v.Source.URL, Reason: "no whole list"}
	}
	for i, line := range strings.Split(text, "\n") {
		var it item
		if json.Unmarshal([]byte(line), &it) != nil || it.Notice && k.w.mended {
			continue
		}
		if it.Wrong != "" && !k.w.mended {
			it.Start, it.End = it.Wrong, ""
		}
		b.Add(extract.Raw{
			Item: fmt.Sprint("line ", i), Key: it.ID, Title: it.Title, Start: it.Start, End: it.End, Status: it.Status,
			Location: it.Place, Description: it.Note, URL: it.URL, Sequence: it.Trace,
		})
	}
	if k.w.outlet(v.Source.ID).habit == newsFeed {
		b.Partial()
	}
	return b.Result(), nil
}

func (w *world) outlet(id string) *outlet {
	return w.outlets[slices.IndexFunc(w.outlets, func(o *outlet) bool { return o.source.ID == id })]
}
