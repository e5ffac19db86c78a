package query

import (
	"strings"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// An event that says nothing has the area and tags of its community, in every answer;
// what it says itself counts.
func TestAnEventHasWhatItsCommunitySays(t *testing.T) {
	tokyo := &source.Community{ID: "rust-tokyo", Area: "東京都", Tags: []string{"Rust"}}
	kansai := &source.Community{ID: "kansai-rb", Area: "関西"}
	for _, c := range []struct {
		about     string
		of        *source.Community
		area      string
		mode      event.Mode
		tags      []string
		answers   string // of the queries below
		inherited string
	}{
		{"nothing said", tokyo, "", "", nil, "area:東京 area:関東 tag:rust", "area tags"},
		{"another place", tokyo, "大阪府", "", nil, "area:関西 tag:rust", "tags"},
		{"online", tokyo, "", event.Online, nil, "tag:rust", "tags"},
		{"another tag", tokyo, "", "", []string{"go"}, "area:東京 area:関東", "area"},
		{"a region", kansai, "", "", nil, "area:関西", "area"},
		{"unknown community", nil, "", "", nil, "", ""},
	} {
		e := event.Event{UID: "1", Community: "x"}
		e.Title, e.Area, e.Mode, e.Tags = "会", c.area, c.mode, c.tags
		var communities []*source.Community
		if c.of != nil {
			e.Community, communities = c.of.ID, []*source.Community{c.of}
		}
		var got []string
		for _, words := range []string{"area:東京", "area:関東", "area:関西", "tag:rust"} {
			q, err := Parse(words, Env{})
			if err != nil {
				t.Fatal(err)
			}
			if !q.Match(e, c.of) {
				continue
			}
			got = append(got, words)
			doc := NewDoc(e, c.of)
			for _, list := range q.IndexTerms(communities) {
				if !hasOne(&doc, list) {
					t.Errorf("%s: %s matches, and has none of the index terms %v", c.about, words, list)
				}
			}
		}
		if s := strings.Join(got, " "); s != c.answers {
			t.Errorf("%s: answers %s, want %s", c.about, s, c.answers)
		}
		if s := strings.Join(Inherit(e, c.of).Inherited, " "); s != c.inherited {
			t.Errorf("%s: inherits %s, want %s", c.about, s, c.inherited)
		}
	}
}

func hasOne(d *Doc, list []IndexTerm) bool {
	for _, term := range list {
		if d.Has(term) {
			return true
		}
	}
	return false
}
