package observe

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

var noon = time.Date(2026, 5, 18, 12, 0, 0, 0, time.UTC)

func applied() poll.Report {
	return poll.Report{
		Source: "bpstudy",
		Poll: store.Poll{
			At: noon, Closed: noon.Add(3 * time.Second), State: health.Applied,
			Figures: health.Figures{Counts: health.Counts{Read: 5, Rejected: 2}},
			Changes: map[event.ChangeKind]int{event.ChangeAdded: 4, event.ChangeMoved: 1},
		},
		Held: &store.Candidate{Doubts: make([]health.Doubt, 3)},
	}
}

// TestMetrics: what polls, pages and runs brought is counted, in names that Prometheus'
// own linter has nothing to say of.
func TestMetrics(t *testing.T) {
	m := NewMetrics()
	m.Poll(applied())
	m.Poll(poll.Report{Poll: store.Poll{State: health.Failed, Cause: health.CauseLimited}})
	m.Rendered("feed", 20*time.Millisecond)
	m.Published("public", 3, 100, 1, nil)
	m.Published("public", 0, 0, 0, errors.New("no space"))
	const want = `
# HELP koyomi_changes_total Changes of events that were stored, by kind.
# TYPE koyomi_changes_total counter
koyomi_changes_total{kind="added"} 4
koyomi_changes_total{kind="cancelled"} 0
koyomi_changes_total{kind="moved"} 1
# HELP koyomi_poll_items_total Items found by polls, by what became of them: read, rejected or in doubt.
# TYPE koyomi_poll_items_total counter
koyomi_poll_items_total{result="in doubt"} 3
koyomi_poll_items_total{result="read"} 5
koyomi_poll_items_total{result="rejected"} 2
# HELP koyomi_polls_total Polls that ended, by outcome and cause.
# TYPE koyomi_polls_total counter
koyomi_polls_total{cause="",state="applied"} 1
koyomi_polls_total{cause="",state="unchanged"} 0
koyomi_polls_total{cause="limited",state="failed"} 1
# HELP koyomi_publish_files_total Files of the site, by target and what was done: written, unchanged or removed.
# TYPE koyomi_publish_files_total counter
koyomi_publish_files_total{done="removed",target="public"} 1
koyomi_publish_files_total{done="unchanged",target="public"} 100
koyomi_publish_files_total{done="written",target="public"} 3
# HELP koyomi_publish_total Runs that wrote the site as files, by target and result.
# TYPE koyomi_publish_total counter
koyomi_publish_total{result="done",target="public"} 1
koyomi_publish_total{result="failed",target="public"} 1
`
	names := []string{"koyomi_changes_total", "koyomi_poll_items_total", "koyomi_polls_total", "koyomi_publish_files_total", "koyomi_publish_total"}
	if err := testutil.GatherAndCompare(m.Gatherer(), strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
	problems, err := testutil.GatherAndLint(m.Gatherer())
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
	if n := testutil.CollectAndCount(m.visits); n != 1 {
		t.Errorf("%d histograms of polls, want 1", n)
	}
}

// TestLogKeepsSecrets: secrets are masked by their name and inside addresses, in either
// format, and nothing else is touched.
func TestLogKeepsSecrets(t *testing.T) {
	for _, format := range []string{FormatText, FormatJSON} {
		var b bytes.Buffer
		log := NewLog(&b, format, slog.LevelInfo)
		log.Info(
			"asked",
			"api-key", "s3cret-1",
			"Authorization", "Bearer s3cret-2",
			"url", "https://me:s3cret-3@who.example/a?b=c",
			"error", errors.New(`get "https://who.example/?token=s3cret-4&page=2": refused`),
			"source", "bpstudy",
		)
		log.Debug("left out")
		got := b.String()
		if strings.Contains(got, "s3cret") {
			t.Errorf("%s: a secret is logged: %s", format, got)
		}
		for _, want := range []string{"bpstudy", "who.example/a?b=c", "page=2", "refused"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in %s", format, want, got)
			}
		}
		if strings.Contains(got, "left out") || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: want one line: %s", format, got)
		}
	}
}

type fetcher func(ask poll.Ask) (poll.Answer, error)

func (f fetcher) Fetch(_ context.Context, ask poll.Ask) (poll.Answer, error) { return f(ask) }

