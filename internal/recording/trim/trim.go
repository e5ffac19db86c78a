// Package trim answers for recordings that hold no more than is read of them, and
// no names of private persons. It must not change what is read: every cut is tried,
// and kept only where the same lines are read after it.
package trim

import (
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
// places, links and what was left out. It gives a copy.
func Visit(s *source.Source, v recording.Visit, kind extract.Kind) recording.Visit {
	t := &trimmer{source: s, kind: kind, visit: v}
	t.visit.Pages = append([]recording.Page(nil), v.Pages...)
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

// lines gives what is read now, as the lines of want.jsonl.
func (t *trimmer) lines() (string, bool) {
	t.reads++
	visit := extract.Visit{Source: t.source, At: t.visit.At}
	for _, p := range t.visit.Pages {
		t.bytes += len(p.Body)
		final := p.Final
		if final == "" {
			final = p.URL
		}
		visit.Pages = append(visit.Pages, extract.Page{Requested: p.URL, URL: final, Status: p.Status, ContentType: p.Header["content-type"], Body: p.Body})
	}
	if need, err := t.kind.Need(visit); err != nil || len(need) > 0 {
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
	p := &t.visit.Pages[i]
	if t.spent() {
		return false
	}
	old := p.Body
	p.Body = body
	if got, ok := t.lines(); ok && got == t.want {
		return true
	}
	p.Body = old
	return false
}

// page cuts one page by its form.
func (t *trimmer) page(i int) {
	body := t.visit.Pages[i].Body
	head := strings.ToLower(strings.TrimSpace(string(body[:min(len(body), 1024)])))
	switch {
	case strings.HasPrefix(head, "begin:vcalendar"):
		t.calendar(i)
	case strings.HasPrefix(head, "{") || strings.HasPrefix(head, "["):
		t.json(i)
	case strings.HasPrefix(head, "<?xml") || strings.HasPrefix(head, "<rss") || strings.HasPrefix(head, "<feed") || strings.HasPrefix(head, "<rdf"):
		t.xml(i)
	case strings.HasPrefix(head, "<"):
		t.html(i)
	}
}

// halves tries to cut away parts of a list of parts, the greater stretches first;
// body gives the page that the parts left make. It gives the parts that must stay.
func halves[T any](parts []T, try func(left []T) bool) []T {
	for size := (len(parts) + 1) / 2; size >= 1; size /= 2 {
		for at := 0; at < len(parts); {
			end := min(at+size, len(parts))
			left := append(append([]T(nil), parts[:at]...), parts[end:]...)
			if len(left) > 0 && try(left) {
				parts = left
				continue
			}
			at = end
		}
	}
	return parts
}
