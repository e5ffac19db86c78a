package poll_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
)

// A simulator is connpass, Doorkeeper and a Bevy site with many communities over time,
// in the structure that they document: their paging, order, filters, keys and limits.
// What is in it is drawn; whoever asks moves its clock on.
type simulator struct {
	rand   *rand.Rand
	now    time.Time
	groups []*simGroup
	events []*simEvent
	// asked are the moments of requests by host; refused counts those too soon.
	asked   map[string][]time.Time
	refused int
	// down has connpass answer with an error.
	down bool
}

// A simGroup announces on one platform; it may be founded late, give up, be renamed, or
// go on elsewhere.
type simGroup struct {
	platform, name, title, area string
	founded, ended              time.Time
	renamed                     time.Time
	// weekly is how many events it has a week.
	weekly float64
	number int
	// next is as what it goes on elsewhere, from a moment on; before is said of it there.
	next   *simGroup
	moved  time.Time
	before string
}

// A simEvent is as it was written last.
type simEvent struct {
	id                      int
	group                   *simGroup
	title, place, address   string
	area, status            string
	start                   time.Time
	created, updated, taken time.Time
	limit, accepted         int
	// lasts is how long it takes, two hours where it is 0.
	lasts       time.Duration
	description string
	// edits are the moments at which something changed that readers see.
	edits []time.Time
}

// gap is the distance between two requests that the fetcher keeps.
const gap = 2 * time.Second

// Fetch answers as the platforms do.
func (s *simulator) Fetch(_ context.Context, ask poll.Ask) (poll.Answer, error) {
	u, err := url.Parse(ask.URL)
	if err != nil {
		return poll.Answer{}, err
	}
	s.now = s.now.Add(gap)
	before := s.asked[u.Host]
	if n := len(before); n > 0 && s.now.Sub(before[n-1]) < time.Second {
		s.refused++
		return poll.Answer{}, &health.Failure{Cause: health.CauseLimited, URL: ask.URL}
	}
	s.asked[u.Host] = append(before, s.now)
	var body any
	switch {
	case u.Host == "connpass.com" && ask.Header["X-API-Key"] == "":
		return poll.Answer{}, &health.Failure{Cause: health.CauseMissing, URL: ask.URL}
	case u.Host == "connpass.com" && s.down:
		return poll.Answer{}, &health.Failure{Cause: health.CauseServer, URL: ask.URL}
	case u.Host == "connpass.com" && u.Path == "/api/v2/events/":
		body = s.connpass(u.Query())
	case u.Host == "api.doorkeeper.jp" && u.Path == "/events":
		body = s.doorkeeper(u.Query())
	case u.Host == "gdg.community.dev":
		body = s.bevy(strings.Split(u.Path, "/")[4])
	default:
		return poll.Answer{}, &health.Failure{Cause: health.CauseMissing, URL: ask.URL}
	}
	b, err := json.Marshal(body)
	return poll.Answer{Page: extract.Page{Requested: ask.URL, URL: ask.URL, Status: 200, Body: b}}, err
}

// listed are the events of a platform that stand there now and that a filter takes.
func (s *simulator) listed(platform string, take func(*simEvent) bool) (all []*simEvent) {
	for _, e := range s.events {
		isThere := !e.created.After(s.now) && (e.taken.IsZero() || e.taken.After(s.now))
		if isThere && e.platform() == platform && take(e) {
			all = append(all, e)
		}
	}
	return all
}

func (e *simEvent) platform() string {
	if e.group == nil {
		return "connpass"
	}
	return e.group.platform
}

