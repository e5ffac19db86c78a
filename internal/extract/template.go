package extract

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Expand fills {group}, {year}, {next_year}, {last_year}, {month} and {yyyymm} of
// a template from the moment of the visit in the source's zone; {month} and
// {yyyymm} hold two digits for the month. The group is escaped for a path.
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
	).Replace(template)
}

// Requests gives the first pages of a visit: the source's addresses, expanded,
// with its headers, each once.
func Requests(v Visit) []Request {
	all := append([]string{v.Source.URL}, v.Source.URLs...)
	seen := map[string]bool{"": true}
	var out []Request
	for _, u := range all {
		if u = Expand(u, v.Source, v.At); !seen[u] {
			seen[u] = true
			out = append(out, Request{URL: u, Header: v.Source.Headers})
		}
	}
	return out
}

// Missing gives the requests that no page of the visit answers yet.
func Missing(v Visit, all []Request) []Request {
	var need []Request
	for _, r := range all {
		if _, ok := v.Page(r.URL); !ok {
			need = append(need, r)
		}
	}
	return need
}

// Page gives the page that came back for an address.
func (v Visit) Page(requested string) (Page, bool) {
	for _, p := range v.Pages {
		if p.Requested == requested {
			return p, true
		}
	}
	return Page{}, false
}

// Window gives the bounds of occurrences: From and To, or their defaults.
func (v Visit) Window() (from, to time.Time) {
	from, to = v.From, v.To
	if from.IsZero() {
		from = v.At.AddDate(0, 0, -1)
	}
	if to.IsZero() {
		to = v.At.AddDate(0, 0, 400)
	}
	return from, to
}

// YearOf gives a year that an address names in its path ("/2009/"), 0 if none.
func YearOf(address string) int {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		if len(part) != 4 {
			continue
		}
		if y, err := strconv.Atoi(part); err == nil && y >= 1990 && y <= 2100 {
			return y
		}
	}
	return 0
}

// links finds addresses in prose.
var links = text.NewPattern(`https?://[^\s<>"'()（）「」【】、。]+`)

// LinkIn gives the first address in prose that is no place to attend, "" if
// there is none.
func LinkIn(s string) string {
	at := strings.Index(s, "http")
	if at < 0 {
		return ""
	}
	for _, l := range links.FindAllString(s[at:], 8) {
		if !meetingHosts.MatchString(l) {
			return strings.TrimRight(l, ".,;:!?")
		}
	}
	return ""
}
