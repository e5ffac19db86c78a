package html

import (
	"html"
	"net/url"
	"path"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	render "github.com/yuin/goldmark/renderer/html"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// markdown renders Markdown with tables, lists of terms and struck-out text; HTML in
// it stays what it is, for it is only read.
var markdown = goldmark.New(
	goldmark.WithExtensions(
		extension.Table,
		extension.Strikethrough,
		extension.DefinitionList,
	),
	goldmark.WithRendererOptions(render.WithUnsafe()),
)

// markdownEndings are the endings of the names of Markdown documents.
var markdownEndings = []string{".md", ".markdown", ".mkd", ".mdown"}

// isMarkdown reports whether a document is Markdown, by its type or its name.
func isMarkdown(p extract.Page, body string) bool {
	if extract.LooksLikeHTML(body) {
		return false
	}
	if strings.HasPrefix(strings.ToLower(p.ContentType), "text/markdown") {
		return true
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		return false
	}
	ending := strings.ToLower(path.Ext(u.Path))
	for _, e := range markdownEndings {
		if ending == e {
			return true
		}
	}
	return false
}

var (
	// frontMatter is what stands before a document between two lines of marks.
	frontMatter = text.NewPattern(
		`(?s)^\s*(?:---\r?\n(.*?)\n---|\+\+\+\r?\n(.*?)\n\+\+\+)[ \t]*(?:\r?\n|$)`,
	)
	// frontTitle is the title in it.
	frontTitle = text.NewPattern(`(?m)^title\s*[:=]\s*["']?(.*?)["']?\s*$`)
)

// rendered returns a Markdown document as a page. Of its front matter the title
// stays; the rest is for programs.
func rendered(body string) string {
	title := ""
	if m := frontMatter.FindStringSubmatch(body); m != nil {
		title = append(frontTitle.FindStringSubmatch(m[1]+m[2]), "", "")[1]
		body = body[len(m[0]):]
	}
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><title>" + html.EscapeString(title) + "</title><body>")
	if title != "" {
		b.WriteString("<h1>" + html.EscapeString(title) + "</h1>")
	}
	if err := markdown.Convert([]byte(body), &b); err != nil {
		b.WriteString(html.EscapeString(body))
	}
	return b.String()
}
