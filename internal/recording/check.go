package recording

import (
	"cmp"
	"errors"
	"fmt"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/static"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
)

// A Report compares a recording with what is read from it.
type Report struct {
	Visit  Visit
	Result extract.Result
	// State is what becomes of the poll: Applied, Held or Failed; Cause and Words
	// say why it is one of the last two.
	State health.State
	Cause health.Cause
	Words string
	// Drift lists what is read otherwise than want.jsonl says, and what cannot be
	// true of any listing; empty where the recording holds.
	Drift []string
}

// Check reads the recordings of one source, oldest first, and holds what is read
// against what must be. A list kept by hand needs no recording: it is read as of
// the day it is kept since, or else of its first event, and must be without fault.
func Check(s *source.Source, visits []Visit, kinds map[source.Kind]extract.Kind) []Report {
	if s.Kind == source.Static && len(visits) == 0 {
		return []Report{checkByHand(s, kinds)}
	}
	var reports []Report
	var usual health.Profile
	var known []event.Listing
	for _, v := range visits {
		r := read(s, v, kinds[s.Kind])
		now := figures(r, known)
		if r.State == health.Applied {
			verdict := health.Judge(v.At, now, usual)
			r.State, r.Cause, r.Words = verdict.State, verdict.Cause, verdict.Words
		}
		if r.State == health.Applied {
			usual = usual.Learn(health.Lesson{
				At:       v.At,
				Figures:  now,
				Listings: r.Result.Listings,
			})
			known = r.Result.Listings
		}
		r.Drift = append(r.Drift, compare(r)...)
		r.Drift = append(r.Drift, unsound(r)...)
		reports = append(reports, r)
	}
	return reports
}

// checkByHand reads a list that people keep.
func checkByHand(s *source.Source, kinds map[source.Kind]extract.Kind) Report {
	v := Visit{Source: s.ID, Origin: Written}
	list := extract.SettingsOf[static.Settings](s)
	day, err := event.ParseDate(cmp.Or(s.Since, list.FirstDay()))
	if err != nil {
		const unknown = "nothing says from which day the list is kept (use a line since: 2026-06-01)"
		return Report{
			Visit: v,
			State: health.Failed,
			Cause: health.CauseDamaged,
			Words: unknown,
			Drift: []string{unknown},
		}
	}
	v.At = day.Begin(event.Tokyo)
	r := read(s, v, kinds[s.Kind])
	if r.State == health.Failed {
		r.Drift = append(r.Drift, r.Words)
	}
	for _, j := range r.Result.Rejections {
		r.Drift = append(r.Drift, fmt.Sprintf("%s %q: %s", j.Item, j.Text, j.Reason))
	}
	r.Drift = append(r.Drift, unsound(r)...)
	return r
}

// read visits the source as a poll does, with the recorded pages in place of the
// site's.
func read(s *source.Source, v Visit, kind extract.Kind) Report {
	r := Report{Visit: v, State: health.Applied}
	visit := extract.Visit{Source: s, At: v.At}
	err := fmt.Errorf("no reader for the kind %q", s.Kind)
	if kind != nil {
		visit.Pages, err = extract.Gather(
			kind,
			visit,
			func(r extract.Request) (extract.Page, error) {
				a, err := v.answer(poll.Ask{Request: r, Source: s.ID}, v.At)
				return a.Page, err
			},
		)
	}
	if err == nil {
		r.Drift = unasked(v, visit.Pages)
		r.Result, err = kind.Read(visit)
	}
	if err != nil {
		r.State, r.Words, r.Cause = health.Failed, err.Error(), health.CauseDamaged
		if f := (*health.Failure)(nil); errors.As(err, &f) {
			r.Cause = f.Cause
		}
	}
	return r
}

// unasked names recorded pages that nobody asks for any more.
func unasked(v Visit, pages []extract.Page) []string {
	var drift []string
	asked := map[string]bool{}
	for _, p := range pages {
		asked[p.Requested] = true
	}
	for _, p := range v.Pages {
		if !asked[p.URL] {
			drift = append(
				drift,
				fmt.Sprintf(
					"the page %s is recorded, and the source does not ask for it",
					p.URL,
				),
			)
		}
	}
	return drift
}

// figures counts what a visit read, and how much of what was known from the one
// before and is still ahead.
func figures(r Report, known []event.Listing) health.Figures {
	f := health.Count(r.Result.Listings, r.Visit.At, 0)
	f.Rejected, f.Partial = len(r.Result.Rejections), r.Result.Partial
	listed := map[string]bool{}
	for _, l := range r.Result.Listings {
		listed[l.Key] = true
	}
	today := event.DateOf(r.Visit.At.In(event.Tokyo))
	for _, l := range known {
		if l.Start.Date.Compare(today) <= 0 {
			continue
		}
		f.Expected++
		f.Found += one(listed[l.Key])
	}
	f.Unexplained = f.Expected - f.Found
	return f
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
