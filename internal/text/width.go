package text

import "github.com/rivo/uniseg"

// Width gives the columns that s takes on a terminal: by grapheme, East Asian
// wide and full-width characters and emoji as two, ambiguous ones as one (UAX 11).
func Width(s string) int {
	columns := 0
	for _, r := range s {
		switch {
		case r >= 0x20 && r < 0x7f:
			columns++
		case wideAlone(r):
			columns += 2
		default:
			return uniseg.StringWidth(s)
		}
	}
	return columns
}

// wideAlone reports the wide characters of Japanese text that are a grapheme
// whatever stands beside them, as long as that is no mark.
func wideAlone(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fe ||
		r >= 0x3000 && r <= 0x3029 || r >= 0xff01 && r <= 0xff60
}

// Cut gives s in at most so many columns, ending in "…" where it was cut; no
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
