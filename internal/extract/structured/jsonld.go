package structured

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// maxNesting is how deep JSON-LD is followed.
const maxNesting = 50

// eventTypes are the types of schema.org that are events without saying so in
// their name.
var eventTypes = []string{"Festival", "Hackathon", "CourseInstance"}

// linked gives the events of all JSON-LD blocks, and the number of blocks that
// could not be read; those are rejections, an empty one is nothing.
func linked(b *extract.Builder, doc *goquery.Document, v extract.Visit) (found []extract.Raw, broken int) {
	plans := planner{}
	doc.Find(`script[type*="ld+json"]`).Each(func(i int, s *goquery.Selection) {
		body := unwrapped(s.Text())
		if body == "" {
			return
		}
		if err := extract.Heavy(body); err != nil {
			b.Reject(fmt.Sprintf("JSON-LD block %d", i+1), body[:min(len(body), 200)], err.Error())
			return
		}
		all, err := decode(body)
		if err != nil {
			saved := salvage(body)
			if len(saved) == 0 {
				broken++
			}
			for _, o := range saved {
				found = append(found, fromLinked(o))
			}
			b.Reject(fmt.Sprintf("JSON-LD block %d", i+1), body, fmt.Sprintf("broken: %s; %d events in it could still be read", text.Line(err.Error(), 150), len(saved)))
			return
		}
		named := nodes(all)
		walk(all, 0, func(o map[string]any) {
			if len(found) <= maxItems {
				found = append(found, plans.of(named.placed(o), v)...)
			}
		})
	})
	return found, broken
}

// unwrapped takes off what writers put around JSON in a page.
func unwrapped(s string) string {
	return strings.TrimSpace(wrapped.ReplaceAllString(wrapping.ReplaceAllString(strings.TrimSpace(s), ""), ""))
}

// wrapping is what stands before it, a comment or a CDATA section, wrapped what
// stands behind.
var (
	wrapping = text.NewPattern(`^(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?\s*)+`)
	wrapped  = text.NewPattern(`(?:\s*(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?|\s*;)+\s*$`)
)

// decode reads a block; line breaks inside strings, comments, escapes that JSON has
// not, and commas before a closing bracket are forgiven.
func decode(s string) (any, error) {
	var v any
	err := json.Unmarshal([]byte(s), &v)
	if err == nil {
		return v, nil
	}
	if json.Unmarshal([]byte(mended(s)), &v) == nil {
		return v, nil
	}
	return nil, err
}

// maxSalvage is how many objects of a broken block are tried.
const maxSalvage = 500

// salvage gives the events of a broken block that are whole in themselves.
func salvage(s string) []map[string]any {
	var out []map[string]any
	var open []int
	quoted, tried, taken := false, 0, 0
	for i := 0; i < len(s) && tried < maxSalvage; i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			open = append(open, i)
		case c == '}' && len(open) > 0:
			from := open[len(open)-1]
			open = open[:len(open)-1]
			if from < taken || i-from > 1<<16 || !strings.Contains(s[from:i], "startDate") {
				continue
			}
			tried++
			if o, ok := asEvent(s[from : i+1]); ok {
				out, taken = append(out, o), i
			}
		}
	}
	return out
}

func asEvent(s string) (map[string]any, bool) {
	v, err := decode(s)
	if err != nil {
		return nil, false
	}
	o, ok := v.(map[string]any)
	return o, ok && isEvent(o)
}

func mended(s string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quoted && c == '\\' && i+1 < len(s):
			i++
			if strings.IndexByte(`"\/bfnrtu`, s[i]) >= 0 {
				b.WriteByte(c)
			}
			c = s[i]
		case !quoted && c == '/':
			i += comment(s[i:]) - 1
			continue
		case c == '"':
			quoted = !quoted
		case quoted && c < 0x20:
			c = ' '
		case !quoted && c == ',':
			if next := afterBlanks(s[i+1:]); next == '}' || next == ']' {
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// comment is how long the comment of JavaScript is that s begins with; 1 where
// there is none.
func comment(s string) int {
	var stop string
	switch {
	case strings.HasPrefix(s, "//"):
		stop = "\n"
	case strings.HasPrefix(s, "/*"):
		stop = "*/"
	default:
		return 1
	}
	if i := strings.Index(s, stop); i >= 0 {
		return i + len(stop)
	}
	return len(s)
}

// afterBlanks gives the first byte of s that is neither blank nor comment, 0 at its
// end.
func afterBlanks(s string) byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c == '/':
			i += comment(s[i:]) - 1
		default:
			return c
		}
	}
	return 0
}

// walk hands every event in v to add; the parts of an event (subEvent) are not
// events of their own.
func walk(v any, depth int, add func(map[string]any)) {
	if depth > maxNesting {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(e, depth+1, add)
		}
	case map[string]any:
		if isEvent(v) {
			add(v)
			return
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			walk(v[k], depth+1, add)
		}
	}
}

// references are the objects of a block that have a name (@id) to refer to.
type references map[string]map[string]any

// nodes gives the objects that stand in the block's own list or graph.
func nodes(block any) references {
	out := references{}
	list, ok := block.([]any)
	if o, is := block.(map[string]any); is {
		list, ok = o["@graph"].([]any)
	}
	if !ok {
		return nil
	}
	for _, e := range list {
		if o, ok := e.(map[string]any); ok && len(o) > 1 {
			if id, ok := o["@id"].(string); ok {
				out[id] = o
			}
		}
	}
	return out
}

