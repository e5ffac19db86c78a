package trim

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"koyomi/internal/text"
)

// frame are the lines of a calendar that always stay.
var frame = []string{"BEGIN", "END", "VERSION"}

// calendar cuts the lines of a calendar that nobody reads: properties by their
// name, in all components at the same time, then whole alarms.
func (t *trimmer) calendar(i int) {
	lines := strings.Split(unfold(string(t.visit.Pages[i].Body)), "\r\n")
	names := []string{""}
	for _, line := range lines {
		name := property(line)
		if !slices.Contains(names, name) && name != "BEGIN" && name != "END" {
			names = append(names, name)
		}
	}
	halves(names[1:], func(left []string) bool {
		kept := slices.Concat(frame, left)
		var b strings.Builder
		for _, line := range lines {
			if slices.Contains(kept, property(line)) {
				b.WriteString(line + "\r\n")
			}
		}
		return t.may(i, []byte(b.String()))
	})
}

// unfold joins the folded lines of a calendar and ends them alike.
func unfold(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.NewReplacer("\n ", "", "\n\t", "").Replace(s)
	return strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\r\n")
}

func property(line string) string {
	return strings.ToUpper(line[:max(strings.IndexAny(line, ":;"), 0)])
}

// json cuts the keys of objects that nobody reads, each in all objects of its place
// at the same time.
func (t *trimmer) json(i int) {
	v, ok := decoded(t.visit.Pages[i].Body)
	if !ok {
		return
	}
	places := placesOf(v, nil, map[string]bool{})
	halves(append(places, ""), func(left []string) bool {
		body := encoded(only(v, "", left))
		return body != nil && t.may(i, body)
	})
}

// decoded reads a JSON value; numbers stay as they are written.
func decoded(body []byte) (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	err := d.Decode(&v)
	return v, err == nil && !d.More()
}

// encoded writes a JSON value for people, nil where it cannot be written.
func encoded(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if e.Encode(v) != nil {
		return nil
	}
	return b.Bytes()
}

// placesOf names the keys of a value by their place, those of all items of a list
// together: "/events/[]/title".
func placesOf(v any, at []string, seen map[string]bool) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			place := append(slices.Clone(at), strings.ReplaceAll(k, "/", "~"))
			if name := "/" + strings.Join(place, "/"); !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
			out = append(out, placesOf(v[k], place, seen)...)
		}
	case []any:
		for _, item := range v {
			out = append(out, placesOf(item, append(slices.Clone(at), "[]"), seen)...)
		}
	}
	return out
}

// only returns a value with the keys at the places that are left.
func only(v any, at string, left []string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, inner := range v {
			place := at + "/" + strings.ReplaceAll(k, "/", "~")
			if slices.Contains(left, place) {
				out[k] = only(inner, place, left)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = only(inner, at+"/[]", left)
		}
		return out
	}
	return v
}

// leafElement finds an element of XML without elements in it, and its end.
var leafElement = text.NewPattern(
	`<([A-Za-z][\w.:-]*)(?:\s[^<>]*)?(?:/>|>(?:[^<]|<!\[CDATA\[(?s:.*?)\]\]>)*</([A-Za-z][\w.:-]*)>)`,
)

// xml cuts the elements that nobody reads, by their names, in all items at the same
// time.
func (t *trimmer) xml(i int) {
	body := string(t.visit.Pages[i].Body)
	var names []string
	for _, m := range leafElement.FindAllStringSubmatch(body, -1) {
		isWhole := m[2] == "" || m[2] == m[1]
		if isWhole && !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	halves(append(names, ""), func(left []string) bool {
		cut := leafElement.ReplaceAllStringFunc(body, func(e string) string {
			if !slices.Contains(left, leafElement.FindStringSubmatch(e)[1]) {
				return ""
			}
			return e
		})
		return t.may(i, []byte(blankLines.ReplaceAllString(cut, "\n")))
	})
}

var blankLines = text.NewPattern(`\n(?:[ \t]*\r?\n)+`)