// connpass answers /api/v2/events/.
func (s *simulator) connpass(q url.Values) any {
	words := func(name string) []string {
		return strings.FieldsFunc(strings.Join(q[name], ","), func(r rune) bool { return r == ',' })
	}
	groups, areas, months := words("subdomain"), words("prefecture"), words("ym")
	all := s.listed("connpass", func(e *simEvent) bool {
		ofGroup := len(groups) == 0 || e.group != nil && slices.Contains(groups, e.group.name)
		ofArea := len(areas) == 0 || slices.Contains(areas, e.area)
		ofMonth := len(months) == 0 || slices.Contains(months, e.start.Format("200601"))
		return ofGroup && ofArea && ofMonth
	})
	slices.SortStableFunc(all, func(a, b *simEvent) int {
		if q.Get("order") == "1" {
			return cmp.Or(b.updated.Compare(a.updated), cmp.Compare(b.id, a.id))
		}
		return cmp.Or(b.start.Compare(a.start), cmp.Compare(b.id, a.id))
	})
	start, count := max(1, number(q.Get("start"))), min(100, max(1, cmp.Or(number(q.Get("count")), 10)))
	var page []any
	for _, e := range all[min(len(all), start-1):min(len(all), start-1+count)] {
		page = append(page, e.onConnpass(s.now))
	}
	return map[string]any{"results_returned": len(page), "results_available": len(all), "results_start": start, "events": page}
}

func (e *simEvent) onConnpass(now time.Time) map[string]any {
	status, kind := e.status, "participation"
	if status == "" {
		status = "open"
	}
	if now.After(e.start) && status == "open" {
		status = "close"
	}
	o := map[string]any{
		"id": e.id, "title": e.title, "catch": "", "description": "<p>" + e.description + "</p>", "hash_tag": "",
		"url": e.url(), "started_at": e.start.Format(time.RFC3339), "ended_at": e.end().Format(time.RFC3339),
		"limit": e.limit, "accepted": e.accepted, "waiting": 0, "event_type": kind, "open_status": status, "group": nil,
		"address": e.address, "place": e.place, "lat": nil, "lon": nil, "owner_id": 1, "updated_at": e.updated.Format(time.RFC3339),
	}
	if e.group != nil {
		o["group"] = map[string]any{"id": 1, "subdomain": e.group.name, "title": e.group.called(now), "url": "https://" + e.group.name + ".connpass.com/"}
	}
	return o
}

func (e *simEvent) end() time.Time { return e.start.Add(cmp.Or(e.lasts, 2*time.Hour)) }

func (g *simGroup) called(now time.Time) string {
	if !g.renamed.IsZero() && now.After(g.renamed) {
		return g.title + "（新）"
	}
	return g.title
}

func (e *simEvent) url() string {
	switch {
	case e.group == nil:
		return fmt.Sprintf("https://connpass.com/event/%d/", e.id)
	case e.group.platform == "doorkeeper":
		return fmt.Sprintf("https://%s.doorkeeper.jp/events/%d", e.group.name, e.id)
	case e.group.platform == "bevy":
		return fmt.Sprintf("https://gdg.community.dev/events/details/%d/", e.id)
	}
	return fmt.Sprintf("https://%s.connpass.com/event/%d/", e.group.name, e.id)
}

// doorkeeper answers /events: 25 a page, from today on.
func (s *simulator) doorkeeper(q url.Values) any {
	all := s.listed("doorkeeper", func(e *simEvent) bool { return !e.start.Before(s.now.Truncate(24 * time.Hour)) })
	slices.SortStableFunc(all, func(a, b *simEvent) int { return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.id, b.id)) })
	from := 25 * (max(1, number(q.Get("page"))) - 1)
	page := []any{}
	for _, e := range all[min(len(all), from):min(len(all), from+25)] {
		page = append(page, map[string]any{"event": map[string]any{
			"id": e.id, "title": e.title, "starts_at": e.start.UTC().Format("2006-01-02T15:04:05.000Z"), "ends_at": e.end().UTC().Format("2006-01-02T15:04:05.000Z"),
			"venue_name": e.place, "address": e.address, "updated_at": e.updated.UTC().Format("2006-01-02T15:04:05.000Z"), "public_url": e.url(), "description": e.description,
			"participants": e.accepted, "waitlisted": 0, "ticket_limit": e.limit,
			"group": map[string]any{"id": 1, "name": e.group.called(s.now), "public_url": "https://" + e.group.name + ".doorkeeper.jp/"},
		}})
	}
	return page
}

