package structured

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// maxNesting is how deep JSON-LD is followed.
const maxNesting = 50

// eventTypes are the types of schema.org that are events without saying so in
// their name.
var eventTypes = []string{"Festival", "Hackathon", "CourseInstance"}

// linked returns the events of all JSON-LD blocks. Blocks that could not be read are
// rejections, an empty one is nothing.
func (d *page) linked() []extract.Raw {
	var found []extract.Raw
	plans := planner{}
	for i, s := range d.doc.Find(`script[type*="ld+json"]`).EachIter() {
		name := fmt.Sprintf("JSON-LD block %d", i+1)
		for _, o := range d.block(name, unwrapped(s.Text())) {
			if len(found) <= maxItems {
				found = append(found, plans.of(o, d.visit)...)
			}
		}
	}
	return found
}

// block returns the events of one block.
func (d *page) block(name, body string) []map[string]any {
	if body == "" {
		return nil
	}
	if err := extract.Heavy(body); err != nil {
		d.reject(name, body[:min(len(body), 200)], err.Error())
		return nil
	}
	all, err := decode(body)
	if err == nil {
		return events(all)
	}
	saved := salvage(body)
	if len(saved) == 0 {
		d.broken++
	}
	d.reject(
		name,
		body,
		fmt.Sprintf(
			"broken: %s; %d events in it could still be read",
			text.Line(err.Error(), 150),
			len(saved),
		),
	)
	return saved
}

// events returns the events of a block, what they refer to put into them.
func events(block any) []map[string]any {
	var out []map[string]any
	named := nodes(block)
	walk(block, 0, func(o map[string]any) { out = append(out, named.placed(o)) })
	return out
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
		for _, k := range slices.Sorted(maps.Keys(v)) {
			walk(v[k], depth+1, add)
		}
	}
}

// references are the objects of a block that have a name (@id) to refer to.
type references map[string]map[string]any

// nodes returns the objects that stand in the block's own list or graph.
func nodes(block any) references {
	out := references{}
	list, _ := block.([]any)
	if o, ok := block.(map[string]any); ok {
		list, _ = o["@graph"].([]any)
	}
	for _, e := range list {
		o, _ := e.(map[string]any)
		if id, ok := o["@id"].(string); ok && len(o) > 1 {
			out[id] = o
		}
	}
	return out
}

// behind returns the object that v only refers to, else v.
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

// placed returns an event whose place, and what it says of the place, stands in it
// and not elsewhere in the block.
func (r references) placed(o map[string]any) map[string]any {
	if len(r) == 0 || o["location"] == nil {
		return o
	}
	var all []any
	for _, p := range asList(o["location"]) {
		all = append(all, r.place(r.behind(p)))
	}
	out := maps.Clone(o)
	out["location"] = all
	return out
}

// place returns a place with what it refers to.
func (r references) place(p any) any {
	o, ok := p.(map[string]any)
	if !ok {
		return p
	}
	o = maps.Clone(o)
	for _, k := range []string{"address", "geo"} {
		o[k] = r.behind(o[k])
	}
	return o
}

// asList returns a list, or the list of one value.
func asList(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func isEvent(o map[string]any) bool {
	says := o["name"] != nil || o["startDate"] != nil
	return says && slices.ContainsFunc(words(o["@type"]), eventType)
}

// eventType reports whether a type, by its name or address, is one of events.
func eventType(t string) bool {
	t = t[strings.LastIndexAny(t, "/:#")+1:]
	if t == "PublicationEvent" {
		return false
	}
	return strings.HasSuffix(t, "Event") || slices.Contains(eventTypes, t)
}

// fromLinked returns what an object says of an event.
func fromLinked(o map[string]any) extract.Raw {
	r := extract.Raw{
		Title:       word(o["name"]),
		Start:       word(o["startDate"]),
		End:         word(o["endDate"]),
		Duration:    word(o["duration"]),
		Status:      word(o["eventStatus"]),
		Description: word(o["description"]),
		Tags:        words(o["keywords"]),
		URL:         link(o),
	}
	r.Set("mode", word(o["eventAttendanceMode"]))
	if r.Mode == "" && strings.HasSuffix(r.Status, "EventMovedOnline") {
		r.Mode = event.Online
	}
	hours(&r, word(o["startTime"]), word(o["endTime"]))
	if id := word(o["@id"]); strings.HasPrefix(id, "http") {
		r.Key = id
	}
	for _, place := range asList(o["location"]) {
		location(&r, place)
	}
	admission(&r, o)
	return r
}

// hours takes the hours that stand apart from the days.
func hours(r *extract.Raw, from, to string) {
	if len(r.Start) != len("2006-01-02") {
		return
	}
	r.Time = from
	isSameDay := r.End == r.Start
	isOpen := r.End == "" && from != ""
	if to != "" && (isSameDay || isOpen) {
		r.End = to
	}
}

// link returns the address of an event: its own, that of its tickets, its id, or
// another page on it.
func link(o map[string]any) string {
	found := ""
	for _, u := range []any{o["url"], at(o["offers"], "url"), o["@id"], o["sameAs"]} {
		found = word(u)
		isInner := strings.HasPrefix(found, "#") || strings.HasPrefix(found, "_:")
		if found != "" && !isInner {
			break
		}
	}
	return found
}

// location reads a place, an address in words, a virtual place, or several.
func location(r *extract.Raw, v any) {
	switch v := v.(type) {
	case string:
		r.Location = cmp.Or(r.Location, v)
	case []any:
		for _, e := range v {
			location(r, e)
		}
	case map[string]any:
		if isVirtual(v) {
			virtual(r, v)
			return
		}
		venue(r, v)
	}
}

func isVirtual(place map[string]any) bool {
	return slices.ContainsFunc(
		words(place["@type"]),
		func(t string) bool { return strings.HasSuffix(t, "VirtualLocation") },
	)
}

// virtual reads a place to attend over the network.
func virtual(r *extract.Raw, place map[string]any) {
	r.OnlineURL = word(place["url"])
	r.Mode = cmp.Or(r.Mode, event.Online)
	if r.Location != "" {
		r.Mode = event.Hybrid
	}
}

// venue reads a place that one comes to.
func venue(r *extract.Raw, place map[string]any) {
	r.Location = cmp.Or(word(place["name"]), r.Location)
	r.Address = address(place["address"])
	r.Lat, r.Lon = word(at(place["geo"], "latitude")), word(at(place["geo"], "longitude"))
	if r.OnlineURL != "" {
		r.Mode = event.Hybrid
	}
}

// addressParts are the parts of an address, from the greatest on.
var addressParts = []string{"addressRegion", "addressLocality", "streetAddress"}

// address writes a PostalAddress in the order of Japanese ones where it is one.
func address(v any) string {
	o, ok := v.(map[string]any)
	if !ok {
		return word(v)
	}
	var parts []string
	for _, k := range addressParts {
		if p := word(o[k]); p != "" {
			parts = append(parts, p)
		}
	}
	if strings.ContainsAny(strings.Join(parts, ""), "都道府県市区町村") {
		return strings.Join(parts, "")
	}
	slices.Reverse(parts)
	return strings.Join(parts, ", ")
}

// at returns a member of an object, or of the first object of a list.
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

// words returns texts and numbers as text; of an object its @value or name.
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

// word returns the first text; of several in different languages the Japanese one.
func word(v any) string {
	list, _ := v.([]any)
	i := slices.IndexFunc(list, func(e any) bool { return at(e, "@language") == "ja" })
	if i >= 0 {
		v = list[i]
	}
	w := words(v)
	if len(w) == 0 {
		return ""
	}
	return w[0]
}
