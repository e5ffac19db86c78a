package delivery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/poll"
	"koyomi/internal/publish/digest"
	"koyomi/internal/source"
	"koyomi/internal/subscriber"
)

// A gathering is one event as its community announces it, and as a reader knows it.
type gathering struct {
	title, place string
	start        time.Time
	cancelled    bool
}

// A garden is a community whose calendar changes from day to day.
type garden struct {
	rng   *rand.Rand
	now   func() time.Time
	all   map[int]gathering
	noise int
}

// hostile are ends of titles that must stay text wherever they are written.
var hostile = []string{"", "", "", "<script>alert(1)</script>", "\u202eevil", "=?utf-8?B?4oCu?=", "& <b>", "％０ａ", "🎉髙﨑ﾝ①"}

// add announces another gathering, some days ahead.
func (g *garden) add(days int) int {
	n := len(g.all) + 1
	at := g.now().In(event.Tokyo)
	g.all[n] = gathering{
		title: fmt.Sprintf("第%d回 庭の勉強会%s", n, hostile[g.rng.IntN(len(hostile))]), place: []string{"東京都渋谷区1-2-3", "大阪府大阪市北区4-5"}[g.rng.IntN(2)],
		start: time.Date(at.Year(), at.Month(), at.Day()+days, 19, 0, 0, 0, event.Tokyo),
	}
	return n
}

// live changes the calendar between two polls: what is near is left alone.
func (g *garden) live() {
	g.noise++
	if g.rng.IntN(3) == 0 {
		g.add(5 + g.rng.IntN(20))
	}
	if g.rng.IntN(12) == 0 {
		g.change(g.add(9), func(e *gathering) { e.cancelled = true }) // never heard of
	}
	for range g.rng.IntN(3) {
		g.change(1+g.rng.IntN(len(g.all)), func(e *gathering) {
			switch g.rng.IntN(5) {
			case 0:
				e.start = e.start.AddDate(0, 0, 1+g.rng.IntN(3))
			case 1:
				e.place = "東京都千代田区" + fmt.Sprint(g.noise)
			case 2:
				e.place = "大阪府堺市" + fmt.Sprint(g.noise)
			case 3:
				e.start = e.start.Add(time.Hour).Add(-2 * time.Hour * time.Duration(g.rng.IntN(2)))
			case 4:
				e.cancelled = g.rng.IntN(3) == 0
			}
		})
	}
}

func (g *garden) change(n int, change func(*gathering)) {
	e := g.all[n]
	if e.cancelled || e.start.Sub(g.now()) < 4*24*time.Hour {
		return
	}
	change(&e)
	g.all[n] = e
}

// Fetch returns the calendar of now: in another order each time, with stamps that say
// nothing.
func (g *garden) Fetch(_ context.Context, ask poll.Ask) (poll.Answer, error) {
	now := g.now()
	var b bytes.Buffer
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//garden//\r\n")
	order := slices.Sorted(maps.Keys(g.all))
	g.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, n := range order {
		e := g.all[n]
		status := "CONFIRMED"
		if e.cancelled {
			status = "CANCELLED"
		}
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d@garden.example\r\nDTSTAMP:%s\r\nDTSTART:%s\r\nDTEND:%s\r\nSUMMARY:%s\r\nLOCATION:%s\r\nSTATUS:%s\r\nURL:https://garden.example/%d\r\nEND:VEVENT\r\n",
			n, utc(now), utc(e.start), utc(e.start.Add(2*time.Hour)), escaped(e.title), escaped(e.place), status, n)
	}
	b.WriteString("END:VCALENDAR\r\n")
	return poll.Answer{Page: extract.Page{Requested: ask.URL, URL: ask.URL, Status: 200, ContentType: "text/calendar", Body: b.Bytes()}}, nil
}

