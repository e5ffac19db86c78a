package discover

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/source"
	"koyomi/internal/text"
)

// maxLinks is how many feeds and calendars of one page are proposed.
const maxLinks = 6

var (
	calendarLink = text.NewPattern(
		`(?i)\.ics(?:$|[?#])|[?&](?:ical=1|outlook-ical=1)\b|/ical/?$|/events/ical/`,
	)
	// notEvents are feeds that tell of no events.
	notEvents = text.NewPattern(`(?i)comment|コメント`)
	eventful  = text.NewPattern(`(?i)event|calendar|イベント|勉強会|セミナー|開催`)
)

// links proposes the calendars and feeds that a page leads to.
func (s *search) links(d *document) {
	n := 0
	add := func(way Way, why, href string, kind source.Kind, score float64) {
		href = strings.TrimSpace(href)
		href = fromWebcal(href)
		address, err := text.URL(d.base, href)
		if err != nil || source.CheckURL(address) != "" || n >= maxLinks {
			return
		}
		if id := googleCalendar(address); id != "" && s.hasPlatform("google-calendar") {
			s.platform("google-calendar", id, "the page shows this calendar of Google")
			s.lower("google-calendar", 92)
			n++
			return
		}
		if r := s.finder.Address(address); len(r.Proposals) > 0 &&
			r.Proposals[0].score > 100 {
			s.platform(
				r.Proposals[0].Source.Platform,
				r.Proposals[0].Source.Group,
				"the page links to "+address,
			)
			s.lower(r.Proposals[0].Source.Platform, 88)
			n++
			return
		}
		if kind != "" {
			s.point(way, why, &source.Source{
				ID:   "discover",
				Kind: kind,
				URL:  address,
			}, score)
			n++
		}
	}
	d.doc.Find("iframe[src]").Each(func(_ int, e *goquery.Selection) {
		if src := e.AttrOr("src", ""); googleCalendar(src) != "" {
			add(Calendar, "", src, "", 0)
		}
	})
	d.doc.Find("a[href], link[href]").Each(func(_ int, e *goquery.Selection) {
		href := e.AttrOr("href", "")
		if googleCalendar(href) != "" {
			add(Calendar, "", href, "", 0)
		}
	})
	d.doc.Find(`link[rel~="alternate"][href]`).Each(func(_ int, e *goquery.Selection) {
		kind, way, why := alternate(e.AttrOr("type", ""))
		words := e.AttrOr("title", "") + " " + e.AttrOr("href", "")
		if kind == "" || notEvents.MatchString(words) {
			return
		}
		score := 38.0
		if way == Calendar {
			score = 82
		} else if eventful.MatchString(words) {
			score = 48
		}
		add(way, why, e.AttrOr("href", ""), kind, score)
	})
	d.doc.Find("a[href]").Each(func(_ int, e *goquery.Selection) {
		href := e.AttrOr("href", "")
		if strings.HasPrefix(strings.ToLower(href), "webcal") ||
			calendarLink.MatchString(href) {
			add(Calendar, "the page links to a calendar", href, source.ICS, 80)
		}
	})
}

// groups proposes the group of a platform to which a page leads most often: many
// communities have a page of their own, and announce elsewhere.
func (s *search) groups(d *document) {
	type group struct{ platform, name string }
	seen := map[group]int{}
	var best group
	d.doc.Find("a[href]").EachWithBreak(func(i int, e *goquery.Selection) bool {
		address, err := text.URL(d.base, e.AttrOr("href", ""))
		if err != nil || sameHost(address, s.page.URL) {
			return i < maxAnchors
		}
		if r := s.finder.Address(address); len(r.Proposals) > 0 && r.Proposals[0].Sure() {
			g := group{r.Proposals[0].Source.Platform, r.Proposals[0].Source.Group}
			if seen[g]++; seen[g] > seen[best] {
				best = g
			}
		}
		return i < maxAnchors
	})
	if best.platform == "" || known(s.report.Proposals, &source.Source{
		Platform: best.platform,
		Group:    best.name,
	}) {
		return
	}
	s.platform(
		best.platform,
		best.name,
		fmt.Sprintf("the page links to this group (%d times)", seen[best]),
	)
	s.lower(best.platform, 42)
}

// maxAnchors is how many links of a page are looked at for groups.
const maxAnchors = 400

func (s *search) hasPlatform(id string) bool {
	return s.finder.Catalogue != nil && s.finder.Catalogue.Platform(id) != nil
}

// alternate returns the kind of what a page offers beside itself.
func alternate(mediaType string) (source.Kind, Way, string) {
	switch kind, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(mediaType)), ";"); kind {
	case "text/calendar":
		return source.ICS, Calendar, "the page offers a calendar"
	case "application/rss+xml",
		"application/atom+xml",
		"application/rdf+xml",
		"application/feed+json":
		return source.Feed, Feed, "the page offers a feed"
	}
	return "", "", ""
}

// fromWebcal returns the address by which a calendar is fetched.
func fromWebcal(href string) string {
	scheme, rest, _ := strings.Cut(href, ":")
	switch strings.ToLower(scheme) {
	case "webcal", "webcals":
		return "https:" + rest
	}
	return href
}
