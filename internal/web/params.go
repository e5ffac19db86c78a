package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
)

// A params is the query string of a request, every name known and given once.
type params map[string]string

// readParams reads the query string; names are those that the address knows.
func readParams(r *http.Request, names ...string) (params, error) {
	if r.URL.RawQuery == "" {
		return params{}, nil
	}
	if len(r.URL.RawQuery) > maxQueryBytes {
		return nil, &problem{
			Status: http.StatusRequestURITooLong,
			Detail: fmt.Sprintf(
				"the query string has %d bytes; at most %d are read",
				len(r.URL.RawQuery),
				maxQueryBytes,
			),
		}
	}
	p := params{}
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if part == "" {
			continue
		}
		name, value, err := unescape(part)
		if err != nil {
			return nil, badParameter(name, "is not encoded as an address needs it")
		}
		if !slices.Contains(names, name) {
			return nil, badParameter(name, "is not known here"+known(names))
		}
		if _, twice := p[name]; twice {
			return nil, badParameter(name, "is given twice (use it once)")
		}
		p[name] = value
	}
	return p, nil
}

func unescape(part string) (name, value string, err error) {
	name, value, _ = strings.Cut(part, "=")
	n, err := url.QueryUnescape(name)
	if err != nil {
		return name, "", err
	}
	value, err = url.QueryUnescape(value)
	return n, value, err
}

func known(names []string) string {
	if len(names) == 0 {
		return "; this address takes none"
	}
	return " (use " + strings.Join(names, ", ") + ")"
}

// shown returns a reader's own words so that a page can hold them: without controls, and
// without what turns the direction of the text around them.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unseen) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// unseen are signs that turn or break lines.
var unseen = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x2028, Hi: 0x202e, Stride: 1}, {Lo: 0x2066, Hi: 0x2069, Stride: 1},
}}

// query reads q.
func (p params) query(now time.Time, c publish.Calendar) (query.Query, error) {
	q, err := query.Parse(p["q"], query.Env{
		Now:     now,
		Zone:    c.Zone,
		Assumed: c.Assumed,
	})
	if err != nil {
		bad := badParameter("q", err.Error())
		bad.Column, bad.cause = err.Column, err
		return q, bad
	}
	return q, nil
}

// policy reads cancelled.
func (p params) policy() (publish.Policy, error) {
	v, err := publish.ParsePolicy(p["cancelled"])
	if err != nil {
		return v, badParameter("cancelled", err.Error())
	}
	return v, nil
}

// utc reads tz.
func (p params) utc() (bool, error) {
	switch strings.ToLower(p["tz"]) {
	case "", "asia/tokyo":
		return false, nil
	case "utc":
		return true, nil
	}
	return false, badParameter("tz", "is not known (use Asia/Tokyo or utc)")
}

// days reads a parameter that names a day or several; zero where it is not given.
func (p params) days(
	name string,
	now time.Time,
	zone *time.Location,
) (first, last event.Date, err error) {
	if p[name] == "" {
		return first, last, nil
	}
	if first, last, err = query.Days(p[name], now, zone); err != nil {
		return first, last, badParameter(name, err.Error())
	}
	return first, last, nil
}

// number reads a whole number within bounds.
func (p params) number(name string, otherwise, most int) (int, error) {
	v, ok := p[name]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > most {
		return 0, badParameter(name, fmt.Sprintf("expected a number from 1 to %d", most))
	}
	return n, nil
}
