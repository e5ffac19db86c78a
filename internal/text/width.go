package text

import "github.com/rivo/uniseg"

// Width returns the columns that s takes on a terminal: by grapheme, East Asian
// wide and full-width characters and emoji as two, ambiguous ones as one (UAX 11).
func Width(s string) int {
	columns := 0
	for _, r := range s {
		switch {
		case printableASCII.has(r):
			columns++
		case wide.has(r):
			columns += 2
		default:
			return uniseg.StringWidth(s)
		}
	}
	return columns
}

// Cut returns s in at most so many columns, ending in "…" where it was cut; no
// grapheme is split.
func Cut(s string, columns int) string {
	if columns <= 0 {
		return ""
	}
	if Width(s) <= columns {
		return s
	}
	end, used, state := 0, 0, -1
	for rest := s; rest != ""; {
		var cluster string
		var w int
		cluster, rest, w, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += w; used > columns-1 {
			break
		}
		end += len(cluster)
	}
	return s[:end] + "…"
}
