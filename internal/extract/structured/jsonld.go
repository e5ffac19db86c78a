package structured

import (
	"encoding/json"
	"fmt"
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
		walk(all, 0, func(o map[string]any) {
			if len(found) <= maxItems {
				found = append(found, plans.of(o, v)...)
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

// decode reads a block; line breaks inside strings and commas before a closing
// bracket are forgiven.
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
			b.WriteByte(c)
			i++
			c = s[i]
		case c == '"':
			quoted = !quoted
		case quoted && c < 0x20:
			c = ' '
		case !quoted && c == ',':
			if next := strings.TrimLeft(s[i+1:], " \t\r\n"); next != "" && (next[0] == '}' || next[0] == ']') {
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
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

func isEvent(o map[string]any) bool {
	for _, t := range words(o["@type"]) {
		t = t[strings.LastIndexAny(t, "/:#")+1:]
		if strings.HasSuffix(t, "Event") && t != "PublicationEvent" || slices.Contains(eventTypes, t) {
			return o["name"] != nil || o["startDate"] != nil
		}
	}
	return false
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

func word(v any) string {
	if w := words(v); len(w) > 0 {
		return w[0]
	}
	return ""
}
