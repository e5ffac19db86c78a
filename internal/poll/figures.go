package poll

import (
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

// count notes what was read, in numbers.
func (v *visit) count(res extract.Result) {
	v.report.Listings = res.Listings
	p := &v.report.Poll
	p.Read, p.Rejected, p.Excluded = len(res.Listings), len(res.Rejections), res.Excluded
	p.Rejections = res.Rejections
	p.Notes = append(p.Notes, res.Notes...)
	for _, l := range res.Listings {
		p.Titled += one(l.Title != "")
		p.Placed += one(l.Location != "" || l.Mode != "")
		if l.Start.IsZero() {
			continue
		}
		p.Dated++
		if p.First.IsZero() || l.Start.Date.Compare(p.First) < 0 {
			p.First = l.Start.Date
		}
		if l.Start.Date.Compare(p.Last) > 0 {
			p.Last = l.Start.Date
		}
	}
}

// carryFigures gives an unchanged poll the figures of the one whose bytes it saw
// again, so that the source's past stays whole.
func (v *visit) carryFigures() {
	for _, old := range v.past {
		if !good(old) {
			continue
		}
		p := &v.report.Poll
		p.Read, p.Rejected, p.Excluded = old.Read, old.Rejected, old.Excluded
		p.Dated, p.Titled, p.Placed = old.Dated, old.Titled, old.Placed
		p.First, p.Last = old.First, old.Last
		return
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func good(p store.Poll) bool { return p.State == health.Applied || p.State == health.Unchanged }

func figures(p store.Poll) health.Figures {
	return health.Figures{Read: p.Read, Rejected: p.Rejected, Dated: p.Dated, Titled: p.Titled, Placed: p.Placed}
}

// goodFigures gives the figures of the last good polls, newest first, at most ten.
func goodFigures(past []store.Poll) []health.Figures {
	var f []health.Figures
	for _, p := range past {
		if good(p) && len(f) < 10 {
			f = append(f, figures(p))
		}
	}
	return f
}
