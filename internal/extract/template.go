package extract

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Expand fills {group}, {year}, {next_year}, {last_year}, {month}, {yyyymm} and
// {months} of a template from the moment of the visit in the source's zone; {month}
// and {yyyymm} hold two digits for the month, {months} this and the next ones. The group is escaped for a path.
func Expand(template string, s *source.Source, at time.Time) string {
	if !strings.Contains(template, "{") {
		return template
	}
	t := at.In(s.TimeZone())
	return strings.NewReplacer(
		"{group}", url.PathEscape(s.Group),
		"{year}", strconv.Itoa(t.Year()),
		"{next_year}", strconv.Itoa(t.Year()+1),
		"{last_year}", strconv.Itoa(t.Year()-1),
		"{month}", fmt.Sprintf("%02d", int(t.Month())),
		"{yyyymm}", fmt.Sprintf("%04d%02d", t.Year(), int(t.Month())),
		"{months}", months(t),
	).Replace(template)
}

// monthsAhead is how many months {months} names: those of which calendars show a day.
const monthsAhead = 14

// months names the month of a moment and those after it: "202606,202607".
func months(t time.Time) string {
	names := make([]string, monthsAhead)
	for i := range names {
		m := time.Date(t.Year(), t.Month()+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
		names[i] = m.Format("200601")
	}
	return strings.Join(names, ",")
}

// Requests returns the first pages of a visit: the source's addresses, expanded,
// with its headers, each once.
func Requests(v Visit) []Request {
	seen := map[string]bool{"": true}
	var out []Request
	for _, u := range append([]string{v.Source.URL}, v.Source.URLs...) {
		u = Expand(u, v.Source, v.At)
		if seen[u] {
			continue
		}
		seen[u] = true
		out = append(out, Request{URL: u, Header: v.Source.Headers})
	}
	return out
}

// Missing returns the requests that no page of the visit answers yet.
func Missing(v Visit, all []Request) []Request {
	var need []Request
	for _, r := range all {
		if _, ok := v.Page(r.URL); !ok {
			need = append(need, r)
		}
	}
	return need
}

// Page returns the page that came back for an address.
func (v Visit) Page(requested string) (Page, bool) {
	i := slices.IndexFunc(v.Pages, func(p Page) bool { return p.Requested == requested })
	if i < 0 {
		return Page{}, false
	}
	return v.Pages[i], true
}

// Window returns the bounds of occurrences: From and To, or their defaults.
func (v Visit) Window() (from, to time.Time) {
	return cmp.Or(v.From, v.At.AddDate(0, 0, -1)), cmp.Or(v.To, v.At.AddDate(0, 0, 400))
}

// yearInPath is a part of a path that is a year.
var yearInPath = text.NewPattern(`/(199[0-9]|20[0-9]{2}|2100)(?:/|$)`)

// YearOf returns a year that an address names in its path ("/2009/"), 0 if none.
func YearOf(address string) int {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	return number(append(yearInPath.FindStringSubmatch(u.Path), "", "")[1])
}

// links finds addresses in prose.
var links = text.NewPattern(`https?://[^\s<>"'()（）「」【】、。]+`)

// LinkIn returns the first address in prose that is no place to attend, "" if
// there is none.
func LinkIn(s string) string {
	_, after, found := strings.Cut(s, "http")
	if !found {
		return ""
	}
	all := links.FindAllString("http"+after, 8)
	i := slices.IndexFunc(all, func(l string) bool { return !meetingHosts.MatchString(l) })
	if i < 0 {
		return ""
	}
	return strings.TrimRight(all[i], ".,;:!?")
}
