package kinds

import (
	"koyomi/internal/discover/choose"
	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
)

// pages are the pages for people: read by their settings, or by choice among readings
// where the settings say "auto".
var pages = extract.Registration{
	Definition: html.Registration.Definition,
	Reader:     pageReader{},
}

type pageReader struct{ html.Kind }

// Read returns what the pages say.
func (r pageReader) Read(v extract.Visit) (extract.Result, error) {
	if extract.SettingsOf[html.Settings](v.Source).Auto {
		return choose.Read(v)
	}
	return r.Kind.Read(v)
}
