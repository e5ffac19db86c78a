package json

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// maxPages is how many pages a list may have where the source does not say.
const maxPages = 50

// first returns the requests for the first page of each list.
func (r *reader) first() []extract.Request {
	all := extract.Requests(r.visit)
	for i := range all {
		if r.set.Post != "" {
			all[i].Method = "POST"
			all[i].Body = []byte(extract.Expand(r.set.Post, r.visit.Source, r.visit.At))
		}
		if p := r.paging; p != nil && p.By != "next" {
			all[i].URL = withParam(all[i].URL, p.Param, r.start())
		}
	}
	return all
}

// start is the first number of a page or item.
func (r *reader) start() int {
	if r.paging.By == "page" {
		return max(r.paging.Start, 1)
	}
	return r.paging.Start
}

// A chain is a list being followed from page to page.
type chain struct {
	req    extract.Request
	n      int
	seen   map[string]bool
	before []any
}

// damage is what is wrong with the page that the chain has come to.
func (c *chain) damage(reason string) error {
	return &extract.Damage{
		URL:    c.req.URL,
		Place:  fmt.Sprintf("page %d", c.n),
		Reason: reason,
	}
}

// follow goes from page to page of one list, handing each page's items to each. It
// returns the request of the page that is still missing, nil at the end of the list.
func (r *reader) follow(
	req extract.Request,
	each func(extract.Page, []any) error,
) (*extract.Request, error) {
	c := chain{req: req, seen: map[string]bool{}}
	for {
		if err := c.step(r.most()); err != nil {
			return nil, err
		}
		page, ok := r.visit.Page(c.req.URL)
		if !ok {
			return &c.req, nil
		}
		next, err := r.turn(&c, page, each)
		if err != nil || next == "" {
			return nil, err
		}
		c.req.URL = next
	}
}

// turn hands over the items of one page, and returns the address of the next one,
// "" at the end.
func (r *reader) turn(
	c *chain,
	page extract.Page,
	each func(extract.Page, []any) error,
) (string, error) {
	answer, items, err := r.open(page)
	if err != nil {
		return "", err
	}
	if len(items) > 0 && reflect.DeepEqual(items, c.before) {
		return "", c.damage(
			"it repeats the page before it; the host takes no notice of the page's number",
		)
	}
	c.before = items
	if r.paging == nil {
		return "", each(page, items) // the items alone are kept while they are read
	}
	if err := each(page, items); err != nil {
		return "", err
	}
	return r.after(c, page, answer, items)
}

// step counts the next page of the list.
func (c *chain) step(most int) error {
	c.n++
	if c.seen[c.req.URL] {
		return c.damage("the list leads back to a page it has passed")
	}
	c.seen[c.req.URL] = true
	if c.n > most {
		return &extract.Damage{
			URL: c.req.URL,
			Reason: fmt.Sprintf(
				"the list goes on after %d pages; paging.max allows more",
				most,
			),
		}
	}
	return nil
}

// most is how many pages a list may have.
func (r *reader) most() int {
	if r.paging == nil {
		return 1
	}
	return cmp.Or(max(r.paging.Max, 0), maxPages)
}

// decoder returns what reads an answer: JSON, or XML; nil for a page for people.
func decoder(body string) func(string) (any, error) {
	start := strings.ToLower(strings.TrimSpace(body[:min(len(body), 512)]))
	isXML := strings.HasPrefix(start, "<?xml") && !strings.Contains(start, "<html")
	switch {
	case isXML:
		return decodeXML
	case strings.HasPrefix(start, "<"):
		return nil
	}
	return decode
}

// open reads a page into its value and items.
func (r *reader) open(p extract.Page) (answer any, items []any, err error) {
	body, err := extract.Decode(p, r.visit.Source, extract.MaxDocument)
	if err != nil {
		return nil, nil, err
	}
	read := decoder(body)
	if read == nil {
		return nil, nil, &extract.Damage{
			URL:    p.URL,
			Reason: "a page for people in place of JSON",
		}
	}
	if answer, err = read(body); err == nil {
		items, err = r.itemsOf(answer)
	}
	if err != nil {
		return nil, nil, &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	return answer, items, nil
}

// itemsOf finds the items in an answer.
func (r *reader) itemsOf(answer any) ([]any, error) {
	if found, ok := microformats(answer); ok && r.items.text == guessItems {
		return found, nil
	}
	items, err := r.items.run(answer)
	if err != nil {
		return nil, fmt.Errorf(
			"not the shape that is expected: %w; found %s",
			err,
			shape(answer),
		)
	}
	if len(items) == 1 && items[0] == nil {
		return nil, errors.New("items: nothing there; found " + shape(answer))
	}
	if reason := r.missed(answer, len(items)); reason != "" {
		return nil, errors.New(reason)
	}
	return items, nil
}

// shape names what an answer is, for people.
func shape(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		names = names[:min(len(names), 8)]
		for i := range names {
			names[i] = strconv.Quote(text.Line(names[i], 40))
		}
		return "an object of " + strings.Join(names, ", ")
	}
	return fmt.Sprintf("%.80v", v)
}

