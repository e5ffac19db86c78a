package site

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"koyomi/internal/query"
)

// TestWanted: ticks become a filter, and a filter becomes the same ticks again.
func TestWanted(t *testing.T) {
	for _, c := range []struct {
		words string
		want  Wanted
		back  string
	}{
		{"", Wanted{}, ""},
		{"community:bpstudy", Wanted{Communities: []string{"bpstudy"}}, "community:bpstudy"},
		{"(community:bpstudy OR tag:go) area:東京 KVM", Wanted{Communities: []string{"bpstudy"}, Topics: []string{"go"}, Area: "東京", Rest: "kvm"}, ""},
		{"tag:go -status:cancelled", Wanted{Topics: []string{"go"}, Rest: "-status:cancelled"}, ""},
		{"community:a community:b", Wanted{Communities: []string{"a"}, Rest: "community:b"}, "community:a community:b"},
		{"kvm OR xen", Wanted{Rest: "kvm OR xen"}, "kvm OR xen"},
		{"(community:a OR kvm)", Wanted{Rest: "community:a OR kvm"}, ""},
		{"area:", Wanted{Rest: "area:"}, "area:"},
	} {
		got := ReadWanted(c.words)
		if got.Rest != "" && c.want.Rest != "" && len(got.Rest) != len(c.want.Rest) && got.Rest != "("+c.want.Rest+")" || !reflect.DeepEqual(got.Communities, c.want.Communities) ||
			!reflect.DeepEqual(got.Topics, c.want.Topics) || got.Area != c.want.Area || (got.Rest == "") != (c.want.Rest == "") {
			t.Errorf("%q: %+v, want %+v", c.words, got, c.want)
		}
		if c.back != "" && got.Query() != c.back && got.Query() != "("+c.back+")" {
			t.Errorf("%q becomes %q", c.words, got.Query())
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z][a-z0-9-]{0,8}|[ぁ-ん]{1,4}|c\+\+|"|a b|OR|\(x\)`)
		w := Wanted{
			Communities: rapid.SliceOfN(rapid.StringMatching(`[a-z][a-z0-9-]{0,8}`), 0, 4).Draw(t, "communities"),
			Topics:      rapid.SliceOfN(word, 0, 4).Draw(t, "topics"),
			Area:        rapid.SampledFrom([]string{"", "東京", "大阪府", "関東"}).Draw(t, "area"),
			Rest:        rapid.SampledFrom([]string{"", "kvm", "-status:cancelled", "is:online kvm"}).Draw(t, "rest"),
		}
		q, err := query.Parse(w.Query(), query.Env{})
		if err != nil {
			t.Fatalf("%+v becomes %q: %v", w, w.Query(), err)
		}
		again := ReadWanted(w.Query())
		other, err := query.Parse(again.Query(), query.Env{})
		if err != nil || q.Term() != other.Term() {
			t.Fatalf("%q becomes %q, then %q", w.Query(), again.Query(), other.Term())
		}
	})
}
