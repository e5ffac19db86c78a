package recording

import (
	"fmt"
	"path"
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
	for _, r := range p.Reports {
		if len(r.Drift) > 0 {
			return false
		}
	}
	return len(p.Drift) == 0
}

// Prove checks the recordings of a source. One that has none, and only names its
// platform and group, is proved by the platform's.
func Prove(c *source.Catalogue, s *source.Source, visits []Visit, kinds map[source.Kind]extract.Kind) Proof {
	p := Proof{Source: s, Of: s}
	own := Of(visits, s)
	if len(own) == 0 && s.Kind != source.Static {
		if p.Of, own = ofPlatform(c, s, visits); p.Of == nil {
			p.Of = s
			p.Drift = []string{fmt.Sprintf("no recording: expected %s/%s/DATE/, with %s, the pages and %s", root, s.Community, visitFile, wantFile)}
			return p
		}
	}
	p.Reports = Check(p.Of, own, kinds)
	return p
}

// ofPlatform returns the source that proves a platform, and its recordings: the
// platform's own, else those of the first community that has some.
func ofPlatform(c *source.Catalogue, s *source.Source, visits []Visit) (*source.Source, []Visit) {
	if s.Platform == "" {
		return nil, nil
	}
	for _, v := range visits {
		if v.Platform != s.Platform {
			continue
		}
		if proof, err := c.OfPlatform(v.Platform, v.Group); err == nil {
			return proof, Of(visits, proof)
		}
	}
	for _, other := range c.Sources() {
		if other.Platform != s.Platform {
			continue
		}
		if own := Of(visits, other); len(own) > 0 {
			return other, own
		}
	}
	return nil, nil
}

// ProvePlatform checks what shows that a platform is read as it should be.
func ProvePlatform(c *source.Catalogue, id string, visits []Visit, kinds map[source.Kind]extract.Kind) Proof {
	s := &source.Source{ID: id, Platform: id}
	p := Proof{Source: s, Of: s}
	proof, own := ofPlatform(c, s, visits)
	if proof == nil {
		p.Drift = []string{fmt.Sprintf("no recording: expected %s/%s/DATE/, or one of a community on it", root, id)}
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
		switch {
		case v.Platform != "" && c.Platform(v.Platform) == nil:
			strays = append(strays, fmt.Sprintf("%s: no platform %q", v.Dir, v.Platform))
		case v.Platform != "" && folder != v.Platform:
			strays = append(strays, fmt.Sprintf("%s: it proves the platform %s (use %s)", v.Dir, v.Platform, strings.Replace(v.Dir, folder, v.Platform, 1)))
		case v.Platform != "":
		default:
			strays = append(strays, strayOf(c, v, folder)...)
		}
	}
	return strays
}

func strayOf(c *source.Catalogue, v Visit, folder string) []string {
	for _, s := range c.Sources() {
		if s.ID != v.Source {
			continue
		}
		if s.Community == folder {
			return nil
		}
		return []string{fmt.Sprintf("%s: the source %s is one of %s (use %s)", v.Dir, s.ID, s.Community, strings.Replace(v.Dir, folder, s.Community, 1))}
	}
	return []string{fmt.Sprintf("%s: no source %q", v.Dir, v.Source)}
}
