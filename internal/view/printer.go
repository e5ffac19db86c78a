package view

import (
	"cmp"
	"time"

	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/terminal"
	"koyomi/internal/wording"
)

// A Printer lays out what koyomi knows for a person at a terminal.
type Printer struct {
	UI *terminal.UI
	// Now is the moment that today is marked by.
	Now       func() time.Time
	Catalogue func() *source.Catalogue
	// Authority is whose word each source is.
	Authority func(id string) ledger.Authority
}

// lang is the reader's language.
func (p *Printer) lang() string { return cmp.Or(p.UI.Lang, wording.English) }

// source returns the source with an id, nil where there is none.
func (p *Printer) source(id string) *source.Source {
	for _, s := range p.Catalogue().Sources() {
		if s.ID == id {
			return s
		}
	}
	return nil
}
