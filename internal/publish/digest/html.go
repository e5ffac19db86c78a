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

// Lang is the language of the page.
func (v view) Lang() string { return v.Reader.Lang }

// Colon stands after a label.
func (v view) Colon() string { return languages[v.Reader.Lang].colon }

// Preview is what a list of mails shows beside the subject.
func (v view) Preview() string { return strings.Join(v.Head(), " / ") }

// SectionName returns the heading of a section.
func (v view) SectionName(k Kind) string { return languages[v.Reader.Lang].sections[k] }

// Count writes how many events a section has.
func (v view) Count(k Kind) string { return count(v.Reader.Lang, v.Totals[k]) }

// MoreWord counts what did not fit.
func (v view) MoreWord() string {
	return fmt.Sprintf(languages[v.Reader.Lang].more, v.More)
}

// AheadWord counts what is further ahead.
func (v view) AheadWord() string {
	return fmt.Sprintf(languages[v.Reader.Lang].ahead, v.Ahead)
}

// Footer returns the lines under the digest; IsHome reports which is an address.
func (v view) Footer() []Line { return v.footer() }

// IsHome reports whether a value is the calendar's address.
func (v view) IsHome(s string) bool { return s == v.home }

// Page returns the address of an event's page.
func (i Item) Page() string {
	if len(i.Links) == 0 {
		return ""
	}
	return i.Links[0].URL
}
