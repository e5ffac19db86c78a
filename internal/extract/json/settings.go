package json

import (
	"sync"

	"github.com/itchyny/gojq"

	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// Registration is the kind "json" for the catalogue of kinds.
var Registration = extract.Registration{
	Definition: source.Definition{
		Kind:    source.JSON,
		New:     func() source.Settings { return &Settings{} },
		Basis:   source.BasisAPI,
		Choices: map[string][]string{"Paging.by": ways},
	},
	Reader: Kind{},
}

// ways are those in which a list goes on.
var ways = []string{"offset", "page", "next"}

// Settings tell how a JSON answer is read.
type Settings struct {
	// Items is the path (jq) to the items: ".events[]".
	Items string `yaml:"items,omitempty"`
	// Fields maps a field of a listing to a path (jq) inside an item; several are
	// tried in order. source.FieldNames lists the fields.
	Fields   map[string]source.Paths `yaml:"fields,omitempty"`
	Statuses source.Statuses         `yaml:"statuses,omitempty"`
	Paging   *Paging                 `yaml:"paging,omitempty"`
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

// maxPath is the length in bytes of the longest path.
const maxPath = 4 * source.MaxPattern

// Templates are the texts in which {group} may stand.
func (set *Settings) Templates() []*string { return []*string{&set.Post} }

// Check notes what is wrong with the settings.
func (set *Settings) Check(c *source.Checker, at string) {
	path := func(at, path string) { checkPath(c, at, path) }
	if set.Items != "" {
		path(at+".items", set.Items)
	}
	c.Fields(at+".fields", set.Fields, path)
	c.Statuses(at+".statuses", set.Statuses)
	if set.Paging != nil {
		set.Paging.check(c, at+".paging")
	}
}

func (p *Paging) check(c *source.Checker, at string) {
	if p.By == "" {
		c.Missing(at+".by", "expected how the list goes on: offset, page or next")
	} else {
		c.OneOf(at+".by", p.By, "way of paging", ways)
	}
	isNumbered := p.By == "offset" || p.By == "page"
	c.MissingIf(
		isNumbered && p.Param == "",
		at+".param",
		"expected the query parameter that holds the %s",
		p.By,
	)
	c.MissingIf(
		p.By == "next" && p.Next == "",
		at+".next",
		"expected the path (jq) to the next address (use .next)",
	)
	for _, path := range []struct{ key, value string }{{".next", p.Next}, {".total", p.Total}} {
		if path.value != "" {
			checkPath(c, at+path.key, path.value)
		}
	}
	c.Between(at+".start", p.Start, 1_000_000)
	c.Between(at+".step", p.Step, 10_000)
	c.Between(at+".max", p.Max, 1_000)
}

// checkPath checks a path (jq).
func checkPath(c *source.Checker, at, path string) {
	if !c.Short(at, "a path", path, maxPath) {
		return
	}
	err := compiles(path)
	c.WrongIf(err != nil, at, "expected a path (jq), found %s: %s", source.Quote(path), err)
}

// compiled remembers which paths are right: all groups of a platform have the same.
var compiled sync.Map

// compiles reports why a path is none, nil where it is one.
func compiles(path string) error {
	if _, known := compiled.Load(path); known {
		return nil
	}
	q, err := gojq.Parse(path)
	if err == nil {
		_, err = gojq.Compile(q)
	}
	if err == nil {
		compiled.Store(path, true)
	}
	return err
}
