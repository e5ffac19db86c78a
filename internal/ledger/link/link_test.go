package link

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

func TestTheTableHasAWeightForEachFeature(t *testing.T) {
	for relation, weights := range Weights {
		for _, name := range Names() {
			if w, ok := weights[name]; !ok || math.IsNaN(w) || math.Abs(w) > 12 {
				t.Errorf("relation %d, %s: weight %v, known %v", relation, name, w, ok)
			}
		}
		if len(weights) != len(Names()) {
			t.Errorf("relation %d: %d weights for %d features", relation, len(weights), len(Names()))
		}
	}
	for _, line := range []string{"title-same 1", "title-same 1 x", "title-same 1 2 3"} {
		if _, err := ReadTable(line); err == nil {
			t.Errorf("%q was read as weights", line)
		}
	}
}

// TestWordFilesAreInOrder holds the data: sorted, no line twice, no word in two groups
// of a class, folded words that can be found.
func TestWordFilesAreInOrder(t *testing.T) {
	for _, name := range []string{"words/apart.txt", "words/beside.txt", "words/common.tsv", "words/notice.txt"} {
		all := lines(name)
		if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) || len(all) < 3 {
			t.Errorf("%s: %d lines, sorted %v, or one twice", name, len(all), slices.IsSorted(all))
		}
	}
	seen := map[string]bool{}
	for _, q := range qualifiers {
		if seen[q.class+q.word] || q.word == "" || text.Fold(q.word) != q.word {
			t.Errorf("%s %q: twice or not folded", q.class, q.word)
		}
		seen[q.class+q.word] = true
	}
	for word := range common() {
		if text.Fold(word) != word || strings.ContainsAny(word, " \t") {
			t.Errorf("common word %q is not folded", word)
		}
	}
}

func at(title, start, location string) Announcement {
	begin, err := time.ParseInLocation("2006-01-02 15:04", start, event.Tokyo)
	if err != nil {
		panic(err)
	}
	return Announce(&event.Details{Title: title, Location: location, Type: event.TypeEvent, Span: event.Span{Start: event.At(begin), Zone: "Asia/Tokyo"}})
}

func TestWhatTellsTitlesApart(t *testing.T) {
	for _, c := range []struct{ a, b, class string }{
		{"OSS祭り 昼の部", "OSS祭り 夜の部", "part"},
		{"SQL講座 基礎", "SQL講座 応用", "level"},
		{"Go Workshop (Basic)", "Go Workshop (Advanced)", "level"},
		{"DevDay Track A", "DevDay Track B", "track"},
		{"OSC 2026 青森", "OSC 2026 宮崎", "place"},
		{"OSC Aomori", "OSC Miyazaki", "place"},
		{"OSC 2025 Tokyo", "OSC 2026 Tokyo", "year"},
		{"福岡 × 東京 合同LT", "東京×福岡 合同LT大会", ""},
		{"Ruby会議 懇親会", "Ruby会議", "beside"},
		{"夜の集い", "夜の集い【満員】", ""},
		{"PyCon Conference", "PyCon", ""},
	} {
		got := Compare(at(c.a, "2026-06-01 19:00", ""), at(c.b, "2026-06-01 19:00", ""), Around{}).Title
		if got.Apart != c.class {
			t.Errorf("%s | %s: apart by %q, want %q", c.a, c.b, got.Apart, c.class)
		}
	}
}

func TestRareWordsWeighMore(t *testing.T) {
	c := NewCorpus()
	for _, title := range []string{"PyCon Uganda", "PyCon India", "PyCon Estonia", "PyCon Latam", "PyCon Namibia", "PyCon Italia", "PyCon Korea"} {
		c.AddTitle(ReadTitle(title))
	}
	if pycon, uganda := c.Rarity("pycon"), c.Rarity("uganda"); pycon > 0.2 || uganda < 0.9 {
		t.Errorf("pycon %.2f, uganda %.2f", pycon, uganda)
	}
	if common, rare := (*Corpus)(nil).Rarity("conference"), (*Corpus)(nil).Rarity("kwollet"); common > 0.5 || rare < 0.99 {
		t.Errorf("conference %.2f, kwollet %.2f", common, rare)
	}
}

// TestAVerdictIsAWaterfall: its reasons add up to it, the strongest first, in words.
func TestAVerdictIsAWaterfall(t *testing.T) {
	a, b := at("型システムを語る夜", "2026-06-01 19:00", "渋谷"), at("型システムを語る夜 のお知らせ", "2026-06-01 19:00", "渋谷区")
	v := Judge(Compare(a, b, Around{}))
	sum := 0.0
	for i, r := range v.Reasons {
		sum += r.LogOdds
		if i > 0 && math.Abs(r.LogOdds) > math.Abs(v.Reasons[i-1].LogOdds) {
			t.Errorf("%s comes after %s", r, v.Reasons[i-1])
		}
	}
	if math.Abs(sum-v.LogOdds) > 1e-9 || !v.OneGathering() {
		t.Errorf("%.2f in all, the reasons add up to %.2f: %v", v.LogOdds, sum, v.Words())
	}
	if words := v.Words(); !strings.Contains(words[0], "in all") || !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "words in common") }) {
		t.Errorf("%q", words)
	}
	if v := Judge(Compare(at("集い #1", "2026-06-01 19:00", ""), at("集い 第二部", "2026-06-01 19:00", ""), Around{})); len(v.Reasons) == 0 {
		t.Error("a verdict without a reason")
	}
}

// TestAPageThatStandsKeepsItsDay: what has neither hour nor place of a listing whose
// page still stands is no move of it.
func TestAPageThatStandsKeepsItsDay(t *testing.T) {
	was := at("集い #14", "2026-06-19 16:30", "渋谷")
	for _, c := range []struct {
		name, start, place string
		around             Around
		apart              bool
	}{
		{"another hour and place", "2026-06-14 19:00", "受付", Around{Relation: Gone, PageAlive: true}, true},
		{"the same hour", "2026-06-14 16:30", "受付", Around{Relation: Gone, PageAlive: true}, false},
		{"the same place", "2026-06-14 19:00", "渋谷", Around{Relation: Gone, PageAlive: true}, false},
		{"the same day", "2026-06-19 19:00", "受付", Around{Relation: Gone, PageAlive: true}, false},
		{"its page has gone", "2026-06-14 19:00", "受付", Around{Relation: Gone, PageGone: true}, false},
	} {
		words := Apart(Compare(was, at("集い #14", c.start, c.place), c.around))
		if (words != "") != c.apart {
			t.Errorf("%s: apart %q, want %v", c.name, words, c.apart)
		}
	}
}
