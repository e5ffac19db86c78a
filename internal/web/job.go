package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// A catalogue is the communities by id, as they stand between two reloads.
type catalogue struct {
	generation int64
	all        []*source.Community
	byID       map[string]*source.Community
	names      map[string]string
}

// catalogue returns the communities as they stand now.
func (s *Site) catalogue() *catalogue {
	all := s.communities()
	old := s.names.Load()
	if old != nil && same(old.all, all) {
		return old
	}
	c := &catalogue{
		all:   all,
		byID:  map[string]*source.Community{},
		names: map[string]string{},
	}
	if old != nil {
		c.generation = old.generation + 1
	}
	for _, one := range all {
		c.byID[one.ID], c.names[one.ID] = one, one.Name
	}
	s.names.Store(c)
	return c
}

// same reports whether both are the one slice that was handed over last.
func same(a, b []*source.Community) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// An asked is what the store last said its revision was, and when, on the machine's
// own clock.
type asked struct {
	revision int64
	at       time.Time
}

// revision returns the store's; readers who come at the same time ask together, and
// those who come soon after take the same answer.
func (s *Site) revision(ctx context.Context) (int64, error) {
	if last := s.asked.Load(); s.isFresh(last) {
		return last.revision, nil
	}
	v, err, _ := s.flight.Do("revision", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workTimeout)
		defer cancel()
		at := time.Now()
		revision, err := s.reader.Revision(ctx)
		if err == nil {
			s.asked.Store(&asked{revision, at})
		}
		return revision, err
	})
	if err != nil {
		return 0, fmt.Errorf("revision of the store: %w", err)
	}
	return v.(int64), nil
}

// isFresh reports whether an answer of the store's is taken for that of now.
func (s *Site) isFresh(last *asked) bool {
	if last == nil || last.at.UnixNano() <= s.changed.Load() {
		return false
	}
	return time.Since(last.at) < s.fresh
}

// Changed says that the store has changed: the next reader has it asked, however lately it
// was.
func (s *Site) Changed() { s.changed.Store(time.Now().UnixNano()) }

// A job is a document to be had: its key among all, the moment it is for, and how
// it is made.
type job struct {
	key string
	now time.Time
	// bucket is the day or minute of now: within one, the same bytes serve.
	bucket int64
	make   func(ctx context.Context, w *maker) (document, error)
}

// A maker is what a document is made of.
type maker struct {
	*Site
	now   time.Time
	day   event.Date
	stamp stamp
	names *catalogue
}

// recent returns all events but those that were over before the calendar's window.
func (w *maker) recent(ctx context.Context) (*snapshot, error) {
	at := w.stamp
	at.bucket = dayBucket(w.day)
	return w.snapshotAt(ctx, at, w.day, w.names)
}

// cal returns the combined calendar, with what it tells of the past.
func (w *maker) cal(ctx context.Context) (publish.Calendar, error) {
	c := w.calendar
	c.Names = w.names.names
	past, err := w.history(ctx)
	if err != nil {
		return c, err
	}
	c.Before = past.before
	return c, nil
}

// calOf returns the combined calendar, with what it tells of the past of events and which
// of them are in doubt.
func (w *maker) calOf(ctx context.Context, events ...event.Event) (publish.Calendar, error) {
	c, err := w.cal(ctx)
	if err == nil {
		c.Unseen, err = w.unseen(ctx, events)
	}
	return c, err
}

// unseen returns which of the events are in doubt, by their UID.
func (w *maker) unseen(ctx context.Context, events []event.Event) (map[string]int, error) {
	uids := make([]string, 0, len(events))
	for i := range events {
		uids = append(uids, events[i].UID)
	}
	shown, err := w.reader.Shown(ctx, uids)
	if err != nil {
		return nil, fmt.Errorf("when events were last shown: %w", err)
	}
	return health.Unseen(events, shown, w.now, w.calendar.Assumed), nil
}

func dayBucket(d event.Date) int64 {
	return int64(d.Sub(event.Date{
		Year:  1970,
		Month: 1,
		Day:   1,
	}))
}

// document returns the document of a job: the one made before where nothing has
// changed since, else a new one, else, where the store fails, the last good one.
func (s *Site) document(ctx context.Context, j job) (*document, error) {
	old, kept := s.cache.get(j.key)
	revision, err := s.revision(ctx)
	if err != nil {
		return s.lastGood(old, kept, err)
	}
	names := s.catalogue()
	at := stamp{revision, names.generation, j.bucket}
	if kept && old.stamp == at {
		return old.doc, nil
	}
	v, err, _ := s.flight.Do(fmt.Sprintf("%s %v", j.key, at), func() (any, error) {
		w := &maker{
			Site:  s,
			now:   j.now,
			day:   s.calendar.Day(j.now),
			stamp: at,
			names: names,
		}
		return s.build(ctx, j, w)
	})
	if err != nil {
		return s.lastGood(old, kept, err)
	}
	return v.(*document), nil
}

// kind is what sort of document a job makes: what its key begins with.
func (j job) kind() string {
	kind, _, _ := strings.Cut(j.key, ":")
	return kind
}

// build makes a document; it goes on when the reader who asked first goes away.
func (s *Site) build(ctx context.Context, j job, w *maker) (*document, error) {
	if e, ok := s.cache.get(j.key); ok && e.stamp == w.stamp {
		return e.doc, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workTimeout)
	defer cancel()
	select {
	case s.work <- struct{}{}:
		defer func() { <-s.work }()
	case <-ctx.Done():
		return nil, fmt.Errorf("too much to do: %w", ctx.Err())
	}
	free, ok := s.cache.reserve()
	if !ok {
		return nil, errCrowded
	}
	began := time.Now()
	d, err := j.make(ctx, w)
	free()
	if s.rendered != nil {
		s.rendered(j.kind(), time.Since(began))
	}
	s.calm.worked()
	if err != nil {
		return nil, err
	}
	old, ok := s.cache.get(j.key)
	if ok && d.hasBody() && old.doc.hasBody() {
		r := d.Rendered
		r.LastModified = later(old.doc.Rendered, r, w.now)
		d = newDocument(r, d.extra)
	}
	s.cache.put(entry{j.key, w.stamp, &d})
	return &d, nil
}

// lastGood answers a failure of the store with what is still there. What is not
// there, or was asked wrongly, is no such failure.
func (s *Site) lastGood(old entry, kept bool, err error) (*document, error) {
	if !kept || isReaders(err) {
		return nil, err
	}
	s.log.Warn("served as it was before", "document", old.key, "error", err)
	return old.doc, nil
}

// isReaders reports whether an error is about what was asked.
func isReaders(err error) bool {
	var p *problem
	isUnknown := errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrAmbiguous)
	return isUnknown || errors.As(err, &p)
}