func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`).Replace(s)
}

// shelf is an archive in memory.
type shelf map[string][]byte

func (s shelf) Put(body []byte) (string, error) {
	sum := sha256.Sum256(body)
	name := hex.EncodeToString(sum[:])
	s[name] = body
	return name, nil
}

func (s shelf) Get(name string) ([]byte, error) {
	if b, ok := s[name]; ok {
		return b, nil
	}
	return nil, errors.New("no such page")
}

// A knowing is a reader and what the digests have said so far.
type knowing struct {
	subscriber.Subscriber
	knows map[int]gathering
	// reminded are the events that a reader was reminded of, and for when.
	reminded map[string]bool
	first    bool
	seen     map[string]bool
}

// wants reports whether an event is one that the reader asked for.
func (k *knowing) wants(e gathering) bool {
	return k.Query == "" || strings.HasPrefix(e.place, strings.TrimPrefix(k.Query, "area:"))
}

// inFirstDays reports whether an event stands in the first digest's own section.
func (k *knowing) inFirstDays(e gathering, planned time.Time) bool {
	zone := event.Zone(k.Zone)
	return k.first && event.DateOf(e.start.In(zone)).Compare(event.DateOf(planned.In(zone)).Add(digest.FirstDays)) < 0
}

// a fortnight's world is a garden, a bureau, a postbox and readers.
type fortnight struct {
	*testing.T
	b       *bureau
	p       *postbox
	g       *garden
	poller  *poll.Poller
	source  *source.Source
	round   *Round
	readers []*knowing
	// past are the garden as it was told at each moment it was read, said what it
	// gave when it was read last.
	past []then
	said map[int]saying
	read int
	// lost are the readers of whom a message was lost on its way.
	lost map[string]bool
}

// A saying is a start that an event is announced with, since when and in how many visits.
type saying struct {
	start, since time.Time
	visits       int
}

type then struct {
	at  time.Time
	all map[int]gathering
}

func newFortnight(t *testing.T, seed uint64) *fortnight {
	f := &fortnight{T: t, b: newBureau(t), p: newPostbox(t), lost: map[string]bool{}, said: map[int]saying{}}
	f.b.now = morning.Add(-3 * time.Hour)
	f.p.now = f.b.clock
	f.g = &garden{rng: rand.New(rand.NewPCG(seed, 7)), now: f.b.clock, all: map[int]gathering{}}
	for i := range 14 {
		f.g.add(1 + i)
	}
	f.source = &source.Source{ID: "garden", Community: "garden", Kind: source.ICS, URL: "https://garden.example/all.ics"}
	f.b.Publication.Communities = []*source.Community{{ID: "garden", Name: "庭の会", Sources: []*source.Source{f.source}}}
	f.poller = &poll.Poller{
		Fetcher: f.g, Archive: shelf{}, Memory: f.b.db, Kinds: kinds.All, Now: f.b.clock, Version: "1",
		Next:      func(_ *source.Source, after time.Time) time.Time { return after.Add(4 * time.Hour) },
		Authority: func(string) ledger.Authority { return ledger.Authority{Community: "garden"} },
	}
	f.b.Open = f.p.open
	f.round = f.b.round()
	f.visit()
	for i, w := range []subscriber.Wish{
		{Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both},
		{Query: "area:東京", Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Text},
		{Query: "area:大阪", Zone: "Asia/Tokyo", Minute: 1110, Lang: "ja", Format: subscriber.Both},
		{Zone: "America/New_York", Minute: 420, Lang: "en", Format: subscriber.Both},
	} {
		s := f.b.reader(fmt.Sprintf("r%d", i), w)
		f.readers = append(f.readers, &knowing{Subscriber: s, knows: maps.Clone(f.g.all), reminded: map[string]bool{}, first: true, seen: map[string]bool{}})
	}
	return f
}

// visit reads the garden, and notes what it says.
func (f *fortnight) visit() {
	r, err := f.poller.Visit(context.Background(), f.source)
	if err != nil || r.Poll.State != health.Applied && r.Poll.State != health.Unchanged {
		f.Fatalf("%s: the garden was not read: %s %s %v", f.b.now, r.Poll.State, r.Poll.Message, err)
	}
	f.past = append(f.past, then{f.b.now, f.believed()})
}

// believed returns the garden as it may be told after a visit: an event that returns to
// an hour it had before is believed when three visits over a day find it there.
func (f *fortnight) believed() map[int]gathering {
	all := maps.Clone(f.g.all)
	for n, e := range all {
		said := f.said[n]
		if !said.start.Equal(e.start) {
			said = saying{start: e.start, since: f.b.now}
		}
		said.visits++
		f.said[n] = said
		was, known := f.at(f.b.now)[n]
		isMoved := known && !was.start.Equal(e.start)
		isCertain := said.visits >= 3 && f.b.now.Sub(said.since) >= 24*time.Hour
		if isMoved && f.hadBefore(n, e.start) && !isCertain {
			all[n] = was
		}
	}
	return all
}

// hadBefore reports whether an event was told at a start before.
func (f *fortnight) hadBefore(n int, start time.Time) bool {
	return slices.ContainsFunc(f.past, func(p then) bool {
		e, known := p.all[n]
		return known && e.start.Equal(start)
	})
}

// at returns the garden as the ledger knew it at a moment.
func (f *fortnight) at(t time.Time) map[int]gathering {
	var all map[int]gathering
	for _, p := range f.past {
		if !p.at.After(t) {
			all = p.all
		}
	}
	return all
}

// TestFortnight: over two weeks of a community's changes, read by the real poller into
// the real database and carried over SMTP to a server that has bad days, each reader hears
// of each net change in exactly one digest, is reminded at most once, and never gets an
// empty or a broken one.
func TestFortnight(t *testing.T) {
	seeds := []uint64{1, 2}
	if testing.Short() {
		seeds = seeds[:1]
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			f := newFortnight(t, seed)
			for hour := range 15 * 24 {
				if hour%4 == 3 && hour < 13*24 {
					f.g.live()
					f.visit()
				}
				f.p.behave(f.badDay(hour / 24))
				for next := f.b.now.Add(time.Hour); f.b.now.Before(next); {
					if err := f.round.once(context.Background()); err != nil {
						t.Fatal(err)
					}
					f.round.Last = f.b.now
					f.b.pass(min(f.b.step(20*time.Minute), next.Sub(f.b.now)))
				}
				f.readMail()
			}
			f.end()
		})
	}
}

// badDay says how the server behaves on a day.
func (f *fortnight) badDay(day int) func(step, to string) error {
	count := 0
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "try again later"}
	return map[int]func(step, to string) error{
		2: func(step, _ string) error { // greylisting, within the hour
			if count++; step == "rcpt" && f.b.clock().Minute() < 40 {
				return busy
			}
			return nil
		},
		4: func(step, to string) error { // the answer is lost now and then
			if step == "end" && f.g.rng.IntN(2) == 0 {
				return errLost
			}
			return nil
		},
		6: func(step, to string) error { // the message is lost, the first time
			if step == "end" && !f.lost[to] {
				f.lost[to] = true
				return errHangUp
			}
			return nil
		},
		8: func(step, to string) error { return busy }, // all day
		10: func(step, to string) error { // one reader is unknown for a day
			if step == "rcpt" && strings.HasPrefix(to, "r1@") {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
			}
			return nil
		},
		11: func(step, to string) error { // everybody is blocked
			return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "blocked"}
		},
	}[day]
}

// readMail has the readers read what came.
func (f *fortnight) readMail() {
	all := f.p.messages()
	for ; f.read < len(all); f.read++ {
		c := all[f.read]
		i := slices.IndexFunc(f.readers, func(k *knowing) bool { return string(k.Address) == c.to })
		if i < 0 {
			f.Fatalf("a message came to %s", c.to)
		}
		k := f.readers[i]
		if k.seen[c.id()] {
			continue // a copy, which mail programs fold into the first
		}
		k.seen[c.id()] = true
		f.digest(k, c)
	}
}

// A told is a digest as it is read.
type told map[digest.Kind]map[int]string

var (
	// heading is that of a section, number that of an event in a line that begins one.
	heading = regexp.MustCompile(`(?m)^■ (.*?)(?:（| \()(\d+)[）)]$`)
	number  = regexp.MustCompile(`^(?:[^ ].*|  )?第(\d+)回(?: 庭|\n)`)
)

// sections are their names, in both languages.
var sections = map[string]digest.Kind{
	"中止": digest.Cancelled, "変更": digest.Changed, "新着": digest.New, "申込": digest.Registration, "まもなく開催": digest.Soon, "今日の予定": digest.Today, "これから7日間の予定": digest.Week,
	"Cancelled": digest.Cancelled, "Changed": digest.Changed, "New": digest.New, "Registration": digest.Registration, "Coming up": digest.Soon, "Today": digest.Today, "The next 7 days": digest.Week,
}

// tell reads the text of a digest: the events of each section, and what it says of each.
func (f *fortnight) tell(text string) told {
	out := told{}
	heads := heading.FindAllStringSubmatchIndex(text, -1)
	for i, h := range heads {
		kind, ok := sections[text[h[2]:h[3]]]
		if !ok {
			f.Fatalf("the section %q in\n%s", text[h[2]:h[3]], text)
		}
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		out[kind] = map[int]string{}
		var n int
		for line := range strings.Lines(text[h[1]:end]) {
			if m := number.FindStringSubmatch(line); m != nil {
				fmt.Sscan(m[1], &n)
			}
			if strings.HasPrefix(line, "-- ") {
				break
			}
			out[kind][n] += line
		}
		delete(out[kind], 0)
		if fmt.Sprint(len(out[kind])) != text[h[4]:h[5]] {
			f.Errorf("a section of %s holds %d events:\n%s", text[h[4]:h[5]], len(out[kind]), text)
		}
	}
	return out
}

// digest holds a digest against what there was to tell when it was planned.
func (f *fortnight) digest(k *knowing, c carried) {
	planned, err := c.Header.Date()
	if err != nil {
		f.Fatal(err)
	}
	said := f.tell(c.Text)
	if len(said) == 0 {
		f.Errorf("an empty digest:\n%s", c.Text)
	}
	if late := c.at.Sub(planned); late > 20*time.Hour {
		f.Errorf("a digest came %s after it was planned (F32)", late)
	}
	f.sameParts(k, c)
	now := f.at(planned)
	want := told{}
	expect := func(kind digest.Kind, n int) {
		if want[kind] == nil {
			want[kind] = map[int]string{}
		}
		want[kind][n] = ""
	}
	for n, e := range now {
		was, known := k.knows[n]
		then, there := known && k.wants(was), k.wants(e)
		switch {
		case !then && !there, was == e && then == there:
		case !then:
			if !e.cancelled && !k.inFirstDays(e, planned) {
				expect(digest.New, n)
			}
		case e.cancelled && was.cancelled:
		case e.cancelled:
			expect(digest.Cancelled, n)
		default:
			expect(digest.Changed, n)
		}
	}
	for n, e := range now {
		isToday := event.DateOf(e.start.In(event.Tokyo)) == event.DateOf(planned.In(event.Tokyo))
		isOver := !e.start.Add(2 * time.Hour).After(planned)
		if k.wants(e) && isToday && !e.cancelled && !isOver && k.Zone == "Asia/Tokyo" {
			expect(digest.Today, n)
		}
	}
	kinds := []digest.Kind{digest.Cancelled, digest.Changed, digest.New}
	if k.Zone == "Asia/Tokyo" {
		kinds = append(kinds, digest.Today)
	}
	for _, kind := range kinds {
		got, expected := slices.Sorted(maps.Keys(said[kind])), slices.Sorted(maps.Keys(want[kind]))
		if !slices.Equal(got, expected) {
			f.Errorf("%s, planned %s: kind %d tells of %v, want %v\n%s", c.to, planned, kind, got, expected, c.Text)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(said[digest.Soon])) {
		key := fmt.Sprint(n, now[n].start)
		if k.reminded[key] {
			f.Errorf("%s was reminded twice of %d", c.to, n)
		}
		k.reminded[key] = true
	}
	k.first = false
	k.knows = maps.Clone(now)
}

var (
	links = regexp.MustCompile(`https?://[^\s"<>]+`)
	hrefs = regexp.MustCompile(`href="([^"]*)"`)
)

