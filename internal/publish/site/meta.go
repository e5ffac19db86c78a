package site

import (
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/publish/card"
)

// A Meta is what a page tells search engines and those who show a preview of a link to
// it (https://ogp.me, the cards of X).
type Meta struct {
	// Title is that of the window, Heading that of the preview.
	Title, Heading, Description string
	// Address is the page's own, Image that of its picture of 1200 by 630 pixels; both
	// absolute.
	Address, Image string
	// Kind is "website" or "article", Locale as "ja_JP".
	Kind, Locale, Site string
	// Hidden keeps the page out of search engines.
	Hidden bool
}

// longestCardTitle is how many characters of a title the cards of X show,
// longestDescription how many of a description previews show.
const (
	longestCardTitle   = 70
	longestDescription = 160
)

// CardTitle is the heading, as long as cards show it.
func (m Meta) CardTitle() string { return shorten(m.Heading, longestCardTitle) }

// meta returns what a page tells of itself: its heading, and a sentence or two.
func (b Base) meta(heading, description string) Meta {
	m := Meta{
		Title:       heading + " — " + b.Calendar.Name,
		Heading:     heading,
		Description: shorten(oneLine(description), longestDescription),
		Address:     b.own(),
		Image:       b.absolute(b.File("/og/site.png")),
		Kind:        "website",
		Locale:      map[string]string{Japanese: "ja_JP", English: "en_US"}[b.Lang],
		Site:        b.Calendar.Name,
		Hidden:      b.Params.Get("q") != "" || b.Params.Get("cursor") != "",
	}
	return m
}

// own returns the absolute address of the page, in the language that it names.
func (b Base) own() string {
	if b.Chosen {
		return b.In(b.Lang)
	}
	return b.In("")
}

// In returns the absolute address of the page in a language, "" for the one without a
// language, which is that of the reader's wish.
func (b Base) In(lang string) string {
	l := lang
	if l == "" {
		l = b.Lang
	}
	if b.Static && lang == "" {
		l = Japanese
	}
	return b.absolute(b.link(l, lang != "", b.Path, b.pairs()...))
}

// pairs are the parameters of the page, as Link takes them.
func (b Base) pairs() []string {
	var pairs []string
	for name := range b.Params {
		pairs = append(pairs, name, b.Params.Get(name))
	}
	return pairs
}

// absolute returns the address of a link of the site, for those who are elsewhere.
func (b Base) absolute(link string) string { return b.origin() + link }

// origin returns scheme and host of the site.
func (b Base) origin() string {
	scheme, rest, _ := strings.Cut(b.PublicURL, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// oneLine joins the lines of a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shorten cuts a text to so many characters, with a sign where something is left out.
func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}

// Meta tells of the list: of what was asked for, or of the site.
func (u Upcoming) Meta() Meta {
	m := u.meta(u.Heading(), u.W().Lead)
	if u.Filter.Query == "" && u.Month.IsZero() {
		m.Title, m.Heading = u.Calendar.Name+" — "+u.W().Lead, u.Calendar.Name
	}
	return m
}

// Meta tells of the month.
func (m Month) Meta() Meta { return m.meta(m.Title(), m.Title()+m.W().Colon+m.W().Lead) }

// Meta tells of the event: when, where, who.
func (e Event) Meta() Meta {
	parts := []string{e.When(), e.Place(), e.CommunityName(), e.Event.Description}
	if mark := e.Mark(); mark != "" {
		parts = append([]string{"【" + mark + "】"}, parts...)
	}
	m := e.meta(e.Title(), joined(parts, " · "))
	m.Kind, m.Hidden = "article", e.Event.Withdrawn
	if e.Pictured {
		m.Image = e.absolute(e.File("/og/" + e.Event.ID() + ".png"))
	}
	return m
}

// Meta tells of the community.
func (c Community) Meta() Meta {
	text := joined([]string{c.DescriptionText(), c.AreaText()}, " · ")
	if text == "" {
		text = c.W().FollowOneText
	}
	return c.meta(c.Community.Name, text)
}

// Meta tells of the list of communities.
func (c Communities) Meta() Meta { return c.meta(c.W().Communities, c.W().CommunitiesText) }

// Meta tells of the page for organisers.
func (c Clash) Meta() Meta { return c.meta(c.W().Clash, c.W().ClashText) }

// Meta tells of the page on the sources.
func (s Sources) Meta() Meta { return s.meta(s.W().SourcesNav, s.W().SourcesText) }

// joined joins what is not empty.
func joined(parts []string, by string) string {
	var all []string
	for _, p := range parts {
		if p != "" {
			all = append(all, p)
		}
	}
	return strings.Join(all, by)
}

// bot is the page on who comes to other people's sites.
type bot struct{ Base }

// Meta tells of the page.
func (b bot) Meta() Meta { return b.meta(b.W().Bot, b.W().BotText) }

// Card returns what the picture of an event says, in Japanese.
func (b Base) Card(e event.Event) card.Text {
	b.Lang = Japanese
	page := Event{Base: b, Event: e}
	t := card.Text{
		Title: page.Title(),
		When:  page.When(),
		Where: page.Place(),
		Who:   page.CommunityName(),
		Mark:  page.Mark(),
		Site:  b.Calendar.Name,
		Hue:   hueDegrees[hueIndex(e.Community)],
	}
	if badge := page.Badge(); badge != nil {
		t.Initial = badge.Initial
	}
	return t
}

// SiteCard returns what the picture of all other pages says.
func (b Base) SiteCard() card.Text {
	b.Lang = Japanese
	return card.Text{
		Title: b.W().Lead,
		When:  b.Calendar.Name,
		Where: b.W().FollowText,
		Site:  b.Calendar.Name,
		Hue:   hueDegrees[0],
	}
}
