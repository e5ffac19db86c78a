package query

import (
	"fmt"
	"strings"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// TestSignsOfAQuestion holds what a store is asked to look for: a list a term, of which
// one has to be there; nothing where a term cannot be told by one.
func TestSignsOfAQuestion(t *testing.T) {
	for words, want := range map[string]string{
		"":                           "[]",
		"kvm":                        "[[w:kvm]]",
		"ＫＶＭ 仮想":                     "[[w:kvm] [w:仮想 c:v-tomo]]", // the catalogue has a name with it
		"kvm OR xen":                 "[[w:kvm w:xen]]",
		"-kvm":                       "[]",
		"kvm -xen":                   "[[w:kvm]]",
		"kvm OR -xen":                "[]",
		"kvm OR weekday:sat":         "[]",
		"weekday:sat after:today":    "[]",
		"(kvm area:東京) OR is:online": "[[a:東京都 m:online]]",
		"community:仮想化友の会":           "[[c:仮想化友の会 c:v-tomo]]",
		"community:bpstudy":          "[[c:bpstudy]]",
		"source:x tag:Ｇｏ status:中止":  "[[s:x] [x:cancelled] [t:go]]",
	} {
		q, err := Parse(words, env)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, list := range q.IndexTerms([]*source.Community{vtomo}) {
			var one []string
			for _, s := range list {
				one = append(one, fmt.Sprintf("%c:%s", s.Mark, s.Value))
			}
			got = append(got, "["+strings.Join(one, " ")+"]")
		}
		if is := "[" + strings.Join(got, " ") + "]"; is != want {
			t.Errorf("%s: %s, want %s", words, is, want)
		}
	}
}

func TestSignsOfAnEvent(t *testing.T) {
	e := meeting()
	d := NewDoc(e, nil)
	for s, want := range map[IndexTerm]bool{
		{MarkWord, "kvm"}: true, {MarkWord, "vm"}: false, {MarkCommunity, "v-tomo"}: true, {MarkCommunity, "tomo"}: false,
		{MarkTag, "machine learning"}: true, {MarkTag, "machine"}: false, {MarkArea, "東京都"}: true, {MarkArea, "東京"}: false,
		{MarkMode, "onsite"}: true, {MarkStatus, "confirmed"}: true, {MarkStatus, "cancelled"}: false, {MarkSource, "v-tomo"}: true,
	} {
		if d.Has(s) != want {
			t.Errorf("%c:%s: %v", s.Mark, s.Value, !want)
		}
	}
	e.Status = event.Cancelled
	if d := NewDoc(e, nil); !d.Has(IndexTerm{MarkStatus, "cancelled"}) || d.Has(IndexTerm{MarkStatus, "confirmed"}) {
		t.Error("a cancelled event does not say so")
	}
}

// TestALongQuestionIsRefusedUnread returns ten megabytes (B66).
func TestALongQuestionIsRefusedUnread(t *testing.T) {
	_, err := Parse(strings.Repeat("会", 10<<20/3), env)
	if err == nil || err.Column != MaxRunes+1 || !strings.Contains(err.Hint, "at most 1000 characters") {
		t.Errorf("got %v", err)
	}
}