// bevy answers for one chapter: what is to come.
func (s *simulator) bevy(chapter string) any {
	results := []any{}
	for _, e := range s.listed("bevy", func(e *simEvent) bool { return e.group.name == chapter && e.start.After(s.now) }) {
		results = append(results, map[string]any{
			"id": e.id, "title": e.title, "start_date": e.start.Format(time.RFC3339), "end_date": e.end().Format(time.RFC3339),
			"event_timezone": "Asia/Tokyo", "url": e.url(), "venue_name": e.place, "venue_city": "", "venue_address": e.address, "audience_type": "IN_PERSON",
		})
	}
	return map[string]any{"count": len(results), "results": results, "links": map[string]any{"next": nil, "previous": nil}}
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// places are those at which events take place; the last is not decided yet.
var places = []struct{ area, place, address string }{
	{"tokyo", "渋谷の会議室", "東京都渋谷区神南1-1-1"},
	{"osaka", "梅田の会議室", "大阪府大阪市北区梅田2-2"},
	{"fukuoka", "天神のカフェ", "福岡県福岡市中央区天神3-3"},
	{"hokkaido", "札幌の図書館", "北海道札幌市中央区北4条"},
	{"online", "オンライン", ""},
	{"", "調整中", ""},
}

// where are places as often as they are chosen.
var where = []int{0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 1, 1, 2, 3, 5}

// populate draws groups and all that they announce until a day.
func (s *simulator) populate(groups, perYear int, from time.Time, days int) {
	until := from.AddDate(0, 0, days)
	draw := s.rand
	for i := range groups {
		g := &simGroup{platform: "connpass", name: fmt.Sprintf("g%04d", i), title: fmt.Sprintf("%sの会%d", subjects[i%len(subjects)], i), area: "tokyo"}
		switch {
		case i%40 == 7:
			g.platform, g.name = "doorkeeper", fmt.Sprintf("d%04d", i)
		case i%60 == 9:
			g.platform, g.name = "bevy", strconv.Itoa(1000+i)
		}
		g.founded, g.weekly, g.number = from.AddDate(0, 0, -90), 1, draw.IntN(40)
		switch draw.IntN(20) {
		case 0, 1:
			g.founded = from.AddDate(0, 0, draw.IntN(days))
		case 2:
			g.ended = from.AddDate(0, 0, draw.IntN(days))
		case 3:
			g.renamed = from.AddDate(0, 0, draw.IntN(days))
		}
		s.groups = append(s.groups, g)
	}
	s.relate(from, days)
	begin := from.AddDate(0, 0, -45)
	total := perYear * int(until.Sub(begin).Hours()/24) / 365
	var all []announcement
	for i := range total {
		g := s.groups[draw.IntN(len(s.groups))]
		created := begin.Add(time.Duration(draw.Int64N(int64(until.Sub(begin)))))
		if created.Before(g.founded) || !g.ended.IsZero() && created.After(g.ended) {
			continue
		}
		if i%17 == 3 {
			g = nil
		}
		all = append(all, announcement{created, g})
	}
	for _, g := range s.groups {
		for _, hours := range []int{-200, -60, 1, 12} {
			if g.next != nil {
				all = append(all, announcement{g.moved.Add(time.Duration(hours) * time.Hour), g})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b announcement) int { return a.at.Compare(b.at) })
	for _, a := range all {
		s.announce(a.by.at(a.at), a.at)
	}
}

// An announcement is when a group, or nobody's, announces an event.
type announcement struct {
	at time.Time
	by *simGroup
}

// at returns as what a group announces at a moment; its series goes on where it moved.
func (g *simGroup) at(now time.Time) *simGroup {
	if g == nil || g.next == nil || now.Before(g.moved) {
		return g
	}
	g.next.number = max(g.next.number, g.number)
	return g.next
}

// relate has some groups go on elsewhere, and makes others that look as if they did:
// of the same name on two platforms, both alive; of the same name as one that gave up, with
// a series of its own; and one that links to another group.
func (s *simulator) relate(from time.Time, days int) {
	for i, g := range slices.Clone(s.groups) {
		other := simGroup{platform: "doorkeeper", name: fmt.Sprintf("m%04d", i), title: g.title, area: g.area, founded: g.founded}
		switch {
		case g.platform != "connpass" || !g.renamed.IsZero():
			continue
		case i%20 == 1:
			g.ended, g.founded = time.Time{}, from.AddDate(0, 0, -90)
			g.moved, g.next = from.Add(time.Duration(days)*12*time.Hour), &other
			if i%40 == 1 {
				other.title, other.before = g.title+"ネクスト", "以前の案内は https://"+g.name+".connpass.com/ にあります。"
			}
			continue // it announces only in place of the other
		case i%50 == 12: // a twin
			other.number = g.number
		case i%50 == 23: // another of that name
			g.ended, other.founded, other.number = from, from, g.number+200
		case i%50 == 34: // a friend
			other.title, other.number, other.before = g.title+"の友", 300, "https://"+g.name+".connpass.com/ もどうぞ。"
		default:
			continue
		}
		s.groups = append(s.groups, &other)
	}
}

var subjects = []string{"型", "並行", "分散", "描画", "検索", "音声", "電子工作", "機械学習", "認証", "試験"}

// announce draws one event and what becomes of it.
func (s *simulator) announce(g *simGroup, created time.Time) *simEvent {
	draw := s.rand
	p := places[where[draw.IntN(len(where))]]
	e := &simEvent{
		id: 100_000 + len(s.events), group: g, area: p.area, place: p.place, address: p.address,
		created: created.Truncate(time.Second), limit: 20 + draw.IntN(80), description: "集まって話します。",
	}
	day := created.In(event.Tokyo).AddDate(0, 0, 7+draw.IntN(30))
	e.start = time.Date(day.Year(), day.Month(), day.Day(), 19, 0, 0, 0, event.Tokyo)
	e.title = fmt.Sprintf("%sを語る夜 %d", subjects[draw.IntN(len(subjects))], len(s.events))
	if g != nil {
		g.number++
		e.title = fmt.Sprintf("%s #%d", g.title, g.number)
		e.description += g.before
	}
	e.updated = e.created
	s.events = append(s.events, e)
	return e
}

// An edit is something that happens to an event.
type edit struct {
	at time.Time
	of *simEvent
	do func(*simEvent)
}

// edits draws what happens to the events, in order of time; nothing where nothing is drawn.
func (s *simulator) edits() []edit {
	if s.rand == nil {
		return nil
	}
	var all []edit
	for _, e := range s.events {
		for range s.rand.IntN(5) {
			at := e.created.Add(time.Duration(s.rand.Int64N(int64(e.start.Sub(e.created))))).Truncate(time.Second)
			all = append(all, edit{at, e, changes[s.rand.IntN(len(changes))]})
		}
	}
	slices.SortStableFunc(all, func(a, b edit) int { return a.at.Compare(b.at) })
	return all
}

// changes are what organisers do; the first ones are the frequent ones.
var changes = []func(*simEvent){
	seated, seated, seated, seated,
	func(e *simEvent) { e.see(func() { e.title += "（更新）" }) },
	func(e *simEvent) { e.see(func() { e.start = e.start.Add(30 * time.Minute) }) },
	func(e *simEvent) {
		if e.place == "調整中" {
			e.see(func() { e.area, e.place, e.address = "tokyo", "新宿の会議室", "東京都新宿区西新宿1-1" })
		}
	},
	func(e *simEvent) {
		if e.id%7 == 0 && e.status == "" {
			e.see(func() { e.status = "cancelled" })
		}
	},
}

// seated lets more people in; updated_at stays.
func seated(e *simEvent) { e.accepted = min(e.limit, e.accepted+e.limit/3) }

// see does something that readers see.
func (e *simEvent) see(do func()) {
	do()
	e.edits = append(e.edits, time.Time{})
}

// apply does an edit at its moment.
func (d edit) apply() {
	n := len(d.of.edits)
	d.do(d.of)
	if len(d.of.edits) > n {
		d.of.edits[n], d.of.updated = d.at, d.at
	}
}
