package html

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

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
	var found []extract.Raw
	prose, facts := d.said()
	for _, l := range facts.Records() {
		raw := extract.Raw{Year: d.year, Known: status, Plain: true}
		raw.Fill(l)
		if raw.Title, raw.Struck = struck(raw.Title); raw.Struck {
			raw.When = strings.ReplaceAll(raw.When, "~~", "")
		}
		raw.Description = strings.Join(l["description"], "\n")
		if when.Read(raw.When+raw.Start, r.context(when.LabelDate, d.year)).Start.IsZero() {
			continue
		}
		found = append(found, raw)
	}
	if len(found) < 2 {
		return r.whole(d, &Page{}, extract.Raw{Year: d.year, Known: status, Plain: true}, prose)
	}
	if len(found) > maxItems {
		r.b.Note("%d announcements; only the first %d were read", len(found), maxItems)
	}
	title := pageTitle(d.doc)
	for i, raw := range found[:min(len(found), maxItems)] {
		raw.Item = fmt.Sprintf("announcement %d", i+1)
		if raw.Title == "" {
			raw.Title = title
		}
		raw.Text = raw.Title + " " + raw.When
		r.b.Add(raw)
	}
	return nil
}

// readPage reads a page that is one event or several periods.
func (r *reader) readPage(d *document, set *Page) error {
	within := d.doc.Selection
	if set.Within != "" {
		s, err := newSpec("html.page.within", set.Within)
		if err != nil {
			return err
		}
		if within = d.doc.FindMatcher(s.match); within.Length() == 0 {
			return &extract.Damage{URL: d.page.URL, Reason: fmt.Sprintf("the selector %q of html.page.within finds nothing; the page has changed", set.Within)}
		}
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

// whole reads the page as one event.
func (r *reader) whole(d *document, set *Page, raw extract.Raw, prose string) error {
	r.n++
	raw.Item = fmt.Sprintf("page %d", r.n)
	raw.Text = extract.Snippet(prose)
	title := pageTitle(d.doc)
	if raw.Year == 0 {
		raw.Year = extract.YearIn(title)
	}
	r.findDate(d, &raw, prose, title)
	t, err := r.title(d, set.Title, raw, title)
	if err != nil {
		return err
	}
	raw.Title = t
	if raw.URL == "" {
		raw.URL = d.page.URL
	}
	if raw.Key == "" {
		// A page that shows one issue of a series after the other is not the
		// page of one event.
		raw.Key = address(d.page.URL)
		if n := extract.Number(raw.Title); raw.Key != "" && n != "" && d.year == 0 {
			raw.Key += "#" + n
		}
	}
	r.b.Add(raw)
	return nil
}

// findDate looks for the date that the settings did not find: behind a label, in a
// sentence that announces it (where the settings say that the page is an event),
// in the title, in what the page says of itself, in what pictures are said to show.
func (r *reader) findDate(d *document, raw *extract.Raw, prose, title string) {
	if whole, facts := d.said(); whole == prose {
		raw.Fill(facts.Labelled())
	} else {
		raw.Fill(extract.Prose(prose))
	}
	if raw.When != "" || raw.Start != "" {
		return
	}
	if l, ok := extract.Announced(prose, false); ok && r.set.Page != nil &&
		!when.Read(l.First("when"), r.context(when.LabelNone, raw.Year)).Start.IsZero() {
		raw.Fill(l)
		raw.Label = when.LabelNone
		return
	}
	if period, venue := r.lead(prose, title, raw.Year); period != "" {
		raw.When = period
		raw.Fill(extract.Labelled{"location": {venue}})
		return
	}
	shown := captions(d)
	for _, words := range append([]string{title, description(d)}, shown...) {
		if !when.Read(words, r.context(when.LabelNone, raw.Year)).Start.IsZero() {
			raw.When = words
			break
		}
	}
	if raw.When == "" || raw.Location != "" {
		return
	}
	for _, words := range shown { // 名古屋の会 | 2.18(Sat)開催 | 会場：4階 会議室
		l := extract.Prose(strings.ReplaceAll(words, "|", "\n"))
		if raw.Location = l.First("location"); raw.Location != "" {
			return
		}
	}
}

// lead gives the period that stands alone right below the title of a page, and the
// venue below that.
func (r *reader) lead(prose, title string, year int) (period, venue string) {
	_, below, found := strings.Cut("\n"+prose, "\n"+title+"\n")
	if !found || title == "" {
		return "", ""
	}
	n := 0
	for line := range strings.SplitSeq(below, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; n > 4 || n > 3 && period == "" {
			break
		}
		if period != "" {
			if venues.MatchString(line) {
				venue = line
			}
			break
		}
		if extract.Alone(line, r.context(when.LabelNone, year)) {
			period = line
		}
	}
	return period, venue
}

// venues finds lines that are the name of a venue and no sentence.
var venues = text.NewPattern(`(?i)^[^。.!！?？:：]{0,40}(?:会館|会議場|会議室|ホール|センター|ビル|大学|キャンパス|公民館|図書館|体育館|ホテル|役所|オンライン|\bhall|\bcent(?:er|re)|\buniversity|\bonline)[^。.!！?？:：]{0,20}$`)

// description gives what a page says of itself to search engines and previews.
func description(d *document) string {
	for _, sel := range []string{`meta[name="description"]`, `meta[property="og:description"]`} {
		if s := text.Line(d.doc.Find(sel).AttrOr("content", ""), 300); s != "" {
			return s
		}
	}
	return ""
}

// captions gives what the first pictures of a page are said to show; posters hold
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

// title gives what the settings say the title is, else what the fields or the page
// do.
func (r *reader) title(d *document, set string, raw extract.Raw, page string) (string, error) {
	switch {
	case set == "" && raw.Title != "":
		return raw.Title, nil
	case set == "":
		return page, nil
	case strings.HasPrefix(set, "@"):
		s, err := newSpec("html.page.title", set[1:])
		if err != nil {
			return "", err
		}
		return s.first(d.doc.Selection, nil), nil
	}
	return r.expand(set, d.year), nil
}

// expand fills {year} with the page's year, the rest from the moment of the visit.
func (r *reader) expand(s string, year int) string {
	if year > 0 {
		s = strings.ReplaceAll(s, "{year}", strconv.Itoa(year))
	}
	return extract.Expand(s, r.visit.Source, r.visit.At)
}

// notice reads what the page tells of all of it: in the place the settings name,
// and in its own title.
func (r *reader) notice(d *document, set *Page) (event.Status, error) {
	if set.Notice != "" {
		s, err := newSpec("html.page.notice", set.Notice)
		if err != nil {
			return "", err
		}
		for _, v := range s.all(d.doc.Selection, nil) {
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
		one := raw
		one.Item = "period " + name
		said, found := r.period(prose, p, others, d.year)
		one.Text = said
		if !found {
			if !p.Optional {
				r.b.Reject(one.Item, said, "no date behind "+strings.Join(p.Labels, ", "))
			}
			continue
		}
		one.When, one.Label = said, when.LabelDate
		year := d.year
		if year == 0 {
			year = when.Read(said, r.context(when.LabelDate, 0)).Start.Date.Year
		}
		one.Title = r.expand(p.Title, year)
		one.Key = fmt.Sprintf("%d/%s", year, name)
		if one.URL == "" {
			one.URL = d.page.URL
		}
		if one.Location == "" {
			one.Location = extract.Prose(prose).First("location")
		}
		r.b.Add(one)
	}
}

// period finds the words behind one of a period's labels that name a date.
func (r *reader) period(prose string, p Period, others []string, year int) (said string, found bool) {
	for _, label := range p.Labels {
		for _, words := range extract.Behind(prose, label, others) {
			if said == "" {
				said = text.Line(words, 200)
			}
			if got := when.Read(words, r.context(when.LabelDate, year)); !got.Start.IsZero() {
				return words, true
			}
		}
	}
	return said, false
}
