package discover

import (
	"fmt"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	htmlkind "koyomi/internal/extract/html"
	structuredkind "koyomi/internal/extract/structured"
	"koyomi/internal/source"
)

// structured reads the data for search engines, by each of its formats.
func (s *search) structured(d *document) {
	for _, f := range []struct {
		format, marks string
		score         float64
	}{
		{"json-ld", `script[type="application/ld+json"]`, 84},
		{"microdata", `[itemtype*="schema.org/"]`, 78},
		{"rdfa", `[typeof$="Event"]`, 77},
		{"hcalendar", `.vevent`, 76},
		{"h-event", `.h-event`, 76},
		{"opengraph", `meta[property="og:title"]`, 40},
	} {
		if d.doc.Find(f.marks).Length() == 0 {
			continue
		}
		src := &source.Source{
			Kind:     source.Structured,
			Settings: &structuredkind.Settings{Prefer: []string{f.format}},
		}
		s.try(Structured, "events marked up as "+f.format, src, f.score)
	}
}

// single reads the page as one event or an announcement of several.
func (s *search) single(d *document) {
	p := s.try(
		Page,
		"labels of an announcement (日時, 会場 …) or a sentence that announces",
		&source.Source{
			Kind:     source.HTML,
			Settings: &htmlkind.Settings{Page: &htmlkind.Page{}},
		},
		48,
	)
	if p != nil && labels(d) {
		p.score += 12
	}
	s.try(
		Page,
		"a page as it is: tables and announcements by their labels",
		&source.Source{Kind: source.HTML},
		46,
	)
	for _, within := range []string{"main", "article", "#content", "#main", ".entry-content"} {
		if p != nil || d.doc.Find(within).Length() == 0 {
			continue
		}
		set := &htmlkind.Settings{Page: &htmlkind.Page{Within: within}}
		p = s.try(Page, "an announcement in "+within, &source.Source{
			Kind:     source.HTML,
			Settings: set,
		}, 46)
	}
}

// labels reports whether the page has a date behind a label.
func labels(d *document) bool {
	l := extract.Prose(d.whole())
	return hasDate(strings.Join(l["when"], " ")) || hasDate(strings.Join(l["start"], " "))
}

// hint returns words for the person who decides about a proposal.
func (s *search) hint(p *Proposal) {
	if p.Way == Platform {
		s.hintPlatform(p)
		return
	}
	if y := extract.YearOf(p.Source.URL); y > 0 && y == s.at.Year() &&
		len(p.Result.Listings) <= 3 {
		p.Hints = append(
			p.Hints,
			fmt.Sprintf(
				"the address names the year: {year} in place of %d reads each year's page",
				y,
			),
		)
	}
	if !p.Tried || len(p.Result.Listings) == 0 {
		return
	}
	past := 0
	for _, l := range p.Result.Listings {
		if l.Over(0).Before(s.at) {
			past++
		}
	}
	if past == len(p.Result.Listings) {
		p.Hints = append(
			p.Hints,
			"all of these are over; a page of what is to come may lie elsewhere",
		)
	}
	if warned := warnings(p.Result.Listings); warned > 0 {
		p.Hints = append(
			p.Hints,
			fmt.Sprintf(
				"%d of them carry a warning: look whether their dates are right",
				warned,
			),
		)
	}
}

func warnings(all []event.Listing) int {
	n := 0
	for _, l := range all {
		if len(l.Reading.Warnings) > 0 {
			n++
		}
	}
	return n
}

func (s *search) hintPlatform(p *Proposal) {
	pl := s.finder.Catalogue.Platform(p.Source.Platform)
	if pl.Source.Off != "" {
		p.Hints = append(p.Hints, "off until the operator turns it on: "+pl.Source.Off)
	}
	if pl.Note != "" {
		p.Hints = append(p.Hints, strings.Join(strings.Fields(pl.Note), " "))
	}
}
