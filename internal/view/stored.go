package view

import (
	"fmt"
	"io"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

// A Stored is one response of a poll, as `archive list` prints it.
type Stored struct {
	Source string       `json:"source"`
	Poll   int64        `json:"poll"`
	At     time.Time    `json:"at"`
	State  health.State `json:"state"`
	URL    string       `json:"url"`
	Status int          `json:"status"`
	Size   int64        `json:"size"`
	Hash   string       `json:"hash"`
	// Kept is unset where the bytes have been deleted since.
	Kept bool `json:"kept"`
}

// StoredOf returns the responses of polls, in their order; kept tells by its hash whether
// a response is still stored.
func StoredOf(polls []store.Poll, kept func(hash string) bool) []Stored {
	var all []Stored
	for _, p := range polls {
		for _, page := range p.Pages {
			all = append(all, Stored{
				Source: p.Source,
				Poll:   p.ID,
				At:     p.At,
				State:  p.State,
				URL:    page.URL,
				Status: page.Status,
				Size:   page.Size,
				Hash:   page.Hash,
				Kept:   kept(page.Hash),
			})
		}
	}
	return all
}

// WriteStored writes responses for people, under the poll that brought them.
func (p *Printer) WriteStored(w io.Writer, all []Stored) error {
	s := &terminal.Text{UI: p.UI}
	last := int64(0)
	for _, l := range all {
		if l.Poll != last {
			last = l.Poll
			s.Linef("%s  %s  %s", MinuteWords(l.At), terminal.Pad(l.Source, 14), l.State)
		}
		state := text.Cut(l.Hash, 9)
		if !l.Kept {
			state = "deleted  "
		}
		status := terminal.Pad(fmt.Sprint(l.Status), 3)
		size := terminal.Pad(SizeWords(l.Size), 10)
		s.Linef("    %s  %s  %s  %s", state, status, size, text.Line(l.URL, 300))
	}
	_, err := w.Write(s.Bytes())
	return err
}
