package query

import (
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/place"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Inherit returns an event with the area and the tags of its community (nil where
// unknown) in place of those that it does not say itself; Inherited then names them. An
// online event has said where it is, and inherits no area.
func Inherit(e event.Event, c *source.Community) event.Event {
	if c == nil {
		return e
	}
	e.Inherited = nil
	saysWhere := e.Area != "" || e.Mode == event.Online
	if !saysWhere && c.Area != "" {
		e.Area = c.Area
		e.Inherited = append(e.Inherited, "area")
	}
	if len(e.Tags) == 0 && len(c.Tags) > 0 {
		e.Tags = c.Tags
		e.Inherited = append(e.Inherited, "tags")
	}
	return e
}

// Whole returns the event with what it inherits of its community.
func (d *Doc) Whole() event.Event { return Inherit(d.Event, d.community) }

// lies reports whether an area word (a prefecture or a region) lies in some prefectures
// as a whole.
func lies(area string, in []string) bool {
	if area == "" {
		return false
	}
	if slices.Contains(in, area) {
		return true
	}
	parts := place.Lookup(text.Fold(area))
	outside := func(p string) bool { return !slices.Contains(in, p) }
	return len(parts) > 0 && !slices.ContainsFunc(parts, outside)
}

// meetsIn reports whether a community mostly meets in some prefectures.
func meetsIn(
	c *source.Community,
	prefectures []string,
) bool {
	return lies(c.Area, prefectures)
}

// isAbout reports whether a community has a tag, which is folded.
func isAbout(c *source.Community, tag string) bool {
	return slices.ContainsFunc(c.Tags, func(s string) bool { return text.Fold(s) == tag })
}

// ofThose returns the terms of the communities that answer.
func ofThose(
	communities []*source.Community,
	answers func(*source.Community) bool,
) []IndexTerm {
	var terms []IndexTerm
	for _, c := range communities {
		if answers(c) {
			terms = append(terms, IndexTerm{MarkCommunity, text.Fold(c.ID)})
		}
	}
	return terms
}
