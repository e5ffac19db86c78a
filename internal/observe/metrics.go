// Package observe lets an operator see what a running koyomi does: figures for
// Prometheus, traces for OpenTelemetry, structured logs, a private listener, and an
// address that is asked for as long as all is well.
package observe

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/poll"
)

// Metrics count what this process does. They are safe for use by several goroutines.
type Metrics struct {
	registry  *prometheus.Registry
	polls     *prometheus.CounterVec
	items     *prometheus.CounterVec
	changes   *prometheus.CounterVec
	visits    prometheus.Histogram
	renders   *prometheus.HistogramVec
	published *prometheus.CounterVec
	files     *prometheus.CounterVec
}

// The bounds of the histograms, in seconds: a visit asks hosts that may be slow, a page is
// made in milliseconds.
var (
	visitBounds  = []float64{0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300}
	renderBounds = []float64{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}
)

// NewMetrics returns metrics that count from zero, with those of the process and of Go.
func NewMetrics() *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: name, Help: help},
			labels,
		)
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		polls: counter(
			"koyomi_polls_total",
			"Polls that ended, by outcome and cause.",
			"state", "cause",
		),
		items: counter(
			"koyomi_poll_items_total",
			"Items found by polls, by what became of them: read, rejected or in doubt.",
			"result",
		),
		changes: counter(
			"koyomi_changes_total",
			"Changes of events that were stored, by kind.",
			"kind",
		),
		visits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "koyomi_poll_seconds",
			Help:    "How long polls took, from the first request to the stored outcome.",
			Buckets: visitBounds,
		}),
		renders: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "koyomi_render_seconds",
			Help:    "How long documents took to be made, by kind of address.",
			Buckets: renderBounds,
		}, []string{"kind"}),
		published: counter(
			"koyomi_publish_total",
			"Runs that wrote the site as files, by target and result.",
			"target", "result",
		),
		files: counter(
			"koyomi_publish_files_total",
			"Files of the site, by target and what was done: written, unchanged or removed.",
			"target",
			"done",
		),
	}
	m.registry.MustRegister(
		m.polls, m.items, m.changes, m.visits, m.renders, m.published, m.files,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.begin()
	return m
}

// begin makes what is usual count from zero: a rate needs the zero before the first one.
func (m *Metrics) begin() {
	for _, state := range []health.State{health.Unchanged, health.Applied} {
		m.polls.WithLabelValues(string(state), "")
	}
	for _, result := range []string{"read", "rejected", "in doubt"} {
		m.items.WithLabelValues(result)
	}
	for _, kind := range []event.ChangeKind{event.ChangeAdded, event.ChangeMoved, event.ChangeCancelled} {
		m.changes.WithLabelValues(string(kind))
	}
}

// Gatherer returns all of them.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }

// Poll counts a poll that ended.
func (m *Metrics) Poll(r poll.Report) {
	p := r.Poll
	m.polls.WithLabelValues(string(p.State), string(p.Cause)).Inc()
	if took := p.Closed.Sub(p.At); took > 0 {
		m.visits.Observe(took.Seconds())
	}
	m.items.WithLabelValues("read").Add(float64(p.Read))
	m.items.WithLabelValues("rejected").Add(float64(p.Rejected))
	if r.Held != nil {
		m.items.WithLabelValues("in doubt").Add(float64(len(r.Held.Doubts)))
	}
	for kind, n := range p.Changes {
		m.changes.WithLabelValues(string(kind)).Add(float64(n))
	}
}

// Rendered counts a document that was made for an address of a kind.
func (m *Metrics) Rendered(kind string, took time.Duration) {
	m.renders.WithLabelValues(kind).Observe(took.Seconds())
}

// Published counts a run that wrote the site into a target.
func (m *Metrics) Published(target string, written, unchanged, removed int, err error) {
	if err != nil {
		m.published.WithLabelValues(target, "failed").Inc()
		return
	}
	m.published.WithLabelValues(target, "done").Inc()
	m.files.WithLabelValues(target, "written").Add(float64(written))
	m.files.WithLabelValues(target, "unchanged").Add(float64(unchanged))
	m.files.WithLabelValues(target, "removed").Add(float64(removed))
}
