package site

import (
	"fmt"
	"html"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/wording"
)

// The measures of a badge in its own units.
const (
	badgeHeight = 24
	wideLetter  = 12
	thinLetter  = 7
	badgeMargin = 8
)

// NextBadge writes a small picture that names the next event, as SVG; e is nil for none.
func NextBadge(b Base, e *event.Event, now time.Time) []byte {
	left, right := b.W().NextEvent, b.W().BadgeNone
	if e != nil {
		start := e.Start.In(e.Span.Location())
		right = wording.NearDay(b.Lang, start.Date, event.DateOf(now))
		if !start.AllDay() {
			right += " " + wording.Clock(start.Time)
		}
	}
	w1, w2 := letters(left)+2*badgeMargin, letters(right)+2*badgeMargin
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" role="img" aria-label="%s">`, w1+w2, badgeHeight, html.EscapeString(left+": "+right))
	fmt.Fprintf(&s, `<rect width="%d" height="%d" rx="5" fill="#1b1e24"/>`, w1+w2, badgeHeight)
	fmt.Fprintf(&s, `<path d="M%d 0h%da5 5 0 0 1 5 5v%da5 5 0 0 1 -5 5h-%dz" fill="#b5311c"/>`, w1, w2-5, badgeHeight-10, w2-5)
	for _, part := range []struct {
		x     int
		width int
		text  string
	}{{badgeMargin, w1 - 2*badgeMargin, left}, {w1 + badgeMargin, w2 - 2*badgeMargin, right}} {
		fmt.Fprintf(
			&s,
			`<text x="%d" y="16.5" textLength="%d" fill="#fff" font-size="12" font-weight="600" font-family="system-ui,-apple-system,Hiragino Sans,Noto Sans JP,Meiryo,sans-serif">%s</text>`,
			part.x, part.width, html.EscapeString(part.text),
		)
	}
	s.WriteString("</svg>\n")
	return []byte(s.String())
}

// letters returns about how wide a text is.
func letters(text string) int {
	n := 0
	for _, r := range text {
		if r < 0x300 {
			n += thinLetter
		} else {
			n += wideLetter
		}
	}
	return n
}
