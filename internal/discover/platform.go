package discover

import (
	"encoding/base64"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Address recognises what an address alone tells: the platform and group it
// belongs to, and whether it may be read as a page at all.
func (f *Finder) Address(address string) Report {
	var r Report
	r.Refused = (&source.Source{ID: "discover", Kind: source.HTML}).Forbidden(address)
	if f.Catalogue == nil {
		return r
	}
	s := &search{finder: f, report: &r}
	for _, t := range f.templates() {
		if group := t.group(address); group != "" {
			s.platform(t.id, group, "the address is that of a group of "+t.name)
		} else if t.off != "" && sameHost(t.url, address) && r.Refused == nil {
			r.Notes = append(r.Notes, t.name+" is a platform that is off: "+t.off)
		}
	}
	s.ranked()
	return r
}

// platform proposes a group of a platform.
func (s *search) platform(id, group, why string) {
	p := s.finder.Catalogue.Platform(id)
	if p == nil || group == "" || known(s.report.Proposals, &source.Source{
		Platform: id,
		Group:    group,
	}) {
		return
	}
	score := 130.0
	switch {
	case p.Source.Archived != "":
		s.report.Notes = append(s.report.Notes, p.Name+" is archived: "+p.Source.Archived)
		return
	case p.Source.Off != "":
		score = 30
	}
	s.report.Proposals = append(s.report.Proposals, Proposal{
		Way:    Platform,
		Why:    why,
		Source: &source.Source{Platform: id, Group: group},
		score:  score,
	})
}

// commonNames are subdomains that are no group's.
var commonNames = []string{
	"www",
	"api",
	"help",
	"support",
	"about",
	"blog",
	"rss",
	"static",
	"media",
	"manage",
	"m",
}

// A template is how the addresses of a platform's groups look.
type template struct {
	id, name, url, off string
	addresses          []*regexp.Regexp
}

// templates returns those of all platforms, made once.
func (f *Finder) templates() []template {
	f.once.Do(func() {
		for _, id := range f.Catalogue.Platforms() {
			p := f.Catalogue.Platform(id)
			t := template{
				id:   id,
				name: p.Name,
				url:  p.URL,
				off:  p.Source.Off,
			}
			for _, address := range append([]string{p.Page, p.Source.URL}, p.Source.URLs...) {
				if re := templateOf(address); re != nil {
					t.addresses = append(t.addresses, re)
				}
			}
			f.platforms = append(f.platforms, t)
		}
	})
	return f.platforms
}

// group returns the group that an address of the platform names, "" for none.
func (t template) group(address string) string {
	address = sameAddress(address)
	for _, re := range t.addresses {
		m := re.FindStringSubmatch(address)
		if m == nil || slices.Contains(commonNames, m[1]) {
			continue
		}
		if group, err := url.PathUnescape(m[1]); err == nil &&
			!strings.ContainsAny(group, "{}") {
			return group
		}
	}
	return ""
}

// templateOf makes an address with {group} a pattern whose first group it is; nil
// where the group is the whole host, which any address would fit, or a word to
// search for.
func templateOf(template string) *regexp.Regexp {
	u, err := url.Parse(
		strings.NewReplacer("{", "%7B", "}", "%7D").
			Replace(strings.Replace(template, "{group}", "GROUP", 1)),
	)
	if err != nil || !strings.Contains(template, "{group}") || u.Host == "GROUP" {
		return nil
	}
	host := strings.ReplaceAll(regexp.QuoteMeta(u.Host), "GROUP", `([a-z0-9][a-z0-9-]*)`)
	rest := regexp.QuoteMeta(strings.TrimSuffix(u.EscapedPath(), "/"))
	if u.RawQuery != "" {
		first, _, _ := strings.Cut(u.RawQuery, "&id=")
		rest += regexp.QuoteMeta("?" + u.RawQuery)
		if !strings.Contains(u.RawQuery, "GROUP") || strings.Contains(first, "GROUP") {
			rest = regexp.QuoteMeta(strings.TrimSuffix(u.EscapedPath(), "/"))
		}
	}
	rest = strings.ReplaceAll(rest, "GROUP", `([^/?#&]+)`)
	if !strings.Contains(host+rest, "(") {
		return nil
	}
	re, err := regexp.Compile(`^https?://` + host + rest + `(?:[/?#&].*)?$`)
	if err != nil {
		return nil
	}
	return re
}

// sameAddress returns an address as the platforms' own templates spell it.
func sameAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Host = strings.ToLower(u.Host)
	if u.Scheme == "webcal" || u.Scheme == "webcals" {
		u.Scheme = "https"
	}
	out := u.String()
	for _, r := range [][2]string{
		{"://www.google.com/calendar/ical/", "://calendar.google.com/calendar/ical/"},
		{"://meetup.com/", "://www.meetup.com/"},
		{"://api2.luma.com/", "://api.lu.ma/"},
		{"://api.luma.com/", "://api.lu.ma/"},
		{"://www.eventbrite.co.jp/", "://www.eventbrite.com/"},
		{"://eventbrite.com/", "://www.eventbrite.com/"},
	} {
		out = strings.Replace(out, r[0], r[1], 1)
	}
	return out
}

