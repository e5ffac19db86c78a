// Package card draws the picture that a link to an event is shown with where it is sent
// on, and the site's icon, as PNG. Equal input makes equal bytes.
package card

import (
	"image"
	"image/color"
	"strings"
)

// The size of a card in pixels, as previews want it.
const (
	Width  = 1200
	Height = 630
)

// ContentType is that of a card and of the icon.
const ContentType = "image/png"

// A Text is what a card says. Empty parts are left out.
type Text struct {
	Title, When, Where, Who, Mark, Site string
	// Initial and Hue are those of the community: a letter, and an angle of the colour
	// circle in degrees.
	Initial string
	Hue     float64
}

// The colours of a card.
var (
	paper = color.RGBA{0xfb, 0xfa, 0xf7, 0xff}
	ink   = color.RGBA{0x1b, 0x1e, 0x24, 0xff}
	soft  = color.RGBA{0x59, 0x60, 0x6b, 0xff}
	brand = color.RGBA{0xb5, 0x31, 0x1c, 0xff}
	white = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// The measures of a card in pixels.
const (
	margin    = 72
	barHeight = 20
	footLine  = Height - 70
	lineRatio = 1.35
)

// Draw returns the card.
func Draw(t Text) ([]byte, error) {
	c, err := newCanvas(Width, Height)
	if err != nil {
		return nil, err
	}
	own := oklch(0.46, 0.11, t.Hue)
	c.fill(image.Rect(0, 0, Width, Height), paper)
	c.fill(image.Rect(0, 0, Width, barHeight), own)
	x := margin
	if t.Mark != "" {
		x = c.badge(x, 118, t.Mark) + 24
	}
	c.line(x, 118, 40, brand, fit(c, t.When, 40, Width-margin-x))
	c.title(t.Title)
	c.line(margin, footLine-76, 34, soft, fit(c, t.Where, 34, Width-2*margin))
	c.foot(t, own)
	return c.png(own)
}

// title writes the title in the largest size in which it fits into three lines.
func (c *canvas) title(text string) {
	const top, bottom = 150, footLine - 120
	for _, size := range []float64{68, 58, 50, 42} {
		lines := wrap(c, text, size, Width-2*margin)
		height := float64(len(lines)) * size * lineRatio
		if height > bottom-top && size > 42 {
			continue
		}
		most := int((bottom - top) / (size * lineRatio))
		if len(lines) > most {
			lines = lines[:most]
			lines[most-1] = fit(c, lines[most-1]+"…", size, Width-2*margin)
		}
		y := float64(top) + size
		for _, l := range lines {
			c.line(margin, int(y), size, ink, l)
			y += size * lineRatio
		}
		return
	}
}

// foot writes who holds the event, and the site.
func (c *canvas) foot(t Text, own color.RGBA) {
	site := "暦 " + t.Site
	left := Width - margin - c.width(site, 30)
	c.line(left, footLine+14, 30, soft, site)
	x := margin
	if t.Initial != "" {
		c.disc(image.Rect(x, footLine-36, x+64, footLine+28), 20, own)
		w := c.width(t.Initial, 36)
		c.line(x+(64-w)/2, footLine+9, 36, white, t.Initial)
		x += 84
	}
	c.line(x, footLine+12, 36, ink, fit(c, t.Who, 36, left-x-40))
}

// badge writes a state on a ground of its own and returns where it ends.
func (c *canvas) badge(x, y int, word string) int {
	end := x + c.width(word, 34) + 36
	c.disc(image.Rect(x, y-42, end, y+14), 12, brand)
	c.line(x+18, y-2, 34, white, word)
	return end
}

// fit cuts a text to a width, with a sign where something is left out.
func fit(c *canvas, text string, size float64, width int) string {
	if c.width(text, size) <= width {
		return text
	}
	r := []rune(strings.TrimSuffix(text, "…"))
	for len(r) > 0 && c.width(string(r)+"…", size) > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// Icon returns the site's icon as a square of a size in pixels.
func Icon(size int) ([]byte, error) {
	c, err := newCanvas(size, size)
	if err != nil {
		return nil, err
	}
	at := func(x0, y0, x1, y1 int) image.Rectangle {
		return image.Rect(x0*size/64, y0*size/64, x1*size/64, y1*size/64)
	}
	c.fill(image.Rect(0, 0, size, size), paper)
	c.disc(at(10, 14, 54, 56), 8*size/64, brand)
	c.disc(at(14, 24, 50, 52), 5*size/64, paper)
	c.disc(at(19, 8, 24, 20), 2*size/64, ink)
	c.disc(at(40, 8, 45, 20), 2*size/64, ink)
	c.disc(at(23, 29, 41, 47), 9*size/64, brand)
	return c.png(ink)
}
