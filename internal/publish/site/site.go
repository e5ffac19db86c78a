// Package site writes the pages for people. Every outside text is text in them:
// nothing but this room's own templates is markup. Equal input gives equal bytes.
package site

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"

	"koyomi/internal/publish"
)

// ContentType is that of a page.
const ContentType = "text/html; charset=utf-8"

//go:embed *.html style.css
var files embed.FS

var templates = template.Must(template.ParseFS(files, "*.html"))

// Style gives the stylesheet of all pages.
func Style() []byte {
	b, err := files.ReadFile("style.css")
	if err != nil {
		panic(err) // it is part of the program
	}
	return b
}

// A Base is what every page shows.
type Base struct {
	// Lang is Japanese or English; Other is the address of the page in the other.
	// Chosen is set where the reader chose it in the address: links then keep it.
	Lang, Other string
	Chosen      bool
	Calendar    publish.Calendar
	// PublicURL is the site's address without a path.
	PublicURL string
	Contact   string
	Version   string
}

// W gives the texts in the page's language.
func (b Base) W() words { return languages[b.Lang] }

// Keep gives what follows the path of a link within the site, so that it leads to
// a page in the language chosen.
func (b Base) Keep() string {
	if b.Chosen {
		return "?lang=" + b.Lang
	}
	return ""
}

// ContactURL gives a link to the operator, "" where the contact is none.
func (b Base) ContactURL() string {
	switch {
	case strings.HasPrefix(b.Contact, "https://"), strings.HasPrefix(b.Contact, "http://"), strings.HasPrefix(b.Contact, "mailto:"):
		return b.Contact
	case strings.Contains(b.Contact, "@"):
		return "mailto:" + b.Contact
	}
	return ""
}

// RenderBot writes the page on who comes to other people's sites.
func RenderBot(b Base) ([]byte, error) { return render("bot.html", b) }

// message is a page that only says something.
type message struct {
	Base
	Status         int
	Heading, Words string
}

// Message writes a page that says why there is none.
func Message(b Base, status int, detail string) ([]byte, error) {
	m := message{Base: b, Status: status, Heading: b.W().Trouble, Words: detail}
	if status == 404 {
		m.Heading = b.W().NotFound
	}
	return render("message.html", m)
}

func render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return b.Bytes(), nil
}
