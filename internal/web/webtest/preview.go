// Package webtest reads pages as services do that show a preview of a link, and as search
// engines do that show events, and says what either would miss. Tests use it.
package webtest

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // pictures may be of either kind
	_ "image/png"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
)

// A service is one that shows previews of links, by what it documents.
type service struct {
	name string
	// names are the properties that it takes title, text and picture from, the first that
	// is there.
	names [][3]string
	// title and text are how many characters it shows at most.
	title, text int
	// weight is how many octets a picture may have.
	weight int
}

var (
	openGraph = [3]string{"og:title", "og:description", "og:image"}
	cards     = [3]string{"twitter:title", "twitter:description", "twitter:image"}
)

// services are Facebook and LINE, which go by Open Graph alone
// (developers.facebook.com/docs/sharing/webmasters), X, which goes by its cards first
// (developer.x.com/en/docs/x-for-websites/cards), Slack and Discord, which take either
// (api.slack.com/robots; embeds of Discord have titles of 256 characters).
var services = []service{
	{"facebook", [][3]string{openGraph}, 200, 300, 8 << 20},
	{"line", [][3]string{openGraph}, 200, 300, 1 << 20},
	{"x", [][3]string{cards, openGraph}, 70, 200, 5 << 20},
	{"slack", [][3]string{openGraph, cards}, 200, 300, 2 << 20},
	{"discord", [][3]string{openGraph, cards}, 256, 350, 8 << 20},
}

// firstPart is how much of a page the services read: Slack asks for so many octets.
const firstPart = 32 << 10

// A size is that of a picture in pixels.
type size struct{ width, height int }

// The smallest and the largest picture that all services show large: 600 by 315 for
// Facebook, 4096 by 4096 for X.
var smallest, largest = size{600, 315}, size{4096, 4096}

// Previews returns what services would miss in a page that is at an address; picture
// returns the octets and the type of what is at another address.
func Previews(page []byte, address string, picture func(string) ([]byte, string)) []string {
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(page[:min(len(page), firstPart)]))
	if err != nil {
		return []string{err.Error()}
	}
	wrong := named(d, address)
	pictures := map[string]bool{}
	for _, s := range services {
		title, text, at := s.read(d)
		wrong = append(wrong, s.length("title", title, s.title)...)
		wrong = append(wrong, s.length("text", text, s.text)...)
		if u, err := url.Parse(at); err != nil || !u.IsAbs() {
			wrong = append(wrong, fmt.Sprintf("%s: the picture is at %q", s.name, at))
			continue
		}
		body, kind := picture(at)
		if len(body) > s.weight {
			wrong = append(wrong, fmt.Sprintf("%s: a picture of %d octets", s.name, len(body)))
		}
		if !pictures[at] {
			wrong = append(wrong, fits(d, body, kind)...)
			pictures[at] = true
		}
	}
	return wrong
}

// named holds what all services want to know besides: the page's own address, its kind,
// its site and the shape of the card.
func named(d *goquery.Document, address string) []string {
	var wrong []string
	for name, want := range map[string]string{
		"og:url":            address,
		"twitter:card":      "summary_large_image",
		"og:image:alt":      "",
		"twitter:image:alt": "",
		"og:site_name":      "",
		"og:locale":         "",
		"og:type":           "",
		"description":       "",
		"viewport":          "",
		"theme-color":       "",
		"og:image:type":     "image/png",
		"og:image:width":    "1200",
		"og:image:height":   "630",
	} {
		got := property(d, name)
		if got == "" || want != "" && got != want {
			wrong = append(wrong, fmt.Sprintf("%s is %q, not %q", name, got, want))
		}
	}
	if got := d.Find("link[rel=canonical]").AttrOr("href", ""); got != address {
		wrong = append(wrong, fmt.Sprintf("canonical is %q, not %q", got, address))
	}
	return wrong
}

// read returns what the service shows of a page.
func (s service) read(d *goquery.Document) (title, text, picture string) {
	found := [3]string{}
	for _, names := range s.names {
		for i, name := range names {
			if found[i] == "" {
				found[i] = property(d, name)
			}
		}
	}
	return found[0], found[1], found[2]
}

// property returns the content of a meta element, as the first of its kind says it.
func property(d *goquery.Document, name string) string {
	return d.Find(`head meta[property="`+name+`"], head meta[name="`+name+`"]`).First().AttrOr("content", "")
}

// length holds a text to what the service shows of it.
func (s service) length(what, text string, most int) []string {
	n := utf8.RuneCountInString(text)
	if n == 0 || n > most || strings.TrimSpace(text) != text {
		return []string{fmt.Sprintf("%s: a %s of %d characters (of %d): %q", s.name, what, n, most, text)}
	}
	return nil
}

// fits holds a picture to its kind and size.
func fits(d *goquery.Document, body []byte, kind string) []string {
	p, format, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return []string{"the picture: " + err.Error()}
	}
	var wrong []string
	if kind != "image/"+format {
		wrong = append(wrong, fmt.Sprintf("the picture is %s and called %s", format, kind))
	}
	isSmall := p.Width < smallest.width || p.Height < smallest.height
	isLarge := p.Width > largest.width || p.Height > largest.height
	if isSmall || isLarge {
		wrong = append(wrong, fmt.Sprintf("the picture has %d by %d pixels", p.Width, p.Height))
	}
	if got := fmt.Sprint(p.Width, p.Height); got != property(d, "og:image:width")+" "+property(d, "og:image:height") {
		wrong = append(wrong, "the picture is announced in another size than "+got)
	}
	return wrong
}
