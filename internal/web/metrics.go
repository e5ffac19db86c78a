package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// metricsType is that of Prometheus' text format, version 0.0.4.
const metricsType = "text/plain; version=0.0.4; charset=utf-8"

// metrics answers /metrics: how sources and readers fare, for a machine to watch. What
// comes from the store is at most a minute old, what was answered is of now. It is for
// machines nearby alone: for everybody else there is no such page.
func (s *Site) metrics(w http.ResponseWriter, r *http.Request, _ string) error {
	if !s.nearby(r) {
		return notFound("there is no such page")
	}
	if _, err := readParams(r); err != nil {
		return err
	}
	now := s.now().Truncate(minute)
	d, err := s.document(r.Context(), job{
		key:    "metrics",
		now:    now,
		bucket: minuteBucket(now),
		make: func(ctx context.Context, w *maker) (document, error) {
			body, err := w.gauges(ctx)
			if err != nil {
				return document{}, err
			}
			return newDocument(publish.Seal(body, metricsType, time.Time{}), nil), nil
		},
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.Write(d.Body)
	if err := s.countMail(r.Context(), &b, s.now()); err != nil {
		return err
	}
	s.tally.write(&b)
	w.Header().Set("Content-Type", metricsType)
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // a reader who went away is no failure
	}
	return nil
}

// head writes what a metric is.
func head(b *bytes.Buffer, name, kind, help string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// labelled escapes the value of a label.
var labelled = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// A gauge is one figure of every source.
type gauge struct {
	name, help string
	of         func(store.SourceState, *store.Poll) (float64, bool)
}

// gauges are those of a source; what is not known yet is left out.
var gauges = []gauge{
	{
		"koyomi_source_last_good_timestamp_seconds",
		"When the source was last visited and believed.",
		func(s store.SourceState, _ *store.Poll) (float64, bool) {
			return float64(s.LastGood.Unix()), !s.LastGood.IsZero()
		},
	},
	{
		"koyomi_source_last_visit_timestamp_seconds",
		"When the source was last visited.",
		func(s store.SourceState, _ *store.Poll) (float64, bool) {
			return float64(s.LastPoll.Unix()), !s.LastPoll.IsZero()
		},
	},
	{
		"koyomi_source_failures",
		"Visits in a row that failed or were held.",
		func(s store.SourceState, _ *store.Poll) (float64, bool) {
			return float64(s.Failures), true
		},
	},
	{
		"koyomi_source_items",
		"Items read at the latest visit.",
		func(_ store.SourceState, p *store.Poll) (float64, bool) {
			if p == nil {
				return 0, false
			}
			return float64(p.Read), true
		},
	},
	{
		"koyomi_source_rejected",
		"Items left out at the latest visit, because they could not be read.",
		func(_ store.SourceState, p *store.Poll) (float64, bool) {
			if p == nil {
				return 0, false
			}
			return float64(p.Rejected), true
		},
	},
}

// gauges writes what the store tells.
func (w *maker) gauges(ctx context.Context) ([]byte, error) {
	var b bytes.Buffer
	head(&b, "koyomi_info", "gauge", "The program that answers.")
	fmt.Fprintf(&b, "koyomi_info{version=\"%s\"} 1\n", labelled.Replace(w.version))
	states, err := w.reader.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[string]store.SourceState{}
	for _, st := range states {
		byID[st.ID] = st
	}
	watched, latest, err := w.latestPolls(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range gauges {
		head(&b, g.name, "gauge", g.help)
		for _, src := range watched {
			if v, known := g.of(byID[src.ID], latest[src.ID]); known {
				fmt.Fprintf(
					&b,
					"%s{source=\"%s\"} %.0f\n",
					g.name,
					labelled.Replace(src.ID),
					v,
				)
			}
		}
	}
	countSources(&b, watched, latest)
	held, err := w.reader.Candidates(ctx, "", false)
	if err != nil {
		return nil, err
	}
	head(&b, "koyomi_held", "gauge", "Visits that wait for a person to decide on them.")
	fmt.Fprintf(&b, "koyomi_held %d\n", len(held))
	if err := w.countEvents(ctx, &b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// countSources writes how many sources are watched, by what became of the latest visit.
func countSources(
	b *bytes.Buffer,
	watched []*source.Source,
	latest map[string]*store.Poll,
) {
	const unvisited = "unvisited"
	counts := map[health.State]int{}
	for _, src := range watched {
		state := health.State(unvisited)
		if p := latest[src.ID]; p != nil {
			state = p.State
		}
		counts[state]++
	}
	head(
		b,
		"koyomi_sources",
		"gauge",
		"Sources that are watched, by what became of the latest visit.",
	)
	for _, s := range []health.State{health.Unchanged, health.Applied, health.Held, health.Failed, unvisited} {
		fmt.Fprintf(b, "koyomi_sources{state=\"%s\"} %d\n", s, counts[s])
	}
}

// latestPolls returns the sources that are watched, and the latest visit to each.
func (w *maker) latestPolls(
	ctx context.Context,
) (watched []*source.Source, latest map[string]*store.Poll, err error) {
	latest = map[string]*store.Poll{}
	for _, c := range w.names.all {
		for _, src := range c.Sources {
			if src.Off != "" || src.Archived != "" {
				continue
			}
			watched = append(watched, src)
			polls, err := w.reader.Polls(ctx, src.ID, 1)
			if err != nil {
				return nil, nil, err
			}
			if len(polls) > 0 {
				latest[src.ID] = &polls[0]
			}
		}
	}
	return watched, latest, nil
}

// countEvents writes how many events are to come, by status.
func (w *maker) countEvents(ctx context.Context, b *bytes.Buffer) error {
	all, err := w.recent(ctx)
	if err != nil {
		return err
	}
	counts := map[event.Status]int{}
	for i := range all.docs {
		if e := &all.docs[i].Event; isEvent(e) && e.Over(w.calendar.Assumed).After(w.now) {
			counts[e.Status]++
		}
	}
	head(b, "koyomi_events", "gauge", "Events that are not over, by status.")
	for _, s := range []event.Status{event.Confirmed, event.Tentative, event.Postponed, event.Cancelled} {
		fmt.Fprintf(b, "koyomi_events{status=\"%s\"} %d\n", s, counts[s])
	}
	return nil
}

// write writes what was answered.
func (t *Tally) write(b *bytes.Buffer) {
	head(
		b,
		"koyomi_http_requests_total",
		"counter",
		"Requests answered, by kind of address and status.",
	)
	for kind, name := range kindNames {
		for status := range t.answers[kind] {
			if n := t.answers[kind][status].Load(); n > 0 {
				fmt.Fprintf(
					b,
					"koyomi_http_requests_total{kind=\"%s\",code=\"%d\"} %d\n",
					name,
					status,
					n,
				)
			}
		}
	}
	head(
		b,
		"koyomi_http_response_bytes_total",
		"counter",
		"Octets of bodies sent, by kind of address.",
	)
	for kind, name := range kindNames {
		fmt.Fprintf(
			b,
			"koyomi_http_response_bytes_total{kind=\"%s\"} %d\n",
			name,
			t.bytes[kind].Load(),
		)
	}
}
