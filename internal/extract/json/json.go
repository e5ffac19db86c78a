// Package json reads the answers of JSON interfaces (and of those that answer in
// XML): items and fields by jq paths, lists over several pages. A list is read whole
// or not at all.
package json

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// maxItems is how many items one visit may hold.
const maxItems = 40_000

// Kind is the kind "json".
type Kind struct{}

// A reader is the settings of a source, made ready.
type reader struct {
	visit  extract.Visit
	set    Settings
	items  *path
	fields map[string][]*path
	total  *path
	next   *path
	paging *Paging
	b      *extract.Builder
	// n counts the items.
	n int
	// guessed says that the fields are found by the names in use.
	guessed bool
	// seen are the keys read so far of a source of many communities: what is changed
	// while its pages are read comes twice.
	seen map[string]bool
}

// Need follows the list from its first page: the next page is what the last one
// says it is.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	r, err := newReader(v)
	if err != nil {
		return nil, err
	}
	var need []extract.Request
	for _, first := range r.first() {
		missing, err := r.follow(first, func(extract.Page, []any) error { return nil })
		if err != nil {
			return nil, err
		}
		if missing != nil {
			need = append(need, *missing)
		}
	}
	return need, nil
}

// Read returns the events of all pages.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	r, err := newReader(v)
	if err != nil {
		return extract.Result{}, err
	}
	if r.b, err = extract.NewBuilder(v); err != nil {
		return extract.Result{}, err
	}
	r.b.Statuses = r.set.Statuses
	if r.set.Partial {
		r.b.Partial()
	}
	for _, first := range r.first() {
		if _, err := r.follow(first, r.page); err != nil {
			return extract.Result{}, err
		}
	}
	return r.b.Result(), nil
}

// page reads the items of one page.
func (r *reader) page(p extract.Page, items []any) error {
	r.b.Base = p.URL
	if r.n+len(items) > maxItems {
		return &extract.Damage{
			URL:    p.URL,
			Reason: fmt.Sprintf("more than %d items", maxItems),
		}
	}
	if r.n == 0 {
		r.b.Expect(len(items))
	}
	for i, item := range items {
		r.n++
		r.add(fmt.Sprintf("item %d", r.n), item)
		if r.paging == nil {
			items[i] = nil // what was read need not be kept
		}
	}
	return nil
}

// guesses are the paths that are tried where a source names none for a field:
// the names that connpass, Doorkeeper, The Events Calendar, Peatix, Meetup and
// schema.org use.
var guesses = map[string]source.Paths{
	"key":   {".id", ".event_id", ".uid", ".uuid", `.["@id"]`, ".slug"},
	"title": {".title", ".name", ".summary", ".event_name"},
	"start": {
		split("start"),
		".started_at",
		".starts_at",
		".start_date",
		".startDate",
		".start_time",
		".start_datetime",
		".start_at",
		".datetime",
		".dateTime",
		".start.dateTime",
		".start.date",
		".start",
		".date",
		".time",
	},
	"end": {
		split("end"),
		".ended_at",
		".ends_at",
		".end_date",
		".endDate",
		".end_time",
		".end_datetime",
		".end_at",
		".endTime",
		".end.dateTime",
		lastDay,
		lastOfDays,
		".end",
	},
	"all_day":   {".all_day", ".allDay"},
	"cancelled": {".cancelled", ".canceled", ".is_cancelled", ".is_canceled"},
	"mode":      {".is_online", ".online_event", ".online", ".eventAttendanceMode"},
	"zone":      {".timezone", ".time_zone"},
	"status":    {".open_status", ".eventStatus", ".status"},
	"url": {
		".event_url",
		".url",
		".public_url",
		".eventUrl",
		".permalink",
		".link",
		".htmlLink",
	},
	"location": {
		".place",
		".venue_name",
		".venue.venue",
		".venue.name",
		".location.name",
		".location.displayName",
		".location",
		".venue",
		".extendedProps.location",
	},
	"address": {
		"(.venue | objects | [.address // .address_1, .city, .stateprovince // .state, .zip] | map(strings | select(. != \"\")) | join(\", \") | select(. != \"\"))",
		".address",
		".location.address",
		"([.venue_address, .venue_city, .venue_state_code] | map(strings | select(. != \"\")) | join(\", \") | select(. != \"\"))",
	},
	"description": {".description", ".catch", ".content", ".excerpt"},
	"lat":         {".lat", ".latitude", ".venue.lat", ".venue.geo_lat"},
	"lon":         {".lon", ".long", ".lng", ".longitude", ".venue.lon", ".venue.geo_lng"},
	"updated":     {".updated_at", ".modified", ".updated"},
	"tags":        {"[.tags[]?.name?, (.tags[]? | strings)]"},
	"limit":       {".limit", ".ticket_limit", ".capacity", ".maximumAttendeeCapacity"},
	"accepted": {
		"(.accepted | numbers)",
		"(.participants | numbers)",
		"(.attendees_count | numbers)",
	},
	"waiting": {
		"(.waiting | numbers)",
		"(.waitlisted | numbers)",
		"(.waitlist_count | numbers)",
	},
	"fee":          {".cost", ".fee", ".price"},
	"registration": {".open_status"},
}

