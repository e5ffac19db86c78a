// Package site writes the pages for people. Every outside text is text in them:
// only this package's own templates are markup. Equal input returns equal bytes.
package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"sync"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
)

// ContentType is that of a page.
const ContentType = "text/html; charset=utf-8"

//go:embed *.html style.css script.js icon.svg embed.css embed.js
var files embed.FS

// templates are parsed when the first page is written.
var templates = sync.OnceValue(
	func() *template.Template { return template.Must(template.ParseFS(files, "*.html")) },
)

// Style returns the stylesheet of all pages, Script the little that they do by
// themselves.
func Style() []byte { return file("style.css") }

// Script returns the script of the pages: none of them needs it.
func Script() []byte { return file("script.js") }

// WidgetStyle returns the stylesheet of what other sites show in frames, Element the
// script of the element that they may show instead.
func WidgetStyle() []byte { return file("embed.css") }

// Element returns the script that defines <koyomi-events>.
func Element() []byte { return file("embed.js") }

// Icon returns the picture that browsers show beside a page's name, as SVG.
func Icon() []byte { return file("icon.svg") }

func file(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return b
}

// styleVersion and scriptVersion change with their files, so that no page meets an
// old one.
var (
	styleVersion  = sync.OnceValue(func() string { return Version(Style()) })
	scriptVersion = sync.OnceValue(func() string { return Version(Script()) })
	widgetVersion = sync.OnceValue(func() string { return Version(WidgetStyle()) })
)

// Version names the bytes of a file, for the address by which pages ask for it.
func Version(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:4])
}

// A Base is what every page shows.
type Base struct {
	// Lang is Japanese or English. Chosen is set where the reader chose it in the
	// address: links then keep it.
	Lang   string
	Chosen bool
	// Path is the page's own path in the site, Params the parameters of its
	// address except the language.
	Path     string
	Params   url.Values
	Calendar publish.Calendar
	// PublicURL is the site's address; its path, if it has one, goes before all
	// links.
	PublicURL string
	// Static is set for files: they take no parameters, a language has a folder of
	// its own, and pages end in .html.
	Static bool
	// Covered is set where there is a page of what is known and not seen.
	Covered bool
	Contact string
	Version string
	// Ask is the query whose calendar the page offers, "" for that of its address.
	Ask string
}

// W returns the texts in the page's language.
func (b Base) W() words { return languages[b.Lang] }

// Link returns the address of a page of the site, in the language chosen, with
// parameters as pairs of name and value; empty values are left out.
func (b Base) Link(path string, pairs ...string) string {
	return b.link(b.Lang, b.Chosen, path, pairs...)
}

func (b Base) link(lang string, chosen bool, path string, pairs ...string) string {
	if b.Static {
		return b.root() + staticPath(lang, path)
	}
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if chosen {
		v.Set("lang", lang)
	}
	if len(v) > 0 {
		path += "?" + v.Encode()
	}
	return b.root() + path
}

// staticPath returns the path of the file of a page.
func staticPath(lang, path string) string {
	if lang == English {
		path = "/en" + path
	}
	if strings.HasSuffix(path, "/") {
		return path
	}
	return path + ".html"
}

// File returns the address of a document that is the same in all languages.
func (b Base) File(path string) string { return b.root() + path }

// StyleURL returns the address of the stylesheet.
func (b Base) StyleURL() string { return b.root() + "/style.css?v=" + styleVersion() }

// ScriptURL returns the address of the script.
func (b Base) ScriptURL() string { return b.root() + "/script.js?v=" + scriptVersion() }

// root returns the path that the site lives under, "" for none.
func (b Base) root() string {
	_, rest, _ := strings.Cut(b.PublicURL, "://")
	_, path, ok := strings.Cut(rest, "/")
	if path = strings.Trim(path, "/"); !ok || path == "" {
		return ""
	}
	return "/" + path
}

// Other returns the address of the page in the other language.
func (b Base) Other() string {
	return b.link(b.W().OtherName, true, b.Path, b.pairs()...)
}

// At reports whether the page is the one at path, or beneath it where path ends
// in "/".
func (b Base) At(path string) bool {
	folder := len(path) > 1 && strings.HasSuffix(path, "/")
	return b.Path == path || folder && strings.HasPrefix(b.Path, path)
}

// FollowLink leads to the page on which the calendar of what the page shows is had.
func (b Base) FollowLink() string {
	q := b.Ask
	if q == "" && b.Params != nil {
		q = b.Params.Get("q")
	}
	return b.Link("/calendar", "q", q)
}

// CommunityLink returns the page of a community, "" for none.
func (b Base) CommunityLink(id string) string {
	if b.Calendar.Names[id] == "" {
		return ""
	}
	return b.Link("/communities/" + id)
}

// EventLink returns the page of an event.
func (b Base) EventLink(e event.Event) string { return b.Link("/events/" + e.ID()) }

// ContactURL returns a link to the operator, "" where the contact is none.
func (b Base) ContactURL() string {
	switch {
	case strings.HasPrefix(b.Contact, "https://"),
		strings.HasPrefix(b.Contact, "http://"),
		strings.HasPrefix(b.Contact, "mailto:"):
		return b.Contact
	case strings.Contains(b.Contact, "@"):
		return "mailto:" + b.Contact
	}
	return ""
}

// RenderBot writes the page on who comes to other people's sites.
func RenderBot(b Base) ([]byte, error) { return render("bot.html", bot{b}) }

// message is a page that only says something.
type message struct {
	Base
	Status int
	// Told says it in the page's language, Words in English, exactly; one of them
	// is "".
	Heading, Told, Words string
}

// statusWords are what each status means to a reader of Japanese; English pages show
// the detail itself.
var statusWords = map[int]string{
	400: "このアドレスの書き方に、読み取れないところがあります。",
	404: "お探しのページはありません。アドレスが変わったか、まだ載っていないのかもしれません。",
	405: "このアドレスは読むだけのものです。",
	413: "送られた内容が大きすぎます。",
	414: "アドレスが長すぎます。",
	503: "いまは読み出せません。少し待ってから、もう一度お試しください。",
}

// Message writes a page that says why there is none; wrong is the query that is to
// blame, nil for none.
func Message(b Base, status int, detail string, wrong *query.Error) ([]byte, error) {
	m := message{
		Base:    b,
		Status:  status,
		Heading: b.W().Trouble,
		Words:   detail,
	}
	switch {
	case wrong != nil:
		m.Told, m.Words = b.W().Wrong+" "+QueryProblem(b.Lang, wrong), ""
	case b.Lang == Japanese:
		m.Told = joined([]string{statusWords[status], problemInJapanese(detail)}, " ")
		m.Words = ""
	}
	if status == 404 {
		m.Heading = b.W().NotFound
	}
	return render("message.html", m)
}

func render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return b.Bytes(), nil
}
