package html

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"koyomi/internal/text"
)

// either matches what one of two selectors matches; the second may be nil.
type either [2]cascadia.Selector

// Match, MatchAll and Filter make either a goquery.Matcher.
func (e either) Match(n *html.Node) bool {
	if e[1] != nil && e[1].Match(n) {
		return true
	}
	return e[0].Match(n)
}

// MatchAll returns all that match, in document order.
func (e either) MatchAll(root *html.Node) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && e.Match(n) {
			out = append(out, n)
		}
	}
	return out
}

// Filter keeps those that match.
func (e either) Filter(nodes []*html.Node) []*html.Node {
	return slices.DeleteFunc(
		slices.Clone(nodes),
		func(n *html.Node) bool { return !e.Match(n) },
	)
}

// pageText returns the text of the parts of a page that are read.
func pageText(within *goquery.Selection) string {
	var parts []string
	for _, e := range within.EachIter() {
		parts = append(parts, text.FromNode(bodyOf(e)))
	}
	return strings.Join(parts, "\n")
}

// bodyOf returns the body in an element, else the element itself.
func bodyOf(e *goquery.Selection) *html.Node {
	if b := e.Find("body"); b.Length() > 0 {
		return b.Get(0)
	}
	return e.Get(0)
}

// pageTitle returns the title of a page: its first heading, og:title, title.
func pageTitle(doc *goquery.Document) string {
	for _, get := range []func() string{
		func() string { return headline(own(doc)) },
		func() string { return doc.Find(`meta[property="og:title"]`).AttrOr("content", "") },
		func() string { return doc.Find("title").First().Text() },
		func() string { return headline(doc.Find("h2")) },
	} {
		if t := named(text.Line(get(), 300)); t != "" {
			return t
		}
	}
	return ""
}

// own returns the first headings of a page, without those that only name its site:
// the last part of the title, where its first part is a heading as well.
func own(doc *goquery.Document) *goquery.Selection {
	all := doc.Find("h1")
	name, site := titleParts(doc)
	heading := text.Fold(all.First().Text())
	isOfSite := heading != name && slices.Contains(site, heading)
	if !isOfSite {
		return all
	}
	here := doc.Find("h1, h2, h3").FilterFunction(func(_ int, h *goquery.Selection) bool {
		return text.Fold(strings.TrimRight(text.Line(h.Text(), 300), "¶†# ")) == name
	})
	if here.Length() == 0 {
		return all
	}
	return here
}

// titleParts returns what a title names first, and what behind its bars, folded.
func titleParts(doc *goquery.Document) (name string, site []string) {
	title := text.Line(doc.Find("title").First().Text(), 300)
	parts := strings.Split(titleBars.ReplaceAllString(title, "\n"), "\n")
	for i := range parts {
		parts[i] = text.Fold(parts[i])
	}
	return parts[0], parts[1:]
}

// titleBars part the name of a page from that of its site.
var titleBars = text.NewPattern(`\s*[|｜]\s*|\s+(?:-|–|—|::|»)\s+`)

// minName is how many characters a title has at least before a bar.
const minName = 4

// named takes off a title what sites add to it: decoration, and what follows a bar.
func named(title string) string {
	for _, bar := range []string{" | ", "｜", " ｜ "} {
		first, _, _ := strings.Cut(title, bar)
		if utf8.RuneCountInString(first) >= minName {
			title = first
		}
	}
	title = mailed.ReplaceAllString(title, "")
	return text.Line(strings.Trim(title, " -–—|~〜*■●◆★☆¶†"), 200)
}

// mailed is what mailing lists put before a subject: [announce 123], [users:04567].
var mailed = text.NewPattern(`^(?:(?i:re|fwd?): ?)*\[[A-Za-z][\w.-]* ?[ :#,] ?\d{2,6}\] ?`)

// headline returns the text of the first heading that has any, or its image's.
func headline(h *goquery.Selection) string {
	for _, n := range h.EachIter() {
		if t, _ := struck(text.FromNode(n.Get(0))); text.Line(t, 0) != "" {
			return t
		}
		if alt := n.Find("img[alt]").AttrOr("alt", ""); alt != "" {
			return alt
		}
	}
	return ""
}

// titleElements are the elements that most likely hold the title of an item.
var titleElements = []string{"h1, h2, h3, h4, h5", "a[href]", "strong, b", "dd"}

// guessTitle returns the title of an item whose settings name none: its heading,
// else its link, else its first line without a date.
func guessTitle(e *goquery.Selection) string {
	for _, sel := range titleElements {
		if t := text.Line(text.FromHTML(e.Find(sel).First().Text()), 200); t != "" {
			return t
		}
	}
	for line := range strings.SplitSeq(text.FromNode(e.Get(0)), "\n") {
		if t := text.Line(line, 200); t != "" {
			return t
		}
	}
	return ""
}

// months finds the month of a heading such as 6月の予定.
var months = text.NewPattern(`(?:^|[^0-9])(1[0-2]|[1-9])月`)

func monthIn(s string) time.Month {
	n, _ := strconv.Atoi(append(months.FindStringSubmatch(text.Fold(s)), "", "")[1])
	return time.Month(n)
}
