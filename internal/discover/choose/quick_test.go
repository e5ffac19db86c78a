package choose

import (
	"testing"

	"pgregory.net/rapid"
)

// wordPatterns are those that are asked quickly.
var wordPatterns = map[string]wordPattern{
	"event": eventWord, "place": placeWord, "person": personLine, "action": actionWord,
	"report": reportWord, "post": postWord, "due": dueWord, "hold": holdWord,
	"in place": inPlace, "at place": atPlace, "held at": heldAt, "venue": venueIn, "hours": hours, "weekday": weekday, "generic": genericWord, "news": newsPage, "events": eventPage,
	"place key": placeKey, "holiday": holiday, "tell": tellWord, "when": whenWord, "call": callWord, "date": dateText, "month": monthText,
}

// TestNeeds: each pattern tells what a text must hold to match it.
func TestNeeds(t *testing.T) {
	for name, p := range wordPatterns {
		if len(p.needs()) == 0 {
			t.Errorf("%s: no literal is needed", name)
		}
	}
}

// TestQuick: a pattern that is asked quickly answers as it does alone.
func TestQuick(t *testing.T) {
	var pieces []string
	for _, p := range wordPatterns {
		pieces = append(pieces, p.needs()...)
	}
	pieces = append(pieces, " ", "会場", "で開催", "A", "ſ", "K", "İ", "İnfo", "News", "第3回", "HELD", "19:00", "at ", "Vol.3", "東京都港区", "ホール", "\n", ")")
	rapid.Check(t, func(t *rapid.T) {
		s := ""
		for _, part := range rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(t, "parts") {
			s += part
		}
		for name, p := range wordPatterns {
			if got, want := p.in(lower(s)), p.Pattern.MatchString(s); got != want {
				t.Fatalf("%s in %q: %v, alone %v", name, s, got, want)
			}
		}
	})
}

// TestOnlyDate: what counts as a word is in no date, so that a text with two words is
// more than a date.
func TestOnlyDate(t *testing.T) {
	for _, r := range dateText.Regexp().String() + monthText.Regexp().String() {
		if isWord(r) {
			t.Errorf("%q stands in dates", r)
		}
	}
	for s, want := range map[string]bool{
		"2026年6月1日(月)": true, "6月1日 19:00": true, "7時半": true, "令和元年度": true,
		"6月の会": false, "会場": false, "2026年 夏祭": false, "May 3": true, "May day": false,
	} {
		if got := onlyDate(s); got != want {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
}
