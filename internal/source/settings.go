package source

// JSONSettings tell how a JSON answer is read.
type JSONSettings struct {
	// Items is the path (jq) to the items: ".events[]".
	Items string `yaml:"items"`
	// Fields maps a listing's field (key, title, start, end, url, location,
	// address, status, description, tags, lat, lon, …) to a path inside an item;
	// several are tried in order.
	Fields map[string]Paths `yaml:"fields"`
	Paging *Paging          `yaml:"paging,omitempty"`
}

// Paths are alternatives, tried in order; in YAML one string or a list.
type Paths []string

// Paging tells how a list goes on.
type Paging struct {
	// By is offset, page or next.
	By string `yaml:"by"`
	// Param is the query parameter for offset and page; Next the path (jq) or
	// selector of the next address.
	Param string `yaml:"param,omitempty"`
	Next  string `yaml:"next,omitempty"`
	// Start is the first value of Param, Step what it grows by.
	Start int `yaml:"start,omitempty"`
	Step  int `yaml:"step,omitempty"`
	// Total is the path (jq) to the number of items in all.
	Total string `yaml:"total,omitempty"`
	// Max is the greatest number of pages; reaching it fails the visit.
	Max int `yaml:"max,omitempty"`
}

// ICSSettings tell how a calendar is read.
type ICSSettings struct{}

// FeedSettings tell where a feed's items hold the date of the event.
type FeedSettings struct {
	// Dates are tried in order: fields (namespaced), body, title.
	Dates []string `yaml:"dates,omitempty"`
	// Labels are words before the date in prose, added to the built-in ones.
	Labels []string `yaml:"labels,omitempty"`
}

// HTMLSettings tell how a page is read: as a list of items, a table, or one
// page that is an event or several periods.
type HTMLSettings struct {
	List  *HTMLList  `yaml:"list,omitempty"`
	Table *HTMLTable `yaml:"table,omitempty"`
	Page  *HTMLPage  `yaml:"page,omitempty"`
}

// HTMLList reads items by CSS selectors. A field is "selector", "selector@attr"
// or "@attr"; "" is the item itself.
type HTMLList struct {
	Item   string           `yaml:"item"`
	Fields map[string]Paths `yaml:"fields"`
}

// HTMLTable reads rows by the names in the table's header.
type HTMLTable struct {
	Table   string           `yaml:"table,omitempty"`
	Columns map[string]Paths `yaml:"columns"`
}

// HTMLPage reads one page as one event, or as several periods.
type HTMLPage struct {
	Title   string            `yaml:"title,omitempty"`
	Within  string            `yaml:"within,omitempty"`
	Periods map[string]Period `yaml:"periods,omitempty"`
}

// A Period is one part of a page that is an event of its own.
type Period struct {
	Labels []string `yaml:"labels"`
	Title  string   `yaml:"title"`
}

// StructuredSettings tell which structured data is preferred.
type StructuredSettings struct {
	Prefer []string `yaml:"prefer,omitempty"`
}

// FileSettings tell how a table in a file is read.
type FileSettings struct {
	Format  string           `yaml:"format,omitempty"`
	Columns map[string]Paths `yaml:"columns,omitempty"`
}

// StaticSettings hold events kept by hand.
type StaticSettings struct {
	Events []StaticEvent `yaml:"events"`
}

// A StaticEvent is one event kept by hand. Start and End are RFC 3339, a local
// "2009-05-28T19:00" in the source's zone, or a day "2009-05-28".
type StaticEvent struct {
	Key      string   `yaml:"key,omitempty"`
	Title    string   `yaml:"title"`
	Start    string   `yaml:"start,omitempty"`
	End      string   `yaml:"end,omitempty"`
	Rule     string   `yaml:"rule,omitempty"`
	Status   string   `yaml:"status,omitempty"`
	URL      string   `yaml:"url,omitempty"`
	Location string   `yaml:"location,omitempty"`
	Tags     []string `yaml:"tags,omitempty"`
	Note     string   `yaml:"note,omitempty"`
}
