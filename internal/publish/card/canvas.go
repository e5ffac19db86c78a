package card

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// packed is the font: see font/generate.sh, and font/OFL.txt for its licence.
//
//go:embed font/NotoSansCJKjp-Bold-subset.otf.gz
var packed []byte

// typeface is read when the first card is drawn.
var typeface = sync.OnceValues(func() (*sfnt.Font, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("font of the cards: %w", err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("font of the cards: %w", err)
	}
	return opentype.Parse(data)
})

// A canvas is a picture in the making.
type canvas struct {
	image *image.RGBA
	font  *sfnt.Font
	sizes map[float64]font.Face
	buf   sfnt.Buffer
}

func newCanvas(width, height int) (*canvas, error) {
	f, err := typeface()
	if err != nil {
		return nil, err
	}
	return &canvas{
		image: image.NewRGBA(image.Rect(0, 0, width, height)),
		font:  f,
		sizes: map[float64]font.Face{},
	}, nil
}

// inSize returns the font in a size in pixels.
func (c *canvas) inSize(size float64) font.Face {
	if f := c.sizes[size]; f != nil {
		return f
	}
	f, err := opentype.NewFace(
		c.font,
		&opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone},
	)
	if err != nil {
		panic(err) // sizes are constants
	}
	c.sizes[size] = f
	return f
}

// readable leaves out what the font cannot draw.
func (c *canvas) readable(text string) string {
	var kept []rune
	for _, r := range text {
		if i, err := c.font.GlyphIndex(&c.buf, r); err == nil && i != 0 {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

// width returns how wide a text is in a size.
func (c *canvas) width(text string, size float64) int {
	return font.MeasureString(c.inSize(size), c.readable(text)).Ceil()
}

// line writes a text from a place on its baseline.
func (c *canvas) line(x, y int, size float64, ink color.Color, text string) {
	d := font.Drawer{
		Dst:  c.image,
		Src:  image.NewUniform(ink),
		Face: c.inSize(size),
		Dot:  fixed.P(x, y),
	}
	d.DrawString(c.readable(text))
}

func (c *canvas) fill(r image.Rectangle, ink color.Color) {
	draw.Draw(c.image, r, image.NewUniform(ink), image.Point{}, draw.Src)
}

// disc fills a rectangle whose corners are round.
func (c *canvas) disc(r image.Rectangle, radius int, ink color.Color) {
	v := vector.NewRasterizer(r.Dx(), r.Dy())
	w, h, q := float32(r.Dx()), float32(r.Dy()), float32(radius)
	const k = 0.4477 // how far a control point is from the corner, of a quarter of a circle
	v.MoveTo(q, 0)
	v.LineTo(w-q, 0)
	v.CubeTo(w-k*q, 0, w, k*q, w, q)
	v.LineTo(w, h-q)
	v.CubeTo(w, h-k*q, w-k*q, h, w-q, h)
	v.LineTo(q, h)
	v.CubeTo(k*q, h, 0, h-k*q, 0, h-q)
	v.LineTo(0, q)
	v.CubeTo(0, k*q, k*q, 0, q, 0)
	v.ClosePath()
	v.Draw(c.image, r, image.NewUniform(ink), image.Point{})
}

// oklch returns a colour by lightness (0 to 1), chroma and hue in degrees
// (https://www.w3.org/TR/css-color-4/#ok-lab), as the pages' style names it.
func oklch(lightness, chroma, hue float64) color.RGBA {
	a := chroma * math.Cos(hue*math.Pi/180)
	b := chroma * math.Sin(hue*math.Pi/180)
	l := cubed(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cubed(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cubed(lightness - 0.0894841775*a - 1.2914855480*b)
	return color.RGBA{
		R: gamma(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		G: gamma(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		B: gamma(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		A: 0xff,
	}
}

// gamma returns a linear part of a colour as sRGB stores it.
func gamma(v float64) uint8 {
	v = min(max(v, 0), 1)
	if v <= 0.0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return uint8(math.Round(v * 255))
}

func cubed(x float64) float64 { return x * x * x }
