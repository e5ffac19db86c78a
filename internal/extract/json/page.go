package json

import (
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

// first gives the requests for the first page of each list.
func (r *reader) first() []extract.Request {
	reqs := extract.Requests(r.visit)
	for i := range reqs {
		if r.set.Post != "" {
			reqs[i].Method = "POST"
			reqs[i].Body = []byte(extract.Expand(r.set.Post, r.visit.Source, r.visit.At))
		}
		if p := r.paging; p != nil && p.By != "next" {
			reqs[i].URL = withParam(reqs[i].URL, p.Param, r.start())
		}
	}
	return reqs
}

func (r *reader) start() int {
	if r.paging.Start == 0 && r.paging.By == "page" {
		return 1
	}
	return r.paging.Start
}

// follow goes from page to page of one list, handing each page's items to each
// (nil takes none). It gives the request of the page that is still missing, nil
// at the end of the list.
func (r *reader) follow(req extract.Request, each func(extract.Page, []any) error) (*extract.Request, error) {
	seen := map[string]bool{}
	var before []any
	for n := 1; ; n++ {
		if seen[req.URL] {
			return nil, &extract.Damage{URL: req.URL, Place: fmt.Sprintf("page %d", n), Reason: "the list leads back to a page it has passed"}
		}
		seen[req.URL] = true
		if most := r.most(); n > most {
			return nil, &extract.Damage{URL: req.URL, Reason: fmt.Sprintf("the list goes on after %d pages; paging.max allows more", most)}
		}
		page, ok := r.visit.Page(req.URL)
		if !ok {
			return &req, nil
		}
		answer, items, err := r.open(page)
		if err != nil {
			return nil, err
		}
		if len(items) > 0 && reflect.DeepEqual(items, before) {
			return nil, &extract.Damage{URL: req.URL, Place: fmt.Sprintf("page %d", n), Reason: "it repeats the page before it; the host takes no notice of the page's number"}
		}
		if r.paging == nil {
			answer = nil // the items alone are read on
		}
		if each != nil {
			if err := each(page, items); err != nil {
				return nil, err
			}
		}
		next, err := r.after(req, page, answer, items, n)
		if err != nil || next == "" {
			return nil, err
		}
		req.URL, before = next, items
	}
}

func (r *reader) most() int {
	switch {
	case r.paging == nil:
		return 1
	case r.paging.Max > 0:
		return r.paging.Max
	}
	return maxPages
}

// open reads a page into its value and items.
func (r *reader) open(p extract.Page) (answer any, items []any, err error) {
	body, err := extract.Decode(p, r.visit.Source, extract.MaxDocument)
	if err != nil {
		return nil, nil, err
	}
	read := decode
	switch start := strings.TrimSpace(body[:min(len(body), 512)]); {
	case strings.HasPrefix(start, "<?xml") && !strings.Contains(strings.ToLower(start), "<html"):
		read = decodeXML
	case strings.HasPrefix(start, "<"):
		return nil, nil, &extract.Damage{URL: p.URL, Reason: "a page for people in place of JSON"}
	}
	if answer, err = read(body); err != nil {
		return nil, nil, &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	if found, ok := microformats(answer); ok && r.items.text == guessItems {
		return answer, found, nil
	}
	if items, err = r.items.run(answer); err != nil {
		return nil, nil, &extract.Damage{URL: p.URL, Reason: "not the shape that is expected: " + err.Error() + "; found " + shape(answer)}
	}
	if len(items) == 1 && items[0] == nil {
		return nil, nil, &extract.Damage{URL: p.URL, Reason: "items: nothing there; found " + shape(answer)}
	}
	return answer, items, nil
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

// after gives the address of the page that follows the n-th, "" at the end.
func (r *reader) after(req extract.Request, p extract.Page, answer any, items []any, n int) (string, error) {
	if r.paging == nil {
		return "", nil
	}
	switch r.paging.By {
	case "next":
		return r.nextLink(p, answer)
	case "offset", "page":
	default:
		return "", fmt.Errorf("json.paging.by: %q; offset, page or next would be right", r.paging.By)
	}
	step := r.paging.Step
	if step < 1 {
		step = 1
		if r.paging.By == "offset" {
			step = max(1, len(items))
		}
	}
	at := r.start() + n*step
	if len(items) == 0 {
		return "", nil
	}
	if r.total != nil {
		total, err := r.count(answer)
		if err != nil {
			return "", &extract.Damage{URL: p.URL, Reason: err.Error()}
		}
		last := total
		if r.start() == 0 {
			last--
		}
		if at > last {
			return "", nil
		}
	} else if r.paging.By == "offset" && len(items) < step {
		return "", nil
	}
	return withParam(req.URL, r.paging.Param, at), nil
}

func (r *reader) count(answer any) (int, error) {
	found, err := r.total.run(answer)
	if err != nil {
		return 0, err
	}
	if len(found) > 0 {
		switch v := found[0].(type) {
		case int:
			return v, nil
		case float64:
			return int(v), nil
		case string:
			if n, err := strconv.Atoi(v); err == nil {
				return n, nil
			}
		}
	}
	return 0, fmt.Errorf("paging.total: %s holds no number", r.total.text)
}

// nextLink gives the address that the page itself names; it must lie on the same
// host, for the source's headers go with it.
func (r *reader) nextLink(p extract.Page, answer any) (string, error) {
	found, err := r.next.run(answer)
	if err != nil {
		return "", &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	link := ""
	if w := words(found); len(w) > 0 {
		link = w[0]
	}
	if link == "" || link == "false" {
		return "", nil
	}
	base, err1 := url.Parse(p.URL)
	ref, err2 := url.Parse(link)
	if err1 != nil || err2 != nil {
		return "", &extract.Damage{URL: p.URL, Reason: fmt.Sprintf("paging.next: %.100q is no address", link)}
	}
	next := base.ResolveReference(ref)
	if !strings.EqualFold(next.Host, base.Host) {
		return "", &extract.Damage{URL: p.URL, Reason: fmt.Sprintf("paging.next leads to another host, %s", next.Host)}
	}
	return next.String(), nil
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
