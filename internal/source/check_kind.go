package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"github.com/itchyny/gojq"
)

// kind checks the kind of a source and that its settings are those of the kind.
func (c *checker) kind(s *Source, at string) {
	var given []string
	for _, k := range Kinds {
		if c.doc.Has(under(at, string(k))) {
			given = append(given, string(k))
		}
	}
	switch {
	case s.Kind == "" && len(given) == 1:
		c.missing(under(at, "kind"), "the kind is expected; kind: %s would be right", given[0])
		return
	case s.Kind == "":
		c.missing(under(at, "kind"), "the kind, or a platform, is expected; would be right: %s", list(Kinds))
		return
	case !slices.Contains(Kinds, s.Kind):
		c.oneOf(under(at, "kind"), string(s.Kind), "kind", Choices["Source.kind"])
		return
	}
	for _, k := range given {
		if k != string(s.Kind) {
			c.wrong(under(at, k), "a source of the kind %s has no settings for %s", s.Kind, k)
		}
	}
	at = under(at, string(s.Kind))
	switch {
	case s.Kind == JSON && s.JSONSettings != nil:
		c.json(s.JSONSettings, at)
	case s.Kind == ICS && s.ICSSettings != nil:
		c.ics(s.ICSSettings, at)
	case s.Kind == Feed && s.FeedSettings != nil:
		for i, d := range s.FeedSettings.Dates {
			c.oneOf(fmt.Sprintf("%s.dates[%d]", at, i), d, "place of a date", Choices["FeedSettings.dates"])
		}
	case s.Kind == HTML && s.HTMLSettings != nil:
		c.html(s.HTMLSettings, at)
	case s.Kind == Structured && s.StructuredSettings != nil:
		for i, f := range s.StructuredSettings.Prefer {
			c.oneOf(fmt.Sprintf("%s.prefer[%d]", at, i), f, "format", Choices["StructuredSettings.prefer"])
		}
	case s.Kind == File && s.FileSettings != nil:
		c.file(s.FileSettings, at)
	case s.Kind == Static:
		c.static(s, at)
	}
}

func (c *checker) json(set *JSONSettings, at string) {
	if set.Items != "" {
		c.jq(at+".items", set.Items)
	}
	c.fields(at+".fields", set.Fields, c.jq)
	c.statuses(at+".statuses", set.Statuses)
	p := set.Paging
	if p == nil {
		return
	}
	at += ".paging"
	switch p.By {
	case "offset", "page":
		if p.Param == "" {
			c.missing(at+".param", "the query parameter that holds the %s is expected", p.By)
		}
	case "next":
		if p.Next == "" {
			c.missing(at+".next", "the path (jq) to the next address is expected; .next would be right")
		}
	case "":
		c.missing(at+".by", "how the list goes on is expected: offset, page or next")
	default:
		c.oneOf(at+".by", p.By, "way of paging", Choices["Paging.by"])
	}
	if p.Next != "" {
		c.jq(at+".next", p.Next)
	}
	if p.Total != "" {
		c.jq(at+".total", p.Total)
	}
	c.between(at+".start", p.Start, 1_000_000)
	c.between(at+".step", p.Step, 10_000)
	c.between(at+".max", p.Max, 1_000)
}

// jq checks a path.
func (c *checker) jq(at, path string) {
	if len(path) > 4*maxPattern {
		c.wrong(at, "a path of at most %d bytes is expected, found one of %d", 4*maxPattern, len(path))
		return
	}
	q, err := gojq.Parse(path)
	if err == nil {
		_, err = gojq.Compile(q)
	}
	if err != nil {
		c.wrong(at, "a path (jq) is expected, found %s: %s", quote(path), err)
	}
}

// selector checks where a field is found on a page.
func (c *checker) selector(at, s string) {
	if len(s) > maxPattern {
		c.wrong(at, "a selector of at most %d bytes is expected, found one of %d", maxPattern, len(s))
		return
	}
	if _, err := ParseSelector(s); err != nil {
		c.wrong(at, "%s", err)
	}
}

// css checks a selector that stands alone.
func (c *checker) css(at, s string) {
	if s == "" {
		return
	}
	if len(s) > maxPattern {
		c.wrong(at, "a selector of at most %d bytes is expected, found one of %d", maxPattern, len(s))
		return
	}
	if _, err := cascadia.Compile(s); err != nil {
		c.wrong(at, "a CSS selector is expected, found %s: %s", quote(s), err)
	}
}

