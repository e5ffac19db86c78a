package year

import (
	"slices"
	"strings"
)

// A fault is what is wrong with an outlet from one day to another.
type fault struct {
	kind string
	// to is exclusive.
	from, to int
}

func (o *outlet) fault(day int) (fault, bool) {
	for _, f := range o.faults {
		if day >= f.from && day < f.to {
			return f, true
		}
	}
	return fault{}, false
}

const login = "<html><head><title>ログイン</title></head><body><h1>ログイン</h1><form></form></body></html>"

// troubles are the faults there are. dead marks those after which nothing of the
// source is to be seen: they must be named within two polls.
var troubles = []struct {
	kind string
	dead bool
}{
	{"unreachable", true},
	{"login wall", true},
	{"empty 200", true},
	{"truncated", false},
	{"cut short", false},
	{"layout", true},
	{"schema", true},
	{"hours gone", false},
	{"wrong year", false},
	{"lost zone", false},
	{"all cancelled", false},
	{"site rebuilt", true},
}

// trouble plans what goes wrong with an outlet.
func (w *world) trouble(o *outlet) {
	day := o.opens + w.between(30, 90)
	for day < days-15 {
		t := troubles[w.rng.IntN(len(troubles))]
		length := w.between(2, 6)
		switch {
		case t.dead && w.chance(10):
			length = w.between(20, 60)
		case t.kind == "cut short" || t.kind == "truncated":
			// One that loses little and lasts cannot be told from events taken away.
			length = 2
		}
		o.faults = append(o.faults, fault{t.kind, day, day + length})
		day += length + w.between(60, 160)
	}
	w.misreading(o)
}

// answer gives the list as it stands on a day.
func (o *outlet) answer(url string, day int) (a answer, err error) {
	items := o.items(day)
	f, _ := o.fault(day)
	switch f.kind {
	case "unreachable":
		return a, down(url)
	case "login wall":
		return page(url, 200, []byte(login)), nil
	case "empty 200", "site rebuilt":
		items = nil
	case "truncated":
		b := body(items)
		return page(url, 200, b[:len(b)/3]), nil
	case "cut short":
		items = items[:len(items)/3]
	case "layout":
		return page(url, 200, []byte(strings.ReplaceAll(string(body(items)), "{", "<li>"))), nil
	}
	if told := read(items, day); f.kind == "all cancelled" && (len(told) < 3 || stillOn(told) < 2) {
		f.kind = "" // one called off, or a list of two, is what a community may truly say
	}
	for i := range items {
		items[i] = bent(items[i], f.kind)
	}
	return page(url, 200, body(items)), nil
}

// read returns the items that the reader of a day takes for events.
func read(items []item, day int) []item {
	return slices.DeleteFunc(slices.Clone(items), func(it item) bool { return it.Notice && day >= mending })
}

// stillOn counts the items that are not called off.
func stillOn(items []item) (n int) {
	for _, it := range items {
		if it.Status != "cancelled" {
			n++
		}
	}
	return n
}

// bent gives an item as a faulty site or reader has it.
func bent(it item, kind string) item {
	if kind != "" {
		it.Wrong = ""
	}
	head, _, prose := strings.Cut(it.Start, ")")
	switch {
	case prose && kind == "hours gone":
		it.Start = head + ")"
		return it
	case prose && kind == "wrong year":
		it.Start, _, _ = strings.Cut("2029年"+it.Start, "(")
		return it
	case prose && kind == "lost zone":
		return it
	}
	switch kind {
	case "schema":
		it.Start, it.End = "", ""
	case "hours gone":
		it.Start, it.End = it.Start[:10], ""
	case "wrong year":
		it.Start, it.End = "2029"+it.Start[4:], ""
	case "lost zone":
		if len(it.Start) > 19 {
			it.Start, it.End = it.Start[:19]+"Z", ""
		}
	case "all cancelled":
		it.Status = "cancelled"
	}
	return it
}
