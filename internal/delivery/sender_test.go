package delivery

import (
	"context"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/mail"
	"koyomi/internal/mail/mailtest"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/subscriber"
)

// morning is a Wednesday's seven o'clock in Tokyo, the hour of most readers here.
var morning = time.Date(2026, 11, 25, 7, 0, 0, 0, event.Tokyo)

// A bureau is an sender with a real database, a clock that is set, and carriers that do
// as a test says.
type bureau struct {
	*Sender
	t    testing.TB
	db   *sqlite.DB
	path string
	log  journal

	mu  sync.Mutex
	now time.Time
	// answer says what becomes of a message; nil accepts all.
	answer func(to string) mail.Outcome
	// got are the messages the server has, asked all that it was asked for.
	got, asked []carried
	opened     int
}

// arrived counts the messages that the server has.
func (b *bureau) arrived() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.got)
}

// A journal is what was logged.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// carried is a message as it came, and as it is read.
type carried struct {
	at      time.Time
	to, raw string
	mailtest.Message
}

func readMessage(at time.Time, to string, message []byte) (carried, error) {
	l, err := mailtest.Read(message)
	l.Text, l.HTML = strings.ReplaceAll(l.Text, "\r\n", "\n"), strings.ReplaceAll(l.HTML, "\r\n", "\n")
	return carried{at: at, to: to, raw: string(message), Message: l}, err
}

// id returns the Message-ID.
func (c carried) id() string { return c.Header.Get("Message-Id") }

func newBureau(t testing.TB) *bureau {
	t.Helper()
	b := &bureau{t: t, now: morning, path: filepath.Join(t.TempDir(), "koyomi.db")}
	b.reopen(b.path)
	b.Sender = b.second(b.db)
	t.Cleanup(func() { b.db.Close() })
	return b
}

// reopen opens a database in place of the one there was.
func (b *bureau) reopen(path string) {
	b.t.Helper()
	db, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.db, b.path = db, path
	if b.Sender != nil {
		b.Store = db
	}
}

// second returns an sender of the same settings and clock.
func (b *bureau) second(db Store) *Sender {
	return &Sender{
		Settings: Settings{
			Site: "https://koyomi.example.jp", From: netmail.Address{Name: "koyomi", Address: "koyomi@example.jp"}, Bounces: "bounces@example.jp",
			CatchUp: 6 * time.Hour, MaxAge: 20 * time.Hour, Resend: true,
		},
		Store: db, Publication: paper(), Open: func() Transport { b.opened++; return b.transport() }, Now: b.clock,
		Log: slog.New(slog.NewTextHandler(&b.log, nil)),
	}
}

func paper() Publication {
	return Publication{
		Calendar:    publish.Calendar{URL: "https://koyomi.example.jp/", EventBase: "https://koyomi.example.jp/events/"},
		Communities: []*source.Community{{ID: "garden", Name: "庭の会", Sources: []*source.Source{{ID: "garden"}}}},
	}
}

func (b *bureau) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bureau) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// transport is the way to the bureau's server.
func (b *bureau) transport() Transport { return fakeTransport{b} }

type fakeTransport struct{ b *bureau }

func (f fakeTransport) Deliver(_ context.Context, _, to string, message []byte) mail.Outcome {
	b := f.b
	now := b.clock()
	b.mu.Lock()
	defer b.mu.Unlock()
	c, err := readMessage(now, to, message)
	if err != nil {
		b.t.Error(err)
	}
	b.asked = append(b.asked, c)
	out := mail.Outcome{}
	if b.answer != nil {
		out = b.answer(to)
	}
	if out.Result == mail.Accepted {
		b.got = append(b.got, c)
	}
	return out
}

func (f fakeTransport) Close() error { return nil }

// readers subscribes addresses with a filter.
func (b *bureau) readers(query string, names ...string) []subscriber.Subscriber {
	b.t.Helper()
	var all []subscriber.Subscriber
	for _, n := range names {
		all = append(all, b.reader(n, subscriber.Wish{Query: query, Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both}))
	}
	return all
}

