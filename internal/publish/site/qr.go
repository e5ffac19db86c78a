package site

import (
	"fmt"
	"strings"
)

// A Code is a QR code as SVG draws it.
type Code struct {
	Size int
	Path string
}

// QR draws the code of the page's address, nil where there is none.
func (f Follow) QR() *Code { return drawCode(f.Code) }

// drawCode draws the dark squares of a code, each run of a row as one rectangle.
func drawCode(rows [][]bool) *Code {
	if len(rows) == 0 {
		return nil
	}
	var path strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return &Code{Size: len(rows), Path: path.String()}
}
