package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/publish/feed"
	"koyomi/internal/publish/site"
	"koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// The bounds of a community's page.
const (
	comingOfOne = 200
	pastOfOne   = 50
)

// community answers /communities/{id}, {id}.ics and {id}.atom.
func (s *Site) community(w http.ResponseWriter, r *http.Request, id string) error {
	stem, suffix := id, ""
	for _, known := range []string{".ics", ".atom"} {
		if rest, ok := cutSuffix(id, known); ok {
			stem, suffix = rest, known
		}
	}
	c := s.catalogue().byID[stem]
	switch {
	case c == nil:
		return notFound("there is no such community")
	case suffix == ".ics":
		return s.communityFeed(w, r, stem)
	case suffix == ".atom":
		return s.newsFeed(w, r, stem, c.Name, feed.Atom, feed.AtomType)
	}
	v, err := s.readPlain(r)
	if err != nil {
		return err
	}
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		page := site.Community{
			Base:      v.base,
			Community: c,
			Now:       v.now.In(s.calendar.Zone),
		}
		page.Ask = query.With("", "community", stem)
		if page.Events, page.Past, err = w.ofCommunity(ctx, stem); err != nil {
			return nil, err
		}
		if page.Calendar, err = w.calOf(ctx, page.Events...); err != nil {
			return nil, err
		}
		page.Sources, err = w.conditions(ctx, []*source.Community{c})
		if err != nil {
			return nil, err
		}
		return site.RenderCommunity(page)
	})
}

// readPlain reads the parameters of a page that is about no query; names are those it
// takes besides.
func (s *Site) readPlain(r *http.Request, names ...string) (view, error) {
	p, err := readParams(r, append(names, "lang", "cancelled", "days")...)
	if err != nil {
		return view{}, err
	}
	v := view{
		params: p,
		now:    s.now().Truncate(minute),
		mail:   s.offersMail(),
	}
	l, err := lang(r, p)
	if err != nil {
		return v, err
	}
	v.base = s.baseIn(l, p["lang"] != "", r.URL)
	return v, v.readBox(s.calendar)
}

// ofCommunity returns what is to come of a community, and what is over, latest first.
func (w *maker) ofCommunity(
	ctx context.Context,
	id string,
) (coming, past []event.Event, err error) {
	docs, _, err := w.read(ctx, store.Window{Community: id}, w.names)
	if err != nil {
		return nil, nil, err
	}
	for i := range docs {
		e := docs[i].Event
		switch {
		case !isEvent(&e):
		case e.Over(w.calendar.Assumed).After(w.now):
			coming = append(coming, e)
		default:
			past = append(past, e)
		}
	}
	slices.Reverse(past)
	return coming[:min(len(coming), comingOfOne)], past[:min(len(past), pastOfOne)], nil
}

// communitiesPage answers /communities.
func (s *Site) communitiesPage(w http.ResponseWriter, r *http.Request, _ string) error {
	v, err := s.readPlain(r, "q")
	if err != nil {
		return err
	}
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		page := site.Communities{
			Base:  v.base,
			Now:   v.now.In(s.calendar.Zone),
			Words: strings.TrimSpace(shown(v.params["q"])),
		}
		if page.Calendar, err = w.cal(ctx); err != nil {
			return nil, err
		}
		all, err := w.recent(ctx)
		if err != nil {
			return nil, err
		}
		page.All = w.communityLines(all.docs)
		// Those with something to come first, otherwise as in the catalogue.
		slices.SortStableFunc(page.All, func(a, b site.CommunityLine) int {
			return cmp.Compare(min(b.Coming, 1), min(a.Coming, 1))
		})
		return site.RenderCommunities(page)
	})
}

// sourcesPage answers /sources.
func (s *Site) sourcesPage(w http.ResponseWriter, r *http.Request, _ string) error {
	v, err := s.readPlain(r)
	if err != nil {
		return err
	}
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		page := site.Sources{Base: v.base, Now: v.now.In(s.calendar.Zone)}
		if page.All, err = w.conditions(ctx, w.names.all); err != nil {
			return nil, err
		}
		return site.RenderSources(page)
	})
}

// communityLines returns every community with what comes next of it, and its habits.
func (w *maker) communityLines(docs []query.Doc) []site.CommunityLine {
	var lines []site.CommunityLine
	past := map[string][]event.Event{}
	at := map[string]int{}
	for i, c := range w.names.all {
		at[c.ID] = i
		lines = append(lines, site.CommunityLine{Community: c})
	}
	for i := range docs {
		e := &docs[i].Event
		n, ok := at[e.Community]
		if !ok || !isEvent(e) || e.Status == event.Cancelled {
			continue
		}
		if !e.Over(w.calendar.Assumed).After(w.now) {
			past[e.Community] = append(past[e.Community], *e)
			continue
		}
		if lines[n].Coming++; lines[n].Next == nil {
			lines[n].Next = e
		}
	}
	for i, l := range lines {
		before := past[l.ID]
		slices.Reverse(before)
		lines[i].Habits = site.HabitsOf(before)
	}
	return lines
}
