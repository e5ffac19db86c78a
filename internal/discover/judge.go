package discover

import (
	_ "embed"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// A reading is what a proposal has read, looked at as a whole.
type reading struct {
	p  Proposal
	at time.Time
	// title is what the page calls itself.
	title string
	// others are the readings beside it.
	others []Proposal
}

// A feature is one thing that speaks for or against a reading, from 0 to 1, with how
// people are told that it is so.
type feature struct {
	name  string
	words string
	of    func(reading) float64
}

// The words by which titles and addresses show what they are of, folded.
var (
	eventfulTitle = regexp.MustCompile(`第 ?\d+ ?回|勉強会|せみなー|いべんと|大会|祭|こんさーと|講演|研究会|例会|公演|講座|説明会|教室|らいぶ|集い|こんふぁれんす|みーとあっぷ|わーくしょっぷ|もくもく|meetup|conference|workshop|seminar|kaigi|festival|concert|talk|colloqui|#\d`)
	newsTitle     = regexp.MustCompile(`更新|公開|掲載|開設|追加|変更|修正|りりーす|しました|されました|お知らせ|募集|release|v?\d+\.\d+|update|fix|added|changed|removed|initial`)
	newsPath      = regexp.MustCompile(`news|blog|post|changelog|release|diary|topics|history|about|member|report|minutes|archive|profile`)
	eventPath     = regexp.MustCompile(`event|schedule|calendar|seminar|meetup|conference|program|talk|colloqui|lecture|kaisai|annai`)
	sentence      = regexp.MustCompile(`[。.!！?？]$|(?:です|ます|ました|ません|ください)$`)
	venueTitle    = regexp.MustCompile(`(?:会館|会議場|会議室|ほーる|せんたー|公民館|図書館|体育館|ほてる|会場|号室|[0-9]階)$`)
	weekdayText   = regexp.MustCompile(`[(\[（][月火水木金土日]|[月火水木金土日]曜|(?i:\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b)`)
	yearText      = regexp.MustCompile(`(?:19|20)\d\d|令和|平成`)
)

// The lengths in characters between which most titles lie.
const (
	shortTitle = 4
	longTitle  = 60
)

// features are those that are weighed, in the order of the table of weights.
var features = []feature{
	{"one", "it reads a single event", func(r reading) float64 { return truth(len(r.listings()) == 1) }},
	{"many", "it reads many events", func(r reading) float64 { return min(math.Log2(float64(len(r.listings())))/6, 1) }},
	{"left-out", "items are left out", func(r reading) float64 {
		n, bad := float64(len(r.listings())), float64(len(r.p.Result.Rejections))
		return bad / max(n+bad, 1)
	}},
	{"hour", "events have an hour", func(r reading) float64 { return r.share(func(l event.Listing) bool { return !l.AllDay() }) }},
	{"place", "events have a place", func(r reading) float64 { return r.share(func(l event.Listing) bool { return l.Location != "" }) }},
	{"end", "events have an end", func(r reading) float64 { return r.share(func(l event.Listing) bool { return !l.End.IsZero() }) }},
	{"address", "events have pages of their own", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return l.URL != "" && l.URL != r.p.Source.URL })
	}},
	{"untitled", "events have no title", func(r reading) float64 { return r.share(extract.Untitled) }},
	{"short-titles", "titles are very short", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return utf8.RuneCountInString(l.Title) < shortTitle })
	}},
	{"long-titles", "titles are very long", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return utf8.RuneCountInString(l.Title) > longTitle })
	}},
	{"label-titles", "titles are labels", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return extract.IsLabel(l.Title) })
	}},
	{"eventful-titles", "titles sound like events", func(r reading) float64 { return r.titles(eventfulTitle) }},
	{"news-titles", "titles sound like news", func(r reading) float64 { return r.titles(newsTitle) }},
	{"sentence-titles", "titles are sentences", func(r reading) float64 { return r.titles(sentence) }},
	{"dated-titles", "titles hold dates", func(r reading) float64 { return r.titles(datish.Regexp()) }},
	{"place-titles", "titles are places", func(r reading) float64 { return r.titles(venueTitle) }},
	{"same-places", "events are at one place", func(r reading) float64 {
		return 1 - r.distinct(func(l event.Listing) string { return l.Location })
	}},
	{"site-titles", "titles are the page's", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return len(l.Title) > 3 && strings.Contains(r.title, l.Title) })
	}},
	{"agreed", "another reading has these events", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return r.agreed(l) })
	}},
	{"less", "other readings have more events", func(r reading) float64 { return r.missed() }},
	{"same-titles", "titles are the same", func(r reading) float64 {
		return 1 - r.distinct(func(l event.Listing) string { return text.Fold(l.Title) })
	}},
	{"same-days", "days are the same", func(r reading) float64 {
		return 1 - r.distinct(func(l event.Listing) string { return l.Start.Date.String() })
	}},
	{"ahead", "events are ahead", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return !l.Over(0).Before(r.at.AddDate(0, 0, -1)) })
	}},
	{"old", "events are long over", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return l.Over(0).Before(r.at.AddDate(-1, 0, 0)) })
	}},
	{"weekdays", "dates name their days of the week", func(r reading) float64 { return r.words(weekdayText) }},
	{"years", "dates name their years", func(r reading) float64 { return r.words(yearText) }},
	{"newest-first", "the newest comes first", func(r reading) float64 { return r.falling() }},
	{"confidence", "dates are read with confidence", func(r reading) float64 {
		return r.mean(func(l event.Listing) float64 { return float64(l.Reading.Confidence) / 100 })
	}},
	{"warnings", "dates were read with warnings", func(r reading) float64 {
		return r.share(func(l event.Listing) bool { return len(l.Reading.Warnings) > 0 })
	}},
	{"posted", "the dates stand where days of posts do", func(r reading) float64 { return truth(r.p.Posted) }},
	{"news-path", "the address is one of news", func(r reading) float64 { return truth(newsPath.MatchString(r.path())) }},
	{"event-path", "the address is one of events", func(r reading) float64 { return truth(eventPath.MatchString(r.path())) }},
	{"event-page", "the page calls itself one of events", func(r reading) float64 { return truth(eventfulTitle.MatchString(text.Fold(r.title))) }},
	{"news-page", "the page calls itself one of news", func(r reading) float64 { return truth(newsTitle.MatchString(text.Fold(r.title))) }},
	{"structured", "it is data for programs", func(r reading) float64 { return truth(r.p.Way == Structured) }},
	{"data", "it is a document of data", func(r reading) float64 { return truth(r.p.Way == JSON || r.p.Way == File) }},
	{"feed", "it is a feed", func(r reading) float64 { return truth(r.p.Way == Feed) }},
	{"table", "it is a table", func(r reading) float64 { return truth(r.p.Way == Table) }},
	{"list", "it is a list", func(r reading) float64 { return truth(r.p.Way == List) }},
	{"page", "it is an announcement", func(r reading) float64 { return truth(r.p.Way == Page) }},
	{"calendar", "it is a calendar", func(r reading) float64 { return truth(r.p.Way == Calendar) }},
	{"unnamed-fields", "it is not known where titles stand", func(r reading) float64 { return truth(r.p.Way == List && !r.p.fieldsNamed()) }},
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (r reading) listings() []event.Listing { return r.p.Result.Listings }

