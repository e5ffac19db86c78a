package web

import (
	"context"
	"log"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// quietFor is how long after a line another of its kind is left out.
const quietFor = time.Hour

// A limit lets one line of a kind through in an hour, and counts the others. Kinds are
// texts of the program, so that there are few.
type limit struct {
	mu   sync.Mutex
	seen map[string]*seen
}

type seen struct {
	at   time.Time
	left int
}

// pass reports whether a line may be written, and how many of its kind were left out
// since the last one.
func (l *limit) pass(kind string, at time.Time) (left int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seen[kind]
	if s == nil {
		s = &seen{}
		l.seen[kind] = s
	}
	since := at.Sub(s.at)
	if since >= 0 && since < quietFor {
		s.left++
		return 0, false
	}
	left, s.at, s.left = s.left, at, 0
	return left, true
}

// An hourly is a log for what readers can set off: of each message it writes one line
// an hour, which then says how many were left out. So nobody fills a disk by asking.
type hourly struct {
	slog.Handler
	limit *limit
}

func newHourly(to slog.Handler) *hourly {
	return &hourly{Handler: to, limit: &limit{seen: map[string]*seen{}}}
}

// Handle writes the record unless one of its kind was written within the hour.
func (h *hourly) Handle(ctx context.Context, r slog.Record) error {
	left, ok := h.limit.pass(r.Message, r.Time)
	if !ok {
		return nil
	}
	if left > 0 {
		r.AddAttrs(slog.Int("left_out", left))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs returns a log that shares the limit.
func (h *hourly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &hourly{Handler: h.Handler.WithAttrs(attrs), limit: h.limit}
}

// WithGroup returns a log that shares the limit.
func (h *hourly) WithGroup(name string) slog.Handler {
	return &hourly{Handler: h.Handler.WithGroup(name), limit: h.limit}
}

// An errorLog takes what net/http says of connections.
type errorLog struct {
	to    *log.Logger
	limit limit
}

// newErrorLog returns a log for a server: of each kind of line one an hour.
func newErrorLog(to *log.Logger) *log.Logger {
	return log.New(&errorLog{to: to, limit: limit{seen: map[string]*seen{}}}, "", 0)
}

// Write takes one line. Its first three words are its kind; what follows names who
// connected.
func (e *errorLog) Write(line []byte) (int, error) {
	words := strings.Fields(string(line))
	kind := strings.Join(words[:min(3, len(words))], " ")
	if _, ok := e.limit.pass(kind, time.Now()); ok {
		e.to.Print(string(line))
	}
	return len(line), nil
}
