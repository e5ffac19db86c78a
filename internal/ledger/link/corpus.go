package link

import (
	"math"
	"strconv"
	"strings"
	"sync"
)

// A Corpus says how rare a word is among titles, or among places: those at hand, on
// top of what is common anywhere. A word that many titles share says little.
type Corpus struct {
	seen   map[string]bool
	counts map[string]int
}

// background is how many titles the words that are common anywhere stand for.
const background = 200

// common are the words of words/common.tsv with how many titles of background have them.
var common = sync.OnceValue(func() map[string]float64 {
	all := map[string]float64{}
	for _, line := range lines("words/common.tsv") {
		word, count, _ := strings.Cut(line, "\t")
		n, err := strconv.ParseFloat(count, 64)
		if err != nil {
			panic("words/common.tsv: " + line) // a test reads it
		}
		all[word] = n
	}
	return all
})

// NewCorpus returns an empty corpus.
func NewCorpus() *Corpus {
	return &Corpus{seen: map[string]bool{}, counts: map[string]int{}}
}

// Add counts the words of a text once, however often it is listed: a conference of
// every year is one.
func (c *Corpus) Add(text string, words []string) {
	if c.seen[text] {
		return
	}
	c.seen[text] = true
	for _, w := range words {
		c.counts[w]++
	}
}

// AddTitle counts the words of a title.
func (c *Corpus) AddTitle(t *Title) { c.Add(t.Bare, t.words) }

// Rarity returns how rare a word is, 0 to 1: by the share of titles that have it among
// those at hand, the two that are compared left out, or anywhere, whichever is more. A
// nil corpus knows the background alone.
func (c *Corpus) Rarity(word string) float64 {
	share := max(common()[word]/background, 1.0/rarest)
	if c != nil {
		others := float64(c.counts[word] - 2)
		share = max(share, others/max(float64(len(c.seen)-2), fewTitles))
	}
	return -math.Log(min(share, 1)) / math.Log(rarest)
}

const (
	// rarest is among how many titles a word stands once that none at hand has.
	rarest = 2 * background
	// fewTitles is how many titles stand for a community that has listed fewer.
	fewTitles = 6
)

// AddPlace counts the words of a place.
func (c *Corpus) AddPlace(a Announcement) { c.Add(a.Location, a.places) }