// path is what follows the host in the address, folded.
func (r reading) path() string {
	_, rest, _ := strings.Cut(r.p.Source.URL, "://")
	_, path, _ := strings.Cut(rest, "/")
	return text.Fold(path)
}

// mean is the mean of a measure over the listings.
func (r reading) mean(of func(event.Listing) float64) float64 {
	sum := 0.0
	for _, l := range r.listings() {
		sum += of(l)
	}
	return sum / float64(max(len(r.listings()), 1))
}

// share is the share of the listings that are such.
func (r reading) share(such func(event.Listing) bool) float64 {
	return r.mean(func(l event.Listing) float64 { return truth(such(l)) })
}

// titles is the share of the titles that a pattern finds.
func (r reading) titles(p *regexp.Regexp) float64 {
	return r.share(func(l event.Listing) bool { return p.MatchString(text.Fold(l.Title)) })
}

// words is the share of the texts of dates that a pattern finds.
func (r reading) words(p *regexp.Regexp) float64 {
	return r.share(func(l event.Listing) bool { return p.MatchString(l.Reading.Text) })
}

// distinct is the share of the listings that are unlike the others.
func (r reading) distinct(of func(event.Listing) string) float64 {
	seen := map[string]bool{}
	for _, l := range r.listings() {
		seen[of(l)] = true
	}
	return float64(len(seen)) / float64(max(len(r.listings()), 1))
}

