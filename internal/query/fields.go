package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/place"
	"koyomi/internal/text"
)

// A field is how one field is read: a problem is what is wrong with the value,
// with a hint of what to use.
type field struct {
	example string
	read    func(value string, env *Env) (n node, problem, hint string)
}

// fieldNames are the fields in the order in which messages list them.
var fieldNames = []string{
	"community",
	"source",
	"tag",
	"area",
	"is",
	"status",
	"type",
	"weekday",
	"time",
	"after",
	"before",
	"on",
	"seats",
	"fee",
}

// reserved are names that are kept for later.
var reserved = []string{"near"}

// fields are all that a query can name.
var fields = map[string]field{
	"community": {
		"community:bpstudy",
		func(v string, _ *Env) (node, string, string) { return community(text.Fold(v)), "", "" },
	},
	"source": {
		"source:bpstudy",
		func(v string, _ *Env) (node, string, string) { return sourceID(text.Fold(v)), "", "" },
	},
	"tag": {
		"tag:python",
		func(v string, _ *Env) (node, string, string) { return tag(text.Fold(v)), "", "" },
	},
	"area":    {"area:東京", readArea},
	"is":      {"is:online", choice("is", modes)},
	"status":  {"status:cancelled", choice("status", statuses)},
	"type":    {"type:cfp", choice("type", types)},
	"weekday": {"weekday:sat", readWeekday},
	"time":    {"time:18:00-", readClock},
	"after":   {"after:2026-06-10", readDays("after")},
	"before":  {"before:+7d", readDays("before")},
	"on":      {"on:今週末", readDays("on")},
	"seats":   {"seats:1", readSeats},
	"fee":     {"fee:free", readFee},
}

func unknownField(name string) string {
	if slices.Contains(reserved, name) {
		return name + ": is reserved, nothing reads it yet"
	}
	return fmt.Sprintf(`unknown field "%s:"`, name)
}

func unknownHint(name string) string {
	if best := nearest(name); best != "" {
		return "did you mean " + best + ":?"
	}
	return "the fields are " + strings.Join(
		fieldNames,
		", ",
	) + `; to search for the text itself, quote it`
}

// nearest returns the field that name is a slip of, "" if there is none.
func nearest(name string) string {
	if i := slices.IndexFunc(
		fieldNames,
		func(f string) bool { return isSlip(name, f) },
	); i >= 0 {
		return fieldNames[i]
	}
	return ""
}

// isSlip reports whether a person may have meant field by name: one is the
// beginning of the other, or they differ in one letter.
func isSlip(name, field string) bool {
	switch {
	case len(name) <= 2:
		return false
	case strings.HasPrefix(field, name), strings.HasPrefix(name, field):
		return true
	}
	return len(name) > 3 && distance(name, field) <= 1
}

// distance counts the letters by which two short names differ (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := diagonal
			if a[i] != b[j] {
				next = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}

type community string

func (c community) match(d *Doc, _ *Env) bool {
	for name := range strings.SplitSeq(d.text(namesText), "\n") {
		if name == string(c) {
			return true
		}
	}
	return false
}
func (c community) text() string       { return "community:" + quotedValue(string(c)) }
func (c community) bounds(*Env) Bounds { return Bounds{Communities: []string{string(c)}} }

type sourceID string

func (s sourceID) match(
	d *Doc,
	_ *Env,
) bool {
	return slices.Contains(d.Event.Sources, string(s))
}
func (s sourceID) text() string       { return "source:" + quotedValue(string(s)) }
func (s sourceID) bounds(*Env) Bounds { return Bounds{} }

type tag string

func (t tag) match(d *Doc, _ *Env) bool {
	if len(d.Event.Tags) == 0 {
		return d.community != nil && isAbout(d.community, string(t))
	}
	return slices.ContainsFunc(
		d.Event.Tags,
		func(s string) bool { return text.Fold(s) == string(t) },
	)
}
func (t tag) text() string       { return "tag:" + quotedValue(string(t)) }
func (t tag) bounds(*Env) Bounds { return Bounds{} }

type area struct {
	name        string
	prefectures []string
}

func readArea(v string, _ *Env) (node, string, string) {
	v = text.Fold(v)
	p := place.Lookup(v)
	if p == nil {
		return nil, fmt.Sprintf(
			"no area is called %q",
			v,
		), "use a prefecture or region, as area:東京, area:osaka, area:関東"
	}
	return area{v, p}, "", ""
}

