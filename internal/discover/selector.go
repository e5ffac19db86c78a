package discover

import (
	"fmt"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// maxPath is how many steps a selector has at most.
const maxPath = 6

// itemSelector returns the shortest selector that finds all of the wanted elements,
// and of others only those of their shape; "" where there is none.
func (d *document) itemSelector(shape, wanted []*html.Node) string {
	n := wanted[0]
	id := ""
	for up := n.Parent; up != nil && id == ""; up = up.Parent {
		if i := attr(up, "id"); plainClass.MatchString(i) && len(i) < 60 {
			id = "#" + i + " "
		}
	}
	var options []string
	path := simple(n)
	if len(classes(n)) > 0 {
		options = append(options, "."+strings.Join(classes(n), "."), path)
	}
	if id != "" {
		options = append(options, id+path)
	}
	if len(classes(n)) == 0 {
		options = append(options, path)
	}
	for up, steps := n.Parent, 1; up != nil && up.Type == html.ElementNode && up.Data != "html" && steps < maxPath; up, steps = up.Parent, steps+1 {
		path = simple(up) + " > " + path
		options = append(options, path)
		if attr(up, "id") != "" && id != "" {
			options = append(options, id+strings.TrimPrefix(path, simple(up)+" "))
		}
	}
	within := map[*html.Node]bool{}
	for _, e := range shape {
		within[e] = true
	}
	for _, o := range options {
		if d.fits(o, wanted, within) {
			return o
		}
	}
	return ""
}

// fits reports whether a selector finds the wanted elements and nothing foreign.
func (d *document) fits(
	selector string,
	wanted []*html.Node,
	within map[*html.Node]bool,
) bool {
	m, err := cascadia.Compile(selector)
	if err != nil {
		return false
	}
	found := m.MatchAll(d.doc.Get(0))
	if len(found) > 4*len(within)+8 {
		return false
	}
	for _, e := range found {
		if !within[e] && len(within) < maxMembers {
			return false
		}
	}
	return !slices.ContainsFunc(
		wanted,
		func(e *html.Node) bool { return !slices.Contains(found, e) },
	)
}

// simple returns the selector of an element by its name and classes.
func simple(n *html.Node) string {
	if c := classes(n); len(c) > 0 {
		return n.Data + "." + strings.Join(c, ".")
	}
	return n.Data
}

// inside returns the ways to name an element within its item, shortest first.
func inside(item, n *html.Node) []string {
	var options []string
	if c := classes(n); len(c) > 0 {
		options = append(options, "."+strings.Join(c, "."))
	}
	options = append(options, simple(n))
	if len(classes(n)) == 0 {
		options = append(options, nth(n))
	}
	path := nth(n)
	for up := n.Parent; up != nil && up != item && strings.Count(path, ">") < maxPath; up = up.Parent {
		options = append(options, simple(up)+" > "+simple(n))
		path = nth(up) + " > " + path
	}
	return append(options, path)
}

// nth names an element without classes by its place among its like.
func nth(n *html.Node) string {
	if len(classes(n)) > 0 {
		return simple(n)
	}
	i := 1
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Type == html.ElementNode && p.Data == n.Data {
			i++
		}
	}
	return fmt.Sprintf("%s:nth-of-type(%d)", n.Data, i)
}