// falling is the share of the listings that lie before the one above them.
func (r reading) falling() float64 {
	n := 0
	for i := 1; i < len(r.listings()); i++ {
		if r.listings()[i].Start.Date.Compare(r.listings()[i-1].Start.Date) < 0 {
			n++
		}
	}
	return float64(n) / float64(max(len(r.listings())-1, 1))
}

// agreed reports whether a reading of another way has the same event.
func (r reading) agreed(l event.Listing) bool {
	for _, p := range r.others {
		if p.Way == r.p.Way {
			continue
		}
		if slices.ContainsFunc(p.Result.Listings, func(o event.Listing) bool { return o.Start == l.Start && o.Title == l.Title }) {
			return true
		}
	}
	return false
}

// missed is by how much the largest reading has more.
func (r reading) missed() float64 {
	most := len(r.listings())
	for _, p := range r.others {
		most = max(most, len(p.Result.Listings))
	}
	return 1 - float64(len(r.listings()))/float64(max(most, 1))
}

// values are the features of a reading.
func (r reading) values() []float64 {
	out := make([]float64, len(features))
	for i, f := range features {
		out[i] = f.of(r)
	}
	return out
}

// weightList is the table of weights: the name of a feature and how much it weighs
// in the logarithm of the odds. It is made by
//
//	KOYOMI_PAGES=DIR go test ./internal/discover -run TestWeights -fit
//
//go:embed weights.tsv
var weightList string

// A model is the weights of all features, the constant and what makes a reading one
// to believe.
type model struct {
	constant, least float64
	weights         []float64
}

// weighed is the model of the table.
var weighed = sync.OnceValue(func() model { return parseModel(weightList) })

func parseModel(list string) model {
	values := map[string]float64{}
	for line := range strings.Lines(list) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
		values[name], _ = strconv.ParseFloat(value, 64)
	}
	m := model{constant: values["constant"], least: values["least"]}
	for _, f := range features {
		m.weights = append(m.weights, values[f.name])
	}
	return m
}

// odds is the logarithm of the odds that a reading is right.
func (m model) odds(values []float64) float64 {
	sum := m.constant
	for i, v := range values {
		sum += m.weights[i] * v
	}
	return sum
}

// probability is the probability that a reading is right.
func (m model) probability(values []float64) float64 { return 1 / (1 + math.Exp(-m.odds(values))) }

// maxReasons is how many reasons people are told.
const maxReasons = 4

// reasons are the features that weigh most in a reading, against it where it is not
// believed.
func (m model) reasons(values []float64, against bool) []string {
	type reason struct {
		words string
		by    float64
	}
	var all []reason
	for i, v := range values {
		by := m.weights[i] * v
		if against {
			by = -by
		}
		if by > 0.1 {
			all = append(all, reason{features[i].words, by})
		}
	}
	slices.SortStableFunc(all, func(a, b reason) int { return int(math.Copysign(1, b.by-a.by)) })
	var out []string
	for _, r := range all[:min(len(all), maxReasons)] {
		out = append(out, fmt.Sprintf("%s (%.1f)", r.words, r.by))
	}
	return out
}
