package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/delivery"
	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/subscriber"
)

// An sender is a site that sends the daily mail, over a real database and a clock that
// is set.
type sender struct {
	*Site
	t     testing.TB
	db    *sqlite.DB
	clock *atomic.Int64
	log   *bytes.Buffer
}

// own are the addresses that koyomi mails from.
var own = []string{"koyomi@koyomi.example", "bounce@koyomi.example"}

func openSender(t testing.TB, change ...func(*Mailing)) *sender {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "koyomi.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	o := &sender{t: t, db: db, clock: new(atomic.Int64), log: new(bytes.Buffer)}
	o.clock.Store(monday.Unix())
	m := &Mailing{
		Signup: &delivery.Signup{Outbox: db, Site: "https://koyomi.example", Domain: "koyomi.example"},
		Queue:  db.Queue,
		Offer:  true, Gate: new(subscriber.Gate), Own: own, Minute: 7 * 60, Zone: "Asia/Tokyo",
	}
	for _, f := range change {
		f(m)
	}
	o.Site = New(Options{
		Reader: may2009(), Communities: func() []*source.Community { return catalogue2009 }, Mailing: m,
		Calendar: publish.Calendar{Name: "勉強会カレンダー"}, PublicURL: "https://koyomi.example", Now: o.now,
		Log: slog.New(slog.NewTextHandler(o.log, nil)),
	})
	return o
}

func (o *sender) now() time.Time { return time.Unix(o.clock.Load(), 0).In(event.Tokyo) }

func (o *sender) later(d time.Duration) { o.clock.Add(int64(d / time.Second)) }

// sending returns a request with a body; headers come in pairs, an empty value takes
// one out.
func sending(target, kind, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Host = "koyomi.example"
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Origin", "https://koyomi.example")
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else if r.Header.Del(headers[i]); headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	return r
}

func (o *sender) answer(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.ServeHTTP(w, r)
	return w
}

// fill sends the form, as a browser does, with fields in pairs.
func (o *sender) fill(fields []string, headers ...string) *httptest.ResponseRecorder {
	v := url.Values{"address": {"you@example.org"}, "q": {""}, "hour": {"07:00"}, "lang": {"ja"}, "website": {""}}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return o.answer(sending("/subscribe", formType, v.Encode(), headers...))
}

// post presses a button.
func (o *sender) post(target string) *httptest.ResponseRecorder {
	return o.answer(sending(target, formType, ""))
}

// messages returns those that wait to be sent.
func (o *sender) messages() []store.Message {
	o.t.Helper()
	all, err := o.db.Ready(o.t.Context(), o.now(), 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

var confirmLink = regexp.MustCompile(`https://koyomi\.example(/confirm/[A-Za-z0-9_-]+)`)

// link returns the path that a message leads to.
func (o *sender) link(l store.Message) string {
	o.t.Helper()
	found := confirmLink.FindStringSubmatch(l.Body.Text[0])
	if found == nil {
		o.t.Fatalf("no link in %q", l.Body.Text)
	}
	return found[1]
}

// asked asks for an address and returns the link of the message.
func (o *sender) asked(address string) string {
	o.t.Helper()
	before := len(o.messages())
	if w := o.fill([]string{"address", address}); w.Code != http.StatusOK {
		o.t.Fatalf("%d %s", w.Code, w.Body)
	}
	all := o.messages()
	if len(all) != before+1 {
		o.t.Fatalf("%d messages, then %d", before, len(all))
	}
	return o.link(all[len(all)-1])
}

func (o *sender) subscribers() []subscriber.Subscriber {
	o.t.Helper()
	all, err := o.db.Subscribers(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

// subscribed makes an address a subscription, and returns the path that ends it.
func (o *sender) subscribed(address subscriber.Address) string {
	o.t.Helper()
	w := subscriber.Wish{Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both}
	s, err := o.db.Subscribe(o.t.Context(), subscriber.Subscriber{Address: address, Wish: w}, o.now())
	if err != nil {
		o.t.Fatal(err)
	}
	state, err := o.db.Mail(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return "/unsubscribe/" + state.Secret.Leave(s.ID, s.Generation)
}

func (o *sender) state(address subscriber.Address) subscriber.State {
	o.t.Helper()
	s, err := o.db.Subscriber(o.t.Context(), address)
	if err != nil {
		o.t.Fatal(err)
	}
	return s.State
}

func parsed(t testing.TB, w *httptest.ResponseRecorder) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
