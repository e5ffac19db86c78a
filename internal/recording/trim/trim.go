// Package trim makes recordings that hold no more than is read of them, and
// no names of private persons. It must not change what is read: every cut is tried,
// and kept only where the same lines are read after it.
package trim

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"koyomi/internal/extract"
	"koyomi/internal/recording"
	"koyomi/internal/source"
)

// The bounds of the trials by which cuts are proved: readings of the pages, and
// bytes that are read in all. The cuts that matter most come first.
const (
	maxReads = 600
	maxBytes = 48 << 20
)

// A trimmer is one Visit being cut.
type trimmer struct {
	source *source.Source
	kind   extract.Kind
	visit  recording.Visit
	want   string
	reads  int
	bytes  int
}

// spent reports whether no more cuts may be tried.
func (t *trimmer) spent() bool { return t.reads >= maxReads || t.bytes >= maxBytes }

// Visit cuts the pages of a visit down to what the source's kind reads of them.
// Persons are left out first (see Persons), whatever is read of them; what remains
// is then cut as long as the same lines (recording.Lines) are read: titles, dates,
// places, links and what was left out. It returns a copy.
func Visit(s *source.Source, v recording.Visit, kind extract.Kind) recording.Visit {
	t := &trimmer{source: s, kind: kind, visit: v}
	t.visit.Pages = slices.Clone(v.Pages)
	for i := range t.visit.Pages {
		p := &t.visit.Pages[i]
		p.Body = Persons(p.Body, p.Header["content-type"])
	}
	want, ok := t.lines()
	if !ok {
		return t.visit // nothing is read: nothing says what may go
	}
	t.want = want
	for i := range t.visit.Pages {
		t.page(i)
	}
	return t.visit
}

// lines returns what is read now, as the lines of want.jsonl.
func (t *trimmer) lines() (string, bool) {
	t.reads++
	visit := extract.Visit{Source: t.source, At: t.visit.At}
	for _, p := range t.visit.Pages {
		t.bytes += len(p.Body)
		visit.Pages = append(visit.Pages, extract.Page{
			Requested:   p.URL,
			URL:         cmp.Or(p.Final, p.URL),
			Status:      p.Status,
			ContentType: p.Header["content-type"],
			Body:        p.Body,
		})
	}
	need, err := t.kind.Need(visit)
	if err != nil || len(need) > 0 {
		return "", false
	}
	result, err := t.kind.Read(visit)
	if err != nil {
		return "", false
	}
	return strings.Join(recording.Lines(recording.Report{Result: result}), "\n"), true
}

// may puts a body in the place of a page's and reports whether the same is read;
// where it is not, the page is as it was.
func (t *trimmer) may(i int, body []byte) bool {
	if t.spent() {
		return false
	}
	p := &t.visit.Pages[i]
	old := p.Body
	p.Body = body
	got, ok := t.lines()
	isSame := ok && got == t.want
	if !isSame {
		p.Body = old
	}
	return isSame
}

// The forms of documents.
const (
	formCalendar = "calendar"
	formJSON     = "json"
	formXML      = "xml"
	formHTML     = "html"
)

// beginnings are how documents of each form begin, in lower case; the first that
// fits counts.
var beginnings = []struct{ begin, form string }{
	{"begin:vcalendar", formCalendar},
	{"{", formJSON},
	{"[", formJSON},
	{"<?xml", formXML},
	{"<rss", formXML},
	{"<feed", formXML},
	{"<rdf", formXML},
	{"<", formHTML},
}

// formOf returns the form of a document, "" for others.
func formOf(body []byte) string {
	head := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 1024)]))
	for _, b := range beginnings {
		if bytes.HasPrefix(head, []byte(b.begin)) {
			return b.form
		}
	}
	return ""
}

// cutters cut the pages of each form.
var cutters = map[string]func(*trimmer, int){
	formCalendar: (*trimmer).calendar,
	formJSON:     (*trimmer).json,
	formXML:      (*trimmer).xml,
	formHTML:     (*trimmer).html,
}

// page cuts one page by its form.
func (t *trimmer) page(i int) {
	if cut := cutters[formOf(t.visit.Pages[i].Body)]; cut != nil {
		cut(t, i)
	}
}

// halves tries to cut away parts of a list of parts, the greater stretches first;
// try makes the page of the parts that are left. It returns the parts that must stay.
func halves[T any](parts []T, try func(left []T) bool) []T {
	for size := (len(parts) + 1) / 2; size >= 1; size /= 2 {
		for at := 0; at < len(parts); {
			end := min(at+size, len(parts))
			left := slices.Concat(parts[:at], parts[end:])
			if len(left) > 0 && try(left) {
				parts = left
				continue
			}
			at = end
		}
	}
	return parts
}
