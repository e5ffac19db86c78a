package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// metrics answers /metrics: how sources and readers fare, for a machine to watch. It is
// for machines nearby alone: for everybody else there is no such page.
func (s *Site) metrics(w http.ResponseWriter, r *http.Request, _ string) error {
	if !s.nearby(r) {
		return notFound("there is no such page")
	}
	if _, err := readParams(r); err != nil {
		return err
	}
	figures, err := s.figures(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	promhttp.HandlerFor(figures, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	return nil
}

// Figures answers with what /metrics does, to whoever may ask a handler of its own.
func (s *Site) Figures(w http.ResponseWriter, r *http.Request) {
	figures, err := s.figures(r.Context())
	if err != nil {
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	promhttp.HandlerFor(figures, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// figures returns all that is told: what comes from the store is at most a minute old,
// what was answered, and of the mail, is of now.
func (s *Site) figures(ctx context.Context) (prometheus.Gatherers, error) {
	stored, err := s.storedFigures(ctx)
	if err != nil {
		return nil, err
	}
	var now samples
	if err := s.countMail(ctx, &now, s.now()); err != nil {
		return nil, err
	}
	s.tally.count(&now)
	r := prometheus.NewPedanticRegistry()
	for _, part := range []*samples{stored, &now} {
		if err := r.Register(part); err != nil {
			return nil, err
		}
	}
	all := prometheus.Gatherers{r}
	if s.gatherer != nil {
		all = append(all, s.gatherer)
	}
	return all, nil
}

// storedFigures are those of the store, read once a minute.
func (s *Site) storedFigures(ctx context.Context) (*samples, error) {
	now := s.now().Truncate(minute)
	d, err := s.document(ctx, job{
		key:    "metrics",
		now:    now,
		bucket: minuteBucket(now),
		make: func(ctx context.Context, w *maker) (document, error) {
			var all samples
			if err := w.gauges(ctx, &all); err != nil {
				return document{}, err
			}
			return document{samples: &all}, nil
		},
	})
	if err != nil {
		return nil, err
	}
	return d.samples, nil
}

// Samples are figures as they were at one moment.
type samples struct{ all []prometheus.Metric }

// Describe says nothing: which figures there are depends on what is watched.
func (s *samples) Describe(chan<- *prometheus.Desc) {}

// Collect tells all of them.
func (s *samples) Collect(to chan<- prometheus.Metric) {
	for _, m := range s.all {
		to <- m
	}
}

// A figure is one kind of figures: its name, what it says, and what its labels name.
type figure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func newFigure(kind prometheus.ValueType, name, help string, labels ...string) figure {
	return figure{prometheus.NewDesc(name, help, labels, nil), kind}
}

// add adds one figure, with the values of its labels.
func (s *samples) add(f figure, value float64, labels ...string) {
	s.all = append(s.all, prometheus.MustNewConstMetric(f.desc, f.kind, value, labels...))
}

var (
	infoFigure = newFigure(
		prometheus.GaugeValue,
		"koyomi_info",
		"The program that answers.",
		"version",
	)
	sourcesFigure = newFigure(
		prometheus.GaugeValue,
		"koyomi_sources",
		"Sources that are watched, by what became of the latest visit.",
		"state",
	)
	heldFigure = newFigure(
		prometheus.GaugeValue,
		"koyomi_held",
		"Visits that wait for a person to decide on them.",
	)
	eventsFigure = newFigure(
		prometheus.GaugeValue,
		"koyomi_events",
		"Events that are not over, by status.",
		"status",
	)
	requestsFigure = newFigure(
		prometheus.CounterValue,
		"koyomi_http_requests_total",
		"Requests answered, by kind of address and status.",
		"kind", "code",
	)
	bytesFigure = newFigure(
		prometheus.CounterValue,
		"koyomi_http_response_bytes_total",
		"Octets of bodies sent, by kind of address.",
		"kind",
	)
)

// A gauge is one figure of every source.
type gauge struct {
	figure
	of func(store.SourceState, *store.Poll) (float64, bool)
}

func sourceGauge(
	name, help string,
	of func(store.SourceState, *store.Poll) (float64, bool),
) gauge {
	return gauge{newFigure(prometheus.GaugeValue, name, help, "source"), of}
}

// gauges are those of a source; what is not known yet is left out.
var gauges = []gauge{
	sourceGauge(
		"koyomi_source_last_good_timestamp_seconds",
		"When the source was last visited and believed.",
		func(s store.SourceState, _ *store.Poll) (float64, bool) {
			return float64(s.LastGood.Unix()), !s.LastGood.IsZero()
		},
	),
	sourceGauge(
		"koyomi_source_last_visit_timestamp_seconds",
		"When the source was last visited.",
		func(s store.SourceState, _ *store.Poll) (float64, bool) {
			return float64(s.LastPoll.Unix()), !s.LastPoll.IsZero()
		},
	),
	sourceGauge(
		"koyomi_source_failures",
		"Visits in a row that failed or were held.",
		func(s store.SourceState, _ *store.Poll) (float64, bool) {
			return float64(s.Failures), true
		},
	),
	sourceGauge(
		"koyomi_source_items",
		"Items read at the latest visit.",
		func(_ store.SourceState, p *store.Poll) (float64, bool) {
			if p == nil {
				return 0, false
			}
			return float64(p.Read), true
		},
	),
	sourceGauge(
		"koyomi_source_rejected",
		"Items left out at the latest visit, because they could not be read.",
		func(_ store.SourceState, p *store.Poll) (float64, bool) {
			if p == nil {
				return 0, false
			}
			return float64(p.Rejected), true
		},
	),
}

// gauges adds what the store tells.
func (w *maker) gauges(ctx context.Context, to *samples) error {
	to.add(infoFigure, 1, w.version)
	states, err := w.reader.Sources(ctx)
	if err != nil {
		return err
	}
	byID := map[string]store.SourceState{}
	for _, st := range states {
		byID[st.ID] = st
	}
	watched, latest, err := w.latestPolls(ctx)
	if err != nil {
		return err
	}
	for _, g := range gauges {
		for _, src := range watched {
			if v, known := g.of(byID[src.ID], latest[src.ID]); known {
				to.add(g.figure, v, src.ID)
			}
		}
	}
	countSources(to, watched, latest)
	held, err := w.reader.Candidates(ctx, "", false)
	if err != nil {
		return err
	}
	to.add(heldFigure, float64(len(held)))
	return w.countEvents(ctx, to)
}

// countSources adds how many sources are watched, by what became of the latest visit.
func countSources(to *samples, watched []*source.Source, latest map[string]*store.Poll) {
	const unvisited = "unvisited"
	counts := map[health.State]int{}
	for _, src := range watched {
		state := health.State(unvisited)
		if p := latest[src.ID]; p != nil {
			state = p.State
		}
		counts[state]++
	}
	for _, s := range []health.State{health.Unchanged, health.Applied, health.Held, health.Failed, unvisited} {
		to.add(sourcesFigure, float64(counts[s]), string(s))
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

// countEvents adds how many events are to come, by status.
func (w *maker) countEvents(ctx context.Context, to *samples) error {
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
	for _, s := range []event.Status{event.Confirmed, event.Tentative, event.Postponed, event.Cancelled} {
		to.add(eventsFigure, float64(counts[s]), string(s))
	}
	return nil
}

// count adds what was answered.
func (t *Tally) count(to *samples) {
	for kind, name := range kindNames {
		for status := range t.answers[kind] {
			n := t.answers[kind][status].Load()
			if n > 0 || status == http.StatusOK { // a rate needs the zero
				to.add(requestsFigure, float64(n), name, strconv.Itoa(status))
			}
		}
		to.add(bytesFigure, float64(t.bytes[kind].Load()), name)
	}
}
