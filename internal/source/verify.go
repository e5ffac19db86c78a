package source

import (
	"slices"
	"strings"

	"koyomi/internal/event"
)

// An Inquiry asks a platform which of the catalogue's groups it knows.
type Inquiry struct {
	Platform *Platform
	// ID is the platform's, Groups are the sources that stand for groups of it.
	ID     string
	Groups []*Source
	// URLs are the requests that it takes.
	URLs []string
}

// Inquiries returns what is asked of the platforms that tell of many groups at once.
func (c *Catalogue) Inquiries() []Inquiry {
	byPlatform := map[string][]*Source{}
	for _, s := range c.Sources() {
		if s.Group != "" && s.Archived == "" {
			byPlatform[s.Platform] = append(byPlatform[s.Platform], s)
		}
	}
	var all []Inquiry
	for _, id := range c.Platforms() {
		p := c.Platform(id)
		if p.Many == nil || p.Many.Verify == "" || len(byPlatform[id]) == 0 {
			continue
		}
		q := Inquiry{Platform: p, ID: id, Groups: byPlatform[id]}
		for part := range slices.Chunk(q.Groups, max(p.Many.Most, 1)) {
			names := make([]string, len(part))
			for i, s := range part {
				names[i] = s.Group
			}
			q.URLs = append(q.URLs, p.Many.VerifyOf(names))
		}
		all = append(all, q)
	}
	return all
}

// A Verified is what a platform says of one group of the catalogue.
type Verified struct {
	Source *Source `json:"-"`
	ID     string  `json:"source"`
	Group  string  `json:"group"`
	// Known is false for a group that the platform does not know any more.
	Known bool `json:"known"`
	// Name is what the platform calls it, where that is not what the catalogue does.
	Name string `json:"name,omitempty"`
}

// Answer compares what a platform told with the catalogue's groups, in their order.
func (q Inquiry) Answer(told []event.Group) []Verified {
	byName := make(map[string]event.Group, len(told))
	for _, g := range told {
		byName[strings.ToLower(g.ID)] = g
	}
	all := make([]Verified, len(q.Groups))
	for i, s := range q.Groups {
		g, known := byName[strings.ToLower(s.Group)]
		all[i] = Verified{Source: s, ID: s.ID, Group: s.Group, Known: known}
		if known && g.Name != s.CommunityName {
			all[i].Name = g.Name
		}
	}
	return all
}
