package discover

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"koyomi/internal/extract"
	feedkind "koyomi/internal/extract/feed"
	jsonkind "koyomi/internal/extract/json"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// sniff says what a document is: calendar, feed, json, xml, file or page.
func sniff(p extract.Page) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(p.Body[:min(len(p.Body), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	lower := strings.ToLower(string(head))
	media, _, _ := strings.Cut(strings.ToLower(p.ContentType), ";")
	media = strings.TrimSpace(media)
	switch {
	case strings.HasPrefix(lower, "begin:vcalendar"):
		return "calendar"
	case strings.Contains(lower, "<rss") || strings.Contains(lower, "<rdf:rdf") || feedRoot.MatchString(lower):
		return "feed"
	case strings.HasPrefix(lower, "{") || strings.HasPrefix(lower, "[") && media != "text/markdown" && extension(p.URL) != "md":
		if strings.Contains(lower, "jsonfeed.org/version/") {
			return "feed"
		}
		return "json"
	case strings.HasPrefix(lower, "<!doctype html") || strings.Contains(lower, "<html"):
		return "page"
	case strings.HasPrefix(lower, "<?xml"):
		return "xml"
	case slices.Contains([]string{"text/csv", "text/tab-separated-values", "text/yaml", "application/yaml", "text/markdown", "text/plain"}, media),
		slices.Contains([]string{"csv", "tsv", "yaml", "yml", "md", "markdown", "txt", "rst"}, extension(p.URL)):
		if !strings.HasPrefix(lower, "<") {
			return "file"
		}
	}
	return "page"
}

var feedRoot = text.NewPattern(`^(?:<\?xml[^>]*>\s*)?(?:<\?[^>]*>\s*|<!--[^>]*-->\s*)*<(?:[a-z]+:)?feed[\s>]`)

// isMarkdown reports whether a document is Markdown, which is read as a page as well.
func isMarkdown(p extract.Page) bool {
	return strings.HasPrefix(p.ContentType, "text/markdown") || slices.Contains([]string{"md", "markdown"}, extension(p.URL))
}

// extension returns the ending of an address's path, without the dot.
func extension(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(path.Ext(u.Path)), ".")
}

// feed reads a feed by the places in which feeds hold the date of an event, from
// the surest on.
func (s *search) feed() {
	for _, where := range []struct {
		dates []string
		why   string
		score float64
	}{
		{nil, "a feed that tells the dates of events", 90},
		{[]string{"fields", "body", "title", "announced"}, "a feed whose posts announce events in sentences", 72},
		{[]string{"fields", "body", "title", "announced", "prose"}, "a feed with dates somewhere in its posts", 55},
	} {
		src := &source.Source{Kind: source.Feed}
		if where.dates != nil {
			src.Settings = &feedkind.Settings{Dates: where.dates}
		}
		s.try(Feed, where.why, src, where.score)
	}
}

// file reads tables, lists and announcements kept as files.
func (s *search) file() {
	if set := s.separated(); set != nil {
		s.try(File, "a table with a column of dates", &source.Source{Kind: source.File, Settings: set}, 86)
	}
	s.try(File, "a file of events", &source.Source{Kind: source.File}, 82)
}

// jsonNames are the names by which JSON answers call the fields of an event, the
// best first.
var jsonNames = []struct {
	field string
	names []string
}{
	{"key", []string{"id", "event_id", "eventid", "uid", "slug", "_id", "key"}},
	{"title", []string{"title", "name", "event_name", "summary", "subject", "イベント名", "タイトル", "件名", "名称"}},
	{"start", []string{"started_at", "starts_at", "start_at", "startat", "start_date", "startdate", "start_time", "starttime", "start", "begin", "begins_at", "datetime", "event_date", "eventdate", "held_on", "date", "time", "day", "日時", "開催日時", "開催日", "日付"}},
	{"end", []string{"ended_at", "ends_at", "end_at", "endat", "end_date", "enddate", "end_time", "endtime", "end", "finish", "finished_at"}},
	{"all_day", []string{"all_day", "allday", "is_all_day"}},
	{"zone", []string{"timezone", "time_zone", "tz"}},
	{"status", []string{"open_status", "event_status", "eventstatus", "status"}},
	{"url", []string{"event_url", "public_url", "html_url", "url", "link", "permalink", "website", "href"}},
	{"location", []string{"place", "venue_name", "venue", "location", "会場", "場所"}},
	{"address", []string{"address", "住所"}},
	{"description", []string{"description", "catch", "body", "content", "text"}},
	{"tags", []string{"tags", "hash_tag", "categories"}},
	{"lat", []string{"lat", "latitude"}},
	{"lon", []string{"lon", "lng", "long", "longitude"}},
	{"updated", []string{"updated_at", "modified_utc", "updated", "modified"}},
}

// json finds lists of objects with dates in an answer.
func (s *search) json() {
	value, err := decodeJSON(s.page.Body)
	if err == nil {
		for _, a := range arraysIn(value, ".", 0) {
			fields := fieldsOf(a.items)
			if fields["start"] == nil || fields["title"] == nil {
				continue
			}
			set := &jsonkind.Settings{Items: a.path, Fields: fields}
			s.try(JSON, fmt.Sprintf("a list of %d objects with dates at %s", len(a.items), a.path), &source.Source{Kind: source.JSON, Settings: set}, 92)
		}
	}
	s.try(JSON, "an answer with fields of common names", &source.Source{Kind: source.JSON}, 84)
	s.try(File, "a file of events", &source.Source{Kind: source.File}, 70)
}

func decodeJSON(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the JSON value")
	}
	return v, nil
}

