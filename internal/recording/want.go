package recording

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"koyomi/internal/extract"
	"koyomi/internal/health"
)

// A line is one JSON object of want.jsonl. A listing is named by its key; the other
// sorts by the one of sorts that they hold.
type line map[string]any

// sorts are the lines that are no listing: an item left out, an oddity worth a
// look, the number left out by the source's own filter, a list of the newest only,
// a poll held or failed.
var sorts = []string{"reject", "note", "excluded", "partial", "held", "failed"}

// mustName are the fields that each wanted listing names, so that none can pass
// with its date unread.
var mustName = []string{"key", "title", "start", "end", "status"}

// contained are the fields of which the wanted line holds a part.
var contained = []string{"reason", "text", "note", "words", "description"}

// sort is the sort of a line.
func (l line) sort() string {
	i := slices.IndexFunc(sorts, func(s string) bool { _, ok := l[s]; return ok })
	if i < 0 {
		return "listing"
	}
	return sorts[i]
}

func (l line) String() string { return encode(l) }

func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// Lines returns what was read as the lines of want.jsonl, for a person to look
// through before they are kept.
func Lines(r Report) []string {
	out := make([]string, 0, len(r.Result.Listings))
	for _, l := range r.Result.Listings {
		out = append(out, encode(briefOf(extract.LineOf(l))))
	}
	for _, l := range besides(r) {
		out = append(out, l.String())
	}
	return out
}

