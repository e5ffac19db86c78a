package digest

import (
	"fmt"
	"html"
	"strings"
)

// A Body is a digest as it is written, except for the one thing that differs between
// readers of a sort: the way to leave.
type Body struct {
	Subject string
	// Lang is the language it is written in, Leave the word for the way out.
	Lang, Leave string
	// Text and HTML are the parts before, between and after the two places at which
	// a reader's own way to leave stands.
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

// For returns both parts for a reader whose own way to leave is an address. Lines
// end in LF.
func (b Body) For(leave string) (text, page string) {
	escaped := html.EscapeString(leave)
	return strings.Join(b.Text[:], b.Leave+" "+leave),
		strings.Join(b.HTML[:], `<a href="`+escaped+`">`+html.EscapeString(b.Leave)+`</a>`)
}
