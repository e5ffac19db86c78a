package recording

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// A Proof is what shows that a source is read as it should be.
type Proof struct {
	Source *source.Source
	// Of is the source whose recordings these are: its own, or another one of its
	// platform where it has none.
	Of *source.Source
	// Reports are those of the recordings, oldest first.
	Reports []Report
	// Drift says what is wrong beside them: that nothing proves the source.
	Drift []string
}

// Holds reports whether nothing has drifted.
func (p Proof) Holds() bool {
	drifts := func(r Report) bool { return len(r.Drift) > 0 }
	return len(p.Drift) == 0 && !slices.ContainsFunc(p.Reports, drifts)
}

// Prove checks the recordings of a source. One that has none, and only names its
// platform and group, is proved by the platform's.
func Prove(
	c *source.Catalogue,
	s *source.Source,
	visits []Visit,
	kinds map[source.Kind]extract.Kind,
) Proof {
	p := Proof{Source: s, Of: s}
	own := Of(visits, s)
	if len(own) == 0 && s.Kind != source.Static {
		if p.Of, own = ofPlatform(c, s, visits); p.Of == nil {
			p.Of = s
			p.Drift = []string{
				fmt.Sprintf(
					"no recording: expected %s/%s/DATE/, with %s, the pages and %s",
					root,
					s.Community,
					visitFile,
					wantFile,
				),
			}
			return p
		}
	}
	p.Reports = Check(p.Of, own, kinds)
	return p
}

// ofPlatform returns the source that proves a platform, and its recordings: the
// platform's own, else those of the community of which most is read.
func ofPlatform(
	c *source.Catalogue,
	s *source.Source,
	visits []Visit,
) (*source.Source, []Visit) {
	for _, other := range candidates(c, s.Platform, visits) {
		if own := Of(visits, other); len(own) > 0 {
			return other, own
		}
	}
	return nil, nil
}

// candidates are the sources whose recordings prove a platform, the best one first.
func candidates(c *source.Catalogue, platform string, visits []Visit) []*source.Source {
	if platform == "" {
		return nil
	}
	var all []*source.Source
	for _, v := range visits {
		if proof, err := c.OfPlatform(platform, v.Group); err == nil &&
			v.Platform == platform {
			all = append(all, proof)
		}
	}
	others := slices.DeleteFunc(
		c.Sources(),
		func(s *source.Source) bool { return s.Platform != platform },
	)
	read := map[string]int{}
	for _, v := range visits {
		read[v.Source] += len(v.Want)
	}
	slices.SortStableFunc(
		others,
		func(a, b *source.Source) int { return read[b.ID] - read[a.ID] },
	)
	return append(all, others...)
}

// ProvePlatform checks what shows that a platform is read as it should be.
func ProvePlatform(
	c *source.Catalogue,
	id string,
	visits []Visit,
	kinds map[source.Kind]extract.Kind,
) Proof {
	s := &source.Source{ID: id, Platform: id}
	p := Proof{Source: s, Of: s}
	proof, own := ofPlatform(c, s, visits)
	if proof == nil {
		p.Drift = []string{
			fmt.Sprintf(
				"no recording: expected %s/%s/DATE/, or one of a community on it",
				root,
				id,
			),
		}
		return p
	}
	p.Of, p.Reports = proof, Check(proof, own, kinds)
	return p
}

// Strays says which recordings belong to nothing in the catalogue, or lie in the
// folder of another community.
func Strays(c *source.Catalogue, visits []Visit) []string {
	var strays []string
	for _, v := range visits {
		folder := path.Base(path.Dir(v.Dir))
		stray := strayOf(c, v, folder)
		if v.Platform != "" {
			stray = strayOfPlatform(c, v, folder)
		}
		if stray != "" {
			strays = append(strays, v.Dir+": "+stray)
		}
	}
	return strays
}

func strayOfPlatform(c *source.Catalogue, v Visit, folder string) string {
	switch {
	case c.Platform(v.Platform) == nil:
		return fmt.Sprintf("no platform %q", v.Platform)
	case folder != v.Platform:
		return fmt.Sprintf(
			"it proves the platform %s (use %s)",
			v.Platform,
			strings.Replace(v.Dir, folder, v.Platform, 1),
		)
	}
	return ""
}

func strayOf(c *source.Catalogue, v Visit, folder string) string {
	all := c.Sources()
	i := slices.IndexFunc(all, func(s *source.Source) bool { return s.ID == v.Source })
	switch {
	case i < 0:
		return fmt.Sprintf("no source %q", v.Source)
	case all[i].Community != folder:
		of := all[i].Community
		return fmt.Sprintf(
			"the source %s is one of %s (use %s)",
			v.Source,
			of,
			strings.Replace(v.Dir, folder, of, 1),
		)
	}
	return ""
}