func (a area) match(
	d *Doc,
	_ *Env,
) bool {
	if slices.Contains(a.prefectures, d.Event.Area) {
		return true
	}
	saysWhere := d.Event.Area != "" || d.Event.Mode == event.Online
	return !saysWhere && d.community != nil && meetsIn(d.community, a.prefectures)
}
func (a area) text() string       { return "area:" + quotedValue(a.name) }
func (a area) bounds(*Env) Bounds { return Bounds{} }

// An option is one of the values of a field: the words that mean it, the first
// one being its canonical name.
type option struct {
	words []string
	match func(d *Doc) bool
}

var modes = []option{
	{
		[]string{"online", "オンライン"},
		func(d *Doc) bool { return d.Event.Mode == event.Online },
	},
	{
		[]string{"onsite", "現地", "会場"},
		func(d *Doc) bool { return d.Event.Mode == event.Onsite },
	},
	{
		[]string{"hybrid", "ハイブリッド"},
		func(d *Doc) bool { return d.Event.Mode == event.Hybrid },
	},
}

var statuses = []option{
	{
		[]string{"confirmed", "開催"},
		func(d *Doc) bool { return d.Event.Status == event.Confirmed || d.Event.Status == "" },
	},
	{
		[]string{"tentative", "予定"},
		func(d *Doc) bool { return d.Event.Status == event.Tentative },
	},
	{
		[]string{"postponed", "延期"},
		func(d *Doc) bool { return d.Event.Status == event.Postponed },
	},
	{
		[]string{"cancelled", "canceled", "中止"},
		func(d *Doc) bool { return d.Event.Status == event.Cancelled },
	},
}

var types = []option{
	{[]string{"event"}, func(d *Doc) bool { return d.kind == event.TypeEvent }},
	{
		[]string{"registration"},
		func(d *Doc) bool { return d.kind == event.TypeRegistration },
	},
	{[]string{"deadline"}, func(d *Doc) bool { return d.kind == event.TypeDeadline }},
	{[]string{"cfp"}, func(d *Doc) bool { return d.kind == event.TypeCFP }},
}

type chosen struct {
	field string
	option
}

func (c chosen) match(d *Doc, _ *Env) bool { return c.option.match(d) }
func (c chosen) text() string              { return c.field + ":" + c.words[0] }
func (c chosen) bounds(*Env) Bounds        { return Bounds{} }

// choice reads a field that takes one of some values.
func choice(name string, options []option) func(string, *Env) (node, string, string) {
	return func(v string, _ *Env) (node, string, string) {
		var names []string
		for _, o := range options {
			if slices.ContainsFunc(
				o.words,
				func(w string) bool { return text.Fold(w) == text.Fold(v) },
			) {
				return chosen{name, o}, "", ""
			}
			names = append(names, o.words[0])
		}
		return nil, fmt.Sprintf(
				"%s:%s is none of its values",
				name,
				text.Line(v, 40),
			), "use " + strings.Join(
				names,
				", ",
			)
	}
}

type weekday time.Weekday

var weekdayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func readWeekday(v string, _ *Env) (node, string, string) {
	w, ok := parseWeekday(text.Fold(v))
	if !ok {
		return nil, fmt.Sprintf(
				"%q is no day of the week",
				text.Line(v, 40),
			), "use " + strings.Join(
				weekdayNames[:],
				", ",
			) + ", 土曜"
	}
	return weekday(w), "", ""
}

// parseWeekday reads a folded name: sat, saturday, 土, 土曜, 土曜日.
func parseWeekday(v string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		ja := string([]rune("日月火水木金土")[d])
		switch v {
		case weekdayNames[d], strings.ToLower(d.String()), ja, ja + "曜", ja + "曜日":
			return d, true
		}
	}
	return 0, false
}

func (w weekday) match(d *Doc, env *Env) bool {
	return d.held(env, func(first, last event.Date) bool {
		ahead := (int(w) - int(first.Weekday()) + 7) % 7
		return last.Sub(first) >= ahead
	})
}
func (w weekday) text() string       { return "weekday:" + weekdayNames[w] }
func (w weekday) bounds(*Env) Bounds { return Bounds{} }
