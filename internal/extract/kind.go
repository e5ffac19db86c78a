package extract

import (
	"fmt"

	"koyomi/internal/source"
)

// A Registration is what a kind's folder hands to the catalogue of kinds: what the
// source files may say of it, and how it is read.
type Registration struct {
	source.Definition
	Reader Kind
}

// Readers returns the readers of kinds by name.
func Readers(all []Registration) map[source.Kind]Kind {
	out := make(map[source.Kind]Kind, len(all))
	for _, r := range all {
		out[r.Kind] = r.Reader
	}
	return out
}

// Definitions returns what source files may say of kinds.
func Definitions(all []Registration) source.Definitions {
	var out source.Definitions
	for _, r := range all {
		out = append(out, r.Definition)
	}
	return out
}

// SettingsOf returns a copy of a source's settings of one kind, empty ones where it
// has none.
func SettingsOf[T any](s *source.Source) T {
	var none T
	if set, ok := any(s.Settings).(*T); ok && set != nil {
		return *set
	}
	return none
}

// MaxPages is how many pages one visit may take.
const MaxPages = 200

// Gather asks a kind which pages a visit needs and fetches them until it needs no
// more. It begins with the pages that the visit has, and returns all of them; a
// list that goes on after MaxPages is a Damage.
func Gather(kind Kind, v Visit, fetch func(Request) (Page, error)) ([]Page, error) {
	for {
		need, err := kind.Need(v)
		if err != nil || len(need) == 0 {
			return v.Pages, err
		}
		for _, r := range need {
			if len(v.Pages) >= MaxPages {
				return nil, &Damage{
					URL:    r.URL,
					Reason: fmt.Sprintf("the list goes on after %d pages", MaxPages),
				}
			}
			page, err := fetch(r)
			if err != nil {
				return nil, err
			}
			v.Pages = append(v.Pages, page)
		}
	}
}