// sameParts: text and HTML name the same events and lead to the same places.
func (f *fortnight) sameParts(k *knowing, c carried) {
	if k.Format == subscriber.Text {
		if c.HTML != "" {
			f.Error("HTML for a reader who wants text")
		}
		return
	}
	inText, inHTML := map[string]bool{}, map[string]bool{}
	for _, l := range links.FindAllString(c.Text, -1) {
		inText[l] = true
	}
	for _, m := range hrefs.FindAllStringSubmatch(c.HTML, -1) {
		inHTML[html.UnescapeString(m[1])] = true
	}
	if !maps.Equal(inText, inHTML) {
		f.Errorf("links of the text %v, of the HTML %v", slices.Sorted(maps.Keys(inText)), slices.Sorted(maps.Keys(inHTML)))
	}
	if strings.Contains(c.HTML, "<script") {
		f.Error("a title acts in HTML")
	}
	for _, said := range f.tell(c.Text) {
		for n := range said {
			if !strings.Contains(c.HTML, fmt.Sprintf("第%d回 庭の勉強会", n)) {
				f.Errorf("event %d stands in the text alone", n)
			}
		}
	}
}

// end: what every reader knows in the end is what there is.
func (f *fortnight) end() {
	last := f.at(f.b.now)
	for _, k := range f.readers {
		if len(k.seen) < 8 {
			f.Errorf("%s got %d digests in a fortnight", k.Address, len(k.seen))
		}
		for n, e := range last {
			if was := k.knows[n]; k.wants(e) && was != e && !(e.cancelled && was == gathering{}) {
				f.Errorf("%s was never told of %d: knows %v, it is %v", k.Address, n, was, e)
			}
		}
	}
	messages := f.b.messages()
	days := map[string]int{}
	for _, l := range messages {
		days[l.Key]++
	}
	f.Logf("%d events, %d messages planned, %d taken by the server", len(last), len(messages), f.read)
}