// lastDay reads .end.date of Google's interface, which is the day after the last.
const lastDay = `(.end.date? | strings | select(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")) | strptime("%Y-%m-%d") | mktime - 86400 | strftime("%Y-%m-%d"))`

// lastOfDays reads .end of FullCalendar, which is the day after the last where
// .allDay is set.
const lastOfDays = `(select(.allDay? == true) | select((.end? | type) == "string" and (.start? | type) == "string")
	| select((.end | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")) and .end > .start) | .end | strptime("%Y-%m-%d") | mktime - 86400 | strftime("%Y-%m-%d"))`

// needs are the members without which a guess finds nothing, so that the engine
// need not be asked.
var needs = map[string]string{
	split("start"):        "start_time",
	split("end"):          "end_time",
	lastDay:               "end",
	lastOfDays:            "allDay",
	guesses["tags"][0]:    "tags",
	guesses["address"][0]: "venue",
	guesses["address"][2]: "venue_city",
	`.["@id"]`:            "@id",
}

// split joins a day and hours that stand in fields of their own.
func split(which string) string {
	return fmt.Sprintf(
		`(select((.%[1]s_time? | type) == "string" and (.%[1]s_time | test("^[0-9]{1,2}(:[0-9]{2}|時)")))
	| ([.%[1]s_date, .start_date, .date] | map(strings | select(test("^[0-9]{4}[年/-][0-9]{1,2}[月/-][0-9]{1,2}(日.{0,4})?$"))) | first | values) + " " + .%[1]s_time)`,
		which,
	)
}

// guessItems finds the list where a source names none: the answer itself, or the
// list under one of the usual names; Doorkeeper wraps each item in "event".
const guessItems = `def unwrap: if (type=="object" and (.event|type)=="object") then .event
  elif (type=="object" and (.item|type)=="object" and .["@type"]=="ListItem") then .item
  elif (type=="object" and (.attributes?|type)=="object") then .attributes + {id} else . end;
if type=="array" then .[]|unwrap
elif type=="object" then
  (first((.events.event?, .event?, .events, .items, .results, .data.events?, .data, .json_data.events?) | select(type=="array"))
   // first(.[] | select(type=="array" and length>0) | select(first | unwrap | type=="object"
        and any(keys[]; test("^(title|name|summary)$|(event|Event)_?(title|Title|name|Name)$"))
        and any(keys[]; test("^([Ss]tart|[Bb]egin)|[_a-z](start|Start|begin|Begin)|^date$|[Ee]vent_?[Dd]ate$"))))
   // (if ((unwrap | .title // .name // .summary) and (unwrap | [.started_at, .starts_at, .start_date, .startDate, .start_time, .start, .datetime, .date, .time] | any(. != null))) then [.]
       else error("neither an event nor a list under events, items, results or data") end))[] | unwrap
else error("neither a list nor an object") end`