// An array is a list of objects, and the path (jq) to its items.
type array struct {
	path  string
	items []map[string]any
}

// The bounds of the search in JSON.
const (
	maxJSONDepth  = 5
	maxJSONArrays = 12
	maxJSONSample = 200
)

var plainKey = text.NewPattern(`^[A-Za-z_][A-Za-z0-9_]*$`)

func step(path, key string) string {
	if !plainKey.MatchString(key) {
		b, _ := json.Marshal(key) // a string always can be
		key = "[" + string(b) + "]"
		if path == "." {
			return "." + key
		}
		return path + key
	}
	return strings.TrimSuffix(path, ".") + "." + key
}

// arraysIn returns the lists of objects within a value, the outer ones first; a
// single object with a date counts as a list of one.
func arraysIn(v any, at string, depth int) []array {
	if depth > maxJSONDepth {
		return nil
	}
	var out []array
	switch v := v.(type) {
	case map[string]any:
		if depth == 0 {
			out = append(out, array{at, []map[string]any{v}})
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if len(out) < maxJSONArrays {
				out = append(out, arraysIn(v[k], step(at, k), depth+1)...)
			}
		}
	case []any:
		items := objects(v)
		if len(items) == 0 {
			return nil
		}
		path := strings.TrimSuffix(at, ".") + "[]"
		if at == "." {
			path = ".[]"
		}
		out = append(out, array{path, items})
		for _, k := range slices.Sorted(maps.Keys(items[0])) {
			out = append(out, wrapped(items, path, k)...)
		}
	}
	return out[:min(len(out), maxJSONArrays)]
}

// wrapped returns the objects that each item of a list holds under a name.
func wrapped(items []map[string]any, path, key string) []array {
	var inner []map[string]any
	for _, o := range items {
		if in, ok := o[key].(map[string]any); ok {
			inner = append(inner, in)
		}
	}
	if len(inner) < len(items) {
		return nil
	}
	return []array{{path + "." + strings.TrimPrefix(step(".", key), "."), inner}}
}

func objects(list []any) []map[string]any {
	var out []map[string]any
	for _, v := range list[:min(len(list), maxJSONSample)] {
		if o, ok := v.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// fieldsOf maps the fields of a listing to the paths at which the objects hold them.
func fieldsOf(items []map[string]any) map[string]source.Paths {
	fields := map[string]source.Paths{}
	taken := map[string]bool{}
	for _, f := range jsonNames {
		var paths source.Paths
		for _, name := range f.names {
			key, value := lookup(items, name)
			if key == "" || taken[key] {
				continue
			}
			path := pathTo(f.field, key, value)
			if path == "" || f.field == "start" && !datedValue(items, key) {
				continue
			}
			paths = append(paths, path)
			taken[key] = true
			if f.field != "location" && f.field != "description" {
				break
			}
		}
		if len(paths) > 0 {
			fields[f.field] = paths[:min(len(paths), 2)]
		}
	}
	return fields
}

// lookup returns the key of that name, its case aside, and the first value it has.
func lookup(items []map[string]any, name string) (key string, value any) {
	for _, o := range items {
		for _, k := range slices.Sorted(maps.Keys(o)) {
			if strings.EqualFold(k, name) && (key == "" || k == key) {
				if key = k; o[k] != nil {
					return key, o[k]
				}
			}
		}
	}
	return key, value
}

// pathTo returns the path to a field's text; "" where the value cannot hold it.
func pathTo(field, key string, value any) string {
	at := step(".", key)
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range innerNames(field) {
			if k, in := lookup([]map[string]any{v}, inner); k != "" {
				if _, nested := in.(map[string]any); !nested {
					return at + "." + strings.TrimPrefix(step(".", k), ".") + "?"
				}
			}
		}
		return ""
	case []any:
		if field != "tags" {
			return ""
		}
		if len(v) > 0 {
			if o, ok := v[0].(map[string]any); ok {
				if k, _ := lookup([]map[string]any{o}, "name"); k != "" {
					return "[" + at + "[]?" + step(".", k) + "]"
				}
				return ""
			}
		}
		return at + "[]?"
	}
	return at
}

// innerNames are the names under which an object in the place of a text holds it.
func innerNames(field string) []string {
	switch field {
	case "start", "end":
		return []string{"dateTime", "date", "utc", "local"}
	case "location", "address":
		return []string{"name", "venue", "title", "address"}
	case "title", "description":
		return []string{"rendered", "text", "ja", "name"}
	}
	return []string{"name", "url", "value", "rendered"}
}

// datedValue reports whether a key holds dates in most objects that have it.
func datedValue(items []map[string]any, key string) bool {
	good, all := 0, 0
	for _, o := range items {
		v := o[key]
		if inner, ok := v.(map[string]any); ok {
			for _, n := range innerNames("start") {
				if _, found := lookup([]map[string]any{inner}, n); found != nil {
					v = found
					break
				}
			}
		}
		if v == nil || v == "" {
			continue
		}
		all++
		words := fmt.Sprint(v)
		if _, ok := (extract.Clock{}).Moment(words); ok || hasDate(words) {
			good++
		}
	}
	return all > 0 && good*2 > all
}