// brief is a listing without what is long or empty.
type brief struct {
	Key      string   `json:"key"`
	Title    string   `json:"title"`
	Start    *string  `json:"start"`
	End      *string  `json:"end"`
	AllDay   bool     `json:"all_day,omitempty"`
	TZ       string   `json:"tz,omitempty"`
	Status   string   `json:"status"`
	Mode     string   `json:"mode,omitempty"`
	URL      string   `json:"url,omitempty"`
	Location string   `json:"location,omitempty"`
	Area     string   `json:"area,omitempty"`
	Number   string   `json:"number,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Sessions any      `json:"sessions,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

func briefOf(l extract.Line) brief {
	b := brief{
		Key:      l.Key,
		Title:    l.Title,
		Start:    l.Start,
		End:      l.End,
		AllDay:   l.AllDay,
		Status:   string(l.Status),
		Mode:     string(l.Mode),
		URL:      l.URL,
		Location: l.Location,
		Area:     l.Area,
		Number:   l.Number,
		Tags:     l.Tags,
		Warnings: contradictions(l),
	}
	if l.TZ != "Asia/Tokyo" {
		b.TZ = l.TZ
	}
	if len(l.Sessions) > 0 {
		b.Sessions = l.Sessions
	}
	return b
}

// besides returns the lines of what was read that are no listings.
func besides(r Report) []line {
	var out []line
	for _, j := range r.Result.Rejections {
		out = append(out, line{"reject": j.Item, "reason": j.Reason, "text": j.Text})
	}
	for _, n := range r.Result.Notes {
		out = append(out, line{"note": n})
	}
	if n := r.Result.Excluded; n > 0 {
		out = append(out, line{"excluded": float64(n)})
	}
	if r.Result.Partial {
		out = append(out, line{"partial": true})
	}
	switch r.State {
	case health.Held:
		out = append(out, line{"held": string(r.Cause), "words": r.Words})
	case health.Failed:
		out = append(out, line{"failed": string(r.Cause), "words": r.Words})
	}
	return out
}

// lineOf returns a listing as the line it is compared by.
func lineOf(l extract.Line) line {
	out := line{}
	if err := json.Unmarshal([]byte(encode(l)), &out); err != nil {
		return line{"key": l.Key}
	}
	delete(out, "reading")
	if w := contradictions(l); len(w) > 0 {
		out["warnings"] = w
	}
	return out
}

// compare says where what was read differs from want.jsonl.
func compare(r Report) []string {
	if r.Visit.Want == nil {
		return []string{
			wantFile + " is missing; what is read today, for you to look through:\n" + strings.Join(
				Lines(r),
				"\n",
			),
		}
	}
	want, drift := parseWant(r.Visit.Want)
	var got []line
	for _, l := range r.Result.Listings {
		got = append(got, lineOf(extract.LineOf(l)))
	}
	drift = append(drift, compareListings(got, want["listing"])...)
	others := map[string][]line{}
	for _, l := range besides(r) {
		others[l.sort()] = append(others[l.sort()], l)
	}
	for _, s := range sorts {
		drift = append(drift, compareInOrder(others[s], want[s])...)
	}
	return drift
}

// parseWant reads want.jsonl into its sorts of lines.
func parseWant(data []byte) (want map[string][]line, drift []string) {
	want = map[string][]line{}
	n := 0
	for raw := range strings.Lines(string(data)) {
		n++
		if strings.TrimSpace(raw) == "" {
			continue
		}
		var l line
		if err := json.Unmarshal([]byte(raw), &l); err != nil {
			drift = append(
				drift,
				fmt.Sprintf("%s:%d: not a JSON object: %v", wantFile, n, err),
			)
			continue
		}
		for _, name := range l.unnamed() {
			drift = append(
				drift,
				fmt.Sprintf(
					"%s:%d: a listing names its %s there (null where none is stated)",
					wantFile,
					n,
					name,
				),
			)
		}
		want[l.sort()] = append(want[l.sort()], l)
	}
	if n == 0 {
		drift = append(
			drift,
			wantFile+" is empty: even a visit that brings nothing has a line for that",
		)
	}
	return want, drift
}

// unnamed are the fields that a listing must name and does not.
func (l line) unnamed() []string {
	if l.sort() != "listing" {
		return nil
	}
	return slices.DeleteFunc(
		slices.Clone(mustName),
		func(name string) bool { _, ok := l[name]; return ok },
	)
}

// compareListings matches listings by their keys, in whatever order they come.
func compareListings(got, want []line) []string {
	var drift []string
	seen := map[any]bool{}
	for _, w := range want {
		seen[w["key"]] = true
		i := slices.IndexFunc(
			got,
			func(g line) bool { return reflect.DeepEqual(g["key"], w["key"]) },
		)
		if i < 0 {
			drift = append(
				drift,
				fmt.Sprintf("%q is no longer read; wanted: %s", w["key"], w),
			)
			continue
		}
		drift = append(drift, compareLine(fmt.Sprintf("%q", w["key"]), got[i], w)...)
		if got[i]["warnings"] != nil && w["warnings"] == nil {
			drift = append(
				drift,
				fmt.Sprintf(
					"%q: a printed day of the week contradicts the date: %v",
					w["key"],
					got[i]["warnings"],
				),
			)
		}
	}
	for _, g := range got {
		if !seen[g["key"]] {
			drift = append(
				drift,
				fmt.Sprintf(
					"%q is read and not wanted: %v from %v to %v",
					g["key"],
					g["title"],
					g["start"],
					g["end"],
				),
			)
		}
	}
	return drift
}

func compareInOrder(got, want []line) []string {
	var drift []string
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			drift = append(drift, fmt.Sprintf("wanted and not there: %s", want[i]))
		case i >= len(want):
			drift = append(drift, fmt.Sprintf("not wanted: %s", got[i]))
		default:
			drift = append(drift, compareLine(got[i].sort(), got[i], want[i])...)
		}
	}
	return drift
}

// compareLine holds the fields that the wanted line names: of the contained ones
// the wanted text is a part, all others are equal. A field that the source leaves
// out is null, "" or not there at all: the same to us.
func compareLine(name string, got, want line) []string {
	var drift []string
	for _, k := range slices.Sorted(maps.Keys(want)) {
		g, w := got[k], want[k]
		if !slices.Contains(contained, k) {
			if encode(bare(g)) != encode(bare(w)) {
				drift = append(
					drift,
					fmt.Sprintf(
						"%s: %s: read %s, wanted %s",
						name,
						k,
						encode(g),
						encode(w),
					),
				)
			}
			continue
		}
		part, whole := fmt.Sprint(w), fmt.Sprint(g)
		isEmptied := part == "" && whole != ""
		if isEmptied || !strings.Contains(whole, part) {
			drift = append(
				drift,
				fmt.Sprintf("%s: %s: read %q, wanted %q in it", name, k, whole, part),
			)
		}
	}
	return drift
}

// bare returns nil for every way of saying nothing.
func bare(v any) any {
	list, isList := v.([]any)
	isEmpty := isList && len(list) == 0
	if isEmpty || v == any("") {
		return nil
	}
	return v
}
