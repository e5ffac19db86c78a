package source

import "koyomi/internal/event"

// Paths are alternatives, tried in order; in YAML one string or a list.
type Paths []string

// OneOrMany lets a list of one stand as a bare value.
func (Paths) OneOrMany() {}

// Statuses turn a source's own words for how an event stands into ours, before
// the built-in ones ("cancelled", 中止 …) are tried. Words are compared folded.
type Statuses map[string]event.Status

// JSONSettings tell how a JSON answer is read.
type JSONSettings struct {
	// Items is the path (jq) to the items: ".events[]".
	Items string `yaml:"items,omitempty"`
	// Fields maps a field of a listing to a path (jq) inside an item; several are
	// tried in order. FieldNames lists the fields.
	Fields   map[string]Paths `yaml:"fields,omitempty"`
	Statuses Statuses         `yaml:"statuses,omitempty"`
	Paging   *Paging          `yaml:"paging,omitempty"`
	// Post is the body of a POST request; "" asks with GET.
	Post string `yaml:"post,omitempty"`
	// Partial marks a list of the newest or nearest items only: what is missing
	// may just have fallen off.
	Partial bool `yaml:"partial,omitempty"`
}

// Paging tells how a list goes on.
type Paging struct {
	// By is offset, page or next.
	By string `yaml:"by"`
	// Param is the query parameter for offset and page; Next the path (jq) or
	// selector of the next address.
	Param string `yaml:"param,omitempty"`
	Next  string `yaml:"next,omitempty"`
	// Start is the first value of Param (0 counts as 1 for page), Step what it
	// grows by: the number of items a page holds for offset, 1 for page.
	Start int `yaml:"start,omitempty"`
	Step  int `yaml:"step,omitempty"`
	// Total is the path (jq) to the number of items in all (offset) or of pages
	// (page); without it a page that is not full is the last.
	Total string `yaml:"total,omitempty"`
	// Max is the greatest number of pages, 50 where 0; a list that goes on after
	// that fails the visit.
	Max int `yaml:"max,omitempty"`
}

// ICSSettings tell how a calendar is read.
type ICSSettings struct {
	// URL is the pattern of an event's page, with {uid}, for calendars that give
	// none: "https://example.org/event/{uid}".
	URL string `yaml:"url,omitempty"`
	// Partial marks a calendar of the nearest events only.
	Partial bool `yaml:"partial,omitempty"`
}

// FeedSettings tell where a feed's items hold the date of the event.
type FeedSettings struct {
	// Dates are tried in order: fields (namespaced), body (labelled, as 日時),
	// title, prose (any date in the text), posted (the post's own date is the
	// event's). Default: fields, body, title.
	Dates []string `yaml:"dates,omitempty"`
	// Labels are words before the date in prose, added to the built-in ones.
	Labels []string `yaml:"labels,omitempty"`
	// Complete marks a feed that holds all events, not the newest alone.
	Complete bool `yaml:"complete,omitempty"`
}

// HTMLSettings tell how a page is read: as a list of items, a table, or one
// page that is an event or several periods. Without any, the page is tried as a
// table with known headings, then as one event.
type HTMLSettings struct {
	List  *HTMLList  `yaml:"list,omitempty"`
	Table *HTMLTable `yaml:"table,omitempty"`
	Page  *HTMLPage  `yaml:"page,omitempty"`
	// Year is for dates that name none: a number, or a selector whose text holds
	// it (a heading "2009年度").
	Year     string   `yaml:"year,omitempty"`
	Statuses Statuses `yaml:"statuses,omitempty"`
	// Partial marks a page that shows the newest or nearest events only.
	Partial bool `yaml:"partial,omitempty"`
}

// HTMLList reads items by CSS selectors. A field is "selector", "selector@attr"
// or "@attr"; "" is the item itself. "+selector" is looked for among the siblings
// that follow the item, up to the next one. A field may end in " =~ pattern"
// (RE2): its first group, or the whole match, is what counts.
type HTMLList struct {
	Item   string           `yaml:"item"`
	Fields map[string]Paths `yaml:"fields,omitempty"`
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
	Detail *HTMLDetail `yaml:"detail,omitempty"`
}

// HTMLDetail reads the page an item links to.
type HTMLDetail struct {
	Fields map[string]Paths `yaml:"fields,omitempty"`
	// Max is the greatest number of pages in one visit, 20 where 0; items beyond
	// it are read from the list alone.
	Max int `yaml:"max,omitempty"`
}

