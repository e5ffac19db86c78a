package site

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"koyomi/internal/publish"
)

// A Subscribe is the box that turns what a page shows into a calendar to
// subscribe to.
type Subscribe struct {
	Base
	// Feed is the path of the calendar, News that of what is new and changed; ""
	// where there is none.
	Feed, News string
	// Query narrows both, "" not at all.
	Query string
	// Cancelled is the policy that the reader chose; "" leaves it to the client's
	// preset.
	Cancelled publish.Policy
	// Days is how many days ahead the calendar looks, 0 for as far as any.
	Days int
	// Mail is set where the digest can be had.
	Mail bool
}

// url returns the address of the calendar with further parameters.
func (s Subscribe) url(client string) string {
	v := url.Values{}
	if s.Query != "" {
		v.Set("q", s.Query)
	}
	if s.Days > 0 {
		v.Set("days", strconv.Itoa(s.Days))
	}
	switch {
	case s.Static:
	case s.Cancelled != "":
		v.Set("cancelled", string(s.Cancelled))
	case client != "":
		v.Set("for", client)
	}
	return with(strings.TrimRight(s.PublicURL, "/")+s.Feed, v)
}

func with(address string, v url.Values) string {
	if len(v) == 0 {
		return address
	}
	return address + "?" + v.Encode()
}

// FeedURL is the calendar's address, to be copied.
func (s Subscribe) FeedURL() string { return s.url("") }

// webcal writes an address for calendar applications. It is safe as a link: only
// the scheme of the site's own address is replaced.
func webcal(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return "webcal://" + rest
}

// AppURL opens the reader's calendar application.
func (s Subscribe) AppURL() template.URL {
	return template.URL(webcal(s.url("apple"))) //nolint:gosec // see webcal
}

// GoogleURL adds the calendar to Google's.
func (s Subscribe) GoogleURL() string {
	return "https://calendar.google.com/calendar/r?cid=" + url.QueryEscape(
		webcal(s.url("google")),
	)
}

// OutlookURL adds it to Outlook on the web, which takes https only.
func (s Subscribe) OutlookURL() string {
	return "https://outlook.live.com/calendar/0/addfromweb?" + url.Values{
		"url":  {s.url("outlook")},
		"name": {s.Calendar.Name},
	}.Encode()
}

// NewsURL is the feed of what is new and changed, as text for feed readers.
func (s Subscribe) NewsURL() string {
	v := url.Values{}
	if s.Query != "" {
		v.Set("q", s.Query)
	}
	return with(s.File(s.News), v)
}

// A BoxChoice is one way in which the calendar can be had: with cancelled events shown
// so, or so far ahead.
type BoxChoice struct {
	Name, Link string
	Chosen     bool
}

// Policies are the ways to choose from, each with the page that shows the box so.
func (s Subscribe) Policies() []BoxChoice {
	if s.Static {
		return nil
	}
	w := s.W()
	var all []BoxChoice
	for _, p := range []struct {
		policy publish.Policy
		name   string
	}{{"", w.PolicyFit}, {publish.Keep, w.PolicyKeep}, {publish.Mark, w.PolicyMark}, {publish.Hide, w.PolicyHide}} {
		all = append(
			all,
			BoxChoice{
				p.name,
				s.with("cancelled", string(p.policy)),
				s.Cancelled == p.policy,
			},
		)
	}
	return all
}

// Windows are the lengths of time to choose from, each with the page that shows the
// box so.
func (s Subscribe) Windows() []BoxChoice {
	if s.Static {
		return nil
	}
	var all []BoxChoice
	for _, days := range []int{0, 30, 90, 180} {
		name, value := s.W().WindowAll, ""
		if days > 0 {
			name, value = fmt.Sprintf(s.W().WindowDays, days), strconv.Itoa(days)
		}
		if days < s.Calendar.WithDefaults().Ahead {
			all = append(all, BoxChoice{name, s.with("days", value), s.Days == days})
		}
	}
	return all
}

// with returns the address of this page with another choice in the box.
func (s Subscribe) with(name, value string) string {
	pairs := []string{name, value}
	for other := range s.Params {
		if other != name {
			pairs = append(pairs, other, s.Params.Get(other))
		}
	}
	return s.Link(s.Path, pairs...) + "#feed"
}