func sameHost(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Host != "" &&
		strings.TrimPrefix(u.Hostname(), "www.") == strings.TrimPrefix(v.Hostname(), "www.")
}

// googleCalendar returns the id of the calendar that an embed, a link to add it or
// its own address names, "" for none.
func googleCalendar(address string) string {
	u, err := url.Parse(address)
	if err != nil ||
		u.Hostname() != "calendar.google.com" &&
			(u.Hostname() != "www.google.com" || !strings.HasPrefix(u.Path, "/calendar")) {
		return ""
	}
	if _, rest, ok := strings.Cut(u.Path, "/ical/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		return id
	}
	if id := u.Query().Get("src"); strings.Contains(id, "@") {
		return id
	}
	cid := u.Query().Get("cid")
	if b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(cid, "=")); err == nil &&
		strings.Contains(string(b), "@") {
		return string(b)
	}
	if strings.Contains(cid, "@") {
		return cid
	}
	return ""
}

var (
	lumaCalendar = text.NewPattern(`\bcal-[A-Za-z0-9]{8,40}\b`)
	hatenaHosts  = []string{
		"hatenablog.com",
		"hatenablog.jp",
		"hateblo.jp",
		"hatenadiary.com",
		"hatenadiary.jp",
		"hatenadiary.org",
	}
)

// marks recognises platforms by what their pages carry.
func (s *search) marks(d *document) {
	if s.finder.Catalogue == nil {
		return
	}
	u, err := url.Parse(s.page.URL)
	if err != nil || u.Host == "" {
		return
	}
	host := u.Hostname()
	if host == "lu.ma" || host == "luma.com" || strings.HasSuffix(host, ".luma.com") {
		s.platform(
			"luma",
			lumaCalendar.FindString(string(s.page.Body)),
			"the page of a calendar of Luma",
		)
	}
	for _, h := range hatenaHosts {
		if strings.HasSuffix(host, "."+h) {
			s.platform("hatena", host, "a blog of Hatena")
			s.lower("hatena", 40)
		}
	}
	generator := strings.ToLower(d.doc.Find(`meta[name="generator"]`).AttrOr("content", ""))
	site := u.Host
	if href, ok := d.doc.Find(`link[rel="https://api.w.org/"]`).Attr("href"); ok {
		if v, err := u.Parse(href); err == nil {
			if root, _, ok := strings.Cut(v.Path, "/wp-json"); ok {
				site = v.Host + strings.TrimSuffix(path.Clean("/"+root), "/")
			}
		}
	}
	if d.doc.Find(`[class*="tribe-events"], link[href*="/wp-json/tribe/"]`).Length() > 0 {
		s.platform(
			"the-events-calendar",
			site,
			"the page carries the marks of The Events Calendar",
		)
		s.lower("the-events-calendar", 90)
	}
	if strings.HasPrefix(generator, "wordpress") {
		s.platform("wordpress", site, "the page is made by WordPress")
		s.lower("wordpress", 40)
	}
}

// lower returns a platform that is recognised by marks alone its place.
func (s *search) lower(id string, score float64) {
	for i := range s.report.Proposals {
		if p := &s.report.Proposals[i]; p.Source.Platform == id {
			p.score = score
		}
	}
}
