package site

import (
	"fmt"
	"html/template"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/wording"
)

// A Widget is a small page that another site shows in a frame: the next events that a
// query asks for, or whether an evening is free.
type Widget struct {
	Base
	Now    time.Time
	Query  string
	Events []event.Event
	// Evening is the day whose evening is asked about, zero for the next events.
	Evening event.Date
}

// RenderWidget writes the page.
func RenderWidget(w Widget) ([]byte, error) { return render("widget.html", w) }

// WidgetStyleURL returns the address of the stylesheet of widgets.
func (b Base) WidgetStyleURL() string { return b.root() + "/embed.css?v=" + widgetVersion() }

// Heading says what the widget shows.
func (w Widget) Heading() string {
	if w.Evening.IsZero() {
		return w.W().NextEvents
	}
	day := wording.WeekDay(w.Lang, w.Evening)
	if len(w.Events) == 0 {
		return fmt.Sprintf(w.W().EveningFree, day)
	}
	return fmt.Sprintf(w.W().EveningTaken, day, counted(w.Lang, len(w.Events)))
}

// Free reports whether nothing is on in the evening asked about.
func (w Widget) Free() bool { return !w.Evening.IsZero() && len(w.Events) == 0 }

// Items are the events, with their day.
func (w Widget) Items() []Item {
	var all []Item
	for _, e := range w.Events {
		start := e.Start.In(e.Span.Location())
		i := w.item(e, start.Date, w.Now)
		i.Link = w.absolute(i.Link)
		i.Hours = joined([]string{wording.NearDay(w.Lang, start.Date, event.DateOf(w.Now)), i.Hours}, " ")
		if start.Date.Compare(event.DateOf(w.Now)) < 0 {
			i.Hours = hours(w.Lang, w.W(), e.Span)
		}
		all = append(all, i)
	}
	return all
}

// MoreLink and SubscribeLink lead to the site, with the same query.
func (w Widget) MoreLink() string { return w.absolute(w.Link("/", "q", w.Query)) }

// SubscribeLink leads to the way to subscribe.
func (w Widget) SubscribeLink() string { return w.absolute(w.Link("/calendar", "q", w.Query)) }

// An EmbedPage tells organisers how to show events on their own site.
type EmbedPage struct {
	Base
	Query, Problem string
	// Name is that of what is shown, for the code.
	Name string
}

// RenderEmbed writes the page.
func RenderEmbed(e EmbedPage) ([]byte, error) { return render("embed.html", e) }

// Meta tells of the page.
func (e EmbedPage) Meta() Meta { return e.meta(e.W().EmbedNav, e.W().EmbedText) }

// A Snippet is a line of HTML to be copied, with what it shows.
type Snippet struct {
	Name, Text, Code string
	// Frame is the page that it shows, Picture the picture; "" for neither.
	Frame, Picture string
	Height         int
}

// Snippets are the lines of HTML, each with a preview.
func (e EmbedPage) Snippets() []Snippet {
	w := e.W()
	list := e.absolute(e.Link("/embed/list", "q", e.Query))
	free := e.absolute(e.Link("/embed/free", "q", e.Query))
	badge := e.absolute(e.Link("/embed/badge.svg", "q", e.Query))
	home := e.absolute(e.Link("/", "q", e.Query))
	attr := template.HTMLEscapeString
	frame := func(address string, height int) string {
		return fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="%d" loading="lazy" style="border:0"></iframe>`, attr(address), attr(e.Name), height)
	}
	element := fmt.Sprintf(
		`<script type="module" src="%s"></script><koyomi-events q="%s" limit="5" lang="%s"><a href="%s">%s</a></koyomi-events>`,
		attr(e.absolute(e.File("/embed.js"))), attr(e.Query), e.Lang, attr(home), attr(e.Name),
	)
	all := []Snippet{
		{Name: w.EmbedList, Text: w.EmbedListText, Code: frame(list, 420), Frame: list, Height: 420},
		{Name: w.EmbedElement, Text: w.EmbedElementText, Code: element},
		{Name: w.EmbedFree, Text: w.EmbedFreeText, Code: frame(free, 160), Frame: free, Height: 160},
		{Name: w.EmbedBadge, Text: w.EmbedBadgeText, Code: fmt.Sprintf(`<a href="%s"><img src="%s" alt="%s" height="24"></a>`, attr(home), attr(badge), attr(w.NextEvents)), Picture: badge},
	}
	if e.Static {
		return all[:1] // the others ask a program
	}
	return all
}
