package html

import (
	"maps"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"

	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// Registration is the kind "html" for the catalogue of kinds.
var Registration = extract.Registration{
	Definition: source.Definition{
		Kind:    source.HTML,
		New:     func() source.Settings { return &Settings{} },
		Basis:   source.BasisPage,
		Page:    true,
		Choices: map[string][]string{"Table.fill_down": source.FieldNames},
	},
	Reader: Kind{},
}

// Settings tell how a page is read: as a list of items, a table, or one
// page that is an event or several periods. Without any, the page is tried as a
// table with known headings, then as one event.
type Settings struct {
	// Auto reads whatever the page repeats or announces, without selectors; its other
	// settings say nothing then.
	Auto  bool   `yaml:"auto,omitempty"`
	List  *List  `yaml:"list,omitempty"`
	Table *Table `yaml:"table,omitempty"`
	Page  *Page  `yaml:"page,omitempty"`
	// Year is for dates that name none: a number, or a selector whose text holds
	// it (a heading "2009年度").
	Year     string          `yaml:"year,omitempty"`
	Statuses source.Statuses `yaml:"statuses,omitempty"`
	// Partial marks a page that shows the newest or nearest events only.
	Partial bool `yaml:"partial,omitempty"`
}

// List reads items by CSS selectors. A field is "selector", "selector@attr"
// or "@attr"; "" is the item itself. "+selector" is looked for among the siblings
// that follow the item, up to the next one. A field may end in " =~ pattern"
// (RE2): its first group, or the whole match, is what counts.
type List struct {
	Item   string                  `yaml:"item"`
	Fields map[string]source.Paths `yaml:"fields,omitempty"`
	// Heading is a selector of headings (a year, a month) whose date holds for
	// the items that follow.
	Heading string `yaml:"heading,omitempty"`
	// Skip is a selector of items that are none (advertisements, column names).
	Skip string `yaml:"skip,omitempty"`
	// Next is the selector of the link to the next page; Max the greatest number
	// of pages, 10 where 0.
	Next string `yaml:"next,omitempty"`
	Max  int    `yaml:"max,omitempty"`
	// Detail, where set, reads each item's own page as well.
	Detail *Detail `yaml:"detail,omitempty"`
}

// Detail reads the page an item links to.
type Detail struct {
	Fields map[string]source.Paths `yaml:"fields,omitempty"`
	// Max is the greatest number of pages in one visit, 20 where 0; items beyond
	// it are read from the list alone.
	Max int `yaml:"max,omitempty"`
}

// Table reads rows by the names in the table's header.
type Table struct {
	// Table is the selector of the table, "" for each one that has the columns.
	Table string `yaml:"table,omitempty"`
	// Columns maps a field to header names (or "1", "2" … for a table without).
	Columns map[string]source.Paths `yaml:"columns,omitempty"`
	// FillDown are fields whose empty cells mean "as above".
	FillDown []string `yaml:"fill_down,omitempty"`
}

// Page reads one page as one event, or as several periods.
type Page struct {
	// Title is the title, or where it begins with "@" the selector that holds
	// it; {year} is filled in. "" takes the page's own.
	Title string `yaml:"title,omitempty"`
	// Within is the selector of the part of the page that is read, "" for all.
	Within string `yaml:"within,omitempty"`
	// Notice is the selector of the place where the page tells that all of it is
	// cancelled or postponed (開催中止のお知らせ).
	Notice string                  `yaml:"notice,omitempty"`
	Fields map[string]source.Paths `yaml:"fields,omitempty"`
	// Periods are parts of the page that are events of their own, by the name
	// that becomes part of their key: "2009/conference".
	Periods map[string]Period `yaml:"periods,omitempty"`
}

// A Period is one part of a page that is an event of its own.
type Period struct {
	// Labels are the words before its dates: 会期, 展示会.
	Labels source.Paths `yaml:"labels"`
	// Title may hold {year}.
	Title string `yaml:"title"`
	// Optional marks a period that a page may lack without a word.
	Optional bool `yaml:"optional,omitempty"`
}

// Layer drops a platform's shape of a page where a source has another one of its
// own.
func (set *Settings) Layer(says func(key string) bool) {
	shapes := set.shapes()
	others := slices.DeleteFunc(
		slices.Clone(shapes),
		func(s shape) bool { return says(s.key) },
	)
	if len(others) == len(shapes) {
		return
	}
	for _, s := range others {
		s.drop()
	}
}

// A shape is how a page shows events.
type shape struct {
	key   string
	isSet bool
	check func(c *source.Checker, at string)
	drop  func()
}

func (set *Settings) shapes() []shape {
	return []shape{
		{"list", set.List != nil, set.List.check, func() { set.List = nil }},
		{"table", set.Table != nil, set.Table.check, func() { set.Table = nil }},
		{"page", set.Page != nil, set.Page.check, func() { set.Page = nil }},
	}
}

// Check notes what is wrong with the settings.
func (set *Settings) Check(c *source.Checker, at string) {
	used := slices.DeleteFunc(set.shapes(), func(s shape) bool { return !s.isSet })
	c.WrongIf(
		len(used) > 1,
		at,
		"expected one of list, table and page, found %d of them",
		len(used),
	)
	isNumber := strings.Trim(set.Year, "0123456789") == ""
	if !isNumber {
		checkSelector(c, at+".year", set.Year)
	}
	c.Statuses(at+".statuses", set.Statuses)
	for _, s := range used {
		s.check(c, at+"."+s.key)
	}
}

func (l *List) check(c *source.Checker, at string) {
	selector := func(at, s string) { checkSelector(c, at, s) }
	c.MissingIf(
		l.Item == "",
		at+".item",
		"expected a CSS selector of the items (use ul.events > li)",
	)
	checkCSS(c, at+".item", l.Item)
	checkCSS(c, at+".heading", l.Heading)
	checkCSS(c, at+".skip", l.Skip)
	selector(at+".next", l.Next)
	c.Fields(at+".fields", l.Fields, selector)
	c.Between(at+".max", l.Max, 1_000)
	if d := l.Detail; d != nil {
		c.Fields(at+".detail.fields", d.Fields, selector)
		c.Between(at+".detail.max", d.Max, 200)
	}
}

func (t *Table) check(c *source.Checker, at string) {
	checkCSS(c, at+".table", t.Table)
	c.Columns(at+".columns", t.Columns)
	c.EachOneOf(at+".fill_down", t.FillDown, "field", source.FieldNames)
}

func (p *Page) check(c *source.Checker, at string) {
	selector := func(at, s string) { checkSelector(c, at, s) }
	if title, ok := strings.CutPrefix(p.Title, "@"); ok {
		selector(at+".title", title)
	}
	selector(at+".within", p.Within)
	selector(at+".notice", p.Notice)
	c.Fields(at+".fields", p.Fields, selector)
	for _, name := range slices.Sorted(maps.Keys(p.Periods)) {
		p.Periods[name].check(c, at+".periods."+name)
	}
}

func (p Period) check(c *source.Checker, at string) {
	c.MissingIf(
		len(p.Labels) == 0,
		at+".labels",
		"expected the words before its dates (use [会期])",
	)
	c.MissingIf(
		strings.TrimSpace(p.Title) == "",
		at+".title",
		"expected the title of the period; it may hold {year}",
	)
}

// checkSelector checks where a field is found on a page.
func checkSelector(c *source.Checker, at, s string) {
	if !c.Short(at, "a selector", s, source.MaxPattern) {
		return
	}
	if _, err := ParseSelector(s); err != nil {
		c.Wrong(at, "%s", err)
	}
}

// checkCSS checks a selector that stands alone.
func checkCSS(c *source.Checker, at, s string) {
	if s == "" || !c.Short(at, "a selector", s, source.MaxPattern) {
		return
	}
	if _, err := cascadia.Compile(s); err != nil {
		c.Wrong(at, "expected a CSS selector, found %s: %s", source.Quote(s), err)
	}
}