// HTMLTable reads rows by the names in the table's header.
type HTMLTable struct {
	// Table is the selector of the table, "" for each one that has the columns.
	Table string `yaml:"table,omitempty"`
	// Columns maps a field to header names (or "1", "2" … for a table without).
	Columns map[string]Paths `yaml:"columns,omitempty"`
	// FillDown are fields whose empty cells mean "as above".
	FillDown []string `yaml:"fill_down,omitempty"`
}

// HTMLPage reads one page as one event, or as several periods.
type HTMLPage struct {
	// Title is the title, or where it begins with "@" the selector that holds
	// it; {year} is filled in. "" takes the page's own.
	Title string `yaml:"title,omitempty"`
	// Within is the selector of the part of the page that is read, "" for all.
	Within string `yaml:"within,omitempty"`
	// Notice is the selector of the place where the page tells that all of it is
	// cancelled or postponed (開催中止のお知らせ).
	Notice string           `yaml:"notice,omitempty"`
	Fields map[string]Paths `yaml:"fields,omitempty"`
	// Periods are parts of the page that are events of their own, by the name
	// that becomes part of their key: "2009/conference".
	Periods map[string]Period `yaml:"periods,omitempty"`
}

// A Period is one part of a page that is an event of its own.
type Period struct {
	// Labels are the words before its dates: 会期, 展示会.
	Labels Paths `yaml:"labels"`
	// Title may hold {year}.
	Title string `yaml:"title"`
	// Optional marks a period that a page may lack without a word.
	Optional bool `yaml:"optional,omitempty"`
}

// StructuredSettings tell which structured data is preferred.
type StructuredSettings struct {
	// Prefer lists json-ld, microdata, rdfa, hcalendar, h-event, opengraph; the first
	// that holds an event is read. Default: this order.
	Prefer []string `yaml:"prefer,omitempty"`
	// Partial marks a page that shows the newest or nearest events only.
	Partial bool `yaml:"partial,omitempty"`
}

// FileSettings tell how a table in a file is read.
type FileSettings struct {
	// Format is csv, tsv, yaml, json or markdown; "" tells by name and content.
	Format string `yaml:"format,omitempty"`
	// Columns maps a field to names of columns (or keys), tried in order; without
	// it common names are known.
	Columns map[string]Paths `yaml:"columns,omitempty"`
	// Items is the key under which a YAML file holds its list, "" for the top.
	Items string `yaml:"items,omitempty"`
	// FillDown are fields whose empty cells mean "as above".
	FillDown []string `yaml:"fill_down,omitempty"`
	Statuses Statuses `yaml:"statuses,omitempty"`
	Partial  bool     `yaml:"partial,omitempty"`
}

// StaticSettings hold events kept by hand.
type StaticSettings struct {
	Events []StaticEvent `yaml:"events"`
}

// A StaticEvent is one event kept by hand. Start and End are RFC 3339, a local
// "2009-05-28T19:00" in the source's zone, or a day "2009-05-28"; the End of an
// all-day event is its last day.
type StaticEvent struct {
	Key   string `yaml:"key,omitempty"`
	Title string `yaml:"title"`
	Start string `yaml:"start,omitempty"`
	End   string `yaml:"end,omitempty"`
	// Rule repeats the event: 毎月第3水曜, 毎週土曜, 隔週金曜. Time is then its
	// hours ("19:00-21:00"), "" for the whole day; Start, where set, is the day
	// from which it counts, End the last.
	Rule string `yaml:"rule,omitempty"`
	Time string `yaml:"time,omitempty"`
	// Except are days on which the rule does not hold.
	Except      []string `yaml:"except,omitempty"`
	Status      string   `yaml:"status,omitempty"`
	URL         string   `yaml:"url,omitempty"`
	Location    string   `yaml:"location,omitempty"`
	Description string   `yaml:"description,omitempty"`
	Tags        []string `yaml:"tags,omitempty"`
	// Note is for the person who keeps the list: where the facts are from.
	Note string `yaml:"note,omitempty"`
}

// FieldNames are the fields of a listing that settings may name.
var FieldNames = []string{
	"key", "title", "when", "start", "end", "time", "duration", "all_day", "zone", "status", "cancelled", "mode",
	"url", "location", "address", "online_url", "description", "tags", "lat", "lon", "number",
	"sequence", "updated", "opens", "closes", "year",
}
