package feed

import (
	"cmp"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"koyomi/internal/extract"
)

// named maps elements of namespaces to fields, first come first served: RSS event
// module (ev, http://purl.org/rss/1.0/modules/event/), TECH PLAY (tp), xCal in
// RSS, GData (gd), Modern Events Calendar (mec), GeoRSS, W3C geo, Doorkeeper's and other plugins' own. Names
// are lower-case.
var named = []struct{ prefix, name, field string }{
	{"tp", "eventstarttime", "start"},
	{"tp", "eventendtime", "end"},
	{"tp", "eventdate", "start"},
	{"tp", "eventplace", "location"},
	{"tp", "eventaddress", "address"},
	{"ev", "startdate", "start"},
	{"ev", "enddate", "end"},
	{"ev", "location", "location"},
	{"xcal", "dtstart", "start"},
	{"xcal", "dtend", "end"},
	{"xcal", "location", "location"},
	{"xcal", "status", "status"},
	{"ical", "dtstart", "start"},
	{"ical", "dtend", "end"},
	{"ical", "location", "location"},
	{"cal", "dtstart", "start"},
	{"cal", "dtend", "end"},
	{"cal", "location", "location"},
	{"event", "startdate", "start"},
	{"event", "enddate", "end"},
	{"event", "location", "location"},
	{"event", "start", "start"},
	{"event", "end", "end"},
	{"mec", "startdate", "start"},
	{"mec", "enddate", "end"},
	{"mec", "location", "location"},
	{"georss", "featurename", "location"},
	{"geo", "lat", "lat"},
	{"geo", "long", "lon"},
}

// prefixes turn the addresses of namespaces into their usual prefixes, for feeds
// that chose others.
var prefixes = map[string]string{
	"http://purl.org/rss/1.0/modules/event/": "ev", "https://rss.techplay.jp/": "tp", "https://techplay.jp/": "tp",
	"http://webnus.net/rss/mec/":  "mec",
	"urn:ietf:params:xml:ns:xcal": "xcal", "http://www.w3.org/2002/12/cal/ical#": "ical",
}

// fields takes what the item's namespaced elements say of the event.
func fields(raw *extract.Raw, it *gofeed.Item) {
	custom(raw, it.Custom)
	if len(it.Extensions) == 0 {
		return
	}
	values := flat(it.Extensions)
	taken := map[string]bool{
		"start":    raw.Start != "",
		"end":      raw.End != "",
		"location": raw.Location != "",
	}
	for _, n := range named {
		v := values[n.prefix+":"+n.name]
		if v == "" || taken[n.field] {
			continue
		}
		raw.Set(n.field, v)
		taken[n.field] = n.field == "start" || n.field == "end" || n.field == "location"
	}
	calendarHours(raw, values["mec:starthour"], values["mec:endhour"])
	google(raw, it.Extensions)
	if p := strings.Fields(strings.ReplaceAll(values["georss:point"], ",", " ")); len(
		p,
	) == 2 {
		raw.Lat, raw.Lon = p[0], p[1]
	}
}

// calendarHours takes the hours that Modern Events Calendar states apart from the
// days.
func calendarHours(raw *extract.Raw, from, to string) {
	isDay := raw.Start != "" && raw.Time == ""
	if from == "" || !isDay {
		return
	}
	raw.Time = from
	isOneDay := raw.End == "" || raw.End == raw.Start
	if to != "" && isOneDay {
		raw.Time, raw.End = from+" - "+to, ""
	}
}

// members are the names of fields in extensions of JSON Feed and in elements of
// RSS that are in no namespace.
var members = []struct{ name, field string }{
	{"start", "start"},
	{"starts_at", "start"},
	{"start_date", "start"},
	{"startdate", "start"},
	{"start_time", "start"},
	{"dtstart", "start"},
	{"end", "end"},
	{"ends_at", "end"},
	{"end_date", "end"},
	{"enddate", "end"},
	{"end_time", "end"},
	{"dtend", "end"},
	{"location", "location"},
	{"place", "location"},
	{"venue", "location"},
	{"address", "address"},
	{"timezone", "zone"},
	{"status", "status"},
	{"all_day", "all_day"},
}

// custom takes what such members say.
func custom(raw *extract.Raw, values map[string]string) {
	seen := map[string]bool{}
	for _, m := range members {
		v := strings.TrimSpace(values[m.name])
		if v == "" || seen[m.field] {
			continue
		}
		seen[m.field] = true
		raw.Set(m.field, v)
	}
}

// google reads gd:when and gd:where, which keep their values in attributes.
func google(raw *extract.Raw, all ext.Extensions) {
	for _, w := range all["gd"]["when"] {
		if raw.Start == "" {
			raw.Start, raw.End, raw.EndExclusive = w.Attrs["startTime"], w.Attrs["endTime"], true
		}
	}
	for _, w := range all["gd"]["where"] {
		raw.Location = cmp.Or(raw.Location, w.Attrs["valueString"])
	}
	for _, w := range all["gd"]["eventStatus"] {
		status := w.Attrs["value"]
		raw.Status = status[strings.LastIndexAny(status, ".#")+1:]
	}
}

// maxSame is how many elements of one name are looked at.
const maxSame = 20

// flat returns the first text of each namespaced element by "prefix:name".
func flat(all ext.Extensions) map[string]string {
	out := map[string]string{}
	for prefix, elements := range all {
		prefix = cmp.Or(prefixes[prefix], prefix)
		for name, list := range elements {
			key := strings.ToLower(prefix + ":" + name)
			for _, e := range list[:min(len(list), maxSame)] {
				out[key] = cmp.Or(out[key], strings.TrimSpace(e.Value))
			}
		}
	}
	return out
}
