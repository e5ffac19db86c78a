package file

import (
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// Registration is the kind "file" for the catalogue of kinds.
var Registration = extract.Registration{
	Definition: source.Definition{
		Kind:  source.File,
		New:   func() source.Settings { return &Settings{} },
		Basis: source.BasisPage,
		Choices: map[string][]string{
			"Settings.format":    formats,
			"Settings.fill_down": source.FieldNames,
		},
	},
	Reader: Kind{},
}

// formats are those that a file may be of.
var formats = []string{"csv", "tsv", "yaml", "json", "markdown"}

// Settings tell how a table in a file is read.
type Settings struct {
	// Format is csv, tsv, yaml, json or markdown; "" tells by name and content.
	Format string `yaml:"format,omitempty"`
	// Columns maps a field to names of columns (or keys), tried in order; without
	// it common names are known.
	Columns map[string]source.Paths `yaml:"columns,omitempty"`
	// Items is the key under which a YAML file holds its list, "" for the top.
	Items string `yaml:"items,omitempty"`
	// FillDown are fields whose empty cells mean "as above".
	FillDown []string        `yaml:"fill_down,omitempty"`
	Statuses source.Statuses `yaml:"statuses,omitempty"`
	Partial  bool            `yaml:"partial,omitempty"`
}

// Check notes what is wrong with the settings.
func (set *Settings) Check(c *source.Checker, at string) {
	c.OneOf(at+".format", set.Format, "format", formats)
	c.Columns(at+".columns", set.Columns)
	c.EachOneOf(at+".fill_down", set.FillDown, "field", source.FieldNames)
	c.Statuses(at+".statuses", set.Statuses)
}
