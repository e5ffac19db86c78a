package query

import (
	"fmt"
	"strings"
	"testing"

	"koyomi/internal/event"
)

func TestTakesQueriesApart(t *testing.T) {
	for s, want := range map[string]string{
		"":                              "[]",
		"kvm":                           "[kvm]",
		`area:東京 is:online "a b" tag:x`: `["a b" area:東京 is:online tag:x]`,
		"kvm OR xen":                    "[(kvm OR xen)]",
		"(kvm OR xen) -area:大阪":         "[-area:大阪 (kvm OR xen)]",
		"weekday:土曜 community:仮想化友の会":    "[community:仮想化友の会 weekday:sat]",
		"on:今週末 status:中止 source:v-tomo": "[on:this-weekend source:v-tomo status:cancelled]",
	} {
		q, err := Parse(s, env)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		rebuilt := ""
		for _, term := range q.Terms() {
			text := term.Term()
			got = append(got, text)
			if name, value := term.Field(); name != "" {
				rebuilt = With(rebuilt, name, value)
			} else if rebuilt += " " + text; rebuilt[0] == ' ' {
				rebuilt = rebuilt[1:]
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", s, got, want)
		}
		if back, err := Parse(rebuilt, env); err != nil || back.String() != q.String() {
			t.Errorf("%q: put together again as %q (%v)", s, rebuilt, err)
		}
	}
}

func TestTermsKeepTheTypeAskedFor(t *testing.T) {
	q, err := Parse("type:cfp kvm", env)
	if err != nil {
		t.Fatal(err)
	}
	e := meeting()
	e.Type = event.TypeCFP
	for _, term := range q.Terms() {
		if !term.Match(e, nil) {
			t.Errorf("%s does not match a call for papers on KVM", term)
		}
	}
}

func TestDaysHeld(t *testing.T) {
	day := func(s string) event.Date { return moment(s).Date }
	show := sample("展示会", "2009-06-10", "2009-06-12")
	if got := fmt.Sprint(HeldOn(show, day("2009-06-11"), day("2009-06-30"), nil, 0)); got != "[2009-06-11 2009-06-12]" {
		t.Errorf("the days of a show: %s", got)
	}
	parts := sample("二回", "2009-06-10T19:00:00+09:00", "2009-06-17T21:00:00+09:00")
	parts.Sessions = []event.Session{{Start: moment("2009-06-10T19:00:00+09:00")}, {Start: moment("2009-06-17T23:00:00+09:00")}}
	if got := fmt.Sprint(HeldOn(parts, day("2009-06-01"), day("2009-06-30"), nil, 0)); got != "[2009-06-10 2009-06-17 2009-06-18]" {
		t.Errorf("two evenings, the second one over midnight: %s", got)
	}
	if got := HeldOn(parts, day("2009-06-11"), day("2009-06-16"), nil, 0); len(got) > 0 {
		t.Errorf("the days between two evenings: %v", got)
	}
}

// TestAlternatives: what is joined by OR comes apart, anything else stays whole.
func TestAlternatives(t *testing.T) {
	for words, want := range map[string]string{
		"":                                    "",
		"kvm":                                 "kvm",
		"community:a OR community:b OR tag:c": "community:a|community:b|tag:c",
		"community:a area:東京":                 "area:東京 community:a",
	} {
		q, wrong := Parse(words, Env{})
		if wrong != nil {
			t.Fatal(wrong)
		}
		var got []string
		for _, one := range q.Alternatives() {
			got = append(got, one.String())
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}
