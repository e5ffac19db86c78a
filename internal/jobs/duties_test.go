package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/mail"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"koyomi/internal/daemon"
	"koyomi/internal/delivery"
	"koyomi/internal/deploy"
	"koyomi/internal/jobs"
	smtp "koyomi/internal/mail"
	"koyomi/internal/publish"
	"koyomi/internal/store"
	"koyomi/internal/store/postgres"
	"koyomi/internal/subscriber"
)

// post asks the test's site for something in its name.
func post(ctx context.Context, port, path string, q url.Values, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1:"+port+path+"?"+q.Encode(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return nil
}

// A carrier takes messages to the test's postbox.
type carrier struct{ port string }

func (c carrier) Deliver(ctx context.Context, _, to string, message []byte) smtp.Outcome {
	if err := post(ctx, c.port, "/mail", url.Values{"to": {to}}, message); err != nil {
		return smtp.Outcome{Result: smtp.Unknown, Cause: err.Error()}
	}
	return smtp.Outcome{}
}

func (carrier) Close() error { return nil }

// dutiesOf are the daily mail and a place that is published, of one process.
func dutiesOf(db *postgres.DB, shared *jobs.Shared, name, port string, log *slog.Logger) *daemon.Duties {
	sender := &delivery.Sender{
		Settings: delivery.Settings{
			Site: "https://koyomi.example.jp", From: mail.Address{Address: "koyomi@example.jp"}, Bounces: "bounces@example.jp",
			CatchUp: 6 * time.Hour, MaxAge: 20 * time.Hour, Resend: true,
		},
		Store: db, Now: time.Now, Log: log, Open: func() delivery.Transport { return carrier{port} },
		Publication: delivery.Publication{Calendar: publish.Calendar{URL: "https://koyomi.example.jp/", EventBase: "https://koyomi.example.jp/events/"}},
	}
	rounds := (&delivery.Round{Sender: func() *delivery.Sender { return sender }, Now: time.Now, Log: log}).Duty(shared.Lanes, true, nil)
	rounds.Next = func(now time.Time, _ int) time.Time { return now.Add(3 * time.Second) }
	p := &deploy.Publisher{
		Name: "https://place.example/site", Every: 2 * time.Second, Log: log,
		State: func(ctx context.Context) (string, error) {
			revision, err := db.Revision(ctx)
			return strconv.FormatInt(revision, 10), err
		},
		Write: func(ctx context.Context, held func(context.Context) error) (c deploy.Counts, err error) {
			run := fmt.Sprint(name, " ", time.Now().UnixNano())
			for step := range 6 {
				if err := held(ctx); err != nil {
					return c, err
				}
				q := url.Values{"run": {run}, "step": {strconv.Itoa(step)}}
				if err := post(ctx, port, "/publish", q, nil); err != nil {
					return c, err
				}
			}
			return c, nil
		},
	}
	return &daemon.Duties{All: []*daemon.Duty{rounds, p.Duty(shared.Lanes)}, Store: db, Now: time.Now, Log: log}
}

// A postbox sees what is mailed and published.
type postbox struct {
	mu sync.Mutex
	// got are the Message-IDs that came to each address, again counts those that came
	// before.
	got   map[string]map[string]bool
	again int
	// last is the run that published last, over are those that another followed. late
	// counts steps of these, whole the runs that came to their end.
	last        string
	over        map[string]bool
	late, whole int
	// began is when the last run began, ended when one last ended.
	began, ended time.Time
}

func newPostbox() *postbox {
	return &postbox{got: map[string]map[string]bool{}, over: map[string]bool{}}
}

// ServeHTTP takes a message, or a step of publishing.
func (p *postbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	if r.URL.Path == "/publish" {
		p.step(q.Get("run"), q.Get("step"))
		return
	}
	m, err := mail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	to, id := q.Get("to"), m.Header.Get("Message-Id")
	if p.got[to] == nil {
		p.got[to] = map[string]bool{}
	}
	if p.got[to][id] {
		p.again++
	}
	p.got[to][id] = true
}

func (p *postbox) step(run, step string) {
	if p.over[run] {
		p.late++
		return
	}
	if p.last != run {
		p.over[p.last], p.last, p.began = true, run, time.Now()
	}
	if step == "5" {
		p.whole++
		p.ended = time.Now()
	}
}

// publishedSince reports whether a run that began after a moment came to its end.
func (p *postbox) publishedSince(at time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.began.After(at) && p.ended.After(p.began)
}

// subscribe makes so many readers whose hours lie in the minutes from one on.
func subscribe(t *testing.T, address string, readers, minutes int, from time.Time) {
	t.Helper()
	db, err := postgres.Open(t.Context(), address, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// A zone in which it is about noon: no local day ends meanwhile.
	zone := fmt.Sprintf("Etc/GMT%+d", from.UTC().Hour()-12)
	if zone == "Etc/GMT+0" {
		zone = "Etc/GMT"
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	for n := range readers {
		at := from.Add(time.Duration(n%minutes) * time.Minute).In(place)
		wish := subscriber.Wish{Zone: zone, Minute: at.Hour()*60 + at.Minute(), Lang: "ja", Format: subscriber.Text}
		s := subscriber.Subscriber{Address: subscriber.Address(fmt.Sprintf("r%d@example.jp", n)), Wish: wish}
		if _, err := db.Subscribe(t.Context(), s, time.Now().Add(-24*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
}

// A tally is what became of the digests of readers.
type tally struct{ whole, lost, doubled, leased, again int }

// count holds what came against the readers. A message that a process had in hand when it
// died belongs to it until its lease is over: it is neither lost nor there.
func (p *postbox) count(ctx context.Context, db *postgres.DB, readers int) (n tally, err error) {
	messages, err := db.Messages(ctx, 10*readers)
	if err != nil {
		return n, err
	}
	waits := map[string]bool{}
	for _, m := range messages {
		waits[string(m.To)] = m.State == store.Sending || m.State == store.Unknown
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n.again = p.again
	for i := range readers {
		to := fmt.Sprintf("r%d@example.jp", i)
		switch got := len(p.got[to]); {
		case got == 1:
			n.whole++
		case got > 1:
			n.doubled++
		case waits[to]:
			n.leased++
		default:
			n.lost++
		}
	}
	return n, nil
}