// behind gives the object that v only refers to, else v.
func (r references) behind(v any) any {
	o, ok := v.(map[string]any)
	if !ok || len(o) != 1 {
		return v
	}
	id, _ := o["@id"].(string)
	if found := r[id]; found != nil {
		return found
	}
	return v
}

// placed gives an event whose place, and what it says of the place, stands in it
// and not elsewhere in the block.
func (r references) placed(o map[string]any) map[string]any {
	if len(r) == 0 || o["location"] == nil {
		return o
	}
	out := maps.Clone(o)
	places, ok := o["location"].([]any)
	if !ok {
		places = []any{o["location"]}
	}
	var all []any
	for _, p := range places {
		p = r.behind(p)
		if place, ok := p.(map[string]any); ok {
			place = maps.Clone(place)
			for _, k := range []string{"address", "geo"} {
				place[k] = r.behind(place[k])
			}
			p = place
		}
		all = append(all, p)
	}
	out["location"] = all
	return out
}

func isEvent(o map[string]any) bool {
	return slices.ContainsFunc(words(o["@type"]), eventType) && (o["name"] != nil || o["startDate"] != nil)
}

// eventType reports whether a type, by its name or address, is one of events.
func eventType(t string) bool {
	t = t[strings.LastIndexAny(t, "/:#")+1:]
	return strings.HasSuffix(t, "Event") && t != "PublicationEvent" || slices.Contains(eventTypes, t)
}

func fromLinked(o map[string]any) extract.Raw {
	r := extract.Raw{
		Title: word(o["name"]), Start: word(o["startDate"]), End: word(o["endDate"]), Duration: word(o["duration"]),
		Status: word(o["eventStatus"]), Description: word(o["description"]), Tags: words(o["keywords"]),
	}
	r.Set("mode", word(o["eventAttendanceMode"]))
	if r.Mode == "" && strings.HasSuffix(r.Status, "EventMovedOnline") {
		r.Mode = event.Online
	}
	if day := len("2006-01-02"); len(r.Start) == day {
		r.Time = word(o["startTime"])
		if len(r.End) == day && r.End == r.Start || r.End == "" && r.Time != "" {
			if t := word(o["endTime"]); t != "" {
				r.End = t
			}
		}
	}
	for _, u := range []any{o["url"], at(o["offers"], "url"), o["@id"], o["sameAs"]} {
		if r.URL = word(u); r.URL != "" && !strings.HasPrefix(r.URL, "#") && !strings.HasPrefix(r.URL, "_:") {
			break
		}
	}
	if id := word(o["@id"]); strings.HasPrefix(id, "http") {
		r.Key = id
	}
	location(&r, o["location"])
	return r
}

// location reads a place, an address in words, a virtual place, or several.
func location(r *extract.Raw, v any) {
	switch v := v.(type) {
	case string:
		if r.Location == "" {
			r.Location = v
		}
	case []any:
		for _, e := range v {
			location(r, e)
		}
	case map[string]any:
		if slices.ContainsFunc(words(v["@type"]), func(t string) bool { return strings.HasSuffix(t, "VirtualLocation") }) {
			r.OnlineURL = word(v["url"])
			if r.Mode == "" {
				r.Mode = event.Online
			}
			if r.Location != "" {
				r.Mode = event.Hybrid
			}
			return
		}
		if name := word(v["name"]); name != "" {
			r.Location = name
		}
		r.Address = address(v["address"])
		r.Lat, r.Lon = word(at(v["geo"], "latitude")), word(at(v["geo"], "longitude"))
		if r.OnlineURL != "" {
			r.Mode = event.Hybrid
		}
	}
}

// address writes a PostalAddress in the order of Japanese ones where it is one.
func address(v any) string {
	o, ok := v.(map[string]any)
	if !ok {
		return word(v)
	}
	var parts []string
	japanese := false
	for _, k := range []string{"addressRegion", "addressLocality", "streetAddress"} {
		if p := word(o[k]); p != "" {
			parts = append(parts, p)
			japanese = japanese || strings.ContainsAny(p, "都道府県市区町村")
		}
	}
	if japanese {
		return strings.Join(parts, "")
	}
	slices.Reverse(parts)
	return strings.Join(parts, ", ")
}

// at gives a member of an object, or of the first object of a list.
func at(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case []any:
		if len(v) > 0 {
			return at(v[0], name)
		}
	}
	return nil
}

// words gives texts and numbers as text; of an object its @value or name.
func words(v any) []string {
	switch v := v.(type) {
	case string:
		if strings.TrimSpace(v) != "" {
			return []string{v}
		}
	case float64, bool:
		return []string{fmt.Sprint(v)}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, words(e)...)
		}
		return out
	case map[string]any:
		for _, k := range []string{"@value", "name", "@id"} {
			if w, ok := v[k].(string); ok {
				return []string{w}
			}
		}
	}
	return nil
}

// word gives the first text; of several in different languages the Japanese one.
func word(v any) string {
	if list, ok := v.([]any); ok {
		for _, e := range list {
			if o, ok := e.(map[string]any); ok && o["@language"] == "ja" {
				return word(o)
			}
		}
	}
	if w := words(v); len(w) > 0 {
		return w[0]
	}
	return ""
}