// TestTracer: a poll is one trace, with its steps and requests inside, and no query of an
// address in it.
func TestTracer(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	tr := newTracer(sdktrace.WithSyncer(spans), "test")
	ask := tr.Fetcher(fetcher(func(a poll.Ask) (poll.Answer, error) {
		if strings.Contains(a.URL, "gone") {
			return poll.Answer{}, errors.New("410")
		}
		return poll.Answer{Page: extract.Page{Status: 200, Body: []byte("abc")}}, nil
	}))
	visit := tr.Visit(func(ctx context.Context, _ *source.Source) (poll.Report, error) {
		ctx, end := tr.Step(ctx, "read")
		defer end()
		for _, url := range []string{"https://who.example/list?key=s3cret", "https://who.example/gone"} {
			_, _ = ask.Fetch(ctx, poll.Ask{Request: extract.Request{URL: url}})
		}
		return applied(), nil
	})
	if _, err := visit(t.Context(), &source.Source{ID: "bpstudy"}); err != nil {
		t.Fatal(err)
	}
	got := spans.GetSpans()
	var names []string
	for _, s := range got {
		names = append(names, s.Name+" "+s.Status.Code.String())
		for _, a := range s.Attributes {
			if strings.Contains(a.Value.String(), "s3cret") {
				t.Errorf("%s holds a secret: %v", s.Name, a)
			}
		}
		if s.SpanContext.TraceID() != got[0].SpanContext.TraceID() {
			t.Errorf("%s is of another trace", s.Name)
		}
	}
	if want := "fetch Unset,fetch Error,read Unset,poll Unset"; strings.Join(names, ",") != want {
		t.Errorf("got %v, want %s", names, want)
	}
	if err := tr.Close(); err != nil {
		t.Error(err)
	}
}

// TestNoTracer: without an endpoint nothing is traced.
func TestNoTracer(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	tr, err := NewTracer(t.Context(), "", "test")
	if err != nil {
		t.Fatal(err)
	}
	plain := fetcher(func(poll.Ask) (poll.Answer, error) { return poll.Answer{}, nil })
	if _, same := tr.Fetcher(plain).(fetcher); !same {
		t.Error("requests are traced")
	}
	if err := tr.Close(); err != nil {
		t.Error(err)
	}
}

// TestTracesAreSent: an endpoint gets what was traced, at the latest at the end.
func TestTracesAreSent(t *testing.T) {
	var asked atomic.Value
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked.Store(r.URL.Path) }))
	defer collector.Close()
	tr, err := NewTracer(t.Context(), collector.URL, "test")
	if err != nil {
		t.Fatal(err)
	}
	_, end := tr.Step(t.Context(), "read")
	end()
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if asked.Load() != "/v1/traces" {
		t.Errorf("asked %v", asked.Load())
	}
}

// TestHeartbeat: the address is asked while all is well, and not otherwise.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var beats, latest atomic.Int64
		latest.Store(time.Now().Unix())
		client := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			beats.Add(1)
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
		})}
		lively := Lively{
			Latest: func(context.Context) (time.Time, error) { return time.Unix(latest.Load(), 0), nil },
			Now:    time.Now, Polls: func() bool { return true },
		}
		h := Heartbeat{URL: "https://alarm.example/1", Every: 5 * time.Minute, Well: lively.Well, Client: client, Log: slog.New(slog.DiscardHandler)}
		ended := make(chan error)
		go func() { ended <- h.Run(ctx) }()
		time.Sleep(time.Hour + time.Second)
		if n := beats.Load(); n != 13 {
			t.Errorf("%d beats in an hour, want 13", n)
		}
		time.Sleep(23 * time.Hour)
		if n, most := beats.Load(), int64(12*12+1); n != most {
			t.Errorf("%d beats in a day, want %d: none after twelve hours without a poll", n, most)
		}
		latest.Store(time.Now().Unix())
		time.Sleep(5 * time.Minute)
		if beats.Load() != 12*12+2 {
			t.Error("no beat once sources are polled again")
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestPrivate: figures and profiles are served until the end.
func TestPrivate(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- Private(ctx, l, promhttp.HandlerFor(NewMetrics().Gatherer(), promhttp.HandlerOpts{})) }()
	for path, want := range map[string]int{"/metrics": 200, "/debug/pprof/heap": 200, "/": 404} {
		r, err := http.Get("http://" + l.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