func (b *bureau) reader(name string, w subscriber.Wish) subscriber.Subscriber {
	b.t.Helper()
	s, err := b.db.Subscribe(context.Background(), subscriber.Subscriber{Address: subscriber.Address(name + "@example.jp"), Wish: w}, b.clock())
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// stands returns a subscriber as it stands.
func (b *bureau) stands(s subscriber.Subscriber) subscriber.Subscriber {
	b.t.Helper()
	got, err := b.db.Subscriber(context.Background(), s.Address)
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// tell notes an event that starts so many days from now, with one change.
func (b *bureau) tell(n, days int) event.Event {
	b.t.Helper()
	now := b.clock()
	e := event.Event{UID: fmt.Sprintf("%08x-0000-5000-8000-000000000000", n), Community: "garden", Created: now, Updated: now}
	e.Title, e.Zone, e.Location = fmt.Sprintf("第%d回 庭の勉強会", n), "Asia/Tokyo", "東京都渋谷区"
	e.Start = event.At(time.Date(now.Year(), now.Month(), now.Day()+days, 19, 0, 0, 0, event.Tokyo))
	b.write(store.Poll{State: health.Applied}, []event.Event{e}, []event.Change{{UID: e.UID, Kind: event.ChangeAdded, After: event.Text(e.Title), At: now, Source: "garden"}})
	return e
}

// write writes a poll of the garden.
func (b *bureau) write(p store.Poll, events []event.Event, changes []event.Change) {
	b.t.Helper()
	ctx, now := context.Background(), b.clock()
	id, err := b.db.OpenPoll(ctx, "garden", now)
	if err != nil {
		b.t.Fatal(err)
	}
	p.ID, p.Source, p.At, p.Closed = id, "garden", now, now
	states, err := b.db.Sources(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	state := store.SourceState{ID: "garden"}
	for _, s := range states {
		if s.ID == "garden" {
			state = s
		}
	}
	state.LastPoll = now
	switch p.State {
	case health.Applied:
		state.LastGood, state.Failures = now, 0
	default:
		state.Failures++
	}
	o := store.Outcome{Poll: p, State: state}
	o.Events, o.Changes = events, changes
	for _, e := range events {
		o.Claims = append(o.Claims, event.Claim{Source: "garden", Key: e.UID, UID: e.UID, From: now, Seen: now, Listing: event.Listing{Key: e.UID, Details: e.Details}})
	}
	if err := b.db.ClosePoll(ctx, o); err != nil {
		b.t.Fatal(err)
	}
}

// plan plans, and says how many messages there are.
func (b *bureau) plan() Planned {
	b.t.Helper()
	p, err := b.Plan(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *bureau) send() Tally {
	b.t.Helper()
	tally, err := b.Send(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return tally
}

// day plans and sends.
func (b *bureau) day() Tally {
	b.t.Helper()
	b.plan()
	return b.send()
}

// messages returns all there are, oldest first.
func (b *bureau) messages() []store.Message {
	b.t.Helper()
	all, err := b.db.Messages(context.Background(), 0)
	if err != nil {
		b.t.Fatal(err)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// states returns the states of all messages, oldest first.
func (b *bureau) states() string {
	var all []string
	for _, l := range b.messages() {
		all = append(all, string(l.State))
	}
	return strings.Join(all, " ")
}

// settled lets two days of readers' digests pass, so that a test begins with readers
// whose first digest is behind them.
func (b *bureau) settled(readers ...subscriber.Subscriber) {
	b.t.Helper()
	b.tell(900, 3)
	if tally := b.day(); tally.Sent != len(readers) {
		b.t.Fatalf("first digests: %+v, want %d", tally, len(readers))
	}
	b.got, b.asked, b.opened = nil, nil, 0
	b.pass(24 * time.Hour)
}
