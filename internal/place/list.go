package place

import (
	_ "embed"
	"strings"
	"sync"

	"koyomi/internal/text"
)

// listed is the one list of places; its head says what the fields are.
//
//go:embed places.tsv
var listed string

// A prefecture is one of the 47.
type prefecture struct {
	// name is the full name in kanji, short without 都, 府 or 県.
	name, short string
	// romaji is the Hepburn name without macrons, kana the reading.
	romaji, kana string
}

// words are all ways to spell it in a query, folded.
func (p prefecture) words() []string {
	return []string{
		text.Fold(p.name),
		text.Fold(p.short),
		p.kana,
		p.romaji,
		p.romaji + "-ken",
		p.romaji + "-to",
		p.romaji + "-fu",
	}
}

// A region is several prefectures under one name.
type region struct {
	name    string
	members []string
	romaji  string
}

// A town is a city, a ward or a quarter, a venue a hall.
type town struct{ name, prefecture, romaji string }

// A gazetteer is the list of places, read.
type gazetteer struct {
	// prefectures are in the order of JIS X 0401.
	prefectures []prefecture
	regions     []region
	towns       []town
	venues      []town
}

// places reads the list once.
var places = sync.OnceValue(func() gazetteer {
	var g gazetteer
	for line := range strings.Lines(listed) {
		f := append(strings.Split(strings.TrimRight(line, "\n"), "\t"), "", "", "")
		switch f[0] {
		case "prefecture":
			g.prefectures = append(g.prefectures, prefecture{
				name:   f[1],
				short:  f[2],
				romaji: f[3],
				kana:   f[4],
			})
		case "region":
			g.regions = append(g.regions, region{
				name:    f[1],
				members: strings.Fields(f[2]),
				romaji:  f[3],
			})
		case "town":
			g.towns = append(g.towns, town{f[1], f[2], f[3]})
		case "venue":
			g.venues = append(g.venues, town{f[1], f[2], ""})
		}
	}
	return g
})
