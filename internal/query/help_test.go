package query

import (
	"reflect"
	"testing"
	"time"

	"koyomi/internal/event"
)

// TestHelp: every example parses, and every field has one and a meaning.
func TestHelp(t *testing.T) {
	env := Env{Now: time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo), Zone: event.Tokyo}
	for _, part := range Help() {
		for _, l := range part.Lines {
			if _, err := Parse(l.Example, env); err != nil || l.Meaning == "" {
				t.Errorf("%q: %q, %v", l.Example, l.Meaning, err)
			}
		}
	}
	if len(meanings) != len(fieldNames) {
		t.Errorf("%d meanings of %d fields", len(meanings), len(fieldNames))
	}
}

// TestHints names the words that were meant as fields, and no others.
func TestHints(t *testing.T) {
	env := Env{Now: time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo), Zone: event.Tokyo}
	for words, want := range map[string][]Hint{
		"今週末":             {{"今週末", "on:今週末", true}},
		"KVM 今週末":         {{"今週末", "on:今週末", true}},
		"オンライン":           {{"オンライン", "is:online", false}},
		"on:今週末 KVM":      nil,
		`"今週末"`:           nil,
		"-今週末":            nil,
		"2009 KVM OR Xen": nil,
		"foo:bar 今週末":     nil,
		"":                nil,
	} {
		if got := Hints(words, env); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", words, got, want)
		}
	}
}

// TestDayTerms: each word asks for days, and only as the first.
func TestDayTerms(t *testing.T) {
	env := Env{Now: time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo), Zone: event.Tokyo}
	for word, terms := range commandDays {
		got := DayTerms([]string{word, "KVM"})
		if len(got) != len(terms)+1 || got[len(terms)] != "KVM" {
			t.Errorf("%s: %v", word, got)
		}
		for _, term := range terms {
			if _, err := Parse(term, env); err != nil {
				t.Errorf("%s: %v", word, err)
			}
		}
		if got := DayTerms([]string{"KVM", word}); len(got) != 2 {
			t.Errorf("after another word: %v", got)
		}
	}
}
