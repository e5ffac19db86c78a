package observe

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"koyomi/internal/poll"
	"koyomi/internal/source"
)

// A Tracer makes a trace of each poll: the visit, its steps, and each request in them. One
// without an endpoint makes none, and costs nothing.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// NewTracer sends traces by OTLP over HTTP to an endpoint, as http://127.0.0.1:4318; "" is
// that of the environment (OTEL_EXPORTER_OTLP_ENDPOINT), and none where that is not set.
func NewTracer(ctx context.Context, endpoint, version string) (*Tracer, error) {
	if endpoint == "" && os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return &Tracer{tracer: noop.NewTracerProvider().Tracer("koyomi")}, nil
	}
	var options []otlptracehttp.Option
	if endpoint != "" {
		options = append(options, otlptracehttp.WithEndpointURL(endpoint+"/v1/traces"))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("send traces to %s: %w", endpoint, err)
	}
	return newTracer(sdktrace.WithBatcher(exporter), version), nil
}

func newTracer(to sdktrace.TracerProviderOption, version string) *Tracer {
	provider := sdktrace.NewTracerProvider(to, sdktrace.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "koyomi"),
		attribute.String("service.version", version),
	)))
	return &Tracer{provider: provider, tracer: provider.Tracer("koyomi")}
}

// flushing is how long what was traced may take to be sent at the end.
const flushing = 3 * time.Second

// Close sends what was not sent yet.
func (t *Tracer) Close() error {
	if t.provider == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushing)
	defer cancel()
	return t.provider.Shutdown(ctx)
}

// Visit has each visit of a poller traced.
func (t *Tracer) Visit(
	visit func(ctx context.Context, s *source.Source) (poll.Report, error),
) func(ctx context.Context, s *source.Source) (poll.Report, error) {
	return func(ctx context.Context, s *source.Source) (poll.Report, error) {
		ctx, span := t.tracer.Start(ctx, "poll", trace.WithAttributes(
			attribute.String("koyomi.source", s.ID),
			attribute.String("koyomi.community", s.Community),
			attribute.String("koyomi.kind", string(s.Kind)),
		))
		defer span.End()
		r, err := visit(ctx, s)
		span.SetAttributes(
			attribute.String("koyomi.state", string(r.Poll.State)),
			attribute.String("koyomi.cause", string(r.Poll.Cause)),
			attribute.Int("koyomi.items", r.Poll.Read),
			attribute.Int("koyomi.rejected", r.Poll.Rejected),
			attribute.Int("koyomi.changes", len(r.Changes)),
		)
		if err != nil {
			failed(span, err)
		}
		return r, err
	}
}

// Step is for poll.Poller.Step.
func (t *Tracer) Step(ctx context.Context, name string) (context.Context, func()) {
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, func() { span.End() }
}

// Fetcher has each request traced.
func (t *Tracer) Fetcher(to poll.Fetcher) poll.Fetcher {
	if t.provider == nil {
		return to
	}
	return &tracedFetcher{to, t.tracer}
}

type tracedFetcher struct {
	to     poll.Fetcher
	tracer trace.Tracer
}

// Fetch implements poll.Fetcher. A query is left out of the trace: it may hold a key.
func (f *tracedFetcher) Fetch(ctx context.Context, ask poll.Ask) (poll.Answer, error) {
	ctx, span := f.tracer.Start(ctx, "fetch", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	if u, err := url.Parse(ask.URL); err == nil {
		span.SetAttributes(
			attribute.String("server.address", u.Hostname()),
			attribute.String("url.path", u.Path),
		)
	}
	answer, err := f.to.Fetch(ctx, ask)
	if err != nil {
		failed(span, err)
		return answer, err
	}
	span.SetAttributes(
		attribute.Int("http.response.status_code", answer.Page.Status),
		attribute.Int("http.response.body.size", len(answer.Page.Body)),
	)
	return answer, nil
}

func failed(span trace.Span, err error) {
	span.RecordError(err)
	span.SetStatus(codes.Error, err.Error())
}