// newReader makes the settings of a source ready.
func newReader(v extract.Visit) (*reader, error) {
	set := extract.SettingsOf[Settings](v.Source)
	r := &reader{
		visit:   v,
		set:     set,
		paging:  set.Paging,
		fields:  map[string][]*path{},
		guessed: len(set.Fields) == 0,
	}
	var err error
	if r.items, err = compile("items", cmp.Or(set.Items, guessItems)); err != nil {
		return nil, err
	}
	fields := set.Fields
	if r.guessed {
		fields = guesses
	}
	for name, alternatives := range fields {
		if r.fields[name], err = compileAll("fields."+name, alternatives); err != nil {
			return nil, err
		}
	}
	paging := Paging{}
	if set.Paging != nil {
		paging = *set.Paging
	}
	if r.total, err = compileSome("paging.total", paging.Total); err != nil {
		return nil, err
	}
	r.next, err = compileSome("paging.next", paging.Next)
	return r, err
}

// add reads one item.
func (r *reader) add(name string, item any) {
	o, ok := item.(map[string]any)
	if !ok {
		r.b.Reject(name, sample(item), "not an object")
		return
	}
	if r.guessed {
		o = known(o)
	}
	raw := extract.Raw{Item: name}
	if r.again(o) {
		return
	}
	for field, paths := range r.fields {
		if warning := fill(&raw, field, paths, o); warning != "" {
			raw.Warnings = append(raw.Warnings, warning)
		}
	}
	if raw.Title == "" {
		raw.Text = sample(item)
	}
	if raw.Mode == "" && text.Fold(raw.Location+raw.Address) == "" {
		raw.Location = cmp.Or(
			extract.Prose(text.FromHTML(raw.Description)).First("location"),
			raw.Location,
		)
	}
	r.b.Add(raw)
}

// again reports whether an item of a source of many communities was read already.
func (r *reader) again(o map[string]any) bool {
	if r.visit.Source.Many == nil {
		return false
	}
	key, err := firstOf(r.fields["key"], o)
	if err != nil || len(key) == 0 {
		return false
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	before := r.seen[key[0]]
	r.seen[key[0]] = true
	return before
}

// fill puts what stands at the first of some paths into a field, and returns what is
// wrong with it.
func fill(raw *extract.Raw, field string, paths []*path, o map[string]any) string {
	values, err := firstOf(paths, o)
	if err != nil {
		return fmt.Sprintf("%s: %v", field, err)
	}
	if !raw.Set(field, values...) {
		return fmt.Sprintf("settings name a field %q that there is not", field)
	}
	return ""
}

// known returns an item that has its members also by the names that are looked for:
// EventName is event_name and name, startTime start_time.
func known(item map[string]any) map[string]any {
	out := maps.Clone(item)
	for _, name := range slices.Sorted(maps.Keys(item)) {
		snake := strings.ToLower(humps.ReplaceAllString(name, "${1}_${2}"))
		for _, alias := range []string{snake, strings.TrimPrefix(snake, "event_")} {
			if _, there := out[alias]; !there && alias != "" {
				out[alias] = item[name]
			}
		}
	}
	return out
}

// humps are where the words of camelCase meet.
var humps = text.NewPattern(`([a-z0-9])([A-Z])`)

// firstOf returns the values of the first path that finds any.
func firstOf(paths []*path, item any) ([]string, error) {
	var failed error
	for _, p := range paths {
		found, err := p.run(item)
		if err != nil {
			failed = err
			continue
		}
		if values := words(found); len(values) > 0 {
			return values, nil
		}
	}
	return nil, failed
}

// words returns values as text: numbers as they are written, lists one by one,
// objects and null as nothing.
func words(values []any) []string {
	var out []string
	for _, v := range values {
		switch v := v.(type) {
		case nil, map[string]any:
		case []any:
			out = append(out, words(v)...)
		case string:
			if strings.TrimSpace(v) != "" {
				out = append(out, v)
			}
		default:
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

func sample(item any) string { return extract.Snippet(fmt.Sprint(item)) }
