package probe

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// MeasureFiles measures saved pages, tells each of those that state events, and returns
// the sum and how many there were.
func MeasureFiles(
	c *source.Catalogue,
	files []string,
	now time.Time,
	tell func(name string, m Measured) error,
) (sum Measured, pages int, err error) {
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			return sum, pages, fmt.Errorf("read a page: %w", err)
		}
		address := "https://example.org/" + url.PathEscape(filepath.Base(name))
		m, states := Measure(c, extract.Page{URL: address, Status: 200, Body: body}, now)
		if !states {
			continue
		}
		pages++
		sum.Add(m)
		if err := tell(name, m); err != nil {
			return sum, pages, err
		}
	}
	if pages == 0 {
		return sum, 0, fmt.Errorf("none of %d pages states events as JSON-LD", len(files))
	}
	return sum, pages, nil
}

// WriteMeasured prints one page, as text or as a line of JSON.
func WriteMeasured(w io.Writer, name string, m Measured, format string) error {
	if format == "jsonl" {
		return json.NewEncoder(w).Encode(struct {
			File string `json:"file"`
			Measured
		}{name, m})
	}
	_, err := fmt.Fprintf(
		w, "%s\n  %d of %d found, %d of %d right\n",
		text.Line(name, 200), m.Found, m.Of, m.Right, m.Given,
	)
	return err
}
