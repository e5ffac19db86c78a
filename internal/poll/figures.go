package poll

import (
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
)

// count notes what was read, in numbers.
func (v *visit) count(res extract.Result) {
	v.report.Listings = res.Listings
	p := &v.report.Poll
	p.Read, p.Rejected, p.Excluded = len(res.Listings), len(res.Rejections), res.Excluded
	p.Rejections = res.Rejections
	p.Notes = append(p.Notes, res.Notes...)
	starts := make([]event.Date, 0, len(res.Listings))
	for _, l := range res.Listings {
		p.Titled += one(l.Title != "")
		p.Placed += one(l.Location != "" || l.Mode != "")
		if l.Start.IsZero() {
			continue
		}
		p.Dated++
		starts = append(starts, l.Start.Date)
		p.Over += one(!l.Over(assumed).After(v.at))
		p.Outside += one(outside(l.Start.Date, v.at))
		if p.First.IsZero() || l.Start.Date.Compare(p.First) < 0 {
			p.First = l.Start.Date
		}
		if l.Start.Date.Compare(p.Last) > 0 {
			p.Last = l.Start.Date
		}
	}
	if slices.SortFunc(starts, event.Date.Compare); len(starts) > 0 {
		p.Median = starts[len(starts)/2]
	}
}

// assumed is how long a timed event without an end counts as lasting.
const assumed = 2 * time.Hour

// outside reports whether a start lies further off than what is announced does.
func outside(d event.Date, at time.Time) bool {
	days := d.Sub(event.DateOf(at.In(event.Tokyo)))
	return days < -30 || days > 400
}

// carryFigures gives an unchanged poll the figures of the one whose bytes it saw
// again, so that the source's past stays whole.
func (v *visit) carryFigures() {
	if len(v.past) == 0 {
		return
	}
	old, p := v.past[0], &v.report.Poll
	p.Read, p.Rejected, p.Excluded = old.Read, old.Rejected, old.Excluded
	p.Dated, p.Titled, p.Placed = old.Dated, old.Titled, old.Placed
	p.First, p.Last, p.Median = old.First, old.Last, old.Median
	p.Over, p.Outside, p.Expected, p.Found = old.Over, old.Outside, old.Expected, old.Found
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func good(p store.Poll) bool { return p.State == health.Applied || p.State == health.Unchanged }

// pastPolls is how many good polls make a custom.
const pastPolls = 10

func figures(p store.Poll) health.Figures {
	return health.Figures{
		At: p.At, Read: p.Read, Rejected: p.Rejected, Dated: p.Dated, Titled: p.Titled, Placed: p.Placed,
		Over: p.Over, Outside: p.Outside, Median: p.Median, Expected: p.Expected, Found: p.Found,
	}
}

// allFigures gives the figures of polls in their order.
func allFigures(past []store.Poll) []health.Figures {
	f := make([]health.Figures, len(past))
	for i, p := range past {
		f[i] = figures(p)
	}
	return f
}

// tallied adds to a poll's figures what it would mean for what is known.
// Of a list that goes empty, what is over for too long to be at hand counts as kept.
func tallied(f health.Figures, t ledger.Tally, partial bool, last int) health.Figures {
	f.Partial = partial
	f.Kept = t.Kept
	if f.Read == 0 {
		f.Kept += max(0, last-t.Recalled)
	}
	f.Expected, f.Found, f.Unexplained = t.Expected, t.Found, t.Unexplained
	f.Moved, f.Far, f.Distant, f.Cancelled, f.Lost = t.Moved, t.Far, t.Distant, t.Cancelled, t.Lost
	return f
}

// counted adds to a poll's figures how many of its listings are cancelled.
func counted(f health.Figures, listings []event.Listing) health.Figures {
	for _, l := range listings {
		f.CalledOff += one(l.Status == event.Cancelled)
	}
	return f
}

// keptLong is how long ago the last good poll may be that tells how long a source keeps
// what is over: what it showed before that may have had its time since.
const keptLong = 30 * 24 * time.Hour

// lastRead gives how many listings the last good poll had, 0 where that is long ago.
func (v *visit) lastRead() int {
	if len(v.past) == 0 || v.at.Sub(v.past[0].At) > keptLong {
		return 0
	}
	return v.past[0].Read
}
