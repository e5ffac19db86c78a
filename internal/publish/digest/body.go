package digest

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// A Body is a digest as it is written, except for the one thing that differs between
// readers of a sort: the ways to leave and to the reader's own page.
type Body struct {
	Subject string
	// Lang is the language it is written in, Leave the word for the way out, Own that for
	// the reader's own page.
	Lang, Leave, Own string
	// Text and HTML are the parts before, between and after the two places at which
	// a reader's own ways stand.
	Text, HTML [3]string
}

// Make returns what a sort of reader is told, written; as many events as fit the
// size. The digest comes along; where it is empty nothing is written.
func (p *Planner) Make(r Reader) (Digest, Body, error) {
	d, b, err := p.makeUpTo(r, Most)
	for most := Most * 3 / 4; err == nil && b.size() > MaxBytes && most >= 1; most = most * 3 / 4 {
		d, b, err = p.makeUpTo(r, most)
	}
	return d, b, err
}

func (p *Planner) makeUpTo(r Reader, most int) (Digest, Body, error) {
	d, err := p.upTo(r, most)
	if err != nil || d.Empty() {
		return d, Body{}, err
	}
	b, err := d.Render()
	return d, b, err
}

// Render writes d.
func (d Digest) Render() (Body, error) {
	b := Body{
		Subject: d.Subject(),
		Lang:    d.Reader.Lang,
		Leave:   languages[d.Reader.Lang].leave,
		Own:     languages[d.Reader.Lang].own,
		Text:    d.text(),
	}
	var err error
	if b.HTML, err = d.html(b.Subject); err != nil {
		return b, fmt.Errorf("write the digest of %s: %w", d.Reader.Date, err)
	}
	return b, nil
}

func (b Body) size() int {
	n := 0
	for i := range b.Text {
		n += len(b.Text[i]) + len(b.HTML[i])
	}
	return n
}

// For returns both parts for a reader whose own way to leave and whose page are
// addresses; one of "" is left out. Lines end in LF.
func (b Body) For(leave, own string) (text, page string) {
	var ways []Line
	if b.Own != "" && own != "" {
		ways = append(ways, Line{Label: b.Own, Now: own})
	}
	ways = append(ways, Line{Label: b.Leave, Now: leave})
	return strings.Join(b.Text[:], linked(ways, Line.link, "\n")),
		strings.Join(b.HTML[:], linked(ways, Line.anchor, " · "))
}

// Page returns the HTML part as a page of its own, with more in its head and other ways in
// the place of those of a reader: there it is not an article beside others but all there is.
func (b Body) Page(head template.HTML, ways ...Line) string {
	page := strings.Join(b.HTML[:], linked(ways, Line.anchor, " · "))
	page = strings.Replace(page, `role="article"`, `role="main"`, 1)
	return strings.Replace(page, "</head>", string(head)+"</head>", 1)
}

func linked(ways []Line, write func(Line) string, between string) string {
	var all []string
	for _, w := range ways {
		all = append(all, write(w))
	}
	return strings.Join(all, between)
}

// link writes a way as text, anchor as HTML.
func (l Line) link() string { return l.Label + " " + l.Now }

func (l Line) anchor() string {
	return `<a href="` + html.EscapeString(
		l.Now,
	) + `">` + html.EscapeString(
		l.Label,
	) + `</a>`
}
