package when

import (
	"strings"
	"sync"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when/bind"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/judge"
	"koyomi/internal/when/parse"
	"koyomi/internal/when/resolve"
)

// A Reader reads texts with one model. It may be used by several goroutines.
type Reader struct {
	model *judge.Model
	pool  sync.Pool
}

// NewReader returns a reader that weighs evidence with m; nil is for package fit, which
// needs the dates of a text before there are weights.
func NewReader(m *judge.Model) *Reader {
	return &Reader{model: m, pool: sync.Pool{New: func() any { return new(work) }}}
}

var fitted = sync.OnceValue(func() *Reader { return NewReader(judge.Fitted()) })

// Read returns the event date that text announces. It is pure: the same text and
// context give the same reading.
func Read(text string, c Context) Reading { return fitted().Read(text, c) }

// Dates returns every event date of text, in order of text; struck-out ones are
// marked. Dates that belong to something else (deadlines, updates) are not among them.
func Dates(text string, c Context) []Reading { return fitted().Dates(text, c) }

// ParseRule reads a rule (毎月第3水曜, every Thursday); false where text names none.
func ParseRule(text string) (Rule, bool) {
	var p parse.Parser
	var d parse.Doc
	p.Parse(&d, cut(text), parse.Context{Ref: event.Date{
		Year:  MinYear,
		Month: 1,
		Day:   1,
	}})
	if len(d.Rules) == 0 {
		return Rule{}, false
	}
	return d.Rules[0], true
}

func cut(text string) string {
	if len(text) > MaxText {
		return text[:MaxText]
	}
	return text
}

// work is one reading on its way through the stages; it is used again.
type work struct {
	c        Context
	zone     *time.Location
	text     string
	parser   parse.Parser
	doc      parse.Doc
	set      bind.Set
	resolver resolve.Resolver
	odds     []float64
	features []judge.Feature // of all candidates
	ends     []int           // where those of each end
	hours    []int
	dates    []dated
	parts    []part
	evidence judge.Case
}

// begin takes text through the stages up to the verdict on each candidate.
func (r *Reader) begin(text string, c Context) *work {
	w := r.pool.Get().(*work)
	w.load(text, c)
	w.weigh(r.model)
	w.assemble()
	return w
}

// weigh fills the log-odds of each candidate. Without a model, those that a word holds
// are refused and the others believed.
func (w *work) weigh(m *judge.Model) {
	w.odds, w.features, w.ends = w.odds[:0], w.features[:0], w.ends[:0]
	q := w.cases()
	for k := range w.set.Candidates {
		odds := 1.0
		switch {
		case m != nil:
			w.features = q.Features(w.features, k)
			odds = m.LogOdds(w.features[w.featuresFrom(k):]) + w.decision(m)
		case w.set.Candidates[k].Held():
			odds = -1
		}
		w.odds = append(w.odds, odds)
		w.ends = append(w.ends, len(w.features))
	}
}

// featuresFrom is where the features of candidate k begin.
func (w *work) featuresFrom(k int) int {
	if k == 0 {
		return 0
	}
	return w.ends[k-1]
}

// featuresOf returns what was said of candidate k; nothing without a model.
func (w *work) featuresOf(k int) []judge.Feature {
	return w.features[w.featuresFrom(k):w.ends[k]]
}

// decision is what m adds to the log-odds of a date where nobody has said that the text
// is a date's.
func (w *work) decision(m *judge.Model) float64 {
	if m == nil || w.c.Label != LabelNone {
		return 0
	}
	return m.Decision()
}

// load parses text, binds what was found, and resolves the days.
func (w *work) load(text string, c Context) {
	w.c, w.text, w.zone = c, cut(text), c.Zone
	if w.zone == nil {
		w.zone = event.Tokyo
	}
	ref := c.Ref
	if ref.IsZero() {
		ref = time.Unix(0, 0)
	}
	day := event.DateOf(ref.In(w.zone))
	w.parser.Parse(&w.doc, w.text, parse.Context{
		Ref:      day,
		Field:    c.Label == LabelDate,
		DayFirst: dayFirst(w.zone),
	})
	w.set.Bind(&w.doc)
	w.resolver.Resolve(&w.set, resolve.Context{
		Ref:   day,
		Year:  c.Year,
		Month: c.Month,
	})
}

// dayFirst reports whether 5/6/2009 is the fifth of June where the zone is.
func dayFirst(zone *time.Location) bool {
	name := zone.String()
	return strings.HasPrefix(name, "Europe/") || strings.HasPrefix(name, "Australia/")
}

func (w *work) cases() *judge.Case {
	ref := w.c.Ref
	if ref.IsZero() {
		ref = time.Unix(0, 0)
	}
	d := event.DateOf(ref.In(w.zone))
	q := &w.evidence
	q.Load(&w.set, w.resolver.Days)
	q.Field = w.c.Label == LabelDate
	q.Ref = civil.Number(d.Year, int(d.Month), d.Day)
	return q
}

// end keeps the work for the next text; that of a rare long one is dropped.
func (r *Reader) end(w *work) {
	if cap(w.doc.Text) <= 1<<14 {
		r.pool.Put(w)
	}
}

// Read returns the event date that text announces.
func (r *Reader) Read(text string, c Context) Reading {
	if text == "" {
		return Reading{None: noneEmpty}
	}
	w := r.begin(text, c)
	defer r.end(w)
	if k := w.best(); k >= 0 {
		return w.build(k)
	}
	return w.none(r.model)
}

// maxDates bounds the dates of one text.
const maxDates = 500

// Dates returns every event date of text.
func (r *Reader) Dates(text string, c Context) []Reading {
	w := r.begin(text, c)
	defer r.end(w)
	var out []Reading
	for k := range w.dates {
		if !w.believed(k) || len(out) == maxDates {
			continue
		}
		further := len(out) > 0 && w.follows(k-1, k)
		if !further {
			out = append(out, w.build(k))
		}
	}
	return out
}

// believed reports whether the candidate k is an event's date of its own.
func (w *work) believed(k int) bool {
	d := &w.dates[k]
	return w.odds[k] > 0 && d.start.ok && !d.taken && !w.set.Candidates[k].LastDay()
}

// struck reports whether the candidate k is struck out.
func (w *work) struck(k int) bool { return w.item(k).Struck }

func (w *work) item(k int) *parse.Item { return w.set.ItemOf(&w.set.Candidates[k]) }

// best picks the event among the candidates, -1 for none.
func (w *work) best() int {
	best := -1
	for k := range w.dates {
		if w.better(k, best) {
			best = k
		}
	}
	for best > 0 && w.follows(best-1, best) {
		best--
	}
	return w.precise(best)
}

// better reports whether the candidate k is the likelier event.
func (w *work) better(k, best int) bool {
	if !w.believed(k) || w.struck(k) {
		return false
	}
	return best < 0 || w.odds[k] > w.odds[best]
}

// precise prefers, of several dates that name the same day, one that is printed to a
// rule or a weekday, and one with times to one without.
func (w *work) precise(best int) int {
	for k := range w.dates {
		if best < 0 || !w.believed(k) || w.struck(k) {
			continue
		}
		if w.dates[k].start.day == w.dates[best].start.day &&
			w.exactness(k) > w.exactness(best) {
			best = k
		}
	}
	return best
}

// exactness orders candidates of the same day.
func (w *work) exactness(k int) int {
	n := 0
	if w.item(k).Kind == parse.Date {
		n += 2
	}
	if w.dates[k].start.min >= 0 || w.dates[k].last > w.dates[k].start.day {
		n++
	}
	return n
}
