package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// readAny reads a page of which nothing is known: several announcements where it
// has several dates with labels, else one event.
func (r *reader) readAny(d *document) error {
	status, err := r.notice(d, &Page{})
	if err != nil {
		return err
	}
	prose, facts := d.said()
	found := r.announcements(d, facts, status)
	if len(found) < 2 {
		return r.whole(d, &Page{}, extract.Raw{
			Year:  d.year,
			Known: status,
			Plain: true,
		}, prose)
	}
	if len(found) > maxItems {
		r.b.Note("%d announcements; only the first %d were read", len(found), maxItems)
	}
	title := pageTitle(d.doc)
	for i, raw := range found[:min(len(found), maxItems)] {
		raw.Item = fmt.Sprintf("announcement %d", i+1)
		raw.Title = cmp.Or(raw.Title, title)
		raw.Text = raw.Title + " " + raw.When
		r.b.Add(raw)
	}
	return nil
}

// announcements are the records of a page's facts that name a date.
func (r *reader) announcements(
	d *document,
	facts extract.Facts,
	status event.Status,
) []extract.Raw {
	var found []extract.Raw
	for _, l := range facts.Records() {
		raw := extract.Raw{Year: d.year, Known: status, Plain: true}
		raw.Fill(l)
		if raw.Title, raw.Struck = struck(raw.Title); raw.Struck {
			raw.When = strings.ReplaceAll(raw.When, "~~", "")
		}
		raw.Description = strings.Join(l["description"], "\n")
		if r.names(raw.When+raw.Start, when.LabelDate, d.year) {
			found = append(found, raw)
		}
	}
	return found
}

// names reports whether words name a date.
func (r *reader) names(words string, label when.Label, year int) bool {
	return !when.Read(words, r.context(label, year)).Start.IsZero()
}

// readPage reads a page that is one event or several periods.
func (r *reader) readPage(d *document, set *Page) error {
	within, err := part(d, set.Within)
	if err != nil {
		return err
	}
	status, err := r.notice(d, set)
	if err != nil {
		return err
	}
	fields, err := newSpecs("html.page.fields", set.Fields)
	if err != nil {
		return err
	}
	raw := extract.Raw{Year: d.year, Known: status, Plain: true}
	fill(&raw, fields, within, nil)
	prose := pageText(within)
	if len(set.Periods) > 0 {
		r.periods(d, set, raw, prose)
		return nil
	}
	return r.whole(d, set, raw, prose)
}

// part returns the part of a page that is read.
func part(d *document, selector string) (*goquery.Selection, error) {
	if selector == "" {
		return d.doc.Selection, nil
	}
	s, err := newSpec("html.page.within", selector)
	if err != nil {
		return nil, err
	}
	within := d.doc.FindMatcher(s.match)
	if within.Length() == 0 {
		return nil, &extract.Damage{
			URL: d.page.URL,
			Reason: fmt.Sprintf(
				"the selector %q of html.page.within finds nothing; the page has changed",
				selector,
			),
		}
	}
	return within, nil
}

// whole reads the page as one event.
func (r *reader) whole(d *document, set *Page, raw extract.Raw, prose string) error {
	r.n++
	raw.Item = fmt.Sprintf("page %d", r.n)
	raw.Text = extract.Snippet(prose)
	title := pageTitle(d.doc)
	raw.Year = cmp.Or(raw.Year, extract.YearIn(title))
	r.findDate(d, &raw, prose, title)
	t, err := r.title(d, set.Title, raw, title)
	if err != nil {
		return err
	}
	raw.Title = t
	raw.URL = cmp.Or(raw.URL, d.page.URL)
	raw.Key = cmp.Or(raw.Key, r.pageKey(d, raw.Title))
	r.b.Add(raw)
	return nil
}

// pageKey is the key of a page that is an event: its address. A page that shows one
// issue of a series after the other is not the page of one event.
func (r *reader) pageKey(d *document, title string) string {
	key := address(d.page.URL)
	n := extract.Number(title)
	isOfSeries := n != "" && d.year == 0
	if key != "" && isOfSeries {
		key += "#" + n
	}
	return key
}

// findDate looks for the date that the settings did not find: behind a label, in a
// sentence that announces it (where the settings say that the page is an event),
// alone below the title, in the title, in what the page says of itself, in what
// pictures are said to show.
func (r *reader) findDate(d *document, raw *extract.Raw, prose, title string) {
	whole, facts := d.said()
	if whole != prose {
		facts = extract.FactsIn(prose)
	}
	raw.Fill(facts.Labelled())
	if raw.When != "" || raw.Start != "" || r.inSentences(raw, prose) {
		return
	}
	if period, venue := r.lead(prose, title, raw.Year); period != "" {
		raw.When = period
		raw.Fill(extract.Labelled{"location": {venue}})
		return
	}
	r.shown(raw, captions(d), title, description(d))
}

// inSentences takes the date of a sentence that announces an event.
func (r *reader) inSentences(raw *extract.Raw, prose string) bool {
	if r.set.Page == nil {
		return false
	}
	l, ok := extract.Announced(prose, false)
	if !ok || !r.names(l.First("when"), when.LabelNone, raw.Year) {
		return false
	}
	raw.Fill(l)
	raw.Label = when.LabelNone
	return true
}

// shown takes the first words that name a date, and the place that a picture shows
// beside it: 名古屋の会 | 2.18(Sat)開催 | 会場：4階 会議室.
func (r *reader) shown(raw *extract.Raw, captions []string, words ...string) {
	all := slices.Concat(words, captions)
	i := slices.IndexFunc(
		all,
		func(w string) bool { return r.names(w, when.LabelNone, raw.Year) },
	)
	if i < 0 {
		return
	}
	raw.When = all[i]
	for _, c := range captions {
		l := extract.Prose(strings.ReplaceAll(c, "|", "\n"))
		raw.Location = cmp.Or(raw.Location, l.First("location"))
	}
}