// fields checks the names of fields and where each is found.
func (c *checker) fields(at string, fields map[string]Paths, check func(at, path string)) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		here := at + "." + name
		c.oneOf(here, name, "field", FieldNames)
		paths := fields[name]
		if len(paths) == 0 {
			c.wrong(here, "where it is found is expected, found nothing")
		}
		for i, p := range paths {
			if one := fmt.Sprintf("%s[%d]", here, i); c.doc.Has(one) {
				check(one, p)
			} else {
				check(here, p)
			}
		}
	}
}

// columns checks fields that are found by the names of columns.
func (c *checker) columns(at string, fields map[string]Paths, down []string, downAt string) {
	c.fields(at, fields, func(at, name string) {
		if strings.TrimSpace(name) == "" {
			c.wrong(at, "the name of a column is expected, found nothing")
		}
	})
	for i, name := range down {
		c.oneOf(fmt.Sprintf("%s[%d]", downAt, i), name, "field", FieldNames)
	}
}

func (c *checker) statuses(at string, all Statuses) {
	for _, word := range slices.Sorted(maps.Keys(all)) {
		c.oneOf(at+"."+word, string(all[word]), "status", Choices["StaticEvent.status"])
		if all[word] == "" {
			c.wrong(at+"."+word, "what the word means is expected: %s", list(Choices["StaticEvent.status"]))
		}
	}
}

func (c *checker) between(at string, n, most int) {
	if n < 0 || n > most {
		c.wrong(at, "a number from 0 to %d is expected, found %d", most, n)
	}
}

func (c *checker) ics(set *ICSSettings, at string) {
	if set.URL == "" {
		return
	}
	if !strings.Contains(set.URL, "{uid}") {
		c.wrong(at+".url", "an address with {uid} is expected, found %s; https://example.org/event/{uid} would be right", quote(set.URL))
		return
	}
	c.link(at+".url", strings.ReplaceAll(set.URL, "{uid}", "uid"))
}

func (c *checker) html(set *HTMLSettings, at string) {
	shapes := 0
	for _, set := range []bool{set.List != nil, set.Table != nil, set.Page != nil} {
		if set {
			shapes++
		}
	}
	if shapes > 1 {
		c.wrong(at, "one of list, table and page is expected, found %d of them", shapes)
	}
	if set.Year != "" && strings.Trim(set.Year, "0123456789") != "" {
		c.selector(at+".year", set.Year)
	}
	c.statuses(at+".statuses", set.Statuses)
	if l := set.List; l != nil {
		c.htmlList(l, at+".list")
	}
	if t := set.Table; t != nil {
		c.css(at+".table.table", t.Table)
		c.columns(at+".table.columns", t.Columns, t.FillDown, at+".table.fill_down")
	}
	if p := set.Page; p != nil {
		c.htmlPage(p, at+".page")
	}
}

func (c *checker) htmlList(l *HTMLList, at string) {
	if l.Item == "" {
		c.missing(at+".item", "a CSS selector of the items is expected; ul.events > li would be right")
	}
	c.css(at+".item", l.Item)
	c.css(at+".heading", l.Heading)
	c.css(at+".skip", l.Skip)
	c.selector(at+".next", l.Next)
	c.fields(at+".fields", l.Fields, c.selector)
	c.between(at+".max", l.Max, 1_000)
	if d := l.Detail; d != nil {
		c.fields(at+".detail.fields", d.Fields, c.selector)
		c.between(at+".detail.max", d.Max, 200)
	}
}

func (c *checker) htmlPage(p *HTMLPage, at string) {
	if title, ok := strings.CutPrefix(p.Title, "@"); ok {
		c.selector(at+".title", title)
	}
	c.selector(at+".within", p.Within)
	c.selector(at+".notice", p.Notice)
	c.fields(at+".fields", p.Fields, c.selector)
	for _, name := range slices.Sorted(maps.Keys(p.Periods)) {
		here, period := at+".periods."+name, p.Periods[name]
		if len(period.Labels) == 0 {
			c.missing(here+".labels", "the words before its dates are expected; [会期] would be right")
		}
		if strings.TrimSpace(period.Title) == "" {
			c.missing(here+".title", "the title of the period is expected; it may hold {year}")
		}
	}
}

func (c *checker) file(set *FileSettings, at string) {
	c.oneOf(at+".format", set.Format, "format", Choices["FileSettings.format"])
	c.columns(at+".columns", set.Columns, set.FillDown, at+".fill_down")
	c.statuses(at+".statuses", set.Statuses)
}
