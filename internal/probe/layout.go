package probe

import (
	"context"
	"slices"
	"strings"
	"time"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/text"
)

// A Layout is how a page could be read that is laid out again: by settings that find so
// many of the events that are known from it.
type Layout struct {
	Found    int    `json:"found"`
	Of       int    `json:"of"`
	Settings string `json:"settings"`
}

// known is what relaid asks the database.
type known interface {
	Polls(ctx context.Context, source string, limit int) ([]store.Poll, error)
	Known(ctx context.Context, n store.Need) (store.Known, error)
}

// layoutCauses are why a page is not believed that may be laid out again.
var layoutCauses = []health.Cause{
	health.CauseEmpty,
	health.CauseUnreadable,
	health.CauseShrunk,
	health.CauseFields,
	health.CauseDamaged,
}

// FindLayout looks how the page of the last poll of a source could be read, where the
// source's own settings do so no more: nil where they do, where the page is kept no
// more, and where nothing shows what is known.
func FindLayout(
	ctx context.Context,
	db known,
	s *source.Source,
	catalogue *source.Catalogue,
	kept func(store.Page) (extract.Page, bool),
) (*Layout, error) {
	last, err := doubted(ctx, db, s)
	if err != nil || last == nil {
		return nil, err
	}
	page, ok := kept(last.Pages[0])
	if !ok {
		return nil, nil //nolint:nilnil // nothing to propose
	}
	at := last.At
	past, err := db.Known(ctx, ledger.Need{
		Source: s.ID,
		From:   event.DateOf(at.In(event.Tokyo)),
	})
	if err != nil {
		return nil, err
	}
	listings := current(past.Claims, s.ID)
	f := &discover.Finder{Catalogue: catalogue, Kinds: kinds.All}
	p, found, ok := f.Find(page, at).Again(listings)
	if !ok {
		return nil, nil //nolint:nilnil // nothing to propose
	}
	yaml, err := discover.YAML(source.Community{Sources: []*source.Source{p.Own()}})
	if err != nil {
		return nil, err
	}
	_, settings, _ := strings.Cut(string(yaml), "sources:\n")
	return &Layout{Found: found, Of: len(listings), Settings: settings}, nil
}

// doubted returns the last poll of a source whose page was not believed and may be laid
// out again, nil where it was believed.
func doubted(ctx context.Context, db known, s *source.Source) (*store.Poll, error) {
	if s.Kind != source.HTML {
		return nil, nil //nolint:nilnil // nothing to doubt
	}
	last, err := db.Polls(ctx, s.ID, 1)
	if err != nil || len(last) == 0 {
		return nil, err
	}
	if len(last[0].Pages) == 0 || !slices.Contains(layoutCauses, last[0].Cause) {
		return nil, nil //nolint:nilnil // nothing to doubt
	}
	return &last[0], nil
}

// current returns what a source lists now, by its claims.
func current(claims []event.Claim, id string) []event.Listing {
	var listings []event.Listing
	for _, c := range claims {
		if c.Source == id && c.Until.IsZero() {
			listings = append(listings, c.Listing)
		}
	}
	return listings
}

// Relaid returns how a page that is laid out again is read by itself: its settings find
// all that is known, at the same hours and with the same status, leave nothing out, and
// show not many more events than there were. A single event is too little to go by.
func Relaid(
	catalogue *source.Catalogue,
) func(extract.Page, []event.Listing, time.Time) (extract.Result, bool) {
	return func(page extract.Page, known []event.Listing, at time.Time) (extract.Result, bool) {
		if len(known) < 2 {
			return extract.Result{}, false
		}
		f := &discover.Finder{Catalogue: catalogue, Kinds: kinds.All}
		p, found, ok := f.Find(page, at).Again(known)
		isWhole := ok && found == len(known) && !p.Doubted && len(p.Result.Rejections) == 0
		if !isWhole || len(p.Result.Listings) > mostNew*len(known) {
			return extract.Result{}, false
		}
		for i := range known {
			if !shows(p.Result.Listings, &known[i]) {
				return extract.Result{}, false
			}
		}
		return p.Result, true
	}
}

// mostNew is how many times as many events a page may show that is laid out again.
const mostNew = 3

// shows reports whether an event is among listings as it is known.
func shows(listings []event.Listing, known *event.Listing) bool {
	title := text.Fold(known.Title)
	return slices.ContainsFunc(listings, func(l event.Listing) bool {
		isSame := text.Fold(l.Title) == title && l.Start.String() == known.Start.String()
		return isSame && l.Status == known.Status
	})
}