// The lines below a title in which a date stands alone, and the venue below it.
const (
	maxLead      = 3
	maxLeadVenue = 4
)

// lead returns the period that stands alone right below the title of a page, and the
// venue below that.
func (r *reader) lead(prose, title string, year int) (period, venue string) {
	_, below, found := strings.Cut("\n"+prose, "\n"+title+"\n")
	if !found || title == "" {
		return "", ""
	}
	lines := firstLines(below, maxLeadVenue)
	upper := lines[:min(len(lines), maxLead)]
	i := slices.IndexFunc(
		upper,
		func(line string) bool { return extract.Alone(line, r.context(when.LabelNone, year)) },
	)
	if i < 0 {
		return "", ""
	}
	if i+1 < len(lines) && venues.MatchString(lines[i+1]) {
		venue = lines[i+1]
	}
	return lines[i], venue
}

// firstLines returns the first lines that say something.
func firstLines(s string, n int) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
		if len(out) == n {
			break
		}
	}
	return out
}

// venues finds lines that are the name of a venue and no sentence.
var venues = text.NewPattern(
	`(?i)^[^。.!！?？:：]{0,40}(?:会館|会議場|会議室|ホール|センター|ビル|大学|キャンパス|公民館|図書館|体育館|ホテル|役所|オンライン|\bhall|\bcent(?:er|re)|\buniversity|\bonline)[^。.!！?？:：]{0,20}$`,
)

// description returns what a page says of itself to search engines and previews.
func description(d *document) string {
	for _, sel := range []string{`meta[name="description"]`, `meta[property="og:description"]`} {
		if s := text.Line(d.doc.Find(sel).AttrOr("content", ""), 300); s != "" {
			return s
		}
	}
	return ""
}

// captions returns what the first pictures of a page are said to show; posters hold
// the date of many a page.
func captions(d *document) []string {
	var out []string
	for _, img := range d.doc.Find("img[alt]").EachIter() {
		if alt := text.Line(img.AttrOr("alt", ""), 200); len(alt) > 8 && len(out) < 20 {
			out = append(out, alt)
		}
	}
	return out
}

func address(page string) string {
	u, err := text.URL("", page)
	if err != nil {
		return ""
	}
	return u
}

// title returns what the settings say the title is, else what the fields or the page
// do.
func (r *reader) title(
	d *document,
	set string,
	raw extract.Raw,
	page string,
) (string, error) {
	if set == "" {
		return cmp.Or(raw.Title, page), nil
	}
	selector, isSelector := strings.CutPrefix(set, "@")
	if !isSelector {
		return r.expand(set, d.year), nil
	}
	s, err := newSpec("html.page.title", selector)
	if err != nil {
		return "", err
	}
	return s.first(d.doc.Selection, nil), nil
}

// expand fills {year} with the page's year, the rest from the moment of the visit.
func (r *reader) expand(s string, year int) string {
	if year > 0 {
		s = strings.ReplaceAll(s, "{year}", strconv.Itoa(year))
	}
	return extract.Expand(s, r.visit.Source, r.visit.At)
}

// notice reads what the page says of all of it: in the place the settings name,
// and in its own title.
func (r *reader) notice(d *document, set *Page) (event.Status, error) {
	if set.Notice != "" {
		s, err := newSpec("html.page.notice", set.Notice)
		if err != nil {
			return "", err
		}
		for v := range s.values(d.doc.Selection, nil) {
			if status, ok := extract.NoticeStatus(v); ok {
				return status, nil
			}
		}
	}
	for _, sel := range []string{"title", "h1"} {
		status, ok := extract.TitleStatus(text.Line(d.doc.Find(sel).First().Text(), 200))
		if ok {
			return status, nil
		}
	}
	return "", nil
}

// periods reads each period as an event of its own.
func (r *reader) periods(d *document, set *Page, raw extract.Raw, prose string) {
	var others []string
	for _, p := range set.Periods {
		others = append(others, p.Labels...)
	}
	for _, name := range slices.Sorted(maps.Keys(set.Periods)) {
		p := set.Periods[name]
		r.n++
		said, found := r.period(prose, p, others, d.year)
		if found {
			r.addPeriod(d, name, p, raw, said, prose)
			continue
		}
		if !p.Optional {
			r.b.Reject("period "+name, said, "no date behind "+strings.Join(p.Labels, ", "))
		}
	}
}

// addPeriod hands over one period, dated by the words behind its label.
func (r *reader) addPeriod(
	d *document,
	name string,
	p Period,
	raw extract.Raw,
	said, prose string,
) {
	raw.Item, raw.Text = "period "+name, said
	raw.When, raw.Label = said, when.LabelDate
	year := d.year
	if year == 0 {
		year = when.Read(said, r.context(when.LabelDate, 0)).Start.Date.Year
	}
	raw.Title = r.expand(p.Title, year)
	raw.Key = fmt.Sprintf("%d/%s", year, name)
	raw.URL = cmp.Or(raw.URL, d.page.URL)
	raw.Location = cmp.Or(raw.Location, extract.Prose(prose).First("location"))
	r.b.Add(raw)
}

// period finds the words behind one of a period's labels that name a date.
func (r *reader) period(
	prose string,
	p Period,
	others []string,
	year int,
) (said string, found bool) {
	for _, label := range p.Labels {
		for _, words := range extract.Behind(prose, label, others) {
			if r.names(words, when.LabelDate, year) {
				return words, true
			}
			said = cmp.Or(said, text.Line(words, 200))
		}
	}
	return said, false
}
