package card

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// shades is how many steps there are between two colours that meet in a picture.
const shades = 24

// paletteOf returns the colours of a picture: those that are drawn with, and the steps
// between those that meet.
func paletteOf(own color.RGBA) color.Palette {
	var p color.Palette
	for _, pair := range [][2]color.RGBA{
		{paper, ink}, {paper, soft}, {paper, brand}, {paper, own}, {white, own}, {white, brand},
	} {
		for i := range shades {
			p = append(p, between(pair[0], pair[1], i))
		}
	}
	return p
}

// between returns the i-th of the steps from a to b.
func between(a, b color.RGBA, i int) color.RGBA {
	mix := func(x, y uint8) uint8 {
		return uint8((int(x)*(shades-1-i) + int(y)*i) / (shades - 1))
	}
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}

// nearest returns the place in a palette of the colour that is nearest to one.
func nearest(p color.Palette, known map[color.RGBA]uint8, at color.RGBA) uint8 {
	n, ok := known[at]
	if !ok {
		n = uint8(p.Index(at))
		known[at] = n
	}
	return n
}

// png returns the picture, in the colours that it is drawn with: a quarter of the work,
// and of the octets, of one in all colours. own is the one besides those of every card.
func (c *canvas) png(own color.RGBA) ([]byte, error) {
	p := paletteOf(own)
	out := image.NewPaletted(c.image.Rect, p)
	known := map[color.RGBA]uint8{}
	last, n := color.RGBA{}, uint8(p.Index(color.RGBA{}))
	for i := range out.Pix {
		px := c.image.Pix[4*i : 4*i+4]
		at := color.RGBA{px[0], px[1], px[2], px[3]}
		if at != last { // most are as the one before
			last = at
			n = nearest(p, known, at)
		}
		out.Pix[i] = n
	}
	var b bytes.Buffer
	err := png.Encode(&b, out)
	return b.Bytes(), err
}
