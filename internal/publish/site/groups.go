package site

import (
	"slices"
	"strings"

	"koyomi/internal/place"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Found are the communities that the words ask for, in the order of All: each word stands in
// the name, the reading, what the community is about, its area or its topics, in either
// language. No words are none.
func (c Communities) Found() []CommunityLine {
	words := strings.Fields(text.Fold(c.Words))
	if len(words) == 0 {
		return nil
	}
	var all []CommunityLine
	for _, l := range c.All {
		about := aboutOf(l.Community)
		misses := func(word string) bool { return !strings.Contains(about, word) }
		if !slices.ContainsFunc(words, misses) {
			all = append(all, l)
		}
	}
	return all
}

// aboutOf is all that words may be found in, folded.
func aboutOf(c *source.Community) string {
	all := []string{c.ID, c.Name, c.Reading, c.Description, c.DescriptionEN, c.Area, place.English(c.Area)}
	return text.Fold(strings.Join(append(all, c.Tags...), "\n"))
}

// mostAreas is how many areas lead to their communities.
const mostAreas = 12

// Areas lead to the communities of an area, those of most first.
func (c Communities) Areas() []Chip {
	counts := map[string]int{}
	var areas []string
	for _, l := range c.All {
		if l.Area == "" {
			continue
		}
		if counts[l.Area] == 0 {
			areas = append(areas, l.Area)
		}
		counts[l.Area]++
	}
	slices.SortStableFunc(areas, func(a, b string) int { return counts[b] - counts[a] })
	var all []Chip
	for _, a := range areas[:min(len(areas), mostAreas)] {
		name := c.AreaName(a)
		all = append(all, Chip{
			Name:  name,
			Count: counts[a],
			Link:  c.Link("/communities", "q", name),
		})
	}
	return all
}

// about is what a community says of itself, in the length of a list.
func (c Communities) about(l CommunityLine) string {
	return shorten(oneLine(l.Describe(c.Lang)), longestAbout)
}

// longestAbout is how many characters a list shows of what a community is about.
const longestAbout = 80

// A GroupCard is a community in a list.
type GroupCard struct {
	Name, Link, About, Note string
	Badge                   *Badge
}

// Card writes a community for a list: what it is about where it was looked for, its area,
// and what comes next of it.
func (c Communities) Card(l CommunityLine) GroupCard {
	g := GroupCard{
		Name:  l.Name,
		Link:  c.Link("/communities/" + l.ID),
		Badge: c.Badge(l.ID),
	}
	next := c.W().GroupNothing
	if l.Next != nil {
		next = c.When(*l.Next) + " " + orUntitled(l.Next.Title)
	}
	if c.Words != "" {
		g.About = c.about(l)
	}
	g.Note = joined([]string{c.AreaName(l.Area), next}, " · ")
	return g
}
