package block

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Parse returns the model of a document. An error means that it is none that can be
// read as a page or as data.
func Parse(p extract.Page, s *source.Source) (*Doc, error) {
	ending := endingOf(p.URL)
	media, _, _ := strings.Cut(strings.ToLower(p.ContentType), ";")
	body, err := extract.Decode(p, s, extract.MaxDocument)
	if err != nil {
		return nil, err
	}
	if read := dataReader(ending, media, body); read != nil {
		return fromData(p, body, read)
	}
	return fromPage(p, s, ending, body)
}

func endingOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(path.Ext(u.Path))
}

// dataReader returns how a document is read as data; nil where it is a page.
func dataReader(ending, media, body string) func(string) (node, error) {
	comma := func(r rune) func(string) (node, error) {
		return func(s string) (node, error) { return fromCSV(s, r) }
	}
	head := strings.TrimLeft(body[:min(len(body), 512)], " \t\r\n")
	isMarkup := strings.HasPrefix(head, "<")
	switch {
	case isMarkup:
		return nil
	case slices.Contains([]string{".csv"}, ending) || media == "text/csv":
		return comma(',')
	case ending == ".tsv":
		return comma('\t')
	case slices.Contains([]string{".yml", ".yaml"}, ending) || strings.HasSuffix(media, "/yaml"):
		return fromYAML
	case ending == ".json" || media == "application/json":
		return fromJSON
	}
	return nil
}

// fromData models a document of data.
func fromData(p extract.Page, body string, read func(string) (node, error)) (*Doc, error) {
	n, err := read(body)
	if err != nil {
		return nil, &extract.Damage{URL: p.URL, Reason: text.Line(err.Error(), 200)}
	}
	b := newBuilder()
	b.doc.Data, b.doc.Base = true, p.URL
	b.data(n, "", 0)
	return b.finish(), nil
}

var (
	front = text.NewPattern(
		`(?s)^\s*(?:---\r?\n(.*?)\n---|\+\+\+\r?\n(.*?)\n\+\+\+)[ \t]*(?:\r?\n|$)`,
	)
	toml = text.NewPattern(`(?m)^([A-Za-z0-9_-]+)\s*=\s*`)
	pair = text.NewPattern(`^([A-Za-z0-9_-]+)\s*[:=]\s*["']?(.*?)["']?\s*$`)
	// asciidoc is the beginning of a heading in AsciiDoc.
	asciidoc = text.NewPattern(`(?m)^(={1,5}) (\S)`)
)

var textEndings = []string{
	".md",
	".markdown",
	".mkd",
	".mdown",
	".rst",
	".txt",
	".adoc",
	".asciidoc",
	".mdx",
}

// fromPage models a page for people, the values before it as data.
func fromPage(p extract.Page, s *source.Source, ending, body string) (*Doc, error) {
	b := newBuilder()
	isText := slices.Contains(textEndings, ending) ||
		strings.HasPrefix(p.ContentType, "text/markdown")
	if isText || front.MatchString(body) {
		p, _ = b.plainText(p, ending, body, isText)
	}
	doc, base, err := html.Parse(p, s)
	if err != nil {
		if len(b.doc.Lines) > 0 {
			return b.finish(), nil
		}
		return nil, err
	}
	b.doc.Base = base
	b.names(doc)
	w := walker{builder: b}
	if body := doc.Find("body"); body.Length() > 0 {
		w.walk(body.Get(0))
	}
	return b.finish(), nil
}

// plainText reads what stands before a text as data, and returns the rest as a page
// of Markdown where it is one.
func (b *builder) plainText(
	p extract.Page,
	ending, body string,
	isText bool,
) (extract.Page, string) {
	if m := front.FindStringSubmatch(body); m != nil {
		body = body[len(m[0]):]
		matter := m[1]
		if matter == "" {
			matter = toml.ReplaceAllString(m[2], "$1: ")
		}
		n, err := fromYAML(matter)
		if err != nil || !n.isMap {
			n = pairs(matter)
		}
		b.data(n, "front", 0)
		b.doc.Title = titleIn(n)
	}
	if strings.HasPrefix(ending, ".a") {
		body = asciidoc.ReplaceAllStringFunc(
			body,
			func(s string) string { return strings.ReplaceAll(s, "=", "#") },
		)
	}
	if isText {
		body = ordinary(body)
		p.URL = strings.TrimSuffix(p.URL, ending) + ".md"
		p.ContentType = "text/markdown; charset=utf-8"
	} else {
		p.ContentType = "text/html; charset=utf-8"
	}
	p.Body = []byte(body)
	return p, body
}

// pairs reads lines of a key and a value each.
func pairs(s string) node {
	n := node{isMap: true}
	for line := range strings.Lines(s) {
		if m := pair.FindStringSubmatch(line); m != nil {
			n.keys, n.kids = append(n.keys, m[1]), append(n.kids, node{scalar: m[2]})
		}
	}
	return n
}

func titleIn(n node) string {
	for i, k := range n.keys {
		if k == "title" {
			return n.kids[i].scalar
		}
	}
	return ""
}

// names finds what a page calls itself.
func (b *builder) names(doc *goquery.Document) {
	d := b.doc
	og := doc.Find(`meta[property="og:title"]`).AttrOr("content", "")
	title := text.Line(doc.Find("title").First().Text(), 300)
	d.Site = text.Line(doc.Find(`meta[property="og:site_name"]`).AttrOr("content", ""), 100)
	for _, t := range []string{og, title} {
		if d.Title == "" {
			d.Title = text.Line(t, 300)
		}
	}
	d.Head = text.Line(doc.Find("h1").First().Text(), 300)
}
