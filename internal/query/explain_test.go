package query

import (
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

// TestExplain asks on a Monday, 2026-06-01.
func TestExplain(t *testing.T) {
	env := Env{Now: time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)}
	for _, c := range []struct{ query, want string }{
		{"", "it is an event (no type: is asked for)"},
		{"ＫＶＭ", `* a word that begins with "kvm" stands in title, community, venue or text; it is an event (no type: is asked for)`},
		{"仮 type:cfp", `it is a call for proposals; * "仮" stands in title, community, venue or text`},
		{"type:event community:bpstudy", `* its community's id, name or reading is "bpstudy"; it is an event`},
		{"type:event area:大阪 source:osc tag:Go", `* it is held in 大阪府; * the source "osc" lists it; * it is tagged "go"; it is an event`},
		{"type:event on:今週末", "it takes place on a day from 2026-06-06 (Sat) to 2026-06-07 (Sun); it is an event"},
		{"type:event on:土曜", "it takes place on 2026-06-06 (Sat); it is an event"},
		{"type:event after:来週 before:+2w", "it ends on 2026-06-08 (Mon) or later; it starts before 2026-06-15 (Mon); it is an event"},
		{"type:event time:夜 weekday:sat", "it begins at 17:00 or later and before 24:00; it is an event; it takes place on a Saturday"},
		{"type:event time:22:00-02:00", "it begins at 22:00 or later, or before 02:00; it is an event"},
		{"type:event -status:cancelled", "not: it is cancelled; it is an event"},
		{"type:event -(is:online is:hybrid)", "not[all of[it is held at a place and online; it is held online]]; it is an event"},
		{"type:event (is:online OR weekday:sun)", "one of[it is held online; it takes place on a Sunday]; it is an event"},
		{"type:event (tag:go OR tag:rust)", `* one of[it is tagged "go"; it is tagged "rust"]; it is an event`},
	} {
		q, problem := Parse(c.query, env)
		if problem != nil {
			t.Errorf("%s: %v", c.query, problem)
			continue
		}
		if got := told(q.Explain(nil)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.query, got, c.want)
		}
	}
}

// told writes parts on one line, a star before those that a store can find by.
func told(parts []Explained) string {
	all := make([]string, len(parts))
	for i, p := range parts {
		if p.Indexed {
			all[i] = "* "
		}
		all[i] += p.Says
		if len(p.Parts) > 0 {
			all[i] += "[" + told(p.Parts) + "]"
		}
	}
	return strings.Join(all, "; ")
}

// TestEveryOptionIsExplained holds a wording for each option of each field.
func TestEveryOptionIsExplained(t *testing.T) {
	for name, options := range map[string][]option{"is": modes, "status": statuses, "type": types} {
		for _, o := range options {
			if text := (chosen{name, o}).text(); optionSays[text] == "" {
				t.Errorf("%s is not put into words", text)
			}
		}
	}
}