// after returns the address of the page that follows, "" at the end.
func (r *reader) after(c *chain, p extract.Page, answer any, items []any) (string, error) {
	switch r.paging.By {
	case "next":
		return r.nextLink(p, answer)
	case "offset", "page":
		return r.numbered(c, p, answer, items)
	}
	return "", fmt.Errorf(
		"json.paging.by: no way of paging %q (use %s)",
		r.paging.By,
		strings.Join(ways, ", "),
	)
}

// numbered returns the address of the next page by its number, or by that of its
// first item; items is how many this page holds.
func (r *reader) numbered(
	c *chain,
	p extract.Page,
	answer any,
	all []any,
) (string, error) {
	items := len(all)
	if items == 0 {
		return "", nil
	}
	last, err := r.last(answer)
	if err != nil {
		return "", &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	step := r.step(items)
	at := r.start() + c.n*step
	isFull := items >= step || r.paging.By != "offset"
	goesOn := last < 0 && isFull || at <= last
	if !goesOn || r.reachesBack(all) {
		return "", nil
	}
	return withParam(c.req.URL, r.paging.Param, at), nil
}

// reachesBack reports whether a list of the latest changes has come to one from before
// what is asked for: all that follows is older.
func (r *reader) reachesBack(items []any) bool {
	since := r.visit.Since
	last, ok := items[len(items)-1].(map[string]any)
	if since.IsZero() || !ok {
		return false
	}
	words, err := firstOf(r.fields["updated"], last)
	if err != nil || len(words) == 0 {
		return false
	}
	at := extract.Published(words[0], r.visit.Source.TimeZone())
	return !at.IsZero() && at.Before(since)
}

// step is by how much the number grows from page to page.
func (r *reader) step(items int) int {
	if r.paging.By != "offset" {
		items = 1
	}
	return cmp.Or(max(r.paging.Step, 0), items)
}

// last is the number of the last page or item, −1 where the answer does not say.
func (r *reader) last(answer any) (int, error) {
	if r.total == nil {
		return -1, nil
	}
	total, err := r.count(answer)
	if r.start() == 0 {
		total--
	}
	return max(total, 0), err
}

func (r *reader) count(answer any) (int, error) {
	found, err := r.total.run(answer)
	if err != nil {
		return 0, err
	}
	w := append(words(found), "")
	n, err := strconv.ParseFloat(w[0], 64)
	if err != nil {
		return 0, fmt.Errorf("paging.total: %s holds no number", r.total.text)
	}
	return int(n), nil
}

// nextLink returns the address that the page itself names; it must lie on the same
// host, for the source's headers go with it.
func (r *reader) nextLink(p extract.Page, answer any) (string, error) {
	found, err := r.next.run(answer)
	if err != nil {
		return "", &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	link := append(words(found), "")[0]
	if link == "" || link == "false" {
		return "", nil
	}
	next, host, err := resolve(p.URL, link)
	if err != nil {
		return "", &extract.Damage{
			URL:    p.URL,
			Reason: fmt.Sprintf("paging.next: %.100q is not an address", link),
		}
	}
	if !strings.EqualFold(next.Host, host) {
		return "", &extract.Damage{
			URL:    p.URL,
			Reason: fmt.Sprintf("paging.next leads to another host, %s", next.Host),
		}
	}
	return next.String(), nil
}

// resolve makes a link an address, and returns the host of its page.
func resolve(page, link string) (next *url.URL, host string, err error) {
	base, err := url.Parse(page)
	if err != nil {
		return nil, "", err
	}
	next, err = base.Parse(link)
	return next, base.Host, err
}

// withParam sets one parameter of an address and leaves the others as they are.
func withParam(address, name string, n int) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	var kept []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if k, _, _ := strings.Cut(part, "="); part != "" && k != url.QueryEscape(name) {
			kept = append(kept, part)
		}
	}
	u.RawQuery = strings.Join(append(kept, url.QueryEscape(name)+"="+strconv.Itoa(n)), "&")
	return u.String()
}
