package storetest

import (
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// grown holds the communities that were found in the data of platforms.
func grown(t *testing.T, open Open) {
	s, again := open(t)
	same(t, "none", must(s.Grown(ctx))(t), []source.Grown{})
	ok(t, s.Grow(ctx, nil))
	gotanda := source.Grown{
		ID:       "gotandarb",
		Platform: "connpass",
		Group: event.Group{
			ID:   "gotandarb",
			Name: "五反田.rb",
			URL:  "https://gotandarb.connpass.com/",
		},
	}
	akiba := source.Grown{
		ID:       "akiba",
		Platform: "connpass",
		Group:    event.Group{ID: "akiba", Name: "秋葉原の会"},
	}
	ok(t, s.Grow(ctx, []source.Grown{gotanda, akiba}))
	gotanda.Group.Name, gotanda.MovedTo = "Gotanda.rb", "gotanda-on-doorkeeper"
	written := source.Grown{ID: "bpstudy", MovedTo: "akiba"}
	ok(t, s.Grow(ctx, []source.Grown{gotanda, written}))
	for db := range twice(s, again) {
		same(t, "by id", must(db.Grown(ctx))(t), []source.Grown{akiba, written, gotanda})
	}
}
