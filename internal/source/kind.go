package source

import (
	"slices"
	"strings"

	"koyomi/internal/strict"
)

// Kind is the shape in which a source publishes its events.
type Kind string

// The kinds that come with koyomi. What one of them is, its own folder says
// (internal/extract/NAME); these are only names for those who ask for one.
const (
	JSON       Kind = "json"
	ICS        Kind = "ics"
	Feed       Kind = "feed"
	HTML       Kind = "html"
	Structured Kind = "structured"
	File       Kind = "file"
	Static     Kind = "static"
)

// Settings are what a source file says under the name of its kind.
type Settings interface {
	// Check notes what is wrong with the settings, which stand at a path of a file.
	Check(c *Checker, at string)
}

// Templated settings hold texts in which {group} stands for a platform's group.
type Templated interface{ Templates() []*string }

// Layered settings drop what a platform says where a source's own file replaces it;
// says reports whether the file has a key of the settings.
type Layered interface {
	Layer(says func(key string) bool)
}

// A Definition is what the catalogue knows of a kind.
type Definition struct {
	Kind Kind
	// New returns empty settings, by pointer.
	New func() Settings
	// Basis is by what right a source of this kind is read that does not say.
	Basis string
	// Page marks a kind that reads pages made for people.
	Page bool
	// ByHand marks a kind whose events stand in its settings: it has no address,
	// and cannot be without settings.
	ByHand bool
	// Address returns the address that is fetched for one that people write; nil
	// where the two are the same.
	Address func(string) string
	// Choices are the words that a setting may hold, by type and key as in
	// Choices.
	Choices map[string][]string
}

// Definitions are the kinds that source files may name, in the order in which
// people are shown them.
type Definitions []Definition

// Kinds returns the names of all kinds.
func (d Definitions) Kinds() []Kind {
	out := make([]Kind, len(d))
	for i, def := range d {
		out[i] = def.Kind
	}
	return out
}

// Find returns the definition of a kind; false where there is none.
func (d Definitions) Find(k Kind) (Definition, bool) {
	i := slices.IndexFunc(d, func(def Definition) bool { return def.Kind == k })
	if i < 0 {
		return Definition{}, false
	}
	return d[i], true
}

// Decode puts a part of a document into a value that holds sources, the settings
// of their kinds among it.
func (d Definitions) Decode(doc *strict.Document, path string, into any) []strict.Problem {
	e := &settingsDecoder{kinds: d, found: map[*Source]map[Kind]Settings{}}
	doc.Extend(e)
	problems := doc.Decode(path, into)
	e.settle()
	return problems
}

// DecodeSettings puts a whole document into a source: a source's keys with its
// kind's settings under their name, or those settings alone.
func (d Definitions) DecodeSettings(doc *strict.Document, s *Source) []strict.Problem {
	isWhole := slices.ContainsFunc([]string{string(s.Kind), "zone", "charset"}, doc.Has)
	def, known := d.Find(s.Kind)
	if isWhole || !known {
		return d.Decode(doc, "", s)
	}
	if s.Settings == nil {
		s.Settings = def.New()
	}
	return doc.Decode("", s.Settings)
}

// A settingsDecoder has the settings of each kind decoded under the kind's name.
// The settings that count are known only once the whole source has been read.
type settingsDecoder struct {
	kinds Definitions
	found map[*Source]map[Kind]Settings
}

// Keys are the names of the kinds, in a source.
func (e *settingsDecoder) Keys(into any) []string {
	if _, ok := into.(*Source); !ok {
		return nil
	}
	return Words(e.kinds.Kinds()...)
}

// Value returns the settings that the value of a key is decoded into: those that
// the source has already, or new ones.
func (e *settingsDecoder) Value(into any, key string) any {
	s, isSource := into.(*Source)
	def, known := e.kinds.Find(Kind(key))
	if !isSource || !known {
		return nil
	}
	if e.found[s] == nil {
		e.found[s] = map[Kind]Settings{}
	}
	set := def.New()
	if s.Settings != nil && s.Kind == def.Kind {
		set = s.Settings
	}
	e.found[s][def.Kind] = set
	return set
}

func (e *settingsDecoder) settle() {
	for s, found := range e.found {
		if set := found[s.Kind]; set != nil {
			s.Settings = set
		}
	}
}

// templates are the texts of a source in which {group} may stand.
func (s *Source) templates() []*string {
	all := []*string{&s.URL}
	for i := range s.URLs {
		all = append(all, &s.URLs[i])
	}
	return append(all, s.settingsTemplates()...)
}

func (s *Source) settingsTemplates() []*string {
	if t, ok := s.Settings.(Templated); ok {
		return t.Templates()
	}
	return nil
}

// Webcal returns the https address of a calendar at webcal: or webcals:.
func Webcal(address string) string {
	for _, scheme := range []string{"webcal://", "webcals://"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok {
			return "https://" + rest
		}
	}
	return address
}
