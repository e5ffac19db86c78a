package recording

import (
	"slices"
	"strings"

	"koyomi/internal/text"
)

// days are dates and months within a query, which a source fills in from the day of
// the visit.
var days = text.NewPattern(`\b\d{4}-?\d{2}(?:-?\d{2})?\b`)

// asAsked returns the visit with the page that an address asks for under that address:
// recordings stay while the clock of a replay goes on, and with it the days that a
// source writes into the query of an address (?since=2026-06-01). A page in whose path
// they stand is another page.
func (v Visit) asAsked(url string) Visit {
	if _, ok := v.page(url); ok {
		return v
	}
	same := func(p Page) bool { return withoutDays(p.URL) == withoutDays(url) }
	i := slices.IndexFunc(v.Pages, same)
	if i < 0 {
		return v
	}
	p := v.Pages[i]
	if p.Final == p.URL {
		p.Final = url
	}
	p.URL = url
	v.Pages = append(slices.Clone(v.Pages), p)
	return v
}

// withoutDays returns an address with # in place of the days in its query.
func withoutDays(url string) string {
	path, query, _ := strings.Cut(url, "?")
	return path + "?" + days.Regexp().ReplaceAllString(query, "#")
}
