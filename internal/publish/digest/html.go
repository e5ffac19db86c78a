package digest

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"sync"
)

//go:embed digest.html
var page string

// The templates of the three parts; whatever comes from outside is text in them.
var pages = sync.OnceValue(
	func() *template.Template { return template.Must(template.New("digest").Parse(page)) },
)

// A view is what the page is made from.
type view struct {
	Digest
	Subject string
}

// html writes the HTML part, in the parts around the ways to leave.
func (d Digest) html(subject string) (parts [3]string, err error) {
	v := view{Digest: d, Subject: subject}
	for i, name := range []string{"head", "body", "foot"} {
		var b strings.Builder
		if err := pages().ExecuteTemplate(&b, name, v); err != nil {
			return parts, err
		}
		parts[i] = b.String()
	}
	return parts, nil
}

func (v view) words() words { return languages[v.Reader.Lang] }

// Lang is the language of the page.
func (v view) Lang() string { return v.Reader.Lang }

// Colon stands after a label.
func (v view) Colon() string { return v.words().colon }

// At stands before a place.
func (v view) At() string { return v.words().at }

// Marked writes a mark.
func (v view) Marked(mark string) string { return v.words().marked(mark) }

// By writes whose an event is, and in words what changed.
func (v view) By(who string) string { return v.words().by(who) }

// AddWord names the link to an event's calendar file.
func (v view) AddWord() string { return v.words().file }

// The colours: each is legible on white and on the dark of mail programs (at least
// 4.5 to 1 on #ffffff, 3.8 to 1 on #121212; the words are bold).
const (
	markColor  = "#c84b11"
	quietColor = "#888888"
)

// Color is that of the line under a section's heading.
func (v view) Color(k Kind) string {
	if dayless[k] {
		return markColor
	}
	return quietColor
}

// MarkColor is that of a mark.
func (v view) MarkColor() string { return markColor }

// SectionName returns the heading of a section.
func (v view) SectionName(k Kind) string { return v.words().sections[k] }

// Count writes how many events a section has.
func (v view) Count(k Kind) string { return count(v.Reader.Lang, v.Totals[k]) }

// A Day is the events of a section that stand under one day; Name is "" in a section
// without days.
type Day struct {
	Name  string
	Items []Item
}

// Days returns the events of a section by their days.
func (v view) Days(s Section) []Day { return s.days() }

func (s Section) days() []Day {
	var all []Day
	for i, item := range s.Items {
		if i == 0 || item.Day != all[len(all)-1].Name {
			all = append(all, Day{Name: item.Day})
		}
		last := &all[len(all)-1]
		last.Items = append(last.Items, item)
	}
	return all
}

// MoreWord counts what did not fit.
func (v view) MoreWord() string { return fmt.Sprintf(v.words().more, v.More) }

// AheadWord counts what is further ahead.
func (v view) AheadWord() string { return fmt.Sprintf(v.words().ahead, v.Ahead) }

// Footer returns the lines under the digest; IsHome reports which is an address.
func (v view) Footer() []Line { return v.footer() }

// IsHome reports whether a value is the calendar's address.
func (v view) IsHome(s string) bool { return s == v.home }
