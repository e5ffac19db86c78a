// Package feed writes what is new and changed as Atom (RFC 4287) and as JSON Feed
// 1.1 (https://www.jsonfeed.org/version/1.1/). Equal input makes equal bytes.
package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"html"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

// The types of the documents.
const (
	AtomType = "application/atom+xml; charset=utf-8"
	JSONType = "application/feed+json"
)

// A Feed is what both forms are made of.
type Feed struct {
	// Title is the feed's name, Home the page it belongs to, Self its own address.
	Title, Home, Self string
	// EventBase is what an event's id follows in the address of its page.
	EventBase string
	// Names are those of communities by id.
	Names map[string]string
	// News in the order in which it is to be told.
	News []publish.News
}

// Updated returns when the latest news is from; the beginning of 1970 where nothing
// was.
func (f Feed) Updated() time.Time {
	latest := time.Unix(0, 0).UTC()
	for _, n := range f.News {
		if n.At.After(latest) {
			latest = n.At
		}
	}
	return latest.UTC()
}

func (f Feed) author(n publish.News) string {
	if name := f.Names[n.Event.Community]; name != "" {
		return name
	}
	return n.Event.Community
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  *atomPerson `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Author     *atomPerson    `xml:"author,omitempty"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Content    atomContent    `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// Atom writes f as Atom.
func Atom(f Feed) ([]byte, error) {
	a := atomFeed{
		Lang:    "ja",
		ID:      f.Self,
		Title:   f.Title,
		Updated: f.Updated().Format(time.RFC3339),
		Author:  &atomPerson{f.Title},
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: f.Self},
			{Rel: "alternate", Type: "text/html", Href: f.Home},
		},
	}
	for _, n := range f.News {
		e := atomEntry{
			ID:      "urn:uuid:" + n.ID(),
			Title:   title(n),
			Updated: n.At.UTC().Format(time.RFC3339),
			Links: []atomLink{
				{Rel: "alternate", Type: "text/html", Href: f.EventBase + n.Event.ID()},
			},
			Content: atomContent{"html", markup(f.body(n))},
		}
		if who := f.author(n); who != "" {
			e.Author = &atomPerson{who}
		}
		for _, t := range n.Event.Tags {
			e.Categories = append(e.Categories, atomCategory{t})
		}
		a.Entries = append(a.Entries, e)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	w := xml.NewEncoder(&b)
	w.Indent("", " ")
	if err := w.Encode(a); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

type jsonFeed struct {
	Version  string     `json:"version"`
	Title    string     `json:"title"`
	Home     string     `json:"home_page_url"`
	Self     string     `json:"feed_url"`
	Language string     `json:"language"`
	Items    []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Text      string       `json:"content_text"`
	HTML      string       `json:"content_html"`
	Published string       `json:"date_published"`
	Authors   []jsonAuthor `json:"authors,omitempty"`
	Tags      []string     `json:"tags,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

// JSON writes f as a JSON Feed.
func JSON(f Feed) ([]byte, error) {
	j := jsonFeed{
		Version:  "https://jsonfeed.org/version/1.1",
		Title:    f.Title,
		Home:     f.Home,
		Self:     f.Self,
		Language: "ja",
		Items:    []jsonItem{},
	}
	for _, n := range f.News {
		body := f.body(n)
		i := jsonItem{
			ID:        "urn:uuid:" + n.ID(),
			URL:       f.EventBase + n.Event.ID(),
			Title:     title(n),
			Text:      body,
			HTML:      markup(body),
			Published: n.At.UTC().Format(time.RFC3339),
			Tags:      n.Event.Tags,
		}
		if who := f.author(n); who != "" {
			i.Authors = []jsonAuthor{{who}}
		}
		j.Items = append(j.Items, i)
	}
	b, err := json.Marshal(j)
	return append(b, '\n'), err
}

// markup writes plain text as HTML that shows just that.
func markup(text string) string {
	return "<p>" + strings.ReplaceAll(html.EscapeString(text), "\n", "<br>") + "</p>"
}

// The words for what happened, and for what it happened to.
var (
	marks = map[event.ChangeKind]string{
		event.ChangeAdded:      "新着",
		event.ChangeEdited:     "変更",
		event.ChangeMoved:      "日程変更",
		event.ChangeRelocated:  "場所変更",
		event.ChangePostponed:  "延期",
		event.ChangeCancelled:  "中止",
		event.ChangeReinstated: "開催に戻る",
		event.ChangeWithdrawn:  "取り下げ",
		event.ChangeMerged:     "統合",
		event.ChangeSplit:      "分割",
	}
	fields = map[string]string{
		"start":               "日時",
		"location":            "場所",
		"title":               "題名",
		"mode":                "参加方法",
		"online_url":          "オンライン参加",
		"fee":                 "参加費",
		"registration_opens":  "申込開始",
		"registration_closes": "申込締切",
	}
)

func title(n publish.News) string {
	t := n.Event.Title
	if t == "" {
		t = publish.Untitled
	}
	return "【" + marks[n.Kind()] + "】" + t
}

// body says first what happened, then what the event is.
func (f Feed) body(n publish.News) string {
	var lines []string
	for _, c := range n.Changes {
		if label := fields[c.Field]; label != "" && (c.Before != nil || c.After != nil) {
			lines = append(lines, label+": "+worded(c.Before)+" → "+worded(c.After))
		}
	}
	lines = append(lines, publish.When(n.Event.Start, n.Event.End))
	for _, s := range []string{n.Event.Location, f.author(n), n.Event.URL} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

// worded writes a value of a change for people.
func worded(v event.Value) string {
	if v == nil {
		return "（なし）"
	}
	return wording.Calendar.Value(v)
}
